-- One row per measure, area, period and release.
{{ measures_of_records('stg_police__street_crime', 'police.street_crime', 'crime_type') }}
