"""Loading one published file into one database in one transaction: readers see the old refresh or the new one.

Tables keep their names and identities. What is new is copied into temporary tables, and the rows that differ are
deleted, updated and inserted: the snapshots of Postgres then give each query, and each transaction that asks for it,
one refresh from its beginning to its end, and no reader waits. Renaming whole schemas does not: a query looks its
tables up one after the other, and a rename can come between (docs/decisions/0084-rows-change-tables-stay.md
has the figures).

Only where the tables themselves change, after a change of the product, are they made anew and exchanged; the exchange
waits, in short turns, until no transaction is reading.
"""

import hashlib
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import psycopg
from psycopg import errors
from psycopg.types.json import Jsonb

from orchestration.mirror.exchange import PRIVATE, created_by_the_mirror, exchange, tables_there
from orchestration.mirror.functions import Function, functions_of
from orchestration.mirror.rights import Rights, grant_reading
from orchestration.mirror.shape import SCHEMA_COMMENTS, SCHEMAS, Table, literal, quoted, shape_of
from orchestration.mirror.target import Target
from orchestration.support.duck import only_row
from orchestration.support.refusal import Refusal

# Raised when the statements that make a mirror change, so that the next load rebuilds it.
FORMAT = 1

ROWS_AT_ONCE = 10_000

# Rows of the table of loads; each is some kilobytes.
LOADS_KEPT = 100

NEWEST = "select refresh_id, finished_at from audit.refreshes order by finished_at desc limit 1"

SESSION = (
    "set statement_timeout = 0",
    "set idle_in_transaction_session_timeout = 0",
    # Another load may be running.
    "set lock_timeout = '10min'",
    "set work_mem = '128MB'",
    "set maintenance_work_mem = '256MB'",
    "set temp_buffers = '64MB'",
    # Without this, a statement of a killed process runs to its end.
    "set client_connection_check_interval = '2s'",
)


@dataclass(frozen=True)
class Loaded:
    """What a load did: `changed` rows of `rows`, `is_new` if the tables were rebuilt."""

    refresh_id: str
    database: str
    rows: int
    changed: int
    is_new: bool
    seconds: float
    advice: tuple[str, ...]


def load(target: Target, file: Path, patience: float = 60, *, compares_all: bool = False) -> Loaded:
    """Brings the marts, reports and audit of a published file into the database.

    `patience` is how many seconds an exchange of tables waits for those who read them. A table whose digest is that of
    the load before is left alone, unless the load `compares_all`. The file is opened when the load has its turn, so
    that the last of several loads brings what is served then. Raises Refusal if anything fails; the mirror is then what
    it was.
    """
    began = time.perf_counter()
    advice: list[str] = []
    try:
        with target.connect() as connection:
            _set_session(connection)
            rights = Rights(connection, target)
            _make_own_schema(connection)
            with connection.transaction():
                connection.execute(f"lock table {PRIVATE}.loads in exclusive mode")
                rights.prepare()
                with duckdb.connect(str(file), read_only=True) as source:
                    reader = target.reader if rights.has_reader else None
                    loaded = _Load(connection, source, reader, patience, compares_all)
                    loaded.run()
                advice = rights.advice()
            # Rebuilt tables have no dead rows, and have their statistics.
            if not loaded.is_new:
                _sweep(connection, loaded.changed)
    except psycopg.Error as error:
        # The details can include a figure, which must not appear in an alert.
        reason = target.without_secrets(error.diag.message_primary or str(error))
    except duckdb.Error as error:
        reason = target.without_secrets(f"{file}: {error}")
    else:
        return Loaded(
            loaded.refresh_id,
            target.database,
            loaded.rows,
            sum(loaded.changed.values()),
            loaded.is_new,
            round(time.perf_counter() - began, 2),
            tuple(advice),
        )
    raise Refusal(
        f"The mirror, {target.place}: {file.name} could not be loaded ({reason}). The mirror is as it was. Fix the "
        "cause, then run `warehouse mirror`."
    )


def held(target: Target) -> tuple[str, datetime] | None:
    """The refresh that the mirror holds, and when it was finished; None if it was never loaded."""
    try:
        with target.connect(connect_timeout=3) as connection:
            return connection.execute(NEWEST).fetchone()
    except errors.UndefinedTable:
        return None
    except psycopg.Error as error:
        raise Refusal(f"The mirror, {target.place}: {target.without_secrets(str(error))}") from None


