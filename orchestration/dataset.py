"""The one way from a release in raw/ to rows in landing/, and the Dagster asset that goes it."""

import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import duckdb
import pandas as pd

from orchestration.changes import NO_RELEASE, landing_name, reader_hash
from orchestration.checks.before import Coverage, problems_since
from orchestration.checks.cells import Check, Problem, problems_of, refuse_problems
from orchestration.logs import log
from orchestration.origin import ORIGIN_FILE, PUBLISHER_FILE
from orchestration.periods import Periods, parse
from orchestration.progress import tell
from orchestration.publish import take_turn
from orchestration.publishers import Finder
from orchestration.refusal import PassingRefusal, Refusal, system_errors_as_refusals
from orchestration.releases import Release, folder_name, releases_of
from orchestration.settings import OWNERS, Settings
from orchestration.tables import sheets

# A release to a frame of cells; of record-level files, with a folder to write in, to Parquet files of records.
Reader = Callable[[Release], pd.DataFrame] | Callable[[Release, Path], list[Path]]

# A step is tried again where the fault can pass: another refresh at work, or a file that is still being written.
RETRIES = 2
SECONDS_TO_RETRY = 30

# Metadata of a dataset's asset: rows of the releases that this run read.
READ_NOW = "rows_read_now"

# What every cell carries besides the dataset's own labels.
CELL_COLUMNS = ("value", "source_file", "source_sheet", "source_cell")

# Where a reader's frame keeps what its checks advise: a list of `Problem`.
ADVICE = "advice"

# How often a publisher releases a dataset, in months. One that it releases when it has something new has none.
MONTHS_BETWEEN = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Landed:
    """What one release left in landing/. `read_now` is false where an earlier refresh had read it."""

    release: Release
    rows: int
    read_now: bool


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
    )
    def land_releases(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        settings = Settings.from_environment()
        try:
            with system_errors_as_refusals():
                # Reading, building and publishing are one turn: nobody changes landing/ under a build.
                take_turn(settings)
                landed = land(dataset, settings)
        except PassingRefusal as refusal:
            raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=SECONDS_TO_RETRY) from refusal
        except Refusal as refusal:
            log(settings, context.run.run_id, "refused", dataset=name, message=str(refusal))
            raise dg.Failure(description=str(refusal), allow_retries=False) from refusal
        for one in landed:
            if one.read_now:
                log(settings, context.run.run_id, "read", release=one.release.release_id, rows=one.rows)
            context.log.info(
                f"{one.release.release_id}: {one.rows} rows {'read' if one.read_now else 'already in landing/'}"
            )
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(one.rows for one in landed),
                "releases": len(landed),
                "releases_read_now": sum(one.read_now for one in landed),
                READ_NOW: sum(one.rows for one in landed if one.read_now),
                "rows": dg.MetadataValue.md(_preview(name, settings)),
            }
        )

    return land_releases


def land(dataset: Dataset, settings: Settings) -> list[Landed]:
    """Reads every release of the dataset that is not in landing/ yet, and removes what is no longer in raw/.

    A release's folder in landing/ is named by its date and the content of its files and its reader; it is written
    aside and renamed, so it is there whole or not at all. Raises `Refusal` for a release that cannot be read.
    """
    publisher, _, short_name = dataset.name.partition(".")
    home = settings.landing / publisher / short_name
    reader = reader_hash(dataset.name)
    landed, wanted = [], set()
    names: list[str] = []
    for release in releases_of(dataset.name, settings):
        folder = home / landing_name(release, reader)
        wanted.add(folder.name)
        read_now = not folder.exists()
        if read_now:
            tell(f"{release.release_id} is read")
            _write(dataset, release, folder, [home / name for name in reversed(names)])
        names.append(folder.name)
        landed.append(Landed(release, _count(folder), read_now))
    if not landed:
        nothing = home / f"{NO_RELEASE}-{reader[:12]}"
        wanted.add(nothing.name)
        if not (nothing / "rows.parquet").exists():
            _write_empty(nothing, [*dataset.all_columns, "release_id"])
    for path in home.iterdir():
        if path.name not in wanted:
            shutil.rmtree(path)
    return landed


def landed_before(dataset: Dataset, day: date, settings: Settings) -> list[Path]:
    """The folders in landing/ of the dataset's releases of earlier days, the newest first."""
    folders = (settings.landing / dataset.name.replace(".", "/")).glob("release=????-??-??-*")
    return sorted((folder for folder in folders if folder.name[8:18] < day.isoformat()), reverse=True)


