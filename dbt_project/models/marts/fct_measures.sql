-- One row per measure, area and period.
{{ measures_from('select * from ' ~ ref('fct_observations') ~ ' where is_latest') }}
