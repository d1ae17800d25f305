-- One row per area, years of registration, measure and release, as printed.
with cells as (

    select * from {{ source('ons', 'drug_poisoning_deaths') }}

),

with_areas as (

    {{ cells_with_areas('cells', 'ons') }}

),

typed as (

    select
        with_areas.resolved_area_code as area_code,
        with_areas.area_type as area_type_label,
        with_areas.area as area_label,
        with_areas.period_id,
        with_areas.registration_year as period_label,
        with_areas.measure_label,
        {{ number_of('with_areas.value') }} as value,
        case
            when not {{ limit_is_understood('with_areas.lower_limit', [':', '']) }} then null
            when not {{ limit_is_understood('with_areas.upper_limit', [':', '']) }} then null
            when coalesce(with_areas.flag, '') not in ('', 'U', ':') then null
            when {{ number_of('with_areas.value') }} is not null and with_areas.flag = 'U' then 'unreliable'
            else {{ status_of('with_areas.value', symbols={':': 'not_available', '': 'not_available'}) }}
        end as value_status,
        with_areas.value as value_text,
        {{ number_of('with_areas.lower_limit') }} as lower_limit,
        {{ number_of('with_areas.upper_limit') }} as upper_limit,
        with_areas.place,
        with_areas.credited_to,
        with_areas.release_id,
        with_areas.source_file,
        with_areas.source_sheet,
        with_areas.source_cell
    from with_areas

)

select * from typed
