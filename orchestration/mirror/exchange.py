"""Replacing old tables with new ones at a moment when nobody is reading them."""

import time
from collections.abc import Callable

import psycopg
from psycopg import errors

from orchestration.mirror.shape import SCHEMAS, quoted
from orchestration.support.duck import only_row
from orchestration.support.refusal import Refusal

# The mirror's own schema; readers have no rights to it.
PRIVATE = "warehouse_mirror"

# The longest that a new reader waits while the exchange waits for another reader.
MILLISECONDS_A_TURN = 250
LONGEST_PAUSE = 2.0


def tables_there(connection: psycopg.Connection) -> dict[tuple[str, str], set[str]]:
    """The tables of the mirrored schemas, each with the names of its columns."""
    found: dict[tuple[str, str], set[str]] = {}
    for schema, table, column in connection.execute(
        "select nspname, relname, attname from pg_class "
        "inner join pg_namespace on pg_namespace.oid = relnamespace "
        "inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped "
        "where relkind in ('r', 'p') and nspname = any(%s)",
        [list(SCHEMAS)],
    ).fetchall():
        found.setdefault((schema, table), set()).add(column)
    return found


def created_by_the_mirror(connection: psycopg.Connection) -> None:
    """Raises Refusal if the database has schemas of these names that no load made."""
    if only_row(connection.execute(f"select count(*) from {PRIVATE}.loads"))[0]:
        return
    there = connection.execute("select nspname from pg_namespace where nspname = any(%s)", [list(SCHEMAS)]).fetchall()
    if there:
        raise Refusal(
            f"The mirror: the database already has the schema {', '.join(name for (name,) in there)}, which the mirror "
            "did not make. Give the mirror a database of its own, or remove the schema."
        )


def exchange(connection: psycopg.Connection, after: Callable[[], None], patience: float) -> None:
    """Drops the mirrored schemas, gives their names to those that end with _next, and does what comes `after`.

    The old tables are locked first, all of them, so that nobody has seen a part of the old refresh when the new one
    comes. Raises Refusal if somebody reads them longer than `patience`, in seconds, or has made objects that depend on
    them.
    """
    ends, pause = time.monotonic() + patience, 0.1
    while True:
        try:
            with connection.transaction():
                connection.execute(f"set local statement_timeout = {MILLISECONDS_A_TURN}")
                old = sorted(tables_there(connection))
                if old:
                    places = ", ".join(f"{schema}.{quoted(table)}" for schema, table in old)
                    connection.execute(f"lock table {places} in access exclusive mode")
                connection.execute("set local statement_timeout = 0")
                _drop(connection, old)
                for schema in SCHEMAS:
                    connection.execute(f"alter schema {schema}_next rename to {schema}")
                after()
            return
        except errors.DependentObjectsStillExist as error:
            raise Refusal(
                f"The mirror: its tables have changed, and other objects depend on them "
                f"({' '.join(str(error).split())}). Drop those objects, then run `warehouse mirror`."
            ) from None
        except (errors.QueryCanceled, errors.LockNotAvailable, errors.DeadlockDetected):
            if time.monotonic() > ends:
                raise Refusal(
                    f"The mirror: its tables have changed, but they were in use for {patience:.0f} s "
                    f"({_readers(connection)}). End that session, then run `warehouse mirror`."
                ) from None
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE)


def _drop(connection: psycopg.Connection, old: list[tuple[str, str]]) -> None:
    functions = [
        name
        for (name,) in connection.execute(
            "select pg_proc.oid::regprocedure::text from pg_proc "
            "inner join pg_namespace on pg_namespace.oid = pronamespace where nspname = any(%s)",
            [list(SCHEMAS)],
        ).fetchall()
    ]
    if functions:
        connection.execute(f"drop routine {', '.join(functions)}")
    if old:
        connection.execute(f"drop table {', '.join(f'{schema}.{quoted(table)}' for schema, table in old)}")
    connection.execute(f"drop schema if exists {', '.join(SCHEMAS)}")


def _readers(connection: psycopg.Connection) -> str:
    found = connection.execute(
        "select distinct activity.pid, usename, application_name, state from pg_locks "
        "inner join pg_class on pg_class.oid = relation inner join pg_namespace on pg_namespace.oid = relnamespace "
        "inner join pg_stat_activity as activity on activity.pid = pg_locks.pid "
        "where nspname = any(%s) and granted and activity.pid <> pg_backend_pid() limit 3",
        [list(SCHEMAS)],
    ).fetchall()
    return "; ".join(
        f"process {pid}, user {user}, {application or 'no application name'}, {state}"
        for pid, user, application, state in found
    )
