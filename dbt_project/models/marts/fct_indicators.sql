-- One row per indicator, area and period.
{{ config(post_hook='{{ create_history_macros() }}') }}
{{ indicators_from('select * from ' ~ ref('fct_measures')) }}
