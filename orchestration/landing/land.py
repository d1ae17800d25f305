"""Reading the releases of a dataset from raw/ into landing/, each once; a release that cannot be read is set aside."""

import shutil
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from orchestration.datasets.declaration import ROWS, Dataset
from orchestration.landing.fingerprints import NO_RELEASE, RELEASE, dataset_names, landing_name, reader_hash
from orchestration.landing.write import states_of, write, write_empty
from orchestration.logs.log import log
from orchestration.releases.release import Release, folder_name, found_in
from orchestration.releases.set_aside import ASIDE, READING, SetAside, key_of, read_note, taken_up_again, write_aside
from orchestration.settings import Settings
from orchestration.support.duck import only_row
from orchestration.support.progress import tell
from orchestration.support.refusal import PassingRefusal, Refusal, refuse, system_errors_as_refusals


@dataclass(frozen=True)
class Landed:
    """One release in landing/. `read_now` is false if an earlier refresh read it."""

    release_id: str
    rows: int
    read_now: bool


@dataclass(frozen=True)
class Landing:
    """The releases of a dataset in landing/: those read, and those set aside."""

    landed: list[Landed]
    set_aside: list[SetAside]


def land(dataset: Dataset, settings: Settings, *, again: bool = False) -> Landing:
    """Read every release of the dataset that is not yet in landing/, and remove what is no longer in raw/.

    The name of a release's folder in landing/ comes from its date and the content of its files and its reader. The
    folder is written under another name and then renamed, so it is complete or missing. A release that cannot be read
    is set aside, and not read again until it changes; with `again`, one that a data test refused is tried again.
    """
    home = landing_home(dataset.name, settings)
    reader = reader_hash(dataset.name)
    found = found_in(dataset.name, settings)
    landed, wanted, set_aside = [], set(), []
    # By their folders in raw/, whose names are in the order of the releases.
    taken: dict[str, Path] = {}
    for one in found.set_aside:
        kept = kept_reading(one, dataset, settings)
        if kept:
            landed.append(Landed(one.release_id, _count(kept), False))
            wanted.add(kept.name)
            taken[one.folder.rpartition("/")[2]] = kept
        set_aside.append(write_aside(home, replace(one, kept=kept.name if kept else "")))
    for release in found.releases:
        earlier = [taken[name] for name in sorted(taken, reverse=True) if name < release.folder.name]
        compared_with = earlier[0].name if earlier else ""
        folder = home / landing_name(release, reader)
        aside = folder.with_name(folder.name.replace(RELEASE, ASIDE, 1))
        note = None if again and taken_up_again(aside, folder) else read_note(aside)
        if note and (note.refused_by != READING or note.compared_with == compared_with):
            set_aside.append(note)
            continue
        read_now = not folder.exists()
        if read_now:
            tell(f"Reading {release.release_id}")
            try:
                write_or_refuse(dataset, release, folder, settings, earlier)
            except PassingRefusal as refusal:
                # What was still being written has another key when it is whole.
                key = key_of("changing", str(states_of(release)))
                set_aside.append(write_aside(home, _refused(release, key, refusal, compared_with)))
                continue
            except Refusal as refusal:
                key = aside.name.removeprefix(f"{ASIDE}{release.folder.name}-")
                set_aside.append(write_aside(home, _refused(release, key, refusal, compared_with)))
                continue
        wanted.add(folder.name)
        taken[release.folder.name] = folder
        landed.append(Landed(release.release_id, _count(folder), read_now))
    wanted |= {one.landing_name for one in set_aside}
    if not any(name.startswith(RELEASE) for name in wanted):
        wanted.add(write_nothing(dataset, settings).name)
    for path in home.iterdir():
        if path.name not in wanted:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return Landing(landed, set_aside)


def remove_what_is_gone(settings: Settings) -> None:
    """Removes from landing/ what was read of datasets that are no more, so that nothing lists their releases."""
    for folder in settings.landing.glob("*/*"):
        if f"{folder.parent.name}.{folder.name}" not in dataset_names() and folder.is_dir():
            shutil.rmtree(folder)
    for publisher in settings.landing.glob("*"):
        if publisher.is_dir() and not any(publisher.iterdir()):
            publisher.rmdir()


