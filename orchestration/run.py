"""One refresh through Dagster in this process, quiet unless it is refused."""

import dagster as dg

from orchestration.alerts import Alert, failed_run, reason_of
from orchestration.definitions import defs
from orchestration.refusal import Refusal
from orchestration.settings import Settings

# Dagster prints every event; the page and its records hold them, a terminal needs none.
SILENT = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailed(Refusal):
    """A run that failed, with the alert that tells of it."""

    def __init__(self, message: str, event: Alert) -> None:
        super().__init__(message)
        self.event = event


def refresh() -> dict[str, int]:
    """Runs the job `refresh` and returns the rows of each mart.

    Raises `RunFailed` with the message of every step that was refused, or of the error that stopped one.
    """
    job = defs().resolve_job_def("refresh")
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, run_config=SILENT, raise_on_error=False)
    if not result.success:
        message = "\n\n".join(reason_of(event) for event in result.all_events if event.is_step_failure)
        settings = Settings.from_environment()
        raise RunFailed(message, failed_run("refresh", result.run_id, result.all_events, settings))
    (published,) = result.asset_materializations_for_node("warehouse")
    return published.metadata["mart_rows"].value
