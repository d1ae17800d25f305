"""A run that failed while nobody looked: one alert, by the sensor that watches every run of the page and the daemon.

A refresh from the command line sends its own.
"""

import dagster as dg

from orchestration.alerts.alert import alert, failed_run
from orchestration.settings import Settings

TOLD = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.ASSET_CHECK_EVALUATION}


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=30)
def alert_of_failed_runs(context: dg.RunFailureSensorContext) -> None:
    """Sends the alert of a failed refresh, a blocked publication or a failed fetch to where the settings say."""
    run = context.dagster_run
    records = context.instance.get_records_for_run(run.run_id, of_type=TOLD).records
    settings = Settings.from_environment()
    event = failed_run(run.job_name, run.run_id, [one.event_log_entry.dagster_event for one in records], settings)
    sent = alert(event, settings)
    context.log.info(f"{event.what} Sent by: {sent.way}. {' '.join(sent.faults)}")
