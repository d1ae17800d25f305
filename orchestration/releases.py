"""Releases in raw/: what lies there, its date, bytes and hash, and whether it is still what was published from."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import duckdb

from orchestration.origin import ORIGIN_FILE, Origin, origin_key, origin_of
from orchestration.refusal import Refusal, refuse
from orchestration.settings import Settings

RELEASE_FOLDER = "raw/<publisher>/<dataset>/<release date as YYYY-MM-DD>/"


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hexadecimal digits. This process reads a file once while it stays as it is."""
    state = path.stat()
    return _digest(path, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


@lru_cache(maxsize=4096)
def _digest(path: Path, *_: int) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class Release:
    """One dated edition of a dataset: its folder in raw/ and the files in it, as published."""

    dataset: str
    released_on: date
    folder: Path
    raw: Path

    @property
    def release_id(self) -> str:
        return f"{self.dataset}@{self.released_on}"

    @cached_property
    def files(self) -> tuple[Path, ...]:
        return tuple(contents_of(self.folder))

    @cached_property
    def origin(self) -> Origin:
        """The publisher's own file, or a transcription. Raises `Refusal` where its declaration is not understood."""
        return origin_of(self.folder, self.files, f"raw/{folder_name(self)}")

    @property
    def origin_key(self) -> str:
        """What its landing is known by besides its files and its reader."""
        return origin_key(self.folder)

    @cached_property
    def sha256(self) -> str:
        """One hash over the names and hashes of all files, so that a renamed or added file shows too."""
        lines = (f"{digest(path)}  {path.relative_to(self.folder).as_posix()}\n" for path in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def name_of(self, path: Path) -> str:
        """A file's name as messages and `source_file` give it: its place below raw/, with forward slashes."""
        return "raw/" + path.relative_to(self.raw).as_posix()


# What systems and programs leave in folders, and what downloads are called while they are not done.
LEFT_BY_SYSTEMS = re.compile(
    r"(\..*|~\$.*|~wr[a-z]\d+\.tmp|thumbs\.db|ehthumbs\.db|desktop\.ini|icon\r|.*\.(tmp|part|partial|crdownload|download"
    r"|lnk|url|bak|swp))",
    re.IGNORECASE,
)

# Notes that people put beside a release. Alone in a folder such a file is what they took for the release.
NOTES = re.compile(r".*\.(txt|md|docx?|rtf|pdf|msg|eml|html?)", re.IGNORECASE)


def contents_of(folder: Path) -> list[Path]:
    """The files of a release's folder that were published: not what lies beside them."""
    found = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path != folder / ORIGIN_FILE
        and not any(LEFT_BY_SYSTEMS.fullmatch(part) for part in path.relative_to(folder).parts)
    )
    return [path for path in found if not NOTES.fullmatch(path.name)] or found


def releases_of(dataset: str, settings: Settings, *, as_published: bool = True) -> list[Release]:
    """The releases of `publisher.dataset` in raw/, oldest first; none where a partner has put none there yet.

    Raises `Refusal` where a folder bears no date, is empty, is missing although it was published from,
    or where its bytes are no longer those that the served warehouse was made from. The last two are not looked at
    unless `as_published`.
    """
    publisher, _, name = dataset.partition(".")
    folder = settings.raw / publisher / name
    found = sorted(path for path in folder.iterdir() if _is_release(path)) if folder.is_dir() else []
    releases = [
        Release(dataset=dataset, released_on=_date_of(path, settings), folder=path, raw=settings.raw) for path in found
    ]
    for release in releases:
        if not release.files:
            raise refuse(
                f"raw/{folder_name(release)}",
                "an empty folder",
                "the files of the release as published",
                "Put the published file there, or remove the folder.",
            )
    if as_published:
        _refuse_what_changed(releases, dataset, settings)
    return releases


def folder_name(release: Release) -> str:
    return release.folder.relative_to(release.raw).as_posix()


def _is_release(path: Path) -> bool:
    """Whether something in a dataset's folder claims to be a release: a folder, or a file that is not left over."""
    return not LEFT_BY_SYSTEMS.fullmatch(path.name) and not (path.is_file() and NOTES.fullmatch(path.name))


def _date_of(path: Path, settings: Settings) -> date:
    name = "raw/" + path.relative_to(settings.raw).as_posix()
    if not path.is_dir():
        raise refuse(name, "a file", f"a folder {RELEASE_FOLDER}", "Move the file into the folder of its release date.")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", path.name):
        raise refuse(name, f"the folder name {path.name!r}", "a release date such as 2026-03-31", "Rename the folder.")
    try:
        return date.fromisoformat(path.name)
    except ValueError:
        raise refuse(name, f"the folder name {path.name!r}", "a date of the calendar", "Rename the folder.") from None


@lru_cache(maxsize=2)
def _published(warehouse: Path, modified: int) -> dict[str, dict[str, str]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute("select dataset, release_id, sha256 from marts.dim_releases").fetchall()
    published: dict[str, dict[str, str]] = {}
    for dataset, release_id, sha256 in rows:
        published.setdefault(dataset, {})[release_id] = sha256
    return published


def published_releases(dataset: str, settings: Settings) -> dict[str, str]:
    """`release_id` → sha256 of the releases the served warehouse was made from; empty where none is served.

    Raises `Refusal` where warehouse.duckdb is there but cannot be read.
    """
    if not settings.warehouse.is_file():
        return {}
    try:
        return _published(settings.warehouse, settings.warehouse.stat().st_mtime_ns).get(dataset, {})
    except duckdb.Error as error:
        raise Refusal(
            f"{settings.warehouse}: found a file that cannot be read as the last good warehouse ({error}); expected "
            "the file of the last refresh. If another program has it open for writing, close that; if it is damaged, "
            "remove it and refresh."
        ) from None


def _refuse_what_changed(releases: Iterable[Release], dataset: str, settings: Settings) -> None:
    present = {release.release_id: release for release in releases}
    for release_id, sha256 in published_releases(dataset, settings).items():
        if release_id not in present:
            raise refuse(
                f"raw/{release_id.replace('.', '/', 1).replace('@', '/')}",
                "nothing",
                "the release the served warehouse was made from",
                "Put the folder back: the figures that were published from it must stay traceable.",
            )
        release = present[release_id]
        if release.sha256 != sha256:
            names = ", ".join(path.name for path in release.files)
            raise refuse(
                f"raw/{folder_name(release)} ({names})",
                f"bytes with hash {release.sha256[:12]}",
                f"{sha256[:12]}, the bytes that were loaded before, since a release is never edited",
                "Put the old file back, and a changed edition into a folder of its own release date.",
            )
