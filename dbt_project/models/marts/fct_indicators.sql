-- One row per indicator, area and period.
{{ indicators_from('select * from ' ~ ref('fct_measures')) }}
