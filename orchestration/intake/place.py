"""Placing downloaded files in raw/: what each file is and why, and whether a refresh would accept it."""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from orchestration.datasets.declaration import DATASETS, Dataset, load_datasets
from orchestration.intake.recognise import recognise
from orchestration.intake.trial import Tried, scratch_of, try_out
from orchestration.reading.bounds import refuse_what_is_too_large
from orchestration.releases.origin import ORIGIN_FILE, PLACE, TRANSCRIPTION, Origin, origin_of, origin_text
from orchestration.releases.release import MOST_OF_A_DAY, digest, folder_of, published_releases
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal, refuse, system_errors_as_refusals


@dataclass(frozen=True)
class Placed:
    """Where a file was placed, or already was, and the reasons."""

    file: Path
    dataset: str
    released_on: date
    place: Path
    why: str
    already_there: bool
    advice: tuple[str, ...] = ()


@dataclass
class Proposed:
    """The place of one file for one dataset, before the trial build."""

    tried: Tried
    why: str


@dataclass(frozen=True)
class Said:
    """The options given for a file, with the reasons; the file itself gives the rest."""

    dataset: str | None = None
    released_on: date | None = None
    why_dataset: str = "as you say"
    why_released_on: str = "as you say"
    transcribed: Origin | None = None


def add(
    path: Path,
    settings: Settings,
    dataset_name: str | None = None,
    released_on: date | None = None,
    why_dataset: str = "as you say",
    why_released_on: str = "as you say",
    transcribed: Origin | None = None,
) -> list[Placed]:
    """`add_all` for one file. Raises Refusal if the file is refused."""
    said = Said(dataset_name, released_on, why_dataset, why_released_on, transcribed)
    (outcome,) = add_all([path], settings, said)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def add_all(paths: Sequence[Path], settings: Settings, said: Said) -> list[list[Placed] | Refusal]:
    """Copy downloaded files to raw/<publisher>/<dataset>/<release date>/; returns the places and reasons, or refusals.

    The dataset is the one whose reader understands the file; an archive of data.police.uk goes to each dataset whose
    records it has. The date is in the file or in its name, or is the end of the last period that the file covers; a
    second release of a day has its own folder. Options given override these. A file that is already in raw/ is left
    there. All files go through one trial build, and a file that a refresh would refuse is not placed.

    A file is refused if no reader or several readers understand it, if it gives no date or a date in the future, if it
    is larger than any published file, or if staging, measures or checks refuse it; and a transcription is refused if it
    has no place or its origin differs from the one declared there.
    """
    load_datasets()
    outcomes: dict[int, list[Placed] | Refusal] = {}
    proposed: dict[int, list[Placed | Proposed]] = {}
    with scratch_of(settings) as scratch:
        for number, path in enumerate(paths):
            try:
                with system_errors_as_refusals():
                    taken = [one.tried for ones in proposed.values() for one in ones if isinstance(one, Proposed)]
                    proposed[number] = _proposed(path, settings, said, scratch / str(number), taken)
            except Refusal as refusal:
                outcomes[number] = Refusal(str(refusal).replace(f"raw/{path.name}", str(path)))
        trials = [one.tried for ones in proposed.values() for one in ones if isinstance(one, Proposed)]
        if trials:
            with system_errors_as_refusals():
                try_out(trials, settings, scratch)
        for number, ones in proposed.items():
            outcomes[number] = _outcome(paths[number], ones, settings, said)
    return [outcomes[number] for number in range(len(paths))]


def _proposed(
    path: Path, settings: Settings, said: Said, scratch: Path, taken: Sequence[Tried]
) -> list[Placed | Proposed]:
    """Where a file goes, and where it already is. Raises Refusal if no reader understands it."""
    if not path.is_file():
        found = "a folder" if path.is_dir() else "a device or a pipe" if path.exists() else "no such file"
        raise refuse(path, found, "a file", "Give the file's path.")
    if said.dataset and said.dataset not in DATASETS:
        raise refuse(path, f"the dataset {said.dataset!r}", "one of " + ", ".join(sorted(DATASETS)), "Correct it.")
    refuse_what_is_too_large(path, f"raw/{path.name}")
    copy = scratch / "raw" / path.name
    copy.parent.mkdir(parents=True)
    shutil.copyfile(path, copy)
    recognised, day, why_day = recognise(copy, said.dataset, said.released_on, said.why_dataset, said.why_released_on)
    origin = _origin(copy, said.transcribed)
    why = f"; {why_day}" + (f"; {_said_of(origin)}" if origin.origin == TRANSCRIPTION else "")
    declared = origin_text(said.transcribed) if said.transcribed else None
    proposals: list[Placed | Proposed] = []
    for one in recognised:
        if there := _already_there(copy, one.dataset, settings):
            proposals.append(Placed(path, one.dataset.name, day_of(there, one.dataset, settings), there, "", True))
            continue
        folder, why_folder = _free_folder(copy, one.dataset, day, settings, taken)
        own = scratch / one.dataset.name / path.name
        own.parent.mkdir()
        shutil.copyfile(copy, own) if len(recognised) > 1 else copy.rename(own)
        tried = Tried(one.dataset.name, day, folder, own, declared)
        proposals.append(Proposed(tried, one.why + why + why_folder))
    return proposals


