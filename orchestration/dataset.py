"""The one way from a release in raw/ to rows in landing/, and the Dagster asset that goes it."""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd

from orchestration.checks.before import Coverage, problems_since
from orchestration.checks.cells import ADVICE, Check, Problem, problems_of, refuse_problems
from orchestration.landing import ROWS, land
from orchestration.logs import log
from orchestration.origin import PUBLISHER_FILE
from orchestration.periods import Periods, parse
from orchestration.publish import take_turn
from orchestration.publishers import Finder
from orchestration.refusal import PassingRefusal, Refusal, system_errors_as_refusals
from orchestration.releases import Release
from orchestration.set_aside import set_aside_text
from orchestration.settings import OWNERS, Settings
from orchestration.tables import sheets

# A release to a frame of cells; of record-level files, with a folder to write in, to Parquet files of records.
Reader = Callable[[Release], pd.DataFrame] | Callable[[Release, Path], list[Path]]

# A step is tried again where the fault can pass: another refresh at work, or a file that is still being written.
RETRIES = 2
SECONDS_TO_RETRY = 30

# Metadata of a dataset's asset: rows of the releases that this run read.
READ_NOW = "rows_read_now"

# The check of a dataset, and of the published file, that fails where a release was set aside; the rest is published.
TAKEN = "every_release_is_taken"
TAKEN_MEANS = "Whether a release in raw/ was set aside because it cannot be taken. It stops no refresh."

# What every cell carries besides the dataset's own labels.
CELL_COLUMNS = ("value", "source_file", "source_sheet", "source_cell")

