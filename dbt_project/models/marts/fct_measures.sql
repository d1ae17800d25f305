-- One row per measure, area and period.
{{ measures_from(observations_known()) }}
