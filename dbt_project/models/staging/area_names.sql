-- One row per area and name it is printed under.
with names as (

    select
        area_code,
        area_name as area_label
    from {{ ref('areas') }}
    union all
    select
        area_code,
        area_label
    from {{ ref('area_aliases') }}

),

keyed as (

    select distinct
        area_code,
        {{ name_key('area_label') }} as name_key
    from names

)

select * from keyed
