"""What the tests of the report share."""

from pathlib import Path

import duckdb
import pytest
from narratives import Read, words_in


@pytest.fixture
def told(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> Read:
    return lambda text, **how: words_in(warehouse, tmp_path / "2025", text, **how)
