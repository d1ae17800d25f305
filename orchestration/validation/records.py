"""Checks of single records: they are of the force and the month of their file, and their labels are known."""

import re
from collections.abc import Collection, Iterable
from pathlib import Path

import duckdb

from orchestration.support.refusal import refuse
from orchestration.validation.cells import seed

# Words that name a police force and not its territory.
FORCE_WORDS = re.compile(r"\b(police|constabulary|service|heddlu|force|the|of)\b")


def refuse_other_records(part: Path, columns: Collection[str], closed: Iterable[str]) -> None:
    """Looks through the Parquet of some files of records.

    Raises `Refusal` for a record of another force or month than its file's name says, and for a label of a `closed`
    column that seeds/labels/record_labels.csv does not list.
    """
    with duckdb.connect() as connection:
        if "reported_by" in columns:
            _refuse_other_forces(connection, part)
        if "month" in columns:
            _refuse_other_months(connection, part, "month <> file_month", "month")
        if "searched_at" in columns:
            # A search shortly after midnight in summer is printed with the hour of the day before, in UTC.
            outside = (
                "try_cast(left(searched_at, 10) as date) not between (file_month || '-01')::date - 1 "
                "and last_day((file_month || '-01')::date) + 1 or try_cast(left(searched_at, 10) as date) is null"
            )
            _refuse_other_months(connection, part, outside, "searched_at")
        for column in closed:
            _refuse_unknown_labels(connection, part, column)


def _refuse_other_forces(connection: duckdb.DuckDBPyConnection, part: Path) -> None:
    names = {row["force_slug"]: row["force_name"] for row in seed("police_forces.csv")}
    found = connection.execute(
        "select source_file, file_force, reported_by, min(source_line)::bigint, count(*) from read_parquet(?) "
        "group by all order by source_file, min(source_line)",
        [str(part)],
    ).fetchall()
    for file, slug, reported_by, line, count in found:
        known = names.get(slug)
        if known and reported_by and _territory(reported_by) not in (_territory(known), slug.replace("-", " ")):
            raise refuse(
                f"{file}, line {line}, column Reported by",
                f"{reported_by!r} in {_records(count)}",
                f"{known!r}, the force that the file's name says",
                "Give the file back its published name, or download it again.",
            )


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count:,} records"


def _territory(name: str) -> str:
    """`West Midlands Police` → `west midlands`."""
    text = FORCE_WORDS.sub(" ", name.lower().replace("&", "and").replace("-", " "))
    return " ".join(text.split())


def _refuse_other_months(connection: duckdb.DuckDBPyConnection, part: Path, outside: str, column: str) -> None:
    found = connection.execute(
        f"select source_file, source_line, {column}, file_month from read_parquet(?) where {outside} "
        "order by source_file, source_line::bigint limit 1",
        [str(part)],
    ).fetchone()
    if found:
        file, line, printed, month = found
        raise refuse(
            f"{file}, line {line}, column {'Month' if column == 'month' else 'Date'}",
            f"{printed!r}",
            f"the month {month} that the file's name says",
            "Give the file back its published name, or download it again.",
        )


def _refuse_unknown_labels(connection: duckdb.DuckDBPyConnection, part: Path, column: str) -> None:
    known = [row["label"] for row in seed("record_labels.csv") if row["column_name"] == column]
    found = connection.execute(
        f"select source_file, min(source_line)::bigint as line, {column}, count(*) from read_parquet($part) "
        f"where {column} is not null and list_position($known, {column}) is null group by all order by all limit 1",
        {"part": str(part), "known": known},
    ).fetchone()
    if found:
        file, line, label, count = found
        raise refuse(
            f"{file}, line {line}",
            f"the {column.replace('_', ' ')} {label!r} in {_records(count)}",
            "one that seeds/labels/record_labels.csv lists, so that no record is left out of a measure",
            "Download the file again; if the publisher has a new label, add it to the seed.",
        )
