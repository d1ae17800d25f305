"""Runs whose process died: they are found, failed and asked for again, so that the queue behind them moves.

A process that is killed tells nobody. In Dagster's records its run goes on for ever, and a queue of one waits for it.
So each process holds a lock for its run from its first step to its end, which the system takes from it however it ends,
a power cut among the ways. A run that is said to be at work and whose lock is free is at work no more.
"""

import time
from pathlib import Path

import dagster as dg
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from filelock import FileLock, Timeout

from orchestration.settings import Settings

# A process that has not come to its first step after so many seconds has died before: its start takes five.
SECONDS_TO_FIRST_STEP = 120

DIED = "The process of this run is gone: it was killed, or the machine was restarted."

# Of the runs of this process; a lock that nobody holds on to is released by the garbage collector.
_held: dict[Path, FileLock] = {}


def _lock_of(settings: Settings, run_id: str) -> Path:
    return settings.logs / "runs" / f"{run_id}.lock"


def at_work(settings: Settings, run_id: str) -> None:
    """Says that this process is at work for the run, until `ended` or its own end."""
    path = _lock_of(settings, run_id)
    if path not in _held:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path, thread_local=False)
        lock.acquire()
        _held[path] = lock


def ended(settings: Settings, run_id: str) -> None:
    """Takes that back, where the process goes on after its run."""
    path = _lock_of(settings, run_id)
    if lock := _held.pop(path, None):
        lock.release()
        path.unlink(missing_ok=True)


def fail_lost_runs(instance: DagsterInstance, settings: Settings) -> list[DagsterRun]:
    """Fails the runs whose process is gone and returns them; forgets the locks of runs that have ended."""
    at_work_by_record = instance.get_run_records(
        RunsFilter(statuses=[DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING])
    )
    lost = []
    for record in at_work_by_record:
        run = record.dagster_run
        path = _lock_of(settings, run.run_id)
        began = record.start_time or record.update_timestamp.timestamp()
        if not _is_free(path) and (path.exists() or time.time() - began < SECONDS_TO_FIRST_STEP):
            continue
        # A run records its end before it lets its lock go: it may have done both since the records were read.
        now = instance.get_run_by_id(run.run_id)
        if now is None or now.is_finished:
            continue
        instance.report_run_failed(now, DIED)
        lost.append(run)
    going_on = {_lock_of(settings, record.dagster_run.run_id) for record in at_work_by_record}
    for path in (settings.logs / "runs").glob("*.lock"):
        if path not in going_on and _is_free(path):
            path.unlink(missing_ok=True)
    return [instance.get_run_by_id(run.run_id) or run for run in lost]


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
