-- One row per discrepancy of the rule.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

printed as (

    select * from {{ ref('published_values') }}

),

changes as (

    select * from {{ ref('published_changes') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

tables as (

    select * from printed where place_type = 'table'

),

differing as (

    select
        figures.*,
        tables.printed_text as table_text,
        tables.place as found_in,
        tables.figure_id as table_figure_id
    from figures
    inner join tables
        on figures.edition = tables.edition
        and figures.indicator_id = tables.indicator_id
        and figures.area_code = tables.area_code
        and figures.period_id = tables.period_id
    where
        figures.place_type = 'sentence' and figures.quantity = 'value'
        and case figures.qualifier
            when 'about' then abs(figures.value - tables.value) > abs(tables.value) / 10
            when 'at_least' then tables.value < figures.value
            else abs(figures.value - tables.value) > 1e-9
        end

),

-- The same number elsewhere in the table: in another row of the period, or in the row's other period.
elsewhere as (

    select
        differing.edition,
        differing.figure_id,
        min(case when tables.period_id = differing.period_id then areas.area_name end) as other_area,
        min(case when tables.area_code = differing.area_code then periods.label end) as other_period
    from differing
    inner join tables
        on differing.edition = tables.edition
        and differing.indicator_id = tables.indicator_id
        and differing.value = tables.value
        and (differing.period_id = tables.period_id) <> (differing.area_code = tables.area_code)
    inner join areas on tables.area_code = areas.area_code
    inner join periods on tables.period_id = periods.period_id
    group by differing.edition, differing.figure_id

),

differing_changes as (

    select
        changes.edition,
        changes.place,
        changes.line,
        changes.figure_id || ', ' || of_table.figure_id as figure_ids,
        changes.indicator_id,
        changes.area_code,
        changes.period_id,
        changes.old_text,
        changes.new_text,
        of_table.place as found_in,
        {{ change_text('changes.change_value', 'changes.change_decimals', 'changes.change_unit') }} as printed_change,
        {{ change_text('of_table.change_value', 'of_table.change_decimals', 'of_table.change_unit') }} as table_change,
        {{ change_text('changes.computed', 'changes.change_decimals', 'changes.change_unit') }} as computed_change,
        {{ number_text('abs(changes.change_value)', 'changes.change_decimals') }} as printed_number,
        {{ number_text('abs(of_table.change_value)', 'of_table.change_decimals') }} as table_number
    from changes
    inner join changes as of_table
        on of_table.place_type = 'table'
        and changes.edition = of_table.edition
        and changes.indicator_id = of_table.indicator_id
        and changes.area_code = of_table.area_code
        and changes.period_id = of_table.period_id
        and changes.change_unit = of_table.change_unit
    where
        changes.place_type = 'sentence' and changes.verdict <> 'right'
        and abs(changes.change_value - of_table.change_value) > 1e-9

),

found as (

    select
        differing.edition,
        differing.place,
        differing.line,
        differing.figure_id || ', ' || differing.table_figure_id as figure_ids,
        differing.indicator_id,
        differing.area_code,
        differing.period_id,
        differing.printed_text as published_value,
        differing.table_text as expected_value,
        'The text prints ' || differing.printed_text || ', ' || differing.found_in || ' ' || differing.table_text || '.'
        || case
            when elsewhere.other_area is not null then ' It is the figure of ' || elsewhere.other_area || '.'
            when elsewhere.other_period is not null then ' It is the figure of ' || elsewhere.other_period || '.'
            else {{ slip_of('differing.printed_text', 'differing.table_text') }}
        end as explanation
    from differing
    left join elsewhere on differing.edition = elsewhere.edition and differing.figure_id = elsewhere.figure_id
    union all
    select
        edition,
        place,
        line,
        figure_ids,
        indicator_id,
        area_code,
        period_id,
        printed_change as published_value,
        table_change as expected_value,
        'The text prints ' || printed_change || ', ' || found_in || ' ' || table_change || '; from ' || old_text || ' to '
        || new_text || ' is ' || computed_change || '.' || {{ slip_of('printed_number', 'table_number') }} as explanation
    from differing_changes

)

select
    edition,
    'sentence_equals_table' as rule_id,
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
