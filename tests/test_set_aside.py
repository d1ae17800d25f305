"""A release that cannot be taken is set aside; everything else is published, and nothing of it is silent."""

import json
import shutil
import sys
from pathlib import Path

import dagster as dg
import pytest
from browsers import unbroken
from homes import Home
from layouts import as_csv, dependence
from receivers import Chat

from orchestration.building.blame import _named
from orchestration.datasets.declaration import DATASETS
from orchestration.definitions import defs
from orchestration.landing.fingerprints import found_changes
from orchestration.landing.land import land
from orchestration.operating.refresh import SILENT
from orchestration.settings import Settings

SET_ASIDE = 5
DEATHS, OFFENCES = "ons.drug_poisoning_deaths", "police.recorded_drug_offences"
ALCOHOL, DISRUPTION = "ons.alcohol_specific_deaths", "police.drug_supply_disruption"
HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"
GOOD = HEADER + "Table 1,local authority,Walsall,2025,21,ONS\n"
DAY = "2026-10-16"


def settings_of(home: Home) -> Settings:
    return Settings(home.path, home.path / "raw")


def put_four_bad(home: Home) -> None:
    """One refused by its reader, two by data tests of their rows, one by its folder's name."""
    home.put(ALCOHOL, DAY, "deaths.csv", "no,such,columns\n1,2,3\n")
    home.put(DEATHS, DAY, "deaths.csv", GOOD.replace("Walsall", "Brum"))
    rows = home.file(OFFENCES).read_text("utf-8")
    home.put(OFFENCES, DAY, "offences.csv", rows.replace("Trafficking of Drugs", "Trafficking in Drugs", 1))
    home.put(DISRUPTION, "october", "figures.csv", home.file(DISRUPTION).read_text("utf-8"))


def set_aside_of(home: Home) -> dict[str, tuple[str, str]]:
    rows = home.query("select release_id, refused_by, message from audit.set_aside")
    return {release_id: (refused_by, message) for release_id, refused_by, message in rows}


@pytest.fixture(scope="module")
def mixed(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, str]:
    """A home with good releases and four refused ones, never refreshed before, and what its refresh said."""
    home = refreshed.fresh(tmp_path_factory.mktemp("mixed"))
    put_four_bad(home)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WAREHOUSE_REPORT")
        outcome = home.refresh()
    assert outcome.exit_code == SET_ASIDE, outcome.output
    return home, outcome.output


def test_the_good_are_published_as_if_the_refused_were_not_there(mixed, refreshed: Home):
    home, _ = mixed
    for table in ("fct_observations", "fct_indicators", "dim_areas"):
        query = f"select * from marts.{table} order by all"
        assert home.query(query) == refreshed.query(query)
    releases = "select release_id, sha256, is_latest from marts.dim_releases order by all"
    assert home.query(releases) == refreshed.query(releases)