def _write(dataset: Dataset, release: Release, folder: Path, earlier: Sequence[Path] = ()) -> None:
    aside = folder.with_name(f".writing-{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    scratch = aside / "scratch"
    scratch.mkdir(parents=True)
    try:
        before = _states(release)
        rows = dataset.rows_of(release, scratch)
        findings: Sequence[Problem] = ()
        if isinstance(rows, list):
            for number, part in enumerate(rows):
                part.rename(aside / f"rows-{number:03}.parquet")
            columns = _columns(aside)
        else:
            if rows.empty:
                raise Refusal(
                    f"raw/{folder_name(release)}: found no figures; expected at least one. "
                    "Put the published file there."
                )
            dataset.refuse_less_than(earlier, rows, release.release_id)
            findings = rows.attrs[ADVICE]
            rows = rows.assign(release_id=release.release_id)
            _write_rows(rows, aside / "rows.parquet")
            columns = list(rows.columns)
        if columns != [*dataset.all_columns, "release_id"]:
            raise TypeError(f"the reader of {dataset.name} returned {columns}, not {dataset.all_columns}")
        _write_release(dataset, release, aside / "release.parquet")
        _write_findings(release, findings, aside / "findings.parquet")
        if _states(release) != before:
            raise PassingRefusal(
                f"raw/{folder_name(release)}: found files that changed while they were read; expected files that are "
                "written. Refresh again when they are."
            )
        shutil.rmtree(scratch)
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _states(release: Release) -> list[tuple[str, int, int]]:
    """Name, bytes and time of change of each file that is in the release's folder now."""
    now = Release(release.dataset, release.released_on, release.folder, release.raw).files
    declared = [path for path in (release.folder / ORIGIN_FILE,) if path.is_file()]
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in (*now, *declared)]


def _write_rows(rows: pd.DataFrame, target: Path) -> None:
    with duckdb.connect() as connection:
        texts = ", ".join(f'"{column}"::varchar as "{column}"' for column in rows.columns)
        connection.from_df(rows).query("cells", f"select {texts} from cells").write_parquet(
            str(target), compression="zstd"
        )


def _write_release(dataset: Dataset, release: Release, target: Path) -> None:
    publisher = release.dataset.partition(".")[0]
    origin = release.origin
    loaded = pd.DataFrame(
        [
            {
                "release_id": release.release_id,
                "publisher": publisher,
                "dataset": release.dataset,
                "title": dataset.title,
                "released_on": release.released_on,
                "loaded_at": datetime.now(UTC).replace(microsecond=0, tzinfo=None),
                "file_names": ", ".join(path.relative_to(release.folder).as_posix() for path in release.files),
                "sha256": release.sha256,
                "licence": dataset.licence,
                "landing_page": dataset.landing_page,
                "expected_every": dataset.expected_every,
                "next_expected_on": dataset.next_expected_on(release),
                "origin": origin.origin,
                "origin_document": origin.document,
                "origin_place": origin.place,
                "credited_to": origin.credited_to,
            }
        ]
    )
    with duckdb.connect() as connection:
        typed = (
            "select * replace (released_on::date as released_on, loaded_at::timestamp as loaded_at, "
            "expected_every::varchar as expected_every, next_expected_on::date as next_expected_on, "
            "origin_document::varchar as origin_document, origin_place::varchar as origin_place, "
            "credited_to::varchar as credited_to) from release"
        )
        connection.from_df(loaded).query("release", typed).write_parquet(str(target))


def _write_findings(release: Release, findings: Sequence[Problem], target: Path) -> None:
    columns = ("dataset", "release_id", "rule", "place", "found", "expected", "what_to_do")
    rows = [
        (release.dataset, release.release_id, one.rule, one.where, one.found, one.expected, one.action)
        for one in findings
    ]
    if not rows:
        _write_empty(target.parent, columns, target.name)
        return
    _write_rows(pd.DataFrame(rows, columns=list(columns), dtype="object"), target)


def _write_empty(folder: Path, columns: Sequence[str], name: str = "rows.parquet") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    nothing = ", ".join(f'null::varchar as "{column}"' for column in columns)
    with duckdb.connect() as connection:
        connection.query(f"select {nothing} limit 0").write_parquet(str(folder / name))


# Where the rows of a release lie in its folder in landing/: in one file, or records in several.
ROWS = "rows*.parquet"


def _columns(folder: Path) -> list[str]:
    with duckdb.cursor() as connection:
        return connection.read_parquet(str(folder / ROWS), hive_partitioning=False).columns


def _count(folder: Path) -> int:
    # One database in memory for all: making one takes longer than to count.
    with duckdb.cursor() as connection:
        return connection.execute("select count(*) from read_parquet(?)", [str(folder / ROWS)]).fetchone()[0]


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
