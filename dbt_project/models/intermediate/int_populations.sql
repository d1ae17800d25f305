-- One row per population, area, period of a rate and span of days.
with indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('fct_measure_history') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

-- A population is of one day, the middle of a year; a rate over three years is taken of three such years of persons.
mid_years as (

    select
        measures.measure_id,
        measures.area_code,
        periods.period_id,
        case when periods.period_type = 'three_pooled_years' then 3 else 1 end as years,
        measures.value,
        measures.value_status,
        measures.release_id,
        measures.known_from,
        measures.known_to
    from measures
    inner join periods as mid_years on measures.period_id = mid_years.period_id and mid_years.period_type = 'mid_year'
    inner join periods on {{ is_denominator_of('mid_years', 'periods') }}
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
        case when count(mid_years.value) = max(mid_years.years) then sum(mid_years.value) end as value,
        {{ status_of_sum('mid_years', 'max(mid_years.years)') }} as value_status,
        {{ one_of('mid_years.release_id') }} as release_id,
        spans.known_from,
        spans.known_to
    from spans
    inner join mid_years
        on spans.measure_id = mid_years.measure_id
        and spans.area_code = mid_years.area_code
        and spans.period_id = mid_years.period_id
        and {{ known_on('mid_years', 'spans') }}
    group by spans.measure_id, spans.area_code, spans.period_id, spans.known_from, spans.known_to

)

select * from final
