-- One row per area that has the same parts as another with a lower code, such as a force and its county.
with wholes as (

    select
        whole_area_code,
        {{ joined('part_area_code', 'part_area_code') }} as parts
    from {{ ref('int_area_parts') }}
    where derivation = 'sum of areas'
    group by whole_area_code

)

select
    others.whole_area_code as area_code,
    min(wholes.whole_area_code) as same_area_code
from wholes as others
inner join wholes on others.parts = wholes.parts and others.whole_area_code > wholes.whole_area_code
group by others.whole_area_code
