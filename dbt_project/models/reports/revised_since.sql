-- One row per edition, table or figure, row and figure that is another one now.
with report_rows as (

    select * from {{ ref('report_rows') }}

),

at_edition as (

    select * from {{ ref('int_edition_indicators') }}

),

today as (

    select * from {{ ref('fct_indicators') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

shown as (

    select
        report_rows.edition,
        report_rows.report,
        report_rows.row_order,
        'value' as figure,
        report_rows.indicator_id,
        report_rows.area_code,
        report_rows.period_id
    from report_rows
    union all
    select
        report_rows.edition,
        report_rows.report,
        report_rows.row_order,
        'previous_value' as figure,
        report_rows.indicator_id,
        report_rows.area_code,
        periods.previous_period_id as period_id
    from report_rows
    inner join periods on report_rows.period_id = periods.period_id
    -- A table that shows no value before shows none that was revised.
    inner join at_edition
        on report_rows.edition = at_edition.edition
        and report_rows.indicator_id = at_edition.indicator_id
        and report_rows.area_code = at_edition.area_code
        and report_rows.period_id = at_edition.period_id
    where at_edition.previous_value is not null

),

compared as (

    select
        shown.*,
        {{ rounded('at_edition.value', 'indicators.decimals') }} as edition_value,
        coalesce(at_edition.value_status, 'not_available') as edition_status,
        {{ rounded('today.value', 'indicators.decimals') }} as value,
        coalesce(today.value_status, 'not_available') as value_status,
        today.numerator_release_id as release_id
    from shown
    inner join indicators on shown.indicator_id = indicators.indicator_id
    left join at_edition
        on shown.edition = at_edition.edition
        and shown.indicator_id = at_edition.indicator_id
        and shown.area_code = at_edition.area_code
        and shown.period_id = at_edition.period_id
    left join today
        on shown.indicator_id = today.indicator_id
        and shown.area_code = today.area_code
        and shown.period_id = today.period_id

)

select
    compared.edition,
    compared.report,
    cast(compared.row_order as bigint) as row_order,
    compared.figure,
    compared.indicator_id,
    compared.area_code,
    compared.period_id,
    compared.edition_value,
    compared.edition_status,
    compared.value,
    compared.value_status,
    compared.release_id,
    releases.released_on
from compared
left join releases on compared.release_id = releases.release_id
where compared.edition_value is distinct from compared.value or compared.edition_status <> compared.value_status
