"""A downloaded file to its place in raw/: which dataset it is, of which date, and why."""

import calendar
import importlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from orchestration import defs
from orchestration.dataset import DATASETS, Dataset
from orchestration.origin import CREDITED_TO, ORIGIN_FILE, PLACE, TRANSCRIPTION, Origin, origin_of, origin_text
from orchestration.refusal import Refusal, refuse
from orchestration.releases import Release, digest, published_releases
from orchestration.settings import Settings
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


@dataclass(frozen=True)
class Placed:
    """Where a file went, or was already, and the reasons."""

    file: Path
    dataset: str
    released_on: date
    place: Path
    why: str
    already_there: bool


def add(
    path: Path,
    settings: Settings,
    dataset_name: str | None = None,
    released_on: date | None = None,
    why_dataset: str = "as you say",
    why_released_on: str = "as you say",
    transcribed: Origin | None = None,
) -> list[Placed]:
    """Copies a downloaded file to raw/<publisher>/<dataset>/<release date>/ and says why there.

    The dataset is the one whose reader understands the file; an archive of data.police.uk goes to each whose
    records it holds. The date is stated in the file, stands in its name, or is the end of the last period it covers.
    `dataset_name` and `released_on` overrule, for the reasons given. A file whose bytes are in raw/ is left where it
    is. `transcribed` says that the figures are typed from another document; it is written beside them, also of a file
    that is there already. Raises `Refusal` for a file that no dataset's reader, or more than one's, understands, that
    gives no date, or whose place is taken by another edition, and for a transcription without a place or with another
    origin than the one declared there.
    """
    if not path.is_file():
        raise refuse(path, "no such file" if not path.exists() else "a folder", "a file", "Give the file's path.")
    load_datasets()
    if dataset_name and dataset_name not in DATASETS:
        raise refuse(path, f"the dataset {dataset_name!r}", "one of " + ", ".join(sorted(DATASETS)), "Correct it.")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "raw" / path.name
        copy.parent.mkdir()
        shutil.copyfile(path, copy)
        release = Release("unknown.unknown", date.min, copy.parent, copy.parent)
        candidates = [DATASETS[dataset_name]] if dataset_name else list(DATASETS.values())
        try:
            if is_archive(copy):
                found: tuple[Sheet, ...] = ()
                recognised = _records_in(release, candidates)
            else:
                found = sheets(release, copy)
                recognised = [_recognise(release, copy, candidates, found, why_dataset)]
            day, why_day = (released_on, why_released_on) if released_on else _date(copy, found, recognised)
            origin = _origin(copy, transcribed)
        except Refusal as refusal:
            raise Refusal(str(refusal).replace(f"raw/{path.name}", str(path))) from None
    why = f"; {why_day}" + (f"; {_said_of(origin)}" if origin.origin == TRANSCRIPTION else "")
    return [
        _place(path, one.dataset, day, one.why + why, settings, transcribed and origin_text(transcribed))
        for one in recognised
    ]


def _origin(copy: Path, transcribed: Origin | None) -> Origin:
    """The origin that a release of this file and this declaration will have."""
    if transcribed:
        (copy.parent / ORIGIN_FILE).write_text(origin_text(transcribed), encoding="utf-8")
    origin = origin_of(copy.parent, [copy], "raw")
    if transcribed and not origin.place:
        raise refuse(
            f"raw/{copy.name}",
            f"no column {PLACE!r} and no place in {origin.document}",
            "where the document prints the figures, such as Table 3",
            "Say it with --place.",
        )
    return origin


def _said_of(origin: Origin) -> str:
    if origin.document is None:
        return (
            f"its column {PLACE!r} says that it is typed from a document, which is not named: name it with "
            "--transcribed-from"
        )
    return f"typed from {origin.document}, {origin.place}"


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
    with tempfile.TemporaryDirectory() as scratch:
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
                    day = date(int(stated[3]), MONTHS.index(stated[2].lower()) + 1, int(stated[1]))
                    return day, f"{sheet.name!r} {sheet.address(row, column)} says {' '.join(stated[0].split())!r}"
    if named := DATE_IN_NAME.search(path.name):
        return date.fromisoformat(named[0]), f"its name bears the date {named[0]}"
    if ends := [end for one in recognised for label in one.periods if (end := period_end(label))]:
        return max(ends), "it names no date of release, so the end of the last period it covers stands for it"
    raise refuse(f"raw/{path.name}", "no date", "the day of its release", "Say it with --released-on YYYY-MM-DD.")


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


def _place(path: Path, dataset: Dataset, day: date, why: str, settings: Settings, declared: str | None) -> Placed:
    publisher, _, name = dataset.name.partition(".")
    home = settings.raw / publisher / name
    for there in _files(home):
        if there.stat().st_size == path.stat().st_size and digest(there) == digest(path):
            _declare(home / there.relative_to(home).parts[0], declared, settings)
            return Placed(path, dataset.name, date.fromisoformat(there.relative_to(home).parts[0]), there, "", True)
    folder = home / day.isoformat()
    taken = [there.name for there in _files(folder)]
    is_loaded = f"{dataset.name}@{day}" in published_releases(dataset.name, settings)
    if taken and (path.name in taken or is_loaded or not dataset.several_files):
        raise refuse(
            path,
            f"an edition of {dataset.name} of {day} ({why})",
            f"no other of that day, but raw/{folder.relative_to(settings.raw).as_posix()} holds {', '.join(taken)}",
            "A release is never edited: give a later edition its own day with --released-on YYYY-MM-DD.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    _declare(folder, declared, settings)
    aside = folder / f".{path.name}.part"
    shutil.copyfile(path, aside)
    os.replace(aside, folder / path.name)
    return Placed(path, dataset.name, day, folder / path.name, why, False)


def _declare(folder: Path, declared: str | None, settings: Settings) -> None:
    """Writes the declaration of a release's origin beside its files, unless it stands there in the same words."""
    if declared is None:
        return
    path = folder / ORIGIN_FILE
    if path.is_file() and path.read_text(encoding="utf-8") != declared:
        raise refuse(
            f"raw/{path.relative_to(settings.raw).as_posix()}",
            "another origin: " + "; ".join(path.read_text(encoding="utf-8").splitlines()),
            "; ".join(declared.splitlines()),
            "Correct that file where it is wrong, or give the figures their own day with --released-on YYYY-MM-DD.",
        )
    aside = folder / f".{ORIGIN_FILE}.part"
    aside.write_text(declared, encoding="utf-8", newline="\n")
    os.replace(aside, path)


def _files(folder: Path) -> Iterable[Path]:
    """The files of the releases below a folder, without what declares their origin."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return sorted(path for path in found if path.name != ORIGIN_FILE)
