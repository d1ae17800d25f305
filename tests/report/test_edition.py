"""An edition is what was known on its day: a later release changes nothing it shows, and is named beside what it revised."""

import re
from pathlib import Path

import openpyxl
import pytest
from homes import Home
from receivers import listening

DATASET = "ons.drug_poisoning_deaths"
DAY = "2026-10-16"
# Of one figure each: that of the year before, and that of the newest year.
REVISED = {"Dudley": ("2023", "20", "19"), "Walsall": ("2024", "20", "21")}


def with_later_release(home: Home, *, revised: bool) -> Home:
    """A later release of the publisher, with two figures revised, or all as they were printed."""
    lines = home.file(DATASET).read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("place,")
    assert lines[0].endswith(",credited_to")
    kept = [",".join(line.split(",")[1:-1]) for line in lines]
    if revised:
        for area, (year, old, new) in REVISED.items():
            (row,) = (line for line in kept if f",{area},{year},{old}" in line)
            kept[kept.index(row)] = f"{row.removesuffix(old)}{new}"
    text = "\n".join(",".join(("", *line.split(","), "")) for line in kept[1:])
    home.put(DATASET, DAY, "deaths.csv", f"{lines[0]}\n{text}\n")
    home.put(DATASET, DAY, "origin.toml", 'origin = "publisher_file"\n')
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    return home


