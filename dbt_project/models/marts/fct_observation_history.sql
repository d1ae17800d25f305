-- One row per measure, area, period and span of days.
with observations as (

    select * from {{ ref('fct_observations') }}

),

printed as (

    select
        measure_id,
        area_code,
        period_id,
        release_id,
        printed_value,
        printed_status,
        printed_lower_limit,
        printed_upper_limit
    from {{ ref('all_measures') }}
    where correction_id is not null

),

-- What a later release overtook on the day of its own never stood.
stood as (

    select
        *,
        lead(known_from) over (partition by measure_id, area_code, period_id order by known_from) as next_known_from
    from observations
    where known_to is null or known_from < known_to

),

-- Until a fault was reported, the printed figure was what was known.
before_correction as (

    select
        stood.measure_id,
        stood.area_code,
        stood.period_id,
        stood.release_id,
        printed.printed_value as value,
        stood.value_text,
        printed.printed_status as value_status,
        printed.printed_lower_limit as lower_limit,
        printed.printed_upper_limit as upper_limit,
        stood.known_from,
        case when stood.known_to < stood.corrected_on then stood.known_to else stood.corrected_on end as known_to,
        stood.ending_release_id,
        stood.ended_as,
        stood.is_latest,
        cast(null as string) as correction_id,
        stood.credited_to,
        stood.source_file,
        stood.source_sheet,
        stood.source_cell,
        false as is_withdrawn
    from stood
    inner join printed
        on stood.measure_id = printed.measure_id
        and stood.area_code = printed.area_code
        and stood.period_id = printed.period_id
        and stood.release_id = printed.release_id
    where stood.corrected_on > stood.known_from

),

standing as (

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
        case when corrected_on > known_from then corrected_on else known_from end as known_from,
        known_to,
        ending_release_id,
        ended_as,
        is_latest,
        correction_id,
        credited_to,
        source_file,
        source_sheet,
        source_cell,
        false as is_withdrawn
    from stood
    where corrected_on is null or known_to is null or corrected_on < known_to

),

-- A figure that was withdrawn has no value until a release prints it again.
withdrawn as (

    select
        measure_id,
        area_code,
        period_id,
        ending_release_id as release_id,
        cast(null as double) as value,
        cast(null as string) as value_text,
        'not_available' as value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        known_to as known_from,
        next_known_from as known_to,
        cast(null as string) as ending_release_id,
        cast(null as string) as ended_as,
        next_known_from is null as is_latest,
        cast(null as string) as correction_id,
        credited_to,
        source_file,
        source_sheet,
        source_cell,
        true as is_withdrawn
    from stood
    where ended_as = 'withdrawn' and (next_known_from is null or known_to < next_known_from)

),

final as (

    select * from before_correction
    union all
    select * from standing
    union all
    select * from withdrawn

)

select * from final
