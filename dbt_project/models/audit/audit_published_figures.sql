-- One row per figure that an edition of the report prints.
{{ config(alias='published_figures') }}
with figures as (

    select * from {{ ref('published_figures') }}

),

read as (

    select
        *,
        replace(replace(replace(printed_text, '%', ''), ',', ''), '+', '') as bare_text,
        lower(coalesce(printed_change, '')) as change_words
    from figures

),

parsed as (

    select
        *,
        case when quantity <> 'direction' then {{ decimals_of('bare_text') }} end as decimals,
        case
            when quantity in ('percent_change', 'point_change', 'difference') then value
            when {{ matches('change_words', '^(no change|unchanged)') }} then 0e0
            when {{ first_number('change_words') }} <> '' then
                cast({{ first_number('change_words') }} as double)
                * case
                    when {{ matches('change_words', '(^|[^0-9])-[0-9]|fell|fall|declin|reduc|decreas|drop') }} then -1 else 1
                end
        end as change_value,
        case
            when quantity = 'percent_change' then 'percent'
            when quantity = 'point_change' then 'points'
            when quantity = 'difference' or {{ matches('change_words', '^(no change|unchanged)') }} then 'difference'
            when {{ first_number('change_words') }} = '' then null
            when {{ matches('change_words', 'percentage point') }} then 'points'
            when {{ matches('change_words', '%') }} then 'percent'
            else 'difference'
        end as change_unit,
        case
            when quantity in ('percent_change', 'point_change', 'difference') then {{ decimals_of('bare_text') }}
            else {{ decimals_of(first_number('change_words')) }}
        end as change_decimals
    from read

)

select
    edition,
    figure_id,
    place,
    place_type,
    line,
    table_place,
    subject,
    indicator_id,
    area_code,
    area_label,
    period_id,
    period_label,
    quantity,
    qualifier,
    value,
    printed_text,
    cast(decimals as bigint) as decimals,
    unit,
    printed_change,
    change_value,
    change_unit,
    cast(change_decimals as bigint) as change_decimals,
    credited_to
from parsed
