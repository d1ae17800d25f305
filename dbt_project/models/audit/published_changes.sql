-- One row per figure whose change the report prints, where it prints both values.
with figures as (

    select * from {{ ref('audit_published_figures') }}

),

-- A sentence that names a period its table's row does not have is for period_is_the_tables: it has no values here.
other_periods as (

    select
        sentences.edition,
        sentences.figure_id
    from figures as sentences
    inner join figures as tables
        on sentences.edition = tables.edition
        and sentences.table_place = tables.place
        and sentences.indicator_id = tables.indicator_id
        and sentences.area_code = tables.area_code
        and tables.place_type = 'table'
    where sentences.place_type = 'sentence'
    group by sentences.edition, sentences.figure_id, sentences.period_id
    having count(case when tables.period_id = sentences.period_id then 1 end) = 0

),

printed as (

    select * from {{ ref('published_values') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

shares as (

    select * from {{ ref('printed_shares') }}

),

paired as (

    select
        figures.*,
        new.value as new_value,
        old.value as old_value,
        new.printed_text as new_text,
        old.printed_text as old_text,
        old.figure_id as old_figure_id,
        new.figure_id as new_figure_id,
        coalesce(indicators.unit = 'percent', false) as is_share,
        new_share.value - old_share.value as point_change_of_counts
    from figures
    left join other_periods
        on figures.edition = other_periods.edition and figures.figure_id = other_periods.figure_id
    inner join periods on figures.period_id = periods.period_id
    inner join printed as new
        on figures.edition = new.edition
        and figures.indicator_id = new.indicator_id
        and figures.area_code = new.area_code
        and figures.period_id = new.period_id
    inner join printed as old
        on figures.edition = old.edition
        and figures.indicator_id = old.indicator_id
        and figures.area_code = old.area_code
        and periods.previous_period_id = old.period_id
    left join indicators on figures.indicator_id = indicators.indicator_id
    left join shares as new_share
        on figures.edition = new_share.edition
        and figures.indicator_id = new_share.indicator_id
        and figures.area_code = new_share.area_code
        and figures.period_id = new_share.period_id
    left join shares as old_share
        on figures.edition = old_share.edition
        and figures.indicator_id = old_share.indicator_id
        and figures.area_code = old_share.area_code
        and periods.previous_period_id = old_share.period_id
    where figures.change_value is not null and other_periods.figure_id is null

),

computed as (

    select
        *,
        case change_unit when 'percent' then (new_value - old_value) / nullif(old_value, 0) * 100 else new_value - old_value end as computed,
        power(1e1, -change_decimals) as step
    from paired

),

judged as (

    select
        *,
        case
            when computed is null then 'no_base'
            when abs(change_value - computed) <= step / 2 + 1e-9 then 'right'
            when change_unit = 'points' and abs(change_value - point_change_of_counts) <= step / 2 + 1e-9 then 'right'
            when is_share and change_unit = 'percent' and abs(change_value - (new_value - old_value)) <= step / 2 + 1e-9 then 'points_called_percent'
            when change_unit = 'points' and abs(change_value - (new_value - old_value) / nullif(old_value, 0) * 100) <= step / 2 + 1e-9
                then 'percent_called_points'
            when change_value * computed < 0 and abs(abs(change_value) - abs(computed)) <= step / 2 + 1e-9 then 'sign_lost'
            when change_value * computed >= 0 and abs(abs(change_value) - floor(abs(computed) / step) * step) < 1e-9 then 'cut_off'
            when change_value * computed >= 0 and abs(abs(change_value) - ceil(abs(computed) / step) * step) < 1e-9 then 'rounded_away'
            else 'wrong'
        end as verdict
    from computed

)

select
    edition,
    figure_id,
    place,
    place_type,
    line,
    indicator_id,
    area_code,
    period_id,
    printed_change,
    change_value,
    change_unit,
    change_decimals,
    old_value,
    new_value,
    old_text,
    new_text,
    old_figure_id,
    new_figure_id,
    computed,
    verdict
from judged