def _outcome(path: Path, ones: list[Placed | Proposed], settings: Settings, said: Said) -> list[Placed] | Refusal:
    """Copy a file to its proposed places, unless a refresh would refuse it there."""
    declared = origin_text(said.transcribed) if said.transcribed else None
    refusals = [text for one in ones if isinstance(one, Proposed) for text in _refusals(one, path)]
    if refusals:
        return Refusal("\n".join(dict.fromkeys(refusals)))
    placed = []
    try:
        with system_errors_as_refusals():
            for one in ones:
                if isinstance(one, Placed):
                    _declare(settings.raw / _home(one.dataset) / _folder_of_place(one, settings), declared, settings)
                    placed.append(one)
                else:
                    placed.append(_place(path, one, settings))
    except Refusal as refusal:
        return refusal
    return placed


def _refusals(one: Proposed, path: Path) -> list[str]:
    """What a refresh would refuse in a file, with the path that was given."""
    return [text.replace(one.tried.name, str(path)) for text in one.tried.refusals]


def _home(dataset: str) -> str:
    return dataset.replace(".", "/", 1)


def _folder_of_place(one: Placed, settings: Settings) -> str:
    return one.place.relative_to(settings.raw / _home(one.dataset)).parts[0]


def day_of(place: Path, dataset: Dataset, settings: Settings) -> date:
    """The day of the release that a file in raw/ belongs to."""
    return date.fromisoformat(place.relative_to(settings.raw / _home(dataset.name)).parts[0][:10])


def _origin(copy: Path, transcribed: Origin | None) -> Origin:
    """The origin of a release of this file with this declaration."""
    if transcribed:
        (copy.parent / ORIGIN_FILE).write_text(origin_text(transcribed), encoding="utf-8")
    origin = origin_of(copy.parent, [copy], "raw")
    if transcribed and not origin.place:
        raise refuse(
            f"raw/{copy.name}",
            f"no column {PLACE!r} and no place in {origin.document}",
            "where the document prints the figures, such as Table 3",
            "Give it with --place.",
        )
    return origin


def _said_of(origin: Origin) -> str:
    if origin.document is None:
        return (
            f"its column {PLACE!r} shows that it was typed from a document, which is not named: name it with "
            "--transcribed-from"
        )
    return f"typed from {origin.document}, {origin.place}"


def _already_there(file: Path, dataset: Dataset, settings: Settings) -> Path | None:
    for there in _files(settings.raw / _home(dataset.name)):
        if there.stat().st_size == file.stat().st_size and digest(there) == digest(file):
            return there
    return None


def _free_folder(
    file: Path, dataset: Dataset, day: date, settings: Settings, taken: Sequence[Tried]
) -> tuple[str, str]:
    """The folder for a release of that day and, if it is not the first of the day, the reason.

    A release of several files takes it while it is not loaded; every other file is a release of its own.
    """
    for number in range(1, MOST_OF_A_DAY + 1):
        folder = folder_of(day, number)
        there = {path.name for path in _files(settings.raw / _home(dataset.name) / folder)}
        there |= {one.copy.name for one in taken if (one.dataset, one.folder) == (dataset.name, folder)}
        is_loaded = f"{dataset.name}@{folder}" in published_releases(dataset.name, settings)
        if not is_loaded and (not there or (dataset.several_files and file.name not in there)):
            why = f"; {number - 1} of that day {'is' if number == 2 else 'are'} there already" if number > 1 else ""
            return folder, why
    raise refuse(
        f"raw/{file.name}",
        f"a release of {day}, of which raw/{_home(dataset.name)} has {MOST_OF_A_DAY}",
        f"{MOST_OF_A_DAY} releases of a day at most",
        "Give it a day of its own with --released-on YYYY-MM-DD.",
    )


def _place(path: Path, one: Proposed, settings: Settings) -> Placed:
    tried = one.tried
    folder = settings.raw / _home(tried.dataset) / tried.folder
    folder.mkdir(parents=True, exist_ok=True)
    _declare(folder, tried.declared, settings)
    aside = folder / f".{path.name}.part"
    try:
        shutil.move(tried.copy, aside)
        os.replace(aside, folder / path.name)
    finally:
        aside.unlink(missing_ok=True)
    return Placed(path, tried.dataset, tried.released_on, folder / path.name, one.why, False, tuple(tried.advice))


def _declare(folder: Path, declared: str | None, settings: Settings) -> None:
    """Write the declaration of a release's origin beside its files, unless the same one is there."""
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
    """The files of the releases below a folder, without declarations of origin and hidden files."""
    found = (
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )
    return sorted(path for path in found if path.name != ORIGIN_FILE)
