"""Whether two warehouse files hold the same tables, row for row."""

from pathlib import Path

import duckdb

# Engines differ in the last digit of exp and ln; a figure has at most ten that mean something.
RELATIVE_TOLERANCE = 1e-12

# It tells of the refresh itself: when, and how long.
DIFFERENT_BY_NATURE = "audit.refreshes"


def differences(one: Path, other: Path) -> list[str]:
    """One line for each table that is in one file alone, has other columns or types, or a row that the other lacks.

    Rows are compared as bags, both ways, without their doubles; then in order, and doubles must agree to 12 digits.
    """
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        tables = {file: _tables(connection, file) for file in ("one", "other")}
        for table in sorted(tables["one"].keys() ^ tables["other"].keys()):
            found.append(f"{table}: in one file alone")
        for table in sorted(tables["one"].keys() & tables["other"].keys() - {DIFFERENT_BY_NATURE}):
            columns = tables["one"][table]
            if columns != tables["other"][table]:
                found.append(f"{table}: columns {columns} and {tables['other'][table]}")
                continue
            number = _rows_that_differ(connection, table, columns)
            if number:
                found.append(f"{table}: {number} rows differ")
    return found


def number_of_rows(file: Path) -> tuple[int, int]:
    """How many tables a file holds, and how many rows they have together."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return len(tables), sum(
            connection.execute(f"select count(*) from {table}").fetchone()[0] for (table,) in tables
        )


def _tables(connection: duckdb.DuckDBPyConnection, file: str) -> dict[str, list[tuple[str, str]]]:
    rows = connection.execute(
        "select schema_name || '.' || table_name, list((column_name, data_type) order by column_index) "
        # The views of main are tables of other schemas once more.
        "from duckdb_columns() where database_name = ? and schema_name <> 'main' and not internal group by 1",
        [file],
    ).fetchall()
    return dict(rows)


def _rows_that_differ(connection: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]]) -> int:
    doubles = [name for name, kind in columns if kind == "DOUBLE"]
    others = [name for name, kind in columns if kind != "DOUBLE"]
    kept = ", ".join(others) or "count(*)"
    number = sum(
        connection.execute(
            f"select count(*) from (select {kept} from {a}.{table} except all select {kept} from {b}.{table})"
        ).fetchone()[0]
        for a, b in (("one", "other"), ("other", "one"))
    )
    if not doubles or number:
        return number
    order = ", ".join([*others, *(f"round({name}, 6)" for name in doubles)])
    differ = " or ".join(
        f"one.{name} is distinct from other.{name} and coalesce("
        f"abs(one.{name} - other.{name}) > {RELATIVE_TOLERANCE} * greatest(abs(one.{name}), abs(other.{name})), true)"
        for name in doubles
    )
    numbered = "(select *, row_number() over (order by {order}) as compared_row from {file}.{table})"
    one, other = (numbered.format(order=order, file=file, table=table) for file in ("one", "other"))
    return connection.execute(
        f"select count(*) from {one} as one full join {other} as other using (compared_row) where {differ}"
    ).fetchone()[0]
