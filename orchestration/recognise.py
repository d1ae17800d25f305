"""What a downloaded file is: which dataset's reader understands it, and of which day it is."""

import calendar
import importlib
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pandas as pd

from orchestration import defs
from orchestration.dataset import DATASETS, Dataset
from orchestration.origin import CREDITED_TO, PLACE
from orchestration.refusal import Refusal, refuse
from orchestration.releases import Release, refuse_future
from orchestration.tables import Sheet, key, sheets

MONTHS = [month.lower() for month in calendar.month_name if month]

# "Published on Wednesday 3 August, 2022", "originally published at 9:30am 08 December 2022".
STATED_DATE = re.compile(
    r"(?:publish|releas|publication)\w*[^.;]{0,40}?\b(\d{1,2})(?:st|nd|rd|th)? (" + "|".join(MONTHS) + r"),? (20\d\d)",
    re.IGNORECASE,
)
DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")

# What a period's label ends with, and the month in which such a period ends.
PERIODS = (
    (re.compile(r"((?:19|20)\d\d)-(\d\d)"), "month"),
    (re.compile(r"year ending (?P<month>[A-Z][a-z]+) ((?:19|20)\d\d)"), "twelve months"),
    (re.compile(r"((?:19|20)\d\d)(?:/| to )(?:(?:19|20)\d\d|\d\d)"), "financial year"),
    (re.compile(r"mid-((?:19|20)\d\d)"), "mid-year"),
    (re.compile(r"((?:19|20)\d\d)\s*[–-]\s*(\d\d)"), "pooled years"),
    (re.compile(r"((?:19|20)\d\d)"), "calendar year"),
)
PERIOD_COLUMNS = ("period", "registration_year", "boundary_year")

NEAREST = 3


@dataclass(frozen=True)
class Recognised:
    """A dataset whose reader understands a file, the periods it covers as printed, and the reason."""

    dataset: Dataset
    periods: set[str]
    why: str


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
    release = Release("unknown.unknown", date.min, copy.parent, copy.parent)
    candidates = [DATASETS[dataset_name]] if dataset_name else list(DATASETS.values())
    if is_archive(copy):
        found: tuple[Sheet, ...] = ()
        recognised = _records_in(release, candidates)
    else:
        found = sheets(release, copy)
        recognised = [_recognise(release, copy, candidates, found, why_dataset)]
    day, why = (released_on, why_released_on) if released_on else _date(copy, found, recognised)
    refuse_future(day, f"raw/{copy.name}", "Say the day of its release with --released-on YYYY-MM-DD.", why)
    return recognised, day, why


def is_archive(path: Path) -> bool:
    """Whether a file is a zip that is no workbook."""
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return not {"[Content_Types].xml", "mimetype"} & set(archive.namelist())


def load_datasets() -> None:
    """Imports every dataset's module, so that DATASETS is full."""
    for module in sorted(Path(defs.__file__).parent.glob("*/*.py")):
        importlib.import_module(f"{defs.__name__}.{module.parent.name}.{module.stem}")


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
            "a zip with no records that a dataset's reader understands",
            "an archive of data.police.uk, or a workbook",
            "Nothing was copied. The nearest are:\n" + "\n".join(reasons),
        )
    return recognised


def _read(dataset: Dataset, release: Release, because: str) -> Recognised:
    # Beside the copy of the file, which lies in the scratch of the home.
    with TemporaryDirectory(dir=release.raw.parent) as scratch:
        rows = dataset.rows_of(release, Path(scratch))
        if isinstance(rows, list):
            with duckdb.connect() as connection:
                months, count = connection.execute(
                    "select list(distinct file_month), count(*) from read_parquet(?)", [[str(part) for part in rows]]
                ).fetchone()
            read = f"{count} records of {len(months)} {'month' if len(months) == 1 else 'months'} are read"
            return Recognised(dataset, set(months), f"{because}, and {read}")
    periods = {label for column in PERIOD_COLUMNS if column in rows for label in rows[column].dropna().unique()}
    return Recognised(dataset, periods, f"{because}, and {len(rows)} figures are read")


