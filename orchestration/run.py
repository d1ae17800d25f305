"""One refresh through Dagster in this process, quiet unless it is refused."""

import os
import uuid
from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from orchestration.alerts import Alert, failed_run, reason_of
from orchestration.changes import Changes
from orchestration.definitions import defs
from orchestration.defs.warehouse import NOT_SENT, what_follows
from orchestration.lost_runs import at_work, ended
from orchestration.refusal import Refusal, system_errors_as_refusals
from orchestration.settings import Settings

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
    """The rows of each mart that is served now, and what went wrong after the publication."""

    rows: dict[str, int]
    faults: list[str]


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
    with system_errors_as_refusals():
        # Dagster takes a folder that is not there for a fault of its settings.
        Path(os.environ["DAGSTER_HOME"]).mkdir(parents=True, exist_ok=True)
    settings, run_id = Settings.from_environment(), str(uuid.uuid4())
    at_work(settings, run_id)
    try:
        with dg.DagsterInstance.get() as instance:
            result = job.execute_in_process(
                instance=instance,
                run_config=SILENT,
                raise_on_error=False,
                asset_selection=selection,
                run_id=run_id,
                # Only this process knows the command that asked for it; what is left is asked for by the sensor.
                tags={"dagster/max_retries": "0"},
            )
    finally:
        ended(settings, run_id)
    faults = [reason_of(event) for event in result.all_events if event.is_step_failure]
    published = [event for event in result.all_events if event.is_step_materialization and event.asset_key == WAREHOUSE]
    if not published:
        raise RunFailed("\n\n".join(faults), failed_run("refresh", result.run_id, result.all_events, settings))
    metadata = published[0].materialization.metadata
    return Refreshed(metadata["mart_rows"].value, [*faults, *metadata[NOT_SENT].value])
