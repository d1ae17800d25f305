"""The parts of a page: numbers with their keys, words with their symbols, headings and rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.report.wording import number_text as number_text
from orchestration.report.wording import points_after as points_after
from orchestration.report.wording import unit_after as unit_after

COMPARED = {
    "better": ("●", "better than England"),
    "worse": ("◆", "worse than England"),
    "similar": ("■", "similar to England"),
    "higher": ("▲", "higher than England"),
    "lower": ("▼", "lower than England"),
    "not_compared": ("", "not compared"),
}

# Cells that say nothing: a column of only these is left out.
SAYS_NOTHING = ("", "Not compared", "Cannot be calculated", "Not tested", "No earlier figure")


@dataclass(frozen=True)
class Number:
    """A figure as it is shown, and its source: `of` is a table and the key of its row, joined by vertical bars.

    Where there is no figure, `text` is shorthand such as [c], and `why` explains it.
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
    """A cell of words, with a symbol of the same meaning, a link, and a class for its colour."""

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
    """A row of a table, with an identifier if something links to it."""

    cells: Sequence[Any]
    id: str | None = None


@dataclass(frozen=True)
class Picture:
    """A chart: its address, its size, and a description of what it shows."""

    address: str
    words: str
    caption: str
    width: int
    height: int


def optional(name: str, is_number: bool = False) -> Heading:
    return Heading(name, is_number, is_always_shown=False)


def without_empty(headings: Sequence[Heading], rows: Sequence[Row]) -> tuple[list[Heading], list[Row]]:
    """The columns that are not empty in every row."""

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


def trend_text(trend: str) -> str:
    """`increasing_getting_worse` → `Increasing and getting worse`."""
    return capital(trend.replace("_getting_", "_and_getting_").replace("_", " "))


def capital(text: str) -> str:
    """The text with a capital at its beginning, and names inside it as they are."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """A title in the middle of a sentence; an abbreviation at its beginning stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
