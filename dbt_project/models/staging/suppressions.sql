-- One row per measure, area and period that this edition leaves out; none in the partnership's own.
select
    cast(null as string) as measure_id,
    cast(null as string) as area_code,
    cast(null as string) as period_id
where 1 = 0
