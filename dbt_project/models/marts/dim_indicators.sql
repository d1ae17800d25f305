-- One row per indicator.
with indicators as (

    select * from {{ ref('indicators') }}

)

select
    indicator_id,
    title,
    definition,
    numerator_measure_id,
    denominator_measure_id,
    scale,
    unit,
    decimals,
    polarity,
    interval_method,
    period_type,
    framework_outcome,
    caveat
from indicators
