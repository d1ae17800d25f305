"""What the partnership publishes, made from the served warehouse: a site, a workbook and a data package."""

import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from orchestration.landing.fingerprints import note_report
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal, refuse

PARTS = ("workbook", "package", "site")

PUBLISHERS = {
    "home_office": "Home Office",
    "ndtms": "National Drug Treatment Monitoring System",
    "ohid": "Office for Health Improvement and Disparities",
    "ons": "Office for National Statistics",
    "police": "West Midlands Police",
}
# Where every force's records are released, the force's own among them.
OPEN_POLICE_DATA = "data.police.uk"


def publisher_of(release: Mapping[str, Any]) -> str:
    """The full name of the publisher of a row of marts.dim_releases."""
    if OPEN_POLICE_DATA in release["landing_page"]:
        return OPEN_POLICE_DATA
    return PUBLISHERS.get(release["publisher"], release["publisher"])


# A day on which everything that is known now is known.
AFTER_ALL = date(9999, 12, 30)


@dataclass(frozen=True)
class Edition:
    """A row of reports.editions: what the title page of one edition says, and the last day whose releases count."""

    edition: str
    title: str
    partnership: str
    short_name: str
    area_name: str
    published: str
    website: str
    file_name: str
    as_of: date | None
    # Whether `as_of` is not the edition's own, so that the tables of the report in the warehouse are not of that day.
    is_of_another_day: bool = False

    @property
    def day(self) -> date:
        """The day as of which the edition's figures are shown; without one, a day after all others."""
        return self.as_of or AFTER_ALL


@dataclass(frozen=True)
class Written:
    """One part of the report, where it lies, and the seconds it took."""

    part: str
    path: Path
    seconds: float


def write_report(
    settings: Settings, only: str | None = None, edition: str | None = None, as_of: date | None = None
) -> list[Written]:
    """Writes the parts of the report (or only one of PARTS) from the served warehouse to `settings.report`.

    It is the newest edition unless another is named, with its figures as they were known on the edition's day, or on
    `as_of`.

    Where there is a public edition, its own report is written from it to its own home.
    All parts show one version of the warehouse, and each replaces the one before as a whole.
    Raises `Refusal` where no warehouse is served, it knows no edition, or the folder cannot be written.
    """
    homes = (settings, settings.public) if settings.has_public_edition else (settings,)
    written = [one for home in homes for one in _write(home, only, edition, as_of)]
    if only is None and edition is None and as_of is None:
        note_report(settings)
    return written


def _write(settings: Settings, only: str | None, name: str | None, as_of: date | None) -> list[Written]:
    # DuckDB gives one instance a path and process: what the parts open while this one is open is the same version.
    with _turn(settings), opened(settings.warehouse) as connection:
        edition = edition_of(connection, name)
        edition = replace(edition, as_of=as_of, is_of_another_day=as_of != edition.as_of) if as_of else edition
        written = []
        try:
            for part in (only,) if only else PARTS:
                started = time.perf_counter()
                path, write = _writer(part, settings, edition)
                write(settings.warehouse, path, edition)
                written.append(Written(part, path, time.perf_counter() - started))
        except (OSError, duckdb.IOException) as error:
            raise Refusal(
                f"{settings.report}: the {part} could not be written ({error}); expected to be able to write there. "
                "Make room, close the file elsewhere or give the right to write, then run `warehouse report`."
            ) from error
    return written


def _writer(part: str, settings: Settings, edition: Edition) -> tuple[Path, Callable[[Path, Path, Edition], None]]:
    if part == "site":
        from orchestration.report.site import write_site

        return settings.report / "site", write_site
    if part == "workbook":
        from orchestration.report.workbook import write_workbook

        return settings.report / f"{edition.file_name}.xlsx", write_workbook
    from orchestration.report.package import write_package

    return settings.report / "data", write_package


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only. Raises `Refusal` where there is none."""
    _require(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def _require(warehouse: Path) -> None:
    if not warehouse.is_file():
        raise Refusal(f"{warehouse}: found no warehouse; expected one. Run `warehouse refresh` first.")


def edition_of(connection: duckdb.DuckDBPyConnection, edition: str | Edition | None = None) -> Edition:
    """The edition of that name, or the newest. Raises `Refusal` where the warehouse knows none."""
    if isinstance(edition, Edition):
        return edition
    known = [
        Edition(*row)
        for row in connection.execute(
            "select edition, title, partnership, short_name, area_name, published, website, file_name, as_of "
            "from reports.editions order by edition"
        ).fetchall()
    ]
    found = [row for row in known if edition in (None, row.edition)]
    if not found:
        raise refuse(
            "reports.editions",
            "no edition" if edition is None else f"no edition {edition!r}",
            f"one of {', '.join(row.edition for row in known)}" if known else "at least one",
            "Add its row to dbt_project/seeds/editions.csv and refresh.",
        )
    return found[-1]


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder`, which takes its place as a whole at the end, and not at all after an error."""
    aside = folder.with_name(f".{folder.name}.next")
    before = folder.with_name(f".{folder.name}.before")
    for leftover in (aside, before):
        shutil.rmtree(leftover, ignore_errors=True)
    aside.mkdir(parents=True)
    try:
        yield aside
        if folder.exists():
            folder.rename(before)
        aside.rename(folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(before, ignore_errors=True)


@contextmanager
def replaced_file(file: Path) -> Iterator[Path]:
    """A path beside `file`, which takes its place at the end, and not at all after an error."""
    aside = file.with_name(f".{file.name}.next")
    aside.parent.mkdir(parents=True, exist_ok=True)
    try:
        yield aside
        os.replace(aside, file)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def _turn(settings: Settings) -> Iterator[None]:
    _require(settings.warehouse)
    try:
        with FileLock(settings.home / ".report.lock", timeout=settings.wait_for_writer):
            yield
    except Timeout:
        raise Refusal(
            f"{settings.report}: found another report being written, and waited {settings.wait_for_writer} s for it; "
            "expected to be the only one. Run `warehouse report` again when it has ended."
        ) from None
