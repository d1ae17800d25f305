-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

known as (

    select * from {{ ref('int_edition_indicators') }}

),

lineage as (

    select * from {{ ref('int_edition_lineage') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

-- A value with a part that was typed from the report itself says nothing for or against it.
typed as (

    select distinct figures.figure_id
    from figures
    inner join lineage
        on figures.edition = lineage.edition
        and figures.indicator_id = lineage.indicator_id
        and figures.area_code = lineage.area_code
        and figures.period_id = lineage.period_id
    inner join releases on lineage.release_id = releases.release_id
    where {{ is_typed_from('releases', 'figures.edition') }}

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
        || coalesce(' from the release ' || known.numerator_release_id, ' from several measures')
        || {{ as_printed('releases') }} || '; ' || figures.printed_text
        || ' is printed.' as explanation
    from figures
    inner join known
        on figures.edition = known.edition
        and figures.indicator_id = known.indicator_id
        and figures.area_code = known.area_code
        and figures.period_id = known.period_id
    left join typed on figures.figure_id = typed.figure_id
    left join releases on known.numerator_release_id = releases.release_id
    where
        typed.figure_id is null and figures.quantity = 'value' and figures.qualifier is null
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
