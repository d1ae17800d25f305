"""The rows of audit.refreshes: what each refresh read and made, and how its file differs from the previous one."""

import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from orchestration.landing.fingerprints import code_version
from orchestration.publishing.catalog import write_catalog, write_first_seen
from orchestration.publishing.structure import Change, as_json, changes_between, names_of, next_version
from orchestration.publishing.versions import Version, refresh_of, versions
from orchestration.releases.set_aside import set_aside_of, set_aside_text
from orchestration.settings import Settings
from orchestration.support.duck import mappings, only_row, quoted

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


@dataclass(frozen=True)
class Effort:
    """The cost of a refresh, as its run measured it: rows read from new releases, seconds, megabytes."""

    extent: str | None = None
    rows_read: int | None = None
    seconds_reading: float | None = None
    seconds_building: float | None = None
    peak_megabytes: float | None = None


def record_refresh(
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
                compared = {name: only_row(connection.execute(query))[0] for name, query in COMPARED.items()}
        aside = set_aside_of(connection)
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
            [next_version(version_before.version if version_before else None, changes), as_json(changes), refresh_id],
        )
        if settings.warehouse.is_file():
            connection.execute("detach served")
        connection.execute("checkpoint")
        (record,) = mappings(connection.execute("select * from audit.refreshes where refresh_id = ?", [refresh_id]))
        return record


def _finished_now(settings: Settings) -> datetime:
    """Now, or where the clock went back, just after every refresh that is kept: the newest one is the last to end."""
    served = refresh_of(settings.warehouse)
    known = [one.published_at for one in versions(settings)] + ([served["finished_at"]] if served else [])
    return max([datetime.now(UTC), *(one.replace(tzinfo=UTC) + timedelta(microseconds=1) for one in known)])


def _version_before(settings: Settings) -> Version | None:
    """The kept file with the highest version: the one served before, except after a rollback."""
    known = [one for one in versions(settings) if one.version]
    return max(known, key=lambda one: tuple(map(int, str(one.version).split("."))), default=None)


def _changes_since(connection: duckdb.DuckDBPyConnection, before: Version | None, *, is_served: bool) -> list[Change]:
    """What the open build has otherwise, by name, than the file of the version before, or else than the one served."""
    (own,) = only_row(connection.execute("select current_database()"))
    if before is None or before.is_served:
        return changes_between(names_of(connection, "served"), names_of(connection, own)) if is_served else []
    connection.execute(f"attach '{quoted(before.path)}' as version_before (read_only)")
    try:
        return changes_between(names_of(connection, "version_before"), names_of(connection, own))
    finally:
        connection.execute("detach version_before")


def peak_megabytes() -> float:
    """The most memory that this process has used, in megabytes; 0 on systems that do not report it."""
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1_000_000 if sys.platform == "darwin" else 1_000)
