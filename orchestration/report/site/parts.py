"""The parts of a page: numbers with their keys, words with their symbols, headings and rows."""

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup, escape

from orchestration.report.periods import during
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

    Where there is no figure, `text` is shorthand such as [c], and `why` explains it. `status` stands below a figure
    that is not simply published.
    """

    text: str
    of: str
    column: str
    value: float | None = None
    decimals: int | None = None
    address: str | None = None
    why: str = ""
    status: str = ""


@dataclass(frozen=True)
class Words:
    """A cell of words, with a symbol of the same meaning, a link, a class for its colour, and a unit after it."""

    words: str
    mark: str = ""
    address: str | None = None
    colour: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Phrase:
    """A cell of texts and numbers in a row: `4,023 to 4,276`; with a symbol and a unit as in `Words`."""

    parts: Sequence["str | Number"]
    mark: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Mark:
    """A cell with a figure, a symbol before it, and the words that symbol and colour stand for."""

    number: Number
    mark: str
    words: str
    colour: str


@dataclass(frozen=True)
class Spine:
    """A drawing in a cell, between its worst (or lowest) and best (or highest) area.

    It has the range of the areas, its middle half, England and the area itself, each by its place from the left.
    """

    words: str
    worst: "Number"
    best: "Number"
    left: float
    width: float
    middle_left: float
    middle_width: float
    england: float | None
    place: float
    compared: str
    points: str


@dataclass(frozen=True)
class Heading:
    """The heading of a column; `area` is the code of the area that the column is of."""

    name: str
    is_number: bool = False
    unit: str | None = None
    is_always_shown: bool = True
    area: str | None = None


@dataclass(frozen=True)
class Row:
    """A row of a table, with an identifier if something links to it, the code of its area, and the group it is in."""

    cells: Sequence[Any]
    id: str | None = None
    area: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Told:
    """A table without the columns that say the same in every row, and in words what they say."""

    headings: Sequence[Heading]
    rows: Sequence[Row]
    same: str


@dataclass(frozen=True)
class Picture:
    """A chart: its address, its size, a description of what it shows, its files by the name of their format, and which
    of its numbers the table below it has.
    """

    address: str
    words: str
    caption: str
    width: int
    height: int
    files: dict[str, str]
    table: str = ""


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
    return _columns(headings, rows, kept)


# Within the name of a table, a dataset or a release, `ons.drug_poisoning_deaths@2026-03-31`, but not before `.csv`.
JOINT = re.compile(r"(?<=[A-Za-z])[._/@](?=[A-Za-z0-9])(?![a-z]{2,4}\b)")


def breakable(text: str) -> Markup:
    """A text for a page, in which a long name may go on in the next line after its points and underscores."""
    return Markup(JOINT.sub(r"\g<0><wbr>", str(escape(text))))


def told_once(headings: Sequence[Heading], rows: Sequence[Row], row_headings: int = 1) -> Told:
    """A table without the columns of words that are the same in every row, which are told once instead.

    A single row keeps its columns, and so do the first `row_headings` columns and those of figures.
    """
    kept, same = [], []
    for place, heading in enumerate(headings):
        keys = {_key(row.cells[place]) for row in rows}
        (key,) = keys if len(keys) == 1 else (None,)
        if place < row_headings or key is None or (len(rows) < 2 and key):
            kept.append(place)
        elif key:
            same.append(said_of_all(heading.name, str(key)))
    return Told(*_columns(headings, rows, kept), " ".join(same))


NO_CHANGE = "No statistically significant change"
SIGNIFICANT = "statistically significant?"
SIGNIFICANCE = {
    "Yes": "all changes are statistically significant.",
    "No": "no change is statistically significant.",
    "Not tested": "no change was tested for statistical significance.",
}


def said_of_all(heading: str, text: str) -> str:
    """A sentence for a column that says the same in every row: `All figures are for 2024/25.`"""
    if heading.lower().endswith(SIGNIFICANT) and text in SIGNIFICANCE:
        of = heading[: -len(SIGNIFICANT)].rstrip(", ")
        return capital(SIGNIFICANCE[text]) if of in ("", "Change") else f"{of}: {SIGNIFICANCE[text]}"
    if heading.startswith("Compared with "):
        return f"{text}, in every area."
    if text == NO_CHANGE:
        return "No change since the period before is statistically significant."
    sentences = {
        "Period": f"All figures are for {during(text)}." if any(map(str.isdigit, text)) else f"{capital(text)}.",
        "Status": f"All figures are {small(text)}.",
        "Unit": f"The unit is {text}.",
        "Recent trend": f"The recent trend is the same in all areas: {small(text)}.",
        "File": f"All are from the file {text}.",
        "Files": f"All are from {text}.",
        "Licence": f"Licence: {text}.",
        "Loaded": f"All were loaded on {text}.",
        "Next expected": f"Next expected: {small(text)}.",
        "Rule": f"All were found by one rule: {text}.",
        "How sure": f"All are “{text}”.",
        "Source figure": f"All source figures are of one measure: {text}.",
    }
    return sentences.get(heading, f"{heading}, in all rows: {text}.")


def _columns(headings: Sequence[Heading], rows: Sequence[Row], kept: Sequence[int]) -> tuple[list[Heading], list[Row]]:
    return [headings[place] for place in kept], [replace(row, cells=[row.cells[one] for one in kept]) for row in rows]


def _key(cell: Any) -> Hashable:
    """What a cell of words says; None for one with a figure."""
    if isinstance(cell, Number):
        return cell.why if cell.value is None else None
    if isinstance(cell, Words):
        return cell.words
    if isinstance(cell, str) or cell is None:
        return cell or ""
    return ", ".join(str(_key(one)) for one in cell) if isinstance(cell, (list, tuple)) else None


def interval(lower: Number, upper: Number) -> Number | Phrase | str:
    """A 95% confidence interval as one cell: its two limits, the reason why there are none, or nothing."""
    if lower.value is None or upper.value is None:
        return "" if "[z]" in (lower.text, upper.text) else lower
    return Phrase([lower, " to ", upper])


def decimals_of_limits(unit: str, decimals: int) -> int:
    """The decimals of the limits of a figure: those of the figure if it counts something, else at least one."""
    return max(1, decimals) if unit.startswith("per ") or unit in ("percent", "percentage points") else decimals


def trend_text(trend: str) -> str:
    """`increasing_getting_worse` → `Increasing and getting worse`."""
    return capital(trend.replace("_getting_", "_and_getting_").replace("_", " "))


def capital(text: str) -> str:
    """The text with a capital at its beginning, and names inside it as they are."""
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """A title in the middle of a sentence; an abbreviation at its beginning stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
