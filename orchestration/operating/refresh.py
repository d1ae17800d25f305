"""A refresh run by Dagster in this process, with no output unless it is refused."""

import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import dagster as dg
from filelock import FileLock

from orchestration.alerts.alert import Alert, failed_run, reason_of, was_interrupted
from orchestration.definitions import defs
from orchestration.defs.warehouse import NOT_SENT, what_follows
from orchestration.landing.fingerprints import Changes
from orchestration.runs.lost import at_work, ended
from orchestration.runs.old import forget_old_runs
from orchestration.settings import DAGSTER_FOLDER, Settings
from orchestration.support.refusal import Refusal, refuse

WAREHOUSE = dg.AssetKey("warehouse")

STOPPED = "The run was stopped before its first step or between two. Refresh again."

# Dagster's page and records have every event; a terminal does not need them.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailed(Refusal):
    """A run that failed, with the alert about it."""

    def __init__(self, message: str, event: Alert) -> None:
        super().__init__(message)
        self.event = event


@dataclass(frozen=True)
class Refreshed:
    """The rows of each mart now served, what failed after the publication, and whether that was interrupted (this
    process must then not open a DuckDB file again)."""

    rows: dict[str, int]
    faults: list[str]
    interrupted: bool


def make_dagster_home() -> None:
    """Make the folder of Dagster's records if it is missing, and add the project's settings if it has none.

    Dagster reports a missing folder as an error in its settings, and without settings its runs would not wait for each
    other.
    """
    home = Path(os.environ["DAGSTER_HOME"])
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not (home / "dagster.yaml").exists():
            shutil.copyfile(DAGSTER_FOLDER / "dagster.yaml", home / "dagster.yaml")
    except OSError as error:
        raise refuse(
            home,
            f"that Dagster's records cannot be kept there ({(error.strerror or str(error)).lower()})",
            "to be able to read and write them",
            "Free some space, give write permission, or set DAGSTER_HOME to another folder, then try again.",
        ) from error


@contextmanager
def opened_instance() -> Iterator[dg.DagsterInstance]:
    """Dagster's records, opened under a lock: two commands that find no tables would both create them."""
    with ExitStack() as opened:
        with FileLock(Path(os.environ["DAGSTER_HOME"]) / ".opening.lock"):
            instance = opened.enter_context(dg.DagsterInstance.get())
        yield instance


def events_of(
    job: dg.JobDefinition, instance: dg.DagsterInstance, run_id: str, **options: Any
) -> tuple[Sequence[dg.DagsterEvent], bool]:
    """Run a job in this process: its events, and whether it was stopped between two of its steps.

    A step that is stopped fails and says so. In between, Dagster ends the run and hands on the interruption: what was
    done until then, a publication among it, is in its records.
    """
    try:
        return job.execute_in_process(instance=instance, run_id=run_id, **options).all_events, False
    except KeyboardInterrupt:
        entries = instance.all_logs(run_id)
        return [entry.dagster_event for entry in entries if entry.dagster_event is not None], True


@cache
def _definitions() -> dg.Definitions:
    """Loaded once in a process, however often it refreshes."""
    return defs()


def refresh(changes: Changes) -> Refreshed:
    """Run the job `refresh`: all of it, or what depends on the datasets that changed.

    Raises RunFailed with the message of every failed step, unless the warehouse had already been published.
    """
    definitions = _definitions()
    job = definitions.resolve_job_def("refresh")
    selection = None
    if not changes.why_everything:
        selection = list(what_follows(changes).resolve(definitions.resolve_asset_graph()))
    make_dagster_home()
    settings, run_id = Settings.from_environment(), str(uuid.uuid4())
    events: Sequence[dg.DagsterEvent] = ()
    stopped = False
    at_work(run_id)
    try:
        with opened_instance() as instance:
            events, stopped = events_of(
                job,
                instance,
                run_id,
                run_config=SILENT,
                raise_on_error=False,
                asset_selection=selection,
                # The user sees the result of this command; the sensor requests anything left to do.
                tags={"dagster/max_retries": "0"},
            )
            with suppress(Exception):
                # A failure to delete old records does not undo the publication; the sensor tries again.
                forget_old_runs(instance, settings)
    except KeyboardInterrupt:
        stopped = True
    finally:
        ended(run_id)
    faults = [reason_of(event) for event in events if event.is_step_failure] + ([STOPPED] if stopped else [])
    published = [event for event in events if event.is_step_materialization and event.asset_key == WAREHOUSE]
    if not published:
        raise RunFailed("\n\n".join(faults), failed_run("refresh", run_id, events, settings))
    metadata: dict[str, Any] = {name: one.value for name, one in published[0].materialization.metadata.items()}
    faults += metadata[NOT_SENT]
    return Refreshed(metadata["mart_rows"], faults, stopped or was_interrupted(events))
