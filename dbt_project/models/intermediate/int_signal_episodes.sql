-- One row per signal: marks of a rule in one direction that follow each other, and signals of several neighbours.
with marks as (

    select * from {{ ref('int_signal_marks') }}

),

limits as (

    select * from {{ ref('int_signal_limits') }}

),

neighbours as (

    select * from {{ ref('area_neighbours') }}

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

placed as (

    select
        signals.*,
        firsts.ordinal as noticed_at
    from signals
    inner join limits as firsts
        on signals.series_id = firsts.series_id
        and signals.area_code = firsts.area_code
        and signals.period_type = firsts.period_type
        and signals.number = firsts.number

),

-- An authority and the neighbours whose signal was first noticed with its own, or up to two periods before or after it.
together as (

    select
        here.series_id,
        here.area_code,
        here.period_type,
        here.direction,
        here.number,
        here.noticed_at,
        count(distinct there.area_code) as neighbours,
        max(greatest(here.noticed_at, there.noticed_at)) as together_at
    from placed as here
    inner join neighbours on here.area_code = neighbours.area_code
    inner join placed as there
        on neighbours.neighbour_area_code = there.area_code
        and here.series_id = there.series_id
        and here.period_type = there.period_type
        and here.direction = there.direction
        and there.noticed_at between here.noticed_at - 2 and here.noticed_at + 2
    group by here.series_id, here.area_code, here.period_type, here.direction, here.number, here.noticed_at
    having count(distinct there.area_code) >= 2

),

-- Of several such authorities at one time the one with most of these neighbours stands for all.
ranked as (

    select
        *,
        row_number() over (
            partition by series_id, period_type, direction, together_at order by neighbours desc, area_code asc, number asc
        ) as place
    from together

),

apart as (

    select
        *,
        case
            when together_at - lag(together_at) over (partition by series_id, period_type, direction order by together_at) <= {{ run_points() }} then 0
            else 1
        end as is_new
    from ranked
    where place = 1

),

last_points as (

    select
        series_id,
        area_code,
        period_type,
        ordinal,
        number
    from limits

),

shared as (

    select
        apart.series_id,
        apart.area_code,
        apart.period_type,
        'neighbours' as rule_id,
        apart.direction,
        apart.number as since_number,
        max(last_points.number) as number,
        max(last_points.number) as latest_number
    from apart
    inner join last_points
        on apart.series_id = last_points.series_id
        and apart.area_code = last_points.area_code
        and apart.period_type = last_points.period_type
        and apart.together_at >= last_points.ordinal
    where apart.is_new = 1
    group by apart.series_id, apart.area_code, apart.period_type, apart.direction, apart.number

),

-- Who they are.
members as (

    select distinct
        shared.series_id,
        shared.area_code,
        shared.period_type,
        shared.direction,
        shared.since_number,
        there.area_code as member_area_code
    from shared
    inner join placed as here
        on shared.series_id = here.series_id
        and shared.area_code = here.area_code
        and shared.period_type = here.period_type
        and shared.direction = here.direction
        and shared.since_number = here.number
    left join neighbours on here.area_code = neighbours.area_code
    inner join placed as there
        on (neighbours.neighbour_area_code = there.area_code or here.area_code = there.area_code)
        and here.series_id = there.series_id
        and here.period_type = there.period_type
        and here.direction = there.direction
        and there.noticed_at between here.noticed_at - 2 and here.noticed_at + 2

),

members_listed as (

    select
        series_id,
        area_code,
        period_type,
        direction,
        since_number,
        {{ joined('member_area_code', 'member_area_code') }} as area_codes
    from members
    group by series_id, area_code, period_type, direction, since_number

),

united as (

    select
        series_id,
        area_code,
        period_type,
        rule_id,
        direction,
        since_number,
        number,
        latest_number,
        area_code as area_codes
    from signals
    union all
    select
        shared.series_id,
        shared.area_code,
        shared.period_type,
        shared.rule_id,
        shared.direction,
        shared.since_number,
        shared.number,
        shared.latest_number,
        members_listed.area_codes
    from shared
    inner join members_listed
        on shared.series_id = members_listed.series_id
        and shared.area_code = members_listed.area_code
        and shared.period_type = members_listed.period_type
        and shared.direction = members_listed.direction
        and shared.since_number = members_listed.since_number

),

-- How the figures since then lie to what was expected.
measured as (

    select
        united.series_id,
        united.area_code,
        united.period_type,
        united.rule_id,
        united.direction,
        united.since_number,
        united.number,
        united.latest_number,
        united.area_codes,
        count(*) as figures,
        avg(limits.value) as average_since,
        avg(limits.expected_value) as average_expected
    from united
    inner join limits
        on united.series_id = limits.series_id
        and united.area_code = limits.area_code
        and united.period_type = limits.period_type
        and limits.number between united.since_number and united.number
    group by
        united.series_id,
        united.area_code,
        united.period_type,
        united.rule_id,
        united.direction,
        united.since_number,
        united.number,
        united.latest_number,
        united.area_codes

)

select * from measured
