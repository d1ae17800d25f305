"""What machines read of each command, and the exit codes that the help promises."""

import csv
import json
import re
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest
from homes import Home

from orchestration.cli.figures import SEVERITIES
from orchestration.landing.fingerprints import dataset_names
from orchestration.logs.log import log
from orchestration.operating import status
from orchestration.report.site.discrepancies_page import SEVERITIES as SEVERITIES_OF_THE_SITE
from orchestration.runs.lost import at_work, ended
from orchestration.seeds import seed_files
from orchestration.settings import Settings

DEATHS = "ons.drug_poisoning_deaths"
OFFENCES = "police.recorded_drug_offences"

pytestmark = pytest.mark.usefixtures("own_records")


def document(home: Home, *arguments: str, exit_code: int = 0):
    """The one JSON document that a command prints."""
    outcome = home.run(*arguments, "--json")
    assert outcome.exit_code == exit_code, outcome.output
    return json.loads(outcome.output)


def test_status_shows_each_dataset_with_its_release_its_due_date_rows_and_checks(refreshed: Home):
    found = document(refreshed, "status")
    assert [row["dataset"] for row in found["datasets"]] == list(dataset_names())
    of = {row["dataset"]: row for row in found["datasets"]}
    rows = len(refreshed.file(DEATHS).read_text(encoding="utf-8").splitlines()) - 1
    assert of[DEATHS]["latest_release"] == "2026-03-31"
    # Figures typed from a report say nothing of when their publisher releases.
    assert (of[DEATHS]["expected_every"], of[DEATHS]["next_expected_on"]) == ("year", None)
    assert (of[DEATHS]["origin"], of[DEATHS]["is_publishers"]) == ("transcription", False)
    assert of[DEATHS]["rows"] == rows
    assert of[DEATHS]["checks"] == {"checks": 2, "passed": 2, "with_findings": 0}
    assert of["ohid.opiate_crack_prevalence"]["next_expected_on"] is None
    assert (of["police.street_crime"]["releases"], of["police.street_crime"]["rows"]) == (0, 0)
    assert found["served"]["releases"] == 14
    assert found["next_refresh"] == "nothing new"
    shown = refreshed.run("status").output
    assert re.search(
        rf"{DEATHS} +2026-03-31\* +{rows} +2/2",
        shown,
    )
    assert "* typed from a document; there is no file from the publisher" in shown
    assert max(len(line) for line in shown.splitlines() if not line.startswith(str(refreshed.path))) <= 80, shown
    assert re.search(r"police\.street_crime +none yet", shown)
    assert "seconds ago, by refresh" in shown or "minutes ago, by refresh" in shown or "minute ago" in shown


def test_status_names_a_dataset_that_is_late_and_ends_with_4(home: Home):
    yesterday = date.today() - timedelta(days=1)
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "update marts.dim_releases set next_expected_on = ? where dataset = ? and is_latest", [yesterday, DEATHS]
        )
    assert document(home, "status", exit_code=4)["late"] == [DEATHS]
    outcome = home.run("status")
    assert outcome.exit_code == 4
    assert f"Late: {DEATHS} was due on {yesterday} and is 1 day late.\n" in outcome.output


def test_status_says_what_was_refused_last_and_why_until_something_is_published(home: Home):
    place = home.path / "builds"
    place.rmdir()
    place.write_text("a file where a folder should be")
    assert home.refresh("--full").exit_code == 1
    (refused,) = document(home, "status")["last_refused"]
    assert str(place) in refused["message"]
    assert re.search(rf"Refused last, on \d{{4}}-\d\d-\d\d \d\d:\d\d UTC: {place}: found", home.run("status").output)
    # As the next refresh notes that it has published.
    log(Settings(home.path, home.path / "raw"), "another", "published")
    assert document(home, "status")["last_refused"] == []


def test_status_without_a_warehouse_ends_with_3(tmp_path: Path):
    assert document(Home(tmp_path), "status", exit_code=3)["served"] is None
    outcome = Home(tmp_path).run("status")
    assert outcome.exit_code == 3
    assert "no warehouse is served. Run `warehouse refresh`." in outcome.output


def test_every_severity_of_a_rule_can_be_asked_for():
    with seed_files()["discrepancy_rules"].open(encoding="utf-8", newline="") as stream:
        assert {row["severity"] for row in csv.DictReader(stream)} == set(SEVERITIES)
    assert status.SEVERITIES == tuple(SEVERITIES_OF_THE_SITE) == SEVERITIES
    assert Home(Path()).run("discrepancies", "--severity", "warning").exit_code == 2


