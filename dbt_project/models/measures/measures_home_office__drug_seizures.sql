-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_home_office__drug_seizures') }}

),

measures as (

    select * from {{ ref('measure_labels') }} where dataset = 'home_office.drug_seizures'

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
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as credited_to,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    left join measures on cells.measure_label = measures.measure_label

)

select * from reshaped
