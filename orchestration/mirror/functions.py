"""The macros of a published file as SQL functions of the same names and answers.

DuckDB keeps a macro as the text it made of it; nearly all of that is SQL that Postgres takes. What differs is listed
here. A macro that Postgres does not take stops the load, and a test loads every macro that is shipped.
"""

import re
from dataclasses import dataclass
from graphlib import TopologicalSorter

import duckdb

from orchestration.mirror.shape import SCHEMAS, TEXT, literal, quoted, type_of

NUMBER = "double precision"

# DuckDB writes these with quotes; in Postgres they are keywords, not functions.
WORDS = re.compile(r'"(nullif|greatest|least|coalesce)"\(', flags=re.IGNORECASE)

TEXTS = re.compile(r"('(?:[^']|'')*')")

REPLACED = (
    (WORDS, r"\1("),
    (re.compile(r'"?count(?:_star)?"?\(\)'), "count(*)"),
    # A list that becomes rows is a set of rows from the start.
    (re.compile(r'"?unnest"?\("?generate_series"?\(', flags=re.IGNORECASE), "(generate_series("),
    # The schema of DuckDB's own functions.
    (re.compile(r'(?<![\w".])"?main"?\.'), ""),
    (re.compile(r"\bAS DOUBLE\)", flags=re.IGNORECASE), f"AS {NUMBER})"),
    (re.compile(r"\bAS VARCHAR\)", flags=re.IGNORECASE), f"AS {TEXT})"),
)


@dataclass(frozen=True)
class Function:
    """A macro: `returns` are the columns of its answer with their types, or nothing for a single number."""

    schema: str
    name: str
    parameters: tuple[tuple[str, str], ...]
    returns: tuple[tuple[str, str], ...]
    definition: str
    comment: str | None

    @property
    def place(self) -> str:
        """The function as Postgres names it in other statements."""
        return f"{self.schema}.{quoted(self.name)}({', '.join(kind for _, kind in self.parameters)})"

    def created(self, schema: str) -> str:
        """The statement that makes the function, in a schema of another name while it is loaded."""
        columns = {name for name, _ in self.returns}
        # A Postgres parameter cannot have the name of a column, so the body uses parameter numbers.
        given = ", ".join(f"{quoted(f'{name}_' if name in columns else name)} {kind}" for name, kind in self.parameters)
        answer = f"table ({', '.join(f'{quoted(name)} {kind}' for name, kind in self.returns)})"
        return (
            f"create function {schema}.{quoted(self.name)}({given}) returns {answer if self.returns else NUMBER} "
            f"language sql stable parallel safe as {literal(self.body)}"
        )

    @property
    def body(self) -> str:
        parts = TEXTS.split(self.definition)
        # Every second part is a text in quotes, which stays as it is.
        parts[::2] = [self._translated(part) for part in parts[::2]]
        text = "".join(parts)
        return text if self.returns else f"select {text}"

    def _translated(self, text: str) -> str:
        for number, (name, _) in enumerate(self.parameters, 1):
            text = _named(name).sub(f"${number}", text)
        for pattern, replacement in REPLACED:
            text = pattern.sub(replacement, text)
        return text


def functions_of(connection: duckdb.DuckDBPyConnection) -> tuple[Function, ...]:
    """The macros of an open published file, each after those that it calls."""
    found = connection.execute(
        "select schema_name, function_name, function_type, parameters, macro_definition, comment "
        "from duckdb_functions() where database_name = current_database() and schema_name in (select unnest(?)) "
        "and function_type in ('macro', 'table_macro') order by all",
        [list(SCHEMAS)],
    ).fetchall()
    functions = {row[1]: _function(connection, *row) for row in found}
    # Postgres looks for what a function calls as it is made.
    calls = {
        name: {other for other in functions if other != name and re.search(rf"\b{other}\(", one.definition)}
        for name, one in functions.items()
    }
    return tuple(functions[name] for name in TopologicalSorter(calls).static_order())


def _function(
    connection: duckdb.DuckDBPyConnection,
    schema: str,
    name: str,
    kind: str,
    parameters: list[str],
    definition: str,
    comment: str | None,
) -> Function:
    is_table = kind == "table_macro"
    typed = tuple((one, _type_of_parameter(connection, one, definition, is_table)) for one in parameters)
    returns: tuple[tuple[str, str], ...] = ()
    if is_table:
        nothing = ", ".join("null" for _ in parameters)
        described = connection.execute(f"describe from {quoted(schema)}.{quoted(name)}({nothing})").fetchall()
        returns = tuple((column, type_of(duckdb_type)[0]) for column, duckdb_type, *_ in described)
    return Function(schema, name, typed, returns, definition, comment)


def _type_of_parameter(connection: duckdb.DuckDBPyConnection, name: str, definition: str, is_table: bool) -> str:
    """The type that the macro casts a parameter to, or that of the column it is compared with."""
    one = _named(name).pattern
    if cast := re.search(rf"CAST\({one} AS ([A-Z ]+)\)", definition):
        return type_of(cast[1])[0]
    if not is_table:
        return NUMBER
    compared = re.search(rf'"?(\w+)"? (?:=|>|<|>=|<=) {one}', definition)
    if compared:
        kinds = connection.execute(
            "select distinct data_type from duckdb_columns() "
            "where column_name = ? and schema_name in (select unnest(?))",
            [compared[1], list(SCHEMAS)],
        ).fetchall()
        if len(kinds) == 1:
            return type_of(kinds[0][0])[0]
    return TEXT


def _named(name: str) -> re.Pattern:
    """The parameter where it stands by itself: not a part of another name, of a text or of a column's path."""
    escaped = re.escape(name)
    return re.compile(rf"""(?<![\w".'])(?:"{escaped}"|{escaped})(?![\w".'(])""")
