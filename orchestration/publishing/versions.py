"""The published files that are kept, each with the refresh that made it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.set_aside import set_aside_of
from orchestration.settings import Settings
from orchestration.support.duck import mappings

# The name of a kept version, by which versions are ordered.
MOMENT = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Version:
    """One published file that is kept, and the refresh that made it."""

    refresh_id: str
    published_at: datetime
    path: Path
    is_served: bool
    observations: int
    releases: int
    findings: int
    bytes: int
    set_aside: int
    version: str | None
    changes: str | None


def versions(settings: Settings) -> list[Version]:
    """The published files that are kept, the newest first, without those that cannot be read.

    The one that is served is known by the refresh that made it: where there are no hard links, it is another file.
    """
    served = refresh_of(settings.warehouse)
    found = []
    for path in sorted(settings.published.glob("*.duckdb"), reverse=True):
        row = refresh_of(path)
        if row is None:
            # A damaged copy is ignored: it can be neither listed nor served.
            continue
        found.append(
            Version(
                row["refresh_id"],
                row["finished_at"],
                path,
                served is not None and row["refresh_id"] == served["refresh_id"],
                row["observations"],
                row["releases"],
                row["findings"],
                path.stat().st_size,
                row["number_set_aside"],
                # A file from before there were versions has none.
                row.get("version"),
                row.get("changes"),
            )
        )
    return found


# A published file is never written to again, so what was read of it holds for as long as it is the same file.
_READ: dict[tuple[int, int, int, int], dict[str, Any]] = {}


def refresh_of(path: Path) -> dict[str, Any] | None:
    """The refresh that made a published file, as its own newest row of audit.refreshes; None if it has none."""
    if not path.is_file():
        return None
    state = path.stat()
    file = (state.st_dev, state.st_ino, state.st_mtime_ns, state.st_size)
    if file not in _READ:
        # What could not be read is tried again: the right to read a file can come back.
        if (row := _refresh_of(path)) is None:
            return None
        _READ[file] = row
    return dict(_READ[file])


def _refresh_of(path: Path) -> dict[str, Any] | None:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            cursor = connection.execute("select * from audit.refreshes order by finished_at desc limit 1")
            rows = mappings(cursor)
            number_set_aside = len(set_aside_of(connection))
    except duckdb.Error:
        return None
    return rows[0] | {"number_set_aside": number_set_aside} if rows else None


def moment_after(settings: Settings) -> str:
    """Now, or where the clock went back, just after the newest version: versions are ordered by their names."""
    now = datetime.now(UTC).strftime(MOMENT)
    stems = (path.stem for path in settings.published.glob("*.duckdb"))
    newest = max((stem for stem in stems if re.fullmatch(r"\d{8}T\d{12}", stem)), default="")
    if newest < now:
        return now
    return (datetime.strptime(newest, MOMENT) + timedelta(microseconds=1)).strftime(MOMENT)
