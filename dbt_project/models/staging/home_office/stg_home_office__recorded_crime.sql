-- One row per force, offence, quarter and release, as printed.
with cells as (

    select * from {{ source('home_office', 'recorded_crime') }}

),

with_areas as (

    {{ cells_with_areas('cells', 'home_office') }}

),

typed as (

    select
        resolved_area_code as area_code,
        area_type as area_type_label,
        area as area_label,
        case when quarter in ('1', '2', '3', '4') then period_id end as period_id,
        period || ' quarter ' || quarter as period_label,
        cast(try_cast(quarter as int) as bigint) as financial_quarter,
        offence as offence_label,
        offence_group,
        offence_subgroup,
        offence_code,
        measure_label,
        -- A number format turns a zero into "-00"; adding 0 makes it a zero without sign.
        {{ number_of('value') }} + 0 as value,
        {{ status_of('value') }} as value_status,
        value as value_text,
        release_id,
        source_file,
        source_sheet,
        source_cell
    from with_areas

)

select * from typed
