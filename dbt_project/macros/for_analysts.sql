{#
    The macros that spare an analyst a formula or a join. Their tables are named without the file's name, so that they
    serve under any alias once that is in use. Engines without such macros have the tables alone.
#}
{% macro create_analyst_macros() %}
    {{ adapter.dispatch('create_analyst_macros')() }}
{% endmacro %}

{% macro default__create_analyst_macros() %}
    create or replace macro marts.percent_change(value, previous_value) as
        100.0 * (value - previous_value) / nullif(previous_value, 0);
    comment on macro marts.percent_change is 'Change from the previous value in percent: percent_change(value, previous_value).';
    create or replace macro marts.explain(indicator, area, period) as table (
        select * from audit.lineage
        where indicator_id = indicator and area_code = area and period_id = period
    );
    comment on macro table marts.explain is 'The published cells an indicator is made of: from marts.explain(indicator_id, area_code, period_id).';
{% endmacro %}

{% macro spark__create_analyst_macros() %}{% endmacro %}
