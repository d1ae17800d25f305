-- One row per measure, area and period.
with observations as (

    select * from {{ ref('fct_observations') }} where is_latest

),

measures as (

    select * from {{ ref('dim_measures') }}

),

components as (

    select * from {{ ref('measure_components') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

observed as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_text,
        value_status,
        lower_limit,
        upper_limit,
        release_id,
        'observed' as derivation
    from observations

),

-- What a force recorded and no local area accounts for, wherever all its local areas and the force itself are published.
local_areas as (

    select
        observed.measure_id,
        areas.police_force_code,
        observed.period_id,
        count(observed.value) as areas_with_value,
        sum(observed.value) as value
    from observed
    inner join areas on observed.area_code = areas.area_code and areas.area_type = 'local_authority'
    inner join measures on observed.measure_id = measures.measure_id and measures.is_additive_over_areas
    group by observed.measure_id, areas.police_force_code, observed.period_id

),

areas_of_force as (

    select
        police_force_code,
        count(*) as areas_in_force
    from areas
    where area_type = 'local_authority'
    group by police_force_code

),

unallocated as (

    select
        observed.measure_id,
        unallocated_area.area_code,
        observed.period_id,
        case when local_areas.areas_with_value = areas_of_force.areas_in_force then observed.value - local_areas.value end as value,
        cast(null as string) as value_text,
        case
            when local_areas.areas_with_value = areas_of_force.areas_in_force then observed.value_status
            else 'not_available'
        end as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        observed.release_id,
        'force less its local areas' as derivation
    from observed
    inner join local_areas
        on observed.measure_id = local_areas.measure_id
        and observed.area_code = local_areas.police_force_code
        and observed.period_id = local_areas.period_id
    inner join areas_of_force on local_areas.police_force_code = areas_of_force.police_force_code
    inner join areas as unallocated_area
        on local_areas.police_force_code = unallocated_area.police_force_code and unallocated_area.area_type = 'unallocated'
    left join observed as already
        on observed.measure_id = already.measure_id
        and unallocated_area.area_code = already.area_code
        and observed.period_id = already.period_id
    where already.measure_id is null

),

single_measures as (

    select * from observed
    union all
    select * from unallocated

),

parts_of_sum as (

    select
        measure_id,
        count(*) as parts
    from components
    group by measure_id

),

-- A sum stands only on all of its parts.
summed as (

    select
        components.measure_id,
        single_measures.area_code,
        single_measures.period_id,
        case when count(single_measures.value) = max(parts_of_sum.parts) then sum(single_measures.value) end as value,
        cast(null as string) as value_text,
        case
            when count(single_measures.value) = max(parts_of_sum.parts) then 'published'
            when count(case when single_measures.value_status = 'suppressed' then 1 end) > 0 then 'suppressed'
            else 'not_available'
        end as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as release_id,
        'sum of measures' as derivation
    from components
    inner join parts_of_sum on components.measure_id = parts_of_sum.measure_id
    inner join single_measures on components.component_measure_id = single_measures.measure_id
    left join single_measures as already
        on components.measure_id = already.measure_id
        and single_measures.area_code = already.area_code
        and single_measures.period_id = already.period_id
    where already.measure_id is null
    group by components.measure_id, single_measures.area_code, single_measures.period_id

),

final as (

    select * from single_measures
    union all
    select * from summed

)

select
    final.measure_id,
    final.area_code,
    final.period_id,
    periods.year,
    final.value,
    final.value_text,
    final.value_status,
    final.lower_limit,
    final.upper_limit,
    final.release_id,
    final.derivation
from final
inner join periods on final.period_id = periods.period_id
