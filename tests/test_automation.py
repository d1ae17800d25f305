"""The sensor asks once for what is new and written; a dataset that is late is named and stops nothing."""

import json
import shutil
import time
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
from homes import Home

from orchestration.definitions import defs
from orchestration.landing.fingerprints import reader_hashes
from orchestration.operating.refresh import SILENT

DEATHS = "ons.drug_poisoning_deaths"
HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    return defs().get_repository_def()


class Sensor:
    """The sensor on raw/ of a home, which remembers its cursor as the daemon does."""

    def __init__(self, repository: dg.RepositoryDefinition) -> None:
        self._repository = repository
        self.cursor: str | None = None

    def look(self) -> list[dg.RunRequest]:
        context = dg.build_sensor_context(repository_def=self._repository, cursor=self.cursor)
        answer = self._repository.get_sensor_def("new_releases")(context)
        self.cursor = getattr(answer, "cursor", None) or context.cursor
        return getattr(answer, "run_requests", None) or []


@pytest.fixture
def sensor(home: Home, repository: dg.RepositoryDefinition, monkeypatch: pytest.MonkeyPatch) -> Sensor:
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    return Sensor(repository)


def test_where_nothing_is_new_the_sensor_asks_for_nothing(sensor: Sensor):
    assert [sensor.look() for _ in range(3)] == [[], [], []]


def test_a_new_release_is_asked_for_once_it_no_longer_changes_and_with_what_follows_alone(home: Home, sensor: Sensor):
    file = home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER + "Made up,local auth")
    with file.open("a", encoding="utf-8") as copying:
        assert [sensor.look(), sensor.look()] == [[], []]
        copying.write("ority,Walsall,2025,21,ONS\n")
    (asked,) = sensor.look()
    assert {dg.AssetKey(["ons", "drug_poisoning_deaths"]), dg.AssetKey("warehouse"), dg.AssetKey("report")} <= set(
        asked.asset_selection
    )
    assert dg.AssetKey(["staging", "stg_ons__drug_poisoning_deaths"]) in asked.asset_selection
    assert dg.AssetKey(["ons", "population_estimates"]) not in asked.asset_selection
    assert dg.AssetKey(["staging", "stg_ons__population_estimates"]) not in asked.asset_selection
    assert sensor.look() == []


def test_a_release_does_not_wait_for_a_file_that_is_written_elsewhere(home: Home, sensor: Sensor):
    reading = home.put("police.drug_related_homicides", "2026-10-16", "homicides.csv", "place,area")
    with reading.open("a", encoding="utf-8") as copying:
        home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER + "Made up,local authority,Walsall,2025,21,ONS\n")
        (asked,) = sensor.look()
        assert dg.AssetKey(["ons", "drug_poisoning_deaths"]) in asked.asset_selection
        assert dg.AssetKey(["police", "drug_related_homicides"]) not in asked.asset_selection
        copying.write("_type,area,period,value\n")
        copying.flush()
        assert [sensor.look(), sensor.look()] == [[], []]
    (asked,) = sensor.look()
    assert dg.AssetKey(["police", "drug_related_homicides"]) in asked.asset_selection
    assert sensor.look() == []


def test_a_file_that_comes_while_the_sensor_waits_is_not_read_half(
    home: Home, sensor: Sensor, monkeypatch: pytest.MonkeyPatch
):
    home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER + "Made up,local authority,Walsall,2025,21,ONS\n")
    pause = time.sleep
    with ExitStack() as copying:

        def begin_to_copy(seconds: float) -> None:
            file = home.put("police.drug_related_homicides", "2026-10-16", "homicides.csv", "place,area")
            copying.enter_context(file.open("a"))
            pause(seconds)

        monkeypatch.setattr("orchestration.releases.watch.time.sleep", begin_to_copy)
        (asked,) = sensor.look()
        assert dg.AssetKey(["ons", "drug_poisoning_deaths"]) in asked.asset_selection
        assert dg.AssetKey(["police", "drug_related_homicides"]) not in asked.asset_selection


