-- One row per indicator, area, period and span of days.
with numbers as (

    select * from {{ ref('int_indicator_values') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

current_numbers as (

    select
        numbers.*,
        periods.previous_period_id,
        -- Two spans of three years that share two of them are no two samples.
        numbers.is_testable and periods.period_type <> 'three_pooled_years' as is_tested
    from numbers
    inner join periods on numbers.period_id = periods.period_id

),

changes as (

    select
        indicator_id,
        area_code,
        period_id,
        known_from
    from current_numbers
    union all
    select
        current_numbers.indicator_id,
        current_numbers.area_code,
        current_numbers.period_id,
        previous.known_from
    from current_numbers
    inner join numbers as previous
        on current_numbers.indicator_id = previous.indicator_id
        and current_numbers.area_code = previous.area_code
        and current_numbers.previous_period_id = previous.period_id

),

spans as (

    {{ spans_of('changes', ['indicator_id', 'area_code', 'period_id']) }}

),

paired as (

    select
        spans.indicator_id,
        spans.area_code,
        spans.period_id,
        spans.known_from,
        spans.known_to,
        current_numbers.scale,
        current_numbers.has_denominator,
        previous.value as previous_value,
        case
            when current_numbers.is_tested and previous.is_testable then current_numbers.interval_method
        end as tested_as,
        current_numbers.numerator,
        current_numbers.denominator,
        current_numbers.value / nullif(current_numbers.scale, 0) as proportion,
        current_numbers.lower_95 / nullif(current_numbers.scale, 0) as proportion_lower,
        current_numbers.upper_95 / nullif(current_numbers.scale, 0) as proportion_upper,
        previous.numerator as previous_numerator,
        previous.denominator as previous_denominator,
        previous.value / nullif(current_numbers.scale, 0) as previous_proportion,
        previous.lower_95 / nullif(current_numbers.scale, 0) as previous_lower,
        previous.upper_95 / nullif(current_numbers.scale, 0) as previous_upper,
        case
            when current_numbers.has_denominator
                then current_numbers.denominator / nullif(current_numbers.denominator + previous.denominator, 0)
            else 5e-1
        end as current_share,
        {{ is_tested_exactly('current_numbers.denominator', 'previous.denominator') }} as is_exact
    from spans
    inner join current_numbers
        on spans.indicator_id = current_numbers.indicator_id
        and spans.area_code = current_numbers.area_code
        and spans.period_id = current_numbers.period_id
        and {{ known_on('current_numbers', 'spans') }}
    left join numbers as previous
        on spans.indicator_id = previous.indicator_id
        and spans.area_code = previous.area_code
        and current_numbers.previous_period_id = previous.period_id
        and {{ known_on('previous', 'spans') }}

),

compared as (

    select
        *,
        {{ change_columns() }}
    from paired

),

{{ change_test_queries() }},

final as (

    select
        paired.indicator_id,
        paired.area_code,
        paired.period_id,
        paired.previous_value,
        {{ change_test('paired') }} as change_test,
        {{ change_p_value('paired') }} as change_p_value,
        paired.difference_lower * paired.scale as change_lower_95,
        paired.difference_upper * paired.scale as change_upper_95,
        paired.ratio * paired.ratio_scale as rate_ratio,
        paired.ratio_lower * paired.ratio_scale as rate_ratio_lower_95,
        paired.ratio_upper * paired.ratio_scale as rate_ratio_upper_95,
        paired.known_from,
        paired.known_to
    from compared as paired
    {{ change_test_joins('paired') }}

)

select * from final