# How often a publisher releases a dataset, in months. One that it releases when it has something new has none.
MONTHS_BETWEEN = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Dataset:
    """What `warehouse add` and `warehouse fetch` ask of a dataset.

    How to read a file, which columns to expect in it, and how to find the files that its publisher offers now, where
    they can be had without a person. `expected_every` is month, quarter, year, or None without a calendar.
    """

    name: str
    read: Reader
    columns: tuple[str, ...]
    headers: tuple[tuple[str, ...], ...]
    record_level: bool
    several_files: bool
    title: str
    licence: str
    landing_page: str
    expected_every: str | None
    find: Finder | None = None
    periods: Periods | None = None
    checks: tuple[Check, ...] = ()
    coverage: Coverage | None = None
    more_headers: tuple[tuple[tuple[str, ...], ...], ...] = ()

    def next_expected_on(self, release: Release) -> date | None:
        """The day on which the publisher's release after this one is due.

        None without a calendar, and after a transcription: when its document was published says nothing of the
        publisher's own releases.
        """
        if self.expected_every is None or release.origin.origin != PUBLISHER_FILE:
            return None
        return (pd.Timestamp(release.released_on) + pd.DateOffset(months=MONTHS_BETWEEN[self.expected_every])).date()

    @property
    def all_columns(self) -> list[str]:
        """The columns of what is landed, but for `release_id`."""
        return [*self.columns, *(("period_id",) if self.periods else ()), *(() if self.record_level else CELL_COLUMNS)]

    def rows_of(self, release: Release, scratch: Path) -> pd.DataFrame | list[Path]:
        """What the reader gives for a release, with `period_id`, checked. `scratch` is an empty folder for records.

        What the checks advise is in the frame's `attrs`, under `ADVICE`. Raises `Refusal` for a release that its reader
        does not understand, that has a period which the dataset does not have, or in which a check finds what blocks.
        """
        if self.record_level:
            return self.read(release, scratch)
        rows = self._with_periods(self._read(release))
        found = [*_hidden(release), *problems_of(rows, self.checks)]
        rows.attrs[ADVICE] = refuse_problems(found, release.release_id)
        return rows

    def _read(self, release: Release) -> pd.DataFrame:
        try:
            return self.read(release)
        except (Refusal, OSError, MemoryError):
            raise
        except Exception as error:
            names = ", ".join(release.name_of(path) for path in release.files)
            raise Refusal(
                f"{names}: the file is not built as {self.name} expects ({type(error).__name__}: {error}). "
                "Download the file again; if the publisher changed its layout, report it so that the reader learns it."
            ) from error

    def refuse_less_than(self, earlier: Iterable[Path], rows: pd.DataFrame, release_id: str) -> None:
        """Compares a release with the newest of the earlier ones, by their folders in landing/, that has its layout.

        Adds what is advice to the frame's `ADVICE`. Raises `Refusal` where the release lacks what the earlier one has.
        """
        if self.coverage is None:
            return
        for folder in earlier:
            with duckdb.cursor() as connection:
                before = connection.read_parquet(str(folder / ROWS), hive_partitioning=False).df()
            before = before.astype(object).where(before.notna(), None)
            found = problems_since(before, rows, self.coverage)
            if found is not None:
                rows.attrs[ADVICE] = [*rows.attrs.get(ADVICE, []), *refuse_problems(found, release_id)]
                return

    def _with_periods(self, rows: pd.DataFrame) -> pd.DataFrame:
        if self.periods is None or rows.empty:
            return rows
        labels = rows[self.periods.column].fillna("")
        known = {label: self._period_id(label) for label in labels.unique()}
        ids = labels.map(known)
        plain_year = self.periods.plain_year_is_financial
        if plain_year:
            years = ids.isna() & rows[plain_year].notna() & labels.str.fullmatch(r"\s*(19|20)\d\d\s*")
            ids[years] = labels[years].map(lambda year: parse(f"{year}/{(int(year) + 1) % 100:02}").period_id)
        if (unknown := ids.isna()).any():
            refuse_problems([self._unknown_period(rows, int(row)) for row in rows.index[unknown]])
        return rows.assign(period_id=ids)[self.all_columns]

    def _period_id(self, label: str) -> str | None:
        period = parse(label, self.periods.kinds)
        return period.period_id if period else None

    def _unknown_period(self, rows: pd.DataFrame, row: int) -> Problem:
        first = rows.loc[row]
        sheet = f"sheet {first['source_sheet']!r}, " if first["source_sheet"] else ""
        cell = first["source_cell"].split(", column ")
        place = f"{cell[0]}, column {self.periods.column}" if len(cell) > 1 else cell[0]
        return Problem(
            "a period is understood",
            f"{first['source_file']}, {sheet}{place}",
            f"the period {first[self.periods.column]!r}",
            self.periods.expected,
            "Check that the file is of this dataset; if the publisher writes periods in a new way, report it so that "
            "the reader learns it.",
        )


def _hidden(release: Release) -> list[Problem]:
    """What is hidden in the workbooks of a release: it is read like the rest, and told."""
    return [
        Problem(
            "nothing is hidden",
            release.name_of(path),
            f"{what}, which is hidden",
            "sheets, rows and columns that a person sees",
            "It is read like the rest. Look at it in the workbook.",
            blocks=False,
        )
        for path in release.files
        for sheet in sheets(release, path)[:1]
        for what in sheet.hidden
    ]


# Every dataset whose module has been loaded.
DATASETS: dict[str, Dataset] = {}


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
        },
        check_specs=[dg.AssetCheckSpec(TAKEN, asset=[publisher, short_name], description=TAKEN_MEANS)],
    )
    def land_releases(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = Settings.from_environment()
        try:
            with system_errors_as_refusals():
                # Reading, building and publishing are one turn: nobody changes landing/ under a build.
                take_turn(settings)
                landing = land(dataset, settings, again=not context.run.asset_selection)
        except PassingRefusal as refusal:
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=SECONDS_TO_RETRY) from refusal
        except Refusal as refusal:
            log(settings, context.run.run_id, "refused", dataset=name, message=str(refusal))
            raise dg.Failure(description=str(refusal), allow_retries=False) from refusal
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
