-- One row per population, police force beyond the partnership, mid-year and span of days.
with authorities as (

    select * from {{ ref('int_authority_forces') }}

),

lookups as (

    select * from {{ ref('stg_ons__area_lookups') }}

),

areas as (

    select * from {{ ref('areas') }}

),

measures as (

    select * from {{ ref('fct_measure_history') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

-- An authority that others were made of is counted in these.
parts as (

    select
        authorities.area_code,
        authorities.police_force_code
    from authorities
    left join areas on authorities.police_force_code = areas.area_code
    where
        areas.area_code is null
        and authorities.area_code not in (select from_code from lookups where from_type = 'former lad')

),

number_of_parts as (

    select
        police_force_code,
        count(*) as parts
    from parts
    group by police_force_code

),

mid_years as (

    select
        measures.measure_id,
        parts.police_force_code as area_code,
        measures.period_id,
        measures.value,
        measures.value_status,
        measures.release_id,
        measures.known_from,
        measures.known_to
    from measures
    inner join periods on measures.period_id = periods.period_id and periods.period_type = 'mid_year'
    inner join parts on measures.area_code = parts.area_code
    where measures.measure_id in (select denominator_measure_id from indicators)

),

spans as (

    {{ spans_of('mid_years', ['measure_id', 'area_code', 'period_id']) }}

),

final as (

    select
        spans.measure_id,
        spans.area_code,
        spans.period_id,
        case when count(mid_years.value) = max(number_of_parts.parts) then sum(mid_years.value) end as value,
        {{ status_of_sum('mid_years', 'max(number_of_parts.parts)') }} as value_status,
        {{ one_of('mid_years.release_id') }} as release_id,
        spans.known_from,
        spans.known_to
    from spans
    inner join mid_years
        on spans.measure_id = mid_years.measure_id
        and spans.area_code = mid_years.area_code
        and spans.period_id = mid_years.period_id
        and {{ known_on('mid_years', 'spans') }}
    inner join number_of_parts on spans.area_code = number_of_parts.police_force_code
    group by spans.measure_id, spans.area_code, spans.period_id, spans.known_from, spans.known_to

)

select * from final
