{#
    The macros that spare an analyst a formula or a join. Their tables are named without the file's name, so that they
    serve under any alias once that is in use. Engines without such macros have the tables alone. The mirror makes SQL
    functions of them (orchestration/mirror/functions.py), so that they are written in what DuckDB and Postgres both take.
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

{# The macros that ask marts.indicator_values. #}
{% macro create_chart_macros() %}
    {{ adapter.dispatch('create_chart_macros')() }}
{% endmacro %}

{% macro default__create_chart_macros() %}
    create or replace macro marts.series(indicator, area) as table ({{ series_query() }});
    comment on macro table marts.series is 'An indicator of an area over time, with a row for each period that is missing: from marts.series(indicator_id, area_code or area_name or null for all).';
    create or replace macro marts.ranking(indicator, period) as table ({{ ranking_query() }});
    comment on macro table marts.ranking is 'Areas by the value of an indicator, highest first, with intervals and ties: from marts.ranking(indicator_id, period_id or label; null for the newest).';
    create or replace macro marts.compare(indicator, area, from_period, to_period) as table ({{ compare_query() }});
    comment on macro table marts.compare is 'The change of an indicator between any two periods, with its interval and test: from marts.compare(indicator_id, area_code or area_name or null for all, from period_id or label or null for the first, to period_id or label or null for the newest).';
{% endmacro %}

{#
    marts.indicator_values as it would have been on a day: the query of that model, asked of the history. What it names
    beside the facts are the dimensions, which are those of today.
#}
{% macro create_as_of(model) %}
    {{ adapter.dispatch('create_as_of')(model) }}
{% endmacro %}

{% macro default__create_as_of(model) %}
    {% if execute %}
        {% set facts = ref('fct_indicators') | string %}
        {% set database = adapter.quote(this.database) ~ '.' %}
        create or replace macro marts.as_of(day) as table (
            {{ model.compiled_code | replace(facts, 'marts.indicators_as_of(cast(day as date))') | replace(database, '') }}
            order by indicator_id, area_code, period_id
        );
        comment on macro table marts.as_of is 'marts.indicator_values as it would have been on a day: from marts.as_of(date).';
    {% endif %}
{% endmacro %}

{# The periods from the first to the newest that the indicator has of any area, for types of which each follows the one before. #}
{% macro series_query() %}
    with chosen as (
        select * from marts.indicator_values where indicator_id = indicator
    ),
    own as (
        select * from chosen where area is null or area_code = area or area_name = area
    ),
    reach as (
        select period_type, min(start_date) as first_day, max(start_date) as last_day from chosen group by period_type
    ),
    named as (
        select distinct indicator_id, indicator_title, unit, area_code, area_name, area_type, period_type from own
    ),
    expected as (
        select named.*, periods.period_id, periods.label, periods.start_date, periods.end_date
        from named
        inner join reach on named.period_type = reach.period_type
        inner join marts.dim_periods as periods
            on named.period_type = periods.period_type and periods.start_date between reach.first_day and reach.last_day
        where named.period_type in ('calendar_year', 'financial_year', 'mid_year', 'three_pooled_years', 'quarter', 'month')
        union all
        select
            indicator_id, indicator_title, unit, area_code, area_name, area_type, period_type, period_id, period_label,
            start_date, end_date
        from own
        where period_type not in ('calendar_year', 'financial_year', 'mid_year', 'three_pooled_years', 'quarter', 'month')
    )
    select
        expected.indicator_id,
        expected.indicator_title,
        expected.area_code,
        expected.area_name,
        expected.area_type,
        expected.period_id,
        expected.label as period_label,
        expected.period_type,
        expected.start_date,
        expected.end_date,
        own.value,
        expected.unit,
        own.lower_95,
        own.upper_95,
        coalesce(own.status, 'missing: no release holds it') as status,
        own.change,
        own.percent_change,
        own.is_significant_change,
        own.england_value,
        own.source
    from expected
    left join own on expected.area_code = own.area_code and expected.period_id = own.period_id
    order by expected.area_code, expected.period_type, expected.start_date
{% endmacro %}

{# Areas are ranked among those of their type, and the members of the partnership also among themselves. #}
{% macro ranking_query() %}
    with chosen as (
        select * from marts.indicator_values
        where
            indicator_id = indicator
            and ((period is null and is_latest) or period_id = period or period_label = period)
    ),
    counted as (
        select
            *,
            case when value is not null then rank() over (partition by area_type, period_id order by value desc nulls last) end as place,
            count(value) over (partition by area_type, period_id) as out_of,
            count(*) over (partition by area_type, period_id, value) as of_this_value,
            case
                when value is not null and is_partnership_member
                    then rank() over (partition by is_partnership_member, area_type, period_id order by value desc nulls last)
            end as place_in_partnership
        from chosen
    )
    select
        indicator_id,
        indicator_title,
        period_id,
        period_label,
        area_code,
        area_name,
        area_type,
        is_partnership_member,
        place_in_partnership,
        place,
        out_of,
        value is not null and of_this_value > 1 as is_tied,
        value,
        unit,
        lower_95,
        upper_95,
        status,
        england_value,
        compared_with_england
    from counted
    order by area_type, place nulls last, area_name
{% endmacro %}

{# The change between two periods, by the formulas and tests of int_indicator_changes. Periods that overlap are not tested. #}
{% macro compare_query() %}
    with chosen as (
        select
            facts.*,
            indicators.scale,
            indicators.denominator_measure_id is not null as has_denominator,
            rank() over (partition by facts.area_code, facts.period_type order by facts.start_date) = 1 as is_first
        from marts.indicator_values as facts
        inner join marts.dim_indicators as indicators on facts.indicator_id = indicators.indicator_id
        where facts.indicator_id = indicator and (area is null or facts.area_code = area or facts.area_name = area)
    ),
    limits as (
        select indicator_id, area_code, period_id, interval_method, lower_998 is not null as is_testable
        from marts.fct_indicators
        where indicator_id = indicator
    ),
    paired as (
        select
            later.indicator_id,
            later.indicator_title,
            later.area_code,
            later.area_name,
            later.area_type,
            later.is_partnership_member,
            earlier.period_id as from_period_id,
            earlier.period_label as from_period_label,
            earlier.value as from_value,
            earlier.status as from_status,
            later.period_id as to_period_id,
            later.period_label as to_period_label,
            later.value as to_value,
            later.status as to_status,
            later.unit,
            later.scale,
            later.has_denominator,
            case
                when later_limits.is_testable and earlier_limits.is_testable and earlier.end_date < later.start_date
                    then later_limits.interval_method
            end as tested_as,
            later.numerator,
            later.denominator,
            later.value / nullif(later.scale, 0) as proportion,
            later.lower_95 / nullif(later.scale, 0) as proportion_lower,
            later.upper_95 / nullif(later.scale, 0) as proportion_upper,
            earlier.numerator as previous_numerator,
            earlier.denominator as previous_denominator,
            earlier.value / nullif(later.scale, 0) as previous_proportion,
            earlier.lower_95 / nullif(later.scale, 0) as previous_lower,
            earlier.upper_95 / nullif(later.scale, 0) as previous_upper,
            case
                when later.has_denominator then later.denominator / nullif(later.denominator + earlier.denominator, 0)
                else 5e-1
            end as current_share,
            {{ is_tested_exactly('later.denominator', 'earlier.denominator') }} as is_exact
        from chosen as later
        inner join chosen as earlier on later.area_code = earlier.area_code
        inner join limits as later_limits
            on later.area_code = later_limits.area_code and later.period_id = later_limits.period_id
        inner join limits as earlier_limits
            on earlier.area_code = earlier_limits.area_code and earlier.period_id = earlier_limits.period_id
        where
            (
                (from_period is null and earlier.is_first)
                or earlier.period_id = from_period
                or earlier.period_label = from_period
            )
            and ((to_period is null and later.is_latest) or later.period_id = to_period or later.period_label = to_period)
            and earlier.period_type = later.period_type
    ),
    compared as (
        select
            *,
            {{ change_columns('paired') }}
        from paired
    ),
    count_pairs as (
        select distinct
            numerator as current_count,
            previous_numerator as previous_count,
            current_share
        from paired
        where tested_as = 'byar' and current_share is not null
    ),
    count_changes as (
        {{ count_change_tests('count_pairs') }}
    ),
    proportion_pairs as (
        select distinct
            numerator as current_count,
            denominator as current_total,
            previous_numerator as previous_count,
            previous_denominator as previous_total
        from paired
        where tested_as = 'wilson' and is_exact
    ),
    proportion_changes as (
        {{ proportion_change_tests('proportion_pairs') }}
    ),
    tested as (
        select
            compared.*,
            {{ change_test('compared') }} as change_test,
            {{ change_p_value('compared', 'count_changes.p_value', 'proportion_changes.p_value') }} as change_p_value
        from compared
        left join count_changes
            on compared.numerator = count_changes.current_count
            and compared.previous_numerator = count_changes.previous_count
            and compared.current_share = count_changes.current_share
        left join proportion_changes
            on compared.numerator = proportion_changes.current_count
            and compared.denominator = proportion_changes.current_total
            and compared.previous_numerator = proportion_changes.previous_count
            and compared.previous_denominator = proportion_changes.previous_total
    )
    select
        indicator_id,
        indicator_title,
        area_code,
        area_name,
        area_type,
        is_partnership_member,
        from_period_id,
        from_period_label,
        from_value,
        from_status,
        to_period_id,
        to_period_label,
        to_value,
        to_status,
        unit,
        to_value - from_value as change,
        100.0 * (to_value - from_value) / nullif(from_value, 0) as percent_change,
        difference_lower * scale as change_lower_95,
        difference_upper * scale as change_upper_95,
        ratio * ratio_scale as rate_ratio,
        ratio_lower * ratio_scale as rate_ratio_lower_95,
        ratio_upper * ratio_scale as rate_ratio_upper_95,
        change_test,
        change_p_value,
        change_p_value < 5e-2 as is_significant_change
    from tested
    order by area_type, area_name
{% endmacro %}
