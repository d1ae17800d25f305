-- One row per metric of the national outcomes framework that is known here.
with metrics as (

    select * from {{ ref('framework_metrics') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

figures as (

    select * from {{ ref('fct_indicators') }}

),

periods as (

    select * from {{ ref('dim_periods') }}

),

-- An indicator says in words which metric it serves, or is related to and how it differs.
linked as (

    select
        metrics.metric_id,
        indicators.indicator_id,
        indicators.framework_metric = metrics.kind || ' metric of the outcomes framework: ' || metrics.metric as serves
    from metrics
    inner join indicators
        on indicators.framework_metric = metrics.kind || ' metric of the outcomes framework: ' || metrics.metric
        or indicators.framework_metric like 'related to a ' || metrics.kind || ' metric of the outcomes framework, ' || metrics.metric || ';%'

),

held as (

    select
        figures.indicator_id,
        count(figures.value) as figures,
        sum(case when figures.value_status = 'suppressed' then 1 else 0 end) as suppressed,
        max(case when figures.value is not null then periods.end_date end) as newest_on
    from figures
    left join periods on figures.period_id = periods.period_id
    group by figures.indicator_id

),

serving as (

    select
        linked.metric_id,
        count(*) as indicators,
        coalesce(sum(held.figures), 0) as figures,
        coalesce(sum(held.suppressed), 0) as suppressed,
        max(held.newest_on) as newest_on,
        {{ joined('linked.indicator_id', 'linked.indicator_id') }} as indicator_ids
    from linked
    left join held on linked.indicator_id = held.indicator_id
    where linked.serves
    group by linked.metric_id

),

related as (

    select
        linked.metric_id,
        count(*) as indicators,
        coalesce(sum(held.figures), 0) as figures,
        {{ joined('linked.indicator_id', 'linked.indicator_id') }} as indicator_ids
    from linked
    left join held on linked.indicator_id = held.indicator_id
    where not linked.serves
    group by linked.metric_id

),

judged as (

    select
        metrics.*,
        coalesce(serving.indicators, 0) as indicators,
        coalesce(related.indicators, 0) as related_indicators,
        cast(coalesce(serving.figures, 0) as bigint) as figures,
        related.figures as related_figures,
        serving.newest_on,
        serving.indicator_ids,
        related.indicator_ids as related_indicator_ids,
        case
            when serving.figures > 0 then 'held'
            when serving.suppressed > 0 then 'withheld'
            when serving.indicators > 0 then 'awaiting_release'
            when related.figures > 0 then 'related_only'
            else 'not_held'
        end as state
    from metrics
    left join serving on metrics.metric_id = serving.metric_id
    left join related on metrics.metric_id = related.metric_id

)

select
    metric_id,
    framework_outcome,
    kind,
    metric,
    definition,
    publisher,
    public_source,
    access,
    evidence,
    state,
    case state
        when 'held' then 'Figures of it are held.' || coalesce(' ' || nullif(why_not_held, ''), '')
        when 'withheld' then 'There is an indicator for it, but all of its figures are suppressed or withheld here.'
        when 'awaiting_release'
            then
                'There is an indicator for it, but no release with its figures is here.'
                || case when related_figures > 0 then ' Related figures are held.' else '' end
        when 'related_only' then 'Only related figures are held. ' || why_not_held
        else nullif(why_not_held, '')
    end as state_in_words,
    case
        when evidence = 'read' then 'Read on the page of the framework.'
        else 'Generally known. Not yet confirmed from the technical guidance.'
    end as evidence_in_words,
    indicator_ids,
    related_indicator_ids,
    indicators,
    related_indicators,
    figures,
    newest_on
from judged
