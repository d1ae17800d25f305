"""Which releases the failures of a build name, so that these are set aside and the rest is built."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.building.dbt import ROWS_SHOWN, row_message
from orchestration.datasets.declaration import DATASETS
from orchestration.landing.fingerprints import RELEASE
from orchestration.landing.land import write_nothing
from orchestration.releases.release import published_releases
from orchestration.releases.set_aside import DATA_TEST, SetAside, put_aside
from orchestration.settings import Settings
from orchestration.support.duck import mappings

if TYPE_CHECKING:
    from dbt.contracts.results import RunResult

RELEASE_ID = re.compile(r"\b[a-z_]+\.[a-z0-9_]+@\d{4}-\d\d-\d\d(?:\.\d\d)?(?!\d)")

# Rows of one failed test that are looked at; so many that one release is at fault, or all of them.
ROWS_LOOKED_AT = 100_000


@dataclass(frozen=True)
class Blamed:
    """A release that lies in landing/, and what failed because of it."""

    landed: Path
    dataset: str
    release_id: str
    sha256: str
    messages: tuple[str, ...]


@dataclass(frozen=True)
class Failure:
    """What failed in a build, in words: of which test or model, in which file of raw/, about which releases."""

    node: str
    source_file: str
    release_ids: tuple[str, ...]
    text: str


def failures_of(results: "Iterable[RunResult]", build: Path) -> list[Failure]:
    """Every failing row of each test, and each model that could not be built."""
    failures = []
    for result in results:
        if str(result.status) == "error":
            text = f"{result.node.name}: {' '.join(str(result.message).split())}"
            failures.append(Failure(result.node.name, "", tuple(RELEASE_ID.findall(text)), text))
        elif str(result.status) == "fail":
            failures += _failing_rows(result.node, build)
    return failures


def blamed_releases(results: "Iterable[RunResult]", build: Path, settings: Settings) -> list[Blamed]:
    """The releases that the failures of a build are about, each with its messages; none where one is about no release.

    A failure that names no release is about the new one, where there is one only. A dataset whose releases were all
    served as they are, and would now all be set aside, has no bad release: its models or seeds changed.
    """
    landed = _landed(settings)
    of_release: dict[str, list[Failure]] = defaultdict(list)
    unnamed: list[Failure] = []
    for failure in failures_of(results, build):
        known = sorted(set(failure.release_ids) & landed.keys(), key=lambda name: name.rpartition("@")[2])
        # Where a failure names two releases, the newer one brought it.
        (of_release[known[-1]] if known else unnamed).append(failure)
    if unnamed and not of_release and settings.warehouse.is_file():
        new = [name for name, (_, dataset, _, sha) in landed.items() if _served_sha(dataset, name, settings) != sha]
        if len(new) == 1:
            of_release[new[0]] = unnamed
    blamed = [Blamed(*landed[name], tuple(texts_of(failures))) for name, failures in sorted(of_release.items())]
    return [one for one in blamed if not _is_emptied(one.dataset, blamed, landed, settings)]


def texts_of(failures: Iterable[Failure]) -> list[str]:
    """The texts of failures, some of each test and the number of the others."""
    texts, of_node = [], defaultdict(list)
    for failure in failures:
        of_node[failure.node].append(failure.text)
    for node, all_of_it in of_node.items():
        texts += all_of_it[:ROWS_SHOWN]
        if len(all_of_it) > ROWS_SHOWN:
            texts.append(f"and {len(all_of_it) - ROWS_SHOWN} more of {node}")
    return texts


def _served_sha(dataset: str, release_id: str, settings: Settings) -> str | None:
    return published_releases(dataset, settings).get(release_id)


def set_aside_blamed(blamed: Iterable[Blamed], settings: Settings) -> list[SetAside]:
    """Takes blamed releases out of landing/ and notes why."""
    noted = []
    for one in blamed:
        name = one.release_id.rpartition("@")[2]
        key = one.landed.name.removeprefix(f"{RELEASE}{name}-")
        folder = f"raw/{one.dataset.replace('.', '/', 1)}/{name}"
        message = "\n".join(one.messages)
        noted.append(
            put_aside(one.landed, SetAside(one.dataset, one.release_id, folder, key, message, refused_by=DATA_TEST))
        )
        if not any(one.landed.parent.glob(f"{RELEASE}*")):
            write_nothing(DATASETS[one.dataset], settings)
    return noted


def _landed(settings: Settings) -> dict[str, tuple[Path, str, str, str]]:
    """Folder, dataset, identifier and hash of each release in landing/, by its identifier."""
    notes = list(settings.landing.glob(f"*/*/{RELEASE}*/release.parquet"))
    if not notes:
        return {}
    with duckdb.cursor() as connection:
        rows = connection.execute(
            "select filename, dataset, release_id, sha256 from read_parquet(?, union_by_name = true, filename = true, "
            "hive_partitioning = false)",
            [[str(note) for note in notes]],
        ).fetchall()
    return {release_id: (Path(file).parent, dataset, release_id, sha) for file, dataset, release_id, sha in rows}


def _failing_rows(node: Any, build: Path) -> list[Failure]:
    with duckdb.connect(str(build), read_only=True) as connection:
        cursor = connection.execute(f"select distinct * from ({node.compiled_code}) order by all")
        rows = mappings(cursor, ROWS_LOOKED_AT)
    return [
        Failure(node.name, str(row.get("source_file") or ""), _named(row), row_message(node.name, row)) for row in rows
    ]


def _named(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The releases that a failing row names: by the file it stands in, or in its words."""
    parts = str(row.get("source_file") or "").split("/")
    of_file = (f"{parts[1]}.{parts[2]}@{parts[3]}",) if parts[0] == "raw" and len(parts) > 4 else ()
    return (*of_file, *(name for value in row.values() for name in RELEASE_ID.findall(str(value))))


def _is_emptied(dataset: str, blamed: Iterable[Blamed], landed: Mapping[str, Any], settings: Settings) -> bool:
    names = {one.release_id for one in blamed if one.dataset == dataset}
    all_of_it = {name: one[3] for name, one in landed.items() if one[1] == dataset}
    served = published_releases(dataset, settings)
    return names == all_of_it.keys() and all(served.get(name) == sha256 for name, sha256 in all_of_it.items())
