-- One row per force, month, type, object and outcome of searches, file and release, with the number of its records.
-- In a build of a part only new releases are counted: the counts of the others are in the table.
{{ config(pre_hook="{{ forget_other_counts('police.stop_and_search') }}") }}

with records as (

    select * from {{ source('police', 'stop_and_search') }} where {{ not_yet_counted('police.stop_and_search') }}

),

releases as (

    {{ counted_from('police.stop_and_search') }}

),

forces as (

    select * from {{ ref('police_forces') }}

),

counted as (

    select
        release_id,
        source_file,
        file_force,
        file_month as month_label,
        search_type,
        object_of_search,
        outcome,
        count(*) as records,
        min(source_line) as first_line
    from records
    group by release_id, source_file, file_force, file_month, search_type, object_of_search, outcome

),

typed as (

    select
        {{ area_of_record('null', 'null', 'forces.area_code') }} as area_code,
        'force' as area_type_label,
        coalesce(forces.force_name, counted.file_force) || ': no authority of its own recorded' as area_label,
        forces.area_code as police_force_code,
        coalesce(forces.force_name, counted.file_force) as police_force_label,
        case when {{ matches('counted.month_label', '^[0-9][0-9][0-9][0-9]-(0[1-9]|1[0-2])$') }} then 'M' || counted.month_label end as period_id,
        counted.month_label as period_label,
        counted.search_type,
        counted.object_of_search,
        coalesce(counted.outcome, 'not stated') as outcome_category,
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

)

select * from typed
