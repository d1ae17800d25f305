"""A draft against the warehouse, and a draft that is kept as an edition."""

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from draft_files import as_text
from drafts import DRAFTS
from homes import Home, write_file

from orchestration.checking.against import compare
from orchestration.checking.check import Checked, check_document
from orchestration.checking.document import document_of
from orchestration.checking.readers.plain import blocks_of_lines

DRAFT = """# Coventry Drug and Alcohol Partnership: report of 30 June 2025

Table 1: Deaths related to drug poisoning by local authority, 2022 and 2023. Source: ONS

| Local authority | 2022 | 2023 |
|---|---|---|
| Coventry | 41 | 37 |
| Dudley | 22 | 20 |
| Walsall | 19 | 24 |
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    """A file with the tables that are compared with: what was held on a day, and what is held now."""
    path = tmp_path / "warehouse.duckdb"
    held = "('drug_poisoning_deaths', '{}', 'CY{}', {}, '{}', cast(null as varchar))"
    then = [
        ("E08000026", 2022, 41, "a"),
        ("E08000026", 2023, 37, "a"),
        ("E08000027", 2023, 21, "a"),
        ("E08000030", 2023, 25, "typed"),
    ]
    now = [*then[:1], ("E08000026", 2023, 38, "a"), *then[2:]]
    columns = "indicator_id, area_code, period_id, value, numerator_release_id, denominator_release_id"

    def table(rows: list[tuple]) -> str:
        return f"select * from (values {', '.join(held.format(*row) for row in rows)}) as held({columns})"

    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.dim_indicators as select 'drug_poisoning_deaths' as indicator_id, "
            "'Deaths related to drug poisoning' as title, 'deaths' as unit, 1.0 as scale"
        )
        connection.execute(
            "create table marts.dim_releases as select * from (values ('a', 'release'), ('typed', 'transcription')) "
            "as one(release_id, origin)"
        )
        connection.execute(f"create table marts.fct_indicators as {table(now)}")
        connection.execute(f"create macro marts.indicators_as_of(day) as table {table(then)}")
    return path


def compared(warehouse: Path, as_of: date | None = None) -> Checked:
    checked = check_document(document_of("draft.md", "md", blocks_of_lines(DRAFT, is_markdown=True)))
    compare(checked, warehouse, as_of, date(2026, 1, 1))
    return checked


def test_a_figure_is_compared_with_what_was_held_on_the_day_of_the_draft(warehouse: Path):
    checked = compared(warehouse)
    assert checked.checked_as_of == date(2025, 6, 30)
    found = {(one.rule_id, one.published, one.expected) for one in checked.findings}
    # Walsall's 24 is held as 25 only by a transcription, which says nothing; Coventry's 37 was right on that day.
    assert found == {("figure_is_the_releases", "20", "21"), ("figure_was_revised", "37", "38")}
    bound = {figure.number.text for figure in checked.figures if figure.indicator_id == "drug_poisoning_deaths"}
    assert bound == {"41", "37", "22", "20", "19", "24"}


def test_the_day_can_be_given(warehouse: Path):
    assert compared(warehouse, date(2025, 1, 31)).checked_as_of == date(2025, 1, 31)


def test_a_draft_that_is_kept_is_an_edition_of_the_warehouse(home: Home, tmp_path: Path):
    draft = write_file(tmp_path / "police.txt", as_text(DRAFTS["police"]).replace("down 3.9% from", "down 9.3% from"))
    before = home.query("select count(*) from audit.published_figures where edition = '2025'")
    seen = home.run("check", str(draft), "--keep", "2027", "--json")
    assert seen.exit_code == 5, seen.output
    figures = len(json.loads(seen.output)["figures"])
    kept = "select count(*), count(distinct place_type) from audit.published_figures where edition = '2027'"
    assert home.query(kept) == [(figures, 2)]
    rows = home.query("select rule_id, published_value, expected_value from audit.discrepancies where edition = '2027'")
    assert rows == [("change_follows_from_values", "9.3%", "3.9%")]
    assert home.query("select count(*) from audit.published_figures where edition = '2025'") == before
    # What is right replaces what was kept.
    assert home.run("check", str(write_file(draft, as_text(DRAFTS["police"]))), "--keep", "2027").exit_code == 0
    assert home.query("select count(*) from audit.discrepancies where edition = '2027'") == [(0,)]


def test_typed_figures_stay_as_they_are(home: Home, tmp_path: Path):
    draft = write_file(tmp_path / "police.txt", as_text(DRAFTS["police"]))
    seen = home.run("check", str(draft), "--keep", "2025")
    assert seen.exit_code == 1
    assert "--keep 2025: found an edition whose figures are typed; expected another" in seen.output


def test_an_edition_that_is_none_is_named(home: Home, tmp_path: Path):
    draft = write_file(tmp_path / "police.txt", as_text(DRAFTS["police"]))
    seen = home.run("check", str(draft), "--edition", "1999")
    assert seen.exit_code == 1
    assert "--edition 1999: found no such edition; expected one of 2025." in seen.output


def test_a_sum_of_figures_typed_from_a_document_is_not_held_against_a_document(refreshed: Home, tmp_path: Path):
    query = (
        "select value, numerator_release_id from marts.fct_indicators where indicator_id = 'drug_offences' and "
        "area_code = 'E23000014' and period_id = 'FY2024-25'"
    )
    assert refreshed.query(query) == [(8216.0, None)]
    draft = write_file(
        tmp_path / "draft.md",
        "# Report of 31 March 2026\n\nWest Midlands Police recorded 8,215 drug offences in 2024/25.\n",
    )
    found = json.loads(refreshed.run("check", str(draft), "--json").output)
    assert [one["indicator_id"] for one in found["figures"] if one["value"] == 8215] == ["drug_offences"]
    assert found["findings"] == []
