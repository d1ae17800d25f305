"""A trial build of files that are not yet in raw/: what a refresh would refuse in them, before they are placed.

The scratch lies in the home, holds the new releases beside the newest that landing/ has of their datasets, and is built
by staging and measures, on a copy of the served warehouse where that was made by the same models. It is gone after any
end: a later trial removes what a killed one has left.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
from filelock import FileLock, Timeout

from orchestration.building.blame import Failure, failures_of, texts_of
from orchestration.building.seed_checks import check_seeds
from orchestration.datasets.declaration import DATASETS
from orchestration.landing.fingerprints import RELEASE, landing_name, models_are_served, reader_hash
from orchestration.landing.land import landed_before, landing_home, write_nothing, write_or_refuse
from orchestration.releases.origin import ORIGIN_FILE
from orchestration.releases.release import Release, releases_of
from orchestration.releases.set_aside import ASIDE
from orchestration.settings import Settings
from orchestration.support.duck import only_row
from orchestration.support.refusal import PassingRefusal, Refusal
from orchestration.support.signals import on_signals
from orchestration.validation.cells import Problem

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

SCRATCH = ".trial"

# In it, beside the home of the trial: what was added since the last refresh.
WAITING = "waiting"

# What is built after the own models of a dataset that corrections are about, to check these.
CORRECTED = ("all_measures", "dim_releases", "fct_observations", "audit_corrections")

# Of the tests, those whose models are all built here or there already.
WITH_PARENTS = ("--indirect-selection", "buildable")


@dataclass
class Tried:
    """A file on trial: where it is to lie in raw/, where its copy is, what is refused of it and what is advised."""

    dataset: str
    released_on: date
    folder: str
    copy: Path
    declared: str | None = None
    refusals: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)

    @property
    def release_id(self) -> str:
        return f"{self.dataset}@{self.folder}"

    @property
    def name(self) -> str:
        """Its place, as messages give it."""
        return f"raw/{self.dataset.replace('.', '/', 1)}/{self.folder}/{self.copy.name}"


@contextmanager
def scratch_of(settings: Settings) -> Iterator[Path]:
    """An empty folder in the home for one trial, which is gone at the end, also when the process is told to stop.

    Raises `PassingRefusal` where another trial is at work for longer than `settings.wait_for_writer` seconds.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    scratch = settings.home / SCRATCH
    try:
        # An exception makes sure that the scratch folder is removed.
        with (
            FileLock(settings.home / f"{SCRATCH}.lock", timeout=settings.wait_for_writer),
            on_signals(_stop, "SIGTERM", "SIGHUP"),
        ):
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            try:
                yield scratch
            finally:
                shutil.rmtree(scratch, ignore_errors=True)
    except Timeout:
        raise PassingRefusal(
            f"{settings.home}: another `warehouse add` was still running after {settings.wait_for_writer} s; expected "
            "to be the only one. Add the file again when it has finished."
        ) from None


def _stop(number: int, _: object) -> None:
    """End the command with an exception, so that the scratch folder is removed."""
    raise SystemExit(128 + number)


def try_out(files: list[Tried], settings: Settings, scratch: Path) -> None:
    """Run files through readers, staging, measures and checks, and note on each what a refresh would refuse."""
    home = replace(settings, home=scratch / "home", raw=scratch / "home" / "raw", cluster=None)
    for name in {one.dataset for one in files}:
        # A release is compared with the one before it.
        _link_landing(name, settings, home, newest=1)
    waiting = replace(home, home=scratch / WAITING)
    for name in {one.dataset for one in files if DATASETS[one.dataset].changes}:
        _land_waiting(name, settings, waiting)
    landed = _land(files, settings, home)
    while running := [one for one in files if not one.refusals and one.release_id in landed]:
        failures = _build(running, settings, home)
        if not failures:
            return
        found = _of_files(failures, running)
        if not found and len(running) > 1:
            _try_one_by_one(running, settings, home)
            return
        if not found:
            # What fails only with this file is about it, whatever it names.
            found = {running[0].name: failures}
        for one in running:
            one.refusals += texts_of(found.get(one.name, []))
            if one.refusals:
                shutil.rmtree(landed[one.release_id], ignore_errors=True)
        # What shared a release with a refused file is read again without it.
        landed = _land([one for one in files if not one.refusals], settings, home)