def _recognise(
    release: Release, path: Path, candidates: Sequence[Dataset], found: Sequence[Sheet], why_dataset: str
) -> Recognised:
    understood, reasons = [], []
    # Figures typed from a document have columns of their own, which the dataset's reader knows beside its publisher's.
    is_typed = {PLACE, CREDITED_TO} <= {key(cell) for cell in found[0].rows[0][1]} if found[0].rows else False
    for dataset in candidates:
        columns, missing = _headers_found(dataset, found)
        if missing and len(candidates) > 1 and not is_typed:
            lacking = ", ".join(repr(label) for label in missing[:4])
            reasons.append(((False, columns), dataset.name, f"no column {lacking}"))
            continue
        because = why_dataset if len(candidates) == 1 else f"it has the columns {_first_headers(dataset)}"
        if is_typed and len(candidates) > 1:
            because = "its reader knows the columns of typed figures"
        try:
            understood.append(_read(dataset, release, because))
        except Refusal as refusal:
            reasons.append(((not missing, columns), dataset.name, str(refusal)))
    if len(understood) == 1:
        return understood[0]
    if understood:
        raise refuse(
            f"raw/{path.name}",
            "columns of " + ", ".join(sorted(one.dataset.name for one in understood)),
            "those of one dataset",
            "Say which with --dataset.",
        )
    nearest = sorted(reasons, reverse=True, key=lambda reason: reason[0])[:NEAREST]
    lines = "\n".join(f"  {name}: {reason}" for (_, columns), name, reason in nearest if columns)
    first = found[0]
    if first.name is None:
        header = first.rows[0][1]
        content = "the columns " + ", ".join(repr(label) for label in header[:5]) + (" …" if len(header) > 5 else "")
    else:
        content = repr(next((sheet.title for sheet in found if sheet.title), "")[:120])
    raise refuse(
        f"raw/{path.name}",
        f"{content}, which no dataset's reader understands",
        "a file of one of the datasets",
        "Nothing was copied." + (f" The nearest are:\n{lines}" if lines else " None is near."),
    )


def _headers_found(dataset: Dataset, found: Sequence[Sheet]) -> tuple[int, list[str]]:
    """How many of the dataset's columns the best row of the file has, and the columns missing there."""
    best, best_missing = 0, [labels[0] for labels in dataset.headers]
    for sheet in found:
        for _, cells in sheet.rows[:60]:
            keys = {key(cell) for cell in cells}
            missing = [labels[0] for labels in dataset.headers if not keys.intersection(labels)]
            words = [labels for labels in dataset.headers if labels[0].upper() != labels[0].lower()]
            if (columns := len([labels for labels in words if keys.intersection(labels)])) > best:
                best, best_missing = columns, missing
    return best, best_missing


def _first_headers(dataset: Dataset) -> str:
    return ", ".join(repr(labels[0]) for labels in dataset.headers[:4]) or "that its reader looks for"


def _date(path: Path, found: Sequence[Sheet], recognised: Sequence[Recognised]) -> tuple[date, str]:
    for sheet in found:
        if sheet.name is None:
            continue
        for row, texts in sheet.rows:
            for column, text in enumerate(texts):
                if stated := STATED_DATE.search(text):
                    where = f"{sheet.name!r} {sheet.address(row, column)}"
                    words = " ".join(stated[0].split())
                    day = _day(path, f"{stated[3]}-{MONTHS.index(stated[2].lower()) + 1:02}-{int(stated[1]):02}", where)
                    return day, f"{where} says {words!r}"
    if named := DATE_IN_NAME.search(path.name):
        return _day(path, named[0], "its name"), f"its name bears the date {named[0]}"
    if ends := [end for one in recognised for label in one.periods if (end := period_end(label))]:
        if any(one.dataset.record_level for one in recognised):
            first = max(ends) + timedelta(days=1)
            return first, f"it names no date of release, and records of {max(ends):%Y-%m} are not released before then"
        return max(ends), "it names no date of release, so the end of the last period it covers stands for it"
    raise refuse(f"raw/{path.name}", "no date", "the day of its release", "Say it with --released-on YYYY-MM-DD.")


def _day(path: Path, text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse(
            f"raw/{path.name}, {where}",
            f"the date {text}",
            "a day of the calendar",
            "Say the day of its release with --released-on YYYY-MM-DD.",
        ) from None


def period_end(label: str) -> date | None:
    """The last day of a period as printed (`2021`, `2019–21`, `2020/21`, `mid-2024`, `2023-05` …), or None."""
    text = label.strip()
    for pattern, kind in PERIODS:
        if not (found := pattern.fullmatch(text)):
            continue
        year = int(found[found.lastindex if kind == "twelve months" else 1])
        if kind == "twelve months" and found["month"].lower() in MONTHS:
            return pd.Period(year=year, month=MONTHS.index(found["month"].lower()) + 1, freq="M").end_time.date()
        if kind == "month" and 1 <= int(found[2]) <= 12:
            return pd.Period(text, freq="M").end_time.date()
        if kind == "financial year":
            return date(year + 1, 3, 31)
        if kind == "mid-year":
            return date(year, 6, 30)
        if kind == "pooled years" and int(found[2]) == (year + 2) % 100:
            return date(year + 2, 12, 31)
        if kind == "calendar year":
            return date(year, 12, 31)
    return None
