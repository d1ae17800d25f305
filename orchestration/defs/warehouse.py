"""The last step of a refresh: the finished build takes the place of warehouse.duckdb."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.alerts.alert import Alert, alert, failed, new_discrepancies, new_set_aside, severe_discrepancies
from orchestration.alerts.signals import new_signals, served_signals
from orchestration.defs.ingest import READ_NOW, TAKEN, TAKEN_MEANS, taken_check
from orchestration.defs.models import models
from orchestration.defs.resources import Home, Writer
from orchestration.landing.fingerprints import Changes, dataset_names
from orchestration.logs.log import log
from orchestration.publishing.publish import publish
from orchestration.publishing.refreshes import Effort, peak_megabytes
from orchestration.releases.set_aside import served_set_aside
from orchestration.settings import OWNERS, Settings
from orchestration.support.progress import tell
from orchestration.support.refusal import Refusal, system_errors_as_refusals

# Metadata of the warehouse: why there is no public edition of it, and the alerts that did not arrive.
NOT_SENT = "alerts_not_sent"


@dg.asset(
    key="warehouse",
    group_name="published",
    deps=list(models.keys),
    kinds={"duckdb"},
    owners=OWNERS,
    check_specs=[dg.AssetCheckSpec(TAKEN, asset="warehouse", description=TAKEN_MEANS)],
)
def warehouse(context: dg.AssetExecutionContext, home: Home, writer: Writer) -> dg.MaterializeResult:
    """warehouse.duckdb: the file that analysts and BI tools read, replaced in one rename by the run's build."""
    settings = home.settings
    tell("Checking and publishing the warehouse")
    try:
        with system_errors_as_refusals():
            writer.take()
            run = context.instance.get_run_record_by_id(context.run.run_id)
            started_at = datetime.fromtimestamp(run.start_time, UTC) if run and run.start_time else None
            build = settings.build(context.run.run_id)
            public_build, public_fault = None, ""
            if settings.has_public_edition and build.is_file():
                from orchestration.disclosure.public_edition import make_public_edition

                try:
                    public_build = make_public_edition(settings, build)
                except Refusal as refusal:
                    # What must not be given away keeps nobody of the partnership from its figures.
                    public_fault = str(refusal)
            before = severe_discrepancies(settings.warehouse)
            known = served_set_aside(settings)
            signals = served_signals(settings.warehouse)
            published = publish(settings, build, context.run.run_id, started_at, public_build, _effort(context))
    except Refusal as refusal:
        log(settings, context.run.run_id, "refused", step="publication", message=str(refusal))
        raise dg.Failure(description=str(refusal), allow_retries=False) from None
    after = severe_discrepancies(settings.warehouse)
    set_aside = served_set_aside(settings)
    events = (
        new_discrepancies(before, after, context.run.run_id, settings),
        new_set_aside(known, set_aside, context.run.run_id, settings),
        new_signals(signals, served_signals(settings.warehouse), context.run.run_id, settings),
    )
    not_sent = [text for event in events if event for text in _told(context, event, settings)]
    if public_fault:
        log(settings, context.run.run_id, "public edition refused", message=public_fault)
        event = failed("public edition", public_fault, settings, context.run.run_id)
        not_sent += [public_fault, *_told(context, event, settings)]
    rows, record = published.rows, published.record
    log(settings, context.run.run_id, "published", refresh=record)
    lines = [f"| marts.{name} | {count} |" for name, count in rows.items()]
    table = "\n".join(["| table | rows |", "| --- | --- |", *lines])
    return dg.MaterializeResult(
        metadata={
            **{
                name: value
                for name, value in record.items()
                if isinstance(value, str | int | float) and name not in ("refresh_id", "outcome")
            },
            "rows": dg.MetadataValue.md(table),
            "mart_rows": rows,
            "bytes": settings.warehouse.stat().st_size,
            "path": dg.MetadataValue.path(settings.warehouse),
            NOT_SENT: not_sent,
        },
        check_results=[taken_check([f"{one['message']}\n{one['what_to_do']}" for one in set_aside])],
    )


def _told(context: dg.AssetExecutionContext, event: Alert, settings: Settings) -> list[str]:
    """Sends an alert, and says what of it did not arrive."""
    sent = alert(event, settings)
    context.log.warning(f"{event.text}\n\nSent by: {sent.way}")
    return [] if sent.way else [f"The alert of this did not arrive: {event.what}\n  " + "\n  ".join(sent.faults)]


def _effort(context: dg.AssetExecutionContext) -> Effort:
    """What the run took until now, by Dagster's own records of its steps."""
    run_id = context.run.run_id
    seconds = {"reading": 0.0, "building": 0.0}
    for step in context.instance.get_run_step_stats(run_id):
        if step.start_time and step.end_time:
            seconds["building" if step.step_key == "models" else "reading"] += step.end_time - step.start_time
    landed = context.instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
    metadata = [one.asset_materialization.metadata for one in landed]
    datasets = sorted(
        ".".join(one.asset_materialization.asset_key.path)
        for one in landed
        if READ_NOW in one.asset_materialization.metadata
    )
    everything = set(datasets) == set(dataset_names())
    return Effort(
        extent="everything" if everything else "what follows from " + ", ".join(datasets),
        rows_read=sum(one[READ_NOW].value for one in metadata if READ_NOW in one),
        seconds_reading=round(seconds["reading"], 2),
        seconds_building=round(seconds["building"], 2),
        peak_megabytes=round(peak_megabytes(), 1),
    )


def what_follows(changes: Changes) -> dg.AssetSelection:
    """The datasets that changed, all that is built from them, the list of releases, and the publication."""
    changed = dg.AssetSelection.assets(*(dataset.split(".") for dataset in changes.datasets))
    return changed.downstream() | dg.AssetSelection.assets(["marts", "dim_releases"]).downstream()


refresh = dg.define_asset_job(
    "refresh",
    # A refresh reads what is in raw/ and touches no network.
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("fetching"),
    description="Reads new releases, builds and checks every model, publishes.",
    # A run whose process died is started again whole: its build is gone with it.
    tags={"dagster/retry_strategy": "ALL_STEPS"},
)
