-- One row per indicator.
with indicators as (

    select * from {{ ref('indicators') }}

),

-- An indicator without its row has no definition, and the build is refused.
definitions as (

    select * from {{ ref('indicator_definitions') }}

),

defined as (

    select
        indicators.*,
        definitions.numerator_definition,
        definitions.denominator_definition,
        definitions.period_definition,
        definitions.standardisation,
        definitions.pooling,
        definitions.rounding,
        definitions.framework_metric,
        definitions.framework_evidence,
        indicators.definition || ' Numerator: ' || definitions.numerator_definition
        || '. Denominator: ' || definitions.denominator_definition
        || '. Period: ' || definitions.period_definition
        || '. Standardisation: ' || definitions.standardisation
        || '. Pooling: ' || definitions.pooling
        || '. Rounding: ' || definitions.rounding
        || '. Framework: ' || definitions.framework_metric
        || case when definitions.framework_evidence = 'known' then ' (generally known, not yet confirmed from the technical guidance)' else '' end
        || '.' as whole_definition
    from indicators
    left join definitions on indicators.indicator_id = definitions.indicator_id

)

select
    indicator_id,
    title,
    definition as summary,
    whole_definition as definition,
    numerator_measure_id,
    denominator_measure_id,
    scale,
    unit,
    decimals,
    polarity,
    interval_method,
    of_period_type,
    whole_indicator_id,
    framework_outcome,
    caveat,
    numerator_definition,
    denominator_definition,
    period_definition,
    standardisation,
    pooling,
    rounding,
    framework_metric,
    framework_evidence
from defined
