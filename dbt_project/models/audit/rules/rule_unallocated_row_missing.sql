-- One row per discrepancy of the rule.
with periods as (

    select * from {{ ref('dim_periods') }}

),

area_sums as (

    select * from {{ ref('printed_area_sums') }}

),

found as (

    select
        area_sums.edition,
        area_sums.parts_place as place,
        min(area_sums.parts_line) as line,
        min(area_sums.figure_id) as figure_ids,
        area_sums.indicator_id,
        area_sums.area_code,
        max(area_sums.period_id) as period_id,
        cast(null as string) as published_value,
        {{ joined(number_text('area_sums.total - area_sums.summed') ~ " || ' for ' || periods.label", 'area_sums.period_id') }} as expected_value,
        'The areas make less than the force: '
        || {{ joined(number_text('area_sums.summed') ~ " || ' of ' || area_sums.printed_text || ' for ' || periods.label", 'area_sums.period_id') }}
        || '. No row shows the rest, ' || {{ joined(number_text('area_sums.total - area_sums.summed'), 'area_sums.period_id') }}
        || '.' as explanation
    from area_sums
    inner join periods on area_sums.period_id = periods.period_id
    where
        area_sums.whole_type = 'police_force_area' and area_sums.printed_areas = area_sums.areas
        and area_sums.printed_unallocated = 0 and area_sums.summed < area_sums.total - 1e-9
    group by area_sums.edition, area_sums.parts_place, area_sums.indicator_id, area_sums.area_code

)

select
    edition,
    'unallocated_row_missing' as rule_id,
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
