"""A run that died blocks nothing: it is failed, told of and asked for again, and a run that is at work is left alone."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError
from dagster._core.remote_origin import GrpcServerCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
from homes import Home
from receivers import Chat

from orchestration.alerts.alert import failed_run, reason_of, was_interrupted
from orchestration.definitions import defs
from orchestration.runs.lost import (
    SECONDS_TO_FIRST_STEP,
    SECONDS_TO_TAKE_A_LOCK,
    at_work,
    died_before_their_record,
    ended,
    fail_lost_runs,
    waiting_runs,
)
from orchestration.settings import PROJECT, Settings
from orchestration.support.signals import on_signals

DEATHS = "ons.drug_poisoning_deaths"
GOOD = "place,area_type,area,registration_year,deaths,credited_to\nMade up,local authority,Walsall,2025,21,ONS\n"


@dg.op
def nothing() -> None: ...


@dg.job
def idle() -> None:
    nothing()


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "instance").mkdir()
    # Where the locks of runs are.
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with dg.DagsterInstance.local_temp(str(tmp_path / "instance")) as made:
        yield made


def begun(instance: dg.DagsterInstance) -> str:
    return instance.create_run_for_job(idle, status=dg.DagsterRunStatus.STARTED).run_id


def settings_of(path: Path) -> Settings:
    return Settings(path, path / "raw")


def test_a_run_whose_process_is_gone_is_failed_and_one_that_is_at_work_is_not(
    instance: dg.DagsterInstance, tmp_path: Path
):
    gone, here, elsewhere, new = (begun(instance) for _ in range(4))
    at_work(here)
    hold = "import sys, time; from orchestration.runs.lost import at_work; at_work(sys.argv[1]); "
    hold += "print('held', flush=True); time.sleep(60)"
    processes = [
        subprocess.Popen([sys.executable, "-c", hold, run], cwd=PROJECT, stdout=subprocess.PIPE)
        for run in (gone, elsewhere)
    ]
    for process in processes:
        assert process.stdout.readline() == b"held\n"
    assert fail_lost_runs(instance) == []
    processes[0].kill()
    processes[0].wait()
    assert [run.run_id for run in fail_lost_runs(instance)] == [gone]
    assert fail_lost_runs(instance) == []
    status = {run.run_id: run.status for run in instance.get_runs()}
    assert status[gone] == dg.DagsterRunStatus.FAILURE
    assert {status[run] for run in (here, elsewhere, new)} == {dg.DagsterRunStatus.STARTED}
    ended(here)
    processes[1].kill()
    processes[1].wait()
    assert [run.run_id for run in fail_lost_runs(instance)] == [elsewhere]
    assert not (tmp_path / "at_work" / f"{gone}.lock").exists()


def test_a_run_that_ends_while_it_is_looked_at_keeps_its_end(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    run = begun(instance)
    at_work(run)
    records = instance.get_run_records

    def read_then_end(*given: object) -> list[dg.RunRecord]:
        found = records(*given)
        instance.report_dagster_event(dg.DagsterEvent("PIPELINE_SUCCESS", "idle"), run)
        ended(run)
        return found

    monkeypatch.setattr(instance, "get_run_records", read_then_end)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + SECONDS_TO_FIRST_STEP + 1)
    assert fail_lost_runs(instance) == []
    assert instance.get_run_by_id(run).status == dg.DagsterRunStatus.SUCCESS


def test_a_run_that_died_after_it_had_published_is_not_told_of_as_one_that_published_nothing(home: Home):
    settings = settings_of(home.path)
    ((run,),) = home.query("select refresh_id from audit.refreshes order by finished_at desc limit 1")
    assert failed_run("refresh", run, [], settings).what.startswith("The refresh was published, but the steps after")
    assert failed_run("refresh", "another", [], settings).what.startswith("The refresh failed: nothing was published.")


def test_a_run_that_died_before_its_first_step_is_failed_once_it_should_have_come_to_it(
    instance: dg.DagsterInstance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    early = begun(instance)
    assert fail_lost_runs(instance) == []
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + SECONDS_TO_FIRST_STEP + 1)
    assert [run.run_id for run in fail_lost_runs(instance)] == [early]


def test_a_run_that_waits_too_long_is_named(instance: dg.DagsterInstance):
    # Only what a daemon can start is queued.
    place = GrpcServerCodeLocationOrigin(host="localhost", port=1, location_name="here")
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(place, "here"), "idle")
    run = instance.create_run_for_job(idle, status=dg.DagsterRunStatus.QUEUED, remote_job_origin=origin).run_id
    assert waiting_runs(instance, 600) == []
    assert [one.run_id for one in waiting_runs(instance, -1)] == [run]


@dg.op
def stopped_halfway() -> None:
    try:
        raise DagsterExecutionInterruptedError
    finally:
        raise ValueError("the connection is in use")


@dg.op
def wrong() -> None:
    raise ValueError("the connection is in use")


@pytest.mark.parametrize(("step", "stopped"), [(stopped_halfway, True), (wrong, False)], ids=["stopped", "wrong"])
def test_a_step_that_fails_as_it_is_stopped_is_no_error_in_the_program(
    instance: dg.DagsterInstance, step: dg.OpDefinition, stopped: bool
):
    @dg.job(name="one_step")
    def job() -> None:
        step()

    events = job.execute_in_process(instance=instance, raise_on_error=False).all_events
    (reason,) = [reason_of(event) for event in events if event.is_step_failure]
    assert was_interrupted(events) is stopped
    assert ("was stopped before" in reason) is stopped
    assert ("error in the program" in reason) is not stopped


def has_build(home: Home, records: Path) -> bool:
    """Whether dbt has the build in its hands."""
    builds = (home.path / "builds").glob("*/warehouse.duckdb*")
    return any(build.stat().st_size > 1_000_000 for build in builds)


def has_run(home: Home, records: Path) -> bool:
    """Whether the run has just begun, and no step of it."""
    return bool(runs_at_work(records))


def runs_at_work(records: Path) -> list[str]:
    return [path.stem for path in records.rglob("*.lock") if len(path.stem) == 36]


def start(
    home: Home,
    records: Path,
    ignored: tuple[signal.Signals, ...] = (),
    until: Callable[[Home, Path], bool] = has_build,
) -> subprocess.Popen:
    """A refresh of everything in a process of its own, once it has come so far.

    It begins with the signals `ignored`, as what a shell starts in the background begins with SIGINT.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "refresh", "--full"],
        cwd=PROJECT,
        env=os.environ | {"WAREHOUSE_HOME": str(home.path), "DAGSTER_HOME": str(records)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=lambda: [signal.signal(number, signal.SIG_IGN) for number in ignored],
    )
    while process.poll() is None and not until(home, records):
        time.sleep(0.01)
    return process


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "records"
    path.mkdir()
    (path / "dagster.yaml").write_text((PROJECT / ".dagster" / "dagster.yaml").read_text())
    monkeypatch.setenv("DAGSTER_HOME", str(path))
    return path


