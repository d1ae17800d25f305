"""Whether a sentence speaks of the figure that it refers to, and whether two of its figures compare as it says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from orchestration.report.narrative.figures import Figures, shown
from orchestration.report.narrative.references import Resolved
from orchestration.report.periods import period_text
from orchestration.report.wording import number_text

Marks = list[tuple[int, Resolved]]

# Ways of a reference that show a figure of its own area and period.
OWN = ("value", "wording", "lower limit", "upper limit")
# Before the name of an area: the sentence sets it beside the one that it is about.
BESIDE = re.compile(
    r"\b(?:than|unlike|like|with|from|to|and|near|between|outside|beyond|as|or|including|except|but|compared|against)"
    r"(?: (?:in|for|of|the))* $",
    re.IGNORECASE,
)
IN_A_PERIOD = re.compile(r"[^.;:,()\x00]{0,40}?\bin (?P<period>(?:19|20)\d\d(?:/\d\d)?)\b")
COMPARING = re.compile(r"\b(?:than|since|from|compared|before|after|until)\b", re.IGNORECASE)
TYPED_UNIT = re.compile(r" ?(?:%|per ?cent\b)", re.IGNORECASE)
MORE, LESS = r"more|higher|greater|larger", r"fewer|less|lower|smaller"
THAN = re.compile(rf"\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b[^.;]*?\bthan\b", re.IGNORECASE)
EXCEEDED = re.compile(r"\bexceed(?:s|ed|ing)?\b|\boutnumber(?:s|ed|ing)?\b", re.IGNORECASE)
DENIED = re.compile(r"(?:\b(?:not|no|never|neither|nor)|n['’]t)\b(?: \w+){0,3} $", re.IGNORECASE)
THAN_BEFORE = re.compile(
    rf"\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b(?: [\w-]+){{0,4}}? than (?:in |for )?"
    r"(?:the (?:year before|previous year)|last year|(?P<period>(?:19|20)\d\d(?:/\d\d)?))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Wrong:
    """A word that its figures do not bear, with the line of the figure beside it."""

    line: int
    found: str
    expected: str


def misplaced(figures: Figures, sentence: str, marks: Marks) -> Iterator[Wrong]:
    """References of another area or period than their sentence names, or with a unit typed behind their own."""
    known = [(at, one) for at, one in marks if one.row is not None]
    yield from _of_another_area(figures, sentence, known)
    for at, one in known:
        row = one.row
        assert row is not None
        rest = sentence[at + 1 :]
        if one.way not in ("rank", "comparison", "period") and (unit := TYPED_UNIT.match(rest)):
            yield Wrong(
                one.reference.line,
                f"'{unit[0].strip()}' behind {one.reference.text}",
                "a figure without a typed unit: its own unit is shown with it",
            )
        named = IN_A_PERIOD.match(rest) if one.way in OWN else None
        if named and not COMPARING.search(named[0]) and named["period"] not in _periods(row):
            yield Wrong(
                one.reference.line,
                f"'in {named['period']}' behind {one.reference.text}",
                f"the period of the figure, {period_text(row['period'])}",
            )


def _periods(row: dict[str, Any]) -> set[str]:
    """What a typed year may be for a figure of a row: its label, and the years of a pooled or financial one."""
    label = str(row["period"])
    return {label, *re.findall(r"(?:19|20)\d\d(?:/\d\d)?", label), *re.findall(r"(?:19|20)\d\d", period_text(label))}


def _of_another_area(figures: Figures, sentence: str, known: Marks) -> Iterator[Wrong]:
    """The first reference of a sentence that names one area of the partnership, where all are of another one."""
    areas = {one.row["area_name"] for _, one in known if one.row is not None}
    if len(areas) != 1:
        return
    (area,) = areas
    names = list(figures.members.values())
    named = [(found.start(), name) for name in names for found in re.finditer(rf"\b{re.escape(name)}\b", sentence)]
    about = {name for at, name in named if not BESIDE.search(sentence[:at])}
    if area in names and about and area not in {name for _, name in named} and len(about) == 1:
        one = known[0][1]
        (other,) = about
        yield Wrong(
            one.reference.line,
            f"'{other}' in the sentence of {one.reference.text}",
            f"a figure of {other}, or a sentence about {area}",
        )


def compared(figures: Figures, sentence: str, marks: Marks) -> Iterator[Wrong]:
    """Two figures of one indicator, or a figure and that of an earlier period, that do not compare as is said."""
    values = [(at, one) for at, one in marks if one.row is not None and one.way == "value"]
    for (at, first), (other, second) in pairwise(values):
        assert first.row is not None
        assert second.row is not None
        if first.row["indicator_id"] != second.row["indicator_id"]:
            continue
        said = _said_of_two(sentence, at, other)
        if said is not None:
            yield from _wrong_order(said, first, shown(first.row), shown(second.row), second.reference.text)
    if len(values) != 1:
        return
    at, one = values[0]
    row = one.row
    assert row is not None
    if (than := THAN_BEFORE.search(sentence)) is None:
        return
    before = _before(figures, row, than["period"])
    if before is not None:
        denied = bool(DENIED.search(sentence[: than.start()]))
        said = (than[0], bool(than["more"]) != denied, denied)
        yield from _wrong_order(said, one, shown(row), before, than["period"] or "the year before")


def _said_of_two(sentence: str, at: int, other: int) -> tuple[str, bool, bool] | None:
    """The words that compare two figures, whether they say that the first is more, and whether they are denied."""
    between = sentence[at + 1 : other]
    if word := EXCEEDED.search(between):
        denied = bool(DENIED.search(between[: word.start()]))
        return word[0], not denied, denied
    than = next((one for one in THAN.finditer(sentence) if at < one.end() <= other), None)
    # "More than {120}": the word is of the number behind it.
    if than is None or re.search(r"[.;]|\x00.*\x00", sentence[than.start() : other]):
        return None
    denied = bool(DENIED.search(sentence[: than.start()]))
    return f"{than['more'] or than['less']} … than", bool(than["more"]) != denied, denied


def _before(figures: Figures, row: dict[str, Any], period: str | None) -> float | None:
    """The figure of the same series for a period, or for the one before."""
    if period is None:
        return None if row["previous_value"] is None else shown(row, "previous_value")
    for other in figures.rows(row["indicator_id"]):
        if other["area_code"] == row["area_code"] and other["period"] == period and other["value"] is not None:
            return shown(other)
    return None


def _wrong_order(
    said: tuple[str, bool, bool], one: Resolved, first: float, second: float, beside: str
) -> Iterator[Wrong]:
    words, is_more, is_denied = said
    row = one.row
    assert row is not None
    is_true = (first > second if is_more else first < second) or (is_denied and first == second)
    if not is_true:
        order = "more than" if first > second else "less than" if first < second else "the same as"
        first_text, second_text = (number_text(value, row["decimals"]) for value in (first, second))
        yield Wrong(
            one.reference.line,
            f"'{words}' beside {one.reference.text} and {beside}",
            f"words that fit: {first_text} is {order} {second_text}",
        )
