-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_ohid__opiate_crack_prevalence') }}

),

measures as (

    select * from {{ ref('measure_labels') }} where dataset = 'ohid.opiate_crack_prevalence'

),

reshaped as (

    select
        measures.measure_id,
        cells.area_code,
        cells.area_label,
        cells.period_id,
        cells.release_id,
        cells.measure_label,
        cells.value,
        cells.value_text,
        cells.value_status,
        cells.lower_limit,
        cells.upper_limit,
        cells.credited_to,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    left join measures on cells.measure_label = measures.measure_label

)

select * from reshaped
