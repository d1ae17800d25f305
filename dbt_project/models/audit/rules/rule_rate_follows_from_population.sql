-- One row per discrepancy of the rule.
with printed as (

    select * from {{ ref('published_values') }}

),

rates as (

    select * from {{ ref('published_rates') }}

),

values_known as (

    select * from {{ ref('int_edition_measures') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

typed_measures as (

    select * from {{ ref('typed_measures') }}

),

computed as (

    select
        rates_printed.*,
        counts.printed_text as count_text,
        counts.figure_id as count_figure_id,
        values_known.value as population,
        counts.value / nullif(values_known.value, 0) * rates.scale as computed,
        rates.tolerance_percent
    from rates
    inner join printed as rates_printed on rates.rate_indicator_id = rates_printed.indicator_id
    inner join printed as counts
        on rates.count_indicator_id = counts.indicator_id
        and rates_printed.edition = counts.edition
        and rates_printed.area_code = counts.area_code
        and rates_printed.period_id = counts.period_id
    inner join periods on rates_printed.period_id = periods.period_id
    inner join periods as mid_years on periods.year = mid_years.year and mid_years.period_type = 'mid_year'
    inner join values_known
        on rates_printed.edition = values_known.edition
        and rates.population_measure_id = values_known.measure_id
        and rates_printed.area_code = values_known.area_code
        and mid_years.period_id = values_known.period_id
    left join typed_measures
        on rates_printed.edition = typed_measures.edition
        and values_known.measure_id = typed_measures.measure_id
        and values_known.area_code = typed_measures.area_code
        and values_known.period_id = typed_measures.period_id
    where typed_measures.edition is null

),

found as (

    select
        edition,
        place,
        line,
        figure_id || ', ' || count_figure_id as figure_ids,
        indicator_id,
        area_code,
        period_id,
        printed_text as published_value,
        {{ number_text('computed', 'decimals') }} as expected_value,
        count_text || ' of ' || {{ number_text('population') }} || ' residents of the age is a rate of ' || {{ number_text('computed', 'decimals') }}
        || ', not ' || printed_text || '; revisions of the population explain no more than '
        || {{ number_text('tolerance_percent') }} || '%.' as explanation
    from computed
    where abs(value - computed) > power(1e1, -decimals) / 2 + computed * tolerance_percent / 100

)

select
    edition,
    'rate_follows_from_population' as rule_id,
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