def test_new_code_is_acted_on_once_a_copy_has_ended_or_was_given_up(
    home: Home, sensor: Sensor, monkeypatch: pytest.MonkeyPatch
):
    assert sensor.look() == []
    file = home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER)
    hashes = reader_hashes()
    with file.open("a"):
        monkeypatch.setattr("orchestration.defs.automation.code_version", lambda: "another")
        changed = hashes | {DEATHS: "0" * 64, "police.drug_related_homicides": "0" * 64}
        monkeypatch.setattr("orchestration.landing.fingerprints.reader_hashes", lambda: changed)
        assert [sensor.look(), sensor.look()] == [[], []]
    shutil.rmtree(file.parent)
    (asked,) = [one for _ in range(3) for one in sensor.look()]
    assert dg.AssetKey(["ons", "drug_poisoning_deaths"]) in asked.asset_selection
    assert dg.AssetKey(["police", "drug_related_homicides"]) in asked.asset_selection


def test_a_release_that_went_and_came_back_as_it_was_has_another_key(home: Home, sensor: Sensor):
    file = home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER + "Made up,local authority,Walsall,2025,21,ONS\n")
    (first,) = sensor.look()
    file.parent.rename(home.path / "aside")
    assert sensor.look() == []
    (home.path / "aside").rename(file.parent)
    (again,) = sensor.look()
    assert again.run_key != first.run_key


def test_a_dataset_whose_folder_is_gone_is_asked_for(home: Home, sensor: Sensor):
    home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER + "Made up,local authority,Walsall,2025,21,ONS\n")
    assert len(sensor.look()) == 1
    shutil.rmtree(home.path / "raw" / "ons" / "drug_poisoning_deaths")
    (asked,) = sensor.look()
    assert dg.AssetKey(["ons", "drug_poisoning_deaths"]) in asked.asset_selection
    assert sensor.look() == []


def test_the_sensor_goes_on_from_what_an_older_version_remembered(home: Home, sensor: Sensor):
    sensor.cursor = json.dumps({"done": "0123456789abcdef", "seen": "0123456789abcdef"})
    assert sensor.look() == []
    home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER + "Made up,local authority,Walsall,2025,21,ONS\n")
    assert [len(sensor.look()), len(sensor.look())] == [1, 0]


def test_a_release_that_is_not_published_is_asked_for_again_only_when_somebody_changes_it(home: Home, sensor: Sensor):
    file = home.put(DEATHS, "2026-10-16", "deaths.csv", HEADER + "Made up,local authority,Walsall,2025,many,ONS\n")
    keys = {asked.run_key for _ in range(5) for asked in sensor.look()}
    assert len(keys) == 1
    file.write_text(HEADER + "Made up,local authority,Walsall,2025,21,ONS\n", encoding="utf-8")
    assert len(keys | {asked.run_key for _ in range(5) for asked in sensor.look()}) == 2


def test_a_folder_that_is_no_release_is_asked_for_so_that_somebody_is_told(home: Home, sensor: Sensor):
    home.put(DEATHS, "october", "deaths.csv", HEADER)
    (asked,) = [asked for _ in range(3) for asked in sensor.look()]
    assert dg.AssetKey(["ons", "drug_poisoning_deaths"]) in asked.asset_selection


def test_how_late_a_dataset_is_is_said_and_told_once_and_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    home = Home(tmp_path)
    released = date.today() - timedelta(days=400)
    home.put(DEATHS, str(released), "deaths.csv", HEADER)
    # What was typed from a report of that day is no release that another one is due after.
    home.put(
        "ons.alcohol_specific_deaths", str(released), "deaths.csv", HEADER + "Table 1,country,England,2024,1,ONS\n"
    )
    home.put("police.street_crime", str(date.today()), "2026-01-west-midlands-street.csv", "x")
    home.put("ohid.opiate_crack_prevalence", "2001-01-01", "estimates.csv", "x")
    for _ in range(2):
        with dg.DagsterInstance.get() as instance:
            job = defs().resolve_job_def("look_for_late_releases")
            result = job.execute_in_process(instance=instance, run_config=SILENT)
        assert result.success
        found = {one.asset_key.to_user_string(): one for one in result.get_asset_check_evaluations()}
        late = found["ons/drug_poisoning_deaths"]
        assert (late.passed, late.severity) == (False, dg.AssetCheckSeverity.WARN)
        assert late.metadata["days_late"].value in (34, 35)
        assert [name for name, one in found.items() if not one.passed] == ["ons/drug_poisoning_deaths"]
        assert "ohid/opiate_crack_prevalence" not in found
        typed = found["ons/alcohol_specific_deaths"]
        assert typed.metadata["latest_release"].value == "no file of its publisher yet"
    (told,) = [json.loads(line) for line in (tmp_path / "logs" / "alerts.jsonl").read_text("utf-8").splitlines()]
    assert told["what"].startswith(f"{DEATHS} is late: its release was due on ")