def landing_home(name: str, settings: Settings) -> Path:
    """The folder in landing/ of a dataset."""
    publisher, _, short_name = name.partition(".")
    return settings.landing / publisher / short_name


def write_nothing(dataset: Dataset, settings: Settings) -> Path:
    """The folder in landing/ of a dataset without a release: its columns and no rows."""
    nothing = landing_home(dataset.name, settings) / f"{NO_RELEASE}-{reader_hash(dataset.name)[:12]}"
    if not (nothing / "rows.parquet").exists():
        write_empty(nothing, [*dataset.all_columns, "release_id"])
    return nothing


def kept_reading(one: SetAside, dataset: Dataset, settings: Settings) -> Path | None:
    """What was read of a release before its files were changed or lost, in landing/ or from the served file."""
    if not one.published_sha256:
        return None
    home = landing_home(one.dataset, settings)
    name = one.folder.rpartition("/")[2]
    for folder in sorted(home.glob(f"{RELEASE}{name}-*")):
        if _sha256_of(folder) == one.published_sha256:
            return folder
    if dataset.record_level or not settings.warehouse.is_file():
        return None
    folder = home / f"{RELEASE}{name}-{one.published_sha256[:12]}"
    publisher, _, short_name = one.dataset.partition(".")
    aside = folder.with_name(f".writing-{folder.name}")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        for table, file in (
            (f"raw_{publisher}.{short_name}", "rows"),
            ("raw_landing.releases", "release"),
            ("raw_landing.findings", "findings"),
        ):
            query = f"from {table} where release_id = ?"
            connection.sql(query, params=[one.release_id]).write_parquet(str(aside / f"{file}.parquet"))
    aside.rename(folder)
    return folder


def _sha256_of(folder: Path) -> str | None:
    try:
        with duckdb.cursor() as connection:
            query = "select sha256 from read_parquet(?)"
            return only_row(connection.execute(query, [str(folder / "release.parquet")]))[0]
    except (duckdb.Error, TypeError):
        return None


def _refused(release: Release, key: str, refusal: Refusal, compared_with: str) -> SetAside:
    folder = f"raw/{folder_name(release)}"
    return SetAside(
        release.dataset,
        release.release_id,
        folder,
        key,
        str(refusal),
        refused_by=READING,
        compared_with=compared_with,
    )


def landed_before(dataset: Dataset, name: str, settings: Settings) -> list[Path]:
    """The folders in landing/ of the dataset's releases before the one whose folder has this name, the newest first."""
    folders = landing_home(dataset.name, settings).glob(f"{RELEASE}*")
    names = {folder: folder.name.removeprefix(RELEASE).rpartition("-")[0] for folder in folders}
    return sorted((folder for folder in names if names[folder] < name), key=names.__getitem__, reverse=True)


def write_or_refuse(
    dataset: Dataset, release: Release, folder: Path, settings: Settings, earlier: Sequence[Path] = ()
) -> None:
    """Reads a release into landing/, and compares it with the earlier ones, given by their folders there.

    What its files are to blame for is a `Refusal`, a fault of the reader as well.
    """
    try:
        write(dataset, release, folder, earlier)
    except Refusal:
        raise
    except OSError as error:
        # A full disk is not the fault of the release.
        if not error.filename or not Path(error.filename).is_relative_to(release.folder):
            raise
        with system_errors_as_refusals():
            raise
    except Exception as error:
        log(settings, "", "reader failed", release=release.release_id, stack=traceback.format_exc())
        names = ", ".join(path.name for path in release.files)
        raise refuse(
            f"raw/{folder_name(release)} ({names})",
            f"something that the reader of {dataset.name} stops at ({type(error).__name__}: {error})",
            "a file in one of its layouts",
            "Download the file again. If the file is as published, the reader needs a change (the error is in "
            "logs/refreshes.jsonl).",
        ) from error


def _count(folder: Path) -> int:
    # One database in memory for all: making one takes longer than to count.
    with duckdb.cursor() as connection:
        return only_row(connection.execute("select count(*) from read_parquet(?)", [str(folder / ROWS)]))[0]
