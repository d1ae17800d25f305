"""What a reference says: a value, a change, a rank or a comparison, in the words of the report."""

from dataclasses import dataclass
from typing import Any

from orchestration.report.contents import label_of
from orchestration.report.narrative.figures import Figures, Unresolved, shown
from orchestration.report.narrative.grammar import Reference
from orchestration.report.periods import period_text
from orchestration.report.wording import number_text, points_after, unit_after

ORDINALS = ("", "second ", "third ", "fourth ", "fifth ", "sixth ", "seventh ", "eighth ", "ninth ", "tenth ")
COMPARED = {
    "better": "better than in England",
    "worse": "worse than in England",
    "similar": "similar to England",
    "higher": "higher than in England",
    "lower": "lower than in England",
}
WAYS = (
    "value",
    "previous",
    "change",
    "percent change",
    "wording",
    "rank",
    "comparison",
    "England",
    "lower limit",
    "upper limit",
    "period",
)


# The ways that are no words for what is missing.
IN_WORDS = {"England": "figure of England", "previous": "figure before it"}


@dataclass(frozen=True)
class Shown:
    """A figure as a block shows it: its text, and the row and column of the marts that it is."""

    text: str
    row: dict[str, Any]
    column: str
    decimals: int


@dataclass(frozen=True)
class Link:
    """A reference to a table or figure of the report: `table_12` and `Table 12`."""

    report: str
    text: str


Piece = str | Shown | Link


@dataclass(frozen=True)
class Resolved:
    """A reference with what it shows, the row that it names, and in which way."""

    reference: Reference
    pieces: tuple[Piece, ...]
    row: dict[str, Any] | None = None
    way: str = ""


def resolved(figures: Figures, reference: Reference) -> Resolved:
    """What a reference shows. Raises Unresolved if it leads to no figure."""
    fields = reference.fields
    if fields[0] == "typed" and len(fields) == 2 and fields[1]:
        return Resolved(reference, (fields[1],))
    if fields[0] == "see" and len(fields) == 2:
        known = {label_of(report).casefold(): report for report in figures.reports}
        report = known.get(fields[1].casefold())
        if not report:
            raise Unresolved(f"'{fields[1]}'", "a table or figure of the edition, such as Table 1", "Correct it.")
        return Resolved(reference, (Link(report, label_of(report)),))
    if fields[0] in ("see", "typed"):
        expected = "{{ see | Table 1 }}" if fields[0] == "see" else "{{ typed | number }}"
        raise Unresolved(f"'{reference.text}'", f"'{expected}', with one bar", "Correct the reference.")
    if len(fields) not in (3, 4) or not all(fields):
        raise Unresolved(
            f"'{reference.text}'",
            "'{{ indicator | area | period }}', a fourth field for what to say of it, '{{ see | Table 1 }}' or "
            "'{{ typed | number }}'",
            "Correct the reference.",
        )
    way = fields[3] if len(fields) == 4 else "value"
    ways = {one.casefold(): one for one in WAYS}
    if way.casefold() not in ways:
        raise Unresolved(f"'{way}' as what to say of a figure", f"one of {', '.join(WAYS)}", "Correct it.")
    row = figures.find(*fields[:3])
    return Resolved(reference, tuple(_said(figures, row, ways[way.casefold()])), row, ways[way.casefold()])


def _said(figures: Figures, row: dict[str, Any], way: str) -> list[Piece]:
    unit = unit_after(row["unit"])
    if way == "value":
        return [_number(row, "value"), unit]
    if way == "period":
        return [period_text(row["period"])]
    if way == "rank":
        return [rank_text(figures, row)]
    if way == "comparison":
        if row["compared_with_england"] not in COMPARED:
            raise Unresolved("a comparison that was not made", "a figure that is compared with England", _TAKE_OUT)
        return [COMPARED[row["compared_with_england"]]]
    column = {
        "England": "england_value",
        "lower limit": "lower_95",
        "upper limit": "upper_95",
        "percent change": "percent_change",
        "change": "change",
    }.get(way, "previous_value")
    if row[column] is None:
        raise Unresolved(
            f"no {IN_WORDS.get(way, way)} of {row['indicator_id']} in {row['area_name']} for {row['period']}",
            f"one with a {IN_WORDS.get(way, way)}",
            _TAKE_OUT,
        )
    if way == "change":
        return [number_text(abs(row["change"]), row["decimals"]), points_after(row["unit"]) or unit]
    if way == "percent change":
        if row["unit"] == "percent":
            raise Unresolved("a percent change of a percentage", "'change', in percentage points", "Write 'change'.")
        return [number_text(abs(row["percent_change"]), 1), "%"]
    if way == "wording":
        return list(_wording(row, unit))
    return [_number(row, column, 1 if "limit" in way else 0), unit]


_TAKE_OUT = "Take the reference out, or refer to another figure."


def _wording(row: dict[str, Any], unit: str) -> list[Piece]:
    """The change of a figure as the report says it: `fell from 152 to 120 (down 21.1%)`."""
    before, now = _number(row, "previous_value"), _number(row, "value")
    if not row["is_significant_change"]:
        why = "not statistically significant" if row["is_significant_change"] is False else "not tested"
        return ["changed from ", before, f"{unit} to ", now, f"{unit}, which was {why}"]
    size = row["change"] if row["unit"] == "percent" else row["percent_change"]
    after = points_after(row["unit"]) or "%"
    went = ("rose", "up") if row["change"] > 0 else ("fell", "down")
    ending = "" if size is None else f" ({went[1]} {number_text(abs(size), 1)}{after})"
    return [f"{went[0]} from ", before, f"{unit} to ", now, f"{unit}{ending}"]


def series_of(one: Resolved) -> tuple[str, str]:
    """The indicator and the area of a figure."""
    assert one.row is not None
    return one.row["indicator_id"], one.row["area_code"]


def rank_text(figures: Figures, row: dict[str, Any]) -> str:
    """`the second highest`, among the members of the partnership, from the nearer end."""
    values = [shown(one) for one in figures.of_members(row)]
    if not row["is_partnership_member"]:
        raise Unresolved(f"a rank of {row['area_name']}", "the rank of a member of the partnership", _TAKE_OUT)
    mine = shown(row)
    above, below = sum(value > mine for value in values), sum(value < mine for value in values)
    joint = "joint " if values.count(mine) > 1 else ""
    place, word = (above, "highest") if above <= below else (below, "lowest")
    ordinal = ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th "
    return f"the {joint}{ordinal}{word}"


def _number(row: dict[str, Any], column: str, least_decimals: int = 0) -> Shown:
    decimals = max(row["decimals"], least_decimals)
    return Shown(number_text(row[column], decimals), row, column, decimals)
