-- One row per signal of early warning: series, area, rule, direction and the period in which it was first noticed.
with signals as (

    select * from {{ ref('int_signal_episodes') }}

),

limits as (

    select * from {{ ref('int_signal_limits') }}

),

measures as (

    select * from {{ ref('dim_measures') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

areas as (

    select * from {{ ref('dim_areas') }}

),

rules as (

    select * from {{ ref('signal_rules') }}

),

steps as (

    select * from {{ ref('signal_steps') }}

),

periods as (

    select
        *,
        case period_type when 'month' then {{ month_name('start_date') }} || ' ' || cast(year as string) else label end as words
    from {{ ref('dim_periods') }}
    where period_type in ('month', 'quarter')

),

member_codes as (

    select distinct
        signals.area_codes,
        areas.area_code,
        areas.area_name
    from signals
    inner join areas on ', ' || signals.area_codes || ', ' like '%, ' || areas.area_code || ', %'

),

member_names as (

    select
        area_codes,
        count(*) as members,
        {{ joined('area_name', 'area_name') }} as area_names
    from member_codes
    group by area_codes

),

named as (

    select
        signals.*,
        noticed.indicator_id,
        noticed.measure_id,
        noticed.period_id,
        first_points.period_id as since_period_id,
        latest.period_id as latest_period_id,
        noticed.value,
        noticed.expected_value,
        noticed.lower_limit,
        noticed.upper_limit,
        noticed.is_seasonal,
        noticed.baseline_from_period_id,
        noticed.baseline_to_period_id,
        noticed.points,
        newest.value as newest_value,
        newest.expected_value as newest_expected,
        noticed.season,
        coalesce(indicators.title, measures.title) as title,
        coalesce(indicators.unit, measures.unit) as unit,
        coalesce(indicators.decimals, 0) as decimals,
        measures.topic,
        areas.area_name,
        coalesce(areas.is_partnership_member, false) as is_partnership_member,
        member_names.area_names,
        member_names.members,
        rules.rule,
        noticed_periods.words as noticed_words,
        since_periods.words as since_words,
        latest_periods.words as latest_words,
        newest_periods.words as newest_words,
        signals.latest_number > noticed.points - {{ current_points() }} as is_current,
        case signals.direction when 1 then 'up' else 'down' end as direction_word
    from signals
    inner join limits as noticed
        on signals.series_id = noticed.series_id
        and signals.area_code = noticed.area_code
        and signals.period_type = noticed.period_type
        and signals.number = noticed.number
    inner join limits as first_points
        on signals.series_id = first_points.series_id
        and signals.area_code = first_points.area_code
        and signals.period_type = first_points.period_type
        and signals.since_number = first_points.number
    inner join limits as latest
        on signals.series_id = latest.series_id
        and signals.area_code = latest.area_code
        and signals.period_type = latest.period_type
        and signals.latest_number = latest.number
    inner join limits as newest
        on signals.series_id = newest.series_id
        and signals.area_code = newest.area_code
        and signals.period_type = newest.period_type
        and noticed.points = newest.number
    inner join measures on noticed.measure_id = measures.measure_id
    left join indicators on noticed.indicator_id = indicators.indicator_id
    inner join areas on signals.area_code = areas.area_code
    inner join member_names on signals.area_codes = member_names.area_codes
    inner join rules on signals.rule_id = rules.rule_id
    inner join periods as noticed_periods on noticed.period_id = noticed_periods.period_id
    inner join periods as since_periods on first_points.period_id = since_periods.period_id
    inner join periods as latest_periods on latest.period_id = latest_periods.period_id
    inner join periods as newest_periods on newest.period_id = newest_periods.period_id

),

texts as (

    select
        *,
        {{ number_text('value', 'decimals') }} as value_words,
        {{ number_text('expected_value', 'greatest(decimals, 1)') }} as expected_words,
        {{ number_text('newest_value', 'decimals') }} as newest_value_words,
        {{ number_text('newest_expected', 'greatest(decimals, 1)') }} as newest_expected_words,
        {{ number_text('average_since', 'greatest(decimals, 1)') }} as average_words,
        {{ number_text('average_expected', 'greatest(decimals, 1)') }} as before_words,
        {{ number_text("case direction when 1 then upper_limit else lower_limit end", 'greatest(decimals, 1)') }} as limit_words,
        case direction when 1 then 'upper' else 'lower' end as limit_name,
        case direction when 1 then 'above' else 'below' end as side,
        100 * (average_since - average_expected) / nullif(average_expected, 0) as percent_from_expected
    from named

),

sentences as (

    select
        *,
        title || ' went ' || direction_word || ' in ' || cast(members as string) || ' neighbouring authorities at about the same time, first noticed in '
        || noticed_words || ': ' || area_names || '.' as neighbours_text,
        value_words || ' in ' || noticed_words || ', ' || side || ' the ' || limit_name || ' limit of ' || limit_words
        || '; the expected figure was ' || expected_words || '.' as point_text,
        period_type || ' from ' || since_words || ' to ' || noticed_words || ': on average ' || average_words || ' a ' || period_type
        || ', against ' || before_words || ' expected.' as run_text,
        case direction when 1 then ' rose' else ' fell' end || case when is_seasonal then ', seasonal differences taken out,' else '' end
        || ' without a break from ' || since_words || ' to ' || noticed_words
        || case when is_seasonal then '; the figure for ' || noticed_words || ' was ' else ', to ' end || value_words || '.' as trend_text,
        ' limit or passed it in two of three ' || period_type || 's up to ' || noticed_words || ': on average ' || average_words
        || ' a ' || period_type || ' from ' || since_words || ' to ' || noticed_words || ', against ' || before_words || ' expected.' as two_of_three_text,
        ' came to more than the earlier level explains in ' || noticed_words || ': ' || value_words || ', against ' || expected_words
        || ' expected.' as one_period_text,
        ' added up to more than the earlier level explains from ' || since_words || ' to ' || noticed_words || ': on average '
        || average_words || ' a ' || period_type || ', against ' || before_words || ' expected.' as cusum_text,
        ' At least ' || cast(1 + {{ least_neighbours() }} as string) || ' of them still had a signal in ' || latest_words || '.' as still_text,
        case
            when latest_number = number then ''
            when latest_number = points then ' The signal has lasted since ' || since_words || '.'
            else ' It was last noticed in ' || latest_words || '.'
        end as lasting_text,
        ' The newest figure, for ' || newest_words || ', was ' || newest_value_words || ', against ' || newest_expected_words || ' expected.' as newest_text
    from texts

),

final as (

    select
        series_id || '|' || area_code || '|' || rule_id || '|' || direction_word || '|' || period_id as signal_id,
        series_id,
        indicator_id,
        measure_id,
        title,
        unit,
        topic,
        area_code,
        area_name,
        is_partnership_member,
        area_names,
        period_type,
        period_id,
        since_period_id,
        latest_period_id,
        is_current,
        rule_id,
        rule,
        direction_word as direction,
        case when rule_id <> 'neighbours' then value end as value,
        case when rule_id <> 'neighbours' then expected_value end as expected_value,
        case when rule_id <> 'neighbours' then lower_limit end as lower_limit,
        case when rule_id <> 'neighbours' then upper_limit end as upper_limit,
        case when rule_id <> 'neighbours' then average_since end as average_since,
        case when rule_id <> 'neighbours' then average_expected end as average_expected,
        case when rule_id <> 'neighbours' then percent_from_expected end as percent_from_expected,
        is_seasonal,
        season,
        baseline_from_period_id,
        baseline_to_period_id,
        case
            when rule_id = 'neighbours' then neighbours_text
            when rule_id = 'point' then title || ' in ' || area_name || ' came to ' || point_text
            when rule_id = 'run' then title || ' in ' || area_name || ' lay ' || side || ' the earlier average in each ' || run_text
            when rule_id = 'trend' then title || ' in ' || area_name || trend_text
            when rule_id = 'two_of_three' then title || ' in ' || area_name || ' came close to the ' || limit_name || two_of_three_text
            when since_number = number then title || ' in ' || area_name || one_period_text
            else title || ' in ' || area_name || cusum_text
        end
        || case
            when not is_current or number = points then ''
            when rule_id <> 'neighbours' then lasting_text || newest_text
            when latest_number > number then still_text
            else ''
        end as sentence
    from sentences

),

-- The step for the measure goes before that for its topic, and one for the direction before one for either.
fitting as (

    select
        final.signal_id,
        steps.what_to_do,
        row_number() over (
            partition by final.signal_id
            order by
                case when steps.measure_id is not null then 0 when steps.topic <> 'any' then 1 else 2 end,
                case when steps.direction <> 'any' then 0 else 1 end
        ) as place
    from final
    inner join steps
        on steps.direction in (final.direction, 'any')
        and (final.measure_id = steps.measure_id or (steps.measure_id is null and steps.topic in (final.topic, 'any')))

)

select
    final.*,
    fitting.what_to_do
from final
left join fitting on final.signal_id = fitting.signal_id and fitting.place = 1
