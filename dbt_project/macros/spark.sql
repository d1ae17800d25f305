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
