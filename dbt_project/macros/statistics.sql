{# The standard normal quantiles of two-sided limits at 95% and at 99.8%. #}
{% macro normal_quantile(level) -%}
    {{ {'95': '1.959963984540054e0', '998': '3.090232306167813e0'}[level] }}
{%- endmacro %}

{#
    Byar's limit of a Poisson count of 10 or more; below that the exact limits of the seed poisson_limits hold.
    Breslow and Day, Statistical Methods in Cancer Research, volume II (1987), page 69; the method of the public-health
    technical guide on common statistics (Public Health England, 2018).
#}
{% macro byar_limit(count, level, side) -%}
    {%- if side == 'lower' -%}
        ({{ count }}) * power(1 - 1 / (9 * ({{ count }})) - {{ normal_quantile(level) }} / (3 * sqrt({{ count }})), 3)
    {%- else -%}
        ({{ count }} + 1) * power(1 - 1 / (9 * ({{ count }} + 1)) + {{ normal_quantile(level) }} / (3 * sqrt({{ count }} + 1)), 3)
    {%- endif -%}
{%- endmacro %}

{#
    Wilson's limit of a proportion, as a share of 1. Wilson, Journal of the American Statistical Association 22 (1927),
    209–212; Newcombe, Statistics in Medicine 17 (1998), 857–872, method 3. At 0 and at 1 the root of the formula is
    exact, so that the limit there is exactly 0 or 1.
#}
{% macro wilson_limit(numerator, denominator, level, side) -%}
    {%- set z = normal_quantile(level) -%}
    {%- set q = z ~ ' * ' ~ z -%}
    case
        {% if side == 'lower' -%} when {{ numerator }} = 0 then 0e0 {%- else -%} when {{ numerator }} = {{ denominator }} then 1e0 {%- endif %}
        else
            (
                2 * {{ numerator }} + {{ q }} {{ '-' if side == 'lower' else '+' }} {{ z }}
                * sqrt({{ q }} + 4 * {{ numerator }} * (1 - {{ numerator }} / nullif({{ denominator }}, 0)))
            ) / nullif(2 * ({{ denominator }} + {{ q }}), 0)
    end
{%- endmacro %}

{#
    The probability that a standard normal variable lies farther from 0 than z, on either side. Rational approximations
    by Cody, Mathematics of Computation 23 (1969), 631–637, good to 1e-13 of the value; engines have no erfc.
#}
{% macro normal_two_sided(z) -%}
    {%- set y = 'abs(' ~ z ~ ')' -%}
    {%- set s = '(' ~ z ~ ') * (' ~ z ~ ')' -%}
    case
        when {{ y }} <= 0.67448975e0 then
            1 - 2 * {{ y }} * ({{ polynomial(s, [18154.981253343561249, 1067.6894854603709582, 161.02823106855587881, 2.2352520354606839287, 0.065682337918207449113]) }})
            / ({{ polynomial(s, [45507.789335026729956, 10260.932208618978205, 976.09855173777669322, 47.20258190468824187, 1.0]) }})
        when {{ y }} <= 5.65685424949238e0 then
            2 * exp(-({{ s }}) / 2)
            * ({{ polynomial(y, [9842.7148383839780218, 11602.651437647350124, 6848.1904505362823326, 2494.5375852903726711, 597.27027639480026226, 93.506656132177855979, 8.8831497943883759412, 0.39894151208813466764, 1.0765576773720192317e-8]) }})
            / ({{ polynomial(y, [19685.429676859990727, 38912.003286093271411, 34900.952721145977266, 18615.571640885098091, 6485.558298266760755, 1519.377599407554805, 235.38790178262499861, 22.266688044328115691, 1.0]) }})
        else
            2 * exp(-({{ s }}) / 2) / {{ y }} * (
                0.3989422804014327e0 - ({{ polynomial('1 / (' ~ s ~ ')', [0.0, 2.9112874951168792e-5, 1.421619193227893466e-3, 2.2235277870649807e-2, 1.274011611602473639e-1, 2.1589853405795699e-1, 2.307344176494017303e-2]) }})
                / ({{ polynomial('1 / (' ~ s ~ ')', [7.29751555083966205e-5, 3.78239633202758244e-3, 6.59881378689285515e-2, 4.68238212480865118e-1, 1.28426009614491121, 1.0]) }})
            )
    end
{%- endmacro %}

{# The value at x of the polynomial with these coefficients, the constant one first, by Horner's rule. #}
{% macro polynomial(x, coefficients) -%}
    {%- set nested = namespace(text='') -%}
    {%- for coefficient in coefficients | reverse -%}
        {%- set nested.text = '%.17e' | format(coefficient) if loop.first else '%.17e + (%s) * (%s)' | format(coefficient, x, nested.text) -%}
    {%- endfor -%}
    {{ nested.text }}
{%- endmacro %}

{#
    What Stirling's formula leaves of ln n!: the error of Loader, Fast and Accurate Computation of Binomial Probabilities
    (2000), from a table below 16 and by the series above, where the term left out is under 1e-16.
#}
{% macro stirling_error(n) -%}
    case cast({{ n }} as int)
        {%- for error in [
            0.0, 0.0810614667953272582196702, 0.0413406959554092940938221, 0.02767792568499833914878929, 0.02079067210376509311152277,
            0.01664469118982119216319487, 0.01387612882307074799874573, 0.01189670994589177009505572, 0.010411265261972096497478567,
            0.009255462182712732917728637, 0.008330563433362871256469318, 0.007573675487951840794972024, 0.006942840107209529865664152,
            0.006408994188004207068439631, 0.005951370112758847735624416, 0.005554733551962801371038690
        ] %}
        when {{ loop.index0 }} then {{ '%.17e' | format(error) }}
        {%- endfor %}
        else
            (1e0 / 12 - (1e0 / 360 - (1e0 / 1260 - (1e0 / 1680 - 1e0 / 1188 / (({{ n }}) * ({{ n }}))) / (({{ n }}) * ({{ n }}))) / (({{ n }}) * ({{ n }}))) / (({{ n }}) * ({{ n }}))) / ({{ n }})
    end
{%- endmacro %}

{# The probability of k successes in n trials with probability p each (0 < p < 1), by the same paper. #}
{% macro binomial_probability(k, n, p) -%}
    case
        when {{ k }} = 0 then exp({{ n }} * ln(1 - {{ p }}))
        when {{ k }} = {{ n }} then exp({{ n }} * ln({{ p }}))
        else
            exp(
                {{ stirling_error(n) }} - {{ stirling_error(k) }} - {{ stirling_error(n ~ ' - ' ~ k) }}
                - ({{ k }} * ln({{ k }} / ({{ n }} * {{ p }})) + {{ n }} * {{ p }} - {{ k }})
                - (({{ n }} - {{ k }}) * ln(({{ n }} - {{ k }}) / ({{ n }} * (1 - {{ p }}))) + {{ k }} - {{ n }} * {{ p }})
            ) * sqrt({{ n }} / (6.283185307179586e0 * {{ k }} * ({{ n }} - {{ k }})))
    end
{%- endmacro %}

{# A row for each whole number from low to high. #}
{% macro whole_numbers(low, high) -%}
    {{ return(adapter.dispatch('whole_numbers')(low, high)) }}
{%- endmacro %}

{% macro default__whole_numbers(low, high) -%}
    unnest(generate_series(cast({{ low }} as bigint), cast({{ high }} as bigint)))
{%- endmacro %}

{% macro spark__whole_numbers(low, high) -%}
    explode(sequence(cast({{ low }} as bigint), cast({{ high }} as bigint)))
{%- endmacro %}

{#
    The queries that test the changes between two counts, for a `with` clause: count_changes, from a query `pairs` of
    distinct current_count, previous_count and current_share, the share of the total that the current count has where
    nothing changed: a half for two counts, the current denominator's share of both for two rates.

    The exact conditional test: given the total, the current count is binomial; twice the smaller tail, at most 1.
    Przyborowski and Wilenski, Biometrika 31 (1940), 313–323; the two-sided form that agrees with exact Poisson limits,
    Fay, R Journal 2 (2010), 53–58. A tail is summed from the count outwards over 9 standard deviations, beyond which
    less than 1e-17 of it lies.
#}
{% macro count_change_queries() -%}
weighed as (

    select
        current_count,
        previous_count,
        current_share,
        current_count + previous_count as total,
        (current_count + previous_count) * current_share as expected,
        ceil(9 * sqrt((current_count + previous_count) * current_share * (1 - current_share)) + 20) as reach
    from pairs
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

),

count_changes as (

    select
        current_count,
        previous_count,
        current_share,
        least(1e0, 2 * least(tail, 1 - tail + at_count)) as p_value
    from tails

)
{%- endmacro %}

{#
    How many standard errors two proportions lie apart, with the pooled variance; 0 where both are 0 or both are 1.
    Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions, third edition (2003), section 3.2.
#}
{% macro proportion_change_z(numerator, denominator, previous_numerator, previous_denominator) -%}
    {%- set pooled = '((' ~ numerator ~ ' + ' ~ previous_numerator ~ ') / nullif(' ~ denominator ~ ' + ' ~ previous_denominator ~ ', 0))' -%}
    case
        when {{ pooled }} in (0, 1) then 0e0
        else
            ({{ numerator }} / nullif({{ denominator }}, 0) - {{ previous_numerator }} / nullif({{ previous_denominator }}, 0))
            / sqrt({{ pooled }} * (1 - {{ pooled }}) * (1 / nullif({{ denominator }}, 0) + 1 / nullif({{ previous_denominator }}, 0)))
    end
{%- endmacro %}

{#
    Chi-squared for trend, one degree of freedom, with the sign of the trend; 0 where all points are alike. Armitage,
    Biometrics 11 (1955), 375–386; for counts and rates the variance is that of Poisson counts. The arguments are sums
    over the points: of denominators, of counts, and of denominators × time, counts × time, denominators × time squared.
#}
{% macro trend_statistic(denominators, counts, times, counted_times, squared_times, is_proportion) -%}
    {%- set mean = '(' ~ counts ~ ') / nullif(' ~ denominators ~ ', 0)' -%}
    {%- set slope = '((' ~ counted_times ~ ') - ' ~ mean ~ ' * (' ~ times ~ '))' -%}
    coalesce(
        {{ slope }} * abs({{ slope }}) / nullif(
            {{ mean }} * (case when {{ is_proportion }} then 1 - {{ mean }} else 1 end)
            * (({{ squared_times }}) - ({{ times }}) * ({{ times }}) / nullif({{ denominators }}, 0)), 0
        ), 0
    )
{%- endmacro %}

{# The quantile of chi-squared with one degree of freedom above which 0.002 lies: the square of normal_quantile('998'). #}
{% macro trend_limit() -%}
    9.549535706083324e0
{%- endmacro %}
