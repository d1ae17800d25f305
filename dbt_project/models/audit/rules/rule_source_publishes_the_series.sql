-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

credits as (

    select * from {{ ref('credit_names') }}

),

captions as (

    select * from {{ ref('published_captions') }}

),

found as (

    select
        figures.edition,
        figures.place,
        -- A credit stands in the caption; where that gives none, in the text before the figures.
        coalesce(min(captions.line), min(figures.line)) as line,
        {{ joined('figures.figure_id', 'figures.figure_id') }} as figure_ids,
        min(figures.indicator_id) as indicator_id,
        cast(null as string) as area_code,
        cast(null as string) as period_id,
        figures.credited_to as published_value,
        max(upper(measures.publisher)) as expected_value,
        figures.place || ' credits ' || figures.credited_to || '; the series is published by ' || max(upper(measures.publisher)) || '.' as explanation
    from figures
    inner join indicators on figures.indicator_id = indicators.indicator_id
    inner join measures on indicators.numerator_measure_id = measures.measure_id
    inner join credits on figures.credited_to = credits.credited_to and measures.publisher <> credits.publisher
    left join captions
        on figures.edition = captions.edition
        and coalesce(figures.table_place, figures.place) = captions.place
        and figures.credited_to = captions.credited_to
    where
        figures.place_type = 'table'
        or not exists (
            select 1 from figures as tables
            where tables.edition = figures.edition and tables.place = figures.table_place and tables.place_type = 'table'
        )
    group by figures.edition, figures.place, figures.credited_to

)

select
    edition,
    'source_publishes_the_series' as rule_id,
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
