-- One row per edition, row and series, in the order of the report.
select
    edition,
    row_order,
    row_label,
    area_code,
    series,
    indicator_id,
    period_id,
    value,
    previous_period_id,
    previous_value,
    change,
    percent_change,
    value_status,
    lower_95,
    upper_95,
    change_p_value,
    is_significant_change
from {{ ref('int_report_rows') }}
where report = 'table_08'
