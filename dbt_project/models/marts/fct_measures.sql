-- One row per measure, area and period.
with history as (

    select * from {{ ref('fct_measure_history') }}

)

select
    measure_id,
    area_code,
    period_id,
    year,
    value,
    value_text,
    value_status,
    lower_limit,
    upper_limit,
    release_id,
    derivation
from history
where known_to is null
