{#
    Every label of a staging model has a code and every value a status. `labels` maps each code's column to the column of
    the release it came from; the printed label stands beside the code as <code's name>_label. A failing row says which
    cell, what was found, what was expected and what to do.
#}
{% test cells_are_understood(model, labels, symbols='a number', expected_areas=none) %}
{% set expectations = {
    'area_code': ['an area label that seeds/areas/area_aliases.csv lists for this publisher and type of area', 'Correct the label, or add the spelling to seeds/areas/area_aliases.csv.'],
    'police_force_code': ['a force that seeds/areas/police_forces.csv lists', 'Give the file back its published name, or add the force to seeds/areas/police_forces.csv.'],
    'period_id': ['a period such as 2024/25 or 2024, as this dataset has them', 'Correct the period.'],
    'offence': ['an offence label that seeds/labels/offence_labels.csv lists for this publisher', 'Correct the label, or add the spelling to seeds/labels/offence_labels.csv.'],
    'measure_id': ['groups that seeds/labels/group_labels.csv lists for this publisher', 'Correct the label, or add the spelling to seeds/labels/group_labels.csv.'],
    'outcome_type': ['an outcome label that seeds/labels/outcome_labels.csv lists for this publisher', 'Correct the label, or add the spelling to seeds/labels/outcome_labels.csv.']
} %}
{% if expected_areas %}{% do expectations.update({'area_code': expected_areas}) %}{% endif %}
{% for code, column in labels.items() %}
select
    source_file,
    source_sheet,
    {# Of a text file the label's own column is known; of a sheet, the cell of the figure it belongs to. #}
    case when source_cell like 'line %' then split_part(source_cell, ', column ', 1) || ', column {{ column }}' else source_cell end as source_cell,
    {{ code | replace('_code', '') | replace('_id', '') | replace('_type', '') }}_label as found,
    '{{ expectations[code][0] }}' as expected,
    '{{ expectations[code][1] }}' as what_to_do
from {{ model }}
where {{ code }} is null
union all
{% endfor %}
select source_file, source_sheet, source_cell, value_text, '{{ symbols | replace("'", "''") }}', 'Correct the value, or add the symbol to the dataset''s staging model.'
from {{ model }}
where value_status is null
{% endtest %}
