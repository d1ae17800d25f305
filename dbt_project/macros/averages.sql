{# Averages of cases: a mean, with the standard deviation and the number of cases that its limits need. #}

{#
    The quantile of Student's t for a two-sided limit at the level: that of the seed student_limits, given as `exact`
    joined by the degrees of freedom, and beyond its rows the series of Fisher and Cornish, Technometrics 2 (1960),
    209–225, which Abramowitz and Stegun print as 26.7.5; its error is below 3e-10 from 151 degrees of freedom on.
#}
{% macro student_quantile(degrees, exact, level) -%}
    {%- set z = {'95': 1.959963984540054, '998': 3.090232306167813}[level] -%}
    {%- set terms = [
        z,
        (z ** 3 + z) / 4,
        (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
        (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
        (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
    ] -%}
    coalesce({{ exact }}.quantile_{{ level }}, {{ polynomial('1 / nullif(' ~ degrees ~ ', 0)', terms) }})
{%- endmacro %}

{#
    A limit of a mean of `number` cases with the standard deviation `deviation` (of the sample, by number less one); null
    for fewer than two cases. `exact` is the seed student_limits, joined by the number less one. Technical guide on common
    public health statistics (Public Health England, 2018).
#}
{% macro mean_limit(mean, deviation, number, exact, level, side) -%}
    case
        when {{ number }} >= 2
            then {{ mean }} {{ '-' if side == 'lower' else '+' }} {{ student_quantile('(' ~ number ~ ' - 1)', exact, level) }}
                * {{ deviation }} / sqrt({{ number }})
    end
{%- endmacro %}
