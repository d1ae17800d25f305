-- One row per measure.
with seeded as (

    select * from {{ ref('measures') }}

),

fingertips_kinds as (

    select distinct
        measure_id,
        indicator_id,
        indicator_name,
        sex_label,
        age_label,
        measure_label
    from {{ ref('stg_ohid__fingertips') }}

),

-- Every indicator of an export is a measure without being listed; a renamed one keeps the name that sorts last.
fingertips_measures as (

    select
        measure_id,
        max(indicator_name) || ', ' || lower(min(sex_label)) || ', ' || lower(min(age_label))
        || case when min(measure_label) = 'value' then '' else ': ' || min(measure_label) end as title,
        'fingertips' as topic,
        case when min(measure_label) = 'value' then 'as Fingertips gives it' else min(measure_label) end as unit,
        cast(null as string) as offence,
        cast(null as string) as outcome_type,
        cast(null as string) as substance_group,
        min(sex_label) as sex,
        min(age_label) as age_group,
        'ohid' as publisher,
        'ohid.fingertips' as dataset,
        false as is_additive_over_areas,
        cast(null as bigint) as rounded_to,
        'Fingertips indicator ' || min(indicator_id) || ', ' || max(indicator_name) || ': its ' || min(measure_label) || ', as published.' as definition
    from fingertips_kinds
    group by measure_id

),

viewit_measures as (

    select
        measure_id,
        min(measure_title) as title,
        'treatment' as topic,
        'persons' as unit,
        cast(null as string) as offence,
        cast(null as string) as outcome_type,
        min(substance_group) as substance_group,
        min(sex) as sex,
        min(age_group) as age_group,
        'ndtms' as publisher,
        'ndtms.viewit' as dataset,
        false as is_additive_over_areas,
        cast(5 as bigint) as rounded_to,
        min(measure_title) || ', in the year, as ViewIt gives it.' as definition
    from {{ ref('stg_ndtms__viewit') }}
    where measure_id is not null
    group by measure_id

),

outcome_measures as (

    select
        measure_id,
        min(measure_title) as title,
        'drug_related_crime' as topic,
        'outcomes' as unit,
        min(offence) as offence,
        min(outcome_label) as outcome_type,
        cast(null as string) as substance_group,
        'all' as sex,
        'all' as age_group,
        'home_office' as publisher,
        'home_office.crime_outcomes' as dataset,
        true as is_additive_over_areas,
        cast(null as bigint) as rounded_to,
        min(measure_title) || ': the four quarters of the open data of the Home Office.' as definition
    from {{ ref('stg_home_office__crime_outcomes') }}
    where measure_id is not null
    group by measure_id

),

-- What a return asks for is a measure without being listed again.
return_measures as (

    select
        measure_id,
        title,
        topic,
        unit,
        cast(null as string) as offence,
        cast(null as string) as outcome_type,
        substance_group,
        sex,
        age_group,
        'partners' as publisher,
        'partners.returns' as dataset,
        is_additive_over_areas,
        cast(null as bigint) as rounded_to,
        definition
    from {{ ref('return_measures') }}

),

found_measures as (

    select * from return_measures
    union all
    select * from fingertips_measures
    union all
    select * from viewit_measures
    union all
    select * from outcome_measures

),

-- A measure of which an indicator is made is listed, so that it is known before its first release.
measures as (

    select * from seeded
    union all
    select found_measures.*
    from found_measures
    left join seeded on found_measures.measure_id = seeded.measure_id
    where seeded.measure_id is null

),

averages as (

    select
        measure_id,
        statistic
    from {{ ref('averages') }}
    union all
    select
        measure_id,
        kind as statistic
    from {{ ref('return_measures') }}
    where kind in ('mean', 'quantile', 'deviation')

),

components as (

    select distinct measure_id from {{ ref('measure_components') }}

),

numerators_and_denominators as (

    select
        indicator_id,
        numerator_measure_id as measure_id
    from {{ ref('indicators') }}
    union
    select
        indicator_id,
        denominator_measure_id as measure_id
    from {{ ref('indicators') }}
    where denominator_measure_id is not null

),

-- A part of a sum is in the indicators that are made of the sum.
feeds as (

    select
        measure_id,
        indicator_id
    from numerators_and_denominators
    union
    select
        parts.component_measure_id as measure_id,
        numerators_and_denominators.indicator_id
    from {{ ref('measure_components') }} as parts
    inner join numerators_and_denominators on parts.measure_id = numerators_and_denominators.measure_id

),

shown as (

    select
        measure_id,
        {{ joined('indicator_id', 'indicator_id') }} as indicator_ids
    from feeds
    group by measure_id

),

-- Of several patterns that fit a measure, the longest is of it alone.
reasons as (

    select
        measures.measure_id,
        not_shown.reason,
        row_number() over (partition by measures.measure_id order by length(not_shown.measures) desc) as place
    from measures
    inner join {{ ref('unshown_measures') }} as not_shown
        on measures.dataset = not_shown.dataset and measures.measure_id like not_shown.measures

)

select
    measures.measure_id,
    measures.title,
    measures.topic,
    measures.unit,
    measures.offence,
    measures.outcome_type,
    measures.substance_group,
    measures.sex,
    measures.age_group,
    measures.publisher,
    measures.dataset,
    measures.is_additive_over_areas,
    averages.statistic,
    measures.rounded_to,
    components.measure_id is not null as is_computed,
    measures.definition,
    shown.indicator_ids,
    case when shown.indicator_ids is null then reasons.reason end as why_not_shown
from measures
left join averages on measures.measure_id = averages.measure_id
left join components on measures.measure_id = components.measure_id
left join shown on measures.measure_id = shown.measure_id
left join reasons on measures.measure_id = reasons.measure_id and reasons.place = 1
