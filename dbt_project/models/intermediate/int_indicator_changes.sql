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
        case
            when tested_as = 'wilson'
                then {{ proportion_change_z('numerator', 'denominator', 'previous_numerator', 'previous_denominator') }}
        end as proportion_z,
        case
            when tested_as = 'wilson'
                then {{ newcombe_limit('lower', 'proportion', 'proportion_lower', 'previous_proportion', 'previous_upper') }}
        end as difference_lower,
        case
            when tested_as = 'wilson'
                then {{ newcombe_limit('upper', 'proportion', 'proportion_upper', 'previous_proportion', 'previous_lower') }}
        end as difference_upper,
        case when tested_as = 'byar' then {{ rate_ratio('ratio', 'numerator', 'previous_numerator') }} end as ratio,
        case when tested_as = 'byar' then {{ rate_ratio('lower', 'numerator', 'previous_numerator') }} end as ratio_lower,
        case when tested_as = 'byar' then {{ rate_ratio('upper', 'numerator', 'previous_numerator') }} end as ratio_upper,
        -- A count is of the denominator that it has; two counts alone are of the same.
        (1 - current_share) / nullif(current_share, 0) as ratio_scale
    from paired

),

-- The arguments of both exact tests, each set of them once.
pairs as (

    select distinct
        numerator as current_count,
        previous_numerator as previous_count,
        current_share
    from paired
    where tested_as = 'byar' and current_share is not null

),

{{ count_change_queries() }},

proportion_pairs as (

    select distinct
        numerator as current_count,
        denominator as current_total,
        previous_numerator as previous_count,
        previous_denominator as previous_total
    from paired
    where tested_as = 'wilson' and is_exact

),

{{ proportion_change_queries() }},

final as (

    select
        paired.indicator_id,
        paired.area_code,
        paired.period_id,
        paired.previous_value,
        case
            when paired.tested_as = 'wilson' then case when paired.is_exact then 'fisher_exact' else 'two_proportions' end
            when paired.tested_as = 'byar' and paired.current_share is not null
                then case when paired.has_denominator then 'exact_conditional_rates' else 'exact_conditional_counts' end
            else 'none'
        end as change_test,
        case
            when paired.tested_as = 'wilson' and paired.is_exact then proportion_changes.p_value
            when paired.tested_as = 'wilson' then {{ normal_two_sided('paired.proportion_z') }}
            when paired.tested_as = 'byar' and paired.numerator + paired.previous_numerator = 0 then 1e0
            when paired.tested_as = 'byar' then count_changes.p_value
        end as change_p_value,
        paired.difference_lower * paired.scale as change_lower_95,
        paired.difference_upper * paired.scale as change_upper_95,
        paired.ratio * paired.ratio_scale as rate_ratio,
        paired.ratio_lower * paired.ratio_scale as rate_ratio_lower_95,
        paired.ratio_upper * paired.ratio_scale as rate_ratio_upper_95,
        paired.known_from,
        paired.known_to
    from compared as paired
    left join count_changes
        on paired.numerator = count_changes.current_count
        and paired.previous_numerator = count_changes.previous_count
        and paired.current_share = count_changes.current_share
    left join proportion_changes
        on paired.numerator = proportion_changes.current_count
        and paired.denominator = proportion_changes.current_total
        and paired.previous_numerator = proportion_changes.previous_count
        and paired.previous_denominator = proportion_changes.previous_total

)

select * from final
