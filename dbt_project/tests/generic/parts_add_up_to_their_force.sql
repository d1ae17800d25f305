{# Where a force publishes all the parts of a figure, they add up to its own; the rest it could not place is one of them. #}
{% test parts_add_up_to_their_force(model) %}
with figures as (

    select
        figures.*,
        areas.area_type,
        areas.police_force_code
    from {{ model }} as figures
    inner join {{ ref('areas') }} as areas on figures.area_code = areas.area_code
    where areas.police_force_code is not null and figures.value is not null

),

parts as (

    select
        measure_id,
        police_force_code,
        period_id,
        release_id,
        sum(value) as value
    from figures
    where area_type in ('local_authority', 'unallocated')
    group by measure_id, police_force_code, period_id, release_id

)

select
    figures.source_file,
    figures.source_sheet,
    figures.source_cell,
    figures.value_text as found,
    'the sum of its parts, ' || cast(parts.value as string) as expected,
    'Ask the publisher which of the figures is wrong.' as what_to_do
from figures
inner join parts
    on figures.measure_id = parts.measure_id
    and figures.area_code = parts.police_force_code
    and figures.period_id = parts.period_id
    and figures.release_id = parts.release_id
where figures.value <> parts.value
{% endtest %}
