-- One row per area, period, measure and release, as printed.
with cells as (

    -- Two authorities estimated as one bear Cornwall's code in some years and one that does not exist in the others.
    select
        place,
        region,
        area_type,
        case when area = 'Cornwall & Isles of Scilly' then null else area_code end as area_code,
        area,
        period,
        period_id,
        measure_label,
        lower_limit,
        upper_limit,
        credited_to,
        value,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from {{ source('ohid', 'alcohol_dependence_prevalence') }}

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
            when not {{ limit_is_understood('lower_limit', ['NA']) }} or not {{ limit_is_understood('upper_limit', ['NA']) }} then null
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
