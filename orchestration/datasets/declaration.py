"""What a dataset declares: how a release of it is read and checked, what it is called and where it comes from."""

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import duckdb
import pandas as pd

from orchestration.reading.periods import Periods, parse, period_of
from orchestration.reading.tables import Sheet, sheets
from orchestration.releases.origin import PUBLISHER_FILE
from orchestration.releases.release import Release
from orchestration.support.refusal import Refusal
from orchestration.validation.areas import are_own_areas
from orchestration.validation.before import Coverage, problems_since
from orchestration.validation.cells import ADVICE, Check, Problem, problems_of, refuse_problems, seed
from orchestration.validation.history import out_of_line

if TYPE_CHECKING:
    from orchestration.offers.offer import Finder

# A release to a frame of cells; of record-level files, with a folder to write in, to Parquet files of records.
Reader = Callable[[Release], pd.DataFrame]
RecordReader = Callable[[Release, Path], list[Path]]

# Where the rows of a release lie in its folder in landing/: in one file, or records in several.
ROWS = "rows*.parquet"

# What every cell carries besides the dataset's own labels.
CELL_COLUMNS = ("value", "source_file", "source_sheet", "source_cell")

# How often a publisher releases a dataset, in months. One that it releases when it has something new has none.
MONTHS_BETWEEN = {"month": 1, "quarter": 3, "year": 12}


# A publisher's file is never edited for a row that is not understood: so much of it may be left out and told.
MOST_SET_ASIDE = 0.01
SET_ASIDE = "The row is left out. If the publisher writes periods in a new way, report it so that the reader learns it."


@dataclass(frozen=True)
class Dataset:
    """What `warehouse add` and `warehouse fetch` ask of a dataset.

    How to read a file, which columns to expect in it, and how to find the files that its publisher offers now, where
    they can be had without a person. `expected_every` is month, quarter, year, or None without a calendar.
    """

    name: str
    read: Reader | RecordReader
    columns: tuple[str, ...]
    headers: tuple[tuple[str, ...], ...]
    record_level: bool
    several_files: bool
    title: str
    licence: str
    landing_page: str
    expected_every: str | None
    find: "Finder | None" = None
    periods: Periods | None = None
    checks: tuple[Check, ...] = ()
    coverage: Coverage | None = None
    more_headers: tuple[tuple[tuple[str, ...], ...], ...] = ()
    description: str = ""
    handed_in: bool = False
    in_words: Callable[[pd.DataFrame], str] | None = None
    changes: Callable[[pd.DataFrame, Sequence[pd.DataFrame]], list[Problem]] | None = None
    claims: Callable[[Sequence[Sheet]], bool] | None = None

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

        What the reader and the checks advise is in the frame's `attrs`, under `ADVICE`. Raises `Refusal` for a release
        that its reader does not understand, that has a period which the dataset does not have, or in which a check
        finds what blocks.
        """
        if self.record_level:
            return cast(RecordReader, self.read)(release, scratch)
        read = self._read(release)
        rows, aside = self._with_periods(read)
        found = [*_hidden(release), *read.attrs.get(ADVICE, ()), *aside, *problems_of(rows, self.checks)]
        rows.attrs[ADVICE] = refuse_problems(found, release.release_id)
        return rows

    def _read(self, release: Release) -> pd.DataFrame:
        try:
            return cast(Reader, self.read)(release)
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
            found = problems_since(before, rows, self.coverage, self.name)
            if found is not None:
                rows.attrs[ADVICE] = [*rows.attrs.get(ADVICE, []), *refuse_problems(found, release_id)]
                return

    def advise_of_history(self, earlier: Iterable[Path], rows: pd.DataFrame) -> None:
        """Adds to the frame's `ADVICE` which figures of earlier releases, in landing/, are changed or out of line."""
        if self.periods is None:
            return
        before = []
        for folder in earlier:
            with duckdb.cursor() as connection:
                frame = connection.read_parquet(str(folder / ROWS), hive_partitioning=False).df()
            before.append(frame.astype(object).where(frame.notna(), None))
        changed = self.changes(rows, before) if self.changes else []
        of_rows = [*changed, *rows.attrs.get(ADVICE, [])]
        rows.attrs[ADVICE] = [*of_rows, *out_of_line(rows, self.periods.column, before)]

    def _with_periods(self, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Problem]]:
        """The rows with `period_id`, and which rows are set aside because their period is not understood.

        Raises `Refusal` where these are about an area of the seeds, or more than `MOST_SET_ASIDE`.
        """
        if self.periods is None or rows.empty:
            return rows, []
        labels = rows[self.periods.column].fillna("")
        known = {label: _period_id(label, self.periods.kinds) for label in labels.unique()}
        ids = labels.map(known)
        plain_year = self.periods.plain_year_is_financial
        if plain_year:
            years = ids.isna() & rows[plain_year].notna() & labels.str.fullmatch(r"\s*(19|20)\d\d\s*")
            ids[years] = labels[years].map(lambda year: period_of(f"{year}/{(int(year) + 1) % 100:02}").period_id)
        unknown = ids.isna()
        problems = [_unknown_period(rows, int(row), self.periods) for row in rows.index[unknown]]
        if unknown.mean() > MOST_SET_ASIDE or (unknown & are_own_areas(rows)).any():
            refuse_problems(problems)
        aside = [replace(problem, action=SET_ASIDE, blocks=False) for problem in problems]
        return rows.assign(period_id=ids)[~unknown].reset_index(drop=True)[self.all_columns], aside


