"""Recognising downloaded files: the dataset whose reader understands a file, and its release date."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from orchestration.datasets.declaration import DATASETS, Dataset
from orchestration.intake.nearest import match, refuse_unknown
from orchestration.reading.periods import MONTH, Period, parse
from orchestration.reading.records import LARGEST_ARCHIVE
from orchestration.reading.tables import Sheet, key, sheets
from orchestration.reading.zips import ZIP, refuse_hostile_zip
from orchestration.releases.origin import CREDITED_TO, PLACE
from orchestration.releases.release import Release, refuse_future, today
from orchestration.support.duck import only_row
from orchestration.support.refusal import Refusal, refuse

MONTHS = [month.lower() for month in calendar.month_name if month]

# "Published on Wednesday 3 August, 2022", "originally published at 9:30am 08 December 2022".
STATED_DATE = re.compile(
    r"(?:publish|releas|publication)\w*[^.;]{0,40}?\b(\d{1,2})(?:st|nd|rd|th)? (" + "|".join(MONTHS) + r"),? (20\d\d)",
    re.IGNORECASE,
)
DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")

# Columns whose labels date a file without a release date.
PERIOD_COLUMNS = ("period", "registration_year", "boundary_year")


@dataclass(frozen=True)
class Recognised:
    """A dataset whose reader understands a file, the periods of the file as printed, and the reason."""

    dataset: Dataset
    periods: set[str]
    why: str

    def period_of(self, label: str) -> Period | None:
        """The period that a label of this file means."""
        if self.dataset.record_level:
            return parse(label, (MONTH,))
        if self.dataset.periods is None:
            return parse(label)
        return parse(label, self.dataset.periods.kinds)


def recognise(
    copy: Path,
    dataset_name: str | None,
    released_on: date | None,
    why_dataset: str = "as you say",
    why_released_on: str = "as you say",
) -> tuple[list[Recognised], date, str]:
    """The datasets whose readers understand a file, the day of its release, and why that day.

    Raises `Refusal` for a file that no dataset's reader, or more than one's, understands, that gives no date, or one
    that is still to come.
    """
    release = Release("unknown.unknown", released_on or date.min, copy.parent, copy.parent)
    candidates = [DATASETS[dataset_name]] if dataset_name else list(DATASETS.values())
    if is_archive(copy):
        found: tuple[Sheet, ...] = ()
        recognised = _records_in(release, candidates)
    else:
        found = sheets(release, copy)
        recognised = [_recognise(release, copy, candidates, found, why_dataset)]
    day, why = (released_on, why_released_on) if released_on else _date(copy, found, recognised)
    refuse_future(day, f"raw/{copy.name}", "Give its release date with --released-on YYYY-MM-DD.", why)
    return recognised, day, why


def is_archive(path: Path) -> bool:
    """Whether a file is a zip other than a workbook. Raises Refusal for a broken zip."""
    with path.open("rb") as stream:
        if stream.read(4) != ZIP:
            return False
    names = {member.filename for member in refuse_hostile_zip(path, f"raw/{path.name}", largest_total=LARGEST_ARCHIVE)}
    if {"word/document.xml", "ppt/presentation.xml"} & names:
        raise refuse(
            f"raw/{path.name}",
            "a Word or PowerPoint document",
            "a workbook or a CSV",
            "Add the publisher's file of figures.",
        )
    return not {"[Content_Types].xml", "mimetype", "content.xml"} & names and not any(
        name.startswith("xl/") for name in names
    )


def _records_in(release: Release, candidates: Sequence[Dataset]) -> list[Recognised]:
    recognised, reasons = [], []
    for dataset in candidates:
        if dataset.record_level:
            try:
                recognised.append(_read(dataset, release, "it is an archive"))
            except Refusal as refusal:
                reasons.append(f"  {dataset.name}: {refusal}")
    if not recognised:
        raise refuse(
            f"raw/{release.files[0].name}",
            "a zip without records in a known layout",
            "an archive of data.police.uk, or a workbook",
            "Nothing was copied. The nearest are:\n" + "\n".join(reasons),
        )
    return recognised


def _read(dataset: Dataset, release: Release, because: str) -> Recognised:
    # Beside the copy of the file, in the scratch folder of the home.
    with TemporaryDirectory(dir=release.raw.parent) as scratch:
        rows = dataset.rows_of(release, Path(scratch))
        if isinstance(rows, list):
            with duckdb.connect() as connection:
                months, count = only_row(
                    connection.execute(
                        "select list(distinct file_month), count(*) from read_parquet(?)",
                        [[str(part) for part in rows]],
                    )
                )
            read = f"{count} records of {len(months)} {'month' if len(months) == 1 else 'months'} are read"
            return Recognised(dataset, set(months), f"{because}, and {read}")
    periods = {label for column in PERIOD_COLUMNS if column in rows for label in rows[column].dropna().unique()}
    what = f"{dataset.in_words(rows)}; " if dataset.in_words else ""
    return Recognised(dataset, periods, f"{what}{because}, and {len(rows)} figures are read")


def _recognise(
    release: Release, path: Path, candidates: Sequence[Dataset], found: Sequence[Sheet], why_dataset: str
) -> Recognised:
    understood, matches = [], []
    # Figures typed from a document have other columns, which the dataset's reader also accepts.
    is_typed = {PLACE, CREDITED_TO} <= {key(cell) for cell in found[0].rows[0][1]} if found[0].rows else False
    for dataset in candidates:
        found_of = match(dataset, found)
        is_claimed = dataset.claims is not None and dataset.claims(found)
        if not found_of.is_whole and len(candidates) > 1 and not is_typed and not is_claimed:
            matches.append(found_of)
            continue
        because = why_dataset if len(candidates) == 1 else f"it has the columns {_first_headers(dataset)}"
        if is_typed and len(candidates) > 1:
            because = "its reader knows the columns of typed figures"
        try:
            understood.append(_read(dataset, release, because))
        except Refusal as refusal:
            if len(candidates) == 1 and found_of.found:
                raise
            matches.append(replace(found_of, refusal=str(refusal), is_claimed=is_claimed))
    if len(understood) == 1:
        return understood[0]
    if understood:
        raise refuse(
            f"raw/{path.name}",
            "columns of " + ", ".join(sorted(one.dataset.name for one in understood)),
            "those of one dataset",
            "Say which one with --dataset.",
        )
    raise refuse_unknown(f"raw/{path.name}", found, matches)


def _first_headers(dataset: Dataset) -> str:
    return ", ".join(repr(labels[0]) for labels in dataset.headers[:4]) or "that its reader looks for"


def _date(path: Path, found: Sequence[Sheet], recognised: Sequence[Recognised]) -> tuple[date, str]:
    for sheet in found:
        if sheet.name is None:
            continue
        for row, texts in sheet.rows:
            for column, text in enumerate(texts):
                if stated := STATED_DATE.search(text):
                    where = f"{sheet.name!r} {sheet.address(row, column)} says {' '.join(stated[0].split())!r}"
                    month = MONTHS.index(stated[2].lower()) + 1
                    return _day(path, int(stated[3]), month, int(stated[1]), where), where
    if named := DATE_IN_NAME.search(path.name):
        where = f"its name has the date {named[0]}"
        year, month, day = map(int, named.groups())
        return _day(path, year, month, day, where), where
    if any(one.dataset.handed_in for one in recognised):
        return today(), "it is handed in today"
    if ends := [period.end for one in recognised for label in one.periods if (period := one.period_of(label))]:
        if any(one.dataset.record_level for one in recognised):
            first = max(ends) + timedelta(days=1)
            return first, f"it gives no release date, and records of {max(ends):%Y-%m} are not released before then"
        return max(ends), "it gives no release date, so the end of the last period it covers is used"
    raise refuse(f"raw/{path.name}", "no date", "the day of its release", "Give it with --released-on YYYY-MM-DD.")


def _day(path: Path, year: int, month: int, day: int, where: str) -> date:
    """The release date that a file gives. Raises Refusal if the date does not exist."""
    try:
        return date(year, month, day)
    except ValueError:
        raise refuse(
            f"raw/{path.name}",
            f"a date that does not exist: {where}",
            "the day of its release",
            "Give it with --released-on YYYY-MM-DD.",
        ) from None
