-- One row per measure, area, period and span of days.
with observed as (

    select * from {{ ref('fct_observation_history') }}

),

rests as (

    select * from {{ ref('int_rests') }}

),

area_sums as (

    select * from {{ ref('int_area_sums') }}

),

measure_sums as (

    select * from {{ ref('int_measure_sums') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

kept_sums as (

    select * from {{ ref('kept_sums') }}

),

derived as (

    select * from rests
    union all
    select * from area_sums
    union all
    select * from measure_sums

),

-- A sum ends where the publisher prints it; one that an edition prints although it leaves out a part has days of its own.
changes as (

    select
        measure_id,
        area_code,
        period_id,
        known_from
    from derived
    union all
    select
        measure_id,
        area_code,
        period_id,
        known_to as known_from
    from derived
    where known_to is not null
    union all
    select
        measure_id,
        area_code,
        period_id,
        known_from
    from kept_sums
    union all
    select
        measure_id,
        area_code,
        period_id,
        known_to as known_from
    from kept_sums
    where known_to is not null

),

spans as (

    {{ spans_of('changes', ['measure_id', 'area_code', 'period_id']) }}

),

computed as (

    select
        derived.measure_id,
        derived.area_code,
        derived.period_id,
        coalesce(derived.value, kept_sums.value) as value,
        case when derived.value is null then coalesce(kept_sums.value_status, derived.value_status) else derived.value_status end as value_status,
        derived.release_id,
        derived.derivation,
        spans.known_from,
        spans.known_to
    from spans
    inner join derived
        on spans.measure_id = derived.measure_id
        and spans.area_code = derived.area_code
        and spans.period_id = derived.period_id
        and {{ known_on('derived', 'spans') }}
    left join kept_sums
        on spans.measure_id = kept_sums.measure_id
        and spans.area_code = kept_sums.area_code
        and spans.period_id = kept_sums.period_id
        and {{ known_on('kept_sums', 'spans') }}

),

united as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_text,
        value_status,
        lower_limit,
        upper_limit,
        release_id,
        'observed' as derivation,
        known_from,
        known_to
    from observed
    union all
    select
        measure_id,
        area_code,
        period_id,
        value,
        cast(null as string) as value_text,
        value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        release_id,
        derivation,
        known_from,
        known_to
    from computed

),

final as (

    select
        united.measure_id,
        united.area_code,
        united.period_id,
        -- Only a single year has one: three of them, or a month, counted with it would count its events twice.
        case when {{ is_single_year('periods') }} then periods.year end as year,
        united.value,
        united.value_text,
        united.value_status,
        united.lower_limit,
        united.upper_limit,
        united.release_id,
        united.derivation,
        united.known_from,
        united.known_to
    from united
    inner join periods on united.period_id = periods.period_id

)

select * from final
