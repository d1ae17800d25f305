-- One row per measure, area, period and release.
with observations as (

    select * from {{ ref('measures_ons__drug_poisoning_deaths') }}
    union all
    select * from {{ ref('measures_ons__alcohol_specific_deaths') }}
    union all
    select * from {{ ref('measures_ohid__opiate_crack_prevalence') }}
    union all
    select * from {{ ref('measures_ohid__alcohol_dependence_prevalence') }}
    union all
    select * from {{ ref('measures_ohid__hospital_admissions') }}
    union all
    select * from {{ ref('measures_ndtms__adults_in_treatment') }}
    union all
    select * from {{ ref('measures_ndtms__treatment_progress') }}
    union all
    select * from {{ ref('measures_ndtms__unmet_treatment_need') }}
    union all
    select * from {{ ref('measures_police__recorded_drug_offences') }}
    union all
    select * from {{ ref('measures_police__drug_offence_outcomes') }}
    union all
    select * from {{ ref('measures_police__drug_related_crime') }}
    union all
    select * from {{ ref('measures_police__drug_related_neighbourhood_crime') }}
    union all
    select * from {{ ref('measures_police__drug_related_homicides') }}
    union all
    select * from {{ ref('measures_police__drug_supply_disruption') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

dated as (

    select
        observations.*,
        releases.released_on,
        lead(releases.released_on) over (
            partition by observations.measure_id, observations.area_code, observations.period_id
            order by releases.released_on
        ) as next_released_on
    from observations
    inner join releases on observations.release_id = releases.release_id

),

final as (

    select
        measure_id,
        area_code,
        period_id,
        release_id,
        value,
        value_text,
        value_status,
        lower_limit,
        upper_limit,
        released_on as known_from,
        next_released_on as known_to,
        next_released_on is null as is_latest,
        cast(null as string) as correction_id,
        credited_to,
        source_file,
        source_sheet,
        source_cell
    from dated

)

select * from final
