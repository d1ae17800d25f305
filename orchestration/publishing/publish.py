"""Publishing a build: making its file, the final checks, the rename that serves it, and the versions kept."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from orchestration.publishing.kept import record_kept
from orchestration.publishing.refreshes import Effort, record_refresh
from orchestration.publishing.versions import Version, moment_after, refresh_of, versions
from orchestration.settings import Settings
from orchestration.support.duck import only_row, quoted
from orchestration.support.refusal import PassingRefusal, Refusal, system_errors_as_refusals

# The oldest storage version whose readers include the long-term-support clients (DuckDB 1.4).
STORAGE_VERSION = "v1.4.0"

# The smallest possible: most tables have a few hundred rows, and a table takes at least one block per column.
BLOCK_SIZE = 16_384

# On Windows, the waits in seconds between attempts to rename a file that is open.
SECONDS_BETWEEN_RENAMES = (0.1, 0.2, 0.5, 1, 2, 4, 8, 14)

# Names the version that is kept but not yet served during a publication.
PENDING = ".pending"

# A partnership may have no record-level releases, and no rates.
MAY_BE_EMPTY = ("fct_comparisons", "fct_recorded_crimes", "fct_signal_points", "fct_signals", "partnership_totals")
OF_INDICATORS = ("fct_indicators", "fct_indicator_history", "indicator_values")


def start_build(settings: Settings, run_id: str, *, from_served: bool) -> Path:
    """An empty database for the run, or a copy of the served one for a refresh of a part; earlier leftovers go.

    The caller must have the `turn`.
    """
    _remove_leftovers(settings)
    _remove_leftovers(settings.public)
    if settings.builds.exists():
        for leftover in settings.builds.iterdir():
            shutil.rmtree(leftover)
    build = settings.build(run_id)
    build.parent.mkdir(parents=True)
    if from_served and settings.warehouse.is_file():
        shutil.copyfile(settings.warehouse, build)
    else:
        new_database(build)
    return build


def new_database(path: Path) -> None:
    """An empty database file, in the storage version and block size of what is published."""
    with duckdb.connect() as connection:
        connection.execute(
            f"attach '{quoted(path)}' as build (storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZE})"
        )


@contextmanager
def turn(settings: Settings) -> Iterator[None]:
    """The lock on building and publishing in this home, held for the block; a process may take it again inside.

    The lock is released when the process ends for any reason. Raises PassingRefusal if another process has held it for
    `settings.wait_for_writer` seconds.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = _lock(settings.home / ".writer.lock")
    try:
        lock.acquire(timeout=settings.wait_for_writer)
    except Timeout:
        raise PassingRefusal(
            f"{settings.home}: another refresh was still running after {settings.wait_for_writer} s; expected to be "
            "the only one, because DuckDB allows one writer. Refresh again when it has finished."
        ) from None
    try:
        yield
    finally:
        lock.release()


# Keep the lock: the garbage collector would release it.
@cache
def _lock(path: Path) -> FileLock:
    return FileLock(path, thread_local=False)


@dataclass(frozen=True)
class Published:
    """A publication: the rows of each mart, and the row of the refresh in audit.refreshes."""

    rows: dict[str, int]
    record: dict[str, Any]


