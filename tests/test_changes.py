"""A refresh does what the changes ask for and no more, and makes what a refresh of everything would have made."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from homes import Home
from test_pipeline import contents

from orchestration.definitions import defs
from orchestration.landing.fingerprints import code_version, found_changes, reader_hash, reader_hashes
from orchestration.settings import DBT_PROJECT, Settings

DEATHS = "ons.drug_poisoning_deaths"
NEW_DEATHS = (
    "place,area_type,area,registration_year,deaths,credited_to\n"
    "Made up,local authority,Walsall,2024,22,ONS\n"
    "Made up,local authority,Walsall,2025,21,ONS\n"
)
STREET = "police.street_crime"
NEW_CRIMES = (
    "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context\n"
    + "2011-02,West Midlands Police,West Midlands Police,405000,287000,On or near Made Up Street,Drugs,\n" * 3
)


def settings_of(home: Home) -> Settings:
    return Settings(home.path, home.path / "raw")


def changed(home: Home) -> tuple[str | None, tuple[str, ...], tuple[str, ...]]:
    changes = found_changes(settings_of(home))
    return changes.why_everything, changes.datasets, changes.releases


@pytest.fixture(scope="module")
def together(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, list[str]]:
    """A home with two new releases, which two processes that were started together have refreshed; and what they said."""
    home = Home(tmp_path_factory.mktemp("together") / "home")
    shutil.copytree(refreshed.path, home.path)
    home.put(DEATHS, "2026-10-16", "deaths.csv", NEW_DEATHS)
    home.put(STREET, "2026-10-31", "2011-02-west-midlands-street.csv", NEW_CRIMES)
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "orchestration", "refresh"],
            env=os.environ | {"WAREHOUSE_HOME": str(home.path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=600)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    return home, sorted(said, key=len)


def test_of_two_refreshes_started_together_one_publishes_and_the_other_waits_for_it(together):
    home, (waited, published) = together
    assert waited == f"{home.warehouse}: nothing new since another refresh published it\n"
    assert f"what depends on {DEATHS}, {STREET} is rebuilt" in published
    for step in (
        f"Reading {DEATHS}@2026-10-16",
        "Building and checking the models",
        "Checking and publishing the warehouse",
    ):
        assert re.search(rf"^ *\d+\.\d s  {re.escape(step)}$", published, re.MULTILINE), published
    assert len(list((home.path / "published").iterdir())) == 2


def test_a_refresh_says_what_it_read_made_and_took(together):
    home, _ = together
    ((extent, version, new, rows_read, revised, withdrawn, gone, *took),) = home.query(
        "select extent, code_version, new_releases, rows_read, figures_revised, figures_withdrawn, discrepancies_gone, "
        "seconds_reading, seconds_building, peak_megabytes from audit.refreshes order by finished_at desc limit 1"
    )
    assert extent == f"what follows from {DEATHS}, {STREET}"
    assert version == code_version()
    assert new == f"{DEATHS}@2026-10-16, {STREET}@2026-10-31"
    assert (rows_read, revised, withdrawn, gone) == (5, 1, 0, 0)
    assert all(value > 0 for value in took)
    before, after = home.query("select observations, observations_added from audit.refreshes order by finished_at")
    assert after[1] == after[0] - before[0] == 6


def test_each_refresh_is_logged_in_lines_for_machines(together):
    home, _ = together
    lines = [json.loads(line) for line in (home.path / "logs" / "refreshes.jsonl").read_text("utf-8").splitlines()]
    newest = [line for line in lines if line["run_id"] == lines[-1]["run_id"]]
    assert [line["event"] for line in newest] == ["read", "read", "built", "published"]
    assert {line.get("release"): line.get("rows") for line in newest[:2]} == {
        f"{DEATHS}@2026-10-16": 2,
        f"{STREET}@2026-10-31": 3,
    }
    assert newest[-1]["refresh"]["extent"] == f"what follows from {DEATHS}, {STREET}"


def test_a_refresh_of_a_part_makes_what_a_refresh_of_everything_makes(together):
    home, _ = together
    assert home.query(
        "select value from marts.fct_measures where area_code = 'E08000030' and period_id = 'CY2025'"
    ) == [(21,)]
    assert home.query("select sum(records) from marts.fct_recorded_crimes") == [(3,)]
    part = contents(home)
    assert home.refresh("--full").exit_code == 0
    assert contents(home) == part


def test_where_nothing_is_new_nothing_is_published_and_the_answer_comes_at_once(refreshed: Home, record_property):
    before = refreshed.warehouse.stat()
    began = time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-m", "orchestration", "refresh"],
        env=os.environ | {"WAREHOUSE_HOME": str(refreshed.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - began
    record_property("measured", f"a refresh with nothing new: {seconds:.2f} s")
    assert said.stdout == f"{refreshed.warehouse}: nothing new since it was published\n"
    assert seconds < 3
    assert refreshed.warehouse.stat() == before


def test_a_new_release_is_a_change_of_its_dataset_alone(home: Home):
    assert changed(home) == (None, (), ())
    home.put(DEATHS, "2026-10-16", "deaths.csv", NEW_DEATHS)
    assert changed(home) == (None, (DEATHS,), (f"{DEATHS}@2026-10-16",))


def test_what_is_missing_in_landing_is_read_again_beside_what_is_new_and_not_alone(home: Home):
    shutil.rmtree(home.path / "landing" / "ons" / "population_estimates")
    assert changed(home) == (None, (), ())
    home.put(DEATHS, "2026-10-16", "deaths.csv", NEW_DEATHS)
    assert changed(home)[1] == (DEATHS, "ons.population_estimates")


@pytest.mark.parametrize(
    ("statement", "why", "datasets"),
    [
        ("update audit.inputs set sha256 = '' where input = 'models'", "the models or seeds changed", ()),
        ("update audit.inputs set sha256 = '' where input = 'program'", "the code or its packages changed", ()),
        (f"delete from audit.inputs where input = '{DEATHS}'", "there are other datasets", (DEATHS,)),
        ("drop table audit.inputs", "the served warehouse does not record what it was made from", None),
    ],
)
def test_what_else_changed_asks_for_everything(home: Home, statement, why, datasets):
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(statement)
    found = found_changes(settings_of(home))
    assert found.why_everything == why
    assert datasets is None or found.datasets == datasets


def test_every_job_sensor_and_schedule_of_the_page_can_be_loaded():
    loaded = defs().get_repository_def()
    loaded.load_all_definitions()
    # A step in a process of its own would lose the turn of the only writer.
    assert {job.executor_def.name for job in loaded.get_all_jobs()} == {"in_process"}
    assert {sensor.name for sensor in loaded.sensor_defs} >= {"new_releases", "alert_of_failed_runs"}
    assert {schedule.name for schedule in loaded.schedule_defs} == {"publishers_calendar", "daily_lateness"}


def test_a_changed_reader_is_a_change_of_its_dataset(home: Home, monkeypatch):
    hashes = reader_hashes()
    monkeypatch.setattr(
        "orchestration.landing.fingerprints.reader_hashes",
        lambda: hashes | {DEATHS: "0" * 64},
    )
    assert changed(home) == (None, (DEATHS,), ())


def test_a_reader_is_another_one_where_a_seed_that_it_names_changed(monkeypatch, tmp_path: Path):
    seeds = tmp_path / "dbt_project" / "seeds"
    shutil.copytree(DBT_PROJECT / "seeds", seeds)
    monkeypatch.setattr("orchestration.seeds.DBT_PROJECT", seeds.parent)
    before = reader_hash(DEATHS)
    (seeds / "labels" / "record_labels.csv").write_text("changed")
    assert reader_hash(DEATHS) == before
    # Wherever it lies, a seed is known by its name.
    (seeds / "areas" / "areas.csv").rename(seeds / "areas.csv")
    assert reader_hash(DEATHS) == before
    with (seeds / "areas.csv").open("a") as stream:
        stream.write("E09000001,City of London\n")
    assert reader_hash(DEATHS) != before
