-- One row per indicator, area, period and span of days.
with numbers as (

    select * from {{ ref('int_indicator_values') }}

),

indicator_changes as (

    select * from {{ ref('int_indicator_changes') }}

),

trends as (

    select * from {{ ref('int_indicator_trends') }}

),

indicators as (

    select
        *,
        unit = 'percent' or unit like 'per %' as is_comparable
    from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

england as (

    select
        numbers.indicator_id,
        numbers.period_id,
        numbers.value,
        numbers.known_from,
        numbers.known_to
    from numbers
    inner join indicators on numbers.indicator_id = indicators.indicator_id
    where numbers.area_code = 'E92000001' and indicators.is_comparable

),

-- Those of the changes begin on every day on which the value does, too.
days as (

    select
        indicator_id,
        area_code,
        period_id,
        known_from
    from indicator_changes
    union all
    select
        indicator_id,
        area_code,
        period_id,
        known_from
    from trends
    union all
    select
        numbers.indicator_id,
        numbers.area_code,
        numbers.period_id,
        england.known_from
    from numbers
    inner join england on numbers.indicator_id = england.indicator_id and numbers.period_id = england.period_id

),

spans as (

    {{ spans_of('days', ['indicator_id', 'area_code', 'period_id']) }}

),

joined as (

    select
        spans.indicator_id,
        spans.area_code,
        spans.period_id,
        spans.known_from,
        spans.known_to,
        case when {{ is_single_year('periods') }} or periods.period_type = indicators.of_period_type then periods.year end as year,
        indicators.polarity,
        numbers.numerator,
        numbers.denominator,
        numbers.value,
        numbers.value_status,
        numbers.lower_95,
        numbers.upper_95,
        numbers.lower_998,
        numbers.upper_998,
        numbers.interval_method,
        numbers.numerator_release_id,
        numbers.denominator_release_id,
        indicator_changes.previous_value,
        indicator_changes.change_test,
        indicator_changes.change_p_value,
        indicator_changes.change_lower_95,
        indicator_changes.change_upper_95,
        indicator_changes.rate_ratio,
        indicator_changes.rate_ratio_lower_95,
        indicator_changes.rate_ratio_upper_95,
        england.value as england_value,
        trends.trend,
        trends.reason
    from spans
    inner join numbers
        on spans.indicator_id = numbers.indicator_id
        and spans.area_code = numbers.area_code
        and spans.period_id = numbers.period_id
        and {{ known_on('numbers', 'spans') }}
    inner join indicators on spans.indicator_id = indicators.indicator_id
    inner join periods on spans.period_id = periods.period_id
    left join indicator_changes
        on spans.indicator_id = indicator_changes.indicator_id
        and spans.area_code = indicator_changes.area_code
        and spans.period_id = indicator_changes.period_id
        and {{ known_on('indicator_changes', 'spans') }}
    left join trends
        on spans.indicator_id = trends.indicator_id
        and spans.area_code = trends.area_code
        and spans.period_id = trends.period_id
        and {{ known_on('trends', 'spans') }}
    left join england
        on spans.indicator_id = england.indicator_id
        and spans.period_id = england.period_id
        and {{ known_on('england', 'spans') }}

),

final as (

    select
        joined.indicator_id,
        joined.area_code,
        joined.period_id,
        joined.year,
        joined.numerator,
        joined.denominator,
        joined.value,
        joined.value_status,
        joined.lower_95,
        joined.upper_95,
        joined.lower_998,
        joined.upper_998,
        joined.interval_method,
        joined.previous_value,
        joined.value - joined.previous_value as change,
        (joined.value - joined.previous_value) / nullif(joined.previous_value, 0) * 100 as percent_change,
        joined.change_test,
        joined.change_p_value,
        joined.change_p_value < 5e-2 as is_significant_change,
        joined.change_lower_95,
        joined.change_upper_95,
        joined.rate_ratio,
        joined.rate_ratio_lower_95,
        joined.rate_ratio_upper_95,
        joined.england_value,
        {{ compared_with_england('joined', '95') }} as compared_with_england,
        {{ compared_with_england('joined', '998') }} as compared_with_england_998,
        case
            when joined.trend is null then 'cannot_be_calculated'
            when joined.trend = 'no_significant_change' or joined.polarity = 'no_judgement' then joined.trend
            when (joined.trend = 'increasing') = (joined.polarity = 'higher_is_better') then joined.trend || '_getting_better'
            else joined.trend || '_getting_worse'
        end as recent_trend,
        joined.reason as recent_trend_reason,
        joined.numerator_release_id,
        joined.denominator_release_id,
        joined.known_from,
        joined.known_to
    from joined

)

select * from final
