-- One row per measure, unallocated area of a force, period and span of days.
with observed as (

    select * from {{ ref('fct_observation_history') }}

),

additive as (

    select measure_id from {{ ref('dim_measures') }} where is_additive_over_areas

),

parts as (

    select * from {{ ref('int_area_parts') }} where derivation = 'force less its local areas'

),

number_of_areas as (

    select
        whole_area_code,
        count(case when sign = -1 then 1 end) as areas
    from parts
    group by whole_area_code

),

figures as (

    select
        observed.measure_id,
        parts.whole_area_code,
        parts.sign,
        observed.period_id,
        observed.value,
        observed.value_status,
        observed.release_id,
        observed.known_from,
        observed.known_to
    from observed
    inner join additive on observed.measure_id = additive.measure_id
    inner join parts on observed.area_code = parts.part_area_code

),

-- A force that publishes the rest itself needs none.
published as (

    select observed.*
    from observed
    where observed.area_code in (select whole_area_code from parts)

),

changes as (

    select
        measure_id,
        whole_area_code as area_code,
        period_id,
        known_from
    from figures
    union all
    select
        measure_id,
        area_code,
        period_id,
        known_from
    from published

),

spans as (

    {{ spans_of('changes', ['measure_id', 'area_code', 'period_id']) }}

),

summed as (

    select
        spans.measure_id,
        spans.area_code,
        spans.period_id,
        spans.known_from,
        spans.known_to,
        count(case when figures.sign = 1 then 1 end) as forces,
        max(case when figures.sign = 1 then figures.value end) as force_value,
        max(case when figures.sign = 1 then figures.value_status end) as force_status,
        max(case when figures.sign = 1 then figures.release_id end) as force_release_id,
        count(case when figures.sign = -1 then 1 end) as areas,
        count(case when figures.sign = -1 then figures.value end) as areas_with_value,
        count(case when figures.sign = -1 and figures.value_status = 'suppressed' then 1 end) as areas_suppressed,
        sum(case when figures.sign = -1 then figures.value end) as areas_value
    from spans
    inner join figures
        on spans.measure_id = figures.measure_id
        and spans.area_code = figures.whole_area_code
        and spans.period_id = figures.period_id
        and {{ known_on('figures', 'spans') }}
    group by spans.measure_id, spans.area_code, spans.period_id, spans.known_from, spans.known_to

),

final as (

    select
        summed.measure_id,
        summed.area_code,
        summed.period_id,
        case when summed.areas_with_value = number_of_areas.areas then summed.force_value - summed.areas_value end as value,
        case
            when summed.areas_with_value = number_of_areas.areas then summed.force_status
            when summed.areas_suppressed > 0 then 'suppressed'
            else 'not_available'
        end as value_status,
        summed.force_release_id as release_id,
        'force less its local areas' as derivation,
        summed.known_from,
        summed.known_to
    from summed
    inner join number_of_areas on summed.area_code = number_of_areas.whole_area_code
    left join published
        on summed.measure_id = published.measure_id
        and summed.area_code = published.area_code
        and summed.period_id = published.period_id
        and {{ known_on('published', 'summed') }}
    where summed.forces > 0 and summed.areas > 0 and published.measure_id is null

)

select * from final
