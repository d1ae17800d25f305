"""Runs whose process died: they are found, failed and asked for again, so that the queue behind them moves.

A process that is killed tells nobody. In Dagster's records its run goes on for ever, and a queue of one waits for it.
So each process holds a lock for its run from its first step to its end, which the system takes from it however it ends,
a power cut among the ways. A run that is said to be at work and whose lock is free is at work no more.
"""

import os
import time
from pathlib import Path
from typing import Any

import dagster as dg
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from filelock import FileLock, Timeout

from orchestration.logs.faults import as_refusal
from orchestration.settings import Settings, dagster_home, quiet_environment

# A process that has not come to its first step after so many seconds has died before: its start takes five.
SECONDS_TO_FIRST_STEP = 120

DIED = "The process of this run is gone: it was killed, or the machine was restarted."

# A lock that is younger may have been made and not yet taken.
SECONDS_TO_TAKE_A_LOCK = 10

# Of the runs of this process; a lock that nobody holds on to is released by the garbage collector.
_held: dict[Path, FileLock] = {}


def _locks() -> Path:
    # Beside the records, which several homes can share.
    return dagster_home() / "at_work"


# What a run is recorded as until its process has begun to work.
NOT_YET_AT_WORK = (DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING)


def _lock_of(run_id: str) -> Path:
    return _locks() / f"{run_id}.lock"


def at_work(run_id: str) -> None:
    """Says that this process is at work for the run, until `ended` or its own end."""
    path = _lock_of(run_id)
    if path not in _held:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, thread_local=False)
        lock.acquire()
        _held[path] = lock


def ended(run_id: str) -> None:
    """Takes that back, where the process goes on after its run."""
    path = _lock_of(run_id)
    if lock := _held.pop(path, None):
        lock.release()
        path.unlink(missing_ok=True)


def find_lost_runs(instance: DagsterInstance) -> list[DagsterRun]:
    """The runs that are said to be at work and whose process is gone."""
    lost = []
    for record in _at_work_by_record(instance):
        run = record.dagster_run
        path = _lock_of(run.run_id)
        began = record.start_time or record.update_timestamp.timestamp()
        # A run of the daemon has no lock before its first step, and waits for its process until then.
        has_time = run.status in NOT_YET_AT_WORK or time.time() - began < SECONDS_TO_FIRST_STEP
        if not _is_free(path) and (path.exists() or has_time):
            continue
        # A run records its end before it lets its lock go: it may have done both since the records were read.
        now = instance.get_run_by_id(run.run_id)
        if now is not None and not now.is_finished:
            lost.append(run)
    return lost


def fail_lost_runs(instance: DagsterInstance) -> list[DagsterRun]:
    """Fails the runs whose process is gone and returns them; forgets the locks of runs that have ended."""
    lost = find_lost_runs(instance)
    for run in lost:
        instance.report_run_failed(run, DIED)
    going_on = {_lock_of(record.dagster_run.run_id) for record in _at_work_by_record(instance)}
    for path in _locks().glob("*.lock"):
        # What has no record is the matter of `died_before_their_record`.
        if path not in going_on and _is_free(path) and instance.get_run_by_id(path.stem):
            path.unlink(missing_ok=True)
    return [instance.get_run_by_id(run.run_id) or run for run in lost]


def _at_work_by_record(instance: DagsterInstance) -> list[dg.RunRecord]:
    statuses = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING, *NOT_YET_AT_WORK]
    return list(instance.get_run_records(RunsFilter(statuses=statuses)))


def died_before_their_record(instance: DagsterInstance) -> list[str]:
    """The identifiers of runs whose process died before Dagster had a record of them; each is returned once."""
    found = []
    for path in _locks().glob("*.lock"):
        if _is_left(path) and instance.get_run_by_id(path.stem) is None:
            path.unlink(missing_ok=True)
            found.append(path.stem)
    return found


def _is_left(path: Path) -> bool:
    """Whether the lock is there, nobody holds it, and nobody is about to take it."""
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return False
    return age > SECONDS_TO_TAKE_A_LOCK and _is_free(path)


def _is_free(path: Path) -> bool:
    """Whether the lock is there and nobody holds it."""
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0, thread_local=False):
            return True
    except Timeout:
        return False


def is_tried_again(run: DagsterRun) -> bool:
    """Whether Dagster itself starts the failed run again (run_retries)."""
    return run.tags.get("dagster/will_retry") == "true"


def waiting_runs(instance: DagsterInstance, seconds: float) -> list[dg.DagsterRun]:
    """The runs that have been in the queue for longer."""
    queued = instance.get_run_records(RunsFilter(statuses=[DagsterRunStatus.QUEUED]))
    return [one.dagster_run for one in queued if time.time() - one.create_timestamp.timestamp() > seconds]


def queue(settings: Settings) -> dict[str, Any]:
    """Whether Dagster's queue moves, as plain values.

    `waiting` are the runs that have waited for longer than WAREHOUSE_WAIT, `lost` those whose process is gone; each
    with its run_id and job. `fault` says why the records could not be read. A home that Dagster never ran in has none.
    """
    found: dict[str, Any] = {"waiting": [], "lost": [], "fault": None}
    home = Path(quiet_environment()["DAGSTER_HOME"])
    if not home.is_dir():
        return found
    os.environ.update(quiet_environment())
    try:
        with DagsterInstance.get() as instance:
            waiting, lost = waiting_runs(instance, settings.wait_for_writer), find_lost_runs(instance)
    except Exception as error:
        # Dagster's own errors, of its settings, its database or the system, have no parent in common.
        return found | {"fault": str(as_refusal(error))}
    for name, runs in (("waiting", waiting), ("lost", lost)):
        found[name] = [{"run_id": run.run_id, "job": run.job_name} for run in runs]
    return found
