-- One row per area, period and release, as printed.
with cells as (

    select * from {{ source('ndtms', 'unmet_treatment_need') }}

),

areas as (

    select * from {{ ref('area_aliases') }} where publisher = 'ndtms'

),

typed as (

    select
        areas.area_code,
        cells.area_type as area_type_label,
        cells.area as area_label,
        cells.period_id,
        cells.period as period_label,
        cells.measure_label,
        {{ number_of('cells.value') }} as value,
        {{ status_of('cells.value') }} as value_status,
        cells.value as value_text,
        cells.place,
        cells.credited_to,
        cells.release_id,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    left join areas on cells.area_type = areas.area_type_label and cells.area = areas.area_label

)

select * from typed