def _try_one_by_one(files: list[Tried], settings: Settings, home: Settings) -> None:
    """Where a failure of several files together names none of them."""
    for one in files:
        shutil.rmtree(home.home, ignore_errors=True)
        _link_landing(one.dataset, settings, home, newest=1)
        if _land([one], settings, home) and (failures := _build([one], settings, home)):
            one.refusals += texts_of(_of_files(failures, [one]).get(one.name) or failures)


def _are_corrected(datasets: Iterable[str], build: Path) -> bool:
    with duckdb.connect(str(build), read_only=True) as connection:
        query = "select count(*) from staging.corrections where dataset in (select unnest(?))"
        return only_row(connection.execute(query, [list(datasets)]))[0] > 0


def _link_landing(dataset: str, settings: Settings, home: Settings, *, newest: int = 0) -> None:
    """What was read of a dataset already, or the `newest` so many releases of it, without copying."""
    for folder in sorted(landing_home(dataset, settings).glob(f"{RELEASE}*"))[-newest:]:
        target = landing_home(dataset, home) / folder.name
        target.mkdir(parents=True)
        for file in folder.glob("*.parquet"):
            # A refresh may remove it in the meantime.
            with suppress(FileNotFoundError):
                link_or_copy(file, target / file.name)


def _land(files: list[Tried], settings: Settings, home: Settings) -> dict[str, Path]:
    """Reads each release that the files make; on a file that its reader refuses, the refusal is noted."""
    landed: dict[str, Path] = {}
    groups: dict[str, list[Tried]] = defaultdict(list)
    for one in files:
        together = [*groups[one.release_id], one]
        dataset = DATASETS[one.dataset]
        place = one.dataset.replace(".", "/", 1)
        folder = home.raw / place / one.folder
        folder.mkdir(parents=True, exist_ok=True)
        there = settings.raw / place / one.folder
        for file in [path for path in there.rglob("*") if path.is_file()] if there.is_dir() else []:
            target = folder / file.relative_to(there)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                link_or_copy(file, target)
        if not (folder / one.copy.name).exists():
            link_or_copy(one.copy, folder / one.copy.name)
        if one.declared:
            (folder / ORIGIN_FILE).write_text(one.declared, encoding="utf-8", newline="\n")
        release = Release(one.dataset, one.released_on, folder, home.raw)
        target = landing_home(one.dataset, home) / landing_name(release, reader_hash(one.dataset))
        try:
            if not target.exists():
                write_or_refuse(dataset, release, target, settings, _landed_before(one, settings, home))
        except Refusal as refusal:
            one.refusals.append(str(refusal))
            (folder / one.copy.name).unlink()
            continue
        if one.release_id in landed and landed[one.release_id] != target:
            shutil.rmtree(landed[one.release_id], ignore_errors=True)
        one.advice = _advice(target, one.name)
        landed[one.release_id] = target
        groups[one.release_id] = together
    return landed


def _advice(landed: Path, name: str) -> list[str]:
    """The advice of the checks about a file of a release that was read, in sentences."""
    findings = landed / "findings.parquet"
    if not findings.is_file():
        return []
    with duckdb.cursor() as connection:
        rows = connection.execute(
            "select rule, place, found, expected, what_to_do from read_parquet(?, hive_partitioning = false)",
            [str(findings)],
        ).fetchall()
    problems = (Problem(rule, where, said, wanted, action, blocks=False) for rule, where, said, wanted, action in rows)
    return [str(one) for one in problems if one.where.startswith(name)]


def _land_waiting(name: str, settings: Settings, waiting: Settings) -> None:
    """Reads the releases that were added since the last refresh, so that a file is compared with them as well."""
    home = landing_home(name, settings)
    for release in _not_landed(name, settings):
        if not any(home.glob(f"{RELEASE}{release.folder.name}-*")):
            # A refusal of it is not the fault of the file.
            with suppress(Refusal):
                target = landing_home(name, waiting) / landing_name(release, reader_hash(name))
                write_or_refuse(DATASETS[name], release, target, settings)


def _landed_before(one: Tried, settings: Settings, home: Settings) -> list[Path]:
    """What is read of the releases before a file's, the newest first.

    They are those of this trial, of the last refresh, and of what was added since.
    """
    dataset = DATASETS[one.dataset]
    waiting = replace(home, home=home.home.parent / WAITING)
    folders = {
        folder.name: folder
        for where in (home, settings, waiting)
        for folder in landed_before(dataset, one.folder, where)
    }
    return [folders[name] for name in sorted(folders, reverse=True)]


