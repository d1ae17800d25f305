-- One row per measure that is the sum of others, area, period and span of days.
with observed as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_status,
        known_from,
        known_to
    from {{ ref('fct_observation_history') }}

),

rests as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_status,
        known_from,
        known_to
    from {{ ref('int_rests') }}

),

area_sums as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_status,
        known_from,
        known_to
    from {{ ref('int_area_sums') }}

),

components as (

    select * from {{ ref('measure_components') }}

),

number_of_parts as (

    select
        measure_id,
        count(*) as parts
    from components
    group by measure_id

),

single as (

    select * from observed
    union all
    select * from rests
    union all
    select * from area_sums

),

figures as (

    select
        components.measure_id as sum_measure_id,
        single.*
    from components
    inner join single on components.component_measure_id = single.measure_id

),

-- Where the sum is published, or is a sum over areas, nothing is added up.
already as (

    select single.*
    from single
    where single.measure_id in (select measure_id from components)

),

changes as (

    select
        sum_measure_id as measure_id,
        area_code,
        period_id,
        known_from
    from figures
    union all
    select
        measure_id,
        area_code,
        period_id,
        known_from
    from already

),

spans as (

    {{ spans_of('changes', ['measure_id', 'area_code', 'period_id']) }}

),

-- A sum stands only on all of its parts.
summed as (

    select
        spans.measure_id,
        spans.area_code,
        spans.period_id,
        case when count(figures.value) = max(number_of_parts.parts) then sum(figures.value) end as value,
        {{ status_of_sum('figures', 'max(number_of_parts.parts)') }} as value_status,
        cast(null as string) as release_id,
        'sum of measures' as derivation,
        spans.known_from,
        spans.known_to
    from spans
    inner join figures
        on spans.measure_id = figures.sum_measure_id
        and spans.area_code = figures.area_code
        and spans.period_id = figures.period_id
        and {{ known_on('figures', 'spans') }}
    inner join number_of_parts on spans.measure_id = number_of_parts.measure_id
    group by spans.measure_id, spans.area_code, spans.period_id, spans.known_from, spans.known_to

),

final as (

    select summed.*
    from summed
    left join already
        on summed.measure_id = already.measure_id
        and summed.area_code = already.area_code
        and summed.period_id = already.period_id
        and {{ known_on('already', 'summed') }}
    where already.measure_id is null

)

select * from final
