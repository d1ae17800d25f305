"""The status: the latest release of each dataset, when the next is due, its rows and its checks."""

from datetime import UTC, date, datetime
from typing import Any

import duckdb

from orchestration.alerts.returns_due import returns_due
from orchestration.landing.fingerprints import dataset_names, found_changes, newest_refresh
from orchestration.logs.log import refused_since
from orchestration.publishing.structure import measures_tables
from orchestration.releases.set_aside import served_set_aside
from orchestration.releases.strays import strays_in
from orchestration.settings import Settings
from orchestration.support.duck import mappings, only_row

# The severities of discrepancies, the most serious first.
SEVERITIES = ("error", "minor", "advice")

DATASETS = """
select
    releases.dataset,
    count(*) as releases,
    max(released_on) filter (where is_latest) as latest_release,
    bool_or(origin = 'publisher_file') as is_publishers,
    max(origin) filter (where is_latest) as origin,
    max(origin_document) filter (where is_latest) as origin_document,
    max(loaded_at) filter (where is_latest) as loaded_at,
    max(expected_every) filter (where is_latest) as expected_every,
    max(next_expected_on) filter (where is_latest) as next_expected_on
from marts.dim_releases as releases
group by releases.dataset
"""

# A dataset without a release.
WAITING = {
    **{"is_publishers": False, "origin": None, "origin_document": None},
    **{"releases": 0, "latest_release": None, "loaded_at": None, "expected_every": None, "next_expected_on": None},
    **{"days_late": 0, "rows": 0, "checks": {"checks": 0, "passed": 0, "with_findings": 0}},
}

CHECKS = """
select
    count(*) as checks,
    count(*) filter (where outcome = 'passed') as passed,
    count(*) filter (where outcome = 'found') as with_findings
from audit.checks
where {}
"""


def status(settings: Settings) -> dict[str, Any]:
    """The status as plain values; `served` is None if no warehouse is served.

    A dataset with transcriptions only is never late: no release by its publisher has been read. `set_aside` lists the
    releases missing from the served file, each with the reason and what to do, `not_read` what lies in raw/ outside the
    folder of a dataset. `public_edition` gives the refresh of
    the public edition, if there is to be one. `last_refused` gives why the latest attempt was refused, if nothing has
    been published since. `queue` shows whether Dagster's queue is stuck. `mirror` gives the refresh in each Postgres
    database, if one is set. `returns` gives the returns of partners that came in and when their next figures are due.
    `late` lists the datasets whose next release was due before today, and `partners.returns` if a return was,
    `new_releases` what a refresh would read.
    """
    changes = found_changes(settings)
    found: dict[str, Any] = {
        "warehouse": str(settings.warehouse),
        "served": None,
        "new_releases": list(changes.releases),
        "next_refresh": changes.summary,
    }
    known: dict[str, dict[str, Any]] = {}
    if settings.warehouse.is_file():
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            (served,) = _rows(connection, "select * from audit.refreshes order by finished_at desc limit 1")
            age = datetime.now(UTC).replace(tzinfo=None) - served["finished_at"]
            found["served"] = served | {"age_seconds": round(age.total_seconds())}
            found["checks"] = _rows(connection, CHECKS.format("true"))[0]
            measured = measures_tables(connection)
            for row in _rows(connection, DATASETS):
                if row["dataset"] not in dataset_names():
                    # A dataset that has been removed; the next refresh leaves it out.
                    continue
                tables = [f"stg_{row['dataset'].replace('.', '__')}"]
                tables += [table for table, datasets in measured.items() if row["dataset"] in datasets]
                of_dataset = f"checked_table in ({', '.join(map(repr, tables))})"
                due = row["next_expected_on"]
                known[row["dataset"]] = {
                    **row,
                    "days_late": max((date.today() - due).days, 0) if due else 0,
                    "rows": _count(connection, row["dataset"]),
                    "checks": _rows(connection, CHECKS.format(of_dataset))[0],
                }
    found["public_edition"] = None
    if settings.has_public_edition:
        refresh_id = newest_refresh(settings.public) or None
        is_of_served = bool(found["served"]) and refresh_id == found["served"]["refresh_id"]
        found["public_edition"] = {"refresh_id": refresh_id, "is_of_served": is_of_served}
    found["mirror"] = []
    if settings.postgres.is_set:
        from orchestration.mirror import mirrored

        found["mirror"] = mirrored(settings)
    found["set_aside"] = served_set_aside(settings)
    found["not_read"] = strays_in(settings, dataset_names())
    found["last_refused"] = refused_since(settings)
    from orchestration.runs.lost import queue

    found["queue"] = queue(settings)
    found["datasets"] = [known.get(name, {"dataset": name} | WAITING) for name in dataset_names()]
    found["returns"] = returns_due(settings)
    found["late"] = [row["dataset"] for row in found["datasets"] if row["days_late"]]
    found["late"] += ["partners.returns"] if any(row["days_late"] for row in found["returns"]) else []
    return found


def discrepancies(settings: Settings, severity: str | None = None) -> list[dict[str, Any]]:
    """The rows of audit.discrepancies, of one severity if given, the most serious first."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        return _rows(
            connection,
            "select edition, severity, rule_id, place, indicator_id, area_code, period_id, published_value, "
            "expected_value, explanation from audit.discrepancies where severity = coalesce(?, severity) "
            f"order by list_position({list(SEVERITIES)}, severity), edition, line nulls last, place, rule_id, "
            "explanation",
            [severity],
        )


def _count(connection: duckdb.DuckDBPyConnection, dataset: str) -> int:
    """The rows of the raw table; for records that stay in landing/, the number counted in staging."""
    publisher, _, name = dataset.partition(".")
    raw = only_row(
        connection.execute(
            "select count(*) from duckdb_tables() where schema_name = ? and table_name = ?", [f"raw_{publisher}", name]
        )
    )[0]
    query = (
        f"select count(*) from raw_{publisher}.{name}"
        if raw
        else f"select sum(records) from staging.stg_{publisher}__{name}"
    )
    try:
        return int(only_row(connection.execute(query))[0] or 0)
    except duckdb.CatalogException:
        # The public edition leaves out the tables of datasets that are not public.
        return 0


def _rows(connection: duckdb.DuckDBPyConnection, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
    cursor = connection.execute(query, values or [])
    return mappings(cursor)
