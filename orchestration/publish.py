"""Builds: a new file, or a copy of the served one; the gate; and the rename that serves it."""

import os
import shutil
from pathlib import Path

import duckdb

from orchestration.refusal import Refusal
from orchestration.settings import Settings

# The oldest storage version whose readers include the long-term-support clients (DuckDB 1.4).
STORAGE_VERSION = "v1.4.0"

# The smallest there is: most tables hold a few hundred rows, and a table takes at least a block a column.
BLOCK_SIZE = 16_384

# A partnership may have no record-level release.
MAY_BE_EMPTY = ("fct_recorded_crimes",)


def start_build(settings: Settings, run_id: str, *, from_served: bool) -> Path:
    """An empty database for the run, or a copy of the served one for a refresh of a part; earlier leftovers go."""
    if settings.builds.exists():
        for leftover in settings.builds.iterdir():
            shutil.rmtree(leftover)
    build = settings.build(run_id)
    build.parent.mkdir(parents=True)
    if from_served and settings.warehouse.is_file():
        shutil.copyfile(settings.warehouse, build)
    else:
        with duckdb.connect() as connection:
            connection.execute(
                f"attach '{_quoted(build)}' as build (storage_version '{STORAGE_VERSION}', block_size {BLOCK_SIZE})"
            )
    return build


def publish(settings: Settings, build: Path) -> dict[str, int]:
    """Checks a finished build and renames it onto warehouse.duckdb; returns the rows of each mart.

    Raises `Refusal` where the build is not closed, not readable, or holds an empty mart; the served file then stays.
    """
    if not build.is_file():
        raise Refusal(f"{build}: found no build; expected one of this run. Materialise the models together with it.")
    with duckdb.connect(str(build)) as connection:
        connection.execute("checkpoint")
    log = build.with_name(build.name + ".wal")
    if log.exists():
        raise Refusal(f"{log}: found a write-ahead file; expected a build that is closed. Refresh again.")
    rows = _gate(build)
    with build.open("rb") as stream:
        os.fsync(stream.fileno())
    # DuckDB 1.5 would replay a stray write-ahead file beside the served file into the new one, silently.
    settings.warehouse.with_name(settings.warehouse.name + ".wal").unlink(missing_ok=True)
    os.replace(build, settings.warehouse)
    _sync_folder(settings.warehouse.parent)
    shutil.rmtree(build.parent)
    return rows


def _gate(build: Path) -> dict[str, int]:
    with duckdb.connect(str(build), read_only=True) as connection:
        views = connection.execute(
            "select schema_name || '.' || view_name from duckdb_views() where not internal order by all"
        ).fetchall()
        if views:
            raise Refusal(
                f"{build}: found the views {', '.join(name for (name,) in views)}; expected only tables, because a "
                "view names the file it was made in. Materialise them as tables."
            )
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
        ).fetchall()
        rows = {name: connection.execute(f"select count(*) from marts.{name}").fetchone()[0] for (name,) in tables}
    empty = [name for name, count in rows.items() if count == 0 and name not in MAY_BE_EMPTY]
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


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
