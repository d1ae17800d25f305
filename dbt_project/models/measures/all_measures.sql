-- One row per measure, area, period and release.
with corrections as (

    select * from {{ ref('corrections') }}

),

suppressions as (

    select * from {{ ref('suppressions') }}

),

measured as (

    select * from {{ ref('measures_by_label') }}
    union all
    select * from {{ ref('measures_police__recorded_drug_offences') }}
    union all
    select * from {{ ref('measures_police__drug_offence_outcomes') }}
    union all
    select * from {{ ref('measures_ons__population_estimates') }}
    union all
    select * from {{ ref('measures_ohid__fingertips') }}
    union all
    select * from {{ ref('measures_ndtms__viewit') }}
    union all
    select * from {{ ref('measures_ndtms__alcohol_treatment') }}
    union all
    select * from {{ ref('measures_ons__crime_by_partnership') }}
    union all
    select * from {{ ref('measures_home_office__recorded_crime') }}
    union all
    select * from {{ ref('measures_home_office__crime_outcomes') }}
    union all
    select * from {{ ref('measures_of_records') }}
    union all
    select * from {{ ref('measures_partners__returns') }}

),

corrected as (

    select
        measured.measure_id,
        measured.area_code,
        measured.area_label,
        measured.period_id,
        measured.release_id,
        measured.measure_label,
        case when corrections.correction_id is null then measured.value else {{ number_of('corrections.corrected_value') }} end as value,
        measured.value_text,
        case when corrections.corrected_value = 'drop' then 'not_available' else measured.value_status end as value_status,
        case when corrections.correction_id is null then measured.lower_limit end as lower_limit,
        case when corrections.correction_id is null then measured.upper_limit end as upper_limit,
        measured.value as printed_value,
        measured.value_status as printed_status,
        measured.lower_limit as printed_lower_limit,
        measured.upper_limit as printed_upper_limit,
        measured.credited_to,
        corrections.correction_id,
        corrections.reported_on as corrected_on,
        measured.source_file,
        measured.source_sheet,
        measured.source_cell
    from measured
    left join corrections
        on measured.measure_id = corrections.measure_id
        and measured.area_code = corrections.area_code
        and measured.period_id = corrections.period_id
        and measured.release_id like corrections.dataset || '@%'
        and trim(measured.value_text) = corrections.printed_value

),

-- What an edition leaves out it leaves out of every release, with the printed text.
final as (

    select
        corrected.measure_id,
        corrected.area_code,
        corrected.area_label,
        corrected.period_id,
        corrected.release_id,
        corrected.measure_label,
        case when suppressions.measure_id is null then corrected.value end as value,
        case when suppressions.measure_id is null then corrected.value_text end as value_text,
        case when suppressions.measure_id is null then corrected.value_status else 'suppressed' end as value_status,
        case when suppressions.measure_id is null then corrected.lower_limit end as lower_limit,
        case when suppressions.measure_id is null then corrected.upper_limit end as upper_limit,
        corrected.credited_to,
        corrected.correction_id,
        corrected.corrected_on,
        case when suppressions.measure_id is null then corrected.printed_value end as printed_value,
        case when suppressions.measure_id is null then corrected.printed_status else 'suppressed' end as printed_status,
        case when suppressions.measure_id is null then corrected.printed_lower_limit end as printed_lower_limit,
        case when suppressions.measure_id is null then corrected.printed_upper_limit end as printed_upper_limit,
        corrected.source_file,
        corrected.source_sheet,
        -- Of records it says how many lines there are.
        case when suppressions.measure_id is null then corrected.source_cell else 'withheld' end as source_cell
    from corrected
    left join suppressions
        on corrected.measure_id = suppressions.measure_id
        and corrected.area_code = suppressions.area_code
        and corrected.period_id = suppressions.period_id

)

select * from final
