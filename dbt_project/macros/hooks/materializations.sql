{#
    A table of DuckDB, made in one statement with its comments in a second one. dbt-duckdb makes every table beside the
    one that stands, renames both and drops one, which spares a reader of the file a gap; a build has no reader, and that
    takes a quarter of dbt's time.
#}
{% materialization table, adapter='duckdb' %}
    {%- set relation = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}
    {% call statement('main') -%}
        drop table if exists {{ relation }};
        {{ create_table_as(False, relation, compiled_code) }}
    {%- endcall %}
    {% call statement('comments') -%}
        {{ described(relation, model) }}
    {%- endcall %}
    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {{ adapter.commit() }}
    {{ run_hooks(post_hooks, inside_transaction=False) }}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}

{# The same comments for a seed, whose materialization is dbt's own: asked for its columns twice, it takes twice as long. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {% call statement('comments') -%}
        {{ described(relation, model) }}
    {%- endcall %}
{% endmacro %}

{# The comments of a model and of each column that its yml describes; a column that is not there fails the build. #}
{% macro described(relation, model) %}
    comment on table {{ relation }} is {{ duckdb_escape_comment(model.description) }};
    {%- for name, column in model.columns.items() if column.description %}
    comment on column {{ relation }}.{{ name }} is {{ duckdb_escape_comment(column.description) }};
    {%- endfor %}
{% endmacro %}
