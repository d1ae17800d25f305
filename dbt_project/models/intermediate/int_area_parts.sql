-- One row per area, part of it and way in which the part makes it up.
with areas as (

    select * from {{ ref('areas') }}

),

-- The local areas that make a county, or a force's territory.
sums as (

    select
        wholes.area_code as whole_area_code,
        parts.area_code as part_area_code,
        'sum of areas' as derivation,
        1 as sign
    from areas as parts
    inner join areas as wholes
        on (parts.parent_area_code = wholes.area_code and wholes.area_type = 'metropolitan_county')
        or (parts.police_force_code = wholes.area_code and wholes.area_type = 'police_force_area')
    where parts.area_type = 'local_authority'

),

-- What a force records and none of its local areas accounts for.
rests as (

    select
        wholes.area_code as whole_area_code,
        parts.area_code as part_area_code,
        'force less its local areas' as derivation,
        case when parts.area_type = 'police_force_area' then 1 else -1 end as sign
    from areas as parts
    inner join areas as wholes
        on parts.police_force_code = wholes.police_force_code and wholes.area_type = 'unallocated'
    where parts.area_type in ('local_authority', 'police_force_area')

),

final as (

    select * from sums
    union all
    select * from rests

)

select
    whole_area_code,
    part_area_code,
    derivation,
    cast(sign as bigint) as sign
from final
