-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

found as (

    select
        figures.edition,
        figures.place,
        min(figures.line) as line,
        {{ joined('figures.figure_id', 'figures.figure_id') }} as figure_ids,
        figures.indicator_id,
        cast(null as string) as area_code,
        cast(null as string) as period_id,
        {{ joined('figures.printed_text', 'figures.figure_id') }} as published_value,
        'the counts beside it' as expected_value,
        '"' || max(indicators.title) || '" is printed as ' || {{ joined('figures.printed_text', 'figures.figure_id') }}
        || ' without the counts it is a share of, so that nobody can recompute it or tell a change from chance.' as explanation
    from figures
    inner join indicators on figures.indicator_id = indicators.indicator_id
    where figures.quantity = 'value' and indicators.unit = 'percent' and indicators.denominator_measure_id is null
    group by figures.edition, figures.place, figures.indicator_id

)

select
    edition,
    'share_without_count' as rule_id,
    place,
    line,
    figure_ids,
    indicator_id,
    area_code,
    period_id,
    published_value,
    expected_value,
    explanation
from found
