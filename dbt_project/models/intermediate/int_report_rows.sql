-- One row per edition, table or figure, row and series: what the report shows, as it was known on the day of the edition.
with report_rows as (

    select * from {{ ref('report_rows') }}

),

indicators as (

    select * from {{ ref('int_edition_indicators') }}

),

units as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

shown as (

    select
        report_rows.edition,
        report_rows.report,
        cast(report_rows.row_order as bigint) as row_order,
        report_rows.row_label,
        report_rows.area_code,
        report_rows.series,
        report_rows.indicator_id,
        report_rows.period_id,
        {{ rounded('indicators.value', 'units.decimals') }} as value,
        periods.previous_period_id,
        {{ rounded('indicators.previous_value', 'units.decimals') }} as previous_value,
        {{ rounded('indicators.change', 'units.decimals') }} as change,
        round(indicators.percent_change, 1) as percent_change,
        coalesce(indicators.value_status, 'not_available') as value_status,
        indicators.lower_95,
        indicators.upper_95,
        indicators.change_p_value,
        indicators.is_significant_change
    from report_rows
    inner join units on report_rows.indicator_id = units.indicator_id
    inner join periods on report_rows.period_id = periods.period_id
    left join indicators
        on report_rows.edition = indicators.edition
        and report_rows.indicator_id = indicators.indicator_id
        and report_rows.area_code = indicators.area_code
        and report_rows.period_id = indicators.period_id

)

select * from shown
