-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_partners__returns') }}

),

student_limits as (

    select * from {{ ref('student_limits') }}

),

-- The number of cases of a mean, or their standard deviation, where its return asks for it.
beside_means as (

    select
        links.link,
        links.linked_measure_id as measure_id,
        cells.release_id,
        cells.area_code,
        cells.period_id,
        cells.value
    from cells
    inner join {{ ref('measure_links') }} as links on cells.measure_id = links.measure_id
    where links.link in ('number_of', 'deviation_of')

),

limited as (

    select
        cells.*,
        {{ mean_limit('cells.value', 'deviations.value', 'numbers.value', 'student_limits', '95', 'lower') }} as lower_limit,
        {{ mean_limit('cells.value', 'deviations.value', 'numbers.value', 'student_limits', '95', 'upper') }} as upper_limit
    from cells
    left join beside_means as numbers
        on cells.measure_id = numbers.measure_id
        and cells.release_id = numbers.release_id
        and cells.area_code = numbers.area_code
        and cells.period_id = numbers.period_id
        and numbers.link = 'number_of'
    left join beside_means as deviations
        on cells.measure_id = deviations.measure_id
        and cells.release_id = deviations.release_id
        and cells.area_code = deviations.area_code
        and cells.period_id = deviations.period_id
        and deviations.link = 'deviation_of'
    left join student_limits on numbers.value - 1 = student_limits.degrees_of_freedom

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
        value_text,
        value_status,
        lower_limit,
        upper_limit,
        source_document || case when source_page is null then '' else ', page ' || source_page end as credited_to,
        source_file,
        source_sheet,
        source_cell
    from limited

)

select * from reshaped
