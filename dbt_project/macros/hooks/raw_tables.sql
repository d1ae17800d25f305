{# Where a landed dataset lies, as one pattern over its releases. #}
{% macro landed_files(source_name, table_name) -%}
    {%- if source_name == 'landing' -%}
        {{ env_var('WAREHOUSE_LANDING') }}/*/*/release=*/{{ 'release' if table_name == 'releases' else table_name }}.parquet
    {%- else -%}
        {{ env_var('WAREHOUSE_LANDING') }}/{{ source_name }}/{{ table_name }}/release=*/rows*.parquet
    {%- endif -%}
{%- endmacro %}

{#
    Makes each source that a selected model reads a table of this build, from what the datasets left in landing/, with
    its comments. In a build of a part, the others keep their tables and their rows of raw_landing, so that the file never
    lists a release whose figures it does not hold.
#}
{% macro register_raw_tables() %}
    {% if execute %}
        {% set read = [] %}
        {% for node in graph.nodes.values() if node.unique_id in selected_resources and node.resource_type == 'model' %}
            {% do read.extend(node.depends_on.nodes) %}
        {% endfor %}
        {% set sources = graph.sources.values() | selectattr('unique_id', 'in', read) | sort(attribute='unique_id') | list %}
        {% set datasets = sources | rejectattr('source_name', 'equalto', 'landing') | list %}
        {# What a refresh writes into the file itself is a source too, in a schema of its own. #}
        {% set all_datasets = [] %}
        {% for source in graph.sources.values() if source.schema.startswith('raw_') and source.source_name != 'landing' %}
            {% do all_datasets.append(source) %}
        {% endfor %}
        {{ adapter.dispatch('one_transaction')('begin transaction') }}
        {% for source in sources %}
            {% if source.source_name != 'landing' %}
                {{ adapter.dispatch('register_raw_table')(source) }}
            {% elif datasets | length == all_datasets | length %}
                {{ adapter.dispatch('register_raw_table')(source) }}
            {% elif datasets %}
                {{ adapter.dispatch('register_releases_of')(source, datasets) }}
            {% endif %}
        {% endfor %}
        {{ adapter.dispatch('one_transaction')('commit') }}
    {% endif %}
{% endmacro %}

{# The begin or the end of what is written at once: hundreds of statements of their own would each wait for the disk. #}
{% macro default__one_transaction(statement) %}
    {{ statement }};
{% endmacro %}

{% macro default__register_releases_of(source, datasets) %}
    {% set relation = api.Relation.create(schema=source.schema, identifier=source.identifier) %}
    {% set names %}{% for dataset in datasets %}'{{ dataset.source_name }}.{{ dataset.name }}'{{ ', ' if not loop.last }}{% endfor %}{% endset %}
    {% set files = landed_files(source.source_name, source.name) | trim | replace("'", "''") %}
    {# A new file, such as that of a trial, holds no other releases. #}
    create schema if not exists {{ relation.without_identifier() }};
    create table if not exists {{ relation }} as
    select * from read_parquet('{{ files }}', union_by_name = true, hive_partitioning = false) limit 0;
    delete from {{ relation }} where dataset in ({{ names }});
    insert into {{ relation }} by name
    select * from read_parquet('{{ files }}', union_by_name = true, hive_partitioning = false) where dataset in ({{ names }});
{% endmacro %}

{% macro default__register_raw_table(source) %}
    {% set relation = api.Relation.create(schema=source.schema, identifier=source.identifier) %}
    {% set files = landed_files(source.source_name, source.name) | trim | replace("'", "''") %}
    {% set columns = shared_columns() %}
    {% for column in source.columns.values() %}{% do columns.update({column.name: column.description}) %}{% endfor %}
    create schema if not exists {{ relation.without_identifier() }};
    {% if source.config.meta.get('record_level') %}
    create or replace view {{ relation }} as
    select * from read_parquet('{{ files }}', union_by_name = true, hive_partitioning = false);
    {% else %}
    create or replace table {{ relation }} as
    select * from read_parquet('{{ files }}', union_by_name = true, hive_partitioning = false);
    comment on table {{ relation }} is {{ duckdb_escape_comment(source.description) }};
    {% for row in run_query("describe select * from read_parquet('" ~ files ~ "', union_by_name = true, hive_partitioning = false)").rows %}
        {% if row[0] in columns %}comment on column {{ relation }}.{{ row[0] }} is {{ duckdb_escape_comment(columns[row[0]]) }};{% endif %}
    {% endfor %}
    {% endif %}
{% endmacro %}

{#
    Records stay in landing/: while a build runs, a view leads to them, and the published file holds their counts alone.
#}
{% macro release_record_views() %}
    {% if execute %}
        {% for source in graph.sources.values() | sort(attribute='unique_id') if source.config.meta.get('record_level') %}
            {{ adapter.dispatch('release_record_view')(source) }}
        {% endfor %}
    {% endif %}
{% endmacro %}

{% macro default__release_record_view(source) %}
    {% set relation = api.Relation.create(schema=source.schema, identifier=source.identifier) %}
    drop view if exists {{ relation }};
{% endmacro %}
