-- One row per discrepancy of the rule.
with claims as (

    select * from {{ ref('published_claims') }}

),

words as (

    select * from {{ ref('change_words') }}

),

known as (

    select * from {{ ref('int_edition_indicators') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

described as (

    select
        claims.*,
        words.at_least_percent,
        words.below_percent,
        words.must_be_significant,
        known.previous_value,
        known.value,
        known.change,
        known.percent_change,
        known.change_p_value,
        known.is_significant_change,
        indicators.unit = 'percent' as is_percentage,
        case when indicators.unit = 'percent' then ' of the value before' else '' end as of_what,
        indicators.decimals
    from claims
    inner join words on claims.word = words.word
    inner join known
        on claims.edition = known.edition
        and claims.indicator_id = known.indicator_id
        and claims.area_code = known.area_code
        and claims.period_id = known.period_id
    inner join indicators on claims.indicator_id = indicators.indicator_id
    where claims.kind = 'word' and known.percent_change is not null

),

judged as (

    select
        *,
        case
            when direction = 'up' and change <= 0 then 'it went the other way'
            when direction = 'down' and change >= 0 then 'it went the other way'
            when abs(percent_change) < at_least_percent
                then 'the word asks for at least ' || {{ number_text('at_least_percent') }} || '%' || of_what
            when abs(percent_change) >= below_percent and coalesce(is_significant_change, true)
                then 'the word asks for less than ' || {{ number_text('below_percent', 1) }} || '%' || of_what
            when must_be_significant and not is_significant_change then 'it is not significant'
        end as objection,
        -- A percentage changes by percentage points.
        case
            when is_percentage then {{ change_text('change', 'decimals', "'points'") }} else {{ change_text('percent_change', '1', "'percent'") }}
        end as change_said,
        case when is_percentage then decimals else 0 end as decimals_said
    from described

),

found as (

    select
        edition,
        place,
        line,
        cast(null as string) as figure_ids,
        indicator_id,
        area_code,
        period_id,
        word as published_value,
        change_said
        || case when is_significant_change then ', significant' when not is_significant_change then ', not significant' else '' end as expected_value,
        'Told as "' || word || '": a change of ' || change_said || ', from '
        || {{ number_text('previous_value', 'decimals_said') }} || ' to ' || {{ number_text('value', 'decimals_said') }} || ': ' || objection || '.'
        || case
            when objection <> 'it went the other way'
                then coalesce(' Chance alone makes a change as large ' || {{ chance_text('change_p_value') }} || '.', '')
            else ''
        end as explanation
    from judged
    where objection is not null

)

select
    edition,
    'word_fits_change' as rule_id,
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
