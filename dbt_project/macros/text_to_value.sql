{# True where a text matches a regular expression ([0-9] classes and no backslashes, for all engines). #}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch('matches')(text, pattern)) }}
{%- endmacro %}

{% macro default__matches(text, pattern) -%}
    regexp_matches({{ text }}, '{{ pattern }}')
{%- endmacro %}

{#
    The number a printed text means, as double, or null where it is no plain number. Taken: a sign, digits with or
    without commas at the thousands, decimals, a percent sign (44.8% is 44.8). Not taken: 1d, 1_000, NaN, 1,92, which
    engines read each in its own way.
#}
{% macro number_of(text) -%}
    try_cast(
        case
            when {{ matches('trim(' ~ text ~ ')', '^[+-]?([0-9]+|[0-9][0-9]?[0-9]?(,[0-9][0-9][0-9])+)([.][0-9]+)?%?$') }}
                then replace(replace(replace(trim({{ text }}), ',', ''), '%', ''), '+', '')
        end as double
    )
{%- endmacro %}

{#
    Why a value is what it is: the status of the symbol printed in its place, `otherwise` for a number, and null for
    what is neither, which the check on the model refuses. `symbols` is the dataset's own map of symbol to status.
#}
{% macro status_of(text, symbols={}, otherwise='published') -%}
    case
        {%- for symbol, status in symbols.items() %}
        when trim({{ text }}) = '{{ symbol }}' then '{{ status }}'
        {%- endfor %}
        when {{ number_of(text) }} is not null then '{{ otherwise }}'
    end
{%- endmacro %}

{# True where a limit is absent, a number, or one of the symbols that stand in its place. #}
{% macro limit_is_understood(text, symbols=[]) -%}
    ({{ text }} is null or {{ number_of(text) }} is not null{% for symbol in symbols %} or trim({{ text }}) = '{{ symbol }}'{% endfor %})
{%- endmacro %}

{# The texts of a group joined by ", " in the order of `order_by`. #}
{% macro joined(text, order_by) -%}
    {{ return(adapter.dispatch('joined')(text, order_by)) }}
{%- endmacro %}

{% macro default__joined(text, order_by) -%}
    string_agg({{ text }}, ', ' order by {{ order_by }})
{%- endmacro %}

{# The English name of a date's month. #}
{% macro month_name(date) -%}
    {{ return(adapter.dispatch('month_name')(date)) }}
{%- endmacro %}

{% macro default__month_name(date) -%}
    monthname({{ date }})
{%- endmacro %}

{# A number rounded to as many decimals as another column says, from none to six. #}
{% macro rounded(value, decimals) -%}
    {{ return(adapter.dispatch('rounded')(value, decimals)) }}
{%- endmacro %}

{% macro default__rounded(value, decimals) -%}
    round({{ value }}, cast({{ decimals }} as int))
{%- endmacro %}
