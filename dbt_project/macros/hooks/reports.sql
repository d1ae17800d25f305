{# The comments on the columns that every table and figure of the report has. #}
{% macro describe_report_columns(relation) %}
    {% if relation.identifier.startswith('table_') or relation.identifier.startswith('figure_') %}
        {{ adapter.dispatch('describe_report_columns')(relation) }}
    {% endif %}
{% endmacro %}

{% macro default__describe_report_columns(relation) %}
    {% set meanings = {
        'edition': 'Year of the report.',
        'row_order': 'Place of the row in the table, from 1.',
        'row_label': 'Label of the row.',
        'area_code': 'GSS code of the area; see marts.dim_areas.',
        'series': 'What the figures of the row are, as the head of a column or a legend would say.',
        'indicator_id': 'Indicator; see marts.dim_indicators.',
        'period_id': 'Period of value; see marts.dim_periods.',
        'value': 'Value in the period, rounded as the report shows it; the full figure is in marts.fct_indicator_history, as of the day of the edition. reports.revised_since says what it is now.',
        'previous_period_id': 'The period before.',
        'previous_value': 'Value in the period before, rounded alike.',
        'change': 'Value less previous value, in the unit of the indicator (percentage points for percent), taken before rounding.',
        'percent_change': 'Change as percent of the previous value, to one decimal, taken before rounding.',
        'value_status': 'Why value is what it is; not_available also where no release holds it.',
        'lower_95': 'Lower 95% limit of the value.',
        'upper_95': 'Upper 95% limit of the value.',
        'change_p_value': 'Probability of a change at least as large by chance alone; see marts.fct_indicators.',
        'is_significant_change': 'Whether that is below 0.05; null where the change cannot be tested.'
    } %}
    {% for column, meaning in meanings.items() %}
        comment on column {{ relation }}.{{ column }} is {{ duckdb_escape_comment(meaning) }};
    {% endfor %}
{% endmacro %}
