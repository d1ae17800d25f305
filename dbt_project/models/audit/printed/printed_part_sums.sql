-- One row per edition, sum, area and period of which the report prints a part, whether or not it prints all parts and the total.
with printed as (

    select * from {{ ref('published_values') }}

),

sums as (

    select * from {{ ref('indicator_sums') }}

),

sum_sizes as (

    select
        sum_id,
        count(*) as parts
    from sums
    group by sum_id

),

printed_parts as (

    select
        printed.edition,
        sums.sum_id,
        max(sums.parts_are) as parts_are,
        max(sums.indicator_id) as indicator_id,
        printed.area_code,
        printed.period_id,
        count(*) as printed_parts,
        sum(printed.value) as summed,
        {{ joined('printed.printed_text', 'printed.figure_id') }} as part_texts,
        {{ joined('printed.figure_id', 'printed.figure_id') }} as part_ids,
        max(printed.place) as parts_place,
        max(printed.line) as parts_line
    from sums
    inner join printed on sums.part_indicator_id = printed.indicator_id
    group by printed.edition, sums.sum_id, printed.area_code, printed.period_id

),

part_sums as (

    select
        printed_parts.*,
        sum_sizes.parts,
        totals.value as total,
        totals.printed_text,
        totals.figure_id,
        totals.place,
        totals.line
    from printed_parts
    inner join sum_sizes on printed_parts.sum_id = sum_sizes.sum_id
    left join printed as totals
        on printed_parts.edition = totals.edition
        and printed_parts.indicator_id = totals.indicator_id
        and printed_parts.area_code = totals.area_code
        and printed_parts.period_id = totals.period_id

)

select * from part_sums
