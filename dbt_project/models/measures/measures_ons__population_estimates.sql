-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_ons__population_estimates') }} where sex = 'persons'

),

bands as (

    select * from {{ ref('age_bands') }}

),

totals as (

    select
        bands.measure_id,
        cells.area_code,
        cells.area_label,
        cells.period_id,
        cells.release_id,
        cells.measure_label,
        cells.value,
        cells.value_text,
        cells.value_status,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    inner join bands on bands.age_from is null
    where cells.age_label = 'all ages'

),

-- A sum over a row's cells: printed nowhere, so it has no text, and its place is the first and the last of them.
summed as (

    select
        bands.measure_id,
        cells.area_code,
        min(cells.area_label) as area_label,
        cells.period_id,
        cells.release_id,
        min(cells.measure_label) as measure_label,
        sum(cells.value) as value,
        cast(null as string) as value_text,
        'published' as value_status,
        cells.source_file,
        cells.source_sheet,
        min(case when cells.age_from = bands.age_from then cells.source_cell end) || ' to '
        || min(case when cells.is_open_age or cells.age_from = bands.age_to then cells.source_cell end) as source_cell
    from cells
    inner join bands
        on cells.age_from >= bands.age_from
        and (bands.age_to is null or (cells.age_from <= bands.age_to and not cells.is_open_age))
    group by bands.measure_id, cells.area_code, cells.period_id, cells.release_id, cells.source_file, cells.source_sheet
    having count(cells.value) = count(*)

),

reshaped as (

    select * from totals
    union all
    select * from summed

),

final as (

    select
        measure_id,
        area_code,
        area_label,
        period_id,
        release_id,
        measure_label,
        value,
        value_text,
        value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as credited_to,
        source_file,
        source_sheet,
        source_cell
    from reshaped

)

select * from final
