{#
    No mean, quantile or standard deviation is added up, is a part of a sum, has a denominator or is one, or has the
    interval of a count. A failing row says which seed, what was found, what was expected and what to do.
#}
{% test averages_stay_averages(model) %}
with averages as (

    select
        measure_id,
        statistic,
        dataset,
        is_additive_over_areas
    from {{ model }}
    where statistic is not null

)

select
    case when dataset = 'partners.returns' then 'dbt_project/seeds/returns/return_measures.csv' else 'dbt_project/seeds/measures/measures.csv' end as source_file,
    cast(null as string) as source_sheet,
    measure_id as source_cell,
    'is_additive_over_areas true for a ' || statistic as found,
    'false, because averages of areas cannot be added' as expected,
    'Correct it.' as what_to_do
from averages
where is_additive_over_areas
union all
select
    'dbt_project/seeds/measures/measure_components.csv',
    null,
    components.measure_id || ', ' || components.component_measure_id,
    'a ' || averages.statistic || ' in a sum',
    'measures that can be added',
    'Remove the row.'
from {{ ref('measure_components') }} as components
inner join averages on averages.measure_id in (components.measure_id, components.component_measure_id)
union all
select
    'dbt_project/seeds/measures/measure_links.csv',
    null,
    links.measure_id || ', ' || links.linked_measure_id,
    'a ' || averages.statistic || ' with the link ' || links.link,
    'measures that can be added',
    'Remove the row.'
from {{ ref('measure_links') }} as links
inner join averages on averages.measure_id in (links.measure_id, links.linked_measure_id)
where links.link in ('part_of', 'makes_up', 'rate_of')
union all
select
    'dbt_project/seeds/measures/indicators.csv',
    null,
    indicators.indicator_id,
    'a ' || averages.statistic || ' divided by another measure, or another divided by it',
    'an average as it was given, without a denominator',
    'Leave denominator_measure_id empty.'
from {{ ref('indicators') }} as indicators
inner join averages on averages.measure_id in (indicators.numerator_measure_id, indicators.denominator_measure_id)
where indicators.denominator_measure_id is not null
union all
select
    'dbt_project/seeds/measures/indicators.csv',
    null,
    indicators.indicator_id,
    'the interval_method ' || indicators.interval_method || ' for a ' || averages.statistic,
    'student_t for a mean, publisher, or none',
    'Correct it.'
from {{ ref('indicators') }} as indicators
inner join averages on indicators.numerator_measure_id = averages.measure_id
where indicators.interval_method not in ('publisher', 'none') and not (indicators.interval_method = 'student_t' and averages.statistic = 'mean')
union all
select
    'dbt_project/seeds/measures/indicators.csv',
    null,
    indicators.indicator_id,
    'the interval_method student_t for ' || indicators.numerator_measure_id || ', which is no mean',
    'byar, wilson, publisher or none',
    'Correct it.'
from {{ ref('indicators') }} as indicators
left join averages on indicators.numerator_measure_id = averages.measure_id and averages.statistic = 'mean'
where indicators.interval_method = 'student_t' and averages.measure_id is null
{% endtest %}