def _period_id(label: str, kinds: Sequence[str]) -> str | None:
    period = parse(label, kinds)
    return period.period_id if period else None


def _unknown_period(rows: pd.DataFrame, row: int, periods: Periods) -> Problem:
    first = rows.loc[row]
    sheet = f"sheet {first['source_sheet']!r}, " if first["source_sheet"] else ""
    cell = first["source_cell"].split(", column ")
    place = f"{cell[0]}, column {periods.column}" if len(cell) > 1 else cell[0]
    return Problem(
        "a period is understood",
        f"{first['source_file']}, {sheet}{place}",
        f"the period {first[periods.column]!r}",
        periods.expected,
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


# The publisher that differs from partnership to partnership.
POLICE = "police"


def own_force() -> str | None:
    """The name of the police force of the partnership's members; None where the seeds name no force."""
    rows = {row["area_code"]: row for row in seed("areas.csv")}
    members = [row["police_force_code"] for row in rows.values() if row["is_partnership_member"] == "true"]
    return next((rows[code]["area_name"] for code in members if code in rows), None)


# Every dataset whose module has been loaded.
DATASETS: dict[str, Dataset] = {}


def dataset_name(module_name: str) -> str:
    """`orchestration.datasets.ons.drug_poisoning_deaths` → `ons.drug_poisoning_deaths`."""
    return ".".join(module_name.rsplit(".", 2)[1:])


def dataset(
    module_name: str,
    read: Reader | RecordReader,
    *,
    columns: Sequence[str],
    title: str,
    licence: str,
    landing_page: str,
    expected_every: str | None,
    headers: Sequence[Sequence[str]] = (),
    record_level: bool = False,
    several_files: bool = False,
    fetch: "Finder | None" = None,
    periods: Periods | None = None,
    checks: Sequence[Check] = (),
    coverage: Coverage | None = None,
    more_headers: Sequence[Sequence[Sequence[str]]] = (),
    handed_in: bool = False,
    in_words: Callable[[pd.DataFrame], str] | None = None,
    changes: Callable[[pd.DataFrame, Sequence[pd.DataFrame]], list[Problem]] | None = None,
    claims: Callable[[Sequence[Sheet]], bool] | None = None,
) -> Dataset:
    """Declares a dataset, named by its module, whose docstring describes it.

    `read` takes a `Release` and returns a frame of text: `columns` (the labels as printed, in this order) and
    `CELL_COLUMNS`; an absent label is None. `headers` are the
    columns that its publisher's own file has, each with its names over the years; `warehouse add` knows it by them,
    or by those of another layout in `more_headers`.
    `several_files` says that a release is more than one file, such as months or lookups. Of a `record_level` dataset,
    `read` takes an empty folder as well, and returns the Parquet files that it wrote there, in their order, of exactly
    `columns` and `release_id`. `expected_every` says how often the publisher releases it: month, quarter, year, or None
    where it keeps no calendar. `fetch` finds the files that the publisher offers now
    (`orchestration/offers/publishers.py`). `periods` says which column holds the period as printed and which kinds
    of it there are; `checks` are what its cells must satisfy (`orchestration/validation/`), and `coverage` says how
    a release is held to the one before it; without it, it is not. A file that is `handed_in` was published by nobody:
    the day on which it is added is its release date. `in_words` says what the rows of a file are of, `changes` which
    figures of earlier releases (the newest first) they change, and `claims` whether a workbook says that it is of this
    dataset, whatever its columns.
    """
    name = dataset_name(module_name)
    declared = Dataset(
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
        sys.modules[module_name].__doc__ or "",
        handed_in,
        in_words,
        changes,
        claims,
    )
    DATASETS[name] = declared
    return declared


def publisher_name(publisher: str) -> str:
    """The full name of a publisher: the docstring of its package, or the short name where no dataset is here.

    The police force has the name that the seeds give to the force of the partnership's members.
    """
    if publisher == POLICE and (force := own_force()):
        return force
    try:
        package = importlib.import_module(f"{__package__}.{publisher}")
    except ModuleNotFoundError:
        return publisher
    return (package.__doc__ or publisher).strip().removesuffix(".")


def load_datasets() -> None:
    """Imports the module of every dataset, so that `DATASETS` is full."""
    folder = Path(__file__).parent
    for module in sorted(folder.glob("*/*.py")):
        if module.stem != "__init__":
            importlib.import_module(f"{__package__}.{module.parent.name}.{module.stem}")
