-- One row per area, period, series and release (two where a count stands beside the same count rounded), as printed.
with cells as (

    select * from {{ source('ndtms', 'alcohol_treatment') }}

),

measures as (

    select * from {{ ref('measure_labels') }} where dataset = 'ndtms.alcohol_treatment'

),

with_areas as (

    {{ cells_with_areas('cells', 'ndtms') }}

),

numbered as (

    select
        *,
        {{ number_of('value') }} as number,
        period_id
    from with_areas

),

-- Some labels have two rows: a count and the same count rounded to 5, or a figure and its slight revision below it. The
-- rounded one and the lower one are the figure; the other is a measure of its own. Two rows that differ by more stay
-- two rows for one figure, which the check on the measures refuses.
paired as (

    select
        *,
        count(*) over labels as rows_alike,
        count(case when number % 5 = 0 then 1 end) over labels as rounded_rows,
        row_number() over (
            partition by release_id, resolved_area_code, area, deprivation_decile, period, measure_label
            order by cast(split_part(split_part(source_cell, 'line ', 2), ',', 1) as bigint) nulls last
        ) as place_in_pair,
        min(number) over labels as smaller,
        max(number) over labels as larger
    from numbered
    window labels as (partition by release_id, resolved_area_code, area, deprivation_decile, period, measure_label)

),

labelled as (

    select
        *,
        case
            when rows_alike <> 2 or larger = smaller then measure_label
            when larger - smaller < 5 and rounded_rows = 1 and measure_label like '%in treatment'
                then measure_label || case when number % 5 = 0 then '' else ', not rounded' end
            when larger - smaller < 5 and rounded_rows = 2 and measure_label like '%in treatment'
                then measure_label || case when place_in_pair = 2 then '' else ', not rounded' end
            when larger - smaller < larger / 1000 and place_in_pair = 1 then measure_label || ', before revision'
            else measure_label
        end as full_label
    from paired

),

typed as (

    select
        measures.measure_id,
        labelled.resolved_area_code as area_code,
        labelled.area_type as area_type_label,
        labelled.area as area_label,
        labelled.deprivation_decile,
        labelled.unit as unit_label,
        labelled.period_id,
        labelled.period as period_label,
        labelled.full_label as measure_label,
        labelled.number as value,
        {{ status_of('labelled.value') }} as value_status,
        labelled.value as value_text,
        labelled.release_id,
        labelled.source_file,
        labelled.source_sheet,
        labelled.source_cell
    from labelled
    left join measures on labelled.full_label = measures.measure_label

)

select * from typed
