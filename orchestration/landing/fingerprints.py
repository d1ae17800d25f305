"""What the served warehouse was made from, and what has changed since.

Looked at before anything heavy is imported, so that a refresh with nothing new ends at once.
"""

import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import duckdb

from orchestration.landing.imports import files_reached, texts_in
from orchestration.releases.release import Found, Release, digest, found_in
from orchestration.releases.set_aside import ASIDE, read_note
from orchestration.seeds import own_seed_files, seed_files
from orchestration.settings import DBT_PROJECT, PROJECT, Settings

CODE = PROJECT / "orchestration"
READERS = CODE / "datasets"

# The module that reads every release, together with the module of its dataset.
WRITING = "orchestration.landing.write"
# The modules that make a published file, together with the readers; alerts and pages are not among them.
MAKING = ("orchestration.defs.models", "orchestration.publishing.publish", "orchestration.disclosure.public_edition")
# Each of its rows is part of the hash of its own dataset only.
EXCEPTIONS = "release_exceptions"

# The folder in landing/ of a dataset without a release, before the hash of its reader: its columns and no rows, so that
# its models still build.
NO_RELEASE = "release=none"
# And of one that was read, before its folder in raw/ and its key.
RELEASE = "release="

# The rows of audit.inputs other than those of datasets.
MODELS, PROGRAM = "models", "program"

COMMENTS = {
    "table audit.inputs": "What this file was made from: a refresh builds only what follows from a changed input.",
    "column audit.inputs.input": "A dataset; models: the dbt project with seeds; program: the code and its packages.",
    "column audit.inputs.sha256": "Hash over it; of a dataset, over its releases and its reader.",
}


@dataclass(frozen=True)
class Changes:
    """What a refresh has to do.

    `why_everything` says why everything has to be rebuilt, and is None if `datasets` and what depends on them are
    enough. `releases` are the identifiers of releases that the served warehouse does not have.
    """

    why_everything: str | None
    datasets: tuple[str, ...]
    releases: tuple[str, ...]
    # Whether the report in build/ is of another warehouse or was written by older code or templates.
    report: bool = False

    def without(self, datasets: Iterable[str]) -> "Changes":
        """These changes but for those of some datasets."""
        left_out = set(datasets)
        return replace(
            self,
            datasets=tuple(name for name in self.datasets if name not in left_out),
            releases=tuple(name for name in self.releases if name.partition("@")[0] not in left_out),
        )

    @property
    def nothing(self) -> bool:
        """Whether the served warehouse is up to date; the report may not be."""
        return self.why_everything is None and not self.datasets

    @property
    def summary(self) -> str:
        """What is rebuilt and why, in one line."""
        if self.why_everything:
            return f"everything is rebuilt because {self.why_everything}"
        if not self.datasets:
            return "nothing new" + (", but the report is rewritten" if self.report else "")
        return f"what depends on {', '.join(self.datasets)} is rebuilt"


@cache
def dataset_names() -> tuple[str, ...]:
    """Every dataset, known by its module's place: `orchestration/datasets/ons/drug_poisoning_deaths.py`."""
    modules = READERS.glob("*/*.py")
    return tuple(sorted(f"{path.parent.name}.{path.stem}" for path in modules if path.stem != "__init__"))


def reader_hash(dataset: str) -> str:
    """A hash over the module of a dataset, all modules that it reads with, and the seeds that these name."""
    return _reader_hash(dataset, seed_files())


def reader_hashes() -> dict[str, str]:
    """The hash of each dataset's reader, with the folders of seeds looked through once."""
    files = seed_files()
    return {dataset: _reader_hash(dataset, files) for dataset in dataset_names()}


def _reader_hash(dataset: str, files: Mapping[str, Path]) -> str:
    paths = files_reached([f"orchestration.datasets.{dataset}", WRITING])
    seeds = {name.removesuffix(".csv") for name in texts_in(paths, ".csv")} & files.keys() - {EXCEPTIONS}
    exceptions = [
        line for line in files[EXCEPTIONS].read_text(encoding="utf-8").splitlines() if line.startswith(f"{dataset}@")
    ]
    hashes = map(digest, [*paths, *(files[name] for name in sorted(seeds))])
    return hashlib.sha256("".join([*hashes, *exceptions]).encode()).hexdigest()


