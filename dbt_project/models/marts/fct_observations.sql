-- One row per measure, area, period and release.
with observations as (

    select * from {{ ref('all_measures') }}

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
