"""The version of a published file: how its structure changed since the previous version.

A dashboard breaks where something that it names is gone: that is a major change. What is new is a minor one, values
alone are a patch, as in semantic versioning.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from orchestration.publishing.catalog import SCHEMAS

FIRST = "1.0.0"

# Names by kind, of the database with the alias {database}.
NAMES = {
    "table": "select schema_name || '.' || table_name, '' from duckdb_tables() where {there}",
    "column": "select schema_name || '.' || table_name || '.' || column_name, data_type from duckdb_columns() "
    "where {there}",
    "macro": "select schema_name || '.' || function_name, array_to_string(parameters, ', ') from duckdb_functions() "
    "where {there} and function_type in ('macro', 'table_macro')",
    "indicator": "select indicator_id, '' from {database}.marts.dim_indicators",
    "area": "select area_code, '' from {database}.marts.dim_areas",
}


@dataclass(frozen=True, order=True)
class Change:
    """One name that was removed, added, or changed its type (for a macro, its parameters)."""

    kind: str
    name: str
    change: str
    was: str | None = None
    now: str | None = None

    @property
    def breaks(self) -> bool:
        return self.change != "added"


def names_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    """By kind, each name of a published file that users may write down, with its type or parameters."""
    there = f"database_name = '{database}' and schema_name in ({', '.join(repr(schema) for schema in SCHEMAS)})"
    tables = {
        name for (name,) in connection.execute(
            f"select schema_name || '.' || table_name from duckdb_tables() where {there}"
        ).fetchall()
    }  # fmt: skip
    found = {}
    for kind, query in NAMES.items():
        needs = {"indicator": "marts.dim_indicators", "area": "marts.dim_areas"}.get(kind)
        rows = [] if needs and needs not in tables else connection.execute(
            query.format(there=there, database=database)
        ).fetchall()  # fmt: skip
        found[kind] = dict(rows)
    return found


def measures_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """The tables of staging that hold figures as measures, each with the datasets whose figures it holds."""
    tables = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'staging' and starts_with(table_name, 'measures_')"
    ).fetchall()
    datasets = "select distinct split_part(release_id, '@', 1) from staging.{}"
    return {
        table: {dataset for (dataset,) in connection.execute(datasets.format(table)).fetchall()} for (table,) in tables
    }


def changes_between(before: dict[str, dict[str, str]], after: dict[str, dict[str, str]]) -> list[Change]:
    """What was removed, added or changed, by kind and name; the columns of a removed or new table are left out."""
    found = []
    for kind in NAMES:
        old, new = before[kind], after[kind]
        for name in sorted(old.keys() | new.keys()):
            if kind == "column" and name.rpartition(".")[0] not in before["table"].keys() & after["table"].keys():
                continue
            if name not in new:
                found.append(Change(kind, name, "removed"))
            elif name not in old:
                found.append(Change(kind, name, "added"))
            elif old[name] != new[name]:
                found.append(Change(kind, name, "changed", old[name], new[name]))
    return found


def next_version(before: str | None, changes: list[Change]) -> str:
    """The version after `before`: major if something breaks, minor if something is new, otherwise a patch."""
    if before is None:
        return FIRST
    major, minor, patch = (int(number) for number in before.split("."))
    if any(change.breaks for change in changes):
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if changes else f"{major}.{minor}.{patch + 1}"


def as_json(changes: list[Change]) -> str:
    """The changes as a JSON list of objects with kind, name and change, and was and now where it changed."""
    listed: list[dict[str, Any]] = [
        {key: value for key, value in asdict(change).items() if value is not None} for change in changes
    ]
    return json.dumps(listed)


def in_words(changes: list[Change]) -> str:
    """`1 column removed, 2 indicators added`; nothing for none."""
    counts: dict[tuple[str, str], int] = {}
    for change in changes:
        counts[change.kind, change.change] = counts.get((change.kind, change.change), 0) + 1
    return ", ".join(f"{count} {kind}{'' if count == 1 else 's'} {what}" for (kind, what), count in counts.items())


def from_json(text: str | None) -> list[Change]:
    """The changes of a row of audit.refreshes."""
    return [Change(**one) for one in json.loads(text or "[]")]
