-- One row per series, area and place in the year: by how much its figures differ from those of the other months or quarters.
with series as (

    select
        *,
        max(ordinal) over (partition by series_id, area_code, period_type) - ordinal as age,
        max(ordinal) over (partition by series_id, area_code, period_type) - min(ordinal) over (partition by series_id, area_code, period_type) + 1 as span
    from {{ ref('int_signal_series') }}

),

f_limits as (

    select * from {{ ref('seasonality_limits') }}

),

-- The newest twelve months are no part of what a month is compared with, so that a rise does not hide itself.
aged as (

    select
        *,
        cast(floor(age / periods_in_year) as int) as years_ago,
        -- How far from the middle of its twelve months.
        (periods_in_year - 1) / 2e0 - (age - periods_in_year * floor(age / periods_in_year)) as place
    from series

),

complete_years as (

    select
        series_id,
        area_code,
        period_type,
        years_ago,
        avg(value) as year_mean,
        row_number() over (partition by series_id, area_code, period_type order by years_ago) as year_number
    from aged
    where years_ago between 1 and {{ seasonal_years() }}
    group by series_id, area_code, period_type, years_ago
    having count(*) = max(periods_in_year)

),

of_whole_years as (

    select
        aged.*,
        complete_years.year_mean,
        avg(aged.value) over (partition by aged.series_id, aged.area_code, aged.period_type) as grand_mean,
        avg(aged.years_ago * 1e0) over (partition by aged.series_id, aged.area_code, aged.period_type) as middle_year
    from aged
    inner join complete_years
        on aged.series_id = complete_years.series_id
        and aged.area_code = complete_years.area_code
        and aged.period_type = complete_years.period_type
        and aged.years_ago = complete_years.years_ago
        and complete_years.year_number = complete_years.years_ago

),

slopes as (

    select
        series_id,
        area_code,
        period_type,
        sum((value - year_mean) * place) / sum(place * place) as within_years,
        -sum((year_mean - grand_mean) * (years_ago - middle_year))
        / nullif(sum((years_ago - middle_year) * (years_ago - middle_year)) * max(periods_in_year), 0) as between_years
    from of_whole_years
    group by series_id, area_code, period_type

),

-- Growth shows within the years and from year to year; a season only within them, and a step only from one to another.
growth as (

    select
        series_id,
        area_code,
        period_type,
        case
            when within_years > 0 and between_years > 0 then least(within_years, between_years)
            when within_years < 0 and between_years < 0 then greatest(within_years, between_years)
            else 0e0
        end as slope
    from slopes

),

level as (

    select
        of_whole_years.*,
        of_whole_years.value - growth.slope * of_whole_years.place as level_value
    from of_whole_years
    inner join growth
        on of_whole_years.series_id = growth.series_id
        and of_whole_years.area_code = growth.area_code
        and of_whole_years.period_type = growth.period_type

),

compared as (

    select
        *,
        avg(level_value) over (partition by series_id, area_code, period_type, place_in_year) as place_mean,
        count(*) over (partition by series_id, area_code, period_type, place_in_year) as years
    from level

),

-- Months differ if their variance exceeds what is left when the years and the months are taken out.
tested as (

    select
        series_id,
        area_code,
        period_type,
        cast(max(years) as int) as years,
        max(periods_in_year) as periods_in_year,
        sum(power(place_mean - grand_mean, 2)) / (max(periods_in_year) - 1) as between_places,
        sum(power(level_value - place_mean - year_mean + grand_mean, 2))
        / nullif((max(periods_in_year) - 1) * (max(years) - 1), 0) as within_places
    from compared
    group by series_id, area_code, period_type

),

seasonal as (

    select
        tested.series_id,
        tested.area_code,
        tested.period_type,
        tested.between_places > f_limits.f_limit * tested.within_places + 1e-9 as is_seasonal
    from tested
    inner join f_limits on tested.years = f_limits.years and tested.periods_in_year = f_limits.periods_in_year

),

effects as (

    select distinct
        compared.series_id,
        compared.area_code,
        compared.period_type,
        compared.place_in_year,
        compared.place_mean - compared.grand_mean as effect,
        compared.place_mean / nullif(compared.grand_mean, 0) as factor
    from compared
    inner join seasonal
        on compared.series_id = seasonal.series_id
        and compared.area_code = seasonal.area_code
        and compared.period_type = seasonal.period_type
    where seasonal.is_seasonal

),

places as (

    select
        series_id,
        area_code,
        period_type,
        place_in_year,
        max(span) >= 3 * max(periods_in_year) as is_long_enough
    from series
    group by series_id, area_code, period_type, place_in_year

)

select
    places.series_id,
    places.area_code,
    places.period_type,
    places.place_in_year,
    case
        when seasonal.is_seasonal then 'taken_out'
        when seasonal.is_seasonal is not null then 'none_found'
        when places.is_long_enough then 'gaps'
        else 'too_short'
    end as season,
    coalesce(effects.effect, 0) as effect,
    coalesce(effects.factor, 1) as factor
from places
left join seasonal
    on places.series_id = seasonal.series_id
    and places.area_code = seasonal.area_code
    and places.period_type = seasonal.period_type
left join effects
    on places.series_id = effects.series_id
    and places.area_code = effects.area_code
    and places.period_type = effects.period_type
    and places.place_in_year = effects.place_in_year
