-- One row per indicator, area, period and published figure that its value is made of.
{{ config(post_hook='{{ create_analyst_macros() }}') }}
with history as (

    select * from {{ ref('lineage_history') }}

)

select
    indicator_id,
    area_code,
    period_id,
    role,
    measure_id,
    derivation,
    part_measure_id,
    part_area_code,
    part_period_id,
    part_sign,
    value,
    value_status,
    value_text,
    correction_id,
    ended_as,
    release_id,
    publisher,
    dataset,
    released_on,
    source_file,
    source_sheet,
    source_cell
from history
where known_to is null
