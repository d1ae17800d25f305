-- One row per force, offence, outcome type, quarter, way of counting and release, as printed.
with cells as (

    select * from {{ source('home_office', 'crime_outcomes') }}

),

offences as (

    select * from {{ ref('home_office_offences') }} where offence_kind = 'subgroup'

),

with_areas as (

    {{ cells_with_areas('cells', 'home_office') }}

),

typed as (

    select
        offences.offence || '_outcomes_type_' || lower(with_areas.outcome_code) || '_home_office'
        || case when with_areas.measure_label = 'outcomes recorded in quarter' then '' else '_of_offences_recorded' end as measure_id,
        with_areas.offence_subgroup || ', outcome ' || with_areas.outcome_code || ' (' || with_areas.outcome || '): '
        || case
            when with_areas.measure_label = 'outcomes recorded in quarter' then 'outcomes given in the year'
            else 'outcomes of offences recorded in the year'
        end as measure_title,
        offences.offence,
        with_areas.resolved_area_code as area_code,
        with_areas.area_type as area_type_label,
        with_areas.area as area_label,
        case when with_areas.quarter in ('1', '2', '3', '4') then with_areas.period_id end as period_id,
        with_areas.period || ' quarter ' || with_areas.quarter as period_label,
        cast(try_cast(with_areas.quarter as int) as bigint) as financial_quarter,
        with_areas.offence as offence_label,
        with_areas.offence_group,
        with_areas.offence_subgroup,
        with_areas.offence_code,
        with_areas.outcome_code,
        with_areas.outcome as outcome_label,
        with_areas.outcome_group,
        with_areas.measure_label,
        {{ number_of('with_areas.value') }} + 0 as value,
        {{ status_of('with_areas.value') }} as value_status,
        with_areas.value as value_text,
        with_areas.release_id,
        with_areas.source_file,
        with_areas.source_sheet,
        with_areas.source_cell
    from with_areas
    left join offences on lower(with_areas.offence_subgroup) = offences.offence_label

)

select * from typed