def test_a_queue_that_does_not_move_is_said_and_ends_with_6(home: Home, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "records"))
    assert home.run("status").exit_code == 0
    (tmp_path / "records").mkdir()

    @dg.job
    def refresh() -> None:
        pass

    with dg.DagsterInstance.get() as instance:
        run = instance.create_run_for_job(refresh, status=dg.DagsterRunStatus.STARTED).run_id
    # At work, as far as its lock says.
    at_work(run)
    assert document(home, "status")["queue"] == {"waiting": [], "lost": [], "fault": None}
    path = tmp_path / "records" / "at_work" / f"{run}.lock"
    ended(run)
    path.touch()
    assert document(home, "status", exit_code=6)["queue"]["lost"] == [{"run_id": run, "job": "refresh"}]
    outcome = home.run("status")
    assert outcome.exit_code == 6
    assert (
        f"Dagster's queue: run {run[:8]} of refresh is marked as running, but its process has ended" in outcome.output
    )


def test_discrepancies_are_listed_with_what_is_printed_what_should_be_and_why(refreshed: Home):
    every = document(refreshed, "discrepancies")
    errors = document(refreshed, "discrepancies", "--severity", "error")
    assert len(every) == refreshed.query("select count(*) from audit.discrepancies")[0][0]
    assert errors == [one for one in every if one["severity"] == "error"]
    assert 0 < len(errors) < len(every)
    for severity in ("error", "minor", "advice"):
        rows = document(refreshed, "discrepancies", "--severity", severity)
        assert {row["severity"] for row in rows} == {severity}
        assert len(rows) == len([row for row in every if row["severity"] == severity])
    # The gravest first, each with its edition.
    order = [row["severity"] for row in every]
    assert order == sorted(order, key=SEVERITIES.index)
    lines = [line for line in refreshed.run("discrepancies").output.splitlines() if line.startswith(SEVERITIES)]
    assert [line.split()[0] for line in lines] == order
    assert all(line.split()[1] == "2025," for line in lines)
    shown = refreshed.run("discrepancies", "--severity", "error").output
    assert shown.endswith(f"{len(errors)} discrepancies.\n")
    assert all(one["explanation"] in shown for one in errors)


def test_a_refresh_says_to_machines_that_nothing_is_new_or_what_was_refused(home: Home):
    assert document(home, "refresh") == {"outcome": "nothing new", "warehouse": str(home.warehouse)}
    home.edit(DEATHS, "120", "121")
    for outcome in ("published, with 1 release set aside", "nothing new"):
        said = document(home, "refresh", exit_code=5)
        assert said["outcome"] == outcome
        (one,) = said["set_aside"]
        assert "since a release is never edited" in one["message"]


def test_a_refresh_says_to_machines_what_it_read_and_made(home: Home):
    header = "place,area_type,area,registration_year,deaths,credited_to\n"
    home.put(DEATHS, "2026-10-16", "deaths.csv", header + "Made up,local authority,Walsall,2025,21,ONS\n")
    said = document(home, "refresh")
    assert said["outcome"] == "published"
    assert said["mart_rows"]["fct_observations"] == 209
    assert said["refresh"]["new_releases"] == f"{DEATHS}@2026-10-16"
    assert said["refresh"]["extent"] == f"what follows from {DEATHS}"
    assert said["faults"] == []
    kept = document(home, "history")
    assert [version["is_served"] for version in kept] == [True, False]
    back = document(home, "rollback")
    assert back["version"]["refresh_id"] == kept[1]["refresh_id"]
    assert document(home, "publish")["version"]["refresh_id"] == kept[0]["refresh_id"]
    assert document(home, "rollback", "nothing", exit_code=1)["outcome"] == "refused"


def test_add_says_to_machines_what_became_of_each_file(home: Home, tmp_path: Path):
    good, bad = tmp_path / "2026-10-16-offences.csv", tmp_path / "bad.csv"
    shipped = home.file(OFFENCES).read_text(encoding="utf-8")
    good.write_text(
        shipped + "Made up,local policing area,Walsall,Possession of Drugs,2025/26,1,Force\n", encoding="utf-8"
    )
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    first, second = document(home, "add", str(good), str(bad), exit_code=1)
    assert (first["outcome"], first["dataset"], first["released_on"]) == ("placed", OFFENCES, "2026-10-16")
    assert (second["outcome"], second["file"]) == ("refused", str(bad))


def test_what_is_not_understood_ends_with_2(tmp_path: Path):
    assert Home(tmp_path).run("refresh", "--everything").exit_code == 2
    assert Home(tmp_path).run("discrepancies", "--severity", "awful").exit_code == 2


@pytest.mark.parametrize("command", ["discrepancies", "history", "rollback", "publish"])
def test_without_a_warehouse_there_is_one_document_all_the_same(tmp_path: Path, command: str):
    found = document(Home(tmp_path), command, exit_code=0 if command == "history" else 1)
    assert found == [] if command == "history" else found["outcome"] == "refused"


def test_the_help_says_what_each_exit_code_means(tmp_path: Path):
    said = Home(tmp_path).run("--help").output
    for code, meaning in enumerate(
        [
            "done",
            "refused",
            "the command was not",
            "no warehouse",
            "a dataset or a return",
            "published, with",
            "Dagster's",
        ]
    ):
        assert re.search(rf"^ +{code}  {meaning}", said, flags=re.MULTILINE)
