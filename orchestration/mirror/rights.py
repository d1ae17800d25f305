"""The role that reads the mirror: select on its schemas, limits on time and space, and no other rights."""

from collections.abc import Iterable

import psycopg
from psycopg import errors

from orchestration.mirror.shape import SCHEMAS, literal, quoted
from orchestration.mirror.target import Target
from orchestration.support.duck import only_row

# A session that was left inside a transaction keeps old rows, and an exchange of tables, waiting.
IDLE_IN_TRANSACTION = "5min"

# Every role may make large objects, unless an administrator takes that from PUBLIC.
LARGE_OBJECTS = (
    "lo_creat",
    "lo_create",
    "lo_from_bytea",
    "lo_open",
    "lo_put",
    "lo_truncate",
    "lo_truncate64",
    "lo_unlink",
    "lowrite",
)


class Rights:
    """Make the reader, and return what only an administrator can do."""

    def __init__(self, connection: psycopg.Connection, target: Target) -> None:
        self.connection, self.target = connection, target
        self._left: list[str] = []

    @property
    def has_reader(self) -> bool:
        return bool(
            self.connection.execute("select 1 from pg_roles where rolname = %s", [self.target.reader]).fetchone()
        )

    def prepare(self) -> None:
        """Makes the role where it is missing, and sets its limits and what nobody needs here."""
        reader, database, limits = quoted(self.target.reader), quoted(self.target.database), self.target.limits
        if not self.has_reader:
            self._try(f"create role {reader} login nosuperuser nocreatedb nocreaterole noinherit noreplication")
        # What everybody may do by default: connect, make temporary tables, and (before Postgres 15) tables in public.
        self._try(f"revoke all on database {database} from public")
        self._try("revoke create on schema public from public")
        for function in self._open_to_all(LARGE_OBJECTS):
            self._try(f"revoke execute on function {function} from public")
        if not self.has_reader:
            return
        self._try(f"grant connect on database {database} to {reader}")
        if self._limit() != limits.connections:
            self._try(f"alter role {reader} connection limit {limits.connections}")
        wanted = {
            "default_transaction_read_only": "on",
            "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
            "search_path": ", ".join(SCHEMAS),
            "statement_timeout": f"{limits.seconds}s",
            "temp_file_limit": f"{limits.megabytes}MB",
        }
        there = self._settings()
        for name, value in wanted.items():
            if there.get(name) != value:
                shown = value if name == "search_path" else literal(value)
                self._try(f"alter role {reader} in database {database} set {name} = {shown}")

    def advice(self) -> list[str]:
        """The tasks left for an administrator, one sentence each."""
        said = []
        if self._left:
            said.append(
                f"The owner of the mirror may not do all of it. As a superuser, run in {self.target.database}: "
                f"{'; '.join(self._left)};"
            )
        if self.has_reader:
            role = only_row(
                self.connection.execute(
                    "select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls, "
                    "(select count(*) from pg_auth_members where member = pg_roles.oid) "
                    "from pg_roles where rolname = %s",
                    [self.target.reader],
                )
            )
            if any(role):
                said.append(
                    f"The role {self.target.reader} has rights beyond reading; make it nosuperuser nocreatedb "
                    "nocreaterole noreplication nobypassrls, and revoke the roles it is a member of."
                )
            others = self.connection.execute(
                "select datname from pg_database where datallowconn and datname <> %s "
                "and has_database_privilege(%s, oid, 'connect') order by datname",
                [self.target.database, self.target.reader],
            ).fetchall()
            if others:
                said.append(
                    f"The role {self.target.reader} may also connect to {', '.join(name for (name,) in others)}: "
                    "revoke connect on these databases from public, or allow it only this one in pg_hba.conf."
                )
        return said

    def _try(self, statement: str) -> None:
        try:
            with self.connection.transaction():
                self.connection.execute(statement)
        except errors.InsufficientPrivilege:
            self._left.append(statement)

    def _open_to_all(self, names: Iterable[str]) -> list[str]:
        return [
            name
            for (name,) in self.connection.execute(
                "select oid::regprocedure::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace "
                "and proname = any(%s) and (proacl is null or exists (select from aclexplode(proacl) "
                "where grantee = 0 and privilege_type = 'EXECUTE')) order by 1",
                [list(names)],
            ).fetchall()
        ]

    def _limit(self) -> int:
        return only_row(
            self.connection.execute("select rolconnlimit from pg_roles where rolname = %s", [self.target.reader])
        )[0]

    def _settings(self) -> dict[str, str]:
        row = self.connection.execute(
            "select setconfig from pg_db_role_setting "
            "inner join pg_roles on pg_roles.oid = setrole inner join pg_database on pg_database.oid = setdatabase "
            "where rolname = %s and datname = %s",
            [self.target.reader, self.target.database],
        ).fetchone()
        return dict(one.split("=", 1) for one in row[0]) if row else {}


def grant_reading(connection: psycopg.Connection, reader: str, schemas: Iterable[str]) -> None:
    """Lets the role read all tables of the schemas, and call their functions; what it may already is left alone."""
    for schema in schemas:
        if not only_row(connection.execute("select has_schema_privilege(%s, %s, 'usage')", [reader, schema]))[0]:
            connection.execute(f"grant usage on schema {schema} to {quoted(reader)}")
        lacking = connection.execute(
            "select format('%%I.%%I', nspname, relname) from pg_class "
            "inner join pg_namespace on pg_namespace.oid = relnamespace "
            "where nspname = %s and relkind = 'r' and not has_table_privilege(%s, pg_class.oid, 'select')",
            [schema, reader],
        ).fetchall()
        if lacking:
            connection.execute(f"grant select on table {', '.join(name for (name,) in lacking)} to {quoted(reader)}")
