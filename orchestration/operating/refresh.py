"""One refresh through Dagster in this process, quiet unless it is refused."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
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

# Dagster prints every event; the page and its records hold them, a terminal needs none.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailed(Refusal):
    """A run that failed, with the alert that tells of it."""

    def __init__(self, message: str, event: Alert) -> None:
        super().__init__(message)
        self.event = event


@dataclass(frozen=True)
class Refreshed:
    """The rows of each mart that is served now, what went wrong after the publication, and whether somebody stopped
    that; this process then opens no file of DuckDB's any more."""

    rows: dict[str, int]
    faults: list[str]
    interrupted: bool


def make_dagster_home() -> None:
    """Makes the folder of Dagster's records where it is not there, with the project's settings where it has none.

    Dagster takes a folder that is not there for a fault of its settings, and one without settings of its own would hold
    runs that do not wait for each other.
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
            "Make room, give the right to write, or set DAGSTER_HOME to another folder, and try again.",
        ) from error


@contextmanager
def opened_instance() -> Iterator[dg.DagsterInstance]:
    """Dagster's records, opened while no other command does: two that find no tables would both make them."""
    with ExitStack() as opened:
        with FileLock(Path(os.environ["DAGSTER_HOME"]) / ".opening.lock"):
            instance = opened.enter_context(dg.DagsterInstance.get())
        yield instance


def refresh(changes: Changes) -> Refreshed:
    """Runs the job `refresh`: all of it, or what follows from the datasets that changed.

    Raises `RunFailed` with the message of every step that was refused, or of the error that stopped one, unless the
    warehouse was published before.
    """
    definitions = defs()
    job = definitions.resolve_job_def("refresh")
    selection = None
    if not changes.why_everything:
        selection = list(what_follows(changes).resolve(definitions.resolve_asset_graph()))
    make_dagster_home()
    settings, run_id = Settings.from_environment(), str(uuid.uuid4())
    at_work(run_id)
    try:
        with opened_instance() as instance:
            result = job.execute_in_process(
                instance=instance,
                run_config=SILENT,
                raise_on_error=False,
                asset_selection=selection,
                run_id=run_id,
                # Only this process knows the command that asked for it; what is left is asked for by the sensor.
                tags={"dagster/max_retries": "0"},
            )
            with suppress(Exception):
                # What was published is published, whatever becomes of old records; the sensor tries again.
                forget_old_runs(instance, settings)
    finally:
        ended(run_id)
    faults = [reason_of(event) for event in result.all_events if event.is_step_failure]
    published = [event for event in result.all_events if event.is_step_materialization and event.asset_key == WAREHOUSE]
    if not published:
        raise RunFailed("\n\n".join(faults), failed_run("refresh", result.run_id, result.all_events, settings))
    metadata: dict[str, Any] = {name: one.value for name, one in published[0].materialization.metadata.items()}
    faults += metadata[NOT_SENT]
    return Refreshed(metadata["mart_rows"], faults, was_interrupted(result.all_events))
