-- One row per measure, area, period and release, of the datasets whose rows are records.
with records as (

    select
        'police.street_crime' as dataset,
        area_code,
        area_label,
        police_force_code,
        police_force_label,
        period_id,
        release_id,
        source_file,
        crime_type as label,
        records
    from {{ ref('stg_police__street_crime') }}
    union all
    select
        'police.crime_outcomes' as dataset,
        area_code,
        area_label,
        police_force_code,
        police_force_label,
        period_id,
        release_id,
        source_file,
        outcome_category as label,
        records
    from {{ ref('stg_police__crime_outcomes') }}
    union all
    select
        'police.stop_and_search' as dataset,
        area_code,
        area_label,
        police_force_code,
        police_force_label,
        period_id,
        release_id,
        source_file,
        object_of_search as label,
        records
    from {{ ref('stg_police__stop_and_search') }}

),

counts as (

    select
        dataset,
        area_code,
        area_label,
        police_force_code,
        police_force_label,
        period_id,
        release_id,
        source_file,
        label,
        cast(sum(records) as bigint) as records
    from records
    group by
        dataset,
        area_code,
        area_label,
        police_force_code,
        police_force_label,
        period_id,
        release_id,
        source_file,
        label

),

releases as (

    select
        release_id,
        released_on
    from {{ ref('dim_releases') }}

),

measures as (

    select * from {{ ref('measure_labels') }} where dataset in ('police.street_crime', 'police.crime_outcomes', 'police.stop_and_search')

),

authorities as (

    select * from {{ ref('int_authority_forces') }}

),

