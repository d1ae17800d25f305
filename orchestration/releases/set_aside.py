"""Releases that cannot be read are set aside: the rest is published, and each refusal is reported until it is settled.

What is set aside lies in landing/ beside what was taken, in a folder `aside=<folder in raw/>-<key>` with its refusal.
The key is the content, so that a release is tried again when somebody changes it, and not before.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration.settings import Settings
from orchestration.support.duck import mappings, only_row

ASIDE = "aside="
REFUSAL_FILE = "refusal.json"

# What refused it: the check of its folder in raw/, its reader, or a data test of the models.
FOLDER, READING, DATA_TEST = "folder", "reading", "data test"

COMMENTS = {
    "table audit.set_aside": "Releases in raw/ that this file was made without, and why; what is left is complete.",
    "column audit.set_aside.release_id": "Identifier that the release has, or would have.",
    "column audit.set_aside.dataset": "Dataset whose folder it lies in.",
    "column audit.set_aside.folder": "Its folder below raw/.",
    "column audit.set_aside.refused_by": "folder (its name or files), reading (its reader) or data test (its rows).",
    "column audit.set_aside.message": "What was found where, and what was expected.",
    "column audit.set_aside.what_to_do": "How to have it taken, and how to leave it out for good.",
    "column audit.set_aside.still_served": "Whether the figures published from it before are still served.",
    "column audit.set_aside.refused_at": "When it was first refused as it is, in UTC.",
}


@dataclass(frozen=True)
class SetAside:
    """A release that is refused as it is, or a folder of raw/ that is not a release.

    `folder` is its place as messages give it. `published_sha256` is the hash of what was published from it before, if
    that is still served; `kept` is the folder of that in landing/. `compared_with` is the folder of the previous
    release, which a reader may have compared this one with: when it changes, this one is tried again.
    """

    dataset: str
    release_id: str
    folder: str
    key: str
    message: str
    refused_by: str = FOLDER
    published_sha256: str = ""
    kept: str = ""
    refused_at: str = ""
    compared_with: str = ""

    @property
    def landing_name(self) -> str:
        return f"{ASIDE}{self.folder.rpartition('/')[2]}-{self.key}"

    @property
    def what_to_do(self) -> str:
        """What to do about it, in sentences."""
        home, _, name = self.folder.rpartition("/")
        if self.published_sha256:
            return (
                f"Put back what was published from {self.folder}, and refresh. To leave the release out for good, "
                f"rename the folder to {home}/.{name} (or make an empty folder of that name)."
            )
        again = " `warehouse refresh --full` tries it again as it is." if self.refused_by == DATA_TEST else ""
        return (
            f"Correct or replace {self.folder}, and refresh.{again} To leave it out for good, remove it, or rename it "
            f"to {home}/.{name}."
        )

    @property
    def text(self) -> str:
        """The refusal with what to do."""
        return f"{self.message}\n{self.what_to_do}"


def key_of(*parts: str) -> str:
    """The key of a state of a folder, from what it is made of."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def write_aside(home: Path, one: SetAside) -> SetAside:
    """Notes a refusal in a dataset's folder of landing/, unless it stands there; returns it as it stands."""
    folder = home / one.landing_name
    note = folder / REFUSAL_FILE
    before = read_note(folder)
    if before:
        one = replace(one, refused_at=before.refused_at)
        if one == before:
            return before
    one = one if one.refused_at else replace(one, refused_at=datetime.now(UTC).isoformat(timespec="seconds"))
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f".{REFUSAL_FILE}.part"
    part.write_text(json.dumps(asdict(one), ensure_ascii=False, indent=2), encoding="utf-8")
    part.replace(note)
    return one


def read_note(folder: Path) -> SetAside | None:
    """The refusal in a folder of landing/; None if there is no complete one."""
    try:
        return SetAside(**json.loads((folder / REFUSAL_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def set_aside_in(landing: Path) -> list[SetAside]:
    """Everything that is set aside below landing/, by dataset and folder."""
    notes = (read_note(folder) for folder in landing.glob(f"*/*/{ASIDE}*"))
    return sorted((one for one in notes if one), key=lambda one: (one.dataset, one.folder, one.key))


def put_aside(landed: Path, one: SetAside) -> SetAside:
    """Sets aside a release that was read into the folder `landed`; its rows stay, to be tried again."""
    aside = landed.with_name(one.landing_name)
    shutil.rmtree(aside, ignore_errors=True)
    landed.rename(aside)
    return write_aside(landed.parent, one)


def taken_up_again(aside: Path, landed: Path) -> bool:
    """Makes a release that was read and then set aside one that is tried again; says whether it was one."""
    note = read_note(aside)
    if not note or note.refused_by != DATA_TEST or not (aside / "release.parquet").is_file():
        return False
    (aside / REFUSAL_FILE).unlink()
    aside.rename(landed)
    return True


def record_set_aside(build: Path, refusals: Iterable[SetAside]) -> None:
    """Writes to audit.set_aside of a build what it was made without."""
    rows = [
        (
            one.release_id,
            one.dataset,
            one.folder,
            one.refused_by,
            one.message,
            one.what_to_do,
            bool(one.kept),
            datetime.fromisoformat(one.refused_at).replace(tzinfo=None),
        )
        for one in refusals
    ]
    with duckdb.connect(str(build)) as connection:
        connection.execute("create schema if not exists audit")
        connection.execute(
            "create or replace table audit.set_aside (release_id varchar, dataset varchar, folder varchar primary key, "
            "refused_by varchar, message varchar, what_to_do varchar, still_served boolean, refused_at timestamp)"
        )
        for target, comment in COMMENTS.items():
            connection.execute(f"comment on {target} is '{comment}'")
        if rows:
            connection.executemany("insert or replace into audit.set_aside values (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def served_set_aside(settings: Settings) -> list[dict]:
    """The rows of audit.set_aside of the served file; none where there is no file, or it has no such table."""
    if not settings.warehouse.is_file():
        return []
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        try:
            cursor = connection.execute("select * from audit.set_aside order by dataset, folder")
        except duckdb.CatalogException:
            return []
        return mappings(cursor)


def set_aside_text(number: int) -> str:
    """`2 releases set aside`."""
    return f"{number} release{'' if number == 1 else 's'} set aside"


def set_aside_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The releases that a build was made without, by its own table."""
    there = "select count(*) from duckdb_tables() where database_name = current_database() and schema_name = 'audit' "
    if not only_row(connection.execute(there + "and table_name = 'set_aside'"))[0]:
        return []
    return [name for (name,) in connection.execute("select release_id from audit.set_aside order by all").fetchall()]
