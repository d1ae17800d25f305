-- One row per measure.
with measures as (

    select * from {{ ref('measures') }}

),

components as (

    select distinct measure_id from {{ ref('measure_components') }}

)

select
    measures.measure_id,
    measures.title,
    measures.topic,
    measures.unit,
    measures.offence,
    measures.outcome_type,
    measures.substance_group,
    measures.sex,
    measures.age_group,
    measures.publisher,
    measures.dataset,
    measures.is_additive_over_areas,
    measures.rounded_to,
    components.measure_id is not null as is_computed,
    measures.definition
from measures
left join components on measures.measure_id = components.measure_id
