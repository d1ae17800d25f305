-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_ohid__fingertips') }}

),

-- Rows with a category are parts of the area whose code they bear.
reshaped as (

    select
        cells.measure_id,
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
        cast(null as string) as credited_to,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    where cells.category_type is null

)

select * from reshaped
