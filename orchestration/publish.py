"""Builds: a new file, or a copy of the served one; the gate; the rename that serves it; and the versions kept."""

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock, Timeout

from orchestration.catalog import write_catalog, write_first_seen
from orchestration.changes import code_version
from orchestration.refusal import PassingRefusal, Refusal, system_errors_as_refusals
from orchestration.set_aside import set_aside_text
from orchestration.settings import Settings
from orchestration.structure import Change, as_json, changes_between, names_of, next_version

# The oldest storage version whose readers include the long-term-support clients (DuckDB 1.4).
STORAGE_VERSION = "v1.4.0"

# The smallest there is: most tables hold a few hundred rows, and a table takes at least a block a column.
BLOCK_SIZE = 16_384

# The name of a kept version, by which versions are ordered.
MOMENT = "%Y%m%dT%H%M%S%f"

# On Windows, how long a rename waits for those who have the file open, from try to try.
SECONDS_BETWEEN_RENAMES = (0.1, 0.2, 0.5, 1, 2, 4, 8, 14)

# Names the version that is kept but not yet served, while a publication is under way.
PENDING = ".pending"

# A partnership may have no record-level release.
MAY_BE_EMPTY = ("fct_recorded_crimes", "partnership_totals")
OF_INDICATORS = ("fct_indicators", "fct_indicator_history", "indicator_values")


def start_build(settings: Settings, run_id: str, *, from_served: bool) -> Path:
    """An empty database for the run, or a copy of the served one for a refresh of a part; earlier leftovers go.

    Whoever calls it has the `turn` of the only writer.
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


@contextmanager
def turn(settings: Settings) -> Iterator[None]:
    """Has the right to build and publish in this home, for the block; a process may take it again while it has it.

    A process that ends, however it does, gives it back. Raises `PassingRefusal` where another process has had it for as
    long as `settings.wait_for_writer` says, in seconds.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    lock = _lock(settings.home / ".writer.lock")
    try:
        lock.acquire(timeout=settings.wait_for_writer)
    except Timeout:
        raise PassingRefusal(
            f"{settings.home}: found another refresh at work, and waited {settings.wait_for_writer} s for it; "
            "expected to be the only one, because DuckDB takes one writer. Refresh again when it has ended."
        ) from None
    try:
        yield
    finally:
        lock.release()


# A lock that nobody holds on to is released by the garbage collector.
@cache
def _lock(path: Path) -> FileLock:
    return FileLock(path, thread_local=False)


@dataclass(frozen=True)
class Effort:
    """What a refresh took, as far as its run knows: rows read from new releases, seconds, megabytes."""

    extent: str | None = None
    rows_read: int | None = None
    seconds_reading: float | None = None
    seconds_building: float | None = None
    peak_megabytes: float | None = None


@dataclass(frozen=True)
class Published:
    """What was published: the rows of each mart, and the refresh's row of audit.refreshes."""

    rows: dict[str, int]
    record: dict[str, Any]


def publish(
    settings: Settings,
    build: Path,
    refresh_id: str = "",
    started_at: datetime | None = None,
    public_build: Path | None = None,
    effort: Effort = Effort(),
) -> Published:
    """Checks a finished build and renames it onto warehouse.duckdb. Whoever calls it has the `turn`.

    The build becomes a row of its audit.refreshes, and is kept among the versions with the one it replaces. The public
    edition, where there is one, passes the same gate before either is served, and is served first.
    Raises `Refusal` where a build is not closed, not readable, holds an empty mart or a failed check, or cannot be
    put in place; the served file then stays.
    """
    if not build.is_file():
        raise Refusal(f"{build}: found no build; expected one of this run. Materialise the models together with it.")
    editions = [(settings, build), *([(settings.public, public_build)] if public_build else [])]
    recorded: dict[str, Any] = {}
    try:
        for edition, file in editions:
            edition.home.mkdir(exist_ok=True)
            record = _record_refresh(
                edition, file, refresh_id or build.parent.name, started_at or datetime.now(UTC), effort
            )
            recorded = recorded or record
            log = file.with_name(file.name + ".wal")
            if log.exists():
                raise Refusal(f"{log}: found a write-ahead file; expected a build that is closed. Refresh again.")
        rows, *_ = [_gate(file) for _, file in editions]
        # The partnership's file last: until it is new, the next refresh has something to do.
        for edition, file in reversed(editions):
            _serve(edition, file)
    except OSError as error:
        raise Refusal(
            f"{edition.warehouse}: the build could not be put in its place ({error}); expected to be able to write "
            "there. Make room or give the right to write, then refresh again."
        ) from error
    shutil.rmtree(build.parent, ignore_errors=True)
    return Published(rows, recorded)


