-- One row per discrepancy of the rule.
with indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

sums as (

    select * from {{ ref('indicator_sums') }}

),

area_sums as (

    select * from {{ ref('printed_area_sums') }}

),

part_sums as (

    select * from {{ ref('printed_part_sums') }}

),

compared_sums as (

    select * from part_sums where printed_parts = parts and total is not null

),

-- A total that another of its sums makes stands: where one of these parts is itself a wrong total, that one is at fault.
explained_by_a_part as (

    select distinct
        wrong.edition,
        wrong.figure_id,
        wrong.sum_id
    from compared_sums as wrong
    inner join compared_sums as right_sums
        on wrong.edition = right_sums.edition and wrong.figure_id = right_sums.figure_id and abs(right_sums.summed - right_sums.total) < 1e-9
    inner join sums on wrong.sum_id = sums.sum_id
    inner join compared_sums as part_totals
        on wrong.edition = part_totals.edition
        and sums.part_indicator_id = part_totals.indicator_id
        and wrong.area_code = part_totals.area_code
        and wrong.period_id = part_totals.period_id
        and abs(part_totals.summed - part_totals.total) > 1e-9

),

wrong_parts as (

    select compared_sums.*
    from compared_sums
    left join explained_by_a_part
        on compared_sums.edition = explained_by_a_part.edition
        and compared_sums.figure_id = explained_by_a_part.figure_id
        and compared_sums.sum_id = explained_by_a_part.sum_id
    where abs(compared_sums.summed - compared_sums.total) > 1e-9 and explained_by_a_part.edition is null

),

-- Where a printed total is what another row of the same table should be, two rows are exchanged.
exchanged as (

    select
        wrong_parts.edition,
        wrong_parts.sum_id,
        wrong_parts.area_code,
        wrong_parts.period_id,
        min(titles.title) as exchanged_with
    from wrong_parts
    inner join wrong_parts as others
        on wrong_parts.edition = others.edition
        and wrong_parts.place = others.place
        and wrong_parts.area_code = others.area_code
        and wrong_parts.period_id = others.period_id
        and wrong_parts.sum_id <> others.sum_id
        and wrong_parts.total = others.summed
    inner join indicators as titles on others.indicator_id = titles.indicator_id
    group by wrong_parts.edition, wrong_parts.sum_id, wrong_parts.area_code, wrong_parts.period_id

),

explained as (

    select
        wrong_parts.*,
        exchanged.exchanged_with
    from wrong_parts
    left join exchanged
        on wrong_parts.edition = exchanged.edition
        and wrong_parts.sum_id = exchanged.sum_id
        and wrong_parts.area_code = exchanged.area_code
        and wrong_parts.period_id = exchanged.period_id

),

found as (

    select
        edition,
        place,
        line,
        figure_id || ', ' || part_ids as figure_ids,
        indicator_id,
        area_code,
        period_id,
        printed_text as published_value,
        {{ number_text('summed') }} as expected_value,
        'The ' || parts_are || ' print ' || part_texts || ', which make ' || {{ number_text('summed') }} || '; ' || printed_text
        || ' is printed.'
        || coalesce(' ' || printed_text || ' is what the row "' || exchanged_with || '" should print: rows are exchanged.', '') as explanation
    from explained
    union all
    select
        area_sums.edition,
        area_sums.place,
        area_sums.line,
        area_sums.figure_id || ', ' || area_sums.part_ids as figure_ids,
        area_sums.indicator_id,
        area_sums.area_code,
        area_sums.period_id,
        area_sums.printed_text as published_value,
        {{ number_text('area_sums.summed') }} as expected_value,
        'The areas of ' || area_sums.parts_place || ' make ' || {{ number_text('area_sums.summed') }} || ' for ' || periods.label || '; '
        || area_sums.printed_text || ' is printed for all of them.' as explanation
    from area_sums
    inner join periods on area_sums.period_id = periods.period_id
    where
        area_sums.printed_areas = area_sums.areas and abs(area_sums.summed - area_sums.total) > 1e-9
        and (area_sums.whole_type <> 'police_force_area' or area_sums.printed_unallocated > 0 or area_sums.summed > area_sums.total)

)

select
    edition,
    'parts_equal_total' as rule_id,
    place,
    line,
    figure_ids,
    indicator_id,
    area_code,
    period_id,
    published_value,
    expected_value,
    explanation
from found
