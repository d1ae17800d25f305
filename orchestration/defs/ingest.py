"""One asset a dataset: its releases in raw/ are read into landing/, each once."""

from collections.abc import Sequence

import dagster as dg
import duckdb

from orchestration.datasets.declaration import DATASETS, ROWS, Dataset, load_datasets
from orchestration.defs.resources import RETRIES, SECONDS_TO_RETRY, Home, Writer
from orchestration.landing.land import land
from orchestration.logs.log import log
from orchestration.releases.set_aside import set_aside_text
from orchestration.settings import OWNERS, Settings
from orchestration.support.refusal import PassingRefusal, Refusal, system_errors_as_refusals

# Metadata of a dataset's asset: rows of the releases that this run read.
READ_NOW = "rows_read_now"

# The check of a dataset, and of the published file, that fails where a release was set aside; the rest is published.
TAKEN = "every_release_is_taken"
TAKEN_MEANS = "Whether a release in raw/ was set aside because it cannot be taken. It stops no refresh."


def _asset(dataset: Dataset) -> dg.AssetsDefinition:
    publisher, _, short_name = dataset.name.partition(".")

    @dg.asset(
        key=[publisher, short_name],
        group_name=publisher,
        description=dataset.description,
        owners=OWNERS,
        kinds={"python", "parquet"},
        metadata={
            "title": dataset.title,
            "licence": dataset.licence,
            "landing_page": dg.MetadataValue.url(dataset.landing_page),
            "expected_every": dataset.expected_every or "no calendar",
            "dagster/column_schema": dg.TableSchema([dg.TableColumn(name, "string") for name in dataset.columns]),
        },
        check_specs=[dg.AssetCheckSpec(TAKEN, asset=[publisher, short_name], description=TAKEN_MEANS)],
    )
    def land_releases(context: dg.AssetExecutionContext, home: Home, writer: Writer) -> dg.MaterializeResult:
        settings = home.settings
        try:
            with system_errors_as_refusals():
                # Reading, building and publishing are one turn: nobody changes landing/ under a build.
                writer.take()
                landing = land(dataset, settings, again=not context.run.asset_selection)
        except PassingRefusal as refusal:
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=SECONDS_TO_RETRY) from refusal
        except Refusal as refusal:
            log(settings, context.run.run_id, "refused", dataset=dataset.name, message=str(refusal))
            # The sentence alone: what stood above it on the stack says nothing to whoever reads it.
            raise dg.Failure(description=str(refusal), allow_retries=False) from None
        for one in landing.landed:
            if one.read_now:
                log(settings, context.run.run_id, "read", release=one.release_id, rows=one.rows)
            context.log.info(f"{one.release_id}: {one.rows} rows {'read' if one.read_now else 'already in landing/'}")
        for refused in landing.set_aside:
            log(settings, context.run.run_id, "set aside", release=refused.release_id, message=refused.message)
            context.log.warning(f"Set aside: {refused.text}")
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(one.rows for one in landing.landed),
                "releases": len(landing.landed),
                "releases_read_now": sum(one.read_now for one in landing.landed),
                READ_NOW: sum(one.rows for one in landing.landed if one.read_now),
                "rows": dg.MetadataValue.md(_preview(dataset.name, settings)),
            },
            check_results=[taken_check([one.text for one in landing.set_aside])],
        )

    return land_releases


def taken_check(refusals: Sequence[str]) -> dg.AssetCheckResult:
    """The outcome of the check `TAKEN`, with what was refused."""
    return dg.AssetCheckResult(
        check_name=TAKEN,
        passed=not refusals,
        severity=dg.AssetCheckSeverity.WARN,
        description="\n\n".join(refusals) or "Every release in raw/ is taken.",
        metadata={"set_aside": set_aside_text(len(refusals))},
    )


def _preview(name: str, settings: Settings) -> str:
    publisher, _, short_name = name.partition(".")
    with duckdb.cursor() as connection:
        cells = connection.execute(
            "select * exclude (source_file, release_id) from read_parquet(?) limit 8",
            [str(settings.landing / publisher / short_name / "*" / ROWS)],
        )
        header = [column[0] for column in cells.description]
        lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
        for row in cells.fetchall():
            cells_of_row = ("" if cell is None else str(cell).replace("|", "\\|") for cell in row)
            lines.append("| " + " | ".join(cells_of_row) + " |")
    return "\n".join(lines)


load_datasets()
landed_datasets = [_asset(dataset) for dataset in DATASETS.values()]
