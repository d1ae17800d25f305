{#
    Numerators and denominators that are not the sum of the published figures their lineage lists. An edition that leaves
    a part out can print the sum alone.
#}
{% test values_follow_from_their_lineage(model) %}
with summed as (

    select
        parts.indicator_id,
        parts.area_code,
        parts.period_id,
        parts.role,
        case when count(parts.value) = count(*) then sum(parts.part_sign * parts.value) end as value,
        count(suppressions.measure_id) as parts_left_out
    from {{ model }} as parts
    left join {{ ref('suppressions') }} as suppressions
        on parts.part_measure_id = suppressions.measure_id
        and parts.part_area_code = suppressions.area_code
        and parts.part_period_id = suppressions.period_id
    where parts.ended_as is distinct from 'withdrawn'
    group by parts.indicator_id, parts.area_code, parts.period_id, parts.role

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
    or (indicators.numerator is not null and numerators.value is null and coalesce(numerators.parts_left_out, 0) = 0)
    or (indicators.denominator is not null and denominators.value is null and coalesce(denominators.parts_left_out, 0) = 0)
{% endtest %}
