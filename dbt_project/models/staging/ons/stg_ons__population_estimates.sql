-- One row per area, mid-year, sex, year of age and release, as printed.
with cells as (

    select * from {{ source('ons', 'population_estimates') }}

),

with_areas as (

    {{ cells_with_areas('cells', 'ons') }}

),

typed as (

    select
        resolved_area_code as area_code,
        area_type as area_type_label,
        area as area_label,
        period_id,
        period as period_label,
        -- A table that names no sex is one of persons; its reader refuses it otherwise.
        coalesce(sex, 'persons') as sex,
        age as age_label,
        try_cast(replace(split_part(age, ' and over', 1), '+', '') as bigint) as age_from,
        age like '%+' or age like '% and over' as is_open_age,
        measure_label,
        {{ number_of('value') }} as value,
        {{ status_of('value') }} as value_status,
        value as value_text,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from with_areas

)

select * from typed
