-- One row per series, area and period, with its baseline and limits.
with series as (

    select * from {{ ref('int_signal_series') }}

),

f_limits as (

    select * from {{ ref('seasonality_limits') }}

),

cusum_limits as (

    select * from {{ ref('cusum_limits') }}

),

-- The newest twelve months are no part of what a month is compared with, so that a rise does not hide itself.
aged as (

    select
        *,
        cast(floor((max(ordinal) over (partition by series_id, area_code, period_type) - ordinal) / periods_in_year) as int) as years_ago
    from series

),

complete_years as (

    select
        series_id,
        area_code,
        period_type,
        years_ago,
        avg(value) as year_mean,
        row_number() over (partition by series_id, area_code, period_type order by years_ago) as place
    from aged
    where years_ago between 1 and {{ seasonal_years() }}
    group by series_id, area_code, period_type, years_ago
    having count(*) = max(periods_in_year)

),

of_whole_years as (

    select
        aged.*,
        complete_years.year_mean,
        avg(aged.value) over (partition by aged.series_id, aged.area_code, aged.period_type) as grand_mean,
        avg(aged.value) over (partition by aged.series_id, aged.area_code, aged.period_type, aged.place_in_year) as place_mean,
        count(*) over (partition by aged.series_id, aged.area_code, aged.period_type, aged.place_in_year) as years
    from aged
    inner join complete_years
        on aged.series_id = complete_years.series_id
        and aged.area_code = complete_years.area_code
        and aged.period_type = complete_years.period_type
        and aged.years_ago = complete_years.years_ago
        and complete_years.place = complete_years.years_ago

),

-- Months differ if their variance exceeds what is left when the years and the months are taken out.
tested as (

    select
        series_id,
        area_code,
        period_type,
        cast(max(years) as int) as years,
        max(periods_in_year) as periods_in_year,
        sum(power(place_mean - grand_mean, 2)) / (max(periods_in_year) - 1) as between_places,
        sum(power(value - place_mean - year_mean + grand_mean, 2))
        / nullif((max(periods_in_year) - 1) * (max(years) - 1), 0) as within_places
    from of_whole_years
    group by series_id, area_code, period_type

),

seasonal as (

    select
        tested.series_id,
        tested.area_code,
        tested.period_type
    from tested
    inner join f_limits on tested.years = f_limits.years and tested.periods_in_year = f_limits.periods_in_year
    where tested.between_places > f_limits.f_limit * tested.within_places

),

effects as (

    select distinct
        of_whole_years.series_id,
        of_whole_years.area_code,
        of_whole_years.period_type,
        of_whole_years.place_in_year,
        of_whole_years.place_mean - of_whole_years.grand_mean as effect,
        of_whole_years.place_mean / nullif(of_whole_years.grand_mean, 0) as factor
    from of_whole_years
    inner join seasonal
        on of_whole_years.series_id = seasonal.series_id
        and of_whole_years.area_code = seasonal.area_code
        and of_whole_years.period_type = seasonal.period_type

),

adjusted as (

    select
        series.*,
        effects.effect is not null as is_seasonal,
        coalesce(effects.effect, 0) as effect,
        coalesce(effects.factor, 1) as factor,
        series.value - coalesce(effects.effect, 0) as adjusted_value,
        greatest({{ least_points() }}, series.number - {{ run_points() }}) as last_of_baseline
    from series
    left join effects
        on series.series_id = effects.series_id
        and series.area_code = effects.area_code
        and series.period_type = effects.period_type
        and series.place_in_year = effects.place_in_year

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
        avg(adjusted_value) as baseline_mean,
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
        avg(beside.moving_range) as mean_range
    from beside
    inner join means
        on beside.series_id = means.series_id
        and beside.area_code = means.area_code
        and beside.period_type = means.period_type
        and beside.number = means.number
        and beside.moving_range <= {{ moving_range_factor() }} * means.mean_range
    group by beside.series_id, beside.area_code, beside.period_type, beside.number

),

limited as (

    select
        ranged.*,
        means.baseline_mean,
        -- Figures that hardly vary have limits too: one unit of the last decimal that is shown.
        greatest({{ xmr_factor() }} * screened.mean_range, ranged.last_decimal) as limit_width
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
    limited.is_seasonal,
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
