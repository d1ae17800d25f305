-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_ndtms__alcohol_treatment') }}

),

reshaped as (

    select
        measure_id,
        area_code,
        area_label,
        period_id,
        release_id,
        measure_label,
        value,
        value_text,
        value_status,
        cast(null as double) as lower_limit,
        cast(null as double) as upper_limit,
        cast(null as string) as credited_to,
        source_file,
        source_sheet,
        source_cell
    from cells
    -- Tenths of England by deprivation are no areas.
    where deprivation_decile is null

)

select * from reshaped
