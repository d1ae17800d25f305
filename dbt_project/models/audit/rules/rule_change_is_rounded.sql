-- One row per discrepancy of the rule.
with changes as (

    select * from {{ ref('published_changes') }}

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
        {{ change_text('change_value', 'change_decimals', 'change_unit') }} as published_value,
        {{ change_text('computed', 'change_decimals', 'change_unit') }} as expected_value,
        'From ' || old_text || ' to ' || new_text || ' is ' || {{ change_text('computed', 'change_decimals + 2', 'change_unit') }} || ': rounded '
        || {{ change_text('computed', 'change_decimals', 'change_unit') }} || ', but '
        || case verdict when 'cut_off' then 'cut off' else 'rounded away' end || ' to '
        || {{ change_text('change_value', 'change_decimals', 'change_unit') }} || '.' as explanation
    from changes
    where
        verdict in ('cut_off', 'rounded_away')
        -- A sentence that differs from its table's change is for sentence_equals_table.
        and (
            place_type = 'table'
            or not exists (
                select 1 from changes as tables
                where
                    tables.place_type = 'table' and tables.edition = changes.edition and tables.indicator_id = changes.indicator_id
                    and tables.area_code = changes.area_code and tables.period_id = changes.period_id
                    and tables.change_unit = changes.change_unit and abs(tables.change_value - changes.change_value) > 1e-9
            )
        )

)

select
    edition,
    'change_is_rounded' as rule_id,
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