def versions(settings: Settings) -> list[Version]:
    """The published files that are kept, the newest first, without those that cannot be read.

    The one that is served is known by the refresh that made it: where there are no hard links, it is another file.
    """
    served = _refresh_of(settings.warehouse)
    found = []
    for path in sorted(settings.published.glob("*.duckdb"), reverse=True):
        row = _refresh_of(path)
        if row is None:
            # A damaged copy stops nobody: it can be neither listed nor served.
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
                # A file of before there were versions has none.
                row.get("version"),
                row.get("changes"),
            )
        )
    return found


def _refresh_of(path: Path) -> dict[str, Any] | None:
    """The refresh that made a published file, as its own newest row of audit.refreshes; None where it has none."""
    if not path.is_file():
        return None
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            cursor = connection.execute("select * from audit.refreshes order by finished_at desc limit 1")
            columns, values = [column[0] for column in cursor.description], cursor.fetchone()
            number_set_aside = len(_set_aside_of(connection))
    except duckdb.Error:
        return None
    return dict(zip(columns, values, strict=True), number_set_aside=number_set_aside) if values else None


def put_back(settings: Settings, refresh_id: str | None = None, *, newest: bool = False) -> Version:
    """Serves a kept version again, after the same gate.

    It is the one whose refresh_id begins so, or the newest, or else the one before the served one.

    Its public edition goes with it, where there is to be one. Raises `Refusal` where no kept version is meant, or
    several are, or one does not pass the gate.
    """
    with system_errors_as_refusals(), turn(settings):
        # Not before: whoever had the turn may have published.
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
        for place, edition in editions:
            if not edition.is_served:
                aside = place.home / f".{place.warehouse.name}.next"
                aside.unlink(missing_ok=True)
                _link(edition.path, aside)
                _rename_onto(place, aside)
        return version


def _serve(settings: Settings, build: Path) -> None:
    """Keeps the served file and the build among the versions, and renames the build onto the served one."""
    with build.open("rb") as stream:
        os.fsync(stream.fileno())
    settings.published.mkdir(exist_ok=True)
    kept = settings.published / f"{_moment_after(settings)}.duckdb"
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


def _moment_after(settings: Settings) -> str:
    """Now, or where the clock went back, just after the newest version: versions are ordered by their names."""
    now = datetime.now(UTC).strftime(MOMENT)
    stems = (path.stem for path in settings.published.glob("*.duckdb"))
    newest = max((stem for stem in stems if re.fullmatch(r"\d{8}T\d{12}", stem)), default="")
    if newest < now:
        return now
    return (datetime.strptime(newest, MOMENT) + timedelta(microseconds=1)).strftime(MOMENT)


def _remove_leftovers(settings: Settings) -> None:
    """Removes what a publication that was stopped has left: the version it kept and did not serve, and its link."""
    (settings.home / f".{settings.warehouse.name}.next").unlink(missing_ok=True)
    pending = settings.published / PENDING
    if pending.is_file():
        kept = settings.published / (pending.read_text() or PENDING)
        served, other = _refresh_of(settings.warehouse), _refresh_of(kept)
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
    """Renames a file onto another. On Windows that waits for programs that have the other one open, for a while.

    Raises `Refusal` where they do not close it.
    """
    for seconds in (*SECONDS_BETWEEN_RENAMES, None):
        try:
            os.replace(file, target)
            return
        except PermissionError as error:
            # Elsewhere it is the right to write that is missing, and waiting does not give it.
            if not _holds_open_files() or not target.exists():
                raise
            if seconds is None:
                raise Refusal(
                    f"{target}: found it open in another program, which Windows does not let us replace; expected it "
                    "to be closed within half a minute. Close what reads it (a BI tool on the file itself: connect it "
                    "to the mirror in Postgres, or to a copy), then refresh again."
                ) from error
            time.sleep(seconds)


def _holds_open_files() -> bool:
    """Whether the system refuses to replace a file that somebody has open."""
    return os.name == "nt"


