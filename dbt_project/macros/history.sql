{#
    What was known on a day, one row per measure, area and period: the figure of the latest release up to then. A figure
    that was withdrawn by then has no value, and a status that says so. `day` is a date expression, or none for today.
#}
{% macro observations_known(day=none) -%}
    {%- set observations = ref('fct_observations') -%}
    select
        measure_id,
        area_code,
        period_id,
        value,
        value_text,
        value_status,
        lower_limit,
        upper_limit,
        release_id
    from {{ observations }}
    where {{ 'is_latest' if day is none else 'known_from <= ' ~ day ~ ' and (known_to is null or known_to > ' ~ day ~ ')' }}
    union all
    select
        measure_id,
        area_code,
        period_id,
        cast(null as double) as value,
        cast(null as string) as value_text,
        'not_available' as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        ending_release_id as release_id
    from (
        select
            *,
            row_number() over (partition by measure_id, area_code, period_id order by known_from desc) as recency
        from {{ observations }}
        where {{ 'true' if day is none else 'known_from <= ' ~ day }}
    ) as latest
    where recency = 1 and ended_as = 'withdrawn' {%- if day is not none %} and known_to <= {{ day }} {%- endif %}
{%- endmacro %}

{#
    The table macros that answer what was known on a day. A macro names tables without the file's name, so that it
    serves under any alias once that is in use. Engines without table macros have the queries alone.
#}
{% macro create_history_macros() %}
    {% set observations %}
        select * from {{ ref('fct_observations') }}
        where known_from <= cast(day as date) and (known_to is null or known_to > cast(day as date))
    {% endset %}
    {% set measures = measures_from(observations_known('cast(day as date)'), 'cast(day as date)') %}
    {% set answers = {
        'observations_as_of': [observations, 'The observations that stood on a day: from marts.observations_as_of(date).'],
        'measures_as_of': [measures, 'marts.fct_measures as it would have been on a day: from marts.measures_as_of(date).'],
        'indicators_as_of': [indicators_from(measures), 'marts.fct_indicators as it would have been on a day: from marts.indicators_as_of(date).'],
    } %}
    {% for name, answer in answers.items() %}
        {{ adapter.dispatch('create_table_macro')(name, answer[0] | replace('"' ~ this.database ~ '".', ''), answer[1]) }}
    {% endfor %}
{% endmacro %}

{% macro default__create_table_macro(name, query, comment) %}
    create or replace macro marts.{{ name }}(day) as table ({{ query }});
    comment on macro table marts.{{ name }} is {{ duckdb_escape_comment(comment) }};
{% endmacro %}

{% macro spark__create_table_macro(name, query, comment) %}{% endmacro %}
