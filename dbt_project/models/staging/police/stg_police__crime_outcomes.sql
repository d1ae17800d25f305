-- One row per force, month, authority, outcome, file and release, with the number of its records.
-- In a build of a part only new releases are counted: the counts of the others are in the table.
{{ config(pre_hook="{{ forget_other_counts('police.crime_outcomes') }}") }}

with records as (

    select * from {{ source('police', 'crime_outcomes') }} where {{ not_yet_counted('police.crime_outcomes') }}

),

releases as (

    {{ counted_from('police.crime_outcomes') }}

),

forces as (

    select * from {{ ref('police_forces') }}

),

links as (

    select
        from_code,
        min(to_code) as area_code,
        min(to_name) as area_name
    from {{ ref('stg_ons__area_lookups') }}
    where from_type in ('lsoa11', 'lsoa21') and to_type = 'lad'
    group by from_code

),

authorities as (

    select
        area_code,
        min(area_name) as area_name
    from links
    group by area_code

),

-- Counted by authority, not by LSOA: seven times fewer rows. An LSOA that no lookup knows keeps its code, to be refused.
-- A file is of one release and one force.
counted as (

    select
        any_value(records.release_id) as release_id,
        records.source_file,
        any_value(records.file_force) as file_force,
        coalesce(records.month, records.file_month) as month_label,
        links.area_code,
        case when links.area_code is null then records.lsoa_code end as unknown_lsoa_code,
        records.outcome,
        count(*) as records,
        min(records.source_line) as first_line
    from records
    left join links on records.lsoa_code = links.from_code
    group by
        records.source_file,
        coalesce(records.month, records.file_month),
        links.area_code,
        case when links.area_code is null then records.lsoa_code end,
        records.outcome

),

typed as (

    select
        {{ area_of_record('counted.unknown_lsoa_code', 'counted.area_code', 'forces.area_code') }} as area_code,
        case when coalesce(counted.area_code, counted.unknown_lsoa_code) is null then 'force' else 'LSOA' end as area_type_label,
        coalesce(authorities.area_name, counted.unknown_lsoa_code, forces.force_name || ': no authority of its own recorded') as area_label,
        forces.area_code as police_force_code,
        coalesce(forces.force_name, counted.file_force) as police_force_label,
        case when {{ matches('counted.month_label', '^[0-9][0-9][0-9][0-9]-(0[1-9]|1[0-2])$') }} then 'M' || counted.month_label end as period_id,
        counted.month_label as period_label,
        counted.outcome as outcome_category,
        counted.records,
        'published' as value_status,
        cast(counted.records as string) as value_text,
        counted.release_id,
        releases.counted_from,
        counted.source_file,
        cast(null as string) as source_sheet,
        'line ' || cast(counted.first_line as string) as source_cell
    from counted
    inner join releases on counted.release_id = releases.release_id
    left join forces on counted.file_force = forces.force_slug
    left join authorities on counted.area_code = authorities.area_code

)

select * from typed
