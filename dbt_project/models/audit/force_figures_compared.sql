-- One row per force, period and measure of offences or outcomes that the force or the Home Office counts.
with compared as (

    select * from {{ ref('compared_measures') }}

),

figures as (

    select * from {{ ref('fct_measures') }}

),

forces as (

    select
        compared.offence,
        compared.outcome_type,
        compared.force_measure_id,
        compared.home_office_measure_id,
        figures.area_code,
        figures.period_id,
        figures.value,
        figures.release_id
    from compared
    inner join figures on compared.force_measure_id = figures.measure_id
    inner join {{ ref('dim_areas') }} as areas on figures.area_code = areas.area_code and areas.area_type = 'police_force_area'

),

-- Only the forces that give their own figures: the Home Office has all of them.
home_office as (

    select
        compared.offence,
        compared.outcome_type,
        compared.force_measure_id,
        compared.home_office_measure_id,
        figures.area_code,
        figures.period_id,
        figures.value,
        figures.release_id
    from compared
    inner join figures on compared.home_office_measure_id = figures.measure_id
    where figures.area_code in (select area_code from forces)

),

joined as (

    select
        coalesce(forces.area_code, home_office.area_code) as area_code,
        coalesce(forces.period_id, home_office.period_id) as period_id,
        coalesce(forces.offence, home_office.offence) as offence,
        coalesce(forces.outcome_type, home_office.outcome_type) as outcome_type,
        coalesce(forces.force_measure_id, home_office.force_measure_id) as force_measure_id,
        forces.value as force_value,
        forces.release_id as force_release_id,
        coalesce(forces.home_office_measure_id, home_office.home_office_measure_id) as home_office_measure_id,
        home_office.value as home_office_value,
        home_office.release_id as home_office_release_id,
        forces.value - home_office.value as difference,
        (forces.value - home_office.value) / nullif(home_office.value, 0) * 100 as percent_difference
    from forces
    full outer join home_office
        on forces.area_code = home_office.area_code
        and forces.period_id = home_office.period_id
        and forces.force_measure_id = home_office.force_measure_id

)

select * from joined
