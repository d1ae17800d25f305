"""A read-only endpoint for tools on other machines: MySQL's protocol, which BI tools speak, over the served file."""

import asyncio
import os
import ssl
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path

import duckdb
import pandas as pd
import sqlglot
from mysql_mimic import ColumnType, IdentityProvider, MysqlServer, NativePasswordAuthPlugin, ResultColumn, Session, User
from mysql_mimic.control import LocalControl, TooManyConnections
from mysql_mimic.errors import ErrorCode, MysqlError
from mysql_mimic.schema import BaseInfoSchema, Column, info_schema_tables
from sqlglot import expressions as exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify_tables import qualify_tables

from orchestration.refusal import Refusal
from orchestration.settings import Limits, Settings

USER = "warehouse"
LEAST_TOKEN = 16
LOOPBACK = ("127.0.0.1", "::1", "localhost")

# What leads to a table of rows and to nothing else.
READING = (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN)

COLUMN_TYPES = {
    "BOOLEAN": ColumnType.TINY,
    "TINYINT": ColumnType.LONGLONG,
    "SMALLINT": ColumnType.LONGLONG,
    "INTEGER": ColumnType.LONGLONG,
    "BIGINT": ColumnType.LONGLONG,
    # What sum() of whole numbers gives; a total of the warehouse is far below 2^63.
    "HUGEINT": ColumnType.LONGLONG,
    "FLOAT": ColumnType.DOUBLE,
    "DOUBLE": ColumnType.DOUBLE,
    "DATE": ColumnType.DATE,
    "TIMESTAMP": ColumnType.DATETIME,
}


class Version:
    """One published file, open for reading alone: no other file, no setting and no extension can be reached from it."""

    def __init__(self, path: Path, limits: Limits):
        """Opens the file.

        DuckDB gives one instance per path, so a path must stand for one published file only.
        """
        state = path.stat()
        self.identity = (state.st_dev, state.st_ino)
        self.instance = duckdb.connect(
            str(path),
            read_only=True,
            config={
                "memory_limit": f"{limits.megabytes}MB",
                "max_temp_directory_size": "0B",
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "lock_configuration": "true",
            },
        )

    @cached_property
    def catalogue(self) -> "Catalogue":
        return Catalogue(self.instance)


class Catalogue(BaseInfoSchema):
    """MySQL's information_schema of a published file; queried by DuckDB, in a database of its own."""

    def __init__(self, instance: duckdb.DuckDBPyConnection):
        with closing(instance.cursor()) as cursor:
            described = cursor.execute(
                "select column_name, data_type, table_name, schema_name, is_nullable, comment from duckdb_columns() "
                "where not internal order by schema_name, table_name, column_index"
            ).fetchall()
            comments = cursor.execute("select schema_name, table_name, comment from duckdb_tables()").fetchall()
            constraints = cursor.execute(
                "select schema_name, table_name, constraint_type, constraint_column_names, referenced_table, "
                "referenced_column_names from duckdb_constraints() "
                "where constraint_type in ('PRIMARY KEY', 'FOREIGN KEY')"
            ).fetchall()
        columns = [
            Column(
                name=name,
                type=_mysql_type(kind),
                table=table,
                schema=schema,
                is_nullable=nullable,
                comment=comment,
            )
            for name, kind, table, schema, nullable, comment in described
        ]
        self.created = {
            (schema, table): _create_table(
                table, [row for row in described if (row[3], row[2]) == (schema, table)], keys, comment
            )
            for schema, table, comment in comments
            for keys in [[key for key in constraints if key[:2] == (schema, table)]]
        }
        self.instance = duckdb.connect()
        for database, tables in info_schema_tables(columns).items():
            self.instance.execute(f'create schema "{_own_name(database)}"')
            for name, table in tables.items():
                rows = pd.DataFrame([list(row) for row in table.rows], columns=list(table.columns)).convert_dtypes()
                self.instance.register("listed", rows)
                texts = ", ".join(
                    f'"{column}"'
                    if pd.api.types.is_integer_dtype(rows[column])
                    else f'"{column}"::varchar as "{column}"'
                    for column in rows.columns
                )
                self.instance.execute(f'create table "{_own_name(database)}"."{name}" as select {texts} from listed')
        self.instance.executemany(
            f'update "{_own_name("information_schema")}".tables set table_comment = $3 '
            "where table_schema = $1 and table_name = $2",
            comments,
        )
        self.instance.unregister("listed")
        self.instance.execute("set enable_external_access = false")
        self.instance.execute("set lock_configuration = true")

    def rewritten(self, expression: exp.Expression) -> exp.Expression:
        """The query with MySQL's own schemas under the names they have here."""

        def renamed(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Collate):
                return node.left
            if isinstance(node, exp.Table):
                node.set("db", exp.to_identifier(_own_name(node.db or "information_schema"), quoted=True))
                node.set("catalog", None)
            return node

        return expression.transform(renamed)