def publish(
    settings: Settings,
    build: Path,
    refresh_id: str = "",
    started_at: datetime | None = None,
    public_build: Path | None = None,
    effort: Effort | None = None,
) -> Published:
    """Check a finished build and rename it onto warehouse.duckdb. The caller must have the `turn`.

    The build gets a row in its audit.refreshes, and is kept as a version with the one it replaces. If there is a public
    edition, both are checked before either is served, and the public edition is served first.
    Raises Refusal if a build is not closed or not readable, has an empty mart or a failed check, or cannot be put in
    place; the served file then stays.
    """
    if not build.is_file():
        raise Refusal(
            f"{build}: found no build; expected the build of this run. Materialise the models in the same run."
        )
    editions = [(settings, build), *([(settings.public, public_build)] if public_build else [])]
    recorded: dict[str, Any] = {}
    try:
        for edition, file in editions:
            edition.home.mkdir(exist_ok=True)
            record_kept(edition, file)
            record = record_refresh(
                edition, file, refresh_id or build.parent.name, started_at or datetime.now(UTC), effort or Effort()
            )
            recorded = recorded or record
            log = file.with_name(file.name + ".wal")
            if log.exists():
                raise Refusal(f"{log}: found a write-ahead file; expected a closed build. Refresh again.")
        rows, *_ = [_gate(file) for _, file in editions]
        # The partnership's file last: until it is new, the next refresh has something to do.
        for edition, file in reversed(editions):
            _serve(edition, file)
    except OSError as error:
        raise Refusal(
            f"{edition.warehouse}: the build could not be put in its place ({error}); expected to be able to write "
            "there. Free some space or give write permission, then refresh again."
        ) from error
    shutil.rmtree(build.parent, ignore_errors=True)
    return Published(rows, recorded)


def put_back(settings: Settings, refresh_id: str | None = None, *, newest: bool = False) -> Version:
    """Serve a kept version again, after the same checks.

    It is the version whose refresh_id begins with this text, or the newest, or otherwise the one before the served one.
    Its public edition is served with it, if there is to be one. Raises Refusal if no version or several match, or one
    does not pass the checks.
    """
    with system_errors_as_refusals(), turn(settings):
        # Only now: the process that had the turn may have published.
        kept = versions(settings)
        if refresh_id:
            meant = [version for version in kept if version.refresh_id.startswith(refresh_id)]
        elif newest:
            meant = kept[:1]
        else:
            place = next((number for number, version in enumerate(kept) if version.is_served), -1)
            meant = kept[place + 1 : place + 2]
        if len(meant) != 1:
            there = ", ".join(version.refresh_id[:8] for version in kept) or "none"
            wanted = repr(refresh_id) if refresh_id else "a version before the served one"
            raise Refusal(f"{settings.published}: found {len(meant)} versions for {wanted}; expected one of: {there}.")
        (version,) = meant
        editions = [(settings, version)]
        if settings.has_public_edition:
            public = [other for other in versions(settings.public) if other.refresh_id == version.refresh_id]
            if not public:
                raise Refusal(
                    f"{settings.public.published}: found no public edition of {version.refresh_id[:8]}; expected one, "
                    "since WAREHOUSE_PUBLIC is yes. Choose a later version, or unset it."
                )
            editions.append((settings.public, public[0]))
        for _, edition in editions:
            _gate(edition.path)
        for of_edition, edition in editions:
            if not edition.is_served:
                aside = of_edition.home / f".{of_edition.warehouse.name}.next"
                aside.unlink(missing_ok=True)
                _link(edition.path, aside)
                _rename_onto(of_edition, aside)
        return version


def _serve(settings: Settings, build: Path) -> None:
    """Keep the served file and the build as versions, and rename the build onto the served file."""
    with build.open("rb") as stream:
        os.fsync(stream.fileno())
    settings.published.mkdir(exist_ok=True)
    kept = settings.published / f"{moment_after(settings)}.duckdb"
    (settings.published / PENDING).write_text(kept.name)
    try:
        _link(build, kept)
        _rename_onto(settings, build)
    except OSError:
        _remove_leftovers(settings)
        raise
    (settings.published / PENDING).unlink()
    for old in sorted(settings.published.glob("*.duckdb"), reverse=True)[settings.versions_kept :]:
        # One that cannot be removed, as it is open on Windows, goes after a later publication; this one is served.
        with suppress(OSError):
            old.unlink()


