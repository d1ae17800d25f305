{#
    Each nearest neighbour is of an area of the seed areas, of the same kind as it, another area, listed once, and has the
    name by which it is known, where a release names it. A failing row says what was found, what was expected and what to do.
#}
{% test neighbours_are_known(model) %}
with neighbours as (

    select
        lists.*,
        areas.area_code as known_area_code,
        areas.area_type,
        types.area_type as neighbour_type,
        known.area_name as known_neighbour_name,
        count(*) over (partition by lists.area_code, lists.neighbour_area_code) as times,
        lists.area_code || ', ' || lists.neighbour_area_code as place
    from {{ model }} as lists
    left join {{ ref('areas') }} as areas on lists.area_code = areas.area_code
    left join {{ ref('area_code_types') }} as types
        on substr(lists.neighbour_area_code, 1, 3) = types.code_prefix and {{ matches('lists.neighbour_area_code', '^[A-Z][0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]$') }}
    left join {{ ref('dim_areas') }} as known on lists.neighbour_area_code = known.area_code

),

faults as (

    select
        place,
        'the area ' || area_code as found,
        'the code of a local authority of the partnership, as seeds/areas/areas.csv has it; forces are in most_similar_forces' as expected
    from neighbours
    where known_area_code is null or area_type = 'police_force_area'
    union all
    select
        place,
        'the neighbour ' || neighbour_area_code || case when neighbour_type is null then ', which is no GSS code' else ', a ' || replace(neighbour_type, '_', ' ') end,
        'the GSS code of a ' || replace(area_type, '_', ' ')
    from neighbours
    where area_type <> 'police_force_area' and coalesce(neighbour_type, '') <> area_type
    union all
    select
        place,
        'the area as its own neighbour',
        'another area'
    from neighbours
    where area_code = neighbour_area_code
    union all
    select distinct
        place,
        'the neighbour ' || times || ' times',
        'each neighbour once'
    from neighbours
    where times > 1
    union all
    select
        place,
        'the name ' || neighbour_name,
        known_neighbour_name || ', as the area of this code is called'
    from neighbours
    where neighbour_type = area_type and {{ name_key('neighbour_name') }} <> {{ name_key('known_neighbour_name') }}

)

select
    'seeds/areas/nearest_neighbours.csv' as source_file,
    cast(null as string) as source_sheet,
    place as source_cell,
    found,
    expected,
    'Correct the row.' as what_to_do
from faults
{% endtest %}
