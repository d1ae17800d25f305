"""How long the mirror in Postgres takes to load, beside COPY of the same rows alone.

`python benchmarks/mirror.py FOLDER FILE…`, each FILE a published warehouse. FOLDER must not be there yet; a private
Postgres runs in it, and it is removed at the end.
"""

import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg

from orchestration.mirror.load import load
from orchestration.mirror.private import WAREHOUSE, PrivatePostgres
from orchestration.mirror.shape import SCHEMAS, quoted, shape_of
from orchestration.settings import Settings

ROUNDS = 3
TOKEN = "a token for benchmarks alone"


def main() -> None:
    """Prints for each file the rows, and the medians in seconds with the least and the most."""
    home = Path(sys.argv[1])
    home.mkdir(parents=True)
    try:
        with PrivatePostgres(Settings(home, home / "raw"), 0, TOKEN) as server:
            for file in map(Path, sys.argv[2:]):
                measure(server, file)
    finally:
        shutil.rmtree(server.place)
        shutil.rmtree(home, ignore_errors=True)


def measure(server: PrivatePostgres, file: Path) -> None:
    """COPY into bare tables, the first load, the same file again, and again with every table compared."""
    other = file.with_name(f"{file.stem}-changed.duckdb")
    shutil.copyfile(file, other)
    with duckdb.connect(str(other)) as connection:
        # A fifth of the figures is revised.
        connection.execute(
            "update marts.fct_observations set value = value + 1 where hash(area_code, period_id) % 5 = 0"
        )
    try:
        print(f"\n{file}, {file.stat().st_size / 1e6:.0f} MB")
        show("COPY alone", server, lambda: copy_alone(server, file), fresh=True)
        show("the first load", server, lambda: load(server.target, file).rows, fresh=True)
        show("the same file", server, lambda: load(server.target, file).changed)
        show("the same file, all compared", server, lambda: load(server.target, file, compares_all=True).changed)
        files = [other, file] * ROUNDS
        show("a fifth of the observations", server, lambda: load(server.target, files.pop(0)).changed)
    finally:
        other.unlink()


def show(name: str, server: PrivatePostgres, work: Callable[[], int], *, fresh: bool = False) -> None:
    """Runs the work some times, each on an empty database where it is `fresh`, and prints what it took."""
    seconds, rows = [], 0
    for _ in range(ROUNDS):
        if fresh:
            with server.target.connect("postgres") as connection:
                connection.execute(f"drop database if exists {WAREHOUSE} with (force)")
                connection.execute(f"create database {WAREHOUSE}")
        began = time.perf_counter()
        rows = work()
        seconds.append(time.perf_counter() - began)
    print(
        f"{name:28} {rows:>9,} rows  {statistics.median(seconds):6.2f} ({min(seconds):.2f} to {max(seconds):.2f})",
        flush=True,
    )


def copy_alone(server: PrivatePostgres, file: Path) -> int:
    """The same rows into tables without keys, references, indexes or comments, in one transaction."""
    count = 0
    with (
        duckdb.connect(str(file), read_only=True) as source,
        psycopg.connect(**server.target.address) as connection,
        connection.cursor() as cursor,
    ):
        for schema in SCHEMAS:
            cursor.execute(f"create schema {schema}")
        for table in shape_of(source):
            columns = ", ".join(f"{quoted(column.name)} {column.kind}" for column in table.columns)
            cursor.execute(f"create table {table.place} ({columns})")
            rows = source.execute(f"select {', '.join(column.selected for column in table.columns)} from {table.place}")
            with cursor.copy(f"copy {table.place} from stdin") as copy:
                while some := rows.fetchmany(10_000):
                    for row in some:
                        copy.write_row(row)
                    count += len(some)
    return count


if __name__ == "__main__":
    main()
