-- One row per indicator, area and period.
{{ config(post_hook='{{ create_history_macros() }}') }}
with history as (

    select * from {{ ref('fct_indicator_history') }}

)

select
    indicator_id,
    area_code,
    period_id,
    year,
    numerator,
    denominator,
    value,
    value_status,
    lower_95,
    upper_95,
    lower_998,
    upper_998,
    interval_method,
    previous_value,
    change,
    percent_change,
    change_test,
    change_p_value,
    is_significant_change,
    change_lower_95,
    change_upper_95,
    rate_ratio,
    rate_ratio_lower_95,
    rate_ratio_upper_95,
    england_value,
    compared_with_england,
    compared_with_england_998,
    recent_trend,
    recent_trend_reason,
    numerator_release_id,
    denominator_release_id
from history
where known_to is null