areas as (

    select * from {{ ref('areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

-- An authority's figure counts the records of its own force; what a force records elsewhere, or nowhere, counts for its
-- unallocated area, so that the parts make the force's total.
placed as (

    select
        counts.*,
        case
            when counts.police_force_code like 'FORCE-%' then counts.police_force_code
            when authorities.police_force_code = counts.police_force_code then counts.area_code
            when authorities.police_force_code is not null or counts.area_code like '%-UNALLOCATED' then counts.police_force_code || '-UNALLOCATED'
        end as measured_area_code,
        case
            when authorities.police_force_code = counts.police_force_code then counts.area_label
            else counts.police_force_label || ': no authority of its own recorded'
        end as measured_area_label
    from counts
    left join authorities on counts.area_code = authorities.area_code

),

-- Months of which a part is not known to be the force's own.
months_not_placed as (

    select distinct
        dataset,
        police_force_code,
        period_id,
        release_id
    from placed
    where measured_area_code is null

),

labelled as (

    select
        placed.*,
        measures.measure_id,
        measures.measure_label
    from placed
    inner join measures on placed.dataset = measures.dataset and measures.measure_label in ('all', placed.label)

),

-- Where a file gives places, an area of the partnership that none of them lies in has a count of 0.
files_with_places as (

    select distinct
        dataset,
        police_force_code,
        period_id,
        release_id,
        source_file
    from counts
    where area_code not like '%-UNALLOCATED' and area_code not like 'FORCE-%'

),

-- A kind that no record of a month bears, of any force, was not told apart in that month: it has no figure, and no 0.
kinds_of_months as (

    select
        measures.dataset,
        measures.measure_id,
        measures.measure_label,
        counts.period_id
    from counts
    inner join measures on counts.dataset = measures.dataset and measures.measure_label in ('all', counts.label)
    group by measures.dataset, measures.measure_id, measures.measure_label, counts.period_id

),

-- A force without territory has one area, its own.
by_area as (

    select
        dataset,
        measure_id,
        measure_label,
        police_force_code,
        measured_area_code,
        measured_area_label,
        period_id,
        release_id,
        records,
        source_file,
        true as is_part
    from labelled
    union all
    select
        dataset,
        measure_id,
        measure_label,
        police_force_code,
        police_force_code as measured_area_code,
        police_force_label as measured_area_label,
        period_id,
        release_id,
        records,
        source_file,
        false as is_part
    from labelled
    where police_force_code not like 'FORCE-%'
    union all
    select
        files.dataset,
        kinds.measure_id,
        kinds.measure_label,
        files.police_force_code,
        areas.area_code as measured_area_code,
        areas.area_name as measured_area_label,
        files.period_id,
        files.release_id,
        0 as records,
        files.source_file,
        areas.area_type <> 'police_force_area' as is_part
    from files_with_places as files
    inner join kinds_of_months as kinds on files.dataset = kinds.dataset and files.period_id = kinds.period_id
    inner join areas
        on files.police_force_code = areas.police_force_code
        and areas.area_type in ('local_authority', 'unallocated', 'police_force_area')

),

-- By month, each release gives its own figure.
monthly as (

    select
        by_area.measure_id,
        by_area.measured_area_code as area_code,
        min(by_area.measured_area_label) as area_label,
        by_area.period_id,
        by_area.release_id,
        min(by_area.measure_label) as measure_label,
        sum(by_area.records) as records,
        min(by_area.source_file) as first_file,
        max(by_area.source_file) as last_file
    from by_area
    left join months_not_placed
        on by_area.dataset = months_not_placed.dataset
        and by_area.police_force_code = months_not_placed.police_force_code
        and by_area.period_id = months_not_placed.period_id
        and by_area.release_id = months_not_placed.release_id
        and by_area.is_part
    where months_not_placed.period_id is null
    group by by_area.measure_id, by_area.measured_area_code, by_area.period_id, by_area.release_id

),

newest as (

    select
        counts.dataset,
        counts.police_force_code,
        counts.period_id,
        max(releases.released_on) as released_on
    from counts
    inner join releases on counts.release_id = releases.release_id
    group by counts.dataset, counts.police_force_code, counts.period_id

),

years as (

    select
        years.period_id,
        months.period_id as month_id
    from periods as years
    inner join periods as months
        on months.period_type = 'month'
        and months.start_date between years.start_date and years.end_date
    where years.period_type in ('financial_year', 'calendar_year')

),

complete as (

    select
        newest.dataset,
        newest.police_force_code,
        years.period_id
    from newest
    inner join years on newest.period_id = years.month_id
    group by newest.dataset, newest.police_force_code, years.period_id
    having count(distinct newest.period_id) = 12

),

years_not_placed as (

    select distinct
        months_not_placed.dataset,
        months_not_placed.police_force_code,
        years.period_id
    from months_not_placed
    inner join releases on months_not_placed.release_id = releases.release_id
    inner join newest
        on months_not_placed.dataset = newest.dataset
        and months_not_placed.police_force_code = newest.police_force_code
        and months_not_placed.period_id = newest.period_id
        and releases.released_on = newest.released_on
    inner join years on months_not_placed.period_id = years.month_id

),

-- A year has a figure only where the newest releases of its months hold all twelve for the force.
yearly as (

    select
        by_area.measure_id,
        by_area.measured_area_code as area_code,
        min(by_area.measured_area_label) as area_label,
        years.period_id,
        max(by_area.release_id) as release_id,
        min(by_area.measure_label) as measure_label,
        sum(by_area.records) as records,
        min(by_area.source_file) as first_file,
        max(by_area.source_file) as last_file
    from by_area
    inner join releases on by_area.release_id = releases.release_id
    inner join newest
        on by_area.dataset = newest.dataset
        and by_area.police_force_code = newest.police_force_code
        and by_area.period_id = newest.period_id
        and releases.released_on = newest.released_on
    inner join years on by_area.period_id = years.month_id
    inner join complete
        on by_area.dataset = complete.dataset
        and by_area.police_force_code = complete.police_force_code
        and years.period_id = complete.period_id
    left join years_not_placed
        on by_area.dataset = years_not_placed.dataset
        and by_area.police_force_code = years_not_placed.police_force_code
        and years.period_id = years_not_placed.period_id
        and by_area.is_part
    where years_not_placed.period_id is null
    group by by_area.measure_id, by_area.measured_area_code, years.period_id

),

reshaped as (

    select * from monthly
    union all
    select * from yearly

),

final as (

    select
        measure_id,
        area_code,
        area_label,
        period_id,
        release_id,
        measure_label,
        cast(records as double) as value,
        cast(null as string) as value_text,
        'published' as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as credited_to,
        case when first_file = last_file then first_file else first_file || ' to ' || last_file end as source_file,
        cast(null as string) as source_sheet,
        cast(records as string) || ' lines' as source_cell
    from reshaped

)

select * from final
