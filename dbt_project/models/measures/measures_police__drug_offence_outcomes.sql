-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_police__drug_offence_outcomes') }}

),

measures as (

    select * from {{ ref('measures') }} where dataset = 'police.drug_offence_outcomes'

),

reshaped as (

    select
        measures.measure_id,
        cells.area_code,
        cells.area_label,
        cells.period_id,
        cells.release_id,
        cells.offence_label || ', ' || cells.outcome_label as measure_label,
        cells.value,
        cells.value_text,
        cells.value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cells.credited_to,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    left join measures on cells.offence = measures.offence and cells.outcome_type = measures.outcome_type

)

select * from reshaped
