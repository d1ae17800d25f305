"""A Postgres of the tests' own, small published files to mirror, and clients that ask while others come."""

import contextlib
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import psycopg
from psycopg.conninfo import make_conninfo

from orchestration.mirror.load import load
from orchestration.mirror.private import HOST, OWNER, PrivatePostgres
from orchestration.mirror.target import Target, target_of
from orchestration.settings import Limits, Settings

TOKEN = "a token for tests alone"
PASSWORD = "the reader's own: /?#[]@%"

# As an administrator would set up a server of one's own: every role by its password, on every database.
EVERYBODY = "host all all 127.0.0.1/32 scram-sha-256\n"

_numbers = itertools.count()


@dataclass(frozen=True)
class Database:
    """An empty database of a server, as its owner and as the mirror's reader reach it."""

    server: PrivatePostgres
    name: str

    @property
    def url(self) -> str:
        password = self.server.target.address["password"]
        return f"postgresql://{OWNER}:{password}@{HOST}:{self.server.port}/{self.name}"

    def target(self, limits: Limits = Limits()) -> Target:  # noqa: B008
        return target_of(self.url, "WAREHOUSE_POSTGRES_URL", limits)

    def owner(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def reader(self, **options: object) -> psycopg.Connection:
        """A session of the reader, who is given a password first."""
        with self.owner() as connection:
            quoted = PASSWORD.replace("'", "''")
            connection.execute(f"alter role {self.name}_reader password '{quoted}'")
        return psycopg.connect(self.reader_address, autocommit=True, **options)

    @property
    def reader_address(self) -> str:
        return make_conninfo(
            host=HOST, port=self.server.port, user=f"{self.name}_reader", password=PASSWORD, dbname=self.name
        )


@contextlib.contextmanager
def running_postgres(home: Path) -> Iterator[PrivatePostgres]:
    """A server like that of `warehouse serve`, which lets every role in."""
    with PrivatePostgres(Settings(home, home / "raw"), 0, TOKEN) as server:
        (server.data / "pg_hba.conf").write_text(EVERYBODY, encoding="utf-8")
        with server.target.connect("postgres") as connection:
            connection.execute("select pg_reload_conf()")
            # Tests come and go; what a crash loses, nobody misses.
            connection.execute("alter system set fsync = off")
            connection.execute("select pg_reload_conf()")
        yield server


@contextlib.contextmanager
def database_on(server: PrivatePostgres) -> Iterator[Database]:
    """An empty database, which goes with its roles afterwards."""
    name = f"mirror_{next(_numbers)}"
    with server.target.connect("postgres") as connection:
        connection.execute(f"create database {name}")
        try:
            yield Database(server, name)
        finally:
            for one in (name, f"{name}_public"):
                connection.execute(f"drop database if exists {one} with (force)")
                connection.execute(f"drop role if exists {one}_reader")


TABLES = """
create schema marts; create schema reports; create schema audit;
create table marts.dim_areas (area_code varchar primary key, area_name varchar);
create table marts.fct_values (
    area_code varchar not null, period_id varchar not null, value double, is_final boolean, counted bigint,
    large hugeint, share decimal(10, 3), known_from date, seen_at timestamp, place uuid, parts integer[],
    primary key (area_code, period_id)
);
create table marts.mark (mark integer);
create table reports.notes (line integer, text varchar);
create table audit.mark (mark integer);
create table audit.refreshes (refresh_id varchar primary key, finished_at timestamp);
create macro marts.half(value) as value / 2;
create macro marts.values_as_of(day) as table (select * from marts.fct_values where known_from <= cast(day as date));
comment on table marts.dim_areas is 'The areas'' names; "quoted" \\ and so on.';
comment on column marts.dim_areas.area_code is 'GSS code.';
"""

TEXTS = (
    "", " ", None, "null", "NULL", "\\N", "\\.", "a,b", 'a "quoted" text', "it's", "two\nlines\r\nand a\ttab", "漢字 😀",
    "\\", "{}", "% _ $1",
)  # fmt: skip


def published_file(path: Path, number: int = 0, areas: int = 3, statements: str = "") -> Path:
    """A small published file that is marked with a number in two schemas; `statements` change it."""
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
        for schema in ("marts", "audit"):
            connection.execute(f"insert into {schema}.mark values (?)", [number])
        connection.execute("insert into audit.refreshes values (?, now()::timestamp)", [f"refresh-{number}"])
        connection.execute(f"insert into marts.dim_areas select 'E' || i, 'Area ' || i from range({areas}) as r(i)")
        connection.execute(
            "insert into marts.fct_values select area_code, period_id, ?, true, 9007199254740993, "
            "170141183460469231731687303715884105727, 1.125, date '2024-02-29', timestamp '2024-02-29 23:59:59.123456', "
            "'00000000-0000-0000-0000-000000000001', [1, null] "
            "from marts.dim_areas, (values ('CY2023'), ('CY2024')) as periods (period_id)",
            [number + 0.1],
        )
        connection.execute(
            "insert into marts.fct_values (area_code, period_id, value) values "
            "('E0', 'nan', 'nan'), ('E0', 'inf', '-inf'), ('E0', 'tiny', 5e-324), ('E0', 'third', 1 / 3), ('E0', 'none', null)"
        )
        connection.executemany("insert into reports.notes values (?, ?)", list(enumerate(TEXTS)))
        connection.execute(statements or "select 1")
        _write_catalog(connection)
    return path


def _write_catalog(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table marts.catalog as select schema_name, table_name, column_name, column_index as position, "
        "(schema_name, table_name, column_name) in (('marts', 'dim_areas', 'area_code')) as is_in_primary_key, "
        "case when column_name = 'area_code' and table_name <> 'dim_areas' then 'marts.dim_areas' end as references_table, "
        "case when column_name = 'area_code' and table_name <> 'dim_areas' then 'area_code' end as references_column "
        "from duckdb_columns() where not internal and schema_name in ('marts', 'reports', 'audit')"
    )


QUESTION = "select (select max(mark) from audit.mark), (select max(mark) from marts.mark)"


@dataclass
class Asked:
    """What clients saw."""

    questions: int = 0
    torn: list[tuple] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    marks: set[int] = field(default_factory=set)
    longest: float = 0.0

    def summary(self) -> dict[str, object]:
        """For people."""
        return {
            "questions": self.questions,
            "torn": len(self.torn),
            "errors": self.errors[:3],
            "refreshes seen": len(self.marks),
            "longest wait": round(self.longest, 3),
        }


def ask(address: str, manner: int, stop: threading.Event, asked: Asked) -> None:
    """Asks until told to stop, in one of four manners: a new session each time, one that is kept, one whose statement
    the server prepared, and transactions that see one refresh through two questions."""
    kept = None
    while not stop.is_set():
        began = time.perf_counter()
        try:
            if kept is None:
                kept = psycopg.connect(address, autocommit=manner != 3)
                if manner == 3:
                    kept.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            one, other = kept.execute(QUESTION, prepare=manner == 2).fetchone()
            if manner == 3:
                again = kept.execute("select max(mark) from audit.mark").fetchone()[0]
                kept.commit()
                if again != one:
                    asked.torn.append((one, again))
            if one != other or one is None:
                asked.torn.append((one, other))
            asked.marks.add(one)
            if manner == 0:
                kept.close()
                kept = None
        except psycopg.Error as error:
            asked.errors.append(f"{manner}: {error}")
            kept = None
        asked.questions += 1
        asked.longest = max(asked.longest, time.perf_counter() - began)
        time.sleep(0.002)


@contextlib.contextmanager
def clients(address: str, number: int) -> Iterator[Asked]:
    """So many clients ask meanwhile; all is summed up in one answer."""
    asked, stop = Asked(), threading.Event()
    threads = [threading.Thread(target=ask, args=(address, one % 4, stop, asked)) for one in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield asked
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def kill_mirrors(
    settings: Settings, url: str, seconds: float, moments: int, before: Callable[[int], None]
) -> list[str]:
    """Starts `warehouse mirror` so often and kills it at a random moment; what was wrong with the mirror afterwards.

    `before` makes something new to mirror; `seconds` is how long a whole load takes.
    """
    wrong, chance = [], random.Random(19)
    for number in range(moments):
        before(number)
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "mirror"],
            env=os.environ | {"WAREHOUSE_HOME": str(settings.home), "WAREHOUSE_POSTGRES_URL": url},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=chance.uniform(0.3, seconds))
        process.send_signal(signal.SIGKILL)
        process.wait()
        with psycopg.connect(url) as connection:
            one, other = connection.execute(QUESTION).fetchone()
            left = connection.execute("select nspname from pg_namespace where nspname like '%\\_next'").fetchall()
        if one != other or left:
            wrong.append(f"kill {number}: {one}, {other}, {left}")
    return wrong


def loaded(database: Database, file: Path, **options: object):
    """Loads a file into a database."""
    return load(database.target(), file, **options)


@contextlib.contextmanager
def serving(home: Path, **environment: str) -> Iterator[tuple[subprocess.Popen, int]]:
    """`warehouse serve` in a process of its own; gives it and its port, and stops it at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "serve", "--port", "0"],
        env=os.environ | {"WAREHOUSE_HOME": str(home), "WAREHOUSE_TOKEN": TOKEN} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        line = process.stdout.readline()
        if not line.startswith("Serving"):
            raise RuntimeError(line + process.stdout.read())
        yield process, int(line.rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(timeout=90)
