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

{#
    The value of each measure, area and period that follows from `observations`, a query of one row each: the published
    ones, the part of a force that no local area accounts for, and sums where every part stands. `day` is that of the
    observations, a date expression, or none for today.
#}
{% macro measures_from(observations, day=none) -%}
with observations as (

    {{ observations }}

),

kept_sums as (

    select * from {{ ref('kept_sums') }}
    where {{ 'known_to is null' if day is none else 'known_from <= ' ~ day ~ ' and (known_to is null or known_to > ' ~ day ~ ')' }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

components as (

    select * from {{ ref('measure_components') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

observed as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_text,
        value_status,
        lower_limit,
        upper_limit,
        release_id,
        'observed' as derivation
    from observations

),

-- What a force recorded and no local area accounts for, wherever all its local areas and the force itself are published.
local_areas as (

    select
        observed.measure_id,
        areas.police_force_code,
        observed.period_id,
        count(observed.value) as areas_with_value,
        count(case when observed.value_status = 'suppressed' then 1 end) as areas_suppressed,
        sum(observed.value) as value
    from observed
    inner join areas on observed.area_code = areas.area_code and areas.area_type = 'local_authority'
    inner join measures on observed.measure_id = measures.measure_id and measures.is_additive_over_areas
    group by observed.measure_id, areas.police_force_code, observed.period_id

),

areas_of_force as (

    select
        police_force_code,
        count(*) as areas_in_force
    from areas
    where area_type = 'local_authority'
    group by police_force_code

),

unallocated as (

    select
        observed.measure_id,
        unallocated_area.area_code,
        observed.period_id,
        case when local_areas.areas_with_value = areas_of_force.areas_in_force then observed.value - local_areas.value end as value,
        cast(null as string) as value_text,
        case
            when local_areas.areas_with_value = areas_of_force.areas_in_force then observed.value_status
            when local_areas.areas_suppressed > 0 then 'suppressed'
            else 'not_available'
        end as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        observed.release_id,
        'force less its local areas' as derivation
    from observed
    inner join local_areas
        on observed.measure_id = local_areas.measure_id
        and observed.area_code = local_areas.police_force_code
        and observed.period_id = local_areas.period_id
    inner join areas_of_force on local_areas.police_force_code = areas_of_force.police_force_code
    inner join areas as unallocated_area
        on local_areas.police_force_code = unallocated_area.police_force_code and unallocated_area.area_type = 'unallocated'
    left join observed as already
        on observed.measure_id = already.measure_id
        and unallocated_area.area_code = already.area_code
        and observed.period_id = already.period_id
    where already.measure_id is null

),

-- The local areas that make a county, or a force's territory. Police records also lie outside the local areas.
parts_of_areas as (

    {{ parts_of_areas() }}

),

wholes as (

    select
        whole_area_code,
        count(*) as parts
    from parts_of_areas
    group by whole_area_code

),

summed_areas as (

    select
        observed.measure_id,
        wholes.whole_area_code as area_code,
        observed.period_id,
        case when count(observed.value) = max(wholes.parts) then sum(observed.value) end as value,
        cast(null as string) as value_text,
        {{ status_of_sum('observed', 'max(wholes.parts)') }} as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        {{ one_of('observed.release_id') }} as release_id,
        'sum of areas' as derivation
    from observed
    inner join measures
        on observed.measure_id = measures.measure_id and measures.is_additive_over_areas
        and measures.publisher not in ('police', 'home_office')
    inner join parts_of_areas on observed.area_code = parts_of_areas.part_area_code
    inner join wholes on parts_of_areas.whole_area_code = wholes.whole_area_code
    left join observed as already
        on observed.measure_id = already.measure_id
        and wholes.whole_area_code = already.area_code
        and observed.period_id = already.period_id
    where already.measure_id is null
    group by observed.measure_id, wholes.whole_area_code, observed.period_id

),

single_measures as (

    select * from observed
    union all
    select * from unallocated
    union all
    select * from summed_areas

),

parts_of_sum as (

    select
        measure_id,
        count(*) as parts
    from components
    group by measure_id

),

-- A sum stands only on all of its parts.
summed as (

    select
        components.measure_id,
        single_measures.area_code,
        single_measures.period_id,
        case when count(single_measures.value) = max(parts_of_sum.parts) then sum(single_measures.value) end as value,
        cast(null as string) as value_text,
        {{ status_of_sum('single_measures', 'max(parts_of_sum.parts)') }} as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as release_id,
        'sum of measures' as derivation
    from components
    inner join parts_of_sum on components.measure_id = parts_of_sum.measure_id
    inner join single_measures on components.component_measure_id = single_measures.measure_id
    left join single_measures as already
        on components.measure_id = already.measure_id
        and single_measures.area_code = already.area_code
        and single_measures.period_id = already.period_id
    where already.measure_id is null
    group by components.measure_id, single_measures.area_code, single_measures.period_id

),

final as (

    select * from single_measures
    union all
    select * from summed

)

select
    final.measure_id,
    final.area_code,
    final.period_id,
    periods.year,
    coalesce(final.value, kept_sums.value) as value,
    final.value_text,
    case when final.value is null then coalesce(kept_sums.value_status, final.value_status) else final.value_status end as value_status,
    final.lower_limit,
    final.upper_limit,
    final.release_id,
    final.derivation
from final
inner join periods on final.period_id = periods.period_id
left join kept_sums
    on final.measure_id = kept_sums.measure_id
    and final.area_code = kept_sums.area_code
    and final.period_id = kept_sums.period_id
    and final.derivation <> 'observed'
{%- endmacro %}

{#
    Each indicator by area and period, with its interval, its change, its comparison with England and its trend, from
    `measures`, a query as measures_from gives it.
#}
{% macro indicators_from(measures) -%}
with indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    {{ measures }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

poisson_limits as (

    select * from {{ ref('poisson_limits') }}

),

-- A population is of one day, the middle of a year; a rate over three years is taken of three such years of persons.
populations as (

    select
        measures.measure_id,
        measures.area_code,
        periods.period_id,
        case
            when count(measures.value) = max(case when periods.period_type = 'three_pooled_years' then 3 else 1 end)
                then sum(measures.value)
        end as value,
        {{ status_of_sum('measures', "max(case when periods.period_type = 'three_pooled_years' then 3 else 1 end)") }} as value_status,
        {{ one_of('measures.release_id') }} as release_id
    from measures
    inner join periods as mid_years on measures.period_id = mid_years.period_id and mid_years.period_type = 'mid_year'
    inner join periods
        on {{ is_denominator_of('mid_years', 'periods') }}
    where measures.measure_id in (select denominator_measure_id from indicators)
    group by measures.measure_id, measures.area_code, periods.period_id

),

denominators as (

    select
        measure_id,
        area_code,
        period_id,
        value,
        value_status,
        release_id
    from measures
    where measure_id in (select denominator_measure_id from indicators)
    union all
    select * from populations

),

numbers as (

    select
        indicators.indicator_id,
        numerators.area_code,
        numerators.period_id,
        numerators.year,
        periods.period_type,
        periods.previous_period_id,
        indicators.polarity,
        indicators.interval_method,
        indicators.scale,
        indicators.denominator_measure_id is not null as has_denominator,
        indicators.unit = 'percent' or indicators.unit like 'per %' as is_comparable,
        numerators.value as numerator,
        denominators.value as denominator,
        case
            when indicators.denominator_measure_id is null then numerators.value * indicators.scale
            else numerators.value / nullif(denominators.value, 0) * indicators.scale
        end as value,
        case
            when numerators.value is null or indicators.denominator_measure_id is null then numerators.value_status
            when denominators.value is null then coalesce(denominators.value_status, 'not_available')
            when denominators.value = 0 then 'not_applicable'
            else numerators.value_status
        end as value_status,
        numerators.lower_limit * indicators.scale as published_lower,
        numerators.upper_limit * indicators.scale as published_upper,
        numerators.value >= 0 and numerators.value = floor(numerators.value)
        and numerators.value_status in ('published', 'provisional', 'unreliable') as is_count,
        numerators.release_id as numerator_release_id,
        denominators.release_id as denominator_release_id
    from indicators
    inner join measures as numerators on indicators.numerator_measure_id = numerators.measure_id
    inner join periods on numerators.period_id = periods.period_id
    left join denominators
        on indicators.denominator_measure_id = denominators.measure_id
        and numerators.area_code = denominators.area_code
        and numerators.period_id = denominators.period_id

),

-- Limits of the numerator, as a number of events, or of the proportion.
limits as (

    select
        numbers.*,
        {%- for level in ['95', '998'] %}
        {%- for side in ['lower', 'upper'] %}
        case
            when not numbers.is_count or numbers.value is null then null
            when numbers.interval_method = 'byar' and numbers.numerator < 10 then poisson_limits.{{ side }}_{{ level }}
            when numbers.interval_method = 'byar' then {{ byar_limit('numbers.numerator', level, side) }}
            when numbers.interval_method = 'wilson' and numbers.numerator <= numbers.denominator
                then {{ wilson_limit('numbers.numerator', 'numbers.denominator', level, side) }}
        end * case
            when numbers.interval_method = 'byar' and numbers.has_denominator then numbers.scale / nullif(numbers.denominator, 0)
            else numbers.scale
        end as computed_{{ side }}_{{ level }},
        {%- endfor %}
        {%- endfor %}
        case
            when numbers.interval_method = 'byar' and numbers.is_count and numbers.value is not null then numbers.numerator
        end as testable_count
    from numbers
    left join poisson_limits on numbers.numerator = poisson_limits.count

),

with_previous as (

    select
        limits.*,
        case when limits.interval_method = 'publisher' then limits.published_lower else limits.computed_lower_95 end as lower_95,
        case when limits.interval_method = 'publisher' then limits.published_upper else limits.computed_upper_95 end as upper_95,
        previous.value as previous_value,
        -- Two spans of three years that share two of them are no two samples.
        case when limits.period_type <> 'three_pooled_years' then previous.testable_count end as previous_count,
        case
            when limits.has_denominator then limits.denominator / nullif(limits.denominator + previous.denominator, 0)
            else 5e-1
        end as current_share,
        case
            when
                limits.interval_method = 'wilson' and limits.is_count and previous.is_count
                and limits.period_type <> 'three_pooled_years'
                and limits.numerator <= limits.denominator and previous.numerator <= previous.denominator
                then {{ proportion_change_z('limits.numerator', 'limits.denominator', 'previous.numerator', 'previous.denominator') }}
        end as proportion_z
    from limits
    left join limits as previous
        on limits.indicator_id = previous.indicator_id
        and limits.area_code = previous.area_code
        and limits.previous_period_id = previous.period_id

),

pairs as (

    select distinct
        testable_count as current_count,
        previous_count,
        current_share
    from with_previous
    where testable_count is not null and previous_count is not null and current_share is not null

),

{{ count_change_queries() }},

-- Five years in a row, where each has its count.
points as (

    select
        indicator_id,
        area_code,
        period_id,
        interval_method = 'wilson' as is_proportion,
        year,
        case when is_count and value is not null then numerator end as counted,
        case when is_count and value is not null and has_denominator then denominator when is_count and value is not null then 1e0 end as weight
    from numbers
    where interval_method in ('byar', 'wilson') and period_type in ('calendar_year', 'financial_year')

),

trend_points as (

    select
        points.indicator_id,
        points.area_code,
        points.period_id,
        points.is_proportion,
        earlier.year - points.year as time,
        earlier.counted,
        earlier.weight
    from points
    inner join points as earlier
        on points.indicator_id = earlier.indicator_id
        and points.area_code = earlier.area_code
        and substr(points.period_id, 1, 2) = substr(earlier.period_id, 1, 2)
        and earlier.year between points.year - 4 and points.year

),

trend_sums as (

    select
        indicator_id,
        area_code,
        period_id,
        is_proportion,
        count(counted) as points,
        sum(weight) as weights,
        sum(counted) as counts,
        sum(weight * time) as times,
        sum(counted * time) as counted_times,
        sum(weight * time * time) as squared_times
    from trend_points
    group by indicator_id, area_code, period_id, is_proportion
    having count(counted) = 5

),

-- The weakest evidence of the six: all five points, and each four of them.
trend_statistics as (

    select
        trend_sums.indicator_id,
        trend_sums.area_code,
        trend_sums.period_id,
        {{ trend_statistic('max(trend_sums.weights)', 'max(trend_sums.counts)', 'max(trend_sums.times)', 'max(trend_sums.counted_times)', 'max(trend_sums.squared_times)', 'max(case when trend_sums.is_proportion then 1 else 0 end) = 1') }} as statistic,
        min(
            {{ trend_statistic('trend_sums.weights - trend_points.weight', 'trend_sums.counts - trend_points.counted', 'trend_sums.times - trend_points.weight * trend_points.time', 'trend_sums.counted_times - trend_points.counted * trend_points.time', 'trend_sums.squared_times - trend_points.weight * trend_points.time * trend_points.time', 'trend_sums.is_proportion') }}
        ) as lowest_without_one,
        max(
            {{ trend_statistic('trend_sums.weights - trend_points.weight', 'trend_sums.counts - trend_points.counted', 'trend_sums.times - trend_points.weight * trend_points.time', 'trend_sums.counted_times - trend_points.counted * trend_points.time', 'trend_sums.squared_times - trend_points.weight * trend_points.time * trend_points.time', 'trend_sums.is_proportion') }}
        ) as highest_without_one
    from trend_sums
    inner join trend_points
        on trend_sums.indicator_id = trend_points.indicator_id
        and trend_sums.area_code = trend_points.area_code
        and trend_sums.period_id = trend_points.period_id
    group by trend_sums.indicator_id, trend_sums.area_code, trend_sums.period_id

),

trends as (

    select
        indicator_id,
        area_code,
        period_id,
        case
            when statistic > {{ trend_limit() }} and lowest_without_one > {{ trend_limit() }} then 'increasing'
            when statistic < -{{ trend_limit() }} and highest_without_one < -{{ trend_limit() }} then 'decreasing'
            else 'no_significant_change'
        end as trend
    from trend_statistics

),

england as (

    select
        indicator_id,
        period_id,
        value
    from numbers
    where area_code = 'E92000001'

),

final as (

    select
        with_previous.*,
        with_previous.value - with_previous.previous_value as change,
        (with_previous.value - with_previous.previous_value) / nullif(with_previous.previous_value, 0) * 100 as percent_change,
        case
            when with_previous.interval_method = 'wilson' then {{ normal_two_sided('with_previous.proportion_z') }}
            when with_previous.testable_count + with_previous.previous_count = 0 then 1e0
            else count_changes.p_value
        end as change_p_value,
        case
            when with_previous.proportion_z is not null then 'two_proportions'
            when with_previous.testable_count is null or with_previous.previous_count is null or with_previous.current_share is null then 'none'
            when with_previous.has_denominator then 'exact_conditional_rates'
            else 'exact_conditional_counts'
        end as change_test,
        case when with_previous.is_comparable then england.value end as england_value,
        trends.trend
    from with_previous
    left join count_changes
        on with_previous.testable_count = count_changes.current_count
        and with_previous.previous_count = count_changes.previous_count
        and with_previous.current_share = count_changes.current_share
    left join england
        on with_previous.indicator_id = england.indicator_id and with_previous.period_id = england.period_id
    left join trends
        on with_previous.indicator_id = trends.indicator_id
        and with_previous.area_code = trends.area_code
        and with_previous.period_id = trends.period_id

)

select
    indicator_id,
    area_code,
    period_id,
    year,
    numerator,
    denominator,
    value,
    value_status,
    lower_95,
    upper_95,
    computed_lower_998 as lower_998,
    computed_upper_998 as upper_998,
    interval_method,
    previous_value,
    change,
    percent_change,
    change_test,
    change_p_value,
    change_p_value < 5e-2 as is_significant_change,
    england_value,
    case
        when area_code = 'E92000001' or england_value is null or lower_95 is null or upper_95 is null then 'not_compared'
        when england_value between lower_95 and upper_95 then 'similar'
        when polarity = 'no_judgement' then case when value > england_value then 'higher' else 'lower' end
        when (value > england_value) = (polarity = 'higher_is_better') then 'better'
        else 'worse'
    end as compared_with_england,
    case
        when trend is null then 'cannot_be_calculated'
        when trend = 'no_significant_change' or polarity = 'no_judgement' then trend
        when (trend = 'increasing') = (polarity = 'higher_is_better') then trend || '_getting_better'
        else trend || '_getting_worse'
    end as recent_trend,
    numerator_release_id,
    denominator_release_id
from final
{%- endmacro %}

{# The one value of a group, or null where there are several. #}
{% macro one_of(value) -%}
    case when count(distinct {{ value }}) = 1 then max({{ value }}) end
{%- endmacro %}

{# Whether the population of a mid-year is one that a rate of a period is taken of. #}
{% macro is_denominator_of(mid_years, periods) -%}
    (
        ({{ periods }}.period_type in ('calendar_year', 'financial_year', 'rolling_twelve_months') and {{ periods }}.year = {{ mid_years }}.year)
        or ({{ periods }}.period_type = 'three_pooled_years' and {{ mid_years }}.year between {{ periods }}.year - 2 and {{ periods }}.year)
    )
{%- endmacro %}

{# Which local areas make a county, or a force's territory; for a `with` clause with `areas`. #}
{% macro parts_of_areas() -%}
    select
        areas.area_code as part_area_code,
        wholes.area_code as whole_area_code
    from areas
    inner join areas as wholes
        on (areas.parent_area_code = wholes.area_code and wholes.area_type = 'metropolitan_county')
        or (areas.police_force_code = wholes.area_code and wholes.area_type = 'police_force_area')
    where areas.area_type = 'local_authority'
{%- endmacro %}