def landing_name(release: Release, reader: str) -> str:
    """The folder in landing/ of a release of this content and declared origin, read by the reader with this hash."""
    content = hashlib.sha256((release.sha256 + reader + release.origin_key).encode()).hexdigest()[:12]
    return f"{RELEASE}{release.folder.name}-{content}"


def landing_keys(found: Found, reader: str) -> list[str]:
    """The keys of a dataset in audit.inputs: its reader, and each folder of raw/, read or set aside."""
    taken = [_without_prefix(landing_name(release, reader)) for release in found.releases]
    return [f"reader {reader}", *taken, *(_without_prefix(one.landing_name) for one in found.set_aside)]


def _without_prefix(folder: str) -> str:
    return folder.partition("=")[2]


@cache
def parsed_key() -> str:
    """A hash over the text of the dbt project and the version of Python it is parsed with."""
    paths = DBT_PROJECT.rglob("*")
    return _hash_of(
        path for path in paths if path.is_file() and not {"target", "logs"} & set(path.relative_to(DBT_PROJECT).parts)
    )


@cache
def project_key() -> str:
    """A hash over the dbt project and a partnership's own seeds."""
    own = [f"{name} {digest(path)}" for name, path in sorted(own_seed_files().items())]
    return hashlib.sha256("\n".join([parsed_key(), *own]).encode()).hexdigest() if own else parsed_key()


@cache
def program_key() -> str:
    """A hash over the code that makes the file, but for the readers, and over the versions of its packages."""
    return _hash_of([*files_reached(MAKING), PROJECT / "requirements.txt"])


@cache
def report_key() -> str:
    """A hash over the code and templates that write the report."""
    paths = (CODE / "report").rglob("*")
    files = {path for path in paths if path.is_file() and "__pycache__" not in path.parts}
    modules = [".".join(path.relative_to(PROJECT).with_suffix("").parts) for path in files if path.suffix == ".py"]
    return _hash_of([*(files | set(files_reached(modules))), PROJECT / "requirements.txt"])


def code_version() -> str:
    """A hash over all code that a published file or its report is made with, in 12 hexadecimal digits."""
    keys = [project_key(), program_key(), report_key(), *reader_hashes().values()]
    return hashlib.sha256("".join(keys).encode()).hexdigest()[:12]


def found_changes(settings: Settings) -> Changes:
    """Compare raw/, the readers, the models and the code with what the served warehouse was made from.

    A dataset with a folder that was edited, is missing or is no release counts as changed until a refresh has set it
    aside.
    """
    made_from = _inputs(settings.warehouse)
    changed, not_landed, new_releases = [], [], []
    known = made_from.get("releases", "").split()
    for dataset, reader in reader_hashes().items():
        found = found_in(dataset, settings)
        there = _landed_names(dataset, settings)
        if made_from.get(dataset) != hash_of_names(landing_keys(found, reader)):
            changed.append(dataset)
            new_releases += [
                one.release_id
                for one in found.releases
                if f"{one.release_id}={one.sha256}" not in known
                and landing_name(one, reader).replace(RELEASE, ASIDE) not in there
            ]
        elif not set(landing_keys(found, reader)[1:]) <= set(map(_without_prefix, there)):
            not_landed.append(dataset)
        elif not any(_landed_folders(dataset, settings, RELEASE)):
            # Of a dataset without a release, the columns alone.
            not_landed.append(dataset)
    # A model that follows from two datasets needs both in landing/, which can be removed at any time.
    datasets = sorted([*changed, *not_landed]) if changed else []
    why = _why_everything(made_from, settings)
    return Changes(why, tuple(datasets), tuple(new_releases), settings.writes_report and not report_is_new(settings))


def report_is_new(settings: Settings) -> bool:
    """Whether the report was written by the current code from the served warehouse."""
    return (
        settings.report.is_dir()
        and settings.report_note.is_file()
        and settings.report_note.read_text() == _report_note(settings)
    )


