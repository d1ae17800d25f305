{# Statistics of several areas or age bands at once, by the public-health technical guide on common statistics. #}

{#
    A control limit of a funnel plot of proportions, as a share of 1: where the proportion of an area of this size lies
    with the chance of the level if it is that of all areas together (`average`, a share). Spiegelhalter, Statistics in
    Medicine 24 (2005), 1185–1202, section 3.1; what the published source of PHStatsMethods reduces to.
#}
{% macro funnel_limit(average, denominator, level, side) -%}
    {%- set width = normal_quantile(level) ~ ' * sqrt(' ~ average ~ ' * (1 - ' ~ average ~ ') / nullif(' ~ denominator ~ ', 0))' -%}
    {%- if side == 'lower' -%} greatest(0e0, {{ average }} - {{ width }}) {%- else -%} least(1e0, {{ average }} + {{ width }}) {%- endif -%}
{%- endmacro %}

{#
    Where a figure lies in the funnel: a proportion by the control limits, a rate by whether its own interval leaves out the
    average. From a relation with `interval_method`, `value` and its limits, `funnel_average` and the limits `funnel_*`.
#}
{% macro funnel_significance(numbers) -%}
    case
        {% for level in ['998', '95'] -%}
        {%- for side, sign in [('high', '>'), ('low', '<')] %}
        {%- set limit = ('upper' if side == 'high' else 'lower') ~ '_' ~ level %}
        {%- set own = ('lower' if side == 'high' else 'upper') ~ '_' ~ level %}
        when {{ numbers }}.interval_method = 'wilson' and {{ numbers }}.value {{ sign }} {{ numbers }}.funnel_{{ limit }} then '{{ side }}_{{ level }}'
        when {{ numbers }}.interval_method <> 'wilson' and {{ numbers }}.{{ own }} {{ sign }} {{ numbers }}.funnel_average then '{{ side }}_{{ level }}'
        {%- endfor %}
        {%- endfor %}
        else 'not_significant'
    end
{%- endmacro %}

{#
    Which of `parts` equal groups a row of rank `place` among `number` rows falls in, as the guide on assigning deprivation
    categories has it (Office for Health Improvement and Disparities); null where there are fewer rows than groups.
#}
{% macro quantile_group(place, number, parts) -%}
    case
        when {{ number }} >= {{ parts }}
            then cast(greatest(1, floor({{ parts }} + 1 - ceil(({{ number }} + 1e0 - {{ place }}) / ({{ number }} / cast({{ parts }} as double))))) as bigint)
    end
{%- endmacro %}

{# How a figure lies to another by its own 95% limits; of `numbers`, a relation with `value`, its limits and `polarity`. #}
{% macro compared_with(numbers, other) -%}
    case
        when {{ other }} is null or {{ numbers }}.lower_95 is null or {{ numbers }}.upper_95 is null then 'not_compared'
        when {{ other }} between {{ numbers }}.lower_95 and {{ numbers }}.upper_95 then 'similar'
        when {{ numbers }}.polarity = 'no_judgement' then case when {{ numbers }}.value > {{ other }} then 'higher' else 'lower' end
        when ({{ numbers }}.value > {{ other }}) = ({{ numbers }}.polarity = 'higher_is_better') then 'better'
        else 'worse'
    end
{%- endmacro %}

{#
    Directly standardised rates from age bands: a query of `keys`, `numerator`, `denominator`, `value` and its limits, from
    `bands`, a relation with the keys, `numerator`, `denominator` and `standard_population` of each band. Null under 10
    events or where a band has no population. Dobson and others, Statistics in Medicine 10 (1991), 457–462.
#}
{% macro directly_standardised(bands, keys, scale=100000) -%}
    with sums as (
        select
            {{ keys | join(', ') }},
            sum(coalesce(numerator, 0)) as numerator,
            case when count(denominator) = count(*) then sum(denominator) end as denominator,
            case
                when count(nullif(denominator, 0)) = count(*)
                    then sum(coalesce(numerator, 0) * standard_population / nullif(denominator, 0)) / nullif(sum(standard_population), 0)
            end as rate,
            case
                when count(nullif(denominator, 0)) = count(*)
                    then sum(coalesce(numerator, 0) * power(standard_population / nullif(denominator, 0), 2)) / power(nullif(sum(standard_population), 0), 2)
            end as variance
        from {{ bands }}
        group by {{ keys | join(', ') }}
    )

    select
        {{ keys | join(', ') }},
        numerator,
        denominator,
        case when numerator >= 10 then rate * {{ scale }} end as value
        {%- for level in ['95', '998'] %}
        {%- for side in ['lower', 'upper'] %},
        case
            when numerator >= 10
                then (rate + sqrt(variance / numerator) * ({{ byar_limit('numerator', level, side) }} - numerator)) * {{ scale }}
        end as {{ side }}_{{ level }}
        {%- endfor %}
        {%- endfor %}
    from sums
{%- endmacro %}

{#
    Indirectly standardised ratios and rates: a query of `keys`, `numerator`, `expected`, `ratio` (1 where as many came as
    at the rates of the reference), `value` (the ratio times the reference's own rate) and the limits of both, from
    `bands`, a relation with the keys, `numerator`, `denominator`, `reference_numerator` and `reference_denominator` of
    each band. `exact_limits` is the seed poisson_limits. Byar's limits, exact ones below 10 events.
#}
{% macro indirectly_standardised(bands, keys, exact_limits, scale=100000) -%}
    with sums as (
        select
            {{ keys | join(', ') }},
            'byar' as interval_method,
            cast(sum(coalesce(numerator, 0)) as double) as numerator,
            cast(sum(coalesce(denominator, 0)) as double) as denominator,
            case
                when count(nullif(reference_denominator, 0)) = count(*)
                    then sum(coalesce(reference_numerator, 0) / nullif(reference_denominator, 0) * coalesce(denominator, 0))
            end as expected,
            case
                when count(reference_denominator) = count(*)
                    then sum(coalesce(reference_numerator, 0)) / nullif(sum(reference_denominator), 0) * {{ scale }}
            end as reference_rate
        from {{ bands }}
        group by {{ keys | join(', ') }}
    ),
    limits as (
        select
            sums.*
            {%- for level in ['95', '998'] %}
            {%- for side in ['lower', 'upper'] %},
            {{ numerator_limit('sums', 'exact', level, side) }} as count_{{ side }}_{{ level }}
            {%- endfor %}
            {%- endfor %}
        from sums
        left join {{ exact_limits }} as exact on sums.numerator = exact.count
    )

    select
        {{ keys | join(', ') }},
        numerator,
        expected,
        reference_rate,
        numerator / nullif(expected, 0) as ratio,
        numerator / nullif(expected, 0) * reference_rate as value
        {%- for level in ['95', '998'] %}
        {%- for side in ['lower', 'upper'] %},
        count_{{ side }}_{{ level }} / nullif(expected, 0) as ratio_{{ side }}_{{ level }},
        count_{{ side }}_{{ level }} / nullif(expected, 0) * reference_rate as {{ side }}_{{ level }}
        {%- endfor %}
        {%- endfor %}
    from limits
{%- endmacro %}

{# The fewest areas of a type that a funnel is drawn for. #}
{% macro least_areas() -%}
    5
{%- endmacro %}
