"""The parts of a page: numbers with their keys, words with their marks, headings and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.report.contents import (
    change_unit,
)

COMPARED = {
    "better": ("●", "better than England"),
    "worse": ("◆", "worse than England"),
    "similar": ("■", "similar to England"),
    "higher": ("▲", "higher than England"),
    "lower": ("▼", "lower than England"),
    "not_compared": ("", "not compared"),
}

# What stands in a column where there is nothing to say.
SAYS_NOTHING = ("", "Not compared", "Cannot be calculated", "Not tested", "No figure before")


@dataclass(frozen=True)
class Number:
    """A figure as it is shown, and what it is of: `of` is a table and the key of its row, joined by bars.

    `text` is shorthand such as [c] where there is no figure, and `why` says what that means.
    """

    text: str
    of: str
    column: str
    value: float | None = None
    decimals: int | None = None
    address: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Words:
    """A cell of words, with a mark that says the same to the eye, a link, and a class for its colour."""

    words: str
    mark: str = ""
    address: str | None = None
    colour: str = ""


@dataclass(frozen=True)
class Heading:
    """The heading of a column."""

    name: str
    is_number: bool = False
    unit: str | None = None
    is_always_shown: bool = True


@dataclass(frozen=True)
class Row:
    """A row of a table, with an identifier where something leads to it."""

    cells: Sequence[Any]
    id: str | None = None


@dataclass(frozen=True)
class Picture:
    """A chart: where it lies, its size, and what it shows in words."""

    address: str
    words: str
    caption: str
    width: int
    height: int


def optional(name: str, is_number: bool = False) -> Heading:
    return Heading(name, is_number, is_always_shown=False)


def number_text(value: float, decimals: int, *, signed: bool = False) -> str:
    """`8216.0, 0` → `8,216`; a minus is the sign of that name, and `signed` shows a plus too."""
    text = f"{abs(value):,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        return text
    return ("−" if value < 0 else "+" if signed else "") + text


def without_empty(headings: Sequence[Heading], rows: Sequence[Row]) -> tuple[list[Heading], list[Row]]:
    """The columns in which some row says something."""

    def says_nothing(cell: Any) -> bool:
        if isinstance(cell, Number):
            return cell.value is None
        return (cell.words if isinstance(cell, Words) else cell) in SAYS_NOTHING

    kept = [
        place
        for place, heading in enumerate(headings)
        if heading.is_always_shown or not all(says_nothing(row.cells[place]) for row in rows)
    ]
    return [headings[place] for place in kept], [Row([row.cells[place] for place in kept], row.id) for row in rows]


def unit_after(unit: str) -> str:
    """How a unit stands behind a number in a sentence; things that are counted are named by the row."""
    if unit == "percent":
        return "%"
    return f" {unit}" if unit.startswith("per ") or unit in ("kilograms", "percentage points") else ""


def points_after(unit: str) -> str:
    """What stands behind the change of a percentage, and behind no other."""
    return f" {change_unit(unit)}" if change_unit(unit) != unit else ""
