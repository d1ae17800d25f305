-- One row per indicator, area and period, with its names and dates: a chart or a table needs no join.
{{ config(post_hook=['{{ create_as_of(model) }}', '{{ create_chart_macros() }}']) }}
with facts as (

    select * from {{ ref('fct_indicators') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

named as (

    select
        facts.*,
        indicators.title as indicator_title,
        coalesce(indicators.whole_indicator_id, indicators.indicator_id) as whole_indicator_id,
        indicators.summary as definition,
        indicators.framework_outcome,
        indicators.caveat,
        indicators.unit,
        indicators.decimals,
        indicators.polarity,
        measures.topic,
        {{ sex_in_words('measures.sex') }} as sex,
        measures.age_group,
        measures.substance_group,
        measures.rounded_to,
        areas.area_name,
        areas.area_type,
        {{ area_level('areas.area_type') }} as area_level,
        areas.is_partnership_member,
        areas.is_most_similar_force,
        periods.label as period_label,
        periods.period_type,
        periods.start_date,
        periods.end_date,
        -- Areas of one type are published together; an England of a later year is not the newest year of the authorities.
        rank() over (
            partition by facts.indicator_id, areas.area_type
            order by periods.end_date desc nulls last, periods.start_date desc nulls last
        ) = 1 as is_latest,
        releases.publisher,
        indicators.denominator_measure_id is null and (indicators.unit = 'percent' or indicators.unit like 'per %') as is_published_rate,
        {{ source_in_words('releases') }} as numerator_source,
        {{ origin_in_words('releases.origin') }} as numerator_origin,
        case
            when facts.denominator_release_id is not null
                then {{ source_in_words('denominators') }}
        end as denominator_source,
        {{ origin_in_words('denominators.origin') }} as denominator_origin
    from facts
    inner join indicators on facts.indicator_id = indicators.indicator_id
    inner join measures on indicators.numerator_measure_id = measures.measure_id
    inner join areas on facts.area_code = areas.area_code
    inner join periods on facts.period_id = periods.period_id
    left join releases on facts.numerator_release_id = releases.release_id
    left join releases as denominators on facts.denominator_release_id = denominators.release_id

)

select
    indicator_id,
    area_code,
    period_id,
    indicator_title,
    whole_indicator_id,
    definition,
    framework_outcome,
    topic,
    caveat,
    unit,
    decimals,
    polarity,
    sex,
    age_group,
    substance_group,
    area_name,
    area_type,
    area_level,
    is_partnership_member,
    is_most_similar_force,
    period_label,
    period_type,
    start_date,
    end_date,
    year,
    is_latest,
    value,
    value_status,
    {{ status_in_words('value_status') }} as status,
    rounded_to,
    case when not is_published_rate then numerator end as numerator,
    denominator,
    lower_95,
    upper_95,
    previous_value,
    change,
    percent_change,
    change_lower_95,
    change_upper_95,
    change_test,
    change_p_value,
    is_significant_change,
    england_value,
    compared_with_england,
    recent_trend,
    {{ both_in_words('numerator_source', 'denominator_source') }} as source,
    {{ both_in_words('numerator_origin', 'denominator_origin') }} as origin,
    publisher,
    numerator_release_id as release_id
from named
