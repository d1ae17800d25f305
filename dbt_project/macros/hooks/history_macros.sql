{#
    The table macros that answer what was known on a day. A macro names tables without the file's name, so that it
    serves under any alias once that is in use. Engines without table macros have the tables of history alone.
#}
{% macro create_history_macros() %}
    {% set answers = {
        'observations_as_of': ['fct_observation_history', 'fct_observation_history', 'and not is_withdrawn', 'The observations that stood on a day: from marts.observations_as_of(date).'],
        'measures_as_of': ['fct_measures', 'fct_measure_history', '', 'marts.fct_measures as it would have been on a day: from marts.measures_as_of(date).'],
        'indicators_as_of': ['fct_indicators', 'fct_indicator_history', '', 'marts.fct_indicators as it would have been on a day: from marts.indicators_as_of(date).'],
    } %}
    {% for name, answer in answers.items() if execute %}
        {% set columns = graph.nodes['model.warehouse.' ~ answer[0]].columns.keys() | join(', ') %}
        {% set query = 'select ' ~ columns ~ ' from marts.' ~ answer[1] ~ ' where ' ~ was_known('cast(day as date)') ~ ' ' ~ answer[2] %}
        {{ adapter.dispatch('create_table_macro')(name, query, answer[3]) }}
    {% endfor %}
{% endmacro %}

{% macro default__create_table_macro(name, query, comment) %}
    create or replace macro marts.{{ name }}(day) as table ({{ query }});
    comment on macro table marts.{{ name }} is {{ duckdb_escape_comment(comment) }};
{% endmacro %}
