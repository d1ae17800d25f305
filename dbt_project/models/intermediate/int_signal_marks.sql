-- One row per series, area, period and rule that the period fulfils, with the point from which on.
with limits as (

    select
        *,
        {{ sign_of('adjusted_value - baseline_mean') }} as side
    from {{ ref('int_signal_limits') }}

),

cusum_signals as (

    select * from {{ ref('int_signal_cusum') }}

),

stepped as (

    select
        *,
        case when abs(adjusted_value - baseline_mean) > limit_width * 2 / 3 + 1e-9 then side else 0 end as near,
        {{ sign_of('adjusted_value - lag(adjusted_value) over (partition by series_id, area_code, period_type order by number)') }} as step
    from limits
    where chart = 'xmr' and limit_width is not null

),

windowed as (

    select
        *,
        {{ is_unbroken(run_points(), 'run_window') }} as is_run_unbroken,
        {{ is_unbroken(3, 'three_window') }} as is_three_unbroken,
        min(side) over run_window as run_low,
        max(side) over run_window as run_high,
        min(side) over three_window as three_low,
        max(side) over three_window as three_high,
        sum(case when near <> 0 then 1 else 0 end) over three_window as near_points,
        min(case when near <> 0 then number end) over three_window as first_near,
        min(step) over step_window as step_low,
        max(step) over step_window as step_high
    from stepped
    window
        run_window as (partition by series_id, area_code, period_type order by number rows between {{ run_points() | int - 1 }} preceding and current row),
        three_window as (partition by series_id, area_code, period_type order by number rows between 2 preceding and current row),
        step_window as (partition by series_id, area_code, period_type order by number rows between {{ run_points() | int - 2 }} preceding and current row)

),

marks as (

    select
        series_id,
        area_code,
        period_type,
        number,
        'point' as rule_id,
        side as direction,
        number as since_number
    from windowed
    where abs(adjusted_value - baseline_mean) > limit_width + 1e-9
    union all
    select
        series_id,
        area_code,
        period_type,
        number,
        'run' as rule_id,
        side as direction,
        number - {{ run_points() }} + 1 as since_number
    from windowed
    where is_run_unbroken and run_low = run_high and side <> 0
    union all
    select
        series_id,
        area_code,
        period_type,
        number,
        'trend' as rule_id,
        step as direction,
        number - {{ run_points() }} + 1 as since_number
    from windowed
    where is_run_unbroken and step_low = step_high and step <> 0
    union all
    select
        series_id,
        area_code,
        period_type,
        number,
        'two_of_three' as rule_id,
        side as direction,
        first_near as since_number
    from windowed
    where is_three_unbroken and three_low = three_high and side <> 0 and near_points >= 2
    union all
    select
        series_id,
        area_code,
        period_type,
        number,
        'cusum' as rule_id,
        1 as direction,
        since_number
    from cusum_signals

)

select
    series_id,
    area_code,
    period_type,
    cast(number as int) as number,
    rule_id,
    cast(direction as int) as direction,
    cast(since_number as int) as since_number
from marks
