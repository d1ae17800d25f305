-- One row per indicator, area, period, published figure that its value is made of, and span of days.
with indicators as (

    select * from {{ ref('dim_indicators') }}

),

numbers as (

    select distinct
        indicator_id,
        area_code,
        period_id
    from {{ ref('fct_indicator_history') }}

),

measures as (

    select * from {{ ref('fct_measure_history') }}

),

components as (

    select * from {{ ref('measure_components') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

observations as (

    select * from {{ ref('fct_observation_history') }}

),

-- What a release left out is known by the figure that it ended.
withdrawn as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_status,
        value_text,
        correction_id,
        release_id,
        known_to
    from {{ ref('fct_observations') }}
    where ended_as = 'withdrawn'

),

denominators as (

    select distinct
        measure_id,
        area_code,
        period_id
    from measures
    where measure_id in (select denominator_measure_id from indicators)

),

sides as (

    select
        numbers.*,
        'numerator' as role,
        indicators.numerator_measure_id as measure_id,
        numbers.period_id as measured_period_id
    from numbers
    inner join indicators on numbers.indicator_id = indicators.indicator_id
    union all
    select
        numbers.*,
        'denominator' as role,
        denominators.measure_id,
        denominators.period_id as measured_period_id
    from numbers
    inner join indicators on numbers.indicator_id = indicators.indicator_id
    inner join periods on numbers.period_id = periods.period_id
    inner join denominators on indicators.denominator_measure_id = denominators.measure_id and numbers.area_code = denominators.area_code
    inner join periods as measured on denominators.period_id = measured.period_id
    where
        denominators.period_id = numbers.period_id
        or (
            measured.period_type = 'mid_year' and {{ is_denominator_of('measured', 'periods') }}
        )

),

-- A sum over measures, taken apart.
by_measure as (

    select
        sides.*,
        measures.derivation,
        coalesce(components.component_measure_id, sides.measure_id) as part_measure_id,
        measures.known_from,
        measures.known_to
    from sides
    inner join measures
        on sides.measure_id = measures.measure_id
        and sides.area_code = measures.area_code
        and sides.measured_period_id = measures.period_id
    left join components
        on measures.derivation = 'sum of measures' and sides.measure_id = components.measure_id

),

area_parts as (

    select * from {{ ref('int_area_parts') }}

),

parts as (

    select
        by_measure.indicator_id,
        by_measure.area_code,
        by_measure.period_id,
        by_measure.role,
        by_measure.measure_id,
        by_measure.derivation,
        by_measure.part_measure_id,
        by_measure.measured_period_id,
        parts.derivation as part_derivation,
        {{ start_of_both('by_measure', 'parts') }} as known_from,
        {{ end_of_both('by_measure', 'parts') }} as known_to
    from by_measure
    left join measures as parts
        on by_measure.part_measure_id = parts.measure_id
        and by_measure.area_code = parts.area_code
        and by_measure.measured_period_id = parts.period_id
        and {{ known_with('by_measure', 'parts') }}

),

by_area as (

    select
        parts.*,
        coalesce(area_parts.part_area_code, parts.area_code) as part_area_code,
        coalesce(area_parts.sign, 1) as part_sign
    from parts
    left join area_parts
        on parts.area_code = area_parts.whole_area_code and parts.part_derivation = area_parts.derivation

),

figures as (

    select
        by_area.indicator_id,
        by_area.area_code,
        by_area.period_id,
        by_area.role,
        by_area.measure_id,
        by_area.derivation,
        by_area.part_measure_id,
        by_area.part_area_code,
        by_area.measured_period_id as part_period_id,
        cast(by_area.part_sign as bigint) as part_sign,
        case when observations.is_withdrawn then withdrawn.value else observations.value end as value,
        coalesce(case when observations.is_withdrawn then withdrawn.value_status else observations.value_status end, 'not_available') as value_status,
        case when observations.is_withdrawn then withdrawn.value_text else observations.value_text end as value_text,
        case when observations.is_withdrawn then withdrawn.correction_id else observations.correction_id end as correction_id,
        case when observations.is_withdrawn then 'withdrawn' end as ended_as,
        case when observations.is_withdrawn then withdrawn.release_id else observations.release_id end as release_id,
        observations.source_file,
        observations.source_sheet,
        observations.source_cell,
        {{ start_of_both('by_area', 'observations') }} as known_from,
        {{ end_of_both('by_area', 'observations') }} as known_to
    from by_area
    left join observations
        on by_area.part_measure_id = observations.measure_id
        and by_area.part_area_code = observations.area_code
        and by_area.measured_period_id = observations.period_id
        and {{ known_with('by_area', 'observations') }}
    left join withdrawn
        on observations.measure_id = withdrawn.measure_id
        and observations.area_code = withdrawn.area_code
        and observations.period_id = withdrawn.period_id
        and observations.known_from = withdrawn.known_to
        and observations.is_withdrawn

)

select
    figures.indicator_id,
    figures.area_code,
    figures.period_id,
    figures.role,
    figures.measure_id,
    figures.derivation,
    figures.part_measure_id,
    figures.part_area_code,
    figures.part_period_id,
    figures.part_sign,
    figures.value,
    figures.value_status,
    figures.value_text,
    figures.correction_id,
    figures.ended_as,
    figures.release_id,
    releases.publisher,
    releases.dataset,
    releases.released_on,
    figures.source_file,
    figures.source_sheet,
    figures.source_cell,
    figures.known_from,
    figures.known_to
from figures
left join releases on figures.release_id = releases.release_id
