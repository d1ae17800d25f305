"""Every observation leads to the cell it came from."""

import csv
import random
import re

import duckdb
import openpyxl
from conftest import DERIVED
from homes import Home


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


def reread(home: Home, source_file: str, source_sheet: str | None, source_cell: str) -> str:
    """The text of one cell, read anew by openpyxl or csv."""
    path = home.path / source_file
    if source_sheet:
        value = openpyxl.load_workbook(path, read_only=False, data_only=True)[source_sheet][source_cell].value
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    line, column = re.fullmatch(r"line (\d+), column (.+)", source_cell).groups()
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        header = None
        for row in reader:
            header = header or row
            if reader.line_num == int(line):
                return row[header.index(column)]
    raise AssertionError(f"{source_file} has no line {line}")


def test_a_hundred_random_figures_read_anew_from_the_publishers_files_are_the_printed_ones(
    published: Home, record_property
):
    files = published.query(
        "select source_file, count(*) from marts.fct_observations where value_text is not null group by all order by all"
    )
    chance = random.Random(2026)
    drawn = []
    for source_file, _ in files:
        rows = published.query(
            "select source_file, source_sheet, source_cell, value_text from marts.fct_observations "
            f"where source_file = '{source_file}' and value_text is not null order by all"
        )
        drawn += chance.sample(rows, min(len(rows), -(-100 // len(files))))
    assert len(drawn) >= 100
    for source_file, source_sheet, source_cell, value_text in drawn:
        assert reread(published, source_file, source_sheet, source_cell) == value_text, (source_file, source_cell)
    record_property("measured", f"{len(drawn)} figures of {len(files)} files read anew, all equal to the printed text")


def test_every_value_leads_to_a_figure_or_to_a_status_that_says_why_not(warehouse: duckdb.DuckDBPyConnection):
    assert (
        warehouse.execute(
            "select * from marts.fct_indicators as numbers anti join audit.lineage as lineage using (indicator_id, area_code, period_id)"
        ).fetchall()
        == []
    )
    assert (
        warehouse.execute(
            "select * from audit.lineage where source_cell is null and value_status <> 'not_available'"
        ).fetchall()
        == []
    )


def test_every_printed_figure_of_a_known_indicator_leads_to_its_lineage(warehouse: duckdb.DuckDBPyConnection):
    held, led = warehouse.execute(
        "select count(*), count(lineage.indicator_id) from audit.published_figures as figures "
        "left join (select distinct indicator_id, area_code, period_id from audit.lineage) as lineage using (indicator_id, area_code, period_id) "
        "where quantity = 'value' and indicator_id is not null and area_code is not null and period_id is not null"
    ).fetchone()
    # One printed figure has no counterpart: deaths of 2023 that a sentence gives for 2024.
    assert (held, led) == (held, held - 1)
    assert held > 250


def test_a_derived_value_lists_all_its_parts_and_a_population_of_three_years_each_of_them(rebuilt):
    home = rebuilt(
        [
            "insert into marts.fct_observations (measure_id, area_code, period_id, release_id, value, value_text, value_status, known_from, is_latest, source_file, source_cell) "
            f"values ('{measure}', 'E08000025', '{period}', 'made@2026-01-01', {value}, '{value}', 'published', date '2026-01-01', true, 'made.csv', 'line {number}')"
            for number, (measure, period, value) in enumerate(
                [
                    ("drug_poisoning_deaths_registered", "CY2001-03", 300),
                    ("population_all_ages", "MY2001", 1000),
                    ("population_all_ages", "MY2002", 1100),
                    ("population_all_ages", "MY2003", 1200),
                ]
            )
        ],
        *DERIVED,
        "lineage_history",
        "lineage",
        command="build",
    )
    assert home.reasons == ()
    assert home.query(
        "select role, part_period_id, value, source_cell from audit.lineage where indicator_id = 'drug_poisoning_deaths_per_100000_three_years' and period_id = 'CY2001-03' and area_code = 'E08000025' order by part_period_id"
    ) == [
        ("numerator", "CY2001-03", 300, "line 0"),
        ("denominator", "MY2001", 1000, "line 1"),
        ("denominator", "MY2002", 1100, "line 2"),
        ("denominator", "MY2003", 1200, "line 3"),
    ]
    assert home.query(
        "select denominator, round(value) from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths_per_100000_three_years' and period_id = 'CY2001-03' and area_code = 'E08000025'"
    ) == [(3300, 9091)]
