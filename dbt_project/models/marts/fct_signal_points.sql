-- One row per series of early warning, area and period: the points of its chart.
with limits as (

    select * from {{ ref('int_signal_limits') }}

),

marks as (

    select * from {{ ref('int_signal_marks') }}

),

marked as (

    select
        limits.series_id,
        limits.area_code,
        limits.period_type,
        limits.number,
        max(marks.direction) as highest,
        min(marks.direction) as lowest
    from limits
    inner join marks
        on limits.series_id = marks.series_id
        and limits.area_code = marks.area_code
        and limits.period_type = marks.period_type
        and limits.number between marks.since_number and marks.number
    group by limits.series_id, limits.area_code, limits.period_type, limits.number

)

select
    limits.series_id,
    limits.area_code,
    limits.period_id,
    limits.indicator_id,
    limits.measure_id,
    limits.period_type,
    limits.chart,
    limits.value,
    limits.expected_value,
    limits.lower_limit,
    limits.upper_limit,
    limits.is_seasonal,
    limits.season,
    case when marked.highest = 1 then 'up' when marked.lowest = -1 then 'down' else 'none' end as signal
from limits
left join marked
    on limits.series_id = marked.series_id
    and limits.area_code = marked.area_code
    and limits.period_type = marked.period_type
    and limits.number = marked.number
