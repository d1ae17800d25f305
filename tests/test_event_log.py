"""Dagster's records of events in SQLite, kept by the project's own class."""

import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.instance.ref import InstanceRef
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy.exc import OperationalError

from orchestration.runs import event_log
from orchestration.runs.event_log import ENGINES_KEPT, EventLog
from orchestration.settings import PROJECT, quiet_environment


@dg.asset(check_specs=[dg.AssetCheckSpec("has_rows", asset="counted")])
def counted() -> dg.MaterializeResult:
    return dg.MaterializeResult(
        metadata={"rows": 3}, check_results=[dg.AssetCheckResult(check_name="has_rows", passed=True)]
    )


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dg.DagsterInstance]:
    """Opens the records in a home of Dagster: with the project's settings, or with none and so by Dagster's class."""
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))

    def open_records(with_settings: bool) -> dg.DagsterInstance:
        settings = tmp_path / "dagster.yaml"
        if with_settings:
            shutil.copy(PROJECT / ".dagster" / "dagster.yaml", settings)
        else:
            settings.write_text("telemetry:\n  enabled: false\n")
        return dg.DagsterInstance.from_ref(InstanceRef.from_dir(str(tmp_path)))

    return open_records


def run(instance: dg.DagsterInstance) -> str:
    result = dg.materialize([counted], instance=instance)
    assert result.success
    return result.run_id


