"""A return of partners on its whole way: written, filled in, added, published, corrected, withheld from the public."""

import re
from pathlib import Path

import duckdb
import openpyxl
import pytest
from homes import Home, made_once

from orchestration.alerts.alert import late_return
from orchestration.alerts.returns_due import returns_due
from orchestration.disclosure.figures import Published
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal

SUPPLIED = "naloxone_kits_supplied"
KITS, PEOPLE = 48_731, 31_973


def filled(home: Home, name: str, kits: int = KITS) -> Path:
    """The return on naloxone of the second quarter of 2026, with the same figures for each area."""
    path = home.path / "sent" / name
    outcome = home.run("template", "naloxone", "--period", "2026 Q2", "--out", str(path))
    assert outcome.exit_code == 0, outcome.output
    book = openpyxl.load_workbook(path)
    for row in book["Figures"].iter_rows(min_row=6):
        if row[0].value:
            row[3].value = kits if row[2].value == "Kits supplied" else PEOPLE
    book.save(path)
    return path


def make(home: Home) -> None:
    """Adds the return and publishes it, and then a corrected one with the public edition and the report."""
    for name, kits, options in (
        ("first.xlsx", KITS - 2, ("--released-on", "2026-07-20")),
        ("corrected.xlsx", KITS, ()),
    ):
        outcome = home.run("add", str(filled(home, name, kits)), *options)
        assert outcome.exit_code == 0, outcome.output
        assert options or "it is handed in today" in outcome.output
        assert (
            "Naloxone supplied: April to June 2026, seven areas; it has the columns 'area', 'period', "
            in outcome.output
        )
        assert "'measure', 'figure', and 14 figures are read" in outcome.output
        # The corrected one changes what was added before and was not refreshed yet.
        told = (
            "To check: raw/partners/returns/2027-12-31/corrected.xlsx: found seven figures that change what is held: "
        )
        first = f"D6 (Birmingham, April to June 2026, Kits supplied) from {KITS - 2} to {KITS}; "
        assert (told + first in outcome.output) == (name == "corrected.xlsx")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WAREHOUSE_REPORT")
        patch.setenv("WAREHOUSE_PUBLIC", "yes")
        outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output


