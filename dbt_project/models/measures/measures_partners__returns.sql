-- One row per measure, area, period and release.
with cells as (

    select * from {{ ref('stg_partners__returns') }}

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
        source_document || case when source_page is null then '' else ', page ' || source_page end as credited_to,
        source_file,
        source_sheet,
        source_cell
    from cells

)

select * from reshaped
