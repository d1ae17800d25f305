"""The last step of a refresh: the finished build takes the place of warehouse.duckdb."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.alerts import alert, new_discrepancies, severe_discrepancies
from orchestration.defs.transform import models
from orchestration.publish import end_turn, publish
from orchestration.refusal import Refusal
from orchestration.settings import Settings


@dg.asset(key="warehouse", group_name="published", deps=list(models.keys), kinds={"duckdb"})
def warehouse(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """warehouse.duckdb: the file that analysts and BI tools read, replaced in one rename by the run's build."""
    settings = Settings.from_environment()
    try:
        run = context.instance.get_run_record_by_id(context.run.run_id)
        started_at = datetime.fromtimestamp(run.start_time, UTC) if run and run.start_time else None
        build = settings.build(context.run.run_id)
        public_build = None
        if settings.has_public_edition and build.is_file():
            from orchestration.public_edition import make_public_edition

            public_build = make_public_edition(settings, build)
        before = severe_discrepancies(settings.warehouse)
        rows = publish(settings, build, context.run.run_id, started_at, public_build)
    except Refusal as refusal:
        end_turn(settings)
        raise dg.Failure(description=str(refusal), allow_retries=False) from refusal
    after = severe_discrepancies(settings.warehouse)
    if event := new_discrepancies(before, after, context.run.run_id, settings):
        context.log.warning(f"{event.text}\n\nSent by: {alert(event, settings).way}")
    lines = [f"| marts.{name} | {count} |" for name, count in rows.items()]
    table = "\n".join(["| table | rows |", "| --- | --- |", *lines])
    return dg.MaterializeResult(
        metadata={
            "rows": dg.MetadataValue.md(table),
            "mart_rows": rows,
            "bytes": settings.warehouse.stat().st_size,
            "path": dg.MetadataValue.path(settings.warehouse),
        }
    )


refresh = dg.define_asset_job(
    "refresh",
    # A refresh reads what is in raw/ and touches no network.
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("fetching"),
    description="Reads new releases, builds and checks every model, publishes.",
)

# DuckDB takes one writing process, and steps of seconds are not worth a process each.
executor = dg.in_process_executor
