-- One row per edition, indicator, period and area that the report prints, with what the printed areas within it make.
with printed as (

    select * from {{ ref('published_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

area_parts as (

    select * from {{ ref('parts_of_areas') }}

),

additive as (

    select indicators.indicator_id
    from indicators
    inner join measures on indicators.numerator_measure_id = measures.measure_id
    where indicators.denominator_measure_id is null and measures.is_additive_over_areas

),

area_sums as (

    select
        totals.edition,
        totals.indicator_id,
        totals.area_code,
        totals.period_id,
        totals.figure_id,
        totals.place,
        totals.line,
        totals.value as total,
        totals.printed_text,
        max(area_parts.whole_type) as whole_type,
        max(area_parts.areas) as areas,
        count(case when not area_parts.is_unallocated then parts.value end) as printed_areas,
        count(case when area_parts.is_unallocated then parts.value end) as printed_unallocated,
        sum(parts.value) as summed,
        min(case when not area_parts.is_unallocated then parts.place end) as parts_place,
        min(case when not area_parts.is_unallocated then parts.line end) as parts_line,
        {{ joined('parts.figure_id', 'parts.figure_id') }} as part_ids
    from printed as totals
    inner join additive on totals.indicator_id = additive.indicator_id
    inner join area_parts on totals.area_code = area_parts.whole_area_code
    inner join printed as parts
        on totals.edition = parts.edition
        and totals.indicator_id = parts.indicator_id
        and area_parts.part_area_code = parts.area_code
        and totals.period_id = parts.period_id
    group by
        totals.edition, totals.indicator_id, totals.area_code, totals.period_id, totals.figure_id, totals.place,
        totals.line, totals.value, totals.printed_text

)

select * from area_sums
