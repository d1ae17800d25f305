-- One row per area.
with areas as (

    select * from {{ ref('areas') }}

)

select
    area_code,
    area_name,
    area_type,
    parent_area_code,
    police_force_code,
    valid_from,
    valid_to,
    is_partnership_member
from areas
