"""The returns that there are, of the seeds `returns.csv` and `return_measures.csv`.

A mistake in a row is refused with seed, row and column, before a spreadsheet is written or read with it.
"""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from orchestration.datasets.declaration import MONTHS_BETWEEN
from orchestration.datasets.partners.spreadsheet.definitions import (
    AVERAGES,
    IN_WORDS,
    KINDS,
    LEAST_HIDDEN,
    Asked,
    Return,
)
from orchestration.datasets.partners.spreadsheet.instructions import HIDDEN_IN_PART, PUBLIC
from orchestration.seeds import seed_files
from orchestration.validation.cells import Problem, refuse_problems, seed
from orchestration.validation.seed_values import problem, problems_of_values

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")

# The columns that hold no text, as dbt declares them too.
TYPES = {
    "returns": {"hide_below": "bigint", "hides_zero": "boolean"},
    "return_measures": {
        "lowest": "double",
        "highest": "double",
        "asked_from": "date",
        "asked_until": "date",
        "is_additive_over_areas": "boolean",
    },
}
# The columns that people read or that sort a measure, which are never empty.
FILLED = {
    "returns": ("title", "owner", "definition"),
    "return_measures": ("title", "unit", "sex", "age_group", "is_additive_over_areas", "definition"),
}


@cache
def returns() -> dict[str, Return]:
    """The returns of the seeds, by their identifiers. Raises Refusal with every row that is not as it should be."""
    refuse_problems([one for name, types in TYPES.items() for one in problems_of_values(name, types)])
    refuse_problems([*_of_returns(), *_of_measures()])
    return {row["return_id"]: _return(row) for row in seed("returns.csv")}


def _return(row: dict[str, str]) -> Return:
    asked = tuple(_asked(one) for one in seed("return_measures.csv") if one["return_id"] == row["return_id"])
    return Return(
        row["return_id"],
        row["title"],
        row["owner"],
        row["definition"],
        row["area_type"],
        row["period_kind"],
        row["expected_every"],
        row["public_edition"],
        areas_of(row["area_type"]),
        asked,
    )


def _asked(row: dict[str, str]) -> Asked:
    def number(column: str) -> float | None:
        return float(row[column]) if row[column] else None

    def day(column: str) -> date | None:
        return date.fromisoformat(row[column]) if row[column] else None

    return Asked(
        row["measure_id"],
        row["label"],
        row["unit"],
        row["kind"],
        row["definition"],
        number("lowest"),
        number("highest"),
        day("asked_from"),
        day("asked_until"),
    )


def areas_of(area_type: str) -> tuple[str, ...]:
    """The partnership's areas of a kind: its members where any is of this kind."""
    rows = [row for row in seed("areas.csv") if row["area_type"] == area_type]
    members = [row for row in rows if row["is_partnership_member"] == "true"]
    return tuple(row["area_name"] for row in members or rows)


def _of_returns() -> Iterator[Problem]:
    """What is wrong in the rows of the seed `returns.csv`."""
    types = sorted({row["area_type"] for row in seed("areas.csv")})
    asked = {row["return_id"] for row in seed("return_measures.csv")}
    seen: set[str] = set()
    for number, row in _rows("returns"):

        def wrong(column: str, expected: str, found: str = "", number: int = number, row: dict = row) -> Problem:
            return _problem("returns", number, column, found or repr(row[column]), expected)

        name = row["return_id"]
        if not IDENTIFIER.fullmatch(name):
            yield wrong("return_id", "lower case letters, digits and underscores")
        if name in seen:
            yield wrong("return_id", "each return once", f"{name!r} a second time")
        seen.add(name)
        for column, allowed in (
            ("area_type", types),
            ("period_kind", KINDS),
            ("expected_every", MONTHS_BETWEEN),
            ("public_edition", PUBLIC),
        ):
            if row[column] not in allowed:
                yield wrong(column, f"one of {', '.join(allowed)}")
        yield from _empty("returns", number, row)
        if row["public_edition"] == HIDDEN_IN_PART:
            least = LEAST_HIDDEN - (row["hides_zero"] == "true")
            if not row["hide_below"] or int(row["hide_below"]) < least:
                yield wrong(
                    "hide_below",
                    f"a whole number of at least {least}, below which counts are hidden in the public edition",
                    "" if row["hide_below"] else "nothing",
                )
        if name not in asked:
            yield wrong(
                "return_id",
                "at least one row of return_measures.csv with this return_id",
                f"the return {name!r}, which asks for no measure",
            )


def _of_measures() -> Iterator[Problem]:
    """What is wrong in the rows of the seed `return_measures.csv`."""
    topics = sorted({row["topic"] for row in seed("measures.csv")})
    names = [row["return_id"] for row in seed("returns.csv")]
    labels: dict[tuple[str, str], int] = {}
    measures: dict[str, int] = {}
    for number, row in _rows("return_measures"):

        def wrong(column: str, expected: str, found: str = "", number: int = number, row: dict = row) -> Problem:
            return _problem("return_measures", number, column, found or repr(row[column]), expected)

        if row["return_id"] not in names:
            yield wrong("return_id", f"one of {', '.join(names)}")
        if not row["label"].strip():
            yield wrong("label", "what the spreadsheet calls the measure")
        elif (first := labels.setdefault((row["return_id"], _plain(row["label"])), number)) != number:
            yield wrong("label", "another label for each measure of a return", f"{row['label']!r}, as in row {first}")
        if not IDENTIFIER.fullmatch(row["measure_id"]):
            yield wrong("measure_id", "lower case letters, digits and underscores")
        if (first := measures.setdefault(row["measure_id"], number)) != number:
            yield wrong(
                "measure_id", "another identifier for each measure", f"{row['measure_id']!r}, as in row {first}"
            )
        if row["kind"] not in IN_WORDS:
            yield wrong("kind", f"one of {', '.join(IN_WORDS)}")
        if row["topic"] not in topics:
            yield wrong("topic", f"one of {', '.join(topics)}")
        yield from _empty("return_measures", number, row)
        if row["kind"] in AVERAGES and row["is_additive_over_areas"] == "true":
            yield wrong("is_additive_over_areas", f"false, because a {row['kind']} of areas cannot be added")
        if row["lowest"] and row["highest"] and float(row["lowest"]) > float(row["highest"]):
            yield wrong("highest", f"a number of at least {row['lowest']}, the lowest figure")
        if row["asked_from"] and row["asked_until"] and row["asked_from"] > row["asked_until"]:
            yield wrong("asked_until", f"a day after {row['asked_from']}, from which it is asked for")


def _plain(label: str) -> str:
    return " ".join(label.lower().split())


def _empty(name: str, number: int, row: dict[str, str]) -> Iterator[Problem]:
    """The cells of a row that must be filled in and are not."""
    for column in FILLED[name]:
        if not row[column].strip():
            expected = "true or false in small letters" if column in TYPES[name] else "a text"
            yield _problem(name, number, column, "nothing", expected)


def _problem(name: str, number: int, column: str, found: str, expected: str) -> Problem:
    return problem(seed_files()[name], number, column, found, expected)


def _rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a seed with their numbers; a cell that a short row lacks is empty."""
    for number, row in enumerate(seed(f"{name}.csv"), start=2):
        yield number, {column: text or "" for column, text in row.items()}
