-- One row per return, area, period, measure and release, as its partner filled it in.
with cells as (

    select * from {{ source('partners', 'returns') }}

),

areas as (

    select * from {{ ref('areas') }}

),

asked as (

    select * from {{ ref('return_measures') }}

),

typed as (

    select
        cells.return_id,
        asked.measure_id,
        cells.measure_label,
        areas.area_code,
        cells.area_type as area_type_label,
        cells.area as area_label,
        cells.period_id,
        cells.period as period_label,
        {{ number_of('cells.value') }} as value,
        {{ status_of('cells.value', {'[c]': 'suppressed', '[x]': 'not_available', '[z]': 'not_applicable'}) }} as value_status,
        cells.value as value_text,
        cells.source_document,
        cells.source_page,
        cells.release_id,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    left join areas on cells.area_type = areas.area_type and cells.area = areas.area_name
    left join asked on cells.return_id = asked.return_id and lower(cells.measure_label) = lower(asked.label)

)

select * from typed
