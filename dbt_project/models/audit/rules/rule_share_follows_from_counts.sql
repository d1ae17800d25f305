-- One row per discrepancy of the rule.
with printed as (

    select * from {{ ref('published_values') }}

),

shares as (

    select * from {{ ref('printed_shares') }}

),

found as (

    select
        printed.edition,
        printed.place,
        printed.line,
        printed.figure_id || ', ' || shares.count_ids as figure_ids,
        printed.indicator_id,
        printed.area_code,
        printed.period_id,
        printed.printed_text as published_value,
        {{ number_text('shares.value', 'printed.decimals') }} || '%' as expected_value,
        shares.numerator_text || ' of ' || shares.denominator_text || ' is ' || {{ number_text('shares.value', 'printed.decimals') }} || '%, not '
        || printed.printed_text || '.' as explanation
    from printed
    inner join shares
        on printed.edition = shares.edition
        and printed.indicator_id = shares.indicator_id
        and printed.area_code = shares.area_code
        and printed.period_id = shares.period_id
    where abs(printed.value - shares.value) > power(1e1, -printed.decimals) / 2 + 1e-9

)

select
    edition,
    'share_follows_from_counts' as rule_id,
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
