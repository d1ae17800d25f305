-- One row per edition, indicator, area and period that is a share of two counts which the report prints.
with printed as (

    select * from {{ ref('published_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

share_counts as (

    select
        indicators.indicator_id,
        indicators.scale,
        counted.indicator_id as numerator_indicator_id,
        counted_in.indicator_id as denominator_indicator_id
    from indicators
    inner join indicators as counted
        on indicators.numerator_measure_id = counted.numerator_measure_id and counted.denominator_measure_id is null
    inner join indicators as counted_in
        on indicators.denominator_measure_id = counted_in.numerator_measure_id and counted_in.denominator_measure_id is null
    where indicators.interval_method = 'wilson'

),

shares as (

    select
        numerators.edition,
        share_counts.indicator_id,
        numerators.area_code,
        numerators.period_id,
        numerators.value / nullif(denominators.value, 0) * share_counts.scale as value,
        numerators.printed_text as numerator_text,
        denominators.printed_text as denominator_text,
        numerators.figure_id || ', ' || denominators.figure_id as count_ids
    from share_counts
    inner join printed as numerators on share_counts.numerator_indicator_id = numerators.indicator_id
    inner join printed as denominators
        on share_counts.denominator_indicator_id = denominators.indicator_id
        and numerators.edition = denominators.edition
        and numerators.area_code = denominators.area_code
        and numerators.period_id = denominators.period_id

)

select * from shares
