-- One row per measure, area, period and release.
{{ measures_of_records('stg_police__crime_outcomes', 'police.crime_outcomes', 'outcome_category') }}
