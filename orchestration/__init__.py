"""The warehouse of a Combatting Drugs Partnership: from published releases to one DuckDB file."""
