-- One row per signal of one area: marks of a rule in one direction that follow each other.
with marks as (

    select * from {{ ref('int_signal_marks') }}

),

limits as (

    select * from {{ ref('int_signal_limits') }}

),

spaced as (

    select
        *,
        case
            when number - lag(number) over (partition by series_id, area_code, period_type, rule_id, direction order by number) <= {{ run_points() }} then 0
            else 1
        end as is_new
    from marks

),

episodes as (

    select
        *,
        sum(is_new) over (
            partition by series_id, area_code, period_type, rule_id, direction order by number rows between unbounded preceding and current row
        ) as episode
    from spaced

),

signals as (

    select
        series_id,
        area_code,
        period_type,
        rule_id,
        direction,
        min(since_number) as since_number,
        min(number) as number,
        max(number) as latest_number
    from episodes
    group by series_id, area_code, period_type, rule_id, direction, episode

),

-- A rise that several rules notice, one after the other, is one spell of the area.
apart as (

    select
        *,
        case
            when number - max(latest_number) over (
                partition by series_id, area_code, period_type, direction order by number, rule_id rows between unbounded preceding and 1 preceding
            ) <= {{ run_points() }} then 0
            else 1
        end as is_new
    from signals

),

numbered as (

    select
        *,
        sum(is_new) over (
            partition by series_id, area_code, period_type, direction order by number, rule_id rows between unbounded preceding and current row
        ) as spell
    from apart

)

select
    numbered.series_id,
    numbered.area_code,
    numbered.period_type,
    numbered.rule_id,
    numbered.direction,
    numbered.since_number,
    numbered.number,
    numbered.latest_number,
    cast(numbered.spell as int) as spell,
    firsts.ordinal as noticed_at,
    lasts.ordinal as latest_at
from numbered
inner join limits as firsts
    on numbered.series_id = firsts.series_id
    and numbered.area_code = firsts.area_code
    and numbered.period_type = firsts.period_type
    and numbered.number = firsts.number
inner join limits as lasts
    on numbered.series_id = lasts.series_id
    and numbered.area_code = lasts.area_code
    and numbered.period_type = lasts.period_type
    and numbered.latest_number = lasts.number
