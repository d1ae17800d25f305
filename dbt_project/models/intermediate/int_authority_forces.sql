-- One row per local authority whose police force is known.
with areas as (

    select * from {{ ref('areas') }}

),

lookups as (

    select * from {{ ref('stg_ons__area_lookups') }}

),

seeded as (

    select
        area_code,
        police_force_code
    from areas
    where area_type = 'local_authority' and police_force_code is not null

),

looked_up as (

    select
        from_code as area_code,
        min(to_code) as police_force_code
    from lookups
    where from_type = 'lad' and to_type = 'pfa'
    group by from_code

),

-- An authority made after the lookup lies in the force of those it was made from, where they lie in one.
successors as (

    select
        lookups.to_code as area_code,
        {{ one_of('looked_up.police_force_code') }} as police_force_code
    from lookups
    inner join looked_up on lookups.from_code = looked_up.area_code
    where lookups.from_type = 'former lad'
    group by lookups.to_code

),

known as (

    select
        area_code,
        police_force_code,
        1 as choice
    from seeded
    union all
    select
        area_code,
        police_force_code,
        2 as choice
    from looked_up
    union all
    select
        area_code,
        police_force_code,
        3 as choice
    from successors
    where police_force_code is not null

),

ranked as (

    select
        *,
        row_number() over (partition by area_code order by choice asc) as rank_of_source
    from known

)

select
    area_code,
    police_force_code
from ranked
where rank_of_source = 1
