-- One row per series (a measure or indicator by month or quarter), area and period that is complete.
with measured as (

    select * from {{ ref('fct_measures') }}

),

facts as (

    select * from {{ ref('fct_indicators') }}

),

measures as (

    select
        *,
        unit in ('percent', 'percentage points', 'kilograms') or unit like 'per %' or rounded_to is not null or statistic is not null as is_no_count
    from {{ ref('dim_measures') }}

),

indicators as (

    select * from {{ ref('dim_indicators') }}

),

periods as (

    select
        *,
        case period_type when 'month' then 12 else 4 end as periods_in_year,
        cast(
            case period_type
                when 'month' then extract(month from start_date) - 1
                else floor((extract(month from start_date) - 1) / 3)
            end as int
        ) as place_in_year
    from {{ ref('dim_periods') }}
    where period_type in ('month', 'quarter')

),

releases as (

    select
        release_id,
        released_on
    from {{ ref('dim_releases') }}

),

settling as (

    select * from {{ ref('signal_settling') }}

),

same_areas as (

    select * from {{ ref('int_same_areas') }}

),

-- What an indicator reports as its measure has it bears the indicator's name.
reported as (

    select
        numerator_measure_id,
        min(indicator_id) as indicator_id
    from indicators
    where denominator_measure_id is null and scale = 1
    group by numerator_measure_id

),

figures as (

    select
        coalesce(reported.indicator_id, measured.measure_id) as series_id,
        reported.indicator_id,
        measured.measure_id,
        measured.area_code,
        measured.period_id,
        measured.value,
        measured.value_status,
        measured.release_id,
        not measures.is_no_count as is_count
    from measured
    inner join measures on measured.measure_id = measures.measure_id
    left join reported on measured.measure_id = reported.numerator_measure_id
    union all
    select
        facts.indicator_id as series_id,
        facts.indicator_id,
        indicators.numerator_measure_id as measure_id,
        facts.area_code,
        facts.period_id,
        facts.value,
        facts.value_status,
        facts.numerator_release_id as release_id,
        false as is_count
    from facts
    inner join indicators on facts.indicator_id = indicators.indicator_id
    where indicators.denominator_measure_id is not null

),

-- Figures of two codes of one place, such as a county and its force, side by side.
of_one_place as (

    select
        figures.series_id,
        periods.period_type,
        same_areas.area_code,
        same_areas.same_area_code,
        figures.value,
        others.value as other_value
    from same_areas
    inner join figures on same_areas.area_code = figures.area_code
    inner join periods on figures.period_id = periods.period_id
    inner join figures as others
        on same_areas.same_area_code = others.area_code
        and figures.series_id = others.series_id
        and figures.period_id = others.period_id

),

figures_of_codes as (

    select
        figures.series_id,
        figures.area_code,
        periods.period_type,
        count(figures.value) as figures
    from figures
    inner join periods on figures.period_id = periods.period_id
    where figures.area_code in (select area_code from same_areas) or figures.area_code in (select same_area_code from same_areas)
    group by figures.series_id, figures.area_code, periods.period_type

),

agreeing as (

    select
        series_id,
        period_type,
        area_code,
        same_area_code
    from of_one_place
    group by series_id, period_type, area_code, same_area_code
    having
        sum(
            case
                when value is null and other_value is null then 0
                when value is null or other_value is null then 1
                when abs(value - other_value) <= 1e-9 * abs(value) then 0
                else 1
            end
        ) = 0

),

-- Where they agree the place is followed once, by the code that has more figures, or else the first.
followed_already as (

    select
        agreeing.series_id,
        agreeing.period_type,
        case when ones.figures > others.figures then agreeing.same_area_code else agreeing.area_code end as area_code
    from agreeing
    inner join figures_of_codes as ones
        on agreeing.series_id = ones.series_id
        and agreeing.period_type = ones.period_type
        and agreeing.area_code = ones.area_code
    inner join figures_of_codes as others
        on agreeing.series_id = others.series_id
        and agreeing.period_type = others.period_type
        and agreeing.same_area_code = others.area_code

),

dated as (

    select
        figures.*,
        measures.dataset,
        indicators.decimals,
        periods.period_type,
        periods.periods_in_year,
        periods.place_in_year,
        cast(extract(year from periods.start_date) as int) * periods.periods_in_year + periods.place_in_year as ordinal,
        -- A release of a day within the period cannot hold all of it.
        figures.value is not null
        and figures.value_status <> 'provisional'
        and coalesce(releases.released_on >= periods.end_date, true) as is_settled
    from figures
    inner join periods on figures.period_id = periods.period_id
    inner join measures on figures.measure_id = measures.measure_id
    left join indicators on figures.indicator_id = indicators.indicator_id
    left join releases on figures.release_id = releases.release_id
    left join followed_already
        on figures.series_id = followed_already.series_id
        and figures.area_code = followed_already.area_code
        and periods.period_type = followed_already.period_type
    where followed_already.series_id is null

),

ends as (

    select
        series_id,
        area_code,
        period_type,
        max(ordinal) as newest,
        max(case when is_settled then ordinal end) as newest_settled
    from dated
    group by series_id, area_code, period_type

),

-- Provisional figures are left out at the newest end, where they are still to grow.
settled as (

    select dated.*
    from dated
    inner join ends
        on dated.series_id = ends.series_id
        and dated.area_code = ends.area_code
        and dated.period_type = ends.period_type
    left join settling as of_measure on dated.measure_id = of_measure.measure_id
    left join settling as of_dataset on dated.dataset = of_dataset.dataset and of_dataset.measure_id is null
    where
        dated.value is not null
        and dated.ordinal <= ends.newest_settled
        and dated.ordinal <= ends.newest - coalesce(of_measure.periods_left_out, of_dataset.periods_left_out, 0)

),

counted as (

    select
        *,
        cast(row_number() over (partition by series_id, area_code, period_type order by ordinal) as int) as number,
        cast(count(*) over (partition by series_id, area_code, period_type) as int) as points,
        avg(value) over (partition by series_id, area_code, period_type) as mean_value,
        min(value) over (partition by series_id, area_code, period_type) >= 0 as is_never_negative,
        min(case when value = floor(value) then 1 else 0 end) over (partition by series_id, area_code, period_type) as whole_values,
        min(case when is_count and value >= 0 and value = floor(value) then 1 else 0 end) over (
            partition by series_id, area_code, period_type
        ) as whole
    from settled

)

select
    series_id,
    indicator_id,
    measure_id,
    area_code,
    period_type,
    period_id,
    periods_in_year,
    place_in_year,
    ordinal,
    number,
    points,
    value,
    power(10e0, -coalesce(decimals, 1 - whole_values)) as last_decimal,
    case when whole = 1 and mean_value < {{ rare_mean() }} then 'cusum' else 'xmr' end as chart,
    is_never_negative
from counted
where points >= {{ least_points() }}
