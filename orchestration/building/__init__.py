"""dbt, run in this process; what its failures blame; the engines that it can build on."""
