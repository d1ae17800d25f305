"""Names of areas carry no marks of notes, whichever a publisher puts behind them, and keep what is part of the name."""

import re
from collections.abc import Callable

import duckdb
import pytest
from homes import Home

from orchestration.building.dbt import invoke, parsed_manifest, set_environment
from orchestration.settings import Settings
from orchestration.validation.areas import bare_name, name_key

MARKED = {
    "Leicestershire [note 4]": "Leicestershire",
    "Leicestershire[note 4]": "Leicestershire",
    "Leicestershire [Notes 4 and 5]": "Leicestershire",
    "Leicestershire [note 4][note 5]": "Leicestershire",
    "Leicestershire [note 4], [r]": "Leicestershire",
    "Leicestershire [note 4": "Leicestershire",
    "Leicestershire [r]": "Leicestershire",
    "Leicestershire (note 4)": "Leicestershire",
    "Leicestershire (see note 4)": "Leicestershire",
    "Leicestershire (4)": "Leicestershire",
    "Leicestershire (4, 5)": "Leicestershire",
    "Leicestershire (p)": "Leicestershire",
    "Leicestershire 4": "Leicestershire",
    "Leicestershire4": "Leicestershire",
    "Leicestershire 4, 5": "Leicestershire",
    "Leicestershire4,5": "Leicestershire",
    "LEICESTERSHIRE4": "LEICESTERSHIRE",
    "Leicestershire⁴": "Leicestershire",
    "Leicestershire¹² ": "Leicestershire",
    "Leicestershire*": "Leicestershire",
    "Leicestershire **†": "Leicestershire",
    "Leicestershire 4 [r]": "Leicestershire",
    "Leicestershire [r] 4": "Leicestershire",
    "Bristol, City of [note 1]": "Bristol, City of",
    "West Midlands (region)": "West Midlands (region)",
    "West Midlands (region) 3": "West Midlands (region)",
    "West Midlands (region)3": "West Midlands (region)",
    "West Midlands (Met County) [r]": "West Midlands (Met County)",
    "  Isles of\nScilly [note 2]\r\n": "Isles of Scilly",
    "Rhondda Cynon Taf/Rhondda Cynon Taf": "Rhondda Cynon Taf/Rhondda Cynon Taf",
    "E01012345": "E01012345",
    "E08000025-26": "E08000025-26",
    "Birmingham 001A": "Birmingham 001A",
    "St. Helens": "St. Helens",
    "King's Lynn and West Norfolk": "King's Lynn and West Norfolk",
    "Ynys Môn": "Ynys Môn",
}
# Any mark at the end of a name, more widely than the macro takes it away.
MARK = r"[\[\]*†‡§¶#¹²³⁰-⁹]|\((see )?notes?\b|\((\w|\d+)\)$|[a-z)] ?\d{1,2}$"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Callable[[list[str]], list[tuple[str, str]]]:
    """What the macros make of printed names: the bare name, and the key that it is matched by."""
    manifest = parsed_manifest()
    set_environment(Settings.from_environment(), tmp_path_factory.mktemp("names") / "warehouse.duckdb")
    text = "select {{ bare_name('label') }}, {{ name_key('label') }} from (select unnest($labels) as label)"
    result = invoke(["compile", "--no-write-json", "--no-introspect", "--inline", text], manifest=manifest)
    assert result.success, result.exception
    query = result.result[0].node.compiled_code

    def of(labels: list[str]) -> list[tuple[str, str]]:
        with duckdb.connect() as connection:
            return connection.execute(query, {"labels": labels}).fetchall()

    return of


def test_the_marks_of_notes_are_taken_away_and_nothing_else(bare):
    found = dict(zip(MARKED, bare(list(MARKED)), strict=True))
    assert {label: name for label, (name, _) in found.items()} == MARKED
    assert all(key == name.lower() for name, key in found.values())


def test_the_checks_know_a_name_as_the_models_do(bare):
    assert [(bare_name(label), name_key(label)) for label in MARKED] == bare(list(MARKED))


def test_no_area_bears_a_mark(warehouse: duckdb.DuckDBPyConnection):
    names = [name for (name,) in warehouse.execute("select area_name from marts.dim_areas").fetchall()]
    assert len(names) > 15
    assert [name for name in names if re.search(MARK, name)] == []


def test_no_area_of_the_publishers_files_bears_a_mark(published: Home):
    names = [name for (name,) in published.query("select area_name from marts.dim_areas")]
    assert len(names) > 400
    assert [name for name in names if re.search(MARK, name)] == []
    assert published.query("select area_name from marts.dim_areas where area_code = 'E23000021'") == [
        ("Leicestershire",)
    ]


def test_a_marked_name_is_known_as_the_area_it_names(home: Home):
    title = "Number of deaths related to drug poisoning, persons by local authority, England and Wales"
    rows = [
        ["E08000027", "Dudley (note 2)", 26],
        ["E08000030", "Walsall [r]", 20],
        ["E10000018", "Leicestershire 4", 31],
    ]
    book = {"Table 1": [[title], ["Area Codes", "Area Names", 2025], *rows]}
    home.put("ons.drug_poisoning_deaths", "2026-10-16", "deaths.xlsx", book)
    assert home.build("dim_areas").reasons == ()
    names = dict(home.query("select area_code, area_name from marts.dim_areas"))
    assert (names["E08000027"], names["E08000030"], names["E10000018"]) == ("Dudley", "Walsall", "Leicestershire")
