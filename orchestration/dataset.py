"""The one way from a release in raw/ to rows in landing/, and the Dagster asset that goes it."""

import sys
from collections.abc import Sequence

import dagster as dg
import duckdb

from orchestration.checks.before import Coverage
from orchestration.checks.cells import Check
from orchestration.defs.resources import Home, Writer
from orchestration.landing import land
from orchestration.logs import log
from orchestration.periods import Periods
from orchestration.publishers import Finder
from orchestration.reading import DATASETS, ROWS, Dataset, Reader
from orchestration.refusal import PassingRefusal, Refusal, system_errors_as_refusals
from orchestration.set_aside import set_aside_text
from orchestration.settings import OWNERS, Settings

# A step is tried again where the fault can pass: another refresh at work, or a file that is still being written.
RETRIES = 2
SECONDS_TO_RETRY = 30

# Metadata of a dataset's asset: rows of the releases that this run read.
READ_NOW = "rows_read_now"

# The check of a dataset, and of the published file, that fails where a release was set aside; the rest is published.
TAKEN = "every_release_is_taken"
TAKEN_MEANS = "Whether a release in raw/ was set aside because it cannot be taken. It stops no refresh."


def dataset_name(module_name: str) -> str:
    """`orchestration.defs.ons.drug_poisoning_deaths` → `ons.drug_poisoning_deaths`."""
    return ".".join(module_name.rsplit(".", 2)[1:])


def dataset(
    module_name: str,
    read: Reader,
    *,
    columns: Sequence[str],
    title: str,
    licence: str,
    landing_page: str,
    expected_every: str | None,
    headers: Sequence[Sequence[str]] = (),
    record_level: bool = False,
    several_files: bool = False,
    fetch: Finder | None = None,
    periods: Periods | None = None,
    checks: Sequence[Check] = (),
    coverage: Coverage | None = None,
    more_headers: Sequence[Sequence[Sequence[str]]] = (),
) -> dg.AssetsDefinition:
    """The Dagster asset of a dataset, named by its module: reads each release in raw/ once into landing/.

    `read` takes a `Release` and returns a frame of text: `columns` (the labels as printed, in this order) and
    `CELL_COLUMNS`; an absent label is None. The asset's description is the module's docstring. `headers` are the
    columns that its publisher's own file has, each with its names over the years; `warehouse add` knows it by them,
    or by those of another layout in `more_headers`.
    `several_files` says that a release is more than one file, such as months or lookups. Of a `record_level` dataset,
    `read` takes an empty folder as well, and returns the Parquet files that it wrote there, in their order, of exactly
    `columns` and `release_id`. `expected_every` says how
    often the publisher releases it: month, quarter, year, or None where it keeps no calendar. `fetch` finds the files
    that the publisher offers now (`orchestration/publishers.py`). `periods` says which column holds the period as
    printed and which kinds of it there are; `checks` are what its cells must satisfy (`orchestration/checks/`), and
    `coverage` says how a release is held to the one before it; without it, it is not.
    """
    name = dataset_name(module_name)
    publisher, _, short_name = name.partition(".")
    module = sys.modules[module_name]
    dataset = Dataset(
        name,
        read,
        tuple(columns),
        tuple(tuple(labels) for labels in headers),
        record_level,
        several_files,
        title,
        licence,
        landing_page,
        expected_every,
        fetch,
        periods,
        tuple(checks),
        coverage,
        tuple(tuple(tuple(labels) for labels in headers) for headers in more_headers),
    )
    DATASETS[name] = dataset

    @dg.asset(
        key=[publisher, short_name],
        group_name=publisher,
        description=module.__doc__,
        owners=OWNERS,
        kinds={"python", "parquet"},
        metadata={
            "title": title,
            "licence": licence,
            "landing_page": dg.MetadataValue.url(landing_page),
            "expected_every": expected_every or "no calendar",
            "dagster/column_schema": dg.TableSchema(columns=[dg.TableColumn(column, "string") for column in columns]),
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
            log(settings, context.run.run_id, "refused", dataset=name, message=str(refusal))
            # The sentence alone: what stood above it on the stack says nothing to whoever reads it.
            raise dg.Failure(description=str(refusal), allow_retries=False) from None
        for one in landing.landed:
            if one.read_now:
                log(settings, context.run.run_id, "read", release=one.release_id, rows=one.rows)
            context.log.info(f"{one.release_id}: {one.rows} rows {'read' if one.read_now else 'already in landing/'}")
        for one in landing.set_aside:
            log(settings, context.run.run_id, "set aside", release=one.release_id, message=one.message)
            context.log.warning(f"Set aside: {one.text}")
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(one.rows for one in landing.landed),
                "releases": len(landing.landed),
                "releases_read_now": sum(one.read_now for one in landing.landed),
                READ_NOW: sum(one.rows for one in landing.landed if one.read_now),
                "rows": dg.MetadataValue.md(_preview(name, settings)),
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