class _Load:
    """One load inside its transaction."""

    def __init__(
        self,
        connection: psycopg.Connection,
        source: duckdb.DuckDBPyConnection,
        reader: str | None,
        patience: float,
        compares_all: bool,
    ) -> None:
        self.connection, self.source, self.reader = connection, source, reader
        self.patience, self.compares_all = patience, compares_all
        self.tables, self.functions = shape_of(source), functions_of(source)
        self.digests = {table.place: _digest(source, table) for table in self.tables}
        self.refresh_id = only_row(source.execute(NEWEST))[0]
        self.rows = sum(int(rows) for rows, _ in self.digests.values())
        self.changed: dict[str, int] = {}
        self.is_new = False

    def run(self) -> None:
        structure, words = _structure(self.tables, self.functions), _words(self.tables, self.functions)
        before = self.connection.execute(
            f"select structure, words, digests from {PRIVATE}.loads order by number desc limit 1"
        ).fetchone() or (None, None, {})
        self.is_new = structure != before[0] or tables_there(self.connection) != {
            (table.schema, table.name): {column.name for column in table.columns} for table in self.tables
        }
        if self.is_new:
            self._make_anew()
        else:
            known = {} if self.compares_all else before[2]
            self._change([table for table in self.tables if known.get(table.place) != self.digests[table.place]])
            if words != before[1]:
                self.connection.execute(";".join(_comments(self.tables, self.functions)))
        self.connection.execute(
            f"delete from {PRIVATE}.loads where number <= (select max(number) from {PRIVATE}.loads) - {LOADS_KEPT}"
        )
        if self.reader:
            grant_reading(self.connection, self.reader, SCHEMAS)
        self.connection.execute(
            f"insert into {PRIVATE}.loads (refresh_id, structure, words, digests, rows, changed, is_new) "
            "values (%s, %s, %s, %s, %s, %s, %s)",
            [
                self.refresh_id,
                structure,
                words,
                Jsonb(self.digests),
                self.rows,
                sum(self.changed.values()),
                self.is_new,
            ],
        )

    def _make_anew(self) -> None:
        created_by_the_mirror(self.connection)
        for schema in SCHEMAS:
            self.connection.execute(f"create schema {schema}_next")
        for table in self.tables:
            place = _next(table.schema, table.name)
            self.connection.execute(table.created(place))
            # Frozen rows are seen by transactions that began before this one ends, as the tables themselves are.
            self.changed[table.place] = self._copy(table, place, "with (freeze)")
            for statement in table.keyed(place):
                self.connection.execute(statement)
        for table in self.tables:
            place = _next(table.schema, table.name)
            for reference in table.references:
                self.connection.execute(
                    f"alter table {place} add foreign key ({quoted(reference.column)}) "
                    f"references {_next(*reference.table)} ({quoted(reference.other)})"
                )
            self.connection.execute(f"analyze {place}")
        if self.reader:
            grant_reading(self.connection, self.reader, [f"{schema}_next" for schema in SCHEMAS])
        # Comments are set on the new tables before the exchange, so no reader waits for them.
        self.connection.execute(";".join(_comments(self.tables, (), "_next")))
        exchange(self.connection, self._make_functions, self.patience)

    def _make_functions(self) -> None:
        for function in self.functions:
            try:
                self.connection.execute(function.created(function.schema))
            except (errors.ProgrammingError, errors.NotSupportedError) as error:
                raise Refusal(
                    f"The mirror: Postgres does not accept the macro {function.schema}.{function.name} "
                    f"({error.diag.message_primary}). Write it in SQL that both accept, or list the difference in "
                    "orchestration/mirror/functions.py."
                ) from None
        self.connection.execute(";".join(_comments((), self.functions)))

    def _change(self, tables: list[Table]) -> None:
        self._leave_references_to_the_file()
        incoming = {}
        for number, table in enumerate(tables):
            name = f"pg_temp.incoming_{number}"
            self.connection.execute(f"create temporary table incoming_{number} (like {table.place}) on commit drop")
            self._copy(table, name)
            self.connection.execute(f"analyze {name}")
            incoming[table] = name
        ordered = _referenced_first(tables)
        for table in ordered:
            if table.key:
                for statement in _to_put(table, incoming[table]):
                    self._count(table, statement)
            elif only_row(self.connection.execute(_differs(table, incoming[table])))[0]:
                self._count(table, f"delete from {table.place}")
                self._count(table, f"insert into {table.place} table {incoming[table]}")
        for table in reversed(ordered):
            if table.key:
                self._count(table, _to_delete(table, incoming[table]))

    def _leave_references_to_the_file(self) -> None:
        """Spares a look-up a row and reference, where the owner may: the references were checked in the file."""
        try:
            with self.connection.transaction():
                self.connection.execute("set local session_replication_role = replica")
        except errors.InsufficientPrivilege:
            return

    def _count(self, table: Table, statement: str) -> None:
        rows = self.connection.execute(statement).rowcount
        if rows:
            self.changed[table.place] = self.changed.get(table.place, 0) + rows

    def _copy(self, table: Table, place: str, options: str = "") -> int:
        columns = ", ".join(column.selected for column in table.columns)
        rows = self.source.execute(f"select {columns} from {table.place}")
        count = 0
        with self.connection.cursor() as cursor, cursor.copy(f"copy {place} from stdin {options}") as copy:
            while some := rows.fetchmany(ROWS_AT_ONCE):
                for row in some:
                    copy.write_row(row)
                count += len(some)
        return count