def _build(files: list[Tried], settings: Settings, home: Settings) -> list[Failure]:
    """Builds what follows from the files up to the observations, and returns what failed."""
    from orchestration.building.dbt import (
        WITHOUT_EXAMPLES,
        datasets_before,
        datasets_measured,
        invoke,
        parsed_manifest,
        set_environment,
    )
    from orchestration.publishing.publish import new_database

    datasets = sorted({one.dataset for one in files})
    build = home.build("trial")
    shutil.rmtree(build.parent, ignore_errors=True)
    build.parent.mkdir(parents=True)
    manifest = parsed_manifest()
    check_seeds(manifest)
    own = _models_of(manifest, datasets)
    # What is only measured in the same model has no part in the trial.
    beside = datasets_measured(manifest, own) - set(datasets)
    needed = datasets_before(manifest, own) - set(datasets) - beside
    # What is in raw/ and was not refreshed yet may place the records of a file, or be in the same command.
    waiting = [name for name in needed if _not_landed(name, settings)]
    together = any(_places(manifest, name) & (set(datasets) - {name}) for name in datasets)
    if models_are_served(settings) and not waiting and not together:
        shutil.copyfile(settings.warehouse, build)
        selected = [*own, *(CORRECTED if _are_corrected(datasets, build) else ())]
    else:
        new_database(build)
        selected = [f"+{name}" for name in own]
        for name in needed:
            if not landing_home(name, home).exists():
                _link_landing(name, settings, home)
            for release in _not_landed(name, settings):
                # A refusal of it is not the fault of the file.
                with suppress(Refusal):
                    target = landing_home(name, home) / landing_name(release, reader_hash(name))
                    if not target.exists():
                        write_or_refuse(DATASETS[name], release, target, settings)
        for name in needed | beside:
            if not any(landing_home(name, home).glob(f"{RELEASE}*")):
                write_nothing(DATASETS[name], home)
    before = {name: os.environ.get(name) for name in ("WAREHOUSE_BUILD", "WAREHOUSE_LANDING")}
    set_environment(home, build)
    try:
        arguments = ["build", "--no-write-json", *WITHOUT_EXAMPLES, *WITH_PARENTS, "--select", *selected]
        result = invoke(arguments, manifest=manifest)
        if result.success:
            return []
        error = str(result.exception or "the build was stopped")
        return failures_of(result.result or (), build) or [Failure("models", "", (), error)]
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _models_of(manifest: "Manifest", datasets: Iterable[str]) -> list[str]:
    from orchestration.building.dbt import measures_models

    staging = [f"stg_{name.replace('.', '__')}" for name in datasets]
    return [*staging, *sorted({model for name in datasets for model in measures_models(manifest, name)})]


def _places(manifest: "Manifest", dataset: str) -> set[str]:
    """The datasets that place the figures of one, such as lookups."""
    from orchestration.building.dbt import datasets_before, datasets_measured

    own = _models_of(manifest, [dataset])
    return datasets_before(manifest, own) - datasets_measured(manifest, own)


def _not_landed(dataset: str, settings: Settings) -> list[Release]:
    """The releases in raw/ that no refresh has read or set aside yet."""
    reader = reader_hash(dataset)
    names = {release: landing_name(release, reader) for release in releases_of(dataset, settings)}
    home = landing_home(dataset, settings)
    return [
        release
        for release, name in names.items()
        if not (home / name).is_dir() and not (home / name.replace(RELEASE, ASIDE, 1)).is_dir()
    ]


def _of_files(failures: list[Failure], files: list[Tried]) -> dict[str, list[Failure]]:
    """The failures by the file they are about; one that names no release is about the only file there is."""
    found: dict[str, list[Failure]] = defaultdict(list)
    for failure in failures:
        source = failure.source_file
        meant = [one.name for one in files if source == one.name or source.startswith(f"{one.name}/")]
        meant = meant or [one.name for one in files if one.release_id in failure.release_ids]
        if not meant and not failure.release_ids and len(files) == 1:
            meant = [files[0].name]
        for name in meant:
            found[name].append(failure)
    return found


def link_or_copy(file: Path, other: Path) -> None:
    """The same file under another name; a copy if hard links are not supported."""
    try:
        os.link(file, other)
    except (OSError, NotImplementedError):
        shutil.copyfile(file, other)