def _remove_leftovers(settings: Settings) -> None:
    """Remove the leftovers of an interrupted publication: the version it kept but did not serve, and its link."""
    (settings.home / f".{settings.warehouse.name}.next").unlink(missing_ok=True)
    pending = settings.published / PENDING
    if pending.is_file():
        kept = settings.published / (pending.read_text() or PENDING)
        served, other = refresh_of(settings.warehouse), refresh_of(kept)
        if kept.is_file() and not (served and other and served["refresh_id"] == other["refresh_id"]):
            kept.unlink()
        kept.with_name(kept.name + ".part").unlink(missing_ok=True)
        pending.unlink(missing_ok=True)


def _rename_onto(settings: Settings, file: Path) -> None:
    # DuckDB 1.5 would replay a stray write-ahead file beside the served file into the new one, silently.
    settings.warehouse.with_name(settings.warehouse.name + ".wal").unlink(missing_ok=True)
    replace_file(file, settings.warehouse)
    _sync_folder(settings.warehouse.parent)


def _link(file: Path, other: Path) -> None:
    """The same file under another name, as no published file is written again; a copy where there are no links."""
    try:
        os.link(file, other)
    except (OSError, NotImplementedError):
        aside = other.with_name(other.name + ".part")
        shutil.copyfile(file, aside)
        replace_file(aside, other)


def replace_file(file: Path, target: Path) -> None:
    """Rename a file onto another; on Windows, wait for a while for programs that have the other one open.

    Raises Refusal if they do not close it.
    """
    for seconds in (*SECONDS_BETWEEN_RENAMES, None):
        try:
            os.replace(file, target)
            return
        except PermissionError as error:
            # On other systems write permission is missing, and waiting does not help.
            if not _holds_open_files() or not target.exists():
                raise
            if seconds is None:
                raise Refusal(
                    f"{target}: the file is open in another program, so Windows does not allow it to be replaced; "
                    "expected it to be closed within half a minute. Close the program (connect a BI tool to the mirror "
                    "in Postgres or to a copy instead), then refresh again."
                ) from error
            time.sleep(seconds)


def _holds_open_files() -> bool:
    """Whether the system refuses to replace a file that is open."""
    return os.name == "nt"


def _gate(build: Path) -> dict[str, int]:
    with duckdb.connect(str(build), read_only=True) as connection:
        views = connection.execute(
            "select schema_name || '.' || view_name from duckdb_views() where not internal "
            # Those of orchestration/publishing/catalog.py, in a build that begins with the served file.
            "and not (schema_name = 'main' "
            "and regexp_matches(sql, ' AS SELECT \\* FROM (marts|audit)\\.\"?\\w+\"?;$')) order by all"
        ).fetchall()
        if views:
            raise Refusal(
                f"{build}: found the views {', '.join(name for (name,) in views)}; expected only tables, because a "
                "view names the file it was made in. Materialise them as tables."
            )
        leftovers = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where table_name like '%\\_\\_dbt\\_%' escape '\\' or temporary order by all"
        ).fetchall()
        if leftovers:
            raise Refusal(
                f"{build}: found the tables {', '.join(name for (name,) in leftovers)} that a build leaves when it is "
                "stopped; expected none. Refresh everything."
            )
        failed = connection.execute(
            "select check_name from audit.checks where kind = 'blocking' and outcome <> 'passed' order by all"
        ).fetchall()
        if failed:
            raise Refusal(
                f"{build}: found the checks {', '.join(name for (name,) in failed)} not passed; expected all of them. "
                "The run that built it lists what they found."
            )
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
        rows = {name: only_row(connection.execute(f"select count(*) from marts.{name}"))[0] for (name,) in tables}
        # The first release in a home may not feed any indicator.
        reported = only_row(
            connection.execute(
                "select count(*) from marts.fct_measures where measure_id in "
                "(select numerator_measure_id from marts.dim_indicators)"
            )
        )[0]
    may_be_empty = {*MAY_BE_EMPTY, *(() if reported else OF_INDICATORS)}
    empty = [name for name, count in rows.items() if count == 0 and name not in may_be_empty]
    if empty or not rows:
        raise Refusal(f"{build}: found no rows in {', '.join(empty) or 'marts'}; expected some. Refresh everything.")
    return rows


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
