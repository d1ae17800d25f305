"""Releases in raw/: what lies there, its date, bytes and hash, and whether it is still what was published from."""

import hashlib
import os
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import duckdb

from orchestration.releases.origin import ORIGIN_FILE, Origin, origin_key, origin_of
from orchestration.releases.set_aside import SetAside, key_of
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal, refuse

# A second or later release of a day has a number, from 02.
FOLDER = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})(?P<number>\.(?:0[2-9]|[1-9]\d))?")
MOST_OF_A_DAY = 99

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
        named = FOLDER.fullmatch(self.folder.name)
        return f"{self.dataset}@{self.released_on}{named['number'] or '' if named else ''}"

    @cached_property
    def files(self) -> tuple[Path, ...]:
        return tuple(contents_of(self.folder))

    @cached_property
    def origin(self) -> Origin:
        """The publisher's own file, or a transcription. Raises `Refusal` where its declaration is not understood."""
        return origin_of(self.folder, self.files, f"raw/{folder_name(self)}")

    @property
    def origin_key(self) -> str:
        """The part of its landing's key that comes from its declared origin."""
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


@dataclass(frozen=True)
class Found:
    """What lies in a dataset's folder of raw/: its releases, the oldest first, and what cannot be one."""

    releases: list[Release]
    set_aside: list[SetAside]


def found_in(dataset: str, settings: Settings) -> Found:
    """Looks at every folder of `publisher.dataset` in raw/; nothing where a partner has put none there yet.

    Set aside are a folder whose name is no date, or a later one than today; an empty one; one that may not be read; and
    what was published before and is now missing or has other bytes. A folder whose name begins with a dot is left out
    for good. Raises `Refusal` where warehouse.duckdb is there but cannot be read.
    """
    publisher, _, name = dataset.partition(".")
    folder = settings.raw / publisher / name
    releases: list[Release] = []
    set_aside: dict[str, SetAside] = {}
    for path in sorted(path for path in folder.iterdir() if _is_release(path)) if folder.is_dir() else []:
        kind = ""
        try:
            release = Release(dataset=dataset, released_on=_date_of(path, settings), folder=path, raw=settings.raw)
            # A file without read permission is found here, not in the middle of a build.
            kind = release.sha256 if release.files else "empty"
            if release.released_on > today():
                kind = "future"
            _refuse_what_is_no_release(release)
            releases.append(release)
        except (Refusal, OSError) as error:
            message = str(error) if isinstance(error, Refusal) else _unreadable(path, error, settings)
            one = _set_aside(dataset, path.name, key_of(kind or type(error).__name__, path.name), message)
            set_aside[path.name] = one
    return _with_what_was_published(sorted(releases, key=lambda one: one.release_id), set_aside, dataset, settings)


def releases_of(dataset: str, settings: Settings) -> list[Release]:
    """The releases of `publisher.dataset` in raw/ that can be read, the oldest first."""
    return found_in(dataset, settings).releases


def today() -> date:
    """The day on which no release is later; WAREHOUSE_TODAY sets another, for tests."""
    text = os.environ.get("WAREHOUSE_TODAY")
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError:
        raise refuse("WAREHOUSE_TODAY", repr(text), "a day as YYYY-MM-DD", "Correct it, or unset it.") from None


def refuse_future(day: date, name: str, what_to_do: str, why: str = "") -> None:
    """Raises Refusal if a release date is later than today."""
    if day > today():
        raise refuse(
            name,
            f"the day of release {day}{f' ({why})' if why else ''}, which is in the future",
            "a day up to today, because a later one would hide all other releases",
            what_to_do,
        )


def _set_aside(dataset: str, name: str, key: str, message: str, published_sha256: str = "") -> SetAside:
    folder = f"raw/{dataset.replace('.', '/', 1)}/{name}"
    return SetAside(dataset, f"{dataset}@{name}", folder, key, message, published_sha256=published_sha256)


