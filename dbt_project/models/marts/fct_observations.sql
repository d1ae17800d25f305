-- One row per measure, area, period and release.
with observations as (

    select * from {{ ref('all_measures') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

joined as (

    select
        observations.*,
        releases.released_on,
        releases.origin = 'publisher_file' as is_publishers_file
    from observations
    inner join releases on observations.release_id = releases.release_id

),

-- What was typed from another document does not stand against the publisher's own figure of that day or before.
outranked as (

    select
        typed.measure_id,
        typed.area_code,
        typed.period_id,
        typed.release_id,
        max(publishers.release_id) as outranking_release_id
    from joined as typed
    inner join joined as publishers
        on typed.measure_id = publishers.measure_id
        and typed.area_code = publishers.area_code
        and typed.period_id = publishers.period_id
        and typed.released_on >= publishers.released_on
    where not typed.is_publishers_file and publishers.is_publishers_file
    group by typed.measure_id, typed.area_code, typed.period_id, typed.release_id

),

ranked as (

    select
        joined.*,
        outranked.outranking_release_id
    from joined
    left join outranked
        on joined.measure_id = outranked.measure_id
        and joined.area_code = outranked.area_code
        and joined.period_id = outranked.period_id
        and joined.release_id = outranked.release_id

),

dated as (

    select
        observations.*,
        lead(observations.release_id) over (
            partition by observations.measure_id, observations.area_code, observations.period_id
            order by observations.released_on asc, observations.release_id asc
        ) as next_release_id
    from ranked as observations
    where observations.outranking_release_id is null

),

printed as (

    select
        measure_id,
        period_id,
        release_id,
        released_on,
        is_publishers_file,
        count(*) as areas
    from dated
    group by measure_id, period_id, release_id, released_on, is_publishers_file

),

-- Releases that print a measure of a period for at least half of the areas that an earlier one printed it for: what
-- they leave out was withdrawn. One that holds other areas only, or other periods, withdraws nothing, and what was typed
-- from another document withdraws nothing that the publisher released.
covered as (

    select
        printed.measure_id,
        printed.period_id,
        printed.release_id,
        later.release_id as later_release_id
    from printed
    inner join printed as later
        on printed.measure_id = later.measure_id
        and printed.period_id = later.period_id
        and printed.released_on < later.released_on
        and (later.is_publishers_file or not printed.is_publishers_file)
    inner join dated
        on printed.measure_id = dated.measure_id
        and printed.period_id = dated.period_id
        and printed.release_id = dated.release_id
    inner join dated as kept
        on later.measure_id = kept.measure_id
        and later.period_id = kept.period_id
        and later.release_id = kept.release_id
        and dated.area_code = kept.area_code
    group by printed.measure_id, printed.period_id, printed.release_id, later.release_id, printed.areas
    having count(*) * 2 >= printed.areas

),

withdrawn as (

    select
        dated.measure_id,
        dated.area_code,
        dated.period_id,
        dated.release_id,
        min(covered.later_release_id) as withdrawing_release_id
    from dated
    inner join covered
        on dated.measure_id = covered.measure_id
        and dated.period_id = covered.period_id
        and dated.release_id = covered.release_id
    left join dated as kept
        on covered.measure_id = kept.measure_id
        and covered.period_id = kept.period_id
        and covered.later_release_id = kept.release_id
        and dated.area_code = kept.area_code
    where kept.measure_id is null
    group by dated.measure_id, dated.area_code, dated.period_id, dated.release_id

),

-- The identifiers of a dataset's releases end in their day, so that the lesser one is the earlier.
ended as (

    select
        dated.*,
        case
            when withdrawn.withdrawing_release_id < coalesce(dated.next_release_id, '~') then withdrawn.withdrawing_release_id
            else dated.next_release_id
        end as ending_release_id,
        case
            when withdrawn.withdrawing_release_id < coalesce(dated.next_release_id, '~') then 'withdrawn'
            when dated.next_release_id is not null then 'replaced'
        end as ended_as
    from dated
    left join withdrawn
        on dated.measure_id = withdrawn.measure_id
        and dated.area_code = withdrawn.area_code
        and dated.period_id = withdrawn.period_id
        and dated.release_id = withdrawn.release_id
    union all
    select
        *,
        cast(null as string) as next_release_id,
        outranking_release_id as ending_release_id,
        'outranked' as ended_as
    from ranked
    where outranking_release_id is not null

),

final as (

    select
        ended.measure_id,
        ended.area_code,
        ended.period_id,
        ended.release_id,
        ended.value,
        ended.value_text,
        ended.value_status,
        ended.lower_limit,
        ended.upper_limit,
        ended.released_on as known_from,
        case when ended.ended_as = 'outranked' then ended.released_on else ending.released_on end as known_to,
        ended.ending_release_id,
        ended.ended_as,
        ended.ending_release_id is null as is_latest,
        ended.correction_id,
        ended.corrected_on,
        ended.credited_to,
        ended.source_file,
        ended.source_sheet,
        ended.source_cell
    from ended
    left join releases as ending on ended.ending_release_id = ending.release_id

)

select * from final
