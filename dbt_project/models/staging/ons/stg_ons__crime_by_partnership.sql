-- One row per area, twelve months, offence and release, as printed.
with cells as (

    select * from {{ source('ons', 'crime_by_partnership') }}

),

forces as (

    select * from {{ ref('area_aliases') }} where publisher = 'home_office' and area_type_label = 'force'

),

with_areas as (

    {{ cells_with_areas('cells', 'ons') }}

),

typed as (

    select
        coalesce(
            with_areas.resolved_area_code,
            case when with_areas.area_type = 'unassigned' and lower(with_areas.area) like 'unassigned %' then forces.area_code || '-UNALLOCATED' end
        ) as area_code,
        with_areas.area_type as area_type_label,
        with_areas.area as area_label,
        forces.area_code as police_force_code,
        with_areas.period_id,
        with_areas.period as period_label,
        with_areas.measure_label,
        {{ number_of('with_areas.value') }} as value,
        {{ status_of(
            'with_areas.value',
            symbols={'[x]': 'not_available', '[z]': 'not_applicable', '[u]': 'suppressed', '[u1]': 'suppressed'}
        ) }} as value_status,
        with_areas.value as value_text,
        with_areas.place,
        with_areas.release_id,
        with_areas.source_file,
        with_areas.source_sheet,
        with_areas.source_cell
    from with_areas
    left join forces on {{ name_key('with_areas.force') }} = {{ name_key('forces.area_label') }}

)

select * from typed
