-- One row per area, part of it and way in which the part makes it up.
with areas as (

    select * from {{ ref('areas') }}

),

known_areas as (

    select * from {{ ref('dim_areas') }}

),

authorities as (

    select * from {{ ref('int_authority_forces') }}

),

lookups as (

    select * from {{ ref('stg_ons__area_lookups') }}

),

-- The local areas that make a county, or a force's territory.
sums as (

    select
        wholes.area_code as whole_area_code,
        parts.area_code as part_area_code,
        'sum of areas' as derivation,
        1 as sign,
        false as of_population_alone
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
        case when parts.area_type = 'police_force_area' then 1 else -1 end as sign,
        false as of_population_alone
    from areas as parts
    inner join areas as wholes
        on parts.police_force_code = wholes.police_force_code and wholes.area_type = 'unallocated'
    where parts.area_type in ('local_authority', 'police_force_area')

),

-- Other forces have the people of their authorities; what these record is the forces' own to publish. An authority that
-- others were made of is counted in them.
forces as (

    select
        authorities.police_force_code as whole_area_code,
        authorities.area_code as part_area_code,
        'sum of areas' as derivation,
        1 as sign,
        true as of_population_alone
    from authorities
    inner join known_areas on authorities.police_force_code = known_areas.area_code
    left join areas on authorities.police_force_code = areas.area_code
    where
        areas.area_code is null
        and authorities.area_code not in (select from_code from lookups where from_type = 'former lad')

),

final as (

    select * from sums
    union all
    select * from rests
    union all
    select * from forces

)

select
    whole_area_code,
    part_area_code,
    derivation,
    cast(sign as bigint) as sign,
    of_population_alone
from final
