-- One row per signal: of an area by one rule, and of several neighbours.
with signals as (

    select * from {{ ref('int_signal_spells') }}

),

shared as (

    select * from {{ ref('int_signal_together') }}

),

limits as (

    select * from {{ ref('int_signal_limits') }}

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
        series_id,
        area_code,
        period_type,
        'neighbours' as rule_id,
        direction,
        since_number,
        number,
        latest_number,
        area_codes
    from shared

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
