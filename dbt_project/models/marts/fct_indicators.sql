-- One row per indicator, area and period.
with indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('fct_measures') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

numbers as (

    select
        indicators.indicator_id,
        numerators.area_code,
        numerators.period_id,
        numerators.year,
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
        indicators.interval_method
    from indicators
    inner join measures as numerators on indicators.numerator_measure_id = numerators.measure_id
    left join measures as denominators
        on indicators.denominator_measure_id = denominators.measure_id
        and numerators.area_code = denominators.area_code
        and numerators.period_id = denominators.period_id

),

compared as (

    select
        numbers.*,
        previous.value as previous_value,
        numbers.value - previous.value as change,
        (numbers.value - previous.value) / nullif(previous.value, 0) * 100 as percent_change
    from numbers
    inner join periods on numbers.period_id = periods.period_id
    left join numbers as previous
        on numbers.indicator_id = previous.indicator_id
        and numbers.area_code = previous.area_code
        and periods.previous_period_id = previous.period_id

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
    interval_method,
    previous_value,
    change,
    percent_change
from compared
