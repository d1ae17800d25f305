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
        {{ change_columns('paired') }}
    from paired

),

count_pairs as (

    select distinct
        numerator as current_count,
        previous_numerator as previous_count,
        current_share
    from paired
    where tested_as = 'byar' and current_share is not null

),

count_changes as (

    {{ count_change_tests('count_pairs') }}

),

proportion_pairs as (

    select distinct
        numerator as current_count,
        denominator as current_total,
        previous_numerator as previous_count,
        previous_denominator as previous_total
    from paired
    where tested_as = 'wilson' and is_exact

),

proportion_changes as (

    {{ proportion_change_tests('proportion_pairs') }}

),

final as (

    select
        compared.indicator_id,
        compared.area_code,
        compared.period_id,
        compared.previous_value,
        {{ change_test('compared') }} as change_test,
        {{ change_p_value('compared', 'count_changes.p_value', 'proportion_changes.p_value') }} as change_p_value,
        compared.difference_lower * compared.scale as change_lower_95,
        compared.difference_upper * compared.scale as change_upper_95,
        compared.ratio * compared.ratio_scale as rate_ratio,
        compared.ratio_lower * compared.ratio_scale as rate_ratio_lower_95,
        compared.ratio_upper * compared.ratio_scale as rate_ratio_upper_95,
        compared.known_from,
        compared.known_to
    from compared
    left join count_changes
        on compared.numerator = count_changes.current_count
        and compared.previous_numerator = count_changes.previous_count
        and compared.current_share = count_changes.current_share
    left join proportion_changes
        on compared.numerator = proportion_changes.current_count
        and compared.denominator = proportion_changes.current_total
        and compared.previous_numerator = proportion_changes.previous_count
        and compared.previous_denominator = proportion_changes.previous_total

)

select * from final