@pytest.fixture(scope="module")
def published_return(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    def from_refreshed(home: Home) -> None:
        home.path.rmdir()
        refreshed.copy(home.path.parent / "copied").path.rename(home.path)
        make(home)

    return made_once("returns", from_refreshed, tmp_path_factory)


def test_a_return_is_dated_by_the_day_it_is_handed_in_and_its_correction_is_a_revision(published_return: Home):
    rows = published_return.query(
        f"select release_id, value, is_latest from marts.fct_observations where measure_id = '{SUPPLIED}' "
        "and area_code = 'E08000030' order by release_id"
    )
    assert rows == [
        ("partners.returns@2026-07-20", KITS - 2, False),
        ("partners.returns@2027-12-31", KITS, True),
    ]
    revised = published_return.query(
        f"select old_value, new_value from audit.revisions where measure_id = '{SUPPLIED}' and area_code = 'E08000030'"
    )
    assert revised == [(KITS - 2, KITS)]


def test_it_is_an_indicator_with_the_sum_of_the_areas_and_the_cell_of_each(published_return: Home):
    values = dict(
        published_return.query(
            "select area_name, value from marts.indicator_values where indicator_id = 'naloxone_kits'"
        )
    )
    assert values.pop("West Midlands Metropolitan County") == 7 * KITS
    assert set(values.values()) == {KITS, 7 * KITS}
    cells = published_return.query(
        "select source_file, source_sheet, source_cell, value_text from audit.lineage "
        "where indicator_id = 'naloxone_kits' and area_code = 'E08000030'"
    )
    assert cells == [("raw/partners/returns/2027-12-31/corrected.xlsx", "Figures", "D16", f"{KITS}")]


def test_a_metric_of_the_framework_that_no_public_file_gives_is_held_by_it(published_return: Home):
    query = "select state, indicator_ids from marts.dim_framework_metrics where metric_id = 'naloxone'"
    assert published_return.query(query) == [("held", "naloxone_kits, naloxone_people")]


def test_it_is_explained_by_the_words_of_its_quarter_or_its_label(published_return: Home):
    for period in ("April to June 2026", "2026 Q2", "Q2026-2"):
        told = published_return.run("explain", "naloxone_kits", "Birmingham", period)
        assert told.exit_code == 0, told.output
        assert f"Birmingham, April to June 2026: {KITS:,} kits" in told.output
    assert (
        "expected one of April to June 2026."
        in published_return.run("explain", "naloxone_kits", "Birmingham", "2019 Q1").output
    )


def test_its_page_shows_the_figure(published_return: Home):
    page = (published_return.path / "build" / "site" / "indicators" / "naloxone_kits.html").read_text("utf-8")
    assert f"{KITS:,}" in page
    assert "Returns of partners" in page


@pytest.mark.usefixtures("own_records")
def test_a_return_whose_next_figures_are_overdue_is_late_and_names_who_sends_it(published_return: Home, tmp_path: Path):
    copy = published_return.copy(tmp_path)
    assert "the return" not in copy.run("status").output
    with duckdb.connect(str(copy.warehouse)) as connection:
        connection.execute(
            "update marts.dim_releases set released_on = '2026-01-20' where release_id like 'partners.returns@%'"
        )
    outcome = copy.run("status")
    assert outcome.exit_code == 4
    assert re.search(
        r"Late: the return naloxone \(Naloxone supplied\)\. The newest is of April to June 2026; the next was due on 2026-04-20, "
        r"\d+ days ago\. It comes from: Commissioners of drug treatment\.",
        outcome.output,
    )
    (row,) = returns_due(Settings(copy.path, copy.path / "raw"))
    told = late_return(row, Settings(copy.path, copy.path / "raw"))
    assert told.key == "late return naloxone 2026-04-20"
    assert "`warehouse template naloxone`" in told.what_to_do


def test_nothing_of_it_is_in_the_public_edition(published_return: Home):
    public = published_return.path / "public"
    with duckdb.connect(str(public / "warehouse.duckdb"), read_only=True) as connection:
        for table in ("fct_observations", "fct_observation_history", "fct_measures", "fct_measure_history"):
            found = connection.execute(
                f"select count(*), count(value), count(*) filter (value_status <> 'suppressed') from marts.{table} "
                "where measure_id in (select measure_id from staging.return_measures)"
            ).fetchone()
            assert found is not None
            assert found[0] > 0, table
            assert found[1:] == (0, 0), table
        tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        assert "stg_partners__returns" not in tables
        left = connection.execute("select count(*) from staging.measures_partners__returns").fetchone()
        assert left == (0,)
        state = connection.execute(
            "select state from marts.dim_framework_metrics where metric_id = 'naloxone'"
        ).fetchone()
        assert state == ("withheld",)
    numbers = {KITS, KITS - 2, PEOPLE, 7 * KITS, 7 * KITS - 14}
    written = {f"{number}" for number in numbers} | {f"{number:,}" for number in numbers}
    pattern = re.compile(rb"(?<![\d,])(" + b"|".join(text.encode() for text in written) + rb")(?![\d])")
    for path in public.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".csv", ".json", ".svg"):
            assert not pattern.search(path.read_bytes()), path


def test_a_return_may_be_public_but_for_small_counts_or_as_a_whole(published_return: Home, tmp_path: Path):
    copy = published_return.copy(tmp_path)
    small = (SUPPLIED, "E08000030", "Q2026-2")
    with duckdb.connect(str(copy.warehouse)) as connection:

        def hidden() -> set[tuple[str, str, str]]:
            return {key for key in Published(connection).keys_to_hide() if key[0] == SUPPLIED}

        # Seven authorities, their county and their force.
        assert len(hidden()) == 9
        connection.execute("update staging.returns set public_edition = 'whole'")
        assert hidden() == set()
        connection.execute("update staging.returns set public_edition = 'counts_hidden', hide_below = 5")
        assert hidden() == set()
        for table in ("fct_observations", "fct_measure_history", "fct_measures"):
            connection.execute(
                f"update marts.{table} set value = 3 where measure_id = $1 and area_code = $2 and period_id = $3",
                list(small),
            )
        assert small in hidden()
        assert len(hidden()) < 9
        connection.execute("update staging.returns set hide_below = 1")
        with pytest.raises(Refusal, match=r"returns\.csv, .*: found hide_below 1; expected 3 or more"):
            hidden()
