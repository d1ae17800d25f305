"""What every place needs that speaks to DuckDB in SQL."""

from pathlib import Path


def quoted(path: Path) -> str:
    """A path as it stands between quotes in a statement, where no parameter can stand."""
    return str(path).replace("'", "''")
