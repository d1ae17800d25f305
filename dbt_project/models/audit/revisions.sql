-- One row per measure, area, period and release that changed, added or withdrew a figure.
with observations as (

    select * from {{ ref('fct_observations') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

first_releases as (

    select
        dataset,
        min(release_id) as release_id
    from releases
    where released_on is not null
    group by dataset

),

periods_printed as (

    select
        measure_id,
        period_id,
        min(release_id) as first_release_id
    from observations
    group by measure_id, period_id

),

ordered as (

    select
        observations.*,
        lag(observations.release_id) over (
            partition by observations.measure_id, observations.area_code, observations.period_id
            order by observations.known_from
        ) as previous_release_id
    from observations

),

revised as (

    select
        'revised' as kind,
        old.measure_id,
        old.area_code,
        old.period_id,
        old.release_id as old_release_id,
        new.release_id as new_release_id,
        old.value as old_value,
        new.value as new_value,
        old.value_status as old_value_status,
        new.value_status as new_value_status,
        old.value_text as old_value_text,
        new.value_text as new_value_text,
        false as is_new_period,
        new.known_from as revised_on
    from ordered as old
    inner join ordered as new
        on old.measure_id = new.measure_id
        and old.area_code = new.area_code
        and old.period_id = new.period_id
        and old.release_id = new.previous_release_id
    where
        old.ended_as = 'replaced'
        and (
            old.value is distinct from new.value
            or old.value_status is distinct from new.value_status
            or old.lower_limit is distinct from new.lower_limit
            or old.upper_limit is distinct from new.upper_limit
            -- The publisher printed the right figure where a correction had stood in for it.
            or old.correction_id is distinct from new.correction_id
        )

),

withdrawn as (

    select
        'withdrawn' as kind,
        measure_id,
        area_code,
        period_id,
        release_id as old_release_id,
        ending_release_id as new_release_id,
        value as old_value,
        cast(null as double) as new_value,
        value_status as old_value_status,
        cast(null as string) as new_value_status,
        value_text as old_value_text,
        cast(null as string) as new_value_text,
        false as is_new_period,
        known_to as revised_on
    from observations
    where ended_as = 'withdrawn'

),

-- A figure of a dataset's first release adds to nothing.
added as (

    select
        'added' as kind,
        ordered.measure_id,
        ordered.area_code,
        ordered.period_id,
        cast(null as string) as old_release_id,
        ordered.release_id as new_release_id,
        cast(null as double) as old_value,
        ordered.value as new_value,
        cast(null as string) as old_value_status,
        ordered.value_status as new_value_status,
        cast(null as string) as old_value_text,
        ordered.value_text as new_value_text,
        ordered.release_id = periods_printed.first_release_id as is_new_period,
        ordered.known_from as revised_on
    from ordered
    inner join releases on ordered.release_id = releases.release_id
    inner join first_releases
        on releases.dataset = first_releases.dataset and ordered.release_id <> first_releases.release_id
    inner join periods_printed
        on ordered.measure_id = periods_printed.measure_id and ordered.period_id = periods_printed.period_id
    left join ordered as before
        on ordered.measure_id = before.measure_id
        and ordered.area_code = before.area_code
        and ordered.period_id = before.period_id
        and ordered.previous_release_id = before.release_id
    where before.measure_id is null or before.ended_as = 'withdrawn'

),

final as (

    select * from revised
    union all
    select * from withdrawn
    union all
    select * from added

)

select
    kind,
    measure_id,
    area_code,
    period_id,
    old_release_id,
    new_release_id,
    old_value,
    new_value,
    new_value - old_value as difference,
    (new_value - old_value) / nullif(old_value, 0) * 100 as percent_difference,
    old_value_status,
    new_value_status,
    old_value_text,
    new_value_text,
    is_new_period,
    revised_on
from final