def note_report(settings: Settings) -> None:
    """Record the code and the warehouse that the report was written with."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    settings.report_note.write_text(_report_note(settings), encoding="utf-8")


def _report_note(settings: Settings) -> str:
    return f"{report_key()} {newest_refresh(settings)} {settings.has_public_edition} {_words_key(settings)}"


def _words_key(settings: Settings) -> str:
    """A hash over the words that officers wrote for editions, and over the template of the Word report."""
    files = (path for folder in settings.narratives for path in sorted(folder.rglob("*")) if path.is_file())
    return hashlib.sha256("\n".join(f"{path} {digest(path)}" for path in files).encode()).hexdigest()


def hash_of_names(names: Iterable[str]) -> str:
    """The entry of a dataset in audit.inputs: a hash over the names of what was read and set aside."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def landed_inputs(settings: Settings) -> dict[str, str]:
    """The entry that audit.inputs needs for each dataset, from what is in landing/ now."""
    inputs = {}
    for dataset, reader in reader_hashes().items():
        folders = _landed_folders(dataset, settings, ASIDE)
        kept = {one.kept for one in map(read_note, folders) if one}
        names = {name for name in _landed_names(dataset, settings) if name not in kept}
        inputs[dataset] = hash_of_names([f"reader {reader}", *map(_without_prefix, names)])
    return inputs


def _landed_names(dataset: str, settings: Settings) -> set[str]:
    """The folders in landing/ of what was read of a dataset, and of what was set aside."""
    folders = (*_landed_folders(dataset, settings, RELEASE), *_landed_folders(dataset, settings, ASIDE))
    return {folder.name for folder in folders if not folder.name.startswith(NO_RELEASE)}


def _landed_folders(dataset: str, settings: Settings, kind: str) -> Iterator[Path]:
    return (settings.landing / dataset.replace(".", "/", 1)).glob(f"{kind}*")


def record_inputs(build: Path, datasets: Mapping[str, str], *, whole: bool) -> None:
    """Writes to audit.inputs of a build what its datasets were loaded from, and of a whole build the models and code.

    Of a build on a copy of the served file the other rows stay: they say what the rest was made from.
    """
    rows = list(datasets.items())
    if whole:
        rows += [(MODELS, project_key()), (PROGRAM, program_key())]
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema if not exists audit")
        connection.execute("create table if not exists audit.inputs (input varchar primary key, sha256 varchar)")
        for target, comment in COMMENTS.items():
            connection.execute(f"comment on {target} is '{comment}'")
        if rows:
            connection.executemany("insert or replace into audit.inputs values (?, ?)", rows)


def _inputs(warehouse: Path) -> dict[str, str]:
    """audit.inputs of the served file, with its releases and their hashes; empty where there is none."""
    if not warehouse.is_file():
        return {}
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = dict(connection.execute("select input, sha256 from audit.inputs").fetchall())
            releases = connection.execute("select release_id || '=' || sha256 from marts.dim_releases").fetchall()
    except duckdb.Error:
        return {}
    return rows | {"releases": " ".join(text for (text,) in releases)}


def models_are_served(settings: Settings) -> bool:
    """Whether the served warehouse was made by the models and seeds as they are now."""
    return _inputs(settings.warehouse).get(MODELS) == project_key()


def _why_everything(made_from: dict[str, str], settings: Settings) -> str | None:
    if not settings.warehouse.is_file():
        return "no warehouse is served yet"
    if not made_from:
        return "the served warehouse does not record what it was made from"
    if made_from.get(PROGRAM) != program_key():
        return "the code or its packages changed"
    if made_from.get(MODELS) != project_key():
        return "the models or seeds changed"
    if {MODELS, PROGRAM, "releases", *dataset_names()} != set(made_from):
        return "there are other datasets"
    if settings.has_public_edition and newest_refresh(settings.public) != newest_refresh(settings):
        return "the public edition is not of the refresh that is served"
    return None


def newest_refresh(settings: Settings) -> str | None:
    """The run that made the served file; None if there is no readable file."""
    if not settings.warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            newest = "select refresh_id from audit.refreshes order by finished_at desc limit 1"
            return (connection.execute(newest).fetchone() or (None,))[0]
    except duckdb.Error:
        return None


def _hash_of(paths: Iterable[Path]) -> str:
    parts = [sys.version]
    parts += [f"{path.relative_to(PROJECT)} {digest(path)}" for path in sorted(paths)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
