-- One row per area, year of registration, measure and release, as printed.
with cells as (

    select * from {{ source('ons', 'alcohol_specific_deaths') }}

),

with_areas as (

    {{ cells_with_areas('cells', 'ons') }}

),

flagged as (

    select
        *,
        value like '%(u)' or lower(coalesce(flag, '')) in ('u', '[u]') as is_unreliable,
        case when value like '%(u)' then split_part(value, '(u)', 1) else value end as value_without_flag
    from with_areas

),

typed as (

    select
        resolved_area_code as area_code,
        area_type as area_type_label,
        area as area_label,
        period_id,
        registration_year as period_label,
        measure_label,
        sex as sex_label,
        {{ number_of('value_without_flag') }} as value,
        case
            when not {{ limit_is_understood('lower_limit', [':', '[x]']) }} or not {{ limit_is_understood('upper_limit', [':', '[x]']) }} then null
            when lower(coalesce(flag, '')) not in ('', 'u', '[u]', ':', '[x]') then null
            when is_unreliable and {{ number_of('value_without_flag') }} is not null then 'unreliable'
            else {{ status_of('value', symbols={':': 'not_available', '[x]': 'not_available'}) }}
        end as value_status,
        value as value_text,
        {{ number_of('lower_limit') }} as lower_limit,
        {{ number_of('upper_limit') }} as upper_limit,
        place,
        credited_to,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from flagged

)

select * from typed
