-- One row per correction.
{{ config(alias='corrections') }}
with corrections as (

    select * from {{ ref('corrections') }}

),

observations as (

    select * from {{ ref('fct_observations') }}

),

releases as (

    select * from {{ ref('dim_releases') }} where released_on is not null

),

newest as (

    select
        dataset,
        max(release_id) as release_id
    from releases
    group by dataset

),

applied as (

    select
        correction_id,
        count(*) as corrected_releases,
        max(release_id) as last_corrected_release_id
    from observations
    where correction_id is not null
    group by correction_id

),

-- The last figure of the key: what the publisher prints today, or where it withdrew it.
today as (

    select
        observations.*,
        row_number() over (
            partition by observations.measure_id, observations.area_code, observations.period_id
            order by observations.known_from desc
        ) as recency
    from observations
    where observations.ended_as is distinct from 'outranked'

),

judged as (

    select
        corrections.*,
        coalesce(applied.corrected_releases, 0) as corrected_releases,
        applied.last_corrected_release_id,
        coalesce(today.ending_release_id, today.release_id) as latest_release_id,
        case when today.ending_release_id is null then today.value_text end as latest_value_text,
        today.source_file as latest_source_file,
        today.source_sheet as latest_source_sheet,
        today.source_cell as latest_source_cell,
        case
            when newest.release_id is null then 'no_release'
            when applied.correction_id is null then 'unmatched'
            when today.correction_id = corrections.correction_id and today.is_latest then 'needed'
            else 'no_longer_printed'
        end as state
    from corrections
    left join newest on corrections.dataset = newest.dataset
    left join applied on corrections.correction_id = applied.correction_id
    left join today
        on corrections.measure_id = today.measure_id
        and corrections.area_code = today.area_code
        and corrections.period_id = today.period_id
        and today.recency = 1

)

select
    correction_id,
    dataset,
    measure_id,
    area_code,
    period_id,
    printed_value,
    corrected_value,
    reason,
    evidence,
    reported_on,
    status,
    state,
    corrected_releases,
    last_corrected_release_id,
    latest_release_id,
    latest_value_text,
    latest_source_file,
    latest_source_sheet,
    latest_source_cell
from judged
