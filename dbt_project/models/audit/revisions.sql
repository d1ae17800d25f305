-- One row per measure, area, period and release that changed, added or withdrew a figure, or whose figure was corrected.
with history as (

    select * from {{ ref('fct_observation_history') }}

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
    from history
    where not is_withdrawn
    group by measure_id, period_id

),

-- What was known of a key in a span of days, beside what was known in the span before.
paired as (

    select
        new.measure_id,
        new.area_code,
        new.period_id,
        old.release_id as old_release_id,
        new.release_id as new_release_id,
        old.value as old_value,
        new.value as new_value,
        old.value_status as old_value_status,
        case when not new.is_withdrawn then new.value_status end as new_value_status,
        old.value_text as old_value_text,
        new.value_text as new_value_text,
        new.known_from as revised_on,
        coalesce(old.is_withdrawn, true) as is_added,
        new.is_withdrawn,
        coalesce(old.release_id = new.release_id and new.correction_id is not null, false) as is_corrected,
        old.lower_limit as old_lower_limit,
        new.lower_limit as new_lower_limit,
        old.upper_limit as old_upper_limit,
        new.upper_limit as new_upper_limit
    from history as new
    left join history as old
        on new.measure_id = old.measure_id
        and new.area_code = old.area_code
        and new.period_id = old.period_id
        and new.known_from = old.known_to

),

changed as (

    select
        case when is_withdrawn then 'withdrawn' when is_corrected then 'corrected' else 'revised' end as kind,
        measure_id,
        area_code,
        period_id,
        old_release_id,
        new_release_id,
        old_value,
        new_value,
        old_value_status,
        new_value_status,
        old_value_text,
        new_value_text,
        false as is_new_period,
        revised_on
    from paired
    where
        not is_added
        and (
            is_withdrawn
            or old_value is distinct from new_value
            or old_value_status is distinct from new_value_status
            or old_lower_limit is distinct from new_lower_limit
            or old_upper_limit is distinct from new_upper_limit
        )

),

-- A figure of a dataset's first release adds to nothing.
added as (

    select
        'added' as kind,
        paired.measure_id,
        paired.area_code,
        paired.period_id,
        cast(null as string) as old_release_id,
        paired.new_release_id,
        cast(null as double) as old_value,
        paired.new_value,
        cast(null as string) as old_value_status,
        paired.new_value_status,
        cast(null as string) as old_value_text,
        paired.new_value_text,
        paired.new_release_id = periods_printed.first_release_id as is_new_period,
        paired.revised_on
    from paired
    inner join releases on paired.new_release_id = releases.release_id
    inner join first_releases
        on releases.dataset = first_releases.dataset and paired.new_release_id <> first_releases.release_id
    inner join periods_printed
        on paired.measure_id = periods_printed.measure_id and paired.period_id = periods_printed.period_id
    where paired.is_added and not paired.is_withdrawn

),

final as (

    select * from changed
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
