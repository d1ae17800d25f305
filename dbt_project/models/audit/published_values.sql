-- One row per edition, indicator, area and period that the report prints a plain value of, its table's before a sentence's.
with figures as (

    select * from {{ ref('audit_published_figures') }}
    where
        quantity = 'value' and qualifier is null and indicator_id is not null and area_code is not null
        and period_id is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by edition, indicator_id, area_code, period_id
            order by case place_type when 'table' then 1 else 2 end, line, figure_id
        ) as choice
    from figures

)

select
    edition,
    indicator_id,
    area_code,
    period_id,
    value,
    printed_text,
    decimals,
    place,
    place_type,
    line,
    figure_id
from ranked
where choice = 1
