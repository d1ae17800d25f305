-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

values_known as (

    select * from {{ ref('int_edition_measures') }}

),

typed_measures as (

    select * from {{ ref('typed_measures') }}

),

-- How the source counts, by figures that were not typed from the report itself.
types_known as (

    select distinct
        values_known.edition,
        values_known.measure_id,
        periods.period_type
    from values_known
    inner join periods on values_known.period_id = periods.period_id
    left join typed_measures
        on values_known.edition = typed_measures.edition
        and values_known.measure_id = typed_measures.measure_id
        and values_known.area_code = typed_measures.area_code
        and values_known.period_id = typed_measures.period_id
    where
        values_known.value is not null and typed_measures.edition is null
        and periods.period_type in ('calendar_year', 'financial_year')

),

types_of_measures as (

    select
        edition,
        measure_id,
        max(period_type) as period_type
    from types_known
    group by edition, measure_id
    having count(*) = 1

),

captions as (

    select * from {{ ref('published_captions') }}

),

found as (

    select
        figures.edition,
        figures.place,
        -- The period of a table is that of its caption.
        coalesce(min(captions.line), min(figures.line)) as line,
        {{ joined('figures.figure_id', 'figures.figure_id') }} as figure_ids,
        figures.indicator_id,
        cast(null as string) as area_code,
        figures.period_id,
        max(figures.period_label) as published_value,
        max(replace(types_of_measures.period_type, '_', ' ')) as expected_value,
        'The figures are given for the ' || max(replace(periods.period_type, '_', ' ')) || ' ' || max(periods.label)
        || '; their source counts by ' || max(replace(types_of_measures.period_type, '_', ' ')) || '.' as explanation
    from figures
    inner join periods on figures.period_id = periods.period_id
    inner join indicators on figures.indicator_id = indicators.indicator_id
    inner join types_of_measures
        on figures.edition = types_of_measures.edition
        and indicators.numerator_measure_id = types_of_measures.measure_id
        and periods.period_type <> types_of_measures.period_type
    left join captions on figures.edition = captions.edition and figures.place = captions.place
    where periods.period_type in ('calendar_year', 'financial_year')
    group by figures.edition, figures.place, figures.indicator_id, figures.period_id

)

select
    edition,
    'period_type_is_the_sources' as rule_id,
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
