-- One row per printed figure that was revised since the edition.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

at_edition as (

    select * from {{ ref('int_edition_indicators') }}

),

today as (

    select * from {{ ref('fct_indicators') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

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
        coalesce({{ number_text('today.value', 'figures.decimals') }}, replace(today.value_status, '_', ' ')) as expected_value,
        'Revised since print: ' || figures.printed_text || ' is printed; '
        || coalesce({{ number_text('today.value', 'figures.decimals') }}, 'no figure') || ' is known now'
        || coalesce(', from ' || releases.title || ' of ' || cast(releases.released_on as string), '') || '.' as explanation
    from figures
    inner join at_edition
        on figures.edition = at_edition.edition
        and figures.indicator_id = at_edition.indicator_id
        and figures.area_code = at_edition.area_code
        and figures.period_id = at_edition.period_id
    inner join today
        on figures.indicator_id = today.indicator_id
        and figures.area_code = today.area_code
        and figures.period_id = today.period_id
    left join releases on today.numerator_release_id = releases.release_id
    where
        figures.quantity = 'value' and figures.qualifier is null
        and at_edition.value is distinct from today.value
        and coalesce(abs(figures.value - today.value) > power(1e1, -figures.decimals) / 2 + 1e-9, true)

)

select
    edition,
    'figure_was_revised' as rule_id,
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
