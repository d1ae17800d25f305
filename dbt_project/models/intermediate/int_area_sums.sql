-- One row per measure, area that is the sum of others, period and span of days.
with observed as (

    select * from {{ ref('fct_observation_history') }}

),

-- Police records also lie outside the local areas, so that these do not make up their force.
additive as (

    select
        measure_id,
        topic
    from {{ ref('dim_measures') }}
    where is_additive_over_areas and publisher not in ('police', 'home_office')

),

parts as (

    select
        *,
        coalesce(of_population_alone, false) as is_of_population_alone
    from {{ ref('int_area_parts') }}
    where derivation = 'sum of areas'

),


number_of_parts as (

    select
        whole_area_code,
        count(*) as parts
    from parts
    group by whole_area_code

),

figures as (

    select
        observed.measure_id,
        parts.whole_area_code,
        observed.period_id,
        observed.value,
        observed.value_status,
        observed.release_id,
        observed.known_from,
        observed.known_to
    from observed
    inner join additive on observed.measure_id = additive.measure_id
    inner join parts on observed.area_code = parts.part_area_code
    where not parts.is_of_population_alone or additive.topic = 'population'

),

-- Where the whole is published, nothing is summed.
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
        case when count(figures.value) = max(number_of_parts.parts) then sum(figures.value) end as value,
        {{ status_of_sum('figures', 'max(number_of_parts.parts)') }} as value_status,
        {{ one_of('figures.release_id') }} as release_id,
        'sum of areas' as derivation,
        spans.known_from,
        spans.known_to
    from spans
    inner join figures
        on spans.measure_id = figures.measure_id
        and spans.area_code = figures.whole_area_code
        and spans.period_id = figures.period_id
        and {{ known_on('figures', 'spans') }}
    inner join number_of_parts on spans.area_code = number_of_parts.whole_area_code
    group by spans.measure_id, spans.area_code, spans.period_id, spans.known_from, spans.known_to

),

final as (

    select summed.*
    from summed
    left join published
        on summed.measure_id = published.measure_id
        and summed.area_code = published.area_code
        and summed.period_id = published.period_id
        and {{ known_on('published', 'summed') }}
    where published.measure_id is null

)

select * from final
