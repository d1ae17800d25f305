"""One refresh through Dagster in this process, quiet unless it is refused."""

from dataclasses import dataclass

import dagster as dg

from orchestration.definitions import defs
from orchestration.refusal import Refusal

WAREHOUSE = dg.AssetKey("warehouse")

# Dagster prints every event; the page and its records hold them, a terminal needs none.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Refreshed:
    """The rows of each mart that is served now, and what went wrong after the publication."""

    rows: dict[str, int]
    faults: list[str]


def refresh() -> Refreshed:
    """Runs the job `refresh`.

    Raises `Refusal` with the message of every step that was refused, or of the error that stopped one, unless the
    warehouse was published before.
    """
    job = defs().resolve_job_def("refresh")
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, run_config=SILENT, raise_on_error=False)
    faults = [_reason(event) for event in result.all_events if event.is_step_failure]
    published = [event for event in result.all_events if event.is_step_materialization and event.asset_key == WAREHOUSE]
    if not published:
        raise Refusal("\n\n".join(faults))
    return Refreshed(published[0].materialization.metadata["mart_rows"].value, faults)


def _reason(event: dg.DagsterEvent) -> str:
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error.cause:
        error = error.cause
    return f"{event.step_key}: {error.message.strip()}\n{''.join(error.stack[-3:])}"
