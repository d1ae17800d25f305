{# Numerators and denominators that are not the sum of the published figures their lineage lists. #}
{% test values_follow_from_their_lineage(model) %}
with summed as (

    select
        indicator_id,
        area_code,
        period_id,
        role,
        case when count(value) = count(*) then sum(part_sign * value) end as value
    from {{ model }}
    where ended_as is distinct from 'withdrawn'
    group by indicator_id, area_code, period_id, role

)

select
    indicators.indicator_id,
    indicators.area_code,
    indicators.period_id,
    indicators.numerator,
    numerators.value as numerator_of_lineage,
    indicators.denominator,
    denominators.value as denominator_of_lineage
from {{ ref('fct_indicators') }} as indicators
left join summed as numerators
    on indicators.indicator_id = numerators.indicator_id and indicators.area_code = numerators.area_code
    and indicators.period_id = numerators.period_id and numerators.role = 'numerator'
left join summed as denominators
    on indicators.indicator_id = denominators.indicator_id and indicators.area_code = denominators.area_code
    and indicators.period_id = denominators.period_id and denominators.role = 'denominator'
where
    abs(indicators.numerator - numerators.value) > 1e-6
    or abs(indicators.denominator - denominators.value) > 1e-6
    or (indicators.numerator is not null and numerators.value is null)
    or (indicators.denominator is not null and denominators.value is null)
{% endtest %}
