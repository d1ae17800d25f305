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

    select * from {{ ref('measures') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

rounded as (

    select
        printed.*,
        cast(measures.rounded_to as double) as grid
    from printed
    inner join indicators on printed.indicator_id = indicators.indicator_id
    inner join measures on indicators.numerator_measure_id = measures.measure_id
    where measures.rounded_to is not null and indicators.denominator_measure_id is null

),

with_changes as (

    select
        rounded.*,
        changes.change_value,
        changes.change_decimals,
        changes.figure_id as change_figure_id
    from rounded
    inner join figures as changes
        on rounded.edition = changes.edition
        and rounded.indicator_id = changes.indicator_id
        and rounded.area_code = changes.area_code
        and rounded.period_id = changes.period_id
        and changes.change_unit = 'percent'
        and changes.change_value > -100
    inner join periods on rounded.period_id = periods.period_id
    left join printed as before
        on rounded.edition = before.edition
        and rounded.indicator_id = before.indicator_id
        and rounded.area_code = before.area_code
        and periods.previous_period_id = before.period_id
    where before.figure_id is null

),

-- Every row with the values of every row of its kind: which of them its printed change can belong to.
tried as (

    select
        with_changes.*,
        others.area_code as other_area_code,
        others.printed_text as other_text,
        {{ base_on_grid('others.value', 'with_changes.change_value', 'with_changes.grid', 'floor') }} as lower_base,
        {{ base_on_grid('others.value', 'with_changes.change_value', 'with_changes.grid', 'ceil') }} as upper_base,
        others.value as other_value
    from with_changes
    inner join with_changes as others
        on with_changes.edition = others.edition
        and with_changes.indicator_id = others.indicator_id
        and with_changes.period_id = others.period_id

),

fitted as (

    select
        *,
        case
            when abs((other_value - lower_base) / nullif(lower_base, 0) * 100 - change_value) <= power(1e1, -change_decimals) / 2 + 1e-9 then lower_base
            when abs((other_value - upper_base) / nullif(upper_base, 0) * 100 - change_value) <= power(1e1, -change_decimals) / 2 + 1e-9 then upper_base
        end as fitting_base
    from tried

),

misfits as (

    select * from fitted where area_code = other_area_code and fitting_base is null

),

exchanges as (

    select
        misfits.edition,
        misfits.figure_id,
        min(areas.area_name) as other_area,
        min(mine.other_text) as other_text,
        min({{ number_text('mine.fitting_base') }}) as my_base,
        min({{ number_text('theirs.fitting_base') }}) as their_base
    from misfits
    inner join fitted as mine
        on misfits.edition = mine.edition and misfits.figure_id = mine.figure_id
        and misfits.change_figure_id = mine.change_figure_id and mine.fitting_base is not null
    inner join misfits as partners
        on mine.edition = partners.edition
        and mine.indicator_id = partners.indicator_id
        and mine.period_id = partners.period_id
        and mine.other_area_code = partners.area_code
    inner join fitted as theirs
        on partners.edition = theirs.edition
        and partners.figure_id = theirs.figure_id
        and misfits.area_code = theirs.other_area_code
        and theirs.fitting_base is not null
    inner join areas on partners.area_code = areas.area_code
    group by misfits.edition, misfits.figure_id

),

found as (

    select
        edition,
        place,
        line,
        figure_id as figure_ids,
        indicator_id,
        area_code,
        period_id,
        printed_text as published_value,
        {{ number_text('floor(value / grid) * grid') }} || ' or ' || {{ number_text('ceil(value / grid) * grid') }} as expected_value,
        'The publisher rounds to ' || {{ number_text('grid') }} || '; ' || printed_text || ' is not on that grid.' as explanation
    from rounded
    where abs(value / grid - round(value / grid)) > 1e-9
    union all
    select
        misfits.edition,
        misfits.place,
        misfits.line,
        misfits.figure_id || ', ' || misfits.change_figure_id as figure_ids,
        misfits.indicator_id,
        misfits.area_code,
        misfits.period_id,
        misfits.printed_text as published_value,
        exchanges.other_text as expected_value,
        misfits.printed_text || ' with ' || {{ change_text('misfits.change_value', 'misfits.change_decimals', "'percent'") }}
        || ' fits no count before that is rounded to '
        || {{ number_text('misfits.grid') }} || ': ' || {{ number_text('misfits.lower_base') }} || ' would make '
        || {{ change_text('(misfits.value - misfits.lower_base) / nullif(misfits.lower_base, 0) * 100', 'misfits.change_decimals', "'percent'") }} || ', '
        || {{ number_text('misfits.upper_base') }} || ' '
        || {{ change_text('(misfits.value - misfits.upper_base) / nullif(misfits.upper_base, 0) * 100', 'misfits.change_decimals', "'percent'") }} || '.'
        || coalesce(
            ' Exchanged with ' || exchanges.other_area || ' both fit: ' || exchanges.my_base || ' to ' || exchanges.other_text || ', and '
            || exchanges.their_base || ' to ' || misfits.printed_text || '.', ''
        ) as explanation
    from misfits
    left join exchanges on misfits.edition = exchanges.edition and misfits.figure_id = exchanges.figure_id

)

select
    edition,
    'value_on_rounding_grid' as rule_id,
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
