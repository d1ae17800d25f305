-- One row per indicator, area, sex, age, category, period, quantity and release, as printed.
with cells as (

    select * from {{ source('ohid', 'fingertips') }}

),

notes as (

    select * from {{ ref('value_notes') }}

),

with_areas as (

    {{ cells_with_areas('cells', 'ohid') }}

),

-- The sex and the ages of a measure's identifier: 91380 for persons of all ages, 92906 for females aged 15 to 24.
grouped as (

    select
        *,
        'fingertips_' || indicator_id || '_' || lower(replace(sex, ' ', '_'))
        || case
            when lower(age) = 'all ages' then ''
            else '_' || lower(replace(replace(replace(replace(trim(replace(age, 'yrs', '')), '+', ' and over'), '-', ' to '), '<', 'under '), ' ', '_'))
        end
        || case when measure_label = 'value' then '' else '_' || measure_label end as measure_id
    from with_areas

),

typed as (

    select
        grouped.measure_id,
        grouped.indicator_id,
        grouped.indicator_name,
        grouped.resolved_area_code as area_code,
        grouped.area_type as area_type_label,
        grouped.area as area_label,
        grouped.sex as sex_label,
        grouped.age as age_label,
        grouped.category_type,
        grouped.category,
        grouped.period_id,
        grouped.period as period_label,
        grouped.measure_label,
        {{ number_of('grouped.value') }} as value,
        case
            when not {{ limit_is_understood('grouped.lower_limit') }} or not {{ limit_is_understood('grouped.upper_limit') }} then null
            when {{ number_of('grouped.value') }} is not null then coalesce(notes.status_with_value, 'published')
            when trim(grouped.value) = '' and grouped.value_note is null then 'not_available'
            when trim(grouped.value) = '' and notes.value_note is not null then notes.status_without_value
            -- Fingertips has new notes every year: each is kept in words, and means that there is no value to be had.
            when trim(grouped.value) = '' and (lower(grouped.value_note) like '%suppress%' or lower(grouped.value_note) like '%disclos%') then 'suppressed'
            when trim(grouped.value) = '' then 'not_available'
        end as value_status,
        grouped.value as value_text,
        grouped.value_note,
        {{ number_of('grouped.lower_limit') }} as lower_limit,
        {{ number_of('grouped.upper_limit') }} as upper_limit,
        grouped.release_id,
        grouped.source_file,
        grouped.source_sheet,
        grouped.source_cell
    from grouped
    left join notes on grouped.value_note = notes.value_note

)

select * from typed
