-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

printed as (

    select * from {{ ref('published_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

sums as (

    select * from {{ ref('indicator_sums') }}

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

part_sums as (

    select * from {{ ref('printed_part_sums') }}

),

members as (

    select
        area_code,
        area_name
    from areas
    where is_partnership_member

),

tables_of_areas as (

    select
        figures.edition,
        figures.place,
        figures.indicator_id,
        max(figures.line) as line
    from figures
    inner join members on figures.area_code = members.area_code
    where figures.place_type = 'table' and figures.indicator_id is not null
    group by figures.edition, figures.place, figures.indicator_id
    having count(distinct figures.area_code) >= 3

),

-- A member of the partnership that a table of its areas leaves out, and what is left for it of the whole.
missing_areas as (

    select
        tables_of_areas.edition,
        tables_of_areas.place,
        tables_of_areas.line,
        tables_of_areas.indicator_id,
        members.area_code,
        members.area_name
    from tables_of_areas
    cross join members
    left join figures
        on tables_of_areas.edition = figures.edition
        and tables_of_areas.place = figures.place
        and tables_of_areas.indicator_id = figures.indicator_id
        and members.area_code = figures.area_code
    where figures.figure_id is null

),

table_sums as (

    select
        figures.edition,
        figures.place,
        figures.indicator_id,
        area_parts.whole_area_code,
        figures.period_id,
        max(area_parts.areas) as areas,
        count(*) as printed_areas,
        sum(figures.value) as summed
    from figures
    inner join area_parts on figures.area_code = area_parts.part_area_code and area_parts.whole_type = 'metropolitan_county'
    inner join additive on figures.indicator_id = additive.indicator_id
    where figures.place_type = 'table' and figures.quantity = 'value'
    group by figures.edition, figures.place, figures.indicator_id, area_parts.whole_area_code, figures.period_id

),

rests as (

    select
        table_sums.edition,
        table_sums.place,
        table_sums.indicator_id,
        {{ joined(number_text('totals.value - table_sums.summed') ~ " || ' for ' || periods.label", 'table_sums.period_id') }} as rest
    from table_sums
    inner join printed as totals
        on table_sums.edition = totals.edition
        and table_sums.indicator_id = totals.indicator_id
        and table_sums.whole_area_code = totals.area_code
        and table_sums.period_id = totals.period_id
    inner join periods on table_sums.period_id = periods.period_id
    where table_sums.printed_areas = table_sums.areas - 1
    group by table_sums.edition, table_sums.place, table_sums.indicator_id

),

from_areas as (

    select
        missing_areas.edition,
        missing_areas.place,
        missing_areas.line,
        missing_areas.indicator_id,
        missing_areas.area_code,
        cast(null as string) as period_id,
        rests.rest as expected_value,
        'The table has no row for ' || missing_areas.area_name || '.'
        || coalesce(' The other areas leave ' || rests.rest || ' of the total.', '') as explanation,
        1 as choice
    from missing_areas
    left join rests
        on missing_areas.edition = rests.edition
        and missing_areas.place = rests.place
        and missing_areas.indicator_id = rests.indicator_id

),

-- One part of a printed total is not printed.
from_sums as (

    select
        part_sums.edition,
        part_sums.parts_place as place,
        part_sums.parts_line as line,
        sums.part_indicator_id as indicator_id,
        part_sums.area_code,
        part_sums.period_id,
        {{ number_text('part_sums.total - part_sums.summed') }} as expected_value,
        'Of the ' || part_sums.parts_are || ' that make ' || part_sums.printed_text || ' for ' || periods.label || ', "'
        || titles.title || '" is not printed; the others leave ' || {{ number_text('part_sums.total - part_sums.summed') }} || '.' as explanation,
        2 as choice
    from part_sums
    inner join periods on part_sums.period_id = periods.period_id
    inner join sums on part_sums.sum_id = sums.sum_id
    inner join indicators as titles on sums.part_indicator_id = titles.indicator_id
    left join printed
        on part_sums.edition = printed.edition
        and sums.part_indicator_id = printed.indicator_id
        and part_sums.area_code = printed.area_code
        and part_sums.period_id = printed.period_id
    where part_sums.total is not null and part_sums.printed_parts = part_sums.parts - 1 and printed.figure_id is null

),

-- A table that prints totals of this kind leaves one out although all of its parts are printed.
tables_of_totals as (

    select
        edition,
        parts_are,
        period_id,
        area_code,
        place,
        max(line) as line
    from part_sums
    where total is not null
    group by edition, parts_are, period_id, area_code, place
    having count(*) >= 2

),

from_totals as (

    select
        part_sums.edition,
        max(tables_of_totals.place) as place,
        max(tables_of_totals.line) as line,
        part_sums.indicator_id,
        part_sums.area_code,
        part_sums.period_id,
        max({{ number_text('part_sums.summed') }}) as expected_value,
        'No row prints "' || max(titles.title) || '", although its parts do: they make ' || max({{ number_text('part_sums.summed') }})
        || ' for ' || max(periods.label) || '.' as explanation,
        3 as choice
    from part_sums
    inner join tables_of_totals
        on part_sums.edition = tables_of_totals.edition
        and part_sums.parts_are = tables_of_totals.parts_are
        and part_sums.area_code = tables_of_totals.area_code
        and part_sums.period_id = tables_of_totals.period_id
    inner join indicators as titles on part_sums.indicator_id = titles.indicator_id
    inner join periods on part_sums.period_id = periods.period_id
    where part_sums.total is null and part_sums.printed_parts = part_sums.parts
    group by part_sums.edition, part_sums.indicator_id, part_sums.area_code, part_sums.period_id

),

-- A sentence speaks of a row that its table does not have.
from_sentences as (

    select
        sentences.edition,
        sentences.table_place as place,
        min(sentences.line) as line,
        sentences.indicator_id,
        sentences.area_code,
        cast(null as string) as period_id,
        {{ joined('sentences.printed_text', 'sentences.figure_id') }} as expected_value,
        'The text speaks of ' || {{ joined('sentences.printed_text', 'sentences.figure_id') }} || ' for "' || max(titles.title) || '", '
        || max(areas.area_name) || ', of which ' || sentences.table_place || ' has no row.' as explanation,
        4 as choice
    from figures as sentences
    inner join indicators as titles on sentences.indicator_id = titles.indicator_id
    inner join areas on sentences.area_code = areas.area_code
    left join figures as rows_of_table
        on sentences.edition = rows_of_table.edition
        and sentences.table_place = rows_of_table.place
        and rows_of_table.place_type = 'table'
        and sentences.indicator_id = rows_of_table.indicator_id
        and sentences.area_code = rows_of_table.area_code
    where
        sentences.place_type = 'sentence' and rows_of_table.figure_id is null
        and exists (
            select 1 from figures as tables
            where tables.edition = sentences.edition and tables.place = sentences.table_place and tables.place_type = 'table'
        )
    group by sentences.edition, sentences.table_place, sentences.indicator_id, sentences.area_code

),

candidates as (

    select * from from_areas
    union all
    select * from from_sums
    union all
    select * from from_totals
    union all
    select * from from_sentences

),

-- A row is missing once, however many columns and periods it has.
ranked as (

    select
        *,
        row_number() over (
            partition by edition, area_code, case when choice = 1 then place else indicator_id end
            order by choice asc, case when expected_value is null then 1 else 0 end, period_id desc, indicator_id asc
        ) as place_in_order
    from candidates

),

found as (

    select
        ranked.edition,
        ranked.place,
        ranked.line,
        cast(null as string) as figure_ids,
        ranked.indicator_id,
        ranked.area_code,
        ranked.period_id,
        cast(null as string) as published_value,
        ranked.expected_value,
        ranked.explanation
    from ranked
    left join from_areas
        on ranked.choice > 1
        and ranked.edition = from_areas.edition
        and ranked.indicator_id = from_areas.indicator_id
        and ranked.area_code = from_areas.area_code
    where ranked.place_in_order = 1 and from_areas.edition is null

)

select
    edition,
    'row_missing' as rule_id,
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
