"""The version of a published file: what is gone is a major change, what is new a minor one, new values a patch."""

import json

import duckdb
import pytest
from homes import Home

from orchestration.publishing.structure import Change, changes_between, in_words, next_version

BEFORE = {
    "table": {"marts.a": "", "marts.b": ""},
    "column": {"marts.a.one": "BIGINT", "marts.a.two": "VARCHAR", "marts.b.one": "BIGINT"},
    "macro": {"marts.explain": "indicator, area"},
    "indicator": {"deaths": "", "offences": ""},
    "area": {"E08000025": ""},
}


def with_(**kinds: dict[str, str]) -> dict[str, dict[str, str]]:
    return {**BEFORE, **kinds}


@pytest.mark.parametrize(
    ("after", "changes", "version"),
    [
        (BEFORE, [], "2.3.5"),
        (with_(area=BEFORE["area"] | {"E08000026": ""}), [Change("area", "E08000026", "added")], "2.4.0"),
        (with_(indicator={"deaths": ""}), [Change("indicator", "offences", "removed")], "3.0.0"),
        (
            with_(indicator={"deaths": "", "offences_recorded": ""}),
            [Change("indicator", "offences", "removed"), Change("indicator", "offences_recorded", "added")],
            "3.0.0",
        ),
        (
            with_(column=BEFORE["column"] | {"marts.a.two": "BIGINT"}),
            [Change("column", "marts.a.two", "changed", "VARCHAR", "BIGINT")],
            "3.0.0",
        ),
        (
            with_(macro={"marts.explain": "indicator"}),
            [Change("macro", "marts.explain", "changed", "indicator, area", "indicator")],
            "3.0.0",
        ),
        # Of a table that is gone, its columns are not listed too; nor of a new one.
        (
            with_(
                table={"marts.a": "", "marts.c": ""},
                column={"marts.a.one": "BIGINT", "marts.a.two": "VARCHAR", "marts.c.one": "BIGINT"},
            ),
            [Change("table", "marts.b", "removed"), Change("table", "marts.c", "added")],
            "3.0.0",
        ),
    ],
)
def test_the_version_counts_what_breaks_what_is_new_and_new_values(after, changes, version):
    assert changes_between(BEFORE, after) == changes
    assert next_version("2.3.4", changes) == version


def test_changes_are_counted_in_words():
    changes = [Change("column", "a.b.c", "removed"), Change("area", "x", "added"), Change("area", "y", "added")]
    assert in_words(changes) == "1 column removed, 2 areas added"
    assert in_words([]) == ""


def test_each_publication_has_a_version_that_goes_on_from_the_one_served_before(home: Home):
    newest = "select version, changes from audit.refreshes order by finished_at desc limit 1"
    assert home.query(newest) == [("1.0.0", "[]")]
    text = home.file("ons.drug_poisoning_deaths").read_text("utf-8").replace(",120", ",121")
    home.put("ons.drug_poisoning_deaths", "2026-10-16", "deaths.csv", text)
    assert home.refresh().exit_code == 0
    assert home.query(newest) == [("1.0.1", "[]")]
    # Another release takes nothing away by name; a dashboard's column is gone.
    home.put("ons.drug_poisoning_deaths", "2026-10-17", "deaths.csv", text.replace(",121", ",122"))
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("alter table marts.dim_areas add column colour varchar")
    assert home.refresh().exit_code == 0
    ((version, changes),) = home.query(newest)
    assert version == "2.0.0"
    assert json.loads(changes) == [{"kind": "column", "name": "marts.dim_areas.colour", "change": "removed"}]
    listed = json.loads(home.run("history", "--json").output)
    assert [one["version"] for one in listed] == ["2.0.0", "1.0.1", "1.0.0"]
    assert listed[0]["changes"] == json.loads(changes)
    # Back to the first, the column is gone as well: nothing that 2.0.0 has is, so that it is a patch of that.
    assert home.run("rollback", listed[2]["refresh_id"]).exit_code == 0
    # A damaged copy is passed over.
    damaged = home.path / "published" / "20260101T000000-damaged.duckdb"
    damaged.write_bytes(home.warehouse.read_bytes()[:20_000])
    assert home.refresh().exit_code == 0
    assert home.query(newest) == [("2.0.1", "[]")]
    assert "damaged.duckdb: cannot be read" in home.run("history").output
    damaged.unlink()
    assert "2.0.0" in home.run("history").output
    assert "1 column removed" in home.run("history").output
