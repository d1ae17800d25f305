-- One row per signal of several neighbours: areas that border on each other and rose, or fell, at about the same time.
with spells as (

    select * from {{ ref('int_signal_spells') }}

),

limits as (

    select * from {{ ref('int_signal_limits') }}

),

neighbours as (

    select * from {{ ref('area_neighbours') }}

),

-- Spells of two neighbours with signals that were first noticed within two periods of each other.
pairs as (

    select
        here.series_id,
        here.period_type,
        here.direction,
        here.area_code,
        here.spell,
        there.area_code as other_area_code,
        there.spell as other_spell,
        min(here.number) as since_number,
        min(greatest(here.noticed_at, there.noticed_at)) as together_at
    from spells as here
    inner join neighbours on here.area_code = neighbours.area_code
    inner join spells as there
        on neighbours.neighbour_area_code = there.area_code
        and here.series_id = there.series_id
        and here.period_type = there.period_type
        and here.direction = there.direction
        and there.noticed_at between here.noticed_at - 2 and here.noticed_at + 2
    group by here.series_id, here.period_type, here.direction, here.area_code, here.spell, there.area_code, there.spell

),

beside as (

    select
        series_id,
        period_type,
        direction,
        area_code,
        spell,
        other_area_code,
        min(since_number) as since_number,
        min(together_at) as together_at
    from pairs
    group by series_id, period_type, direction, area_code, spell, other_area_code

),

counted as (

    select
        *,
        row_number() over (partition by series_id, period_type, direction, area_code, spell order by together_at, other_area_code) as place,
        count(*) over (partition by series_id, period_type, direction, area_code, spell order by together_at) as by_then
    from beside

),

-- Areas with as many neighbours as the rule asks for, and when they had them.
centres as (

    select
        series_id,
        period_type,
        direction,
        area_code,
        spell,
        since_number,
        together_at,
        by_then
    from counted
    where place = {{ least_neighbours() }}

),

nodes as (

    select
        series_id,
        period_type,
        direction,
        area_code,
        spell,
        max(latest_at) as latest_at
    from spells
    group by series_id, period_type, direction, area_code, spell

),

edges as (

    select
        series_id,
        period_type,
        direction,
        area_code,
        spell,
        other_area_code,
        other_spell
    from pairs
    union all
    select
        series_id,
        period_type,
        direction,
        area_code,
        spell,
        area_code as other_area_code,
        spell as other_spell
    from nodes

),

-- Those that hang together, from neighbour to neighbour, get the first of their names.
labels as (

    {{ labels_of('nodes', 'edges', ['series_id', 'period_type', 'direction']) }}

),

-- The area that first had them stands for all; of several, the one with most.
ranked as (

    select
        centres.*,
        labels.label,
        row_number() over (
            partition by centres.series_id, centres.period_type, centres.direction, labels.label
            order by centres.together_at asc, centres.by_then desc, centres.area_code asc, centres.spell asc
        ) as place
    from centres
    inner join labels
        on centres.series_id = labels.series_id
        and centres.period_type = labels.period_type
        and centres.direction = labels.direction
        and centres.area_code = labels.area_code
        and centres.spell = labels.spell

),

members as (

    select
        ranked.series_id,
        ranked.period_type,
        ranked.direction,
        ranked.area_code,
        ranked.since_number,
        ranked.together_at,
        labels.area_code as member_area_code,
        max(nodes.latest_at) as member_latest_at
    from ranked
    inner join labels
        on ranked.series_id = labels.series_id
        and ranked.period_type = labels.period_type
        and ranked.direction = labels.direction
        and ranked.label = labels.label
    inner join nodes
        on labels.series_id = nodes.series_id
        and labels.period_type = nodes.period_type
        and labels.direction = nodes.direction
        and labels.area_code = nodes.area_code
        and labels.spell = nodes.spell
    where ranked.place = 1
    group by
        ranked.series_id,
        ranked.period_type,
        ranked.direction,
        ranked.area_code,
        ranked.since_number,
        ranked.together_at,
        labels.area_code

),

lasting as (

    select
        *,
        row_number() over (
            partition by series_id, period_type, direction, area_code, since_number order by member_latest_at desc, member_area_code asc
        ) as place
    from members

),

-- The signal lasts as long as an area and as many neighbours as the rule asks for have one.
ends as (

    select
        series_id,
        period_type,
        direction,
        area_code,
        since_number,
        together_at,
        member_latest_at as latest_at
    from lasting
    where place = {{ least_neighbours() }} + 1

),

-- Members whose own signal ended before are not named.
named as (

    select
        ends.series_id,
        ends.period_type,
        ends.direction,
        ends.area_code,
        ends.since_number,
        ends.together_at,
        ends.latest_at,
        {{ joined('members.member_area_code', 'members.member_area_code') }} as area_codes
    from ends
    inner join members
        on ends.series_id = members.series_id
        and ends.period_type = members.period_type
        and ends.direction = members.direction
        and ends.area_code = members.area_code
        and ends.since_number = members.since_number
        and ends.latest_at - {{ current_points() }} < members.member_latest_at
    group by ends.series_id, ends.period_type, ends.direction, ends.area_code, ends.since_number, ends.together_at, ends.latest_at

)

select
    named.series_id,
    named.area_code,
    named.period_type,
    named.direction,
    named.since_number,
    max(case when limits.ordinal <= named.together_at then limits.number end) as number,
    max(limits.number) as latest_number,
    named.area_codes
from named
inner join limits
    on named.series_id = limits.series_id
    and named.area_code = limits.area_code
    and named.period_type = limits.period_type
    and greatest(named.latest_at, named.together_at) >= limits.ordinal
group by named.series_id, named.area_code, named.period_type, named.direction, named.since_number, named.area_codes
