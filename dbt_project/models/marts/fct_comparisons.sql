-- One row per indicator, area and period that has a rate or a share: how it lies to areas of its type, its region, similar forces and nearest neighbours.
with facts as (

    select * from {{ ref('fct_indicators') }}

),

changes as (

    select measure_id from {{ ref('measure_links') }} where link = 'change_of'

),

-- A published change has no level, and no place among others.
indicators as (

    select
        indicators.*,
        indicators.denominator_measure_id is not null as has_denominator
    from {{ ref('dim_indicators') }} as indicators
    left join changes on indicators.numerator_measure_id = changes.measure_id
    where
        (indicators.denominator_measure_id is not null or indicators.unit = 'percent' or indicators.unit like 'per %')
        and changes.measure_id is null

),

areas as (

    select * from {{ ref('dim_areas') }}

),

similar_forces as (

    select
        police_force_code,
        similar_force_code
    from {{ ref('most_similar_forces') }}
    where similar_force_code <> police_force_code

),

-- Authorities that are like an area, and the forces that are like a force.
likenesses as (

    select
        area_code,
        neighbour_area_code as other_area_code
    from {{ ref('nearest_neighbours') }}
    union all
    select
        police_force_code as area_code,
        similar_force_code as other_area_code
    from similar_forces

),

-- Limits are of counts, and only of such that can be tested; a publisher's own rate is placed without them.
valued as (

    select
        facts.indicator_id,
        facts.area_code,
        facts.period_id,
        areas.area_type,
        indicators.polarity,
        indicators.scale,
        facts.interval_method,
        facts.value,
        facts.lower_95,
        facts.upper_95,
        facts.lower_998,
        facts.upper_998,
        case when indicators.has_denominator and facts.lower_998 is not null and facts.upper_998 is not null then facts.numerator end as tested_numerator,
        case when indicators.has_denominator and facts.lower_998 is not null and facts.upper_998 is not null then facts.denominator end as tested_denominator
    from facts
    inner join indicators on facts.indicator_id = indicators.indicator_id
    inner join areas on facts.area_code = areas.area_code
    where facts.value is not null

),

-- The region of an area: its parent, or the parent of its county.
parents as (

    select
        areas.area_code,
        case
            when first_parents.area_type = 'region' then first_parents.area_code
            when second_parents.area_type = 'region' then second_parents.area_code
        end as region_code
    from areas
    left join areas as first_parents on areas.parent_area_code = first_parents.area_code
    left join areas as second_parents on first_parents.parent_area_code = second_parents.area_code

),

among_their_type as (

    select
        valued.*,
        count(*) over type_window as areas_compared,
        count(valued.tested_denominator) over type_window as areas_tested,
        rank() over (partition by valued.indicator_id, valued.period_id, valued.area_type order by valued.value desc nulls last) as place,
        sum(valued.tested_numerator) over type_window / nullif(sum(valued.tested_denominator) over type_window, 0) as average_share
    from valued
    window type_window as (partition by valued.indicator_id, valued.period_id, valued.area_type)

),

with_funnel as (

    select
        *,
        tested_denominator is not null and areas_tested >= {{ least_areas() }} as has_funnel,
        tested_denominator is not null and areas_tested >= {{ least_areas() }} and interval_method = 'wilson' as has_limits
    from among_their_type

),

funnels as (

    select
        *,
        case when has_funnel then average_share * scale end as funnel_average,
        case when has_limits then {{ funnel_limit('average_share', 'tested_denominator', '95', 'lower') }} * scale end as funnel_lower_95,
        case when has_limits then {{ funnel_limit('average_share', 'tested_denominator', '95', 'upper') }} * scale end as funnel_upper_95,
        case when has_limits then {{ funnel_limit('average_share', 'tested_denominator', '998', 'lower') }} * scale end as funnel_lower_998,
        case when has_limits then {{ funnel_limit('average_share', 'tested_denominator', '998', 'upper') }} * scale end as funnel_upper_998
    from with_funnel

),

numbers_of_others as (

    select
        area_code,
        count(*) as others
    from likenesses
    group by area_code

),

-- Those that are like an area, taken together; only where each of them has a figure.
alike_totals as (

    select
        likenesses.area_code,
        valued.indicator_id,
        valued.period_id,
        sum(valued.tested_numerator) / nullif(sum(valued.tested_denominator), 0) * max(valued.scale) as value
    from likenesses
    inner join valued on likenesses.other_area_code = valued.area_code
    inner join numbers_of_others on likenesses.area_code = numbers_of_others.area_code
    group by likenesses.area_code, valued.indicator_id, valued.period_id
    having count(valued.tested_denominator) = max(numbers_of_others.others)

),

placed as (

    select
        funnels.*,
        parents.region_code,
        regions.value as region_value,
        case when funnels.area_type = 'police_force_area' then alike_totals.value end as similar_forces_value,
        case when funnels.area_type <> 'police_force_area' then alike_totals.value end as neighbours_value
    from funnels
    inner join parents on funnels.area_code = parents.area_code
    left join facts as regions
        on parents.region_code = regions.area_code
        and funnels.indicator_id = regions.indicator_id
        and funnels.period_id = regions.period_id
    left join alike_totals
        on funnels.area_code = alike_totals.area_code
        and funnels.indicator_id = alike_totals.indicator_id
        and funnels.period_id = alike_totals.period_id

)

select
    placed.indicator_id,
    placed.area_code,
    placed.period_id,
    placed.area_type,
    placed.value,
    cast(placed.areas_compared as bigint) as areas_compared,
    cast(placed.place as bigint) as place,
    {{ quantile_group('placed.place', 'placed.areas_compared', 5) }} as fifth,
    placed.funnel_average,
    placed.funnel_lower_95,
    placed.funnel_upper_95,
    placed.funnel_lower_998,
    placed.funnel_upper_998,
    case when placed.has_funnel then {{ funnel_significance('placed') }} else 'not_compared' end as funnel_significance,
    placed.region_code,
    placed.region_value,
    {{ compared_with('placed', 'placed.region_value') }} as compared_with_region,
    placed.similar_forces_value,
    {{ compared_with('placed', 'placed.similar_forces_value') }} as compared_with_similar_forces,
    placed.neighbours_value,
    {{ compared_with('placed', 'placed.neighbours_value') }} as compared_with_neighbours
from placed
