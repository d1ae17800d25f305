"""A downloaded file to its place in raw/: which dataset it is, of which date, and why."""

import calendar
import importlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from orchestration import defs
from orchestration.dataset import ADVICE, DATASETS, Dataset, landed_before
from orchestration.nearest import match, refuse_unknown
from orchestration.origin import CREDITED_TO, ORIGIN_FILE, PLACE, TRANSCRIPTION, Origin, origin_of, origin_text
from orchestration.periods import MONTH, Period, parse
from orchestration.records import LARGEST_ARCHIVE
from orchestration.refusal import Refusal, refuse
from orchestration.releases import Release, digest, published_releases
from orchestration.settings import Settings
from orchestration.tables import ZIP, Sheet, key, refuse_hostile_zip, sheets

MONTHS = [month.lower() for month in calendar.month_name if month]

# "Published on Wednesday 3 August, 2022", "originally published at 9:30am 08 December 2022".
STATED_DATE = re.compile(
    r"(?:publish|releas|publication)\w*[^.;]{0,40}?\b(\d{1,2})(?:st|nd|rd|th)? (" + "|".join(MONTHS) + r"),? (20\d\d)",
    re.IGNORECASE,
)
DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)")

# Columns whose labels date a file that says no day of its release.
PERIOD_COLUMNS = ("period", "registration_year", "boundary_year")


@dataclass(frozen=True)
class Recognised:
    """A dataset whose reader understands a file, the periods it covers as printed, and the reason."""

    dataset: Dataset
    periods: set[str]
    why: str
    rows: pd.DataFrame | None = None

    @property
    def advice(self) -> tuple[str, ...]:
        """What the checks found that does not refuse the file, in sentences."""
        return tuple(str(problem) for problem in self.rows.attrs[ADVICE]) if self.rows is not None else ()

    def period_of(self, label: str) -> Period | None:
        """The period that a label of this file means."""
        if self.dataset.record_level:
            return parse(label, (MONTH,))
        if self.dataset.periods is None:
            return parse(label)
        return parse(label, self.dataset.periods.kinds)


@dataclass(frozen=True)
class Placed:
    """Where a file went, or was already, and the reasons."""

    file: Path
    dataset: str
    released_on: date
    place: Path
    why: str
    already_there: bool
    advice: tuple[str, ...] = ()


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
            _refuse_later_than_today(copy, day, why_day)
            for one in recognised:
                if one.rows is not None:
                    earlier = landed_before(one.dataset, day, settings)
                    one.dataset.refuse_less_than(earlier, one.rows, f"{one.dataset.name}@{day}")
            origin = _origin(copy, transcribed)
        except Refusal as refusal:
            raise Refusal(str(refusal).replace(f"raw/{path.name}", str(path))) from None
    why = f"; {why_day}" + (f"; {_said_of(origin)}" if origin.origin == TRANSCRIPTION else "")
    declared = transcribed and origin_text(transcribed)
    return [
        replace(_place(path, one.dataset, day, one.why + why, settings, declared), advice=one.advice)
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
    """Whether a file is a zip that is no workbook. Raises `Refusal` for a broken zip."""
    with path.open("rb") as stream:
        if stream.read(4) != ZIP:
            return False
    names = {member.filename for member in refuse_hostile_zip(path, f"raw/{path.name}", largest_total=LARGEST_ARCHIVE)}
    if {"word/document.xml", "ppt/presentation.xml"} & names:
        raise refuse(
            f"raw/{path.name}",
            "a document of Word or PowerPoint",
            "a workbook or a CSV",
            "Add the publisher's file of figures.",
        )
    return not {"[Content_Types].xml", "mimetype", "content.xml"} & names and not any(
        name.startswith("xl/") for name in names
    )


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
    return Recognised(dataset, periods, f"{because}, and {len(rows)} figures are read", rows)


def _recognise(
    release: Release, path: Path, candidates: Sequence[Dataset], found: Sequence[Sheet], why_dataset: str
) -> Recognised:
    understood, matches = [], []
    # Figures typed from a document have columns of their own, which the dataset's reader knows beside its publisher's.
    is_typed = {PLACE, CREDITED_TO} <= {key(cell) for cell in found[0].rows[0][1]} if found[0].rows else False
    for dataset in candidates:
        found_of = match(dataset, found)
        if not found_of.is_whole and len(candidates) > 1 and not is_typed:
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
            matches.append(replace(found_of, refusal=str(refusal)))
    if len(understood) == 1:
        return understood[0]
    if understood:
        raise refuse(
            f"raw/{path.name}",
            "columns of " + ", ".join(sorted(one.dataset.name for one in understood)),
            "those of one dataset",
            "Say which with --dataset.",
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
        where = f"its name bears the date {named[0]}"
        return _day(path, *map(int, named.groups()), where), where
    if ends := [period.end for one in recognised for label in one.periods if (period := one.period_of(label))]:
        return max(ends), "it names no date of release, so the end of the last period it covers stands for it"
    raise refuse(f"raw/{path.name}", "no date", "the day of its release", "Say it with --released-on YYYY-MM-DD.")


def _day(path: Path, year: int, month: int, day: int, where: str) -> date:
    """A day that a file gives for its release. Raises `Refusal` where no month has such a day."""
    try:
        return date(year, month, day)
    except ValueError:
        raise refuse(
            f"raw/{path.name}",
            f"no day of the calendar: {where}",
            "the day of its release",
            "Say it with --released-on YYYY-MM-DD.",
        ) from None


def _refuse_later_than_today(path: Path, day: date, why: str) -> None:
    """Refuses a release of a day that has not come: it would hide every true one until then."""
    if day > date.today():
        raise refuse(
            f"raw/{path.name}",
            f"the day of release {day}, which is later than today ({why})",
            f"a day up to {date.today()}",
            "Give the day on which it was published with --released-on YYYY-MM-DD.",
        )


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
