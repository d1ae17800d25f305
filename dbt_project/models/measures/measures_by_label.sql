-- One row per measure, area, period and release, of the datasets whose printed labels are one measure each.
{% set datasets = [
    {'dataset': 'ons.drug_poisoning_deaths', 'cells': ref('stg_ons__drug_poisoning_deaths'), 'has_limits': true, 'has_credit': true},
    {'dataset': 'ons.alcohol_specific_deaths', 'cells': ref('stg_ons__alcohol_specific_deaths'), 'has_limits': true, 'has_credit': true},
    {'dataset': 'ohid.opiate_crack_prevalence', 'cells': ref('stg_ohid__opiate_crack_prevalence'), 'has_limits': true, 'has_credit': true},
    {'dataset': 'ohid.alcohol_dependence_prevalence', 'cells': ref('stg_ohid__alcohol_dependence_prevalence'), 'has_limits': true, 'has_credit': true},
    {'dataset': 'ohid.hospital_admissions', 'cells': ref('stg_ohid__hospital_admissions'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'ndtms.adults_in_treatment', 'cells': ref('stg_ndtms__adults_in_treatment'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'ndtms.treatment_progress', 'cells': ref('stg_ndtms__treatment_progress'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'ndtms.unmet_treatment_need', 'cells': ref('stg_ndtms__unmet_treatment_need'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'police.drug_related_crime', 'cells': ref('stg_police__drug_related_crime'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'police.drug_related_neighbourhood_crime', 'cells': ref('stg_police__drug_related_neighbourhood_crime'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'police.drug_related_homicides', 'cells': ref('stg_police__drug_related_homicides'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'police.drug_supply_disruption', 'cells': ref('stg_police__drug_supply_disruption'), 'has_limits': false, 'has_credit': true},
    {'dataset': 'home_office.drug_seizures', 'cells': ref('stg_home_office__drug_seizures'), 'has_limits': false, 'has_credit': false},
] %}
with cells as (

    {% for one in datasets %}
        select
            '{{ one.dataset }}' as dataset,
            area_code,
            area_label,
            period_id,
            release_id,
            measure_label,
            value,
            value_text,
            value_status,
            {{ 'lower_limit' if one.has_limits else 'cast(null as double)' }} as lower_limit,
            {{ 'upper_limit' if one.has_limits else 'cast(null as double)' }} as upper_limit,
            {{ 'credited_to' if one.has_credit else 'cast(null as string)' }} as credited_to,
            source_file,
            source_sheet,
            source_cell
        from {{ one.cells }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

labels as (

    select * from {{ ref('measure_labels') }}

),

labelled as (

    select
        labels.measure_id,
        cells.area_code,
        cells.area_label,
        cells.period_id,
        cells.release_id,
        cells.measure_label,
        cells.value,
        cells.value_text,
        cells.value_status,
        cells.lower_limit,
        cells.upper_limit,
        cells.credited_to,
        cells.source_file,
        cells.source_sheet,
        cells.source_cell
    from cells
    left join labels on cells.dataset = labels.dataset and cells.measure_label = labels.measure_label

)

select * from labelled
