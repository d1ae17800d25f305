-- One row per area, month, crime type, last outcome and recording force.
with counts as (

    select * from {{ ref('stg_police__street_crime') }}

),

releases as (

    select * from {{ ref('dim_releases') }}

),

-- A month of a force counts once, from its newest release.
newest as (

    select
        counts.police_force_code,
        counts.period_id,
        max(releases.released_on) as released_on
    from counts
    inner join releases on counts.release_id = releases.release_id
    group by counts.police_force_code, counts.period_id

),

periods as (

    select * from {{ ref('dim_periods') }}

),

counted as (

    select
        counts.area_code,
        periods.start_date as month,
        counts.crime_type,
        counts.outcome_category,
        counts.police_force_code,
        counts.period_id,
        max(counts.release_id) as release_id,
        cast(sum(counts.records) as bigint) as records
    from counts
    inner join releases on counts.release_id = releases.release_id
    inner join newest
        on counts.police_force_code = newest.police_force_code
        and counts.period_id = newest.period_id
        and releases.released_on = newest.released_on
    inner join periods on counts.period_id = periods.period_id
    group by
        counts.area_code,
        periods.start_date,
        counts.crime_type,
        counts.outcome_category,
        counts.police_force_code,
        counts.period_id

)

select * from counted
-- So that a query for an area or a month reads little of it.
order by area_code asc, month asc
