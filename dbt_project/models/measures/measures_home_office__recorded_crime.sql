-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_home_office__recorded_crime') }}

),

offences as (

    select * from {{ ref('home_office_offences') }}

),

-- The quarters that each force has, and those that any force has, by release and year.
quarters as (

    select
        release_id,
        period_id,
        count(distinct financial_quarter) as quarters
    from cells
    group by release_id, period_id

),

quarters_of_forces as (

    select
        release_id,
        period_id,
        area_code,
        count(distinct financial_quarter) as quarters
    from cells
    group by release_id, period_id, area_code

),

-- Four quarters make a year; a year of fewer has no figure yet, and a force that lacks one of the four has none at all. The
-- sum is printed nowhere: its cells are named instead.
summed as (

    select
        offences.measure_id,
        cells.area_code,
        min(cells.area_label) as area_label,
        cells.period_id,
        cells.release_id,
        min(cells.measure_label) as measure_label,
        max(quarters_of_forces.quarters) as quarters_of_force,
        sum(cells.value) as value,
        count(cells.value) as figures,
        count(*) as cells_summed,
        cells.source_file,
        cells.source_sheet,
        {{ joined('cells.source_cell', 'cells.financial_quarter, cells.offence_code, cells.source_cell') }} as source_cell
    from cells
    inner join offences
        on (offences.offence_kind = 'group' and lower(cells.offence_group) = offences.offence_label)
        or (offences.offence_kind = 'subgroup' and lower(cells.offence_subgroup) = offences.offence_label)
        or (offences.offence_kind = 'code' and lower(cells.offence_code) = offences.offence_label)
    inner join quarters
        on cells.release_id = quarters.release_id
        and cells.period_id = quarters.period_id
        and quarters.quarters = 4
    inner join quarters_of_forces
        on cells.release_id = quarters_of_forces.release_id
        and cells.period_id = quarters_of_forces.period_id
        and cells.area_code = quarters_of_forces.area_code
    group by
        offences.measure_id, cells.area_code, cells.period_id, cells.release_id, cells.source_file, cells.source_sheet

),

reshaped as (

    select
        measure_id,
        area_code,
        area_label,
        period_id,
        release_id,
        measure_label,
        case when quarters_of_force = 4 and figures = cells_summed then value end as value,
        cast(null as string) as value_text,
        case when quarters_of_force = 4 and figures = cells_summed then 'published' else 'not_available' end as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as credited_to,
        source_file,
        source_sheet,
        source_cell
        || case when quarters_of_force = 4 then '' else '; the force has ' || cast(quarters_of_force as string) || ' of 4 quarters' end as source_cell
    from summed

)

select * from reshaped
