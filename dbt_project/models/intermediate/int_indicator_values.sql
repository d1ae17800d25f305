-- One row per indicator, area, period and span of days.
with indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('fct_measure_history') }}

),

populations as (

    select * from {{ ref('int_populations') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

poisson_limits as (

    select * from {{ ref('poisson_limits') }}

),

-- Three years taken together are an indicator of their own, so that no sum over years counts a year four times.
numerators as (

    select
        indicators.indicator_id,
        measures.*
    from indicators
    inner join measures on indicators.numerator_measure_id = measures.measure_id
    inner join periods on measures.period_id = periods.period_id
    where
        periods.period_type = indicators.of_period_type
        or (indicators.of_period_type is null and periods.period_type <> 'three_pooled_years')

),

denominators as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_status,
        release_id,
        known_from,
        known_to
    from measures
    where measure_id in (select denominator_measure_id from indicators)
    union all
    select
        measure_id,
        area_code,
        period_id,
        value,
        value_status,
        release_id,
        known_from,
        known_to
    from populations

),

changes as (

    select
        indicator_id,
        area_code,
        period_id,
        known_from
    from numerators
    union all
    select
        indicators.indicator_id,
        denominators.area_code,
        denominators.period_id,
        denominators.known_from
    from denominators
    inner join indicators on denominators.measure_id = indicators.denominator_measure_id

),

spans as (

    {{ spans_of('changes', ['indicator_id', 'area_code', 'period_id']) }}

),

numbers as (

    select
        spans.indicator_id,
        spans.area_code,
        spans.period_id,
        spans.known_from,
        spans.known_to,
        indicators.interval_method,
        indicators.scale,
        indicators.denominator_measure_id is not null as has_denominator,
        numerators.value as numerator,
        denominators.value as denominator,
        case
            when indicators.denominator_measure_id is null then numerators.value * indicators.scale
            else numerators.value / nullif(denominators.value, 0) * indicators.scale
        end as value,
        case
            when numerators.value is null or indicators.denominator_measure_id is null then numerators.value_status
            when denominators.value is null then coalesce(denominators.value_status, 'not_available')
            when denominators.value = 0 then 'not_applicable'
            else numerators.value_status
        end as value_status,
        -- Those of a mean come with its measure, as the publisher's own do.
        numerators.lower_limit * indicators.scale as published_lower,
        numerators.upper_limit * indicators.scale as published_upper,
        numerators.value >= 0 and numerators.value = floor(numerators.value)
        and numerators.value_status in ('published', 'provisional', 'unreliable') as is_count,
        numerators.release_id as numerator_release_id,
        denominators.release_id as denominator_release_id
    from spans
    inner join indicators on spans.indicator_id = indicators.indicator_id
    inner join numerators
        on spans.indicator_id = numerators.indicator_id
        and spans.area_code = numerators.area_code
        and spans.period_id = numerators.period_id
        and {{ known_on('numerators', 'spans') }}
    left join denominators
        on indicators.denominator_measure_id = denominators.measure_id
        and spans.area_code = denominators.area_code
        and spans.period_id = denominators.period_id
        and {{ known_on('denominators', 'spans') }}

),

-- Limits and tests are of whole counts; those of more than all are an error of the source.
judged as (

    select
        *,
        is_count and value is not null and interval_method in ('byar', 'wilson')
        and (interval_method = 'byar' or numerator <= denominator) as is_testable,
        case when interval_method = 'byar' and has_denominator then scale / nullif(denominator, 0) else scale end as limit_scale
    from numbers

),

limits as (

    select
        judged.*,
        case when judged.is_testable then {{ numerator_limit('judged', 'poisson_limits', '95', 'lower') }} end * judged.limit_scale as computed_lower_95,
        case when judged.is_testable then {{ numerator_limit('judged', 'poisson_limits', '95', 'upper') }} end * judged.limit_scale as computed_upper_95,
        case when judged.is_testable then {{ numerator_limit('judged', 'poisson_limits', '998', 'lower') }} end * judged.limit_scale as lower_998,
        case when judged.is_testable then {{ numerator_limit('judged', 'poisson_limits', '998', 'upper') }} end * judged.limit_scale as upper_998
    from judged
    left join poisson_limits on judged.numerator = poisson_limits.count

),

final as (

    select
        indicator_id,
        area_code,
        period_id,
        numerator,
        denominator,
        value,
        value_status,
        case when interval_method in ('publisher', 'student_t') then published_lower else computed_lower_95 end as lower_95,
        case when interval_method in ('publisher', 'student_t') then published_upper else computed_upper_95 end as upper_95,
        lower_998,
        upper_998,
        interval_method,
        scale,
        has_denominator,
        is_testable,
        numerator_release_id,
        denominator_release_id,
        known_from,
        known_to
    from limits

)

select * from final