@pytest.mark.parametrize("ignored", [(), (signal.SIGINT,)], ids=["at a terminal", "in the background"])
def test_a_refresh_whose_terminal_is_closed_says_so_and_records_its_end(home: Home, records: Path, ignored):
    process = start(home, records, ignored)
    process.send_signal(signal.SIGHUP)
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 1, said
    assert "was stopped before" in said
    assert "error in the program" not in said
    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_runs()
        assert run.is_finished
    (told,) = (home.path / "logs" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert run.run_id in told


def test_a_run_that_is_stopped_before_its_first_step_is_told_of_by_its_name(home: Home, records: Path):
    process = start(home, records, until=has_run)
    (run,) = runs_at_work(records)
    process.send_signal(signal.SIGHUP)
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 1, said
    assert "Refused. Nothing was published" in said
    (told,) = (home.path / "logs" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()
    assert run in told


def test_a_closed_terminal_that_was_to_be_ignored_stays_ignored_and_no_other_signal_does():
    """As `nohup` asks for."""
    heard: list[int] = []
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        with on_signals(lambda number, _: heard.append(number), "SIGHUP", "SIGTERM"):
            signal.raise_signal(signal.SIGHUP)
            signal.raise_signal(signal.SIGTERM)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert heard == [signal.SIGTERM]


def test_a_process_that_died_before_its_run_was_recorded_is_told_of_once(
    instance: dg.DagsterInstance, tmp_path: Path, chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    hold = "import os, sys; from orchestration.runs.lost import at_work; at_work('unrecorded'); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", hold], cwd=PROJECT)
    assert died_before_their_record(instance) == []
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + SECONDS_TO_TAKE_A_LOCK + 1)
    sensor = defs().resolve_sensor_def("lost_runs")
    for _ in range(2):
        sensor(dg.build_sensor_context(instance=instance, repository_def=defs().get_repository_def()))
    (told,) = chat.told
    assert "The process of this run is gone" in told
    assert "run unrecorded" in told


def test_a_run_whose_process_died_between_its_record_and_its_start_is_failed(
    instance: dg.DagsterInstance, tmp_path: Path
):
    recorded = instance.create_run_for_job(idle).run_id
    # One of the daemon's has no lock until its first step.
    launched = instance.create_run_for_job(idle, status=dg.DagsterRunStatus.STARTING).run_id
    hold = "import os, sys; from orchestration.runs.lost import at_work; at_work(sys.argv[1]); os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", hold, recorded], cwd=PROJECT)
    assert [run.run_id for run in fail_lost_runs(instance)] == [recorded]
    assert instance.get_run_by_id(launched).status == dg.DagsterRunStatus.STARTING


def test_what_a_killed_refresh_was_to_do_is_asked_for_again_and_told(
    home: Home, records: Path, chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    home.put(DEATHS, "2026-10-16", "deaths.csv", GOOD)
    process = start(home, records)
    process.kill()
    process.communicate()
    definitions = defs()
    sensor = definitions.resolve_sensor_def("lost_runs")
    repository = definitions.get_repository_def()
    with dg.DagsterInstance.get() as instance:
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.STARTED
        looked = sensor(dg.build_sensor_context(instance=instance, repository_def=repository))
        (run,) = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.FAILURE
        (asked,) = looked.run_requests
        assert dg.AssetKey(["ons", "drug_poisoning_deaths"]) in asked.asset_selection
        # Dagster's sensor of failed runs is shown no run that a command began; it tells nothing twice.
        (told,) = chat.told
        failed = dg.build_run_status_sensor_context(
            "alert_of_failed_runs",
            dagster_instance=instance,
            dagster_run=run,
            dagster_event=instance.get_records_for_run(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
            .records[-1]
            .event_log_entry.dagster_event,
        ).for_run_failure()
        definitions.resolve_sensor_def("alert_of_failed_runs")(failed)
    assert chat.told == [told]
    assert told.startswith("The refresh failed: nothing was published.")
    assert home.refresh().exit_code == 0
    assert home.query(f"select count(*) from marts.dim_releases where dataset = '{DEATHS}'") == [(2,)]
