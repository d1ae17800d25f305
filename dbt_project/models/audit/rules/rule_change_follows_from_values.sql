-- One row per discrepancy of the rule.
with changes as (

    select * from {{ ref('published_changes') }}

),

tables as (

    select
        edition,
        indicator_id,
        area_code,
        period_id,
        change_unit,
        max(change_value) as change_value,
        max(place) as place
    from changes
    where place_type = 'table'
    group by edition, indicator_id, area_code, period_id, change_unit

),

-- A sentence that repeats its table's change is wrong with it; one that prints another is for sentence_equals_table.
judged as (

    select
        changes.*,
        {{ change_text('changes.computed', 'changes.change_decimals', 'changes.change_unit') }} as expected,
        {{ change_text('changes.change_value', 'changes.change_decimals', 'changes.change_unit') }} as printed
    from changes
    left join tables
        on changes.place_type = 'sentence'
        and changes.edition = tables.edition
        and changes.indicator_id = tables.indicator_id
        and changes.area_code = tables.area_code
        and changes.period_id = tables.period_id
        and changes.change_unit = tables.change_unit
    where
        changes.verdict in ('wrong', 'sign_lost', 'points_called_percent', 'percent_called_points')
        and (tables.edition is null or abs(tables.change_value - changes.change_value) < 1e-9)

),

found as (

    select
        edition,
        place,
        line,
        figure_id || ', ' || old_figure_id || ', ' || new_figure_id as figure_ids,
        indicator_id,
        area_code,
        period_id,
        printed as published_value,
        expected as expected_value,
        'From ' || old_text || ' to ' || new_text || ' is ' || expected || ', not ' || printed || '.'
        || case
            when verdict = 'sign_lost' then ' The sign is lost.'
            when verdict = 'points_called_percent' then ' It is the change in percentage points, called percent.'
            when verdict = 'percent_called_points' then ' It is the change in percent, called percentage points.'
            when change_unit = 'percent' and change_value > -100
                then
                    ' A change of ' || printed || ' to ' || new_text || ' would need a value before of about '
                    || {{ number_text('new_value / (1 + change_value / 100)') }} || '.'
            else ''
        end as explanation
    from judged

)

select
    edition,
    'change_follows_from_values' as rule_id,
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
