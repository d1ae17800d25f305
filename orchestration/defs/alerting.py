"""A run that failed while nobody looked: one alert, by the sensor that watches every run of the page and the daemon.

A refresh from the command line sends its own; of one whose process died the sensor of lost runs sends it, since this
sensor is shown no run that a command began.
"""

import dagster as dg

from orchestration.alerts.alert import Sent, alert, failed_run
from orchestration.settings import Settings

TOLD = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.ASSET_CHECK_EVALUATION}


def tell_of_failed_run(instance: dg.DagsterInstance, run: dg.DagsterRun, settings: Settings) -> tuple[str, Sent]:
    """Sends the alert of a run that failed, once. Returns what it says in a line, and what became of it."""
    records = instance.get_records_for_run(run.run_id, of_type=TOLD).records
    events = [found for one in records if (found := one.event_log_entry.dagster_event)]
    event = failed_run(run.job_name, run.run_id, events, settings)
    return event.what, alert(event, settings)


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=30)
def alert_of_failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Sends the alert of a failed refresh, a blocked publication or a failed fetch to where the settings say."""
    what, sent = tell_of_failed_run(context.instance, context.dagster_run, Settings.from_environment())
    context.log.info(f"{what} Sent by: {sent.way}. {' '.join(sent.faults)}")
