-- One row per measure, area, period and release.
{{ measures_of_records('stg_police__stop_and_search', 'police.stop_and_search', 'object_of_search') }}