def _digest(source: duckdb.DuckDBPyConnection, table: Table) -> list[int | str]:
    """How many rows a table has, and a sum over their hashes, in whatever order they are."""
    columns = ", ".join(quoted(column.name) for column in table.columns)
    rows, total = only_row(source.execute(f"select count(*), sum(hash({columns}))::varchar from {table.place}"))
    return [rows, f"{duckdb.__version__} {total}"]


def _next(schema: str, table: str) -> str:
    return f"{schema}_next.{quoted(table)}"


def _to_put(table: Table, incoming: str) -> Iterable[str]:
    """The statements that change and add rows of a table with a key."""
    names = [quoted(column.name) for column in table.columns]
    listed = ", ".join(names)
    same = " and ".join(f"own.{quoted(name)} = incoming.{quoted(name)}" for name in table.key)
    others = [name for name in names if name not in set(map(quoted, table.key))]
    if others:
        own, new = (", ".join(f"{one}.{name}" for name in others) for one in ("own", "incoming"))
        yield (
            f"update {table.place} as own set {', '.join(f'{name} = incoming.{name}' for name in others)} "
            f"from {incoming} as incoming where {same} and row({own}) is distinct from row({new})"
        )
    yield (
        f"insert into {table.place} ({listed}) select {listed} from {incoming} as incoming "
        f"where not exists (select from {table.place} as own where {same})"
    )


def _differs(table: Table, incoming: str) -> str:
    """Whether a table without a key, which is then filled anew, differs in a row or in how often it is there."""
    return (
        f"select exists (table {table.place} except all table {incoming}) "
        f"or exists (table {incoming} except all table {table.place})"
    )


def _to_delete(table: Table, incoming: str) -> str:
    same = " and ".join(f"own.{quoted(name)} = incoming.{quoted(name)}" for name in table.key)
    return f"delete from {table.place} as own where not exists (select from {incoming} as incoming where {same})"


def _referenced_first(tables: Iterable[Table]) -> list[Table]:
    """The tables in an order in which each comes after those that it refers to."""
    left = {(table.schema, table.name): table for table in tables}
    ordered: list[Table] = []
    while left:
        free = [
            table for table in left.values() if not any(reference.table in left for reference in table.references)
        ] or list(left.values())
        ordered += free
        for table in free:
            del left[table.schema, table.name]
    return ordered


def _structure(tables: Iterable[Table], functions: Iterable[Function]) -> str:
    lines = [str(FORMAT)]
    for table in tables:
        lines += [table.created(table.place), *table.keyed(table.place), *map(str, table.references)]
    lines += [function.created(function.schema) for function in functions]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _words(tables: Iterable[Table], functions: Iterable[Function]) -> str:
    return hashlib.sha256("\n".join(_comments(tables, functions)).encode()).hexdigest()


def _comments(tables: Iterable[Table], functions: Iterable[Function], ending: str = "") -> list[str]:
    """The statements that put the comments on schemas with this ending, their tables and columns, and on functions."""
    lines = [f"comment on schema {schema}{ending} is {literal(text)}" for schema, text in SCHEMA_COMMENTS.items()]
    for table in tables:
        place = f"{table.schema}{ending}.{quoted(table.name)}"
        lines.append(f"comment on table {place} is {literal(table.comment)}")
        lines += [
            f"comment on column {place}.{quoted(column.name)} is {literal(column.comment)}" for column in table.columns
        ]
    lines += [f"comment on function {function.place} is {literal(function.comment)}" for function in functions]
    return lines


def _sweep(connection: psycopg.Connection, changed: Iterable[str]) -> None:
    """Gives the room of dead rows back, and makes statistics; where that fails, Postgres does it by itself later."""
    for table in changed:
        with suppress(psycopg.Error):
            connection.execute(f"vacuum (analyze, truncate false) {table}")


def _set_session(connection: psycopg.Connection) -> None:
    for statement in SESSION:
        try:
            connection.execute(statement)
        except (errors.FeatureNotSupported, errors.InvalidParameterValue, errors.UndefinedObject):
            # An older Postgres, or a system that does not say when a client is gone.
            continue


def _make_own_schema(connection: psycopg.Connection) -> None:
    try:
        with connection.transaction():
            connection.execute(f"create schema if not exists {PRIVATE}")
            connection.execute(
                f"create table if not exists {PRIVATE}.loads (number bigint generated always as identity primary key, "
                "loaded_at timestamptz not null default now(), refresh_id text not null, structure text not null, "
                "words text not null, digests jsonb not null, rows bigint not null, changed bigint not null, "
                "is_new boolean not null)"
            )
    except errors.UniqueViolation:
        # Another load, at the same moment, made it.
        return
