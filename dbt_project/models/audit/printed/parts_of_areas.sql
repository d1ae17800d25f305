-- One row per area and part of it, where a report can print both.
with areas as (

    select * from {{ ref('dim_areas') }}

),

-- The areas that make a whole: a county's, and a force's with the part that no area accounts for.
parts as (

    select
        parts.area_code as part_area_code,
        wholes.area_code as whole_area_code,
        wholes.area_type as whole_type,
        parts.area_type = 'unallocated' as is_unallocated
    from areas as parts
    inner join areas as wholes
        on (parts.area_type = 'local_authority' and wholes.area_type = 'metropolitan_county' and parts.parent_area_code = wholes.area_code)
        or (
            parts.area_type in ('local_authority', 'unallocated') and wholes.area_type = 'police_force_area'
            and parts.police_force_code = wholes.area_code
        )

),

counted as (

    select
        whole_area_code,
        count(case when not is_unallocated then 1 end) as areas
    from parts
    group by whole_area_code

)

select
    parts.whole_area_code,
    parts.part_area_code,
    parts.whole_type,
    parts.is_unallocated,
    counted.areas
from parts
inner join counted on parts.whole_area_code = counted.whole_area_code
