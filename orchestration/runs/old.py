"""Dagster's records of old runs go after a stated time, but for what its page still shows of each asset."""

from datetime import UTC, datetime, timedelta

from dagster import AssetKey, DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.settings import Settings

FINISHED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]

# Deleting a run takes some tens of milliseconds; what is left over goes the next time.
RUNS_AT_ONCE = 25


def forget_old_runs(instance: DagsterInstance, settings: Settings) -> int:
    """Deletes ended runs that began more than `settings.days_of_runs` days ago, some at a time; says how many.

    A run stays as long as it is the last that made an asset: without it, a dataset of once a year would look as if it
    had never been read.
    """
    before = datetime.now(UTC) - timedelta(days=settings.days_of_runs)
    old = instance.get_run_records(RunsFilter(statuses=FINISHED, created_before=before), ascending=True)
    if not old:
        return 0
    keys: list[AssetKey] = list(instance.all_asset_keys())
    latest = (instance.get_latest_materialization_event(key) for key in keys)
    needed = {event.run_id for event in latest if event}
    going = [one.dagster_run.run_id for one in old if one.dagster_run.run_id not in needed][:RUNS_AT_ONCE]
    for run_id in going:
        instance.delete_run(run_id)
    return len(going)
