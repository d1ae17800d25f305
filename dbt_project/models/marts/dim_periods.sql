-- One row per period.
with years as (

    select cast(1990 + n as int) as year_number from range(50) as numbers (n)

),

months as (

    select
        cast(1990 + floor(n / 12) as int) as year_number,
        cast(n % 12 + 1 as int) as month_number
    from range(600) as numbers (n)

),

calendar_years as (

    select
        'CY' || cast(year_number as string) as period_id,
        'calendar_year' as period_type,
        cast(year_number as string) as label,
        make_date(year_number, 1, 1) as start_date,
        make_date(year_number, 12, 31) as end_date,
        year_number as year,
        'CY' || cast(year_number - 1 as string) as previous_period_id
    from years

),

financial_years as (

    select
        'FY' || cast(year_number as string) || '-' || right(cast(year_number + 1 as string), 2) as period_id,
        'financial_year' as period_type,
        cast(year_number as string) || '/' || right(cast(year_number + 1 as string), 2) as label,
        make_date(year_number, 4, 1) as start_date,
        make_date(year_number + 1, 3, 31) as end_date,
        year_number as year,
        'FY' || cast(year_number - 1 as string) || '-' || right(cast(year_number as string), 2) as previous_period_id
    from years

),

-- Two to ten years taken together. Three are the usual ones, and have a type of their own.
lengths as (

    select cast(2 + n as int) as number_of_years from range(9) as numbers (n)

),

pooled_years as (

    select
        'CY' || cast(years.year_number - lengths.number_of_years + 1 as string) || '-' || right(cast(years.year_number as string), 2) as period_id,
        case lengths.number_of_years when 3 then 'three_pooled_years' else 'pooled_years' end as period_type,
        cast(years.year_number - lengths.number_of_years + 1 as string) || ' to ' || cast(years.year_number as string) as label,
        make_date(years.year_number - lengths.number_of_years + 1, 1, 1) as start_date,
        make_date(years.year_number, 12, 31) as end_date,
        years.year_number as year,
        'CY' || cast(years.year_number - lengths.number_of_years as string) || '-' || right(cast(years.year_number - 1 as string), 2) as previous_period_id
    from years
    cross join lengths

),

pooled_financial_years as (

    select
        'FY' || cast(years.year_number - lengths.number_of_years + 1 as string) || '-' || right(cast(years.year_number + 1 as string), 2) as period_id,
        'pooled_financial_years' as period_type,
        cast(years.year_number - lengths.number_of_years + 1 as string) || '/'
        || right(cast(years.year_number - lengths.number_of_years + 2 as string), 2) || ' to '
        || cast(years.year_number as string) || '/' || right(cast(years.year_number + 1 as string), 2) as label,
        make_date(years.year_number - lengths.number_of_years + 1, 4, 1) as start_date,
        make_date(years.year_number + 1, 3, 31) as end_date,
        years.year_number as year,
        'FY' || cast(years.year_number - lengths.number_of_years as string) || '-' || right(cast(years.year_number as string), 2) as previous_period_id
    from years
    cross join lengths

),

quarters as (

    select
        'Q' || cast(years.year_number as string) || '-' || cast(cast(numbers.n + 1 as int) as string) as period_id,
        'quarter' as period_type,
        cast(years.year_number as string) || ' Q' || cast(cast(numbers.n + 1 as int) as string) as label,
        make_date(years.year_number, cast(numbers.n * 3 + 1 as int), 1) as start_date,
        last_day(make_date(years.year_number, cast(numbers.n * 3 + 3 as int), 1)) as end_date,
        years.year_number as year,
        case
            when numbers.n = 0 then 'Q' || cast(years.year_number - 1 as string) || '-4'
            else 'Q' || cast(years.year_number as string) || '-' || cast(cast(numbers.n as int) as string)
        end as previous_period_id
    from years
    cross join range(4) as numbers (n)

),

mid_years as (

    select
        'MY' || cast(year_number as string) as period_id,
        'mid_year' as period_type,
        'mid-' || cast(year_number as string) as label,
        make_date(year_number, 6, 30) as start_date,
        make_date(year_number, 6, 30) as end_date,
        year_number as year,
        'MY' || cast(year_number - 1 as string) as previous_period_id
    from years

),

single_months as (

    select
        'M' || cast(year_number as string) || '-' || lpad(cast(month_number as string), 2, '0') as period_id,
        'month' as period_type,
        cast(year_number as string) || '-' || lpad(cast(month_number as string), 2, '0') as label,
        make_date(year_number, month_number, 1) as start_date,
        last_day(make_date(year_number, month_number, 1)) as end_date,
        year_number as year,
        'M' || cast(case when month_number = 1 then year_number - 1 else year_number end as string) || '-'
        || lpad(cast(case when month_number = 1 then 12 else month_number - 1 end as string), 2, '0') as previous_period_id
    from months

),

rolling_years as (

    select
        'R12-' || label as period_id,
        'rolling_twelve_months' as period_type,
        'twelve months to ' || label as label,
        case
            when extract(month from start_date) = 12 then make_date(cast(year as int), 1, 1)
            else make_date(cast(year - 1 as int), cast(extract(month from start_date) + 1 as int), 1)
        end as start_date,
        end_date,
        case when extract(month from start_date) = 12 then year else year - 1 end as year,
        'R12-' || cast(year - 1 as string) || right(label, 3) as previous_period_id
    from single_months

),

unstated as (

    select
        'UNSTATED' as period_id,
        'unstated' as period_type,
        'period not stated by the source' as label,
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        cast(null as int) as year,
        cast(null as string) as previous_period_id

),

periods as (

    select * from calendar_years
    union all
    select * from financial_years
    union all
    select * from pooled_years
    union all
    select * from pooled_financial_years
    union all
    select * from quarters
    union all
    select * from mid_years
    union all
    select * from single_months
    union all
    select * from rolling_years
    union all
    select * from unstated

),

-- The first period of each type has none before it.
final as (

    select
        periods.period_id,
        periods.period_type,
        periods.label,
        periods.start_date,
        periods.end_date,
        cast(periods.year as bigint) as year,
        earlier.period_id as previous_period_id
    from periods
    left join periods as earlier on periods.previous_period_id = earlier.period_id

)

select * from final
