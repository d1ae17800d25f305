{#
    History: a fact is a row for each span of days, from `known_from` up to, but without, `known_to`; null where it is
    what is known now. The spans of a key follow each other without a gap. What is derived changes on the days on which
    one of its inputs does: those days, asked for with `spans_of`, are its own spans, and `known_on` joins the inputs.
#}

{# The spans that begin on the days of `changes`, a relation of the keys and `known_from`. #}
{% macro spans_of(changes, keys) -%}
    select
        {{ keys | join(', ') }},
        known_from,
        lead(known_from) over (partition by {{ keys | join(', ') }} order by known_from) as known_to
    from (select distinct {{ keys | join(', ') }}, known_from from {{ changes }}) as days
{%- endmacro %}

{#
    Whether a row was known during a span, whose days lie in one span of the row or outside all of them. Each side of a
    comparison names one table, so that an engine joins by hash; an `or` would make DuckDB compare every pair of rows.
#}
{% macro known_on(row, span) -%}
    {{ row }}.known_from <= {{ span }}.known_from
    and {{ end_of(row) }} > {{ span }}.known_from
{%- endmacro %}

{# The end of a row's days as a date that can be compared. #}
{% macro end_of(row) -%}
    coalesce({{ row }}.known_to, cast('9999-12-31' as date))
{%- endmacro %}

{# Whether two rows were known on a day in common; the days in common are those from `start_of_both` to `end_of_both`. #}
{% macro known_with(one, other) -%}
    {{ one }}.known_from < {{ end_of(other) }} and {{ end_of(one) }} > {{ other }}.known_from
{%- endmacro %}

{% macro start_of_both(one, other) -%}
    greatest({{ one }}.known_from, coalesce({{ other }}.known_from, {{ one }}.known_from))
{%- endmacro %}

{% macro end_of_both(one, other) -%}
    nullif(least({{ end_of(one) }}, {{ end_of(other) }}), cast('9999-12-31' as date))
{%- endmacro %}

{# The day as of which an edition shows its figures: its own, or one after all others. #}
{% macro day_of(editions) -%}
    coalesce({{ editions }}.as_of, cast('9999-12-30' as date))
{%- endmacro %}

{# Whether a row was known on a day. #}
{% macro was_known(day) -%}
    known_from <= {{ day }} and (known_to is null or known_to > {{ day }})
{%- endmacro %}

{# The one value of a group, or null where there are several. #}
{% macro one_of(value) -%}
    case when count(distinct {{ value }}) = 1 then max({{ value }}) end
{%- endmacro %}

{# The status of a sum over a group: that of its weakest part, and why there is none where a part is missing. #}
{% macro status_of_sum(parts, number_of_parts) -%}
    case
        when count({{ parts }}.value) = {{ number_of_parts }} then
            case
                {%- for status in ['approximate', 'estimated', 'unreliable', 'provisional'] %}
                when count(case when {{ parts }}.value_status = '{{ status }}' then 1 end) > 0 then '{{ status }}'
                {%- endfor %}
                else 'published'
            end
        when count(case when {{ parts }}.value_status = 'suppressed' then 1 end) > 0 then 'suppressed'
        else 'not_available'
    end
{%- endmacro %}

{# Whether a period is a single year. #}
{% macro is_single_year(periods) -%}
    {{ periods }}.period_type in ('calendar_year', 'financial_year', 'rolling_twelve_months', 'mid_year')
{%- endmacro %}

{# Whether the population of a mid-year is one that a rate of a period is taken of. #}
{% macro is_denominator_of(mid_years, periods) -%}
    (
        ({{ periods }}.period_type in ('calendar_year', 'financial_year', 'rolling_twelve_months') and {{ periods }}.year = {{ mid_years }}.year)
        or ({{ periods }}.period_type = 'three_pooled_years' and {{ mid_years }}.year between {{ periods }}.year - 2 and {{ periods }}.year)
    )
{%- endmacro %}