REFRESHES_COMMENTS = {
    "table audit.refreshes": "The refreshes that led to this file, each published: what it read and made.",
    "column audit.refreshes.refresh_id": "Identifier of the run.",
    "column audit.refreshes.started_at": "When the build began, in UTC.",
    "column audit.refreshes.finished_at": "When it was finished and checked, in UTC.",
    "column audit.refreshes.seconds": "How long that took.",
    "column audit.refreshes.outcome": "published, or published with a number of releases set aside.",
    "column audit.refreshes.releases": "Number of releases it stands on.",
    "column audit.refreshes.new_releases": "Those that the refresh before did not have.",
    "column audit.refreshes.observations": "Number of observations.",
    "column audit.refreshes.indicator_values": "Number of values of indicators.",
    "column audit.refreshes.findings": "Number of rows that advisory checks found.",
    "column audit.refreshes.extent": "everything, or what follows from some datasets.",
    "column audit.refreshes.code_version": "Hash over the code, the models and the packages it was made with.",
    "column audit.refreshes.rows_read": "Rows read from releases that were not in landing/ yet.",
    "column audit.refreshes.observations_added": "Observations that the refresh before did not have.",
    "column audit.refreshes.figures_revised": "Figures that a release revised since the refresh before.",
    "column audit.refreshes.figures_withdrawn": "Figures that a release withdrew since the refresh before.",
    "column audit.refreshes.discrepancies_new": "Discrepancies that the refresh before did not have.",
    "column audit.refreshes.discrepancies_gone": "Discrepancies of the refresh before that are no more.",
    "column audit.refreshes.seconds_reading": "Seconds of reading releases.",
    "column audit.refreshes.seconds_building": "Seconds of building and checking the models.",
    "column audit.refreshes.peak_megabytes": "Most memory that the process took.",
    "column audit.refreshes.set_aside": "Releases in raw/ that it was made without; audit.set_aside says why.",
    "column audit.refreshes.version": "Version of the file: the first number counts what breaks a query (something "
    "that is gone or of another type), the second what is new, the third publications of new values alone.",
    "column audit.refreshes.changes": "What is gone, new or changed since the version before, as a JSON list of "
    "objects with kind (table, column, macro, indicator, area), name and change (removed, added, changed).",
}


# What became of the file served before: one number a line, each a query over the build and `served`.
COMPARED = {
    "observations_added": "select count(*) from marts.fct_observations anti join served.marts.fct_observations "
    "using (measure_id, area_code, period_id, release_id)",
    **{
        f"figures_{kind}": f"select count(*) from audit.revisions anti join served.audit.revisions "
        f"using (kind, measure_id, area_code, period_id, new_release_id) where kind = '{kind}'"
        for kind in ("revised", "withdrawn")
    },
    **{
        f"discrepancies_{column}": f"select count(*) from (select * from {one}audit.discrepancies) as one "
        f"where not exists (from {other}audit.discrepancies as other where "
        + " and ".join(
            f"one.{key} is not distinct from other.{key}"
            for key in ("edition", "rule_id", "place", "indicator_id", "area_code", "period_id", "published_value")
        )
        + ")"
        for column, one, other in (("new", "", "served."), ("gone", "served.", ""))
    },
}


