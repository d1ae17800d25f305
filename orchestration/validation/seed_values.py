"""Checks of the values of a seed: each cell holds what the type of its column allows.

DuckDB names neither the seed nor the column of a value that it cannot take, so each is checked before a build.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from orchestration.seeds import seed_files
from orchestration.settings import PROJECT
from orchestration.validation.cells import Problem

# What a cell of a column of each type may be besides empty, by a pattern and in words.
TYPES = {
    "bigint": (re.compile(r"[+-]?\d+"), "a whole number, or nothing"),
    "double": (re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"), "a number, or nothing"),
    # Python reads them as well, in small letters; spreadsheets write TRUE.
    "boolean": (re.compile("true|false"), "true or false in small letters, or nothing"),
    "date": (re.compile(r"\d{4}-\d\d-\d\d"), "a day such as 2026-04-01, or nothing"),
}


def problems_of_values(name: str, types: Mapping[str, str]) -> Iterator[Problem]:
    """The cells of a seed that the types of their columns do not allow, and rows with too many or too few cells."""
    path = seed_files()[name]
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        header = next(rows, [])
        for number, row in enumerate(rows, start=2):
            if not row:
                continue
            if len(row) != len(header):
                yield Problem(
                    "a row of a seed has a cell for each column",
                    f"{shown(path)}, row {number}",
                    f"{len(row)} cells",
                    f"{len(header)}, one for each column of the header",
                    "Correct the row. A text with a comma in it needs quotes.",
                )
                continue
            for column, text in zip(header, row, strict=True):
                if (kind := types.get(column)) in TYPES and text and not _is_taken(text, kind):
                    yield problem(path, number, column, repr(text), TYPES[kind][1])


def problem(path: Path, number: int, column: str, found: str, expected: str) -> Problem:
    """What is wrong in a cell of a seed."""
    return Problem(
        "a seed holds what its columns allow",
        f"{shown(path)}, row {number}, column {column}",
        found,
        expected,
        "Correct it.",
    )


def shown(path: Path) -> str:
    """The path of a seed as messages name it: in the project from its folder on."""
    return path.relative_to(PROJECT).as_posix() if path.is_relative_to(PROJECT) else str(path)


def _is_taken(text: str, kind: str) -> bool:
    if not TYPES[kind][0].fullmatch(text):
        return False
    if kind == "date":
        try:
            date.fromisoformat(text)
        except ValueError:
            return False
    return True
