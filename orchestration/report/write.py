"""The report: a site, a workbook, a data package and a Word document of one version of the warehouse."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from orchestration.landing.fingerprints import note_report
from orchestration.report.edition import Edition, edition_of, opened, require
from orchestration.report.narrative.blocks import Narrative, narrative_folder, read_narrative
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal

PARTS = ("workbook", "package", "site", "document")
# The parts with the words that officers write.
WITH_WORDS = ("site", "document")


@dataclass(frozen=True)
class Written:
    """One part of the report, its path, and the seconds it took."""

    part: str
    path: Path
    seconds: float


def write_report(
    settings: Settings, only: str | None = None, edition: str | None = None, as_of: date | None = None
) -> list[Written]:
    """Write the parts of the report (or only one of PARTS) from the served warehouse to `settings.report`.

    The edition is the newest unless another is named, with the figures known on its day, or on `as_of`. A public
    edition has its own report, in its own home, with the words of the other. All parts show one version of the
    warehouse, and each replaces the earlier one in one step. Raises Refusal if no warehouse is served, there is no such
    edition, its words are refused, or the folder cannot be written.
    """
    homes = (settings, settings.public) if settings.has_public_edition else (settings,)
    written = [one for home in homes for one in _write(home, settings, only, edition, as_of)]
    if only is None and edition is None and as_of is None:
        note_report(settings)
    return written


def _write(
    settings: Settings, whole: Settings, only: str | None, name: str | None, as_of: date | None
) -> list[Written]:
    """Write the report of one home, with the words in the home of the `whole`; a public edition has none of its own."""
    # DuckDB has one instance per path and process: while this one is open, the parts open the same version.
    with _turn(settings), opened(settings.warehouse) as connection:
        edition = edition_of(connection, name)
        edition = replace(edition, as_of=as_of, is_of_another_day=as_of != edition.as_of) if as_of else edition
        narrative = Narrative()
        if only in (None, *WITH_WORDS):
            # Before any part is written: a word that is refused leaves the report before as it was.
            folder = narrative_folder(whole, edition.edition)
            narrative = read_narrative(connection, edition, folder, hides=settings != whole)

        def write(part: str) -> Written:
            started = time.perf_counter()
            path, write_part = _writer(part, settings, whole, edition, narrative)
            try:
                write_part(settings.warehouse, path, edition)
            except (OSError, duckdb.IOException) as error:
                raise Refusal(
                    f"{settings.report}: the {part} could not be written ({error}); expected to be able to write "
                    "there. Free some space, close the file or give write permission, then run `warehouse report`."
                ) from error
            return Written(part, path, time.perf_counter() - started)

        if only:
            return [write(only)]
        # DuckDB writes the tables of the package while Python writes the pages.
        with ThreadPoolExecutor(max_workers=1) as beside:
            package = beside.submit(write, "package")
            others = {part: write(part) for part in PARTS if part != "package"}
        return [others[part] if part in others else package.result() for part in PARTS]


def _writer(
    part: str, settings: Settings, whole: Settings, edition: Edition, narrative: Narrative
) -> tuple[Path, Callable[[Path, Path, Edition], None]]:
    if part == "site":
        from orchestration.report.site.write import write_site

        return settings.report / "site", partial(write_site, narrative=narrative)
    if part == "document":
        from orchestration.report.document.template import template_of
        from orchestration.report.document.write import write_document

        target = settings.report / f"{edition.file_name}.docx"
        return target, partial(write_document, narrative=narrative, template=template_of(whole))
    if part == "workbook":
        from orchestration.report.workbook import write_workbook

        return settings.report / f"{edition.file_name}.xlsx", write_workbook
    from orchestration.report.package import write_package

    return settings.report / "data", write_package


def printed(written: list[Written]) -> list[Written]:
    """Print the Word documents among the written parts as PDF. Raises Refusal if there is none or no LibreOffice."""
    from orchestration.report.document.pdf import write_pdf

    made = []
    documents = [one.path for one in written if one.part == "document"]
    if not documents:
        raise Refusal(
            "--pdf: found no Word document to print; expected one. Leave --only out, or take --only document."
        )
    for path in documents:
        started = time.perf_counter()
        made.append(Written("pdf", write_pdf(path), time.perf_counter() - started))
    return made


@contextmanager
def _turn(settings: Settings) -> Iterator[None]:
    require(settings.warehouse)
    try:
        with FileLock(settings.home / ".report.lock", timeout=settings.wait_for_writer):
            yield
    except Timeout:
        raise Refusal(
            f"{settings.report}: another report was still being written after {settings.wait_for_writer} s; expected "
            "to be the only one. Run `warehouse report` again when it has finished."
        ) from None
