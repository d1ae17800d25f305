"""Every observation leads to the cell it came from."""

import csv
import re

import duckdb
from conftest import Home


def test_every_observation_leads_to_a_cell_whose_text_is_the_printed_one(
    warehouse: duckdb.DuckDBPyConnection, refreshed: Home
):
    rows = warehouse.execute("select source_file, source_cell, value_text from marts.fct_observations").fetchall()
    assert len(rows) > 200
    files = {}
    for source_file, source_cell, value_text in rows:
        if source_file not in files:
            with (refreshed.path / source_file).open(encoding="utf-8", newline="") as stream:
                files[source_file] = list(csv.reader(stream))
        line, column = re.fullmatch(r"line (\d+), column (\w+)", source_cell).groups()
        lines = files[source_file]
        assert lines[int(line) - 1][lines[0].index(column)] == value_text
