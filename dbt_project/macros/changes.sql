{#
    The change of an indicator between two periods, for every query that compares two: int_indicator_changes compares
    neighbouring ones, marts.compare any two. Both have a relation of pairs of periods, whose name they give to these
    macros, with `tested_as` (the interval method of both, null where the change is not tested), `has_denominator`,
    `is_exact`, the `numerator` and `denominator` of each, and `current_share`, the share of both denominators that is the
    later one's.
#}

{# What lies between two values, as columns: the z of two proportions, the limits of their difference, and the ratio of two counts with its limits. #}
{% macro change_columns(pairs) -%}
    case
        when {{ pairs }}.tested_as = 'wilson'
            then {{ proportion_change_z(pairs ~ '.numerator', pairs ~ '.denominator', pairs ~ '.previous_numerator', pairs ~ '.previous_denominator') }}
    end as proportion_z,
    case
        when {{ pairs }}.tested_as = 'wilson'
            then {{ newcombe_limit('lower', pairs ~ '.proportion', pairs ~ '.proportion_lower', pairs ~ '.previous_proportion', pairs ~ '.previous_upper') }}
    end as difference_lower,
    case
        when {{ pairs }}.tested_as = 'wilson'
            then {{ newcombe_limit('upper', pairs ~ '.proportion', pairs ~ '.proportion_upper', pairs ~ '.previous_proportion', pairs ~ '.previous_lower') }}
    end as difference_upper,
    {%- for limit, column in {'ratio': 'ratio', 'lower': 'ratio_lower', 'upper': 'ratio_upper'}.items() %}
    case
        when {{ pairs }}.tested_as = 'byar' then {{ rate_ratio(limit, pairs ~ '.numerator', pairs ~ '.previous_numerator') }}
    end as {{ column }},
    {%- endfor %}
    {# A count is of the denominator that it has; two counts alone are of the same. #}
    (1 - {{ pairs }}.current_share) / nullif({{ pairs }}.current_share, 0) as ratio_scale
{%- endmacro %}

{# Which test it is. #}
{% macro change_test(compared) -%}
    case
        when {{ compared }}.tested_as = 'wilson' then case when {{ compared }}.is_exact then 'fisher_exact' else 'two_proportions' end
        when {{ compared }}.tested_as = 'byar' and {{ compared }}.current_share is not null
            then case when {{ compared }}.has_denominator then 'exact_conditional_rates' else 'exact_conditional_counts' end
        else 'none'
    end
{%- endmacro %}

{# Its p-value. `count_p` and `exact_p` are those of count_change_tests and proportion_change_tests, null where these have none. #}
{% macro change_p_value(compared, count_p, exact_p) -%}
    case
        when {{ compared }}.tested_as = 'wilson' and {{ compared }}.is_exact then {{ exact_p }}
        when {{ compared }}.tested_as = 'wilson' then {{ normal_two_sided(compared ~ '.proportion_z') }}
        when {{ compared }}.tested_as = 'byar' and {{ compared }}.numerator + {{ compared }}.previous_numerator = 0 then 1e0
        when {{ compared }}.tested_as = 'byar' then {{ count_p }}
    end
{%- endmacro %}

{#
    The tests of changes between two counts, as a query: current_count, previous_count, current_share and p_value for each
    row of `pairs`, a relation of distinct current_count, previous_count and current_share, the share of the total that
    the current count has where nothing changed: a half for two counts, the current denominator's share of both for two
    rates.

    The exact conditional test: given the total, the current count is binomial; twice the smaller tail, at most 1.
    Przyborowski and Wilenski, Biometrika 31 (1940), 313–323; the two-sided form that agrees with exact Poisson limits,
    Fay, R Journal 2 (2010), 53–58. A tail is summed from the count outwards over 9 standard deviations, beyond which
    less than 1e-17 of it lies.
#}
{% macro count_change_tests(pairs) -%}
    with weighed as (

        select
            current_count,
            previous_count,
            current_share,
            current_count + previous_count as total,
            (current_count + previous_count) * current_share as expected,
            ceil(9 * sqrt((current_count + previous_count) * current_share * (1 - current_share)) + 20) as reach
        from {{ pairs }}
        where current_count + previous_count > 0

    ),

    tail_counts as (

        select
            *,
            {{ whole_numbers(
                'case when current_count <= expected then greatest(0, current_count - reach) else current_count end',
                'case when current_count <= expected then current_count else least(total, current_count + reach) end'
            ) }} as tail_count
        from weighed

    ),

    tail_terms as (

        select
            current_count,
            previous_count,
            current_share,
            tail_count,
            {{ binomial_probability('cast(tail_count as double)', 'total', 'current_share') }} as probability
        from tail_counts

    ),

    tails as (

        select
            current_count,
            previous_count,
            current_share,
            sum(probability) as tail,
            max(case when tail_count = current_count then probability end) as at_count
        from tail_terms
        group by current_count, previous_count, current_share

    )

    select
        current_count,
        previous_count,
        current_share,
        least(1e0, 2 * least(tail, 1 - tail + at_count)) as p_value
    from tails
{%- endmacro %}

{# Whether the change of a proportion is tested exactly: where one of the two is a share of fewer than 20. #}
{% macro is_tested_exactly(denominator, previous_denominator) -%}
    (least({{ denominator }}, {{ previous_denominator }}) < 20)
{%- endmacro %}

{#
    The exact tests of changes between two proportions, as a query: current_count, current_total, previous_count,
    previous_total and p_value for each row of `pairs`, a relation of the first four, distinct.

    Fisher's exact test: the probability of all tables with the same margins that are no more probable than the one
    observed. Fisher, Journal of the Royal Statistical Society 98 (1935), 39–82. A hypergeometric probability is one of
    three binomial ones, as in Loader (2000); a table counts as equally probable within 1e-7 of it.
#}
{% macro proportion_change_tests(pairs) -%}
    with margins as (

        select
            *,
            current_count + previous_count as counts,
            current_total + previous_total as totals,
            (current_count + previous_count) / nullif(current_total + previous_total, 0) as pooled,
            -- The side with fewer is counted through.
            least(current_total, previous_total) as small_total,
            greatest(current_total, previous_total) as large_total,
            case when current_total <= previous_total then current_count else previous_count end as small_count
        from {{ pairs }}

    ),

    tables_alike as (

        select
            *,
            {{ whole_numbers('greatest(0, counts - large_total)', 'least(counts, small_total)') }} as table_count
        from margins

    ),

    terms as (

        select
            *,
            case
                when pooled in (0, 1) then 1e0
                else
                    {{ binomial_probability('cast(table_count as double)', 'small_total', 'pooled') }}
                    * {{ binomial_probability('(counts - table_count)', 'large_total', 'pooled') }}
                    / nullif({{ binomial_probability('counts', 'totals', 'pooled') }}, 0)
            end as probability
        from tables_alike

    ),

    observed_terms as (

        select
            *,
            max(case when table_count = small_count then probability end) over (
                partition by current_count, current_total, previous_count, previous_total
            ) as observed
        from terms

    )

    select
        current_count,
        current_total,
        previous_count,
        previous_total,
        least(1e0, sum(case when probability <= observed * (1 + 1e-7) then probability else 0e0 end)) as p_value
    from observed_terms
    group by current_count, current_total, previous_count, previous_total
{%- endmacro %}