@pytest.fixture(scope="module")
def refreshed_later(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> dict[bool, tuple[Home, list[str]]]:
    """Homes after a later release, by whether it revised something, each with its report written again; and the alerts."""
    homes = {}
    for revised in (True, False):
        home = refreshed.copy(tmp_path_factory.mktemp("later"))
        with listening() as chat, pytest.MonkeyPatch.context() as patch:
            patch.setenv("WAREHOUSE_ALERT_WEBHOOK", chat.webhook)
            with_later_release(home, revised=revised)
        homes[revised] = home, chat.told
        outcome = home.run("report")
        assert outcome.exit_code == 0, outcome.output
    return homes


@pytest.fixture(scope="module")
def later(refreshed_later: dict[bool, tuple[Home, list[str]]]) -> dict[bool, Home]:
    return {revised: home for revised, (home, _) in refreshed_later.items()}


def tables_of_the_report(home: Home) -> dict[str, list[tuple]]:
    names = [
        name
        for (name,) in home.query(
            "select table_name from duckdb_tables() where schema_name = 'reports' "
            "and (table_name like 'table_%' or table_name like 'figure_%')"
        )
    ]
    assert len(names) == 19
    return {name: home.query(f"select * from reports.{name} order by all") for name in sorted(names)}


def test_a_later_release_changes_no_table_of_the_edition_and_no_error(refreshed: Home, later: dict[bool, Home]):
    errors = "select edition, rule_id, place, published_value, expected_value from audit.discrepancies where severity = 'error' order by all"
    for home in later.values():
        assert tables_of_the_report(home) == tables_of_the_report(refreshed)
        assert home.query(errors) == refreshed.query(errors)


def test_the_marts_show_the_newest(later: dict[bool, Home]):
    for area, (year, old, new) in REVISED.items():
        asked = f"select value from marts.fct_indicators join marts.dim_areas using (area_code) where indicator_id = 'drug_poisoning_deaths' and area_name = '{area}' and period_id = 'CY{year}'"
        assert later[True].query(asked) == [(float(new),)]
        assert later[False].query(asked) == [(float(old),)]


def test_what_was_revised_since_is_listed_with_its_release_and_is_advice(refreshed: Home, later: dict[bool, Home]):
    assert (
        refreshed.query("select * from reports.revised_since")
        == later[False].query("select * from reports.revised_since")
        == []
    )
    assert later[True].query(
        "select distinct area_name, period_id, edition_value, value, release_id from reports.revised_since join marts.dim_areas using (area_code) "
        "where indicator_id = 'drug_poisoning_deaths' order by all"
    ) == [
        ("Dudley", "CY2023", 20, 19, f"{DATASET}@{DAY}"),
        ("Walsall", "CY2024", 20, 21, f"{DATASET}@{DAY}"),
    ]
    found = later[True].query(
        "select severity, published_value, expected_value, explanation from audit.discrepancies where rule_id = 'figure_was_revised' and place = 'Table 12' order by all"
    )
    assert [row[:3] for row in found] == [("advice", "20", "19"), ("advice", "20", "21")]
    assert found[0][3].startswith("Revised since print: 20 is printed; 19 is known now, from ")
    assert later[False].query("select count(*) from audit.discrepancies where rule_id = 'figure_was_revised'") == [(0,)]


def test_no_alert_is_sent_of_a_revision(refreshed_later: dict[bool, tuple[Home, list[str]]]):
    assert [told for _, told in refreshed_later.values()] == [[], []]


def stamped(text: str) -> str:
    """A page without what tells of the refresh: its day and its number."""
    return re.sub(r"<code>[0-9a-f]{8}</code>|last updated on \d+ \w+ \d{4}", "", text)


def test_a_release_that_revises_nothing_leaves_the_report_as_it_was_but_for_the_stamp(
    refreshed: Home, later: dict[bool, Home]
):
    before, after = (home.path / "build" / "site" / "index.html" for home in (refreshed, later[False]))
    assert stamped(after.read_text(encoding="utf-8")) == stamped(before.read_text(encoding="utf-8"))
    for picture in (before.parent / "charts").glob("report-*.svg"):
        assert (after.parent / "charts" / picture.name).read_bytes() == picture.read_bytes()
    sheets = [
        openpyxl.load_workbook(home.path / "build" / "wmcdap_progress_report.xlsx")
        for home in (refreshed, later[False])
    ]
    assert sheets[0].sheetnames == sheets[1].sheetnames
    for name in sheets[0].sheetnames[1:]:
        assert list(sheets[0][name].values) == list(sheets[1][name].values), name
    for name in tables_of_the_report(refreshed):
        file = Path("build") / "data" / "csv" / f"reports.{name}.csv"
        assert (refreshed.path / file).read_bytes() == (later[False].path / file).read_bytes()


def test_beside_a_revised_figure_stands_what_it_is_now_and_by_which_release(later: dict[bool, Home]):
    page = (later[True].path / "build" / "site" / "index.html").read_text(encoding="utf-8")
    table = page[page.index('id="table_12"') :]
    table = table[: table.index("</section>")]
    assert "Revised since the edition" in table
    assert "2023: now 19, from Office for National Statistics" in table
    assert "2024: now 21, from Office for National Statistics" in table
    assert "released 16 October 2026" in table
    tables = later[True].query("select count(distinct report) from reports.revised_since")[0][0]
    assert page.count("<span>Revised since the edition</span>") == tables
    workbook = openpyxl.load_workbook(later[True].path / "build" / "wmcdap_progress_report.xlsx")
    cells = {cell for row in workbook["Table 12"].values for cell in row if isinstance(cell, str)}
    assert any(text.startswith("2023: now 19, from Office for National Statistics") for text in cells)


def test_the_report_of_another_day_shows_what_was_known_then(later: dict[bool, Home]):
    home = later[True]
    outcome = home.run("report", "--only", "workbook", "--edition", "2025", "--as-of", DAY)
    assert outcome.exit_code == 0, outcome.output
    workbook = openpyxl.load_workbook(home.path / "build" / "wmcdap_progress_report.xlsx")
    rows = {row[0]: row for row in workbook["Table 12"].values if row[0] in REVISED}
    assert 19 in rows["Dudley"]
    assert 21 in rows["Walsall"]
    outcome = home.run("report", "--edition", "1999")
    assert outcome.exit_code == 1
    assert "found no edition '1999'; expected one of 2025." in outcome.output
