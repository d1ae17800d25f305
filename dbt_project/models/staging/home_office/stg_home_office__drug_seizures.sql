-- One row per force, drug, year and release, as printed.
with cells as (

    select
        *,
        cast(null as string) as area_code
    from {{ source('home_office', 'drug_seizures') }}

),

with_areas as (

    {{ cells_with_areas('cells', 'home_office') }}

),

typed as (

    select
        resolved_area_code as area_code,
        area_type as area_type_label,
        area as area_label,
        period_id,
        period as period_label,
        measure_label,
        {{ number_of('value') }} as value,
        {{ status_of('value', symbols={'': 'not_available', '[x]': 'not_available', '[z]': 'not_applicable'}) }} as value_status,
        value as value_text,
        place,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from with_areas

)

select * from typed
