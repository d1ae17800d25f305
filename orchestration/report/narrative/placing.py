"""Whether a sentence speaks of the figure that it refers to, and whether two of its figures compare as it says."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from orchestration.report.narrative.figures import WITHIN_A_YEAR, Figures, shown
from orchestration.report.narrative.references import Resolved, series_of
from orchestration.report.narrative.words import LESS, MORE
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
# "In 2023, there were {120} deaths", "During 2023 Birmingham registered {120}".
FROM_A_PERIOD = re.compile(r"(?:In|During) (?P<period>(?:19|20)\d\d(?:/\d\d)?)\b,?[^.;:,()\x00]{0,60}$")
IN_A_MONTH = re.compile(
    rf"[^.;:,()\x00]{{0,40}}?\b[Ii]n (?P<month>(?:{'|'.join(calendar.month_name[1:])}) (?:19|20)\d\d)\b"
)
COMPARING = re.compile(
    r"\b(?:same(?: number| figure)? as|than|since|from|compared|before|after|until)\b", re.IGNORECASE
)
TYPED_RATE = re.compile(r" (?P<unit>per 1(?:00?)?,000)\b")
TYPED_UNIT = re.compile(r" ?(?:%|per ?cent\b)", re.IGNORECASE)
MORE_OR_FEWER = re.compile(r" (?:(?P<more>more|extra|additional|higher)|(?P<fewer>fewer|less|lower))\b", re.IGNORECASE)
EXTRA = re.compile(r"\ban? (?P<more>extra|additional|further) $", re.IGNORECASE)
# Nouns that say what is counted, with up to three words before them; those of one group may stand for one another.
KINDS = (
    ("deaths",),
    ("offences", "crimes", "thefts", "burglaries", "robberies"),
    ("persons", "people", "adults", "users", "patients", "clients"),
    ("outcomes", "charges", "cautions", "resolutions"),
    *(
        (noun,)
        for noun in ("arrests", "searches", "admissions", "homicides", "seizures", "kits", "visits", "referrals")
    ),
)
KIND_OF = {noun: group for group in KINDS for noun in group}
# Deaths, offences and admissions are all of people.
NOUNS = [noun for group in KINDS for noun in group if "people" not in group]
COUNTED = re.compile(
    rf"(?: (?!(?:of|in|after|from|for|and|or|with|by|to|at|on|as|than|the|per|were|was|led|who)\b)[a-z-]+){{0,2}}?"
    rf" ({'|'.join(NOUNS)})\b"
)
THAN = re.compile(rf"\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b[^.;]*?\bthan\b", re.IGNORECASE)
# Between two figures that the words before them compare, and between these words and the first of the two.
AGAINST = re.compile(r"[^.;\x00]{0,30}\b(?:against|compared (?:with|to)|versus)\b[^.;\x00]{0,20}", re.IGNORECASE)
LEADING = re.compile(r"[^.;\x00]*[:,(–-] ?")
ALSO_THAN = re.compile(rf"^\x00\)?,? (?:but|and|though) (?:{MORE}|{LESS})\b[^.;\x00]*?\bthan\b", re.IGNORECASE)
EXCEEDED = re.compile(r"\bexceed(?:s|ed|ing)?\b|\boutnumber(?:s|ed|ing)?\b", re.IGNORECASE)
DENIED = re.compile(r"(?:\b(?:not|no|never|neither|nor)|n['’]t)\b(?: \w+){0,3} $", re.IGNORECASE)
TIMES = {"twice": 2, "double": 2, "three times": 3, "treble": 3, "half": 0.5, "four times": 4}
AS_MANY = re.compile(
    rf"\b(?:(?P<over>more than|over)|(?P<under>fewer than|less than|under)|(?:almost|nearly|about|around|some))? ?"
    rf"\b(?P<times>{'|'.join(TIMES)})"
    r"(?: as (?:many|much|high|large)| the (?:number|rate)| (?:that|those) (?:of|in|for))\b",
    re.IGNORECASE,
)
SAME = re.compile(
    r"\b(?:(?:was|were|are|is) (?:exactly )?(?:the same|equal)|the same (?:number|rate))\b", re.IGNORECASE
)
# "{20} deaths, the same number as Solihull ({11})".
SAME_AS = re.compile(r"\x00[^.;\x00]*?\b(the same(?: number| rate| figure| total)?) as\b[^.;\x00]*")
# "Fell from {447} to {298}, half as many".
AS_MANY_BEHIND = re.compile(
    rf"\)?,? (?:(?:almost|nearly|about|around) )?(?P<times>{'|'.join(TIMES)}) as (?:many|much|high)\b(?! as)",
    re.IGNORECASE,
)
# What stands between two figures that are "the same".
BOTH = re.compile(r"\x00[^.;\x00]{0,30}\band\b[^.;\x00]{0,30}")
# How far a ratio in words may lie from that of the figures.
LOOSELY = 0.15
THAN_BEFORE = re.compile(
    rf"\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b(?: [\w-]+){{0,4}}? than (?:in |for )?"
    r"(?:the (?:year before|previous year)|a year (?:earlier|before|ago)|last year|"
    r"(?P<period>(?:19|20)\d\d(?:/\d\d)?))\b",
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
        yield from _of_another_kind(one, sentence[:at], rest)
        if one.way in OWN and (rate := TYPED_RATE.match(rest)) and rate["unit"] not in row["unit"]:
            yield Wrong(
                one.reference.line,
                f"'{rate['unit']}' behind {one.reference.text}",
                f"the unit of the figure, {row['unit']}",
            )
        if one.way not in ("rank", "comparison", "period") and (unit := TYPED_UNIT.match(rest)):
            yield Wrong(
                one.reference.line,
                f"'{unit[0].strip()}' behind {one.reference.text}",
                "a figure without a typed unit: its own unit is shown with it",
            )
        named = IN_A_PERIOD.match(rest) if one.way in OWN else None
        if named is None and one.way in OWN and at == known[0][0]:
            named = FROM_A_PERIOD.match(sentence[:at])
        month = (
            IN_A_MONTH.search(named[0] if named else "") or IN_A_MONTH.match(rest) or IN_A_MONTH.match(sentence[:at])
        )
        if month and one.way in OWN and row["period_type"] == "month" and month["month"] != period_text(row["period"]):
            yield Wrong(
                one.reference.line,
                f"'in {month['month']}' beside {one.reference.text}",
                f"the period of the figure, {period_text(row['period'])}",
            )
        if named and not COMPARING.search(named[0]) and named["period"] not in _periods(row):
            yield Wrong(
                one.reference.line,
                f"'in {named['period']}' beside {one.reference.text}",
                f"the period of the figure, {period_text(row['period'])}",
            )


def _of_another_kind(one: Resolved, before: str, rest: str) -> Iterator[Wrong]:
    """A change called more or fewer against its sign, and a figure called a number of something that it is not of."""
    row = one.row
    assert row is not None
    more = MORE_OR_FEWER.match(rest) or EXTRA.search(before)
    if one.way in ("change", "percent change") and more and row["change"]:
        says_more = more.lastgroup == "more"
        if says_more != (row["change"] > 0):
            way = "rose" if row["change"] > 0 else "fell"
            yield Wrong(
                one.reference.line,
                f"'{more[more.lastgroup or 0]}' beside {one.reference.text}",
                f"words that fit: {row['indicator_id']} in {row['area_name']} {way}",
            )
    noun = COUNTED.match(rest)
    if one.way in OWN and noun and (kind := KIND_OF.get(noun[1].casefold())) != KIND_OF.get(row["unit"], kind):
        yield Wrong(
            one.reference.line,
            f"'{noun[1]}' behind {one.reference.text}",
            f"a figure of {noun[1].casefold()}: {row['indicator_id']} is a number of {row['unit']}",
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
    values = [(at, one) for at, one in marks if one.row is not None and one.way in ("value", "England")]
    subject = None
    for (at, first), (other, second) in pairwise(values):
        if subject is not None and ALSO_THAN.search(sentence[at:other]):
            # "{94} is lower than in Birmingham ({142}), but higher than in Dudley ({75})".
            first = subject
        subject = first
        assert first.row is not None
        assert second.row is not None
        if first.row["indicator_id"] != second.row["indicator_id"] and first.row["unit"] != second.row["unit"]:
            continue
        said = _said_of_two(sentence, at, other)
        if said is not None:
            yield from _wrong_order(said, first, _value(first), _value(second), second.reference.text)
        yield from _wrong_ratio(sentence, at, other, first, second)
    own = [(at, one) for at, one in values if one.way == "value"]
    yield from _wrong_than_before(figures, sentence, own)
    yield from _wrong_than_there(figures, sentence, own)


def _wrong_than_before(figures: Figures, sentence: str, values: Marks) -> Iterator[Wrong]:
    """ "{120}, fewer than the year before": of the nearest figure, unless the sentence has both."""
    than = THAN_BEFORE.search(sentence)
    if than is None or len({series_of(one) for _, one in values}) < len(values):
        return
    before_it = [one for at, one in values if at < than.start()][-1:]
    for one in before_it or [one for _, one in values[:1]]:
        row = one.row
        assert row is not None
        before = earlier(figures, row, than["period"])
        if before is None:
            yield Wrong(
                one.reference.line,
                f"'{than[0]}' beside {one.reference.text}",
                f"a figure of {row['indicator_id']} in {row['area_name']} for {than['period'] or 'the year before'}",
            )
            continue
        denied = bool(DENIED.search(sentence[: than.start()]))
        said = (than[0], bool(than["more"]) != denied, denied)
        yield from _wrong_order(said, one, shown(row), before, than["period"] or "the year before")


def _wrong_than_there(figures: Figures, sentence: str, values: Marks) -> Iterator[Wrong]:
    """ "At {43} higher than in Dudley": the figure of the other area need not stand in the sentence."""
    names = "|".join(re.escape(name) for name in figures.members.values())
    there = re.compile(
        rf"\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b[^.;\x00]{{0,30}}?\bthan (?:in |for |(?:that|those) (?:of|in) )?"
        rf"(?P<area>{names})\b(?!['’][^.;\x00]{{0,30}}\x00| ?\(|[^.;]{{0,30}}\x00)"
    )
    for said in there.finditer(sentence):
        before = [one for at, one in values if at < said.start()][-1:]
        for one in before:
            row = one.row
            assert row is not None
            others = [
                other
                for other in figures.rows(row["indicator_id"])
                if other["area_name"] == said["area"] and other["period_id"] == row["period_id"]
            ]
            if not others or others[0]["value"] is None:
                expected = f"a figure of {row['indicator_id']} in {said['area']} for {row['period']}"
                yield Wrong(one.reference.line, f"'{said[0]}' beside {one.reference.text}", expected)
                continue
            denied = bool(DENIED.search(sentence[: said.start()]))
            order = (said[0], bool(said["more"]) != denied, denied)
            yield from _wrong_order(order, one, shown(row), shown(others[0]), said["area"])


def _said_of_two(sentence: str, at: int, other: int) -> tuple[str, bool, bool] | None:
    """The words that compare two figures, whether they say that the first is more, and whether they are denied."""
    between = sentence[at + 1 : other]
    if (word := EXCEEDED.search(sentence[:at])) and re.fullmatch(r",? (?:at|with) ", between):
        # "Exceeded the previous year's {152}, at {120}".
        denied = bool(DENIED.search(sentence[: word.start()]))
        return word[0], denied, denied
    if word := EXCEEDED.search(between):
        denied = bool(DENIED.search(between[: word.start()]))
        return word[0], not denied, denied
    than = next((one for one in THAN.finditer(sentence) if at < one.end() <= other), None)
    if than is None and AGAINST.fullmatch(between):
        # "Deaths were fewer than arrests: {20} against {31}".
        than = next((one for one in THAN.finditer(sentence[:at]) if LEADING.fullmatch(sentence[one.end() : at])), None)
    # "More than {120}": the word is of the number behind it.
    if than is None or re.search(r"[.;]|\x00.*\x00", sentence[than.start() : other]):
        return None
    denied = bool(DENIED.search(sentence[: than.start()]))
    return f"{than['more'] or than['less']} … than", bool(than["more"]) != denied, denied


def _value(one: Resolved) -> float:
    assert one.row is not None
    return shown(one.row, "england_value" if one.way == "England" else "value")


def _wrong_ratio(sentence: str, at: int, other: int, first: Resolved, second: Resolved) -> Iterator[Wrong]:
    """ "Twice as many in Coventry ({43}) as in Birmingham ({120})", "were the same: {325} and {390}"."""
    assert first.row is not None
    value, beside = _value(first), _value(second)
    text, beside_text = (number_text(one, first.row["decimals"]) for one in (value, beside))
    as_many = AS_MANY.search(sentence[:other])
    # "{142} is twice that of Solihull ({71})"; "twice as many in Coventry ({43}) as in Solihull ({11})".
    if as_many and beside and (" as " in sentence[at:other] or at < as_many.start()):
        times, ratio = TIMES[as_many["times"].casefold()], value / beside
        is_true = abs(ratio / times - 1) <= LOOSELY
        if as_many["over"] or as_many["under"]:
            is_true = ratio > times if as_many["over"] else ratio < times
        if not is_true:
            yield _of_two(as_many[0].strip(), first, second, f"{text} is {ratio:.1f} times {beside_text}")
    if same_as := SAME_AS.fullmatch(sentence[at:other]):
        if value != beside:
            yield _of_two(same_as[1], first, second, f"{text} is not {beside_text}")
        return
    if behind := AS_MANY_BEHIND.match(sentence[other + 1 :]):
        ratio = beside / value if value else 0.0
        if abs(ratio / TIMES[behind["times"].casefold()] - 1) > LOOSELY:
            yield _of_two(behind["times"], first, second, f"{beside_text} is {ratio:.1f} times {text}")
        return
    same = SAME.search(sentence[:at])
    if same and BOTH.fullmatch(sentence[at:other]) and value != beside:
        yield _of_two(same[0], first, second, f"{text} is not {beside_text}")


def _of_two(words: str, first: Resolved, second: Resolved, fits: str) -> Wrong:
    found = f"'{words}' beside {first.reference.text} and {second.reference.text}"
    return Wrong(first.reference.line, found, f"words that fit: {fits}")


def earlier(figures: Figures, row: dict[str, Any], period: str | None) -> float | None:
    """The figure of the same series for a period, or for the one before."""
    if period is None:
        if row["period_type"] in WITHIN_A_YEAR:
            before = figures.year_before(row)
            return shown(before) if before and before["value"] is not None else None
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
