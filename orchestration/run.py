"""One refresh through Dagster in this process, quiet unless it is refused."""

import dagster as dg

from orchestration.definitions import defs
from orchestration.refusal import Refusal

# Dagster prints every event; the page and its records hold them, a terminal needs none.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def refresh() -> dict[str, int]:
    """Runs the job `refresh` and returns the rows of each mart.

    Raises `Refusal` with the message of every step that was refused, or of the error that stopped one.
    """
    job = defs().resolve_job_def("refresh")
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, run_config=SILENT, raise_on_error=False)
    if not result.success:
        raise Refusal("\n\n".join(_reason(event) for event in result.all_events if event.is_step_failure))
    (published,) = result.asset_materializations_for_node("warehouse")
    return published.metadata["mart_rows"].value


def _reason(event: dg.DagsterEvent) -> str:
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error.cause:
        error = error.cause
    return f"{event.step_key}: {error.message.strip()}\n{''.join(error.stack[-3:])}"
