-- One row per discrepancy of the rule.
with claims as (

    select * from {{ ref('published_claims') }}

),

printed as (

    select * from {{ ref('published_values') }}

),

-- The points of the tables, where tables print them.
points as (

    select
        printed.*,
        max(case when printed.place_type = 'table' then 1 else 0 end) over (partition by printed.edition, printed.indicator_id, printed.area_code) as has_table
    from printed

),

found as (

    select
        claims.edition,
        claims.place,
        claims.line,
        {{ joined('printed.figure_id', 'printed.period_id') }} as figure_ids,
        claims.indicator_id,
        claims.area_code,
        claims.period_id,
        max(claims.word) as published_value,
        cast(null as string) as expected_value,
        '"' || max(claims.word) || '" claims a ' || max(claims.kind) || '; the report prints '
        || case when count(printed.figure_id) = 0 then 'no value' when count(printed.figure_id) = 1 then 'one value' else 'two values' end
        || coalesce(' (' || {{ joined('printed.printed_text', 'printed.period_id') }} || ')', '')
        || ', and two points show neither a trend nor a cause.' as explanation
    from claims
    left join points as printed
        on claims.edition = printed.edition
        and claims.indicator_id = printed.indicator_id
        and claims.area_code = printed.area_code
        and (printed.place_type = 'table' or printed.has_table = 0)
    where claims.kind in ('cause', 'trend')
    group by claims.edition, claims.claim_id, claims.place, claims.line, claims.indicator_id, claims.area_code, claims.period_id
    having count(printed.figure_id) <= 2

)

select
    edition,
    'claim_rests_on_two_points' as rule_id,
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
