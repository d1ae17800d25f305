-- One row per series, area and period, with its baseline and limits.
with series as (

    select * from {{ ref('int_signal_series') }}

),

seasons as (

    select * from {{ ref('int_signal_seasons') }}

),

cusum_limits as (

    select * from {{ ref('cusum_limits') }}

),

adjusted as (

    select
        series.*,
        seasons.season,
        seasons.effect,
        seasons.factor,
        series.value - seasons.effect as adjusted_value,
        greatest({{ least_points() }}, series.number - {{ run_points() }}) as last_of_baseline
    from series
    inner join seasons
        on series.series_id = seasons.series_id
        and series.area_code = seasons.area_code
        and series.period_type = seasons.period_type
        and series.place_in_year = seasons.place_in_year

),

-- A moving range over a gap is none.
ranged as (

    select
        *,
        case
            when ordinal - lag(ordinal) over (partition by series_id, area_code, period_type order by ordinal) = 1
                then abs(adjusted_value - lag(adjusted_value) over (partition by series_id, area_code, period_type order by ordinal))
        end as moving_range
    from adjusted

),

beside as (

    select
        points.series_id,
        points.area_code,
        points.period_type,
        points.number,
        points.last_decimal,
        earlier.adjusted_value,
        case when earlier.number > points.last_of_baseline - {{ baseline_points() }} + 1 then earlier.moving_range end as moving_range
    from ranged as points
    inner join ranged as earlier
        on points.series_id = earlier.series_id
        and points.area_code = earlier.area_code
        and points.period_type = earlier.period_type
        and earlier.number between points.last_of_baseline - {{ baseline_points() }} + 1 and points.last_of_baseline

),

means as (

    select
        series_id,
        area_code,
        period_type,
        number,
        count(*) as figures,
        avg(adjusted_value) as mean_value,
        median(adjusted_value) as middle_value,
        avg(moving_range) as mean_range
    from beside
    group by series_id, area_code, period_type, number

),

-- Moving ranges that are themselves out of the ordinary would widen the limits.
screened as (

    select
        beside.series_id,
        beside.area_code,
        beside.period_type,
        beside.number,
        -- Figures that hardly vary have limits too: one unit of the last decimal that is shown.
        greatest({{ xmr_factor() }} * avg(beside.moving_range), max(beside.last_decimal)) as limit_width
    from beside
    inner join means
        on beside.series_id = means.series_id
        and beside.area_code = means.area_code
        and beside.period_type = means.period_type
        and beside.number = means.number
        and beside.moving_range <= {{ moving_range_factor() }} * means.mean_range
    group by beside.series_id, beside.area_code, beside.period_type, beside.number

),

-- A wrong figure would move the mean; the median, which the limits lie around here, it leaves where it is.
kept as (

    select
        beside.series_id,
        beside.area_code,
        beside.period_type,
        beside.number,
        count(*) as figures,
        avg(beside.adjusted_value) as mean_value
    from beside
    inner join means
        on beside.series_id = means.series_id
        and beside.area_code = means.area_code
        and beside.period_type = means.period_type
        and beside.number = means.number
    inner join screened
        on beside.series_id = screened.series_id
        and beside.area_code = screened.area_code
        and beside.period_type = screened.period_type
        and beside.number = screened.number
        and abs(beside.adjusted_value - means.middle_value) <= screened.limit_width + 1e-9
    group by beside.series_id, beside.area_code, beside.period_type, beside.number

),

limited as (

    select
        ranged.*,
        screened.limit_width,
        -- More of them than that are no errors but a level of their own. Of rare events a single high count is no error either.
        case
            when ranged.chart = 'xmr' and kept.figures >= means.figures * (1 - {{ screened_share() }}) then kept.mean_value
            else means.mean_value
        end as baseline_mean
    from ranged
    inner join means
        on ranged.series_id = means.series_id
        and ranged.area_code = means.area_code
        and ranged.period_type = means.period_type
        and ranged.number = means.number
    left join screened
        on ranged.series_id = screened.series_id
        and ranged.area_code = screened.area_code
        and ranged.period_type = screened.period_type
        and ranged.number = screened.number
    left join kept
        on ranged.series_id = kept.series_id
        and ranged.area_code = kept.area_code
        and ranged.period_type = kept.period_type
        and ranged.number = kept.number

),

-- The row of the table is that of the mean, or the next one above it: a mean that was too low by chance alarms less.
looked_up as (

    select
        limited.series_id,
        limited.area_code,
        limited.period_type,
        limited.number,
        min(cusum_limits.baseline_mean) as table_mean
    from limited
    inner join cusum_limits on limited.baseline_mean <= cusum_limits.baseline_mean
    where limited.chart = 'cusum'
    group by limited.series_id, limited.area_code, limited.period_type, limited.number

)

select
    limited.series_id,
    limited.indicator_id,
    limited.measure_id,
    limited.area_code,
    limited.period_type,
    limited.period_id,
    limited.ordinal,
    limited.number,
    limited.points,
    limited.chart,
    limited.season,
    limited.season = 'taken_out' as is_seasonal,
    limited.value,
    limited.adjusted_value,
    limited.baseline_mean,
    limited.limit_width,
    -- As they lie around the month's own figure.
    case when limited.chart = 'cusum' then limited.baseline_mean * limited.factor else limited.baseline_mean + limited.effect end as expected_value,
    case
        when limited.chart = 'cusum' then null
        when limited.is_never_negative then greatest(0, limited.baseline_mean + limited.effect - limited.limit_width)
        else limited.baseline_mean + limited.effect - limited.limit_width
    end as lower_limit,
    case when limited.chart = 'xmr' then limited.baseline_mean + limited.effect + limited.limit_width end as upper_limit,
    cusum_limits.reference_value * limited.factor as reference_value,
    cusum_limits.cusum_limit,
    baseline_first.period_id as baseline_from_period_id,
    baseline_last.period_id as baseline_to_period_id
from limited
left join looked_up
    on limited.series_id = looked_up.series_id
    and limited.area_code = looked_up.area_code
    and limited.period_type = looked_up.period_type
    and limited.number = looked_up.number
left join cusum_limits on looked_up.table_mean = cusum_limits.baseline_mean
inner join series as baseline_first
    on limited.series_id = baseline_first.series_id
    and limited.area_code = baseline_first.area_code
    and limited.period_type = baseline_first.period_type
    and greatest(1, limited.last_of_baseline - {{ baseline_points() }} + 1) = baseline_first.number
inner join series as baseline_last
    on limited.series_id = baseline_last.series_id
    and limited.area_code = baseline_last.area_code
    and limited.period_type = baseline_last.period_type
    and limited.last_of_baseline = baseline_last.number
