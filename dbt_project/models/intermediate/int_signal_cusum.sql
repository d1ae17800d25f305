-- One row per series of rare events, area and period in which its cumulative sum reaches the limit.
with points as (

    select * from {{ ref('int_signal_limits') }} where chart = 'cusum' and cusum_limit is not null

),

sums as (

    select
        *,
        sum(value - reference_value) over (
            partition by series_id, area_code, period_type order by number rows between unbounded preceding and current row
        ) as total
    from points

),

starts as (

    select
        series_id,
        area_code,
        period_type,
        number,
        total - (value - reference_value) as total_before
    from sums

),

-- The first point at which what came since the beginning of a start reaches the limit.
reached as (

    select
        starts.series_id,
        starts.area_code,
        starts.period_type,
        starts.number,
        min(case when sums.total - starts.total_before >= sums.cusum_limit - 1e-9 then sums.number end) as signal
    from starts
    inner join sums
        on starts.series_id = sums.series_id
        and starts.area_code = sums.area_code
        and starts.period_type = sums.period_type
        and starts.number <= sums.number
    group by starts.series_id, starts.area_code, starts.period_type, starts.number

),

-- A sum that is begun after a point signals when the first of the starts after it does.
nexts as (

    select
        series_id,
        area_code,
        period_type,
        number - 1 as node,
        min(signal) over (
            partition by series_id, area_code, period_type order by number rows between current row and unbounded following
        ) as next_node
    from reached

),

first_nodes as (

    select
        series_id,
        area_code,
        period_type,
        min(node) as first_node
    from nexts
    group by series_id, area_code, period_type

),

from_zero as (

    select
        nexts.series_id,
        nexts.area_code,
        nexts.period_type,
        case when nexts.node = first_nodes.first_node then 0 else nexts.node end as node,
        nexts.next_node
    from nexts
    inner join first_nodes
        on nexts.series_id = first_nodes.series_id
        and nexts.area_code = first_nodes.area_code
        and nexts.period_type = first_nodes.period_type

),

signals as (

    {{ chain_of('from_zero', ['series_id', 'area_code', 'period_type']) }}

),

lowest as (

    select
        signals.series_id,
        signals.area_code,
        signals.period_type,
        signals.node,
        signals.begun,
        min(starts.total_before) as total_before
    from signals
    inner join starts
        on signals.series_id = starts.series_id
        and signals.area_code = starts.area_code
        and signals.period_type = starts.period_type
        and signals.begun < starts.number
        and signals.node >= starts.number
    group by signals.series_id, signals.area_code, signals.period_type, signals.node, signals.begun

),

-- The rise is dated by the last point at which the sum stood at its lowest.
final as (

    select
        lowest.series_id,
        lowest.area_code,
        lowest.period_type,
        lowest.node as number,
        max(starts.number) as since_number
    from lowest
    inner join starts
        on lowest.series_id = starts.series_id
        and lowest.area_code = starts.area_code
        and lowest.period_type = starts.period_type
        and lowest.begun < starts.number
        and lowest.node >= starts.number
        and lowest.total_before + 1e-9 >= starts.total_before
    group by lowest.series_id, lowest.area_code, lowest.period_type, lowest.node

)

select * from final
