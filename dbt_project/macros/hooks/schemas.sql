{# A model's schema is the one named in dbt_project.yml, on every target: users query marts.x, not dev_marts.x. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
