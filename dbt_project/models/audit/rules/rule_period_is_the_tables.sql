-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

tables as (

    select * from figures where place_type = 'table' and quantity = 'value'

),

found as (

    select
        sentences.edition,
        sentences.place,
        sentences.line,
        sentences.figure_id || ', ' || {{ joined('tables.figure_id', 'tables.figure_id') }} as figure_ids,
        sentences.indicator_id,
        sentences.area_code,
        sentences.period_id,
        max(sentences.printed_text) || ' for ' || max(periods.label) as published_value,
        coalesce(
            max(case when tables.value = sentences.value then tables.printed_text || ' for ' || table_periods.label end), max(table_periods.label)
        ) as expected_value,
        'The text gives ' || max(sentences.printed_text) || ' for ' || max(periods.label) || '; ' || max(sentences.table_place) || ' '
        || coalesce(
            'gives it for ' || max(case when tables.value = sentences.value then table_periods.label end),
            'has the periods ' || {{ joined('table_periods.label', 'table_periods.label') }}
        ) || '.' as explanation
    from figures as sentences
    inner join tables
        on sentences.edition = tables.edition
        and sentences.table_place = tables.place
        and sentences.indicator_id = tables.indicator_id
        and sentences.area_code = tables.area_code
    inner join periods on sentences.period_id = periods.period_id
    inner join periods as table_periods on tables.period_id = table_periods.period_id
    where sentences.place_type = 'sentence' and sentences.quantity = 'value'
    group by sentences.edition, sentences.place, sentences.line, sentences.figure_id, sentences.indicator_id, sentences.area_code, sentences.period_id
    having count(case when tables.period_id = sentences.period_id then 1 end) = 0

)

select
    edition,
    'period_is_the_tables' as rule_id,
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
