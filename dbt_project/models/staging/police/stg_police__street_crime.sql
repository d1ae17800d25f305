-- One row per force, month, LSOA, crime type, last outcome, file and release, with the number of its records.
with records as (

    select * from {{ source('police', 'street_crime') }}

),

forces as (

    select * from {{ ref('police_forces') }}

),

authorities as (

    select
        from_code,
        min(to_code) as area_code,
        min(to_name) as area_name
    from {{ ref('stg_ons__area_lookups') }}
    where from_type in ('lsoa11', 'lsoa21') and to_type = 'lad'
    group by from_code

),

counted as (

    select
        release_id,
        source_file,
        file_force,
        coalesce(month, file_month) as month_label,
        lsoa_code,
        crime_type,
        last_outcome,
        count(*) as records,
        min(source_line) as first_line
    from records
    group by release_id, source_file, file_force, coalesce(month, file_month), lsoa_code, crime_type, last_outcome

),

typed as (

    select
        {{ area_of_record('counted.lsoa_code', 'authorities.area_code', 'forces.area_code') }} as area_code,
        case when counted.lsoa_code is null then 'force' else 'LSOA' end as area_type_label,
        coalesce(authorities.area_name, counted.lsoa_code, forces.force_name || ': no authority of its own recorded') as area_label,
        counted.lsoa_code,
        forces.area_code as police_force_code,
        coalesce(forces.force_name, counted.file_force) as police_force_label,
        case when {{ matches('counted.month_label', '^[0-9][0-9][0-9][0-9]-(0[1-9]|1[0-2])$') }} then 'M' || counted.month_label end as period_id,
        counted.month_label as period_label,
        counted.crime_type,
        coalesce(counted.last_outcome, 'not stated') as outcome_category,
        counted.records,
        'published' as value_status,
        cast(counted.records as string) as value_text,
        counted.release_id,
        counted.source_file,
        cast(null as string) as source_sheet,
        'line ' || cast(counted.first_line as string) as source_cell
    from counted
    left join forces on counted.file_force = forces.force_slug
    left join authorities on trim(counted.lsoa_code) = authorities.from_code

)

select * from typed
