-- One row per indicator, area, period and published figure that its value is made of.
{{ config(post_hook='{{ create_analyst_macros() }}') }}
with indicators as (

    select * from {{ ref('dim_indicators') }}

),

numbers as (

    select
        indicator_id,
        area_code,
        period_id
    from {{ ref('fct_indicators') }}

),

measures as (

    select * from {{ ref('fct_measures') }}

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

-- The last figure printed for each key, a withdrawn one too: it is what the value was made of.
observations as (

    select
        *,
        row_number() over (partition by measure_id, area_code, period_id order by case when is_latest then 0 else 1 end asc, known_from desc) as recency
    from {{ ref('fct_observations') }}

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
        measures.measure_id,
        measures.period_id as measured_period_id
    from numbers
    inner join indicators on numbers.indicator_id = indicators.indicator_id
    inner join periods on numbers.period_id = periods.period_id
    inner join measures on indicators.denominator_measure_id = measures.measure_id and numbers.area_code = measures.area_code
    inner join periods as measured on measures.period_id = measured.period_id
    where
        measures.period_id = numbers.period_id
        or (
            measured.period_type = 'mid_year' and {{ is_denominator_of('measured', 'periods') }}
        )

),

-- A sum over measures, taken apart.
by_measure as (

    select
        sides.*,
        measures.derivation,
        coalesce(components.component_measure_id, sides.measure_id) as part_measure_id
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

by_area as (

    select
        by_measure.*,
        coalesce(area_parts.part_area_code, by_measure.area_code) as part_area_code,
        coalesce(area_parts.sign, 1) as part_sign
    from by_measure
    left join measures as parts
        on by_measure.part_measure_id = parts.measure_id
        and by_measure.area_code = parts.area_code
        and by_measure.measured_period_id = parts.period_id
    left join area_parts
        on by_measure.area_code = area_parts.whole_area_code and parts.derivation = area_parts.derivation

)

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
    observations.value,
    coalesce(observations.value_status, 'not_available') as value_status,
    observations.value_text,
    observations.correction_id,
    observations.ended_as,
    observations.release_id,
    releases.publisher,
    releases.dataset,
    releases.released_on,
    observations.source_file,
    observations.source_sheet,
    observations.source_cell
from by_area
left join observations
    on by_area.part_measure_id = observations.measure_id
    and by_area.part_area_code = observations.area_code
    and by_area.measured_period_id = observations.period_id
    and observations.recency = 1
left join releases on observations.release_id = releases.release_id