def _record_refresh(
    settings: Settings, build: Path, refresh_id: str, started_at: datetime, effort: Effort
) -> dict[str, Any]:
    finished_at = _finished_now(settings)
    version_before = _version_before(settings)
    with duckdb.connect(str(build)) as connection:
        connection.execute(
            "create table if not exists audit.refreshes (refresh_id varchar primary key, started_at timestamp, "
            "finished_at timestamp, seconds double, outcome varchar, releases bigint, new_releases varchar, "
            "observations bigint, indicator_values bigint, findings bigint, extent varchar, code_version varchar, "
            "rows_read bigint, observations_added bigint, figures_revised bigint, figures_withdrawn bigint, "
            "discrepancies_new bigint, discrepancies_gone bigint, seconds_reading double, seconds_building double, "
            "peak_megabytes double, set_aside varchar, version varchar, changes varchar)"
        )
        # A build that begins with a file of an earlier form has its table.
        for column in ("version", "changes"):
            connection.execute(f"alter table audit.refreshes add column if not exists {column} varchar")
        compared: dict[str, int] = {}
        before = "(select null::varchar as release_id where false)"
        if settings.warehouse.is_file():
            connection.execute(f"attach '{quoted(settings.warehouse)}' as served (read_only)")
            tables = {
                name
                for (name,) in connection.execute(
                    "select schema_name || '.' || table_name from duckdb_tables() where database_name = 'served'"
                ).fetchall()
            }
            if "audit.refreshes" in tables:
                connection.execute("insert or ignore into audit.refreshes by name from served.audit.refreshes")
            if "marts.dim_releases" in tables:
                before = "served.marts.dim_releases"
            if {"marts.fct_observations", "audit.revisions", "audit.discrepancies"} <= tables:
                compared = {name: connection.execute(query).fetchone()[0] for name, query in COMPARED.items()}
        aside = _set_aside_of(connection)
        known = asdict(effort) | {"code_version": code_version(), "set_aside": ", ".join(aside)} | compared
        connection.execute(
            "insert or replace into audit.refreshes by name select ? as refresh_id, ? as started_at, ? as finished_at, "
            "? as seconds, ? as outcome, "
            "(select count(*) from marts.dim_releases) as releases, "
            f"(select coalesce(string_agg(release_id, ', ' order by release_id), '') from marts.dim_releases "
            f"where release_id not in (select release_id from {before})) as new_releases, "
            "(select count(*) from marts.fct_observations) as observations, "
            "(select count(*) from marts.fct_indicators) as indicator_values, "
            "(select coalesce(sum(findings), 0) from audit.checks where kind = 'advisory') as findings, "
            + ", ".join(f"? as {name}" for name in known),
            [
                refresh_id,
                started_at.replace(tzinfo=None),
                finished_at.replace(tzinfo=None),
                max((datetime.now(UTC) - started_at).total_seconds(), 0),
                f"published, with {set_aside_text(len(aside))}" if aside else "published",
                *known.values(),
            ],
        )
        for target, comment in REFRESHES_COMMENTS.items():
            connection.execute(f"comment on {target} is '{comment}'")
        write_catalog(connection)
        write_first_seen(connection)
        changes = _changes_since(connection, version_before, is_served=settings.warehouse.is_file())
        connection.execute(
            "update audit.refreshes set version = ?, changes = ? where refresh_id = ?",
            [next_version(version_before and version_before.version, changes), as_json(changes), refresh_id],
        )
        if settings.warehouse.is_file():
            connection.execute("detach served")
        connection.execute("checkpoint")
        cursor = connection.execute("select * from audit.refreshes where refresh_id = ?", [refresh_id])
        return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def _finished_now(settings: Settings) -> datetime:
    """Now, or where the clock went back, just after every refresh that is kept: the newest one is the last to end."""
    served = _refresh_of(settings.warehouse)
    known = [one.published_at for one in versions(settings)] + ([served["finished_at"]] if served else [])
    return max([datetime.now(UTC), *(one.replace(tzinfo=UTC) + timedelta(microseconds=1) for one in known)])


def _version_before(settings: Settings) -> Version | None:
    """The kept file with the highest version: the one served before, but for after a rollback."""
    known = [one for one in versions(settings) if one.version]
    return max(known, key=lambda one: tuple(map(int, str(one.version).split("."))), default=None)


def _changes_since(connection: duckdb.DuckDBPyConnection, before: Version | None, *, is_served: bool) -> list[Change]:
    """What the open build has otherwise, by name, than the file of the version before, or else than the one served."""
    (own,) = connection.execute("select current_database()").fetchone()
    if before is None or before.is_served:
        return changes_between(names_of(connection, "served"), names_of(connection, own)) if is_served else []
    connection.execute(f"attach '{quoted(before.path)}' as version_before (read_only)")
    try:
        return changes_between(names_of(connection, "version_before"), names_of(connection, own))
    finally:
        connection.execute("detach version_before")


def _set_aside_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The releases that a build was made without, by its own table."""
    there = "select count(*) from duckdb_tables() where database_name = current_database() and schema_name = 'audit' "
    if not connection.execute(there + "and table_name = 'set_aside'").fetchone()[0]:
        return []
    return [name for (name,) in connection.execute("select release_id from audit.set_aside order by all").fetchall()]


def peak_megabytes() -> float:
    """Most memory that this process has taken, in megabytes; 0 on systems that do not say."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if sys.platform == "darwin" else 1_000)


def _gate(build: Path) -> dict[str, int]:
    with duckdb.connect(str(build), read_only=True) as connection:
        views = connection.execute(
            "select schema_name || '.' || view_name from duckdb_views() where not internal "
            # Those of orchestration/catalog.py, in a build that begins with the served file.
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
                "The run that built it says what they found."
            )
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
        rows = {name: connection.execute(f"select count(*) from marts.{name}").fetchone()[0] for (name,) in tables}
        # A home's first release may be one that no indicator is made from.
        reported = connection.execute(
            "select count(*) from marts.fct_measures where measure_id in "
            "(select numerator_measure_id from marts.dim_indicators)"
        ).fetchone()[0]
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


def quoted(path: Path) -> str:
    return str(path).replace("'", "''")
