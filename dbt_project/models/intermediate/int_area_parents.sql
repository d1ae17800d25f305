-- One row per local authority or county whose county or region the lookups of ONS know.
with lookups as (

    select * from {{ ref('stg_ons__area_lookups') }}

),

-- The upper tier of an authority that has one of its own, and the region of each.
counties as (

    select
        from_code as area_code,
        min(to_code) as county_code
    from lookups
    where from_type = 'lad' and to_type = 'utla' and to_code <> from_code
    group by from_code

),

regions as (

    select
        from_code as area_code,
        min(to_code) as region_code
    from lookups
    where from_type = 'lad' and to_type = 'rgn'
    group by from_code

),

-- A county lies in the region of its districts; an authority made after the lookup in that of those it was made from.
regions_of_others as (

    select
        counties.county_code as area_code,
        {{ one_of('regions.region_code') }} as region_code
    from counties
    inner join regions on counties.area_code = regions.area_code
    group by counties.county_code
    union all
    select
        lookups.to_code as area_code,
        {{ one_of('regions.region_code') }} as region_code
    from lookups
    inner join regions on lookups.from_code = regions.area_code
    where lookups.from_type = 'former lad'
    group by lookups.to_code

),

known as (

    select
        area_code,
        county_code as parent_area_code,
        1 as choice
    from counties
    union all
    select
        area_code,
        region_code as parent_area_code,
        2 as choice
    from regions
    union all
    select
        area_code,
        region_code as parent_area_code,
        3 as choice
    from regions_of_others
    where region_code is not null

),

ranked as (

    select
        *,
        row_number() over (partition by area_code order by choice asc, parent_area_code asc) as rank_of_source
    from known

)

select
    area_code,
    parent_area_code
from ranked
where rank_of_source = 1
