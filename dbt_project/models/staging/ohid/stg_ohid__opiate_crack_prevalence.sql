-- One row per area, period, measure and release, as printed.
with cells as (

    select
        *,
        cast(null as string) as area_code
    from {{ source('ohid', 'opiate_crack_prevalence') }}

),

with_areas as (

    {{ cells_with_areas('cells', 'ohid') }}

),

typed as (

    select
        resolved_area_code as area_code,
        area_type as area_type_label,
        area as area_label,
        period_id,
        period as period_label,
        measure_label,
        {{ number_of('value') }} as value,
        case
            when not {{ limit_is_understood('lower_limit') }} or not {{ limit_is_understood('upper_limit') }} then null
            else {{ status_of('value', otherwise='estimated') }}
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
    from with_areas

)

select * from typed