def test_the_refused_are_named_with_what_was_found_and_what_to_do_everywhere(mixed):
    home, said = mixed
    found = set_aside_of(home)
    assert {name: refused_by for name, (refused_by, _) in found.items()} == {
        f"{ALCOHOL}@{DAY}": "reading",
        f"{DEATHS}@{DAY}": "data test",
        f"{OFFENCES}@{DAY}": "data test",
        f"{DISRUPTION}@october": "folder",
    }
    assert "line 2, column area: found 'Brum'; expected" in found[f"{DEATHS}@{DAY}"][1]
    assert "column offence: found 'Trafficking in Drugs'; expected" in found[f"{OFFENCES}@{DAY}"][1]
    page = unbroken(home.path / "build" / "site" / "quality.html")
    status = home.run("status", "--json")
    told = [json.loads(line) for line in (home.path / "logs" / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert [one["release_id"] for one in json.loads(status.output)["set_aside"]] == list(
        dict.fromkeys(name for (name,) in home.query("select release_id from audit.set_aside order by dataset, folder"))
    )
    text = home.run("status").output
    (alert,) = [one for one in told if "set aside" in one["what"]]
    outcome, listed = home.query("select outcome, set_aside from audit.refreshes order by finished_at desc limit 1")[0]
    assert outcome == "published, with 4 releases set aside"
    for name, (_, message) in found.items():
        first = message.splitlines()[0]
        assert name in listed
        for place in (said, text, alert["message"]):
            assert first in place
        assert name in page
        assert name in alert["what"]
    for place in (said, text, alert["what_to_do"], page):
        assert f"rename it to raw/ons/alcohol_specific_deaths/.{DAY}" in place


def test_what_is_set_aside_is_not_tried_again_while_it_stays_as_it_is(mixed):
    home, _ = mixed
    assert found_changes(settings_of(home)).nothing
    outcome = home.refresh()
    assert outcome.exit_code == SET_ASIDE
    assert "nothing new since it was published" in outcome.output
    assert "4 releases set aside" in outcome.output
    assert "4 releases set aside" in home.run("history").output


def test_once_mended_or_removed_or_left_out_all_is_well(mixed, tmp_path: Path):
    shutil.copytree(mixed[0].path, tmp_path / "home")
    home = Home(tmp_path / "home")
    raw = home.path / "raw"
    (raw / "ons/alcohol_specific_deaths" / DAY).rename(raw / f"ons/alcohol_specific_deaths/.{DAY}")
    home.put(DEATHS, DAY, "deaths.csv", GOOD)
    shutil.rmtree(raw / "police/recorded_drug_offences" / DAY)
    shutil.rmtree(raw / "police/drug_supply_disruption/october")
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert set_aside_of(home) == {}
    assert home.query(
        "select value from marts.fct_measures where area_code = 'E08000030' and period_id = 'CY2025' "
        "and measure_id = 'drug_poisoning_deaths_registered'"
    ) == [(21,)]
    assert not list((home.path / "landing").glob("*/*/aside=*"))
    assert home.query("select outcome from audit.refreshes order by finished_at desc limit 1") == [("published",)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open to write")
def test_a_file_that_is_still_written_is_set_aside_and_read_once_it_is_whole(tmp_path: Path):
    home = Home(tmp_path)
    file = home.put(DEATHS, DAY, "deaths.csv", GOOD)
    with file.open("a", encoding="utf-8") as copying:
        landing = land(DATASETS[DEATHS], settings_of(home))
        assert landing.landed == []
        assert [one.message for one in landing.set_aside] == [
            f"raw/ons/drug_poisoning_deaths/{DAY}: found files that are still being written; expected finished files. "
            "Refresh again when they have been written."
        ]
        copying.write("Table 1,local authority,Dudley,2025,14,ONS\n")
    landing = land(DATASETS[DEATHS], settings_of(home))
    assert ([one.rows for one in landing.landed], landing.set_aside) == ([2], [])


def test_another_release_goes_on_beside_what_is_set_aside(mixed, tmp_path: Path):
    shutil.copytree(mixed[0].path, tmp_path / "home")
    home = Home(tmp_path / "home")
    home.put(DEATHS, "2026-10-17", "deaths.csv", GOOD)
    outcome = home.refresh()
    assert outcome.exit_code == SET_ASIDE, outcome.output
    assert len(set_aside_of(home)) == 4
    assert home.query("select count(*) from marts.dim_releases where dataset = 'ons.drug_poisoning_deaths'") == [(2,)]


def test_the_run_succeeds_with_a_failed_check_that_stops_nothing(home: Home, chat: Chat, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    home.put(ALCOHOL, DAY, "deaths.csv", "no,such,columns\n1,2,3\n")
    with dg.DagsterInstance.get() as instance:
        result = defs().resolve_job_def("refresh").execute_in_process(instance=instance, run_config=SILENT)
    assert result.success
    checks = {
        one.asset_key.to_user_string(): one
        for one in result.get_asset_check_evaluations()
        if one.check_name == "every_release_is_taken"
    }
    assert {name for name, one in checks.items() if not one.passed} == {"ons/alcohol_specific_deaths", "warehouse"}
    assert checks["warehouse"].severity == dg.AssetCheckSeverity.WARN
    (told,) = chat.told
    assert told.startswith("1 release set aside: ons.alcohol_specific_deaths@2026-10-16. The rest is published.")


# What is said of a release whose bytes changed after it was loaded, and of one that was published from and is gone.
NOT_AS_PUBLISHED = (
    "raw/ons/drug_poisoning_deaths/2026-03-31 (drug_poisoning_deaths.csv): found bytes with hash",
    "the bytes that were loaded before, since a release is never edited. Put the old file back",
    "raw/police/recorded_drug_offences/2026-03-31: found nothing; expected the release",
)


@pytest.mark.parametrize("has_landing", [True, False], ids=["in landing", "in the served file alone"])
def test_what_was_published_from_an_edited_or_lost_release_is_served_still(home: Home, has_landing):
    home.edit(DEATHS, "120", "121")
    shutil.rmtree(home.file(OFFENCES).parent)
    if not has_landing:
        shutil.rmtree(home.path / "landing")
    facts = "select * from marts.fct_observations order by all"
    before = home.query(facts)
    if has_landing:
        changes = found_changes(settings_of(home))
        assert (changes.why_everything, changes.datasets) == (None, (DEATHS, OFFENCES))
    for options in ((),) if has_landing else (("--full",), ()):
        outcome = home.refresh(*options)
        assert outcome.exit_code == SET_ASIDE, outcome.output
        assert "Traceback" not in outcome.output
        assert home.query(facts) == before
        assert not list(home.path.glob("warehouse.duckdb.*"))
        for said in NOT_AS_PUBLISHED:
            assert said in outcome.output
    assert home.query("select release_id, still_served from audit.set_aside order by all") == [
        (f"{DEATHS}@2026-03-31", True),
        (f"{OFFENCES}@2026-03-31", True),
    ]
    assert found_changes(settings_of(home)).nothing
    home.edit(DEATHS, "121", "120")
    (home.path / "raw/police/recorded_drug_offences/.2026-03-31").mkdir()
    assert home.refresh().exit_code == 0
    assert home.query("select count(*) from marts.dim_releases where dataset = 'police.recorded_drug_offences'") == [
        (0,)
    ]


def test_a_release_refused_for_the_one_before_is_tried_again_without_that(home: Home):
    dataset = "ohid.alcohol_dependence_prevalence"
    full = as_csv(dependence()[""])
    home.put(dataset, "2026-04-30", "estimates.csv", full)
    home.put(
        dataset, "2026-05-31", "estimates.csv", "".join(line for line in full.splitlines(True) if "Walsall" not in line)
    )
    landing = land(DATASETS[dataset], settings_of(home))
    (refused,) = landing.set_aside
    assert (refused.release_id, refused.refused_by) == (f"{dataset}@2026-05-31", "reading")
    assert "E08000030" in refused.message
    assert f"{dataset}@2026-04-30" in {one.release_id for one in landing.landed}
    folder = home.path / "raw/ohid/alcohol_dependence_prevalence"
    (folder / "2026-04-30").rename(folder / ".2026-04-30")
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    assert set_aside_of(home) == {}
    assert home.query(f"select release_id from marts.dim_releases where dataset = '{dataset}' and is_latest") == [
        (f"{dataset}@2026-05-31",)
    ]
    # What was left out is no release that a file could be there already in.
    again = home.run(
        "add", "--dataset", dataset, "--released-on", "2026-04-30", str(folder / ".2026-04-30/estimates.csv")
    )
    assert again.exit_code == 0, again.output
    assert again.output.startswith("Placed ")


def test_of_two_releases_that_a_failure_names_the_newer_one_brought_it():
    row = {"source_file": "raw/ons/x/2026-01-01/a.csv", "found": "1", "expected": "2, as in ons.x@2026-02-01"}
    assert sorted(_named(row)) == ["ons.x@2026-01-01", "ons.x@2026-02-01"]


def test_seeds_that_refuse_what_is_served_stop_all(home: Home, monkeypatch, tmp_path: Path):
    """Where every release of a dataset is refused as it was taken before, the models are at fault."""
    from orchestration.building import blame
    from orchestration.building.blame import Blamed

    landed = blame._landed(settings_of(home))
    path, dataset, release_id, sha256 = landed[f"{DEATHS}@2026-03-31"]
    one = Blamed(path, dataset, release_id, sha256, ("x",))
    assert blame._is_emptied(DEATHS, [one], landed, settings_of(home))
    assert not blame._is_emptied(
        DEATHS, [one], landed | {f"{DEATHS}@2026-10-16": (path, dataset, "x", "y")}, settings_of(home)
    )


def test_without_raw_and_landing_everything_that_was_published_is_taken_from_the_file_with_its_findings(home: Home):
    tables = ("marts.fct_indicators", "audit.release_findings", "marts.dim_releases")
    before = [home.query(f"select * from {table} order by all") for table in tables]
    assert before[0]
    shutil.rmtree(home.path / "landing")
    shutil.rmtree(home.path / "raw")
    (home.path / "raw").mkdir()
    outcome = home.refresh()
    assert outcome.exit_code == 5, outcome.output
    assert [home.query(f"select * from {table} order by all") for table in tables] == before