def kinds(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    records = instance.get_records_for_run(run_id).records
    return [str(one.event_log_entry.dagster_event_type) for one in records]


def test_dagsters_own_class_reads_what_the_project_wrote_and_the_other_way_round(
    opened: Callable[..., dg.DagsterInstance],
):
    with opened(with_settings=True) as ours:
        assert isinstance(ours.event_log_storage, EventLog)
        by_ours = run(ours)
        kinds_by_ours = kinds(ours, by_ours)
    with opened(with_settings=False) as theirs:
        assert type(theirs.event_log_storage) is SqliteEventLogStorage
        by_theirs = run(theirs)
        assert kinds(theirs, by_ours) == kinds_by_ours
        assert theirs.get_latest_materialization_event(dg.AssetKey("counted")).run_id == by_theirs
        kinds_by_theirs = kinds(theirs, by_theirs)
    assert kinds_by_ours == kinds_by_theirs
    with opened(with_settings=True) as ours:
        assert kinds(ours, by_theirs) == kinds_by_theirs
        assert ours.get_latest_materialization_event(dg.AssetKey("counted")).run_id == by_theirs


def test_runs_beyond_the_databases_that_are_kept_open_can_all_be_read(opened: Callable[..., dg.DagsterInstance]):
    with opened(with_settings=True) as instance:
        runs = [run(instance) for _ in range(ENGINES_KEPT + 2)]
        assert len(instance.event_log_storage._engines) <= ENGINES_KEPT
        assert all("DagsterEventType.RUN_SUCCESS" in kinds(instance, one) for one in runs)


def test_what_a_run_plans_is_recorded_alike_event_by_event_or_all_together(
    opened: Callable[..., dg.DagsterInstance], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("DAGSTER_EVENT_BATCH_SIZE", quiet_environment()["DAGSTER_EVENT_BATCH_SIZE"])
    with opened(with_settings=True) as instance:
        together = kinds(instance, run(instance))
        monkeypatch.delenv("DAGSTER_EVENT_BATCH_SIZE")
        assert together == kinds(instance, run(instance))
    assert together.count("DagsterEventType.ASSET_MATERIALIZATION_PLANNED") == 1
    assert together.count("DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED") == 1


def planned(instance: dg.DagsterInstance, run_id: str) -> list[dg.EventLogEntry]:
    """What a run planned, as it was recorded."""
    return [one for one in instance.all_logs(run_id) if str(one.dagster_event_type).endswith("PLANNED")]


def index(folder: Path) -> sqlite3.Connection:
    """The index over all runs, as another process opens it."""
    return sqlite3.connect(folder / "history" / "runs" / "index.db", isolation_level=None, timeout=30)


def test_of_a_batch_that_cannot_be_stored_nothing_is_so_that_what_is_stored_again_is_there_once(
    opened: Callable[..., dg.DagsterInstance], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(event_log, "SQLITE_BUSY_TIMEOUT_SECONDS", 0.2)
    with opened(with_settings=True) as instance, closing(index(tmp_path)) as another:
        run_id = run(instance)
        events = planned(instance, run_id)
        assert len(events) == 2
        another.execute("begin immediate")
        with pytest.raises(OperationalError, match="locked"):
            instance.event_log_storage.store_event_batch(events)
        assert len(planned(instance, run_id)) == 2
        another.execute("rollback")
        instance.event_log_storage.store_event_batch(events)
        assert len(planned(instance, run_id)) == 4
        query = "select count(*) from event_logs where run_id = ? and dagster_event_type like '%PLANNED'"
        assert another.execute(query, [run_id]).fetchone() == (4,)
        assert "DagsterEventType.RUN_SUCCESS" in kinds(instance, run(instance))


def test_threads_that_store_at_once_lose_nothing(opened: Callable[..., dg.DagsterInstance]):
    with opened(with_settings=True) as instance, ThreadPoolExecutor(4) as threads:
        run_id = run(instance)
        events = planned(instance, run_id)
        records = instance.event_log_storage
        stored = [threads.submit(records.store_event_batch, events) for _ in range(10)]
        stored += [threads.submit(records.store_event, one) for one in events for _ in range(10)]
        for one in stored:
            one.result(timeout=60)
        assert len(planned(instance, run_id)) == 2 + 10 * 2 + 10 * 2


def test_a_result_that_dagster_refuses_midway_ends_the_run_in_its_records_at_once(
    opened: Callable[..., dg.DagsterInstance], tmp_path: Path
):
    @dg.multi_asset(specs=[dg.AssetSpec("first"), dg.AssetSpec("second")])
    def both():
        yield dg.MaterializeResult("first")
        yield dg.MaterializeResult("third")

    with opened(with_settings=True) as instance:
        for _ in range(3):
            result = dg.materialize([both], instance=instance, raise_on_error=False)
            found = kinds(instance, result.run_id)
            assert found[-1] == "DagsterEventType.RUN_FAILURE"
            assert "DagsterEventType.STEP_FAILURE" in found
        with closing(index(tmp_path)) as another:
            another.execute("begin immediate")
            another.execute("rollback")


SLOW = """
import sys, time
import dagster as dg
from dagster._core.instance.ref import InstanceRef

@dg.op
def step(context):
    for number in range(3):
        context.log.info(f"event {number}")
        time.sleep(0.4)

@dg.job
def slow():
    step()

with dg.DagsterInstance.from_ref(InstanceRef.from_dir(sys.argv[1])) as instance:
    slow.execute_in_process(instance=instance, run_id=sys.argv[2])
"""


def test_a_process_that_watches_a_run_is_told_of_each_event_while_it_goes_on(
    opened: Callable[..., dg.DagsterInstance], tmp_path: Path
):
    run_id = str(uuid.uuid4())
    told: list[tuple[float, str]] = []
    with opened(with_settings=True) as instance:
        # What the page does: it opens the run's records and asks to be told of more.
        instance.event_log_storage.get_records_for_run(run_id)
        instance.watch_event_logs(run_id, None, lambda entry, _: told.append((time.monotonic(), entry.user_message)))
        process = subprocess.Popen([sys.executable, "-c", SLOW, str(tmp_path), run_id], cwd=PROJECT)
        assert process.wait(timeout=60) == 0
        ended = time.monotonic()
        deadline = ended + 10
        while not any("event 2" in text for _, text in told) and time.monotonic() < deadline:
            time.sleep(0.1)
    when = {text: at for at, text in told if text.startswith("event ")}
    assert list(when) == ["event 0", "event 1", "event 2"]
    assert when["event 0"] < ended - 0.5


def test_records_that_another_process_wiped_are_begun_anew(opened: Callable[..., dg.DagsterInstance]):
    with opened(with_settings=True) as instance:
        before = run(instance)
        with opened(with_settings=True) as another:
            another.wipe()
        assert not kinds(instance, before)
        after = run(instance)
        assert "DagsterEventType.RUN_SUCCESS" in kinds(instance, after)
        assert [record.dagster_run.run_id for record in instance.get_run_records()] == [after]
