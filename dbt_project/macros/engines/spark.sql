{# What Apache Spark, and Sail in its stead, need said otherwise than dbt-spark says it. #}

{# A text as a literal, whatever it holds; null where there is none. #}
{% macro spark_text(text) -%}
    {%- if text is none -%}
        null
    {%- else -%}
        '{{ text | string | replace("\\", "\\\\") | replace("'", "\\'") }}'
    {%- endif -%}
{%- endmacro %}

{# dbt-spark turns ANSI off in every connection it opens; with it off, text that is no number is quietly null. #}
{% macro set_up_connection() %}
    {{ return(adapter.dispatch('set_up_connection')()) }}
{% endmacro %}

{% macro default__set_up_connection() %}{% endmacro %}

{% macro spark__set_up_connection() %}
    set spark.sql.ansi.enabled = true
{% endmacro %}

{% macro sail__set_up_connection() %}{% endmacro %}

{# The tables of one refresh lie in a folder of its own, so that what a stopped one left is in nobody's way. #}
{% macro spark__location_clause() -%}
    location '{{ env_var('WAREHOUSE_CLUSTER_BUILD') }}/{{ model.schema }}/{{ model.alias }}'
{%- endmacro %}

{# Sail takes no comment there. #}
{% macro sail__comment_clause() %}{% endmacro %}

{# dbt-spark leaves quoting to its connections, and not all of them escape an apostrophe. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {% set types = model.config.column_types or {} %}
    {% for rows in agate_table.rows | batch(1000) %}
        {% set insert %}
            insert into {{ this }} values
            {% for row in rows -%}
            (
                {%- for name in agate_table.column_names -%}
                    cast({{ spark_text(row[name]) }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }})
                    {%- if not loop.last %}, {% endif -%}
                {%- endfor -%}
            ){{ ', ' if not loop.last }}
            {% endfor %}
        {% endset %}
        {% do adapter.add_query(insert, abridge_sql_log=True) %}
    {% endfor %}
    {{ return('') }}
{% endmacro %}

{# Formulas that Spark writes otherwise; what each is stands beside its twin for DuckDB. #}
{% macro spark__number_text(value, decimals) -%}
    format_number(cast({{ value }} as double), cast({{ decimals }} as int))
{%- endmacro %}

{% macro spark__whole_numbers(low, high) -%}
    explode(sequence(cast({{ low }} as bigint), cast({{ high }} as bigint)))
{%- endmacro %}

{% macro spark__matches(text, pattern) -%}
    {{ text }} rlike '{{ pattern }}'
{%- endmacro %}

{% macro spark__joined(text, order_by) -%}
    listagg({{ text }}, ', ') within group (order by {{ order_by }})
{%- endmacro %}

{% macro spark__month_name(date) -%}
    date_format({{ date }}, 'MMMM')
{%- endmacro %}

{% macro spark__rounded(value, decimals) -%}
    case {{ decimals }}
        {%- for number in range(7) %}
        when {{ number }} then round({{ value }}, {{ number }})
        {%- endfor %}
    end
{%- endmacro %}

{# Hooks. The comments and macros of the published file are DuckDB's, which has it last. #}
{% macro spark__create_table_macro(name, query, comment) %}{% endmacro %}

{% macro spark__create_analyst_macros() %}{% endmacro %}

{% macro spark__create_chart_macros() %}{% endmacro %}

{% macro spark__create_as_of(model) %}{% endmacro %}

{# On a cluster, records or not: the files themselves, as orchestration/building/engines/cluster.py laid them beside each other. #}
{% macro spark__register_raw_table(source) %}
    {% set relation = api.Relation.create(schema=source.schema, identifier=source.identifier) %}
    {% set folder = env_var('WAREHOUSE_CLUSTER_LANDING') ~ '/' ~ source.source_name ~ '/' ~ source.name %}
    {% do run_query('create schema if not exists ' ~ source.schema) %}
    {% do run_query('drop table if exists ' ~ relation) %}
    {% do run_query('create table ' ~ relation ~ ' using parquet location ' ~ spark_text(folder)) %}
{% endmacro %}

{% macro spark__release_record_view(source) %}{% endmacro %}

{% macro spark__describe_report_columns(relation) %}{% endmacro %}

{% macro spark__describe_shared_columns() %}{% endmacro %}

{# Spark has no transactions over several tables. #}
{% macro spark__one_transaction(statement) %}{% endmacro %}

{# Sail has no recursion: as many signals of a series as a joined chain of this length reaches. #}
{% macro sail__chain_of(nexts, keys) -%}
    {%- for length in range(1, 9) %}
    select
        {% for key in keys %}
        step_1.{{ key }},
        {% endfor %}
        step_{{ length }}.node as begun,
        step_{{ length }}.next_node as node
    from {{ nexts }} as step_1
    {%- for step in range(2, length + 1) %}
    inner join {{ nexts }} as step_{{ step }}
        on {% for key in keys %}step_1.{{ key }} = step_{{ step }}.{{ key }} and {% endfor %}step_{{ step - 1 }}.next_node = step_{{ step }}.node
    {%- endfor %}
    where step_1.node = 0 and step_{{ length }}.next_node is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
