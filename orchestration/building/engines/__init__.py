"""The engines that the models can be built on besides DuckDB."""
