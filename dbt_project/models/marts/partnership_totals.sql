-- One row per indicator and period: the whole partnership, counted once.
with figures as (

    select * from {{ ref('indicator_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

measured as (

    select * from {{ ref('fct_measures') }}

),

members as (

    select area_code from {{ ref('areas') }} where is_partnership_member

),

number_of_members as (

    select count(*) as members from members

),

parts as (

    select * from {{ ref('int_area_parts') }} where derivation = 'sum of areas'

),

-- The areas whose parts are the partnership's members, all of them and no other.
wholes as (

    select parts.whole_area_code
    from parts
    left join members on parts.part_area_code = members.area_code
    cross join number_of_members
    group by parts.whole_area_code
    having count(members.area_code) = count(*) and count(*) = max(number_of_members.members)

),

-- A printed figure of the whole comes before a sum: records that no authority accounts for are in the force's alone.
ranked as (

    select
        figures.*,
        measured.derivation,
        indicators.denominator_measure_id,
        row_number() over (
            partition by figures.indicator_id, figures.period_id
            order by
                case when figures.value is null then 1 else 0 end,
                case when measured.derivation = 'observed' then 0 else 1 end,
                figures.area_type,
                figures.area_code
        ) as choice
    from figures
    inner join wholes on figures.area_code = wholes.whole_area_code
    inner join indicators on figures.indicator_id = indicators.indicator_id
    left join measured
        on indicators.numerator_measure_id = measured.measure_id
        and figures.area_code = measured.area_code
        and figures.period_id = measured.period_id

),

chosen as (

    select * from ranked where choice = 1

),

-- Police records also lie outside the local areas, so that these do not make up their force.
additive as (

    select
        indicators.indicator_id,
        indicators.scale,
        indicators.denominator_measure_id
    from indicators
    inner join measures as numerators on indicators.numerator_measure_id = numerators.measure_id
    left join measures as denominators on indicators.denominator_measure_id = denominators.measure_id
    where
        numerators.is_additive_over_areas
        and numerators.publisher not in ('police', 'home_office')
        and coalesce(denominators.is_additive_over_areas, true)

),

summed as (

    select
        figures.indicator_id,
        figures.period_id,
        sum(figures.numerator) as numerator,
        sum(figures.denominator) as denominator,
        case
            when max(additive.denominator_measure_id) is null then sum(figures.numerator) * max(additive.scale)
            else sum(figures.numerator) / nullif(sum(figures.denominator), 0) * max(additive.scale)
        end as value,
        {{ status_of_sum('figures', 'max(number_of_members.members)') }} as value_status,
        {{ one_of('figures.release_id') }} as release_id,
        {{ one_of('figures.source') }} as source,
        {{ one_of('figures.origin') }} as origin
    from figures
    inner join additive on figures.indicator_id = additive.indicator_id
    inner join members on figures.area_code = members.area_code
    cross join number_of_members
    group by figures.indicator_id, figures.period_id
    having count(figures.value) = max(number_of_members.members)

),

editions as (

    select
        partnership as partnership_name,
        row_number() over (order by edition desc nulls last) as age
    from {{ ref('editions') }}

),

partnership as (

    select partnership_name from editions where age = 1

),

final as (

    select
        chosen.indicator_id,
        chosen.period_id,
        case
            when chosen.value is null then 'no figure for '
            when chosen.derivation = 'observed' and chosen.denominator_measure_id is null then 'published for '
            else 'worked out for '
        end || chosen.area_name as basis,
        chosen.area_code as of_area_code,
        chosen.value,
        chosen.value_status,
        chosen.status,
        chosen.numerator,
        chosen.denominator,
        chosen.lower_95,
        chosen.upper_95,
        chosen.previous_value,
        chosen.change,
        chosen.percent_change,
        chosen.change_p_value,
        chosen.is_significant_change,
        chosen.england_value,
        chosen.compared_with_england,
        chosen.recent_trend,
        chosen.source,
        chosen.origin,
        chosen.release_id
    from chosen
    left join summed on chosen.indicator_id = summed.indicator_id and chosen.period_id = summed.period_id
    where chosen.value is not null or summed.indicator_id is null
    union all
    select
        summed.indicator_id,
        summed.period_id,
        'sum of its members' as basis,
        cast(null as string) as of_area_code,
        summed.value,
        summed.value_status,
        {{ status_in_words('summed.value_status') }} as status,
        summed.numerator,
        summed.denominator,
        cast(null as double) as lower_95,
        cast(null as double) as upper_95,
        cast(null as double) as previous_value,
        cast(null as double) as change,
        cast(null as double) as percent_change,
        cast(null as double) as change_p_value,
        cast(null as boolean) as is_significant_change,
        cast(null as double) as england_value,
        'not_compared' as compared_with_england,
        'cannot_be_calculated' as recent_trend,
        coalesce(summed.source, 'several releases: see audit.lineage') as source,
        summed.origin,
        summed.release_id
    from summed
    left join chosen on summed.indicator_id = chosen.indicator_id and summed.period_id = chosen.period_id and chosen.value is not null
    where chosen.indicator_id is null

),

periods as (

    select * from {{ ref('dim_periods') }}

),

years as (

    select
        indicator_id,
        period_id,
        max(year) as year
    from figures
    group by indicator_id, period_id

)

select
    final.indicator_id,
    final.period_id,
    partnership.partnership_name as area_name,
    indicators.title as indicator_title,
    indicators.framework_outcome,
    indicators.unit,
    indicators.decimals,
    indicators.polarity,
    {{ sex_in_words('measures.sex') }} as sex,
    measures.age_group,
    periods.label as period_label,
    periods.period_type,
    periods.start_date,
    periods.end_date,
    years.year,
    rank() over (
        partition by final.indicator_id order by periods.end_date desc nulls last, periods.start_date desc nulls last
    ) = 1 as is_latest,
    final.value,
    final.value_status,
    final.status,
    final.basis,
    final.of_area_code,
    final.numerator,
    final.denominator,
    final.lower_95,
    final.upper_95,
    final.previous_value,
    final.change,
    final.percent_change,
    final.change_p_value,
    final.is_significant_change,
    final.england_value,
    final.compared_with_england,
    final.recent_trend,
    final.source,
    final.origin,
    final.release_id
from final
inner join indicators on final.indicator_id = indicators.indicator_id
inner join measures on indicators.numerator_measure_id = measures.measure_id
inner join periods on final.period_id = periods.period_id
inner join years on final.indicator_id = years.indicator_id and final.period_id = years.period_id
cross join partnership
