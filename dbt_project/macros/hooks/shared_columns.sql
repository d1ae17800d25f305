{# What the columns that recur in many tables mean, written once. #}
{% macro shared_columns() %}
    {% do return({
        'place': 'Where the source prints the figure, such as a table of a report.',
        'area_type': 'Kind of area as printed.',
        'area': 'Area as printed.',
        'period': 'Period as printed.',
        'registration_year': 'Year in which the deaths were registered, as printed.',
        'offence': 'Offence: as printed in raw tables, by its identifier in the others.',
        'outcome': 'Outcome as printed.',
        'outcome_type': 'Outcome type, by its identifier.',
        'measure_label': 'What the figure is, as printed: the heading of its column or its row.',
        'unit': 'Unit as printed.',
        'return_id': 'The return of partners; see staging.returns.',
        'source_document': 'The document that a figure of a return was taken from.',
        'source_page': 'Where in that document it stands.',
        'credited_to': 'Whom the source of the figure credits for it, as printed. The true publisher is in dim_measures.',
        'measure_id': 'Measure; see marts.dim_measures.',
        'area_code': 'GSS code of the area; see marts.dim_areas.',
        'area_type_label': 'Kind of area as printed.',
        'area_label': 'Area as printed.',
        'period_id': 'Period; see marts.dim_periods.',
        'period_label': 'Period as printed.',
        'offence_label': 'Offence as printed.',
        'outcome_label': 'Outcome as printed.',
        'value': 'The figure: as printed in raw tables, as a number in the others (null where value_status says why).',
        'value_text': 'The figure as printed.',
        'value_status': 'Why the value is what it is: published, estimated, approximate, provisional, unreliable, suppressed, not_available, not_applicable or rounds_to_zero.',
        'lower_limit': 'Lower limit of the publisher\'s own interval.',
        'upper_limit': 'Upper limit of the publisher\'s own interval.',
        'region': 'Region as printed.',
        'sex': 'Sex: as printed in raw tables.',
        'sex_label': 'Sex as printed.',
        'age': 'Age or age group as printed.',
        'age_label': 'Age or age group as printed.',
        'age_from': 'Year of age; the first one where the group is open.',
        'is_open_age': 'Whether the age is the open last one, such as 90+.',
        'age_group': 'Ages, in words for people.',
        'substance': 'Substance group as printed.',
        'substance_group': 'Substance group, in words for people.',
        'quarter': 'Quarter of the financial year, as printed.',
        'financial_quarter': 'Quarter of the financial year, 1 to 4 from April.',
        'offence_group': 'Offence group as printed.',
        'offence_subgroup': 'Offence subgroup as printed.',
        'offence_code': 'Offence code of the Home Office, as printed.',
        'outcome_code': 'Outcome type of the Home Office, as printed.',
        'outcome_group': 'Outcome group as printed.',
        'force': 'Police force as printed.',
        'force_code': 'Code of the police force as printed.',
        'police_force_code': 'GSS code of the police force area.',
        'lsoa_code': 'LSOA as printed; null where the record has no location.',
        'crime_type': 'Crime type as printed.',
        'outcome_category': 'Outcome as printed; not stated where there is none.',
        'counted_from': 'Hash over what the count was made from: the release as it was read, and the lookups of areas.',
        'search_type': 'Who or what was searched, as printed.',
        'object_of_search': 'What was searched for, as printed.',
        'series_id': 'Series of early warning: an indicator, or a measure where no indicator reports it.',
        'number': 'Place among the points of the series, from 1.',
        'ordinal': 'Months or quarters since the year 0: a gap shows.',
        'points': 'Points of the series.',
        'chart': 'xmr for levels, cusum for rare events.',
        'periods_in_year': '12 for months, 4 for quarters.',
        'place_in_year': 'Place of the period in its year, from 0.',
        'is_never_negative': 'Whether no figure of the series is below 0.',
        'is_seasonal': 'Whether the differences between the months of the year were taken out.',
        'since_number': 'First point that the rule counts.',
        'baseline_from_period_id': 'First period of the baseline.',
        'baseline_to_period_id': 'Last period of the baseline.',
        'average_since': 'Average figure since then.',
        'average_expected': 'Average of what was expected since then.',
        'figures': 'Number of figures.',
        'records': 'Number of records.',
        'police_force_label': 'Name of the police force.',
        'from_type': 'Kind of code: lsoa11, lsoa21, lad (authority) or former lad.',
        'from_code': 'Code of the area.',
        'from_name': 'Name of the area as printed.',
        'to_type': 'Kind of code it leads to: lad (authority), csp (community safety partnership) or pfa (police force area).',
        'to_code': 'Code of the area it lies in.',
        'to_name': 'Name of the area it lies in, as printed.',
        'boundary_year': 'Year of the boundaries of the area it lies in; null where the source names none.',
        'population': 'Population that a rate is taken of, as printed.',
        'flag': 'Flag beside the figure, as printed.',
        'unit_label': 'Unit as printed.',
        'deprivation_decile': 'Tenth of England by deprivation as printed; null where the row is an area.',
        'indicator_id': 'Identifier of the indicator: of Fingertips in its raw and staging tables, of marts.dim_indicators in the others.',
        'indicator_name': 'Name of the indicator as printed.',
        'category_type': 'How the row splits its area, such as deprivation deciles; null for the area itself.',
        'category': 'Part of the area as printed.',
        'value_note': 'Note on the value as printed.',
        'measure_title': 'Title of the measure, made from its groups.',
        'correction_id': 'Correction applied to the value; see audit.corrections.',
        'corrected_on': 'Day on which the fault was reported; see audit.corrections.',
        'printed_value': 'The figure as printed, as a number, where value is a corrected one.',
        'printed_status': 'Status of the printed figure.',
        'printed_lower_limit': 'Lower limit as printed.',
        'printed_upper_limit': 'Upper limit as printed.',
        'derivation': 'How the value comes about: sum of areas, sum of measures, or force less its local areas.',
        'known_from': 'First day on which this was known.',
        'known_to': 'Day from which something else was known; null for what is known now.',
        'release_id': 'Release the figure stands in; see marts.dim_releases.',
        'source_file': 'File the figure stands in, below raw/.',
        'source_sheet': 'Sheet of the workbook; null for a text file.',
        'source_cell': 'Cell of the sheet, or line and column of a text file.'
    }) %}
{% endmacro %}

{#
    The statements that comment on the shared columns of every model on the way to the marts, which none of their own
    does. On a cluster there are none: the published file has them.
#}
{% macro describe_shared_columns() %}
    {{ adapter.dispatch('describe_shared_columns')() }}
{% endmacro %}

{% macro default__describe_shared_columns() %}
    {% if execute %}
        {% set meanings = shared_columns() %}
        {% set without = "select table_name, column_name from duckdb_columns() " ~
            "where database_name = current_database() and schema_name = 'staging' and comment is null" %}
        {{ adapter.dispatch('one_transaction')('begin transaction') }}
        {% for table, column in run_query(without).rows if column in meanings %}
            comment on column staging.{{ table }}.{{ column }} is {{ duckdb_escape_comment(meanings[column]) }};
        {% endfor %}
        {{ adapter.dispatch('one_transaction')('commit') }}
    {% endif %}
{% endmacro %}
