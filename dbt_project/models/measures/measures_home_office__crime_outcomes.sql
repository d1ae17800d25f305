-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_home_office__crime_outcomes') }}

),

quarters as (

    select
        release_id,
        period_id,
        count(distinct financial_quarter) as quarters
    from cells
    group by release_id, period_id

),

-- Four quarters make a year; a year of fewer has no figure yet. The sum is printed nowhere: its cells are named instead.
summed as (

    select
        cells.measure_id,
        cells.area_code,
        min(cells.area_label) as area_label,
        cells.period_id,
        cells.release_id,
        min(cells.measure_label) as measure_label,
        sum(cells.value) as value,
        cells.source_file,
        cells.source_sheet,
        {{ joined('cells.source_cell', 'cells.financial_quarter, cells.offence_code, cells.source_cell') }} as source_cell
    from cells
    inner join quarters
        on cells.release_id = quarters.release_id
        and cells.period_id = quarters.period_id
        and quarters.quarters = 4
    where cells.measure_id is not null
    group by cells.measure_id, cells.area_code, cells.period_id, cells.release_id, cells.source_file, cells.source_sheet

),

reshaped as (

    select
        measure_id,
        area_code,
        area_label,
        period_id,
        release_id,
        measure_label,
        value,
        cast(null as string) as value_text,
        'published' as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as credited_to,
        source_file,
        source_sheet,
        source_cell
    from summed

)

select * from reshaped