class Warehouse:
    """The served file as connections see it: each query runs on the newest version, and ends on the one it began on."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.limits = settings.limits
        self.threads = ThreadPoolExecutor(self.limits.connections, thread_name_prefix="query")
        self._version: Version | None = None

    def version(self) -> Version:
        """The version that is served now; opened anew when another file has been published.

        Raises `Refusal` where no file is published.
        """
        if not self.settings.warehouse.is_file():
            raise Refusal(f"{self.settings.warehouse}: found no warehouse; expected one to serve. Run a refresh first.")
        state = self.settings.warehouse.stat()
        identity = (state.st_dev, state.st_ino)
        if self._version is None or self._version.identity != identity:
            self._version = Version(self._path_of(identity), self.limits)
        return self._version

    def _path_of(self, identity: tuple[int, int]) -> Path:
        for path in sorted(self.settings.published.glob("*.duckdb"), reverse=True):
            state = path.stat()
            if (state.st_dev, state.st_ino) == identity:
                return path
        raise Refusal(
            f"{self.settings.published}: found no name of its own for the served file; expected one, because a path "
            "must stand for one version only. Keep the published files on a disk with hard links, and publish again."
        )

    async def run(self, instance: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[tuple], list[ResultColumn]]:
        """Runs one reading statement; raises `MysqlError` for people where it is none, or goes past a limit."""
        cursor = instance.cursor()
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self.threads, self._run, cursor, sql)
        try:
            done, _ = await asyncio.wait({work}, timeout=self.limits.seconds)
            if not done:
                raise MysqlError(
                    f"found a query that ran longer than {self.limits.seconds} s and was stopped; expected an answer "
                    "within that. Ask for less, or raise WAREHOUSE_SERVE_SECONDS."
                )
            return work.result()
        finally:
            if not work.done():
                cursor.interrupt()
                await asyncio.wait({work})
            if not work.cancelled():
                work.exception()
            cursor.close()

    def _run(self, cursor: duckdb.DuckDBPyConnection, sql: str) -> tuple[list[tuple], list[ResultColumn]]:
        try:
            statements = cursor.extract_statements(sql)
            kinds = [statement.type for statement in statements]
            if len(kinds) != 1 or kinds[0] not in READING:
                found = ", ".join(kind.name for kind in kinds) or "nothing"
                raise MysqlError(
                    f"found {found}; expected one SELECT: this endpoint only reads.", ErrorCode.NOT_SUPPORTED_YET
                )
            cursor.execute(statements[0])
            rows = cursor.fetchmany(self.limits.rows + 1)
        except duckdb.Error as error:
            raise MysqlError(str(error).strip()) from None
        if len(rows) > self.limits.rows:
            raise MysqlError(
                f"found more than {self.limits.rows} rows; expected no more. Group or filter them, or raise "
                "WAREHOUSE_SERVE_ROWS."
            )
        columns = [
            ResultColumn(name, COLUMN_TYPES.get(str(kind), ColumnType.VARCHAR)) for name, kind, *_ in cursor.description
        ]
        return [tuple(map(_plain, row, columns)) for row in rows], columns


class WarehouseSession(Session):
    """One connection. Its SQL is MySQL's, translated; what MySQL has no words for is taken as DuckDB's own."""

    def __init__(self, warehouse: Warehouse):
        super().__init__()
        self.warehouse = warehouse
        self._is_duckdbs = False
        # DuckDB answers a query without a table too, under the same limits as any other.
        self.middlewares.remove(self._static_query_middleware)

    def _parse(self, sql: str) -> list[exp.Expression]:
        failure = None
        for dialect in ("mysql", "duckdb"):
            try:
                found = [expression for expression in sqlglot.parse(sql, dialect=dialect) if expression]
            except (SqlglotError, RecursionError) as error:
                failure = failure or error
                continue
            if not any(isinstance(expression, exp.Command) for expression in found):
                self._is_duckdbs = dialect == "duckdb" and len(found) == 1
                return found
        if failure:
            raise MysqlError(f"found SQL that cannot be read: {str(failure).splitlines()[0]}", ErrorCode.PARSE_ERROR)
        return found

    async def schema(self) -> BaseInfoSchema:
        version = self.warehouse.version()
        return _Asked(self.warehouse, version.catalogue)

    async def _show(self, expression: exp.Show) -> tuple[list, list]:
        if expression.name.upper() != "CREATE TABLE":
            return await super()._show(expression)
        target = expression.args["target"]
        table = target if isinstance(target, exp.Table) else exp.to_table(target.name)
        created = self.warehouse.version().catalogue.created.get((table.db or self.database, table.name))
        if created is None:
            raise MysqlError(f"found no table {table.sql()}; expected one that SHOW TABLES lists.", 1146)
        return [(table.name, created)], ["Table", "Create Table"]

    async def query(self, expression: exp.Expression, sql: str, attrs: dict[str, str]) -> tuple[list, list]:
        if not isinstance(expression, exp.Query | exp.Describe):
            word = (sql.split() or ["nothing"])[0].upper()
            raise MysqlError(
                f"found {word}; expected one SELECT: this endpoint only reads.", ErrorCode.NOT_SUPPORTED_YET
            )
        try:
            version = self.warehouse.version()
        except Refusal as refusal:
            raise MysqlError(str(refusal)) from refusal
        if self._is_duckdbs and all(table.db for table in expression.find_all(exp.Table)):
            return await self.warehouse.run(version.instance, sql)
        if self.database and isinstance(expression, exp.Query):
            expression = qualify_tables(expression, db=self.database, dialect="duckdb")
        return await self.warehouse.run(version.instance, expression.sql(dialect="duckdb"))


class _Asked(BaseInfoSchema):
    """The catalogue of a version, asked under the limits of the endpoint."""

    def __init__(self, warehouse: Warehouse, catalogue: Catalogue):
        self.warehouse = warehouse
        self.catalogue = catalogue

    async def query(self, expression: exp.Expression) -> tuple[list, list]:
        return await self.warehouse.run(
            self.catalogue.instance, self.catalogue.rewritten(expression).sql(dialect="duckdb")
        )


class TokenHolders(IdentityProvider):
    """One user, whose password is the token."""

    def __init__(self, token: str):
        self.auth_string = NativePasswordAuthPlugin.create_auth_string(token)

    async def get_user(self, username: str) -> User | None:
        if username != USER:
            return None
        return User(name=USER, auth_string=self.auth_string, auth_plugin=NativePasswordAuthPlugin.name)


class LimitedControl(LocalControl):
    """As many connections as the settings allow."""

    def __init__(self, connections: int):
        super().__init__()
        self.most = connections

    async def add(self, connection: object) -> int:
        if len(self._connections) >= self.most:
            raise TooManyConnections()
        return await super().add(connection)


async def serve(settings: Settings, host: str, port: int, certificate: Path | None = None, key: Path | None = None):
    """Answers queries on the served file until it is cancelled, following each publication.

    The token is read from WAREHOUSE_TOKEN. Raises `Refusal` where it is missing or short, where the address is not
    this machine's own and no certificate protects it, and where nothing is published.
    """
    token = os.environ.get("WAREHOUSE_TOKEN", "")
    if len(token) < LEAST_TOKEN:
        raise Refusal(
            f"WAREHOUSE_TOKEN: found {len(token)} characters; expected at least {LEAST_TOKEN}. Set it, for example to "
            "the output of: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    if host not in LOOPBACK and not certificate:
        raise Refusal(
            f"{host}: found an address that other machines reach, and no certificate; expected one, so that nobody on "
            "the way reads along. Give --certificate and --key, or serve on 127.0.0.1 behind a tunnel."
        )
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    warehouse = Warehouse(settings)
    warehouse.version()
    server = MysqlServer(
        session_factory=lambda: WarehouseSession(warehouse),
        identity_provider=TokenHolders(token),
        control=LimitedControl(warehouse.limits.connections),
        ssl=context,
    )
    try:
        await server.start_server(host=host, port=port)
    except OSError as error:
        raise Refusal(f"{host}:{port}: found it not to be had ({error.strerror}); expected a free port.") from error
    print(f"Serving {settings.warehouse} on {host}:{server.sockets()[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


def _own_name(database: str) -> str:
    return f"mysql_{database}"


def _mysql_type(kind: str) -> str:
    known = COLUMN_TYPES.get(kind, ColumnType.VARCHAR)
    return {
        ColumnType.TINY: "tinyint(1)",
        ColumnType.LONGLONG: "bigint",
        ColumnType.DOUBLE: "double",
        ColumnType.DATE: "date",
        ColumnType.DATETIME: "datetime",
    }.get(known, "text")


def _create_table(name: str, columns: list[tuple], keys: list[tuple], comment: str | None) -> str:
    """What MySQL's SHOW CREATE TABLE prints, from which tools read types, comments and keys."""
    lines = [
        f"  `{column}` {_mysql_type(kind)}{'' if nullable else ' NOT NULL'}{_commented(described)}"
        for column, kind, _, _, nullable, described in columns
    ]
    for number, (_, _, kind, own, other, others) in enumerate(keys):
        names = ",".join(f"`{column}`" for column in own)
        if kind == "PRIMARY KEY":
            lines.append(f"  PRIMARY KEY ({names})")
        else:
            those = ",".join(f"`{column}`" for column in others)
            lines.append(f"  CONSTRAINT `{name}_{number}` FOREIGN KEY ({names}) REFERENCES `{other}` ({those})")
    text = ",\n".join(lines)
    return f"CREATE TABLE `{name}` (\n{text}\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4{_commented(comment, '=')}"


def _commented(text: str | None, between: str = " ") -> str:
    quoted = (text or "").replace("\\", "\\\\").replace("'", "''")
    return f" COMMENT{between}'{quoted}'" if text else ""


def _plain(value: object, column: ResultColumn) -> object:
    if value is None or column.type is not ColumnType.VARCHAR:
        return int(value) if isinstance(value, bool) else value
    return value if isinstance(value, str) else str(value)
