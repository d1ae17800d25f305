-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

known as (

    select * from {{ ref('fct_indicators') }}

),

found as (

    select
        figures.edition,
        figures.place,
        figures.line,
        figures.figure_id as figure_ids,
        figures.indicator_id,
        figures.area_code,
        figures.period_id,
        figures.printed_text as published_value,
        {{ number_text('known.value', 'figures.decimals') }} as expected_value,
        'The warehouse has ' || {{ number_text('known.value', 'figures.decimals') }}
        || coalesce(' from the release ' || known.numerator_release_id, ' from several measures') || '; ' || figures.printed_text
        || ' is printed.' as explanation
    from figures
    inner join known
        on figures.indicator_id = known.indicator_id
        and figures.area_code = known.area_code
        and figures.period_id = known.period_id
    where
        figures.quantity = 'value' and figures.qualifier is null
        and abs(figures.value - known.value) > power(1e1, -figures.decimals) / 2 + 1e-9

)

select
    edition,
    'figure_is_the_releases' as rule_id,
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
