"""Helpers for queries in DuckDB and Postgres."""

from pathlib import Path
from typing import Any, Protocol


class Answer(Protocol):
    """A query that was executed, by DuckDB or by Postgres."""

    def fetchone(self) -> tuple[Any, ...] | None: ...


class Described(Protocol):
    """A query that was executed by DuckDB, with its columns."""

    @property
    def description(self) -> list[Any]: ...

    def fetchall(self) -> list[Any]: ...

    def fetchmany(self, size: int = 1) -> list[Any]: ...


def mappings(answer: Described, at_most: int | None = None) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries, or only the first `at_most`."""
    columns = [column[0] for column in answer.description]
    rows = answer.fetchall() if at_most is None else answer.fetchmany(at_most)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def only_row(answer: Answer) -> tuple[Any, ...]:
    """The row of a query that always has one, such as a count. Raises LookupError if there is none."""
    row = answer.fetchone()
    if row is None:
        raise LookupError("a query that always has a row had none")
    return row


def quoted(path: Path) -> str:
    """A path as it stands between quotes in a statement, where no parameter can stand."""
    return str(path).replace("'", "''")
