-- One row per edition, row and series, in the order of the report.
{{ report('table_03') }}
