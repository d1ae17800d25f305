-- One row per measure, area, period and span of days whose sum an edition prints although it leaves out a part of it.
select
    cast(null as string) as measure_id,
    cast(null as string) as area_code,
    cast(null as string) as period_id,
    cast(null as date) as known_from,
    cast(null as date) as known_to,
    cast(null as double) as value,
    cast(null as string) as value_status
where 1 = 0
