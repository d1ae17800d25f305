-- One row per discrepancy of the rule.
with compared as (

    select * from {{ ref('force_figures_compared') }}

),

allowed as (

    select * from {{ ref('compared_measures') }}

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

found as (

    select
        'all' as edition,
        compared.force_release_id as place,
        cast(null as bigint) as line,
        cast(null as string) as figure_ids,
        compared.force_measure_id as indicator_id,
        compared.area_code,
        compared.period_id,
        {{ number_text('compared.force_value') }} as published_value,
        {{ number_text('compared.home_office_value') }} as expected_value,
        areas.area_name || ' counts ' || {{ number_text('compared.force_value') }} || ' for ' || periods.label
        || {{ as_printed('force_releases') }} || ', the Home Office ' || {{ number_text('compared.home_office_value') }}
        || {{ as_printed('home_office_releases') }} || ': ' || {{ change_text('compared.percent_difference', '1', "'percent'") }}
        || ', where the ways of counting explain up to ' || {{ number_text('allowed.explained_percent') }} || '%.' as explanation
    from compared
    inner join allowed on compared.force_measure_id = allowed.force_measure_id
    inner join areas on compared.area_code = areas.area_code
    inner join periods on compared.period_id = periods.period_id
    left join releases as force_releases on compared.force_release_id = force_releases.release_id
    left join releases as home_office_releases on compared.home_office_release_id = home_office_releases.release_id
    -- Two figures typed from one document are one voice.
    where
        coalesce(force_releases.origin_document <> home_office_releases.origin_document, true)
        and abs(compared.percent_difference) > allowed.explained_percent

)

select
    edition,
    'publishers_agree' as rule_id,
    place,
    line,
    figure_ids,
    indicator_id,
    area_code,
    period_id,
    published_value,
    expected_value,
    explanation
from found
