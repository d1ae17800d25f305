-- One row per indicator, area, period and span of days.
with numbers as (

    select * from {{ ref('int_indicator_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

-- The figures of single years that end in the same month are the points of a series.
points as (

    select
        numbers.indicator_id,
        numbers.area_code,
        numbers.period_id,
        periods.period_type,
        periods.period_type || cast(extract(month from periods.end_date) as string) as series,
        periods.end_date,
        numbers.interval_method = 'wilson' as is_proportion,
        case
            when periods.period_type = 'three_pooled_years' then 'pooled_years'
            when periods.period_type not in ('calendar_year', 'financial_year', 'rolling_twelve_months') then 'not_yearly'
            when numbers.value_status = 'estimated' then 'estimated'
            when numbers.interval_method in ('none', 'student_t') or (numbers.interval_method = 'publisher' and indicators.unit not like 'per %')
                then 'no_counts'
        end as reason,
        case
            when numbers.interval_method in ('byar', 'wilson') then numbers.is_testable
            else numbers.value is not null
        end and (numbers.interval_method = 'wilson' or numbers.upper_95 > numbers.lower_95) as is_valid,
        numbers.interval_method = 'wilson' and numbers.numerator = numbers.denominator as is_whole,
        numbers.numerator,
        numbers.denominator,
        case
            when numbers.interval_method <> 'wilson' then numbers.value
            when numbers.is_testable and numbers.numerator < numbers.denominator then {{ log_odds('numbers.numerator', 'numbers.denominator') }}
        end as figure,
        case
            when numbers.interval_method = 'wilson' then 1e0
            else {{ trend_weight('numbers.lower_95', 'numbers.upper_95') }}
        end as weight,
        numbers.known_from,
        numbers.known_to
    from numbers
    inner join indicators on numbers.indicator_id = indicators.indicator_id
    inner join periods on numbers.period_id = periods.period_id

),

untrended as (

    select * from points where reason is not null

),

yearly as (

    select * from points where period_type in ('calendar_year', 'financial_year', 'rolling_twelve_months')

),

changes as (

    select
        points.indicator_id,
        points.area_code,
        points.period_id,
        points.series,
        points.end_date,
        earlier.known_from
    from yearly as points
    inner join yearly as earlier
        on points.indicator_id = earlier.indicator_id
        and points.area_code = earlier.area_code
        and points.series = earlier.series
        and points.end_date >= earlier.end_date
    where points.reason is null

),

spans as (

    {{ spans_of('changes', ['indicator_id', 'area_code', 'period_id', 'series', 'end_date']) }}

),

-- Backwards from the newest point, as they were known in the span.
ranked as (

    select
        spans.indicator_id,
        spans.area_code,
        spans.period_id,
        spans.known_from,
        spans.known_to,
        spans.end_date = points.end_date as is_newest,
        points.is_proportion,
        coalesce(points.is_valid, false) as is_valid,
        points.is_whole,
        points.numerator,
        points.denominator,
        points.figure,
        points.weight,
        row_number() over (
            partition by spans.indicator_id, spans.area_code, spans.period_id, spans.known_from
            order by points.end_date desc
        ) as recency
    from spans
    inner join yearly as points
        on spans.indicator_id = points.indicator_id
        and spans.area_code = points.area_code
        and spans.series = points.series
        and spans.end_date >= points.end_date
        and {{ known_on('points', 'spans') }}

),

-- The points in use end before the first that is not valid.
unbroken as (

    select
        *,
        min(case when not is_valid then recency end) over (
            partition by indicator_id, area_code, period_id, known_from
        ) as first_invalid
    from ranked

),

counted as (

    select
        indicator_id,
        area_code,
        period_id,
        known_from,
        known_to,
        max(case when is_newest then 1 else 0 end) = 1 as is_known,
        count(case when recency < coalesce(first_invalid, recency + 1) then 1 end) as valid_points,
        count(case when recency < coalesce(first_invalid, recency + 1) and is_whole then 1 end) as whole_points,
        max(first_invalid) as first_invalid
    from unbroken
    group by indicator_id, area_code, period_id, known_from, known_to

),

newest as (

    select
        *,
        {{ trend_points() }} + 1 - recency as time
    from unbroken
    where recency <= {{ trend_points() }} and recency < coalesce(first_invalid, recency + 1)

),

summed as (

    select
        indicator_id,
        area_code,
        period_id,
        known_from,
        max(case when is_proportion then 1 else 0 end) = 1 as is_proportion,
        sum(weight) as weights,
        sum(weight * time) as times,
        sum(weight * time * time) as squared_times,
        sum(weight * figure) as figures,
        sum(weight * figure * time) as timed_figures,
        sum(denominator) as denominators,
        sum(numerator) as numerators,
        sum(denominator * time) as timed_denominators,
        sum(numerator * time) as timed_numerators,
        sum(denominator * time * time) as squared_denominators
    from newest
    group by indicator_id, area_code, period_id, known_from
    having count(*) = {{ trend_points() }} and count(figure) = {{ trend_points() }}

),

-- The sums without each of the points in turn.
without_one as (

    select
        newest.indicator_id,
        newest.area_code,
        newest.period_id,
        newest.known_from,
        summed.weights - newest.weight as weights,
        summed.times - newest.weight * newest.time as times,
        summed.figures - newest.weight * newest.figure as figures,
        summed.timed_figures - newest.weight * newest.figure * newest.time as timed_figures
    from newest
    inner join summed
        on newest.indicator_id = summed.indicator_id
        and newest.area_code = summed.area_code
        and newest.period_id = summed.period_id
        and newest.known_from = summed.known_from

),

slopes as (

    select
        indicator_id,
        area_code,
        period_id,
        known_from,
        min({{ slope_direction('weights', 'times', 'figures', 'timed_figures') }}) as lowest,
        max({{ slope_direction('weights', 'times', 'figures', 'timed_figures') }}) as highest
    from without_one
    group by indicator_id, area_code, period_id, known_from

),

directions as (

    select
        summed.indicator_id,
        summed.area_code,
        summed.period_id,
        summed.known_from,
        {{ slope_direction('summed.weights', 'summed.times', 'summed.figures', 'summed.timed_figures') }} as direction,
        slopes.lowest,
        slopes.highest,
        case
            when summed.is_proportion then {{ proportion_trend_statistic('summed') }}
            else {{ rate_trend_statistic('summed') }}
        end as statistic
    from summed
    inner join slopes
        on summed.indicator_id = slopes.indicator_id
        and summed.area_code = slopes.area_code
        and summed.period_id = slopes.period_id
        and summed.known_from = slopes.known_from

),

trended as (

    select
        counted.indicator_id,
        counted.area_code,
        counted.period_id,
        case
            when counted.valid_points < {{ trend_points() }} or counted.whole_points > 0 then null
            when directions.statistic > {{ trend_limit() }} and directions.lowest = 1 and directions.direction = 1 then 'increasing'
            when directions.statistic > {{ trend_limit() }} and directions.highest = -1 and directions.direction = -1 then 'decreasing'
            else 'no_significant_change'
        end as trend,
        case
            when counted.valid_points < {{ trend_points() }} and counted.first_invalid is not null then 'missing_year'
            when counted.valid_points < {{ trend_points() }} then 'too_few_years'
            when counted.whole_points > 0 then 'numerator_is_denominator'
        end as reason,
        counted.known_from,
        counted.known_to
    from counted
    left join directions
        on counted.indicator_id = directions.indicator_id
        and counted.area_code = directions.area_code
        and counted.period_id = directions.period_id
        and counted.known_from = directions.known_from
    where counted.is_known

),

final as (

    select * from trended
    union all
    select
        indicator_id,
        area_code,
        period_id,
        cast(null as string) as trend,
        reason,
        known_from,
        known_to
    from untrended

)

select * from final
