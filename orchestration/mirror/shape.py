"""The tables of a published file as Postgres makes them: columns, keys, references, indexes and comments."""

from collections import defaultdict
from dataclasses import dataclass

import duckdb

from orchestration.publishing.catalog import SCHEMAS
from orchestration.support.duck import only_row

SCHEMA_COMMENTS = {
    "marts": "Areas, periods, measures, indicators, releases and the facts about them.",
    "reports": "The tables and figures of the report.",
    "audit": "How the figures came to be: lineage, discrepancies, revisions, checks, refreshes.",
}

# Any other type becomes text.
TYPES = {
    "BOOLEAN": "boolean",
    "TINYINT": "smallint",
    "SMALLINT": "smallint",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "UTINYINT": "smallint",
    "USMALLINT": "integer",
    "UINTEGER": "bigint",
    "UBIGINT": "numeric(20)",
    "HUGEINT": "numeric(39)",
    "FLOAT": "real",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIME": "time",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
    "UUID": "uuid",
}
TEXT = "text"


@dataclass(frozen=True)
class Column:
    """A column with its type in Postgres; one whose own type Postgres does not have `is_cast` to text."""

    name: str
    kind: str
    is_cast: bool
    is_required: bool
    comment: str | None

    @property
    def definition(self) -> str:
        # The order of bytes, as DuckDB has it: DuckDB and Postgres sort alike, whatever the language of the server.
        collation = ' collate "C"' if self.kind == TEXT else ""
        return f"{quoted(self.name)} {self.kind}{collation}{' not null' if self.is_required else ''}"

    @property
    def selected(self) -> str:
        return f"{quoted(self.name)}::varchar" if self.is_cast else quoted(self.name)


@dataclass(frozen=True)
class Reference:
    """A column whose values are keys of a table."""

    column: str
    table: tuple[str, str]
    other: str


@dataclass(frozen=True)
class Table:
    """A table of the published file."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...]
    comment: str | None

    @property
    def place(self) -> str:
        return f"{self.schema}.{quoted(self.name)}"

    def created(self, place: str) -> str:
        """The statement that makes the table, without its key, indexes and references: rows are copied faster so."""
        return f"create table {place} ({', '.join(column.definition for column in self.columns)})"

    def keyed(self, place: str) -> list[str]:
        """The statements that make its key and indexes, once the rows are there."""
        key = [f"alter table {place} add primary key ({', '.join(map(quoted, self.key))})"] if self.key else []
        return key + [f"create index on {place} ({quoted(column)})" for column in self.indexed]

    @property
    def indexed(self) -> tuple[str, ...]:
        """Columns that are filtered and joined by, but for the one that the key begins with.

        A report is a page long, and few ask for the rows of one release.
        """
        if self.schema == "reports":
            return ()
        joined = dict.fromkeys(one.column for one in self.references if one.other != "release_id")
        return tuple(column for column in joined if column not in self.key[:1])


def quoted(name: str) -> str:
    """A quoted name that both databases accept."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | None) -> str:
    """A text quoted for a Postgres statement."""
    return "null" if text is None else "'" + text.replace("'", "''") + "'"


def type_of(kind: str) -> tuple[str, bool]:
    """Postgres's type for one of DuckDB's, and whether a value has to be cast to text for it."""
    if kind.startswith("DECIMAL"):
        return kind.replace("DECIMAL", "numeric").lower(), False
    return TYPES.get(kind, TEXT), kind not in TYPES and kind != "VARCHAR"


def shape_of(connection: duckdb.DuckDBPyConnection) -> tuple[Table, ...]:
    """The tables of an open published file, in the order of their names.

    A key or a reference that marts.catalog names is left out where the rows do not keep it.
    """
    columns: dict[tuple[str, str], list[Column]] = defaultdict(list)
    for schema, table, name, kind, is_nullable, comment in connection.execute(
        "select schema_name, table_name, column_name, data_type, is_nullable, comment from duckdb_columns() "
        "where database_name = current_database() and schema_name in (select unnest(?)) and not internal "
        "order by schema_name, table_name, column_index",
        [list(SCHEMAS)],
    ).fetchall():
        columns[schema, table].append(Column(name, *type_of(kind), not is_nullable, comment))
    comments = {
        (schema, table): comment
        for schema, table, comment in connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() where database_name = current_database()"
        ).fetchall()
    }
    keys = _keys(connection)
    references = _references(connection, keys)
    return tuple(
        Table(*place, tuple(described), keys.get(place, ()), tuple(references[place]), comments.get(place))
        for place, described in columns.items()
        if place in comments
    )


def _keys(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[str, ...]]:
    enforced = {
        (schema, table): tuple(names)
        for schema, table, names in connection.execute(
            "select schema_name, table_name, constraint_column_names from duckdb_constraints() "
            "where constraint_type = 'PRIMARY KEY' and database_name = current_database()"
        ).fetchall()
    }
    if not _has_catalog(connection):
        return enforced
    named = connection.execute(
        "select schema_name, table_name, list(column_name order by position) from marts.catalog "
        "where is_in_primary_key group by all"
    ).fetchall()
    for schema, table, names in named:
        if (schema, table) not in enforced and _is_key(connection, schema, table, names):
            enforced[schema, table] = tuple(names)
    return enforced


def _is_key(connection: duckdb.DuckDBPyConnection, schema: str, table: str, names: list[str]) -> bool:
    listed = ", ".join(map(quoted, names))
    missing = " or ".join(f"{quoted(name)} is null" for name in names)
    return only_row(
        connection.execute(
            f"select count(*) = count(distinct ({listed})) and count(*) filter (where {missing}) = 0 "
            f"from {quoted(schema)}.{quoted(table)}"
        )
    )[0]


def _references(
    connection: duckdb.DuckDBPyConnection, keys: dict[tuple[str, str], tuple[str, ...]]
) -> dict[tuple[str, str], list[Reference]]:
    found: dict[tuple[str, str], list[Reference]] = defaultdict(list)
    if not _has_catalog(connection):
        return found
    for schema, table, column, target, other in connection.execute(
        "select schema_name, table_name, column_name, references_table, references_column from marts.catalog "
        "where references_table is not null order by schema_name, table_name, position, references_table"
    ).fetchall():
        place = tuple(target.split(".", 1))
        if keys.get(place) != (other,):
            continue
        strays = only_row(
            connection.execute(
                f"select count(*) from {quoted(schema)}.{quoted(table)} as own "
                f"anti join {target} as other on own.{quoted(column)} = other.{quoted(other)} "
                f"where own.{quoted(column)} is not null"
            )
        )[0]
        if not strays:
            found[schema, table].append(Reference(column, place, other))
    return found


def _has_catalog(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(
        only_row(
            connection.execute(
                "select count(*) from duckdb_tables() "
                "where database_name = current_database() and schema_name = 'marts' "
                "and table_name = 'catalog'"
            )
        )[0]
    )
