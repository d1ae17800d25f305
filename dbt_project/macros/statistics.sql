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
            2 * exp(greatest(-7e2, -({{ s }}) / 2))
            * ({{ polynomial(y, [9842.7148383839780218, 11602.651437647350124, 6848.1904505362823326, 2494.5375852903726711, 597.27027639480026226, 93.506656132177855979, 8.8831497943883759412, 0.39894151208813466764, 1.0765576773720192317e-8]) }})
            / ({{ polynomial(y, [19685.429676859990727, 38912.003286093271411, 34900.952721145977266, 18615.571640885098091, 6485.558298266760755, 1519.377599407554805, 235.38790178262499861, 22.266688044328115691, 1.0]) }})
        else
            2 * exp(greatest(-7e2, -({{ s }}) / 2)) / {{ y }} * (
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

{#
    The probability of k successes in n trials with probability p each (0 < p < 1), by the same paper. One below 1e-304 is
    taken for that: Postgres stops a query whose exponential is smaller than its numbers.
#}
{% macro binomial_probability(k, n, p) -%}
    case
        when {{ k }} = 0 then exp(greatest(-7e2, {{ n }} * ln(1 - {{ p }})))
        when {{ k }} = {{ n }} then exp(greatest(-7e2, {{ n }} * ln({{ p }})))
        else
            exp(greatest(-7e2,
                {{ stirling_error(n) }} - {{ stirling_error(k) }} - {{ stirling_error(n ~ ' - ' ~ k) }}
                - ({{ k }} * ln({{ k }} / ({{ n }} * {{ p }})) + {{ n }} * {{ p }} - {{ k }})
                - (({{ n }} - {{ k }}) * ln(({{ n }} - {{ k }}) / ({{ n }} * (1 - {{ p }}))) + {{ k }} - {{ n }} * {{ p }})
            )) * sqrt({{ n }} / (6.283185307179586e0 * {{ k }} * ({{ n }} - {{ k }})))
    end
{%- endmacro %}

{# A row for each whole number from low to high. #}
{% macro whole_numbers(low, high) -%}
    {{ return(adapter.dispatch('whole_numbers')(low, high)) }}
{%- endmacro %}

{% macro default__whole_numbers(low, high) -%}
    unnest(generate_series(cast({{ low }} as bigint), cast({{ high }} as bigint)))
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
    A limit of a numerator, as a number of events, or of a proportion, as a share of 1, by the method of its indicator; of
    `numbers`, a relation with `numerator`, `denominator` and `interval_method`. `exact_limits` is the seed poisson_limits,
    joined by the numerator.
#}
{% macro numerator_limit(numbers, exact_limits, level, side) -%}
    case
        when {{ numbers }}.interval_method = 'byar' and {{ numbers }}.numerator < 10 then {{ exact_limits }}.{{ side }}_{{ level }}
        when {{ numbers }}.interval_method = 'byar' then {{ byar_limit(numbers ~ '.numerator', level, side) }}
        when {{ numbers }}.interval_method = 'wilson' then {{ wilson_limit(numbers ~ '.numerator', numbers ~ '.denominator', level, side) }}
    end
{%- endmacro %}

{#
    A 95% limit of the difference of two proportions from their own Wilson limits: of the first its limit on the same
    side, of the second that on the other. Newcombe, Statistics in Medicine 17 (1998), 873–890, method 10.
#}
{% macro newcombe_limit(side, proportion, limit, previous_proportion, previous_limit) -%}
    ({{ proportion }}) - ({{ previous_proportion }}) {{ '-' if side == 'lower' else '+' }} sqrt(
        power(({{ proportion }}) - ({{ limit }}), 2) + power(({{ previous_limit }}) - ({{ previous_proportion }}), 2)
    )
{%- endmacro %}

{#
    The ratio of two Poisson counts, or its lower or upper 95% limit: that of the conditional test of the two (Clopper and
    Pearson, Biometrika 26 (1934), 404–413, of the current count in the total, as odds), exact where the limit depends on
    a count of 0 or 1, else by Paulson's approximation of F's quantile, Annals of Mathematical Statistics 13 (1942),
    233–235. It leaves out 1 where the exact conditional test is significant, and only there.
#}
{% macro rate_ratio(limit, count, previous_count) -%}
    {%- set total = 'nullif(' ~ count ~ ' + ' ~ previous_count ~ ', 0)' -%}
    {%- if limit == 'ratio' -%}
        ({{ count }} / nullif({{ previous_count }}, 0))
    {%- elif limit == 'lower' -%}
        case
            when {{ count }} = 0 and {{ previous_count }} > 0 then 0e0
            when {{ previous_count }} = 0 then 1 / nullif(power(25e-3, -1e0 / {{ total }}) - 1, 0)
            when {{ count }} = 1 then power(975e-3, -1e0 / {{ total }}) - 1
            else {{ count }} / nullif(({{ previous_count }} + 1) * {{ f_quantile('2 * (' ~ previous_count ~ ' + 1)', '2 * ' ~ count) }}, 0)
        end
    {%- else -%}
        case
            when {{ previous_count }} = 0 then null
            when {{ count }} = 0 then power(25e-3, -1e0 / {{ total }}) - 1
            when {{ previous_count }} = 1 then 1 / nullif(power(975e-3, -1e0 / {{ total }}) - 1, 0)
            else ({{ count }} + 1) / nullif({{ previous_count }}, 0) * {{ f_quantile('2 * (' ~ count ~ ' + 1)', '2 * ' ~ previous_count) }}
        end
    {%- endif -%}
{%- endmacro %}

{# The quantile of F above which 0.025 lies, by Paulson's approximation; the second degrees of freedom from 4 on. #}
{% macro f_quantile(first, second) -%}
    {%- set z = normal_quantile('95') -%}
    {%- set a = '(2e0 / (9 * (' ~ first ~ ')))' -%}
    {%- set b = '(2e0 / nullif(9 * (' ~ second ~ '), 0))' -%}
    power(
        (
            (1 - {{ a }}) * (1 - {{ b }})
            + {{ z }} * sqrt(power(1 - {{ a }}, 2) * {{ b }} + power(1 - {{ b }}, 2) * {{ a }} - {{ z }} * {{ z }} * {{ a }} * {{ b }})
        ) / nullif(power(1 - {{ b }}, 2) - {{ z }} * {{ z }} * {{ b }}, 0), 3
    )
{%- endmacro %}

{#
    The recent trend is that of Fingertips: chi-squared for trend over the five newest points of single years, numbered
    1 to 5, must exceed trend_limit(), and the slope must keep its sign when each point is left out in turn. Public
    Health England, Recent trends in Fingertips (technical guidance); trend marker of the published source of Fingertips.
#}
{% macro trend_points() -%}
    5
{%- endmacro %}

{# The quantile of chi-squared with one degree of freedom above which 0.002 lies, as Fingertips has it. #}
{% macro trend_limit() -%}
    9.54953570608324e0
{%- endmacro %}

{# The weight of a rate in its trend: one by its variance, from its 95% limits. #}
{% macro trend_weight(lower, upper) -%}
    1 / nullif(power(({{ upper }} - {{ lower }}) / 3.92e0, 2), 0)
{%- endmacro %}

{# The logarithm of a proportion's odds. Where nothing is counted, half of one stands in: 0 has no logarithm. #}
{% macro log_odds(numerator, denominator) -%}
    ln(greatest({{ numerator }}, 5e-1) / nullif({{ denominator }} - greatest({{ numerator }}, 5e-1), 0))
{%- endmacro %}

{#
    Whether the weighted least-squares slope of figures over times rises (1), falls (-1) or does neither (0), from sums
    over the points: of weights, of weights × time, weights × figure and weights × figure × time.
#}
{% macro slope_direction(weights, times, figures, timed_figures) -%}
    {%- set up = '(' ~ weights ~ ') * (' ~ timed_figures ~ ')' -%}
    {%- set down = '(' ~ times ~ ') * (' ~ figures ~ ')' -%}
    case when abs({{ up }} - {{ down }}) <= 1e-12 * (abs({{ up }}) + abs({{ down }})) then 0 when {{ up }} > {{ down }} then 1 else -1 end
{%- endmacro %}

{#
    Chi-squared for trend of rates: the square of the weighted slope by its variance, from the sums `weights`, `times`,
    `squared_times`, `figures` and `timed_figures` of a relation.
#}
{% macro rate_trend_statistic(sums) -%}
    power({{ sums }}.weights * {{ sums }}.timed_figures - {{ sums }}.times * {{ sums }}.figures, 2)
    / nullif({{ sums }}.weights * ({{ sums }}.weights * {{ sums }}.squared_times - power({{ sums }}.times, 2)), 0)
{%- endmacro %}

{#
    Chi-squared for trend of proportions, from the sums `denominators`, `numerators`, `timed_denominators`,
    `timed_numerators` and `squared_denominators` (× time squared) of a relation. Armitage, Biometrics 11 (1955), 375–386.
#}
{% macro proportion_trend_statistic(sums) -%}
    {{ sums }}.denominators
    * power({{ sums }}.denominators * {{ sums }}.timed_numerators - {{ sums }}.numerators * {{ sums }}.timed_denominators, 2)
    / nullif(
        {{ sums }}.numerators * ({{ sums }}.denominators - {{ sums }}.numerators)
        * ({{ sums }}.denominators * {{ sums }}.squared_denominators - power({{ sums }}.timed_denominators, 2)), 0
    )
{%- endmacro %}

{# How an area's value lies to England's by its own limits; from a relation with `area_code`, `value`, its limits, `england_value` and `polarity`. #}
{% macro compared_with_england(numbers, level) -%}
    {%- set lower, upper = numbers ~ '.lower_' ~ level, numbers ~ '.upper_' ~ level -%}
    case
        when {{ numbers }}.area_code = 'E92000001' or {{ numbers }}.england_value is null or {{ lower }} is null or {{ upper }} is null
            then 'not_compared'
        when {{ numbers }}.england_value between {{ lower }} and {{ upper }} then 'similar'
        when {{ numbers }}.polarity = 'no_judgement' then case when {{ numbers }}.value > {{ numbers }}.england_value then 'higher' else 'lower' end
        when ({{ numbers }}.value > {{ numbers }}.england_value) = ({{ numbers }}.polarity = 'higher_is_better') then 'better'
        else 'worse'
    end
{%- endmacro %}
