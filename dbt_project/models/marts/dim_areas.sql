-- One row per area.
with seeded as (

    select * from {{ ref('areas') }}

),

types as (

    select * from {{ ref('area_code_types') }}

),

similar_forces as (

    select * from {{ ref('most_similar_forces') }}

),

authorities as (

    select * from {{ ref('int_authority_forces') }}

),

parents as (

    select * from {{ ref('int_area_parents') }}

),

labelled as (

    select
        area_code,
        area_label,
        release_id
    from {{ ref('all_measures') }}
    union all
    select distinct
        area_code,
        area_label,
        release_id
    from {{ ref('stg_police__street_crime') }}

),

printed as (

    select
        area_code,
        {{ bare_name('area_label') }} as area_label,
        row_number() over (
            partition by area_code
            order by case when area_label = upper(area_label) then 1 else 0 end asc, release_id desc nulls last, area_label asc nulls last
        ) as choice
    from labelled
    where area_code not in (select area_code from seeded)

),

-- Areas beyond the partnership keep the code and the name that their publisher prints.
others as (

    select
        printed.area_code,
        printed.area_label as area_name,
        case when printed.area_code like '%-UNALLOCATED' then 'unallocated' else types.area_type end as area_type,
        case
            when printed.area_code like '%-UNALLOCATED' then substr(printed.area_code, 1, 9)
            when types.area_type = 'region' then 'E92000001'
            else parents.parent_area_code
        end as parent_area_code,
        case when printed.area_code like '%-UNALLOCATED' then substr(printed.area_code, 1, 9) else authorities.police_force_code end as police_force_code,
        cast(null as date) as valid_from,
        cast(null as date) as valid_to,
        false as is_partnership_member
    from printed
    inner join types on substr(printed.area_code, 1, 3) = types.code_prefix
    left join authorities on printed.area_code = authorities.area_code
    left join parents on printed.area_code = parents.area_code
    where printed.choice = 1

),

areas as (

    select * from seeded
    union all
    select * from others

)

select
    areas.area_code,
    areas.area_name,
    areas.area_type,
    areas.parent_area_code,
    areas.police_force_code,
    areas.valid_from,
    areas.valid_to,
    areas.is_partnership_member,
    similar_forces.similar_force_code is not null as is_most_similar_force
from areas
left join similar_forces on areas.area_code = similar_forces.similar_force_code
