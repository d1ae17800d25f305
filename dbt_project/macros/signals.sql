{#
    The parameters of early warning. A chart needs 12 points; a point is judged by the 24 before the 7 that end with it,
    so that a run of 7 is no part of its own baseline. Until there are so many, the first 12 points are the baseline.
#}
{% macro least_points() -%}
    12
{%- endmacro %}

{% macro baseline_points() -%}
    24
{%- endmacro %}

{# The length of a run on one side of the mean, and of a trend. NHS England, Making Data Count, as its package NHSRplotthedots applies it. #}
{% macro run_points() -%}
    7
{%- endmacro %}

{# Counts of which fewer than this come in a period, on average, are rare events: their chart is a CUSUM. #}
{% macro rare_mean() -%}
    10
{%- endmacro %}

{# The limits of an XmR chart: 2.66 mean moving ranges from the mean; a moving range above 3.267 of them is left out (Wheeler). #}
{% macro xmr_factor() -%}
    2.66e0
{%- endmacro %}

{% macro moving_range_factor() -%}
    3.267e0
{%- endmacro %}

{# The share of the figures of a baseline that may be left out of its mean because they lie outside its limits. #}
{% macro screened_share() -%}
    0.25e0
{%- endmacro %}

{# Complete years that the months of a year are compared over, at most. #}
{% macro seasonal_years() -%}
    5
{%- endmacro %}

{# A signal is current if its rule was met in one of so many newest points. #}
{% macro current_points() -%}
    3
{%- endmacro %}

{# So many neighbours with a signal at once make one of their own; it reaches so many neighbours along. #}
{% macro least_neighbours() -%}
    2
{%- endmacro %}

{% macro neighbour_steps() -%}
    6
{%- endmacro %}

{# Whether the rows of a named window are periods without a gap, of which the current one is the last. #}
{% macro is_unbroken(rows, window) -%}
    count(*) over {{ window }} = {{ rows }} and max(ordinal) over {{ window }} - min(ordinal) over {{ window }} = {{ rows }} - 1
{%- endmacro %}

{#
    The signals of a CUSUM that begins anew after each: from `nexts`, a relation with the key columns, `node` and
    `next_node` (the first signal after a node), the nodes that are reached from node 0, each with the one before it.
#}
{% macro chain_of(nexts, keys) -%}
    {{ return(adapter.dispatch('chain_of')(nexts, keys)) }}
{%- endmacro %}

{% macro default__chain_of(nexts, keys) -%}
    with recursive chain as (
        select
            {{ keys | join(', ') }},
            node as begun,
            next_node as node
        from {{ nexts }}
        where node = 0 and next_node is not null
        union all
        select
            {% for key in keys %}
            nexts.{{ key }},
            {% endfor %}
            nexts.node as begun,
            nexts.next_node as node
        from chain
        inner join {{ nexts }} as nexts
            on {% for key in keys %}chain.{{ key }} = nexts.{{ key }} and {% endfor %}chain.node = nexts.node
        where nexts.next_node is not null
    )

    select * from chain
{%- endmacro %}

{# 1, 0 or -1; what rounding leaves of nothing is 0. #}
{% macro sign_of(difference) -%}
    case when {{ difference }} > 1e-9 then 1 when {{ difference }} < -1e-9 then -1 else 0 end
{%- endmacro %}

{#
    The nodes, each an area and a spell, with a label that those have in common which hang together by edges, up to so
    many of them: the first of their names. Every node has an edge to itself.
#}
{% macro labels_of(nodes, edges, keys) -%}
    with labels_0 as (
        select
            *,
            area_code || '|' || cast(spell as string) as label
        from {{ nodes }}
    )
    {%- for step in range(1, neighbour_steps() | int + 1) %},
    labels_{{ step }} as (
        select
            {% for key in keys %}
            edges.{{ key }},
            {% endfor %}
            edges.area_code,
            edges.spell,
            min(nearer.label) as label
        from {{ edges }} as edges
        inner join labels_{{ step - 1 }} as nearer
            on {% for key in keys %}edges.{{ key }} = nearer.{{ key }} and {% endfor %}edges.other_area_code = nearer.area_code and edges.other_spell = nearer.spell
        group by {% for key in keys %}edges.{{ key }}, {% endfor %}edges.area_code, edges.spell
    )
    {%- endfor %}

    select * from labels_{{ neighbour_steps() }}
{%- endmacro %}