def _unreadable(path: Path, error: OSError, settings: Settings) -> str:
    where = Path(error.filename) if error.filename else path
    name = where.relative_to(settings.raw).as_posix() if where.is_relative_to(settings.raw) else where
    reason = (error.strerror or str(error)).lower()
    return str(refuse(f"raw/{name}", f"{reason!r}", "to be able to read it", "Give permission to read it."))


def _refuse_what_is_no_release(release: Release) -> None:
    name = f"raw/{folder_name(release)}"
    if not release.files:
        raise refuse(
            name,
            "an empty folder",
            "the files of the release as published",
            "Put the published file there, or remove the folder.",
        )
    refuse_future(release.released_on, name, "Rename the folder to the day on which the files were released.")


def folder_name(release: Release) -> str:
    return release.folder.relative_to(release.raw).as_posix()


def _is_release(path: Path) -> bool:
    """Whether something in a dataset's folder claims to be a release: a folder, or a file that is not left over."""
    return not LEFT_BY_SYSTEMS.fullmatch(path.name) and not (path.is_file() and NOTES.fullmatch(path.name))


def _date_of(path: Path, settings: Settings) -> date:
    name = "raw/" + path.relative_to(settings.raw).as_posix()
    if not path.is_dir():
        raise refuse(name, "a file", f"a folder {RELEASE_FOLDER}", "Move the file into the folder of its release date.")
    if not (named := FOLDER.fullmatch(path.name)):
        raise refuse(
            name,
            f"the folder name {path.name!r}",
            "a release date such as 2026-03-31, or 2026-03-31.02 for the second release of a day",
            "Rename the folder.",
        )
    try:
        return date.fromisoformat(named["day"])
    except ValueError:
        raise refuse(name, f"the folder name {path.name!r}", "a date that exists", "Rename the folder.") from None


def folder_of(day: date, number: int = 1) -> str:
    """The folder of the first, second … release of a day: `2026-03-31`, `2026-03-31.02` …

    Two digits, so that the order of the names is that of the releases.
    """
    return f"{day}" if number == 1 else f"{day}.{number:02}"


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
            f"{settings.warehouse}: found a file that cannot be read as a warehouse ({error}); expected the file of "
            "the last refresh. If another program has it open for writing, close that program. If the file is damaged, "
            "remove it and refresh."
        ) from None


def _with_what_was_published(
    releases: list[Release], set_aside: dict[str, SetAside], dataset: str, settings: Settings
) -> Found:
    """What was found, compared with what the served warehouse was made from."""
    present = {release.release_id: release for release in releases}
    for release_id, sha256 in published_releases(dataset, settings).items():
        name = release_id.rpartition("@")[2]
        release = present.get(release_id)
        if (release and release.sha256 == sha256) or _is_left_out(dataset, name, settings):
            continue
        if release:
            names = ", ".join(path.name for path in release.files)
            refusal = refuse(
                f"raw/{folder_name(release)} ({names})",
                f"bytes with hash {release.sha256[:12]}",
                f"{sha256[:12]}, the bytes that were loaded before, since a release is never edited",
                "Put the old file back, and a changed edition into a folder of its own release date.",
            )
            releases.remove(release)
            set_aside[name] = _set_aside(dataset, name, key_of(release.sha256, sha256), str(refusal), sha256)
        elif name in set_aside:
            if date.fromisoformat(name[:10]) <= today():
                set_aside[name] = replace(set_aside[name], published_sha256=sha256)
        else:
            refusal = refuse(
                f"raw/{dataset.replace('.', '/', 1)}/{name}",
                "nothing",
                "the release the served warehouse was made from",
                "Put the folder back: the figures that were published from it must stay traceable.",
            )
            set_aside[name] = _set_aside(dataset, name, key_of("nothing", sha256), str(refusal), sha256)
    return Found(releases, [set_aside[name] for name in sorted(set_aside)])


def _is_left_out(dataset: str, name: str, settings: Settings) -> bool:
    return (settings.raw / dataset.replace(".", "/", 1) / f".{name}").is_dir()
