"""Whether a sentence about two areas is true of their figures: a share, so many for each, one overtaking, a gap."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from orchestration.report.narrative.figures import Figures, Unresolved, shown
from orchestration.report.narrative.placing import Marks, Wrong, earlier
from orchestration.report.narrative.references import Resolved
from orchestration.report.narrative.words import AREAS, LESS, MORE, NUMBERS, PART, PARTS
from orchestration.report.wording import number_text

ABOVE, BELOW = (
    r"more than|(?:just )?over|(?:just )?above",
    r"(?:just )?under|less than|fewer than|nearly|almost|close to",
)
NEAR = rf"(?:(?P<above>{ABOVE})|(?P<below>{BELOW})|(?:about|around|roughly|some|approximately)) "
NUMBER = "|".join(NUMBERS[1:])
# "Nearly half of the county's {262} deaths were in Birmingham ({120})", "one in six of the deaths".
SHARE = re.compile(
    rf"\b(?:(?:{NEAR})?(?:(?:(?P<parts>an?|one|two|three)[ -])?(?P<part>half|(?:{PART})s?)"
    rf"|(?P<few>{NUMBER}) (?:in|out of)(?: every)? (?P<many>{NUMBER}))"
    r"|(?P<most>most|the (?:vast )?majority|the bulk)) of (?:the|all|our|these|\x00)"
    r"(?! (?:rise|fall|increase|decrease|growth|reduction|change|work|money|funding|time|year))[^.;]*\x00",
    re.IGNORECASE,
)
# "For every death in Solihull ({11}) there were around eleven in Birmingham ({120})".
FOR_EVERY = re.compile(
    rf"\bfor (?:every|each)\b[^.;\x00]*\x00[^.;\x00]*?\b(?:{NEAR})?(?P<number>{NUMBER})\b[^.;\x00]*\x00", re.IGNORECASE
)
CLOSER = r"narrow(?:ed|s|ing)?|clos(?:ed|es|ing)|shrank|shrunk|reduced|fell|fallen"
WIDER = r"widen(?:ed|s|ing)?|grew|grown|growing|opened|increased|rose|risen"
GAP = re.compile(
    rf"\b(?:gap|difference)s? between\b[^.;]*?\b(?:(?P<closer>{CLOSER})|(?P<wider>{WIDER}))\b", re.IGNORECASE
)
# "Back to the level of 2023", "returned to its 2019/20 level".
PERIOD = r"(?:19|20)\d\d(?:/\d\d)?"
LEVEL_OF = re.compile(
    r"\b(?:back|returned|returning) (?:to|at) (?:about |around |roughly )?(?:its|their|the) "
    rf"(?:(?P<before>{PERIOD}) (?:level|figure|number|rate)s?"
    rf"|(?:level|figure|number|rate)s? (?:of|in|seen in|recorded in|for) (?P<period>{PERIOD}))\b",
    re.IGNORECASE,
)
NO_AREA = re.compile(
    rf"\bno (?:other )?{AREAS}\b[^.;\x00]*?\b(?:(?P<more>{MORE})|(?P<less>{LESS}))\b[^.;\x00]*?\bthan\b[^.;\x00]*\x00",
    re.IGNORECASE,
)
# How far a share or a ratio in words may lie from that of the figures, and a level from an earlier one.
LOOSELY = 0.15
SAME_LEVEL = 0.1


def paired(figures: Figures, sentence: str, marks: Marks) -> Iterator[Wrong]:
    """What a sentence says of two of its figures, or of a figure and all areas or another period, that is not so."""
    values = [(at, one) for at, one in marks if one.row is not None and one.way == "value"]
    for (_, first), (other, second) in pairwise(values):
        if _are_alike(first, second):
            yield from _share(sentence[: other + 1], first, second)
            yield from _for_every(sentence[: other + 1], first, second)
            yield from _gap(sentence, first, second)
    yield from _overtaken(figures, sentence, [one for _, one in values])
    for at, one in values:
        yield from _no_area(figures, sentence[: at + 1], one)
    yield from _level_of(figures, sentence, values)


def _row(one: Resolved) -> dict[str, Any]:
    assert one.row is not None
    return one.row


def _are_alike(first: Resolved, second: Resolved) -> bool:
    """Whether two figures are of one indicator and period, and of two areas."""
    one, other = _row(first), _row(second)
    same = all(one[column] == other[column] for column in ("indicator_id", "period_id"))
    return same and one["area_code"] != other["area_code"]


def _share(text: str, first: Resolved, second: Resolved) -> Iterator[Wrong]:
    said = SHARE.search(text)
    wholes = [one for one in (first, second) if not _row(one)["is_partnership_member"]]
    # The whole is an area around the members; of two members neither is a part of the other.
    if said is None or said.end() != len(text) or len(wholes) != 1 or _row(first)["unit"].startswith("per"):
        return
    (whole,) = wholes
    part = second if whole is first else first
    if not shown(_row(whole)):
        return
    share = shown(_row(part)) / shown(_row(whole))
    if said["most"]:
        is_true = share > 1 / 2
    else:
        if said["few"]:
            stated = NUMBERS.index(said["few"].casefold()) / NUMBERS.index(said["many"].casefold())
        else:
            times = {"two": 2, "three": 3}.get((said["parts"] or "").casefold(), 1)
            stated = times * next(value for name, value in PARTS.items() if name in said["part"].casefold())
        is_true = _bears(said, stated, share)
    if not is_true:
        yield _of_both(said[0].partition(" of ")[0], part, whole, f"it is {100 * share:.0f}%")


def _for_every(text: str, first: Resolved, second: Resolved) -> Iterator[Wrong]:
    said = FOR_EVERY.search(text)
    if said is None or said.end() != len(text) or not shown(_row(first)):
        return
    ratio = shown(_row(second)) / shown(_row(first))
    if not _bears(said, NUMBERS.index(said["number"].casefold()), ratio):
        yield _of_both(f"{said['number']} for each", first, second, f"it is {ratio:.1f}")


def _bears(said: re.Match[str], stated: float, found: float) -> bool:
    """Whether a number bears what is said of it: about so much, or just above or below."""
    is_near = abs(found / stated - 1) <= LOOSELY if stated else False
    if said["above"]:
        return is_near and found > stated
    return is_near and (found < stated or not said["below"])


def _gap(sentence: str, first: Resolved, second: Resolved) -> Iterator[Wrong]:
    said = GAP.search(sentence)
    one, other = _row(first), _row(second)
    if said is None:
        return
    if one["previous_value"] is None or other["previous_value"] is None:
        yield _of_both(said[said.lastgroup or 0], first, second, "the period before is not held for both")
        return
    now = abs(shown(one) - shown(other))
    before = abs(shown(one, "previous_value") - shown(other, "previous_value"))
    if not (now < before if said["closer"] else now > before):
        texts = [number_text(value, one["decimals"]) for value in (before, now)]
        yield _of_both(said[said.lastgroup or 0], first, second, f"the gap was {texts[0]} and is {texts[1]}")


def _overtaken(figures: Figures, sentence: str, values: list[Resolved]) -> Iterator[Wrong]:
    """ "Coventry overtook Wolverhampton": above it now, and not above it in the period before."""
    names = "|".join(re.escape(name) for name in figures.members.values())
    said = re.search(rf"\b({names})(?: ha[sd])? overt(?:ook|aken) ({names})\b", sentence)
    if said is None:
        return
    of_first, of_second = ([one for one in values if _row(one)["area_name"] == said[place]] for place in (1, 2))
    for first, second in zip(of_first[-1:], of_second[-1:], strict=False):
        one, other = _row(first), _row(second)
        if not _are_alike(first, second):
            continue
        if one["previous_value"] is None or other["previous_value"] is None:
            yield _of_both("overtook", first, second, "the period before is not held for both")
        elif shown(one, "previous_value") > shown(other, "previous_value"):
            yield _of_both("overtook", first, second, f"{one['area_name']} was above before")
        elif shown(one) <= shown(other):
            yield _of_both("overtook", first, second, f"{one['area_name']} is not above")


def _no_area(figures: Figures, text: str, one: Resolved) -> Iterator[Wrong]:
    """ "No area had fewer deaths than Solihull ({11})"."""
    said = NO_AREA.search(text)
    row = _row(one)
    if said is None or said.end() != len(text) or not row["is_partnership_member"]:
        return
    try:
        rows = figures.of_members(row)
    except Unresolved as error:
        yield Wrong(
            one.reference.line, f"'no … {said[said.lastgroup or 0]}' beside {one.reference.text}", error.expected
        )
        return
    beyond = [
        other["area_name"]
        for other in rows
        if (shown(other) > shown(row) if said["more"] else shown(other) < shown(row))
    ]
    if beyond:
        found = f"'no … {said[said.lastgroup or 0]}' beside {one.reference.text}"
        yield Wrong(one.reference.line, found, f"words that fit: {', '.join(beyond)} had")


def _level_of(figures: Figures, sentence: str, values: Marks) -> Iterator[Wrong]:
    said = LEVEL_OF.search(sentence)
    if said is None or not values:
        return
    before = [one for at, one in values if at < said.start()]
    one = before[-1] if before else values[0][1]
    row, period = _row(one), said["before"] or said["period"]
    then = earlier(figures, row, period)
    decimals = row["decimals"]
    if then is None:
        fits = f"a figure of {row['indicator_id']} in {row['area_name']} for {period}"
    elif abs(shown(row) - then) <= SAME_LEVEL * abs(then):
        return
    else:
        fits = f"words that fit: {number_text(then, decimals)} then, {number_text(shown(row), decimals)} now"
    yield Wrong(one.reference.line, f"'{said[0]}' beside {one.reference.text}", fits)


def _of_both(words: str, first: Resolved, second: Resolved, fits: str) -> Wrong:
    found = f"'{words}' beside {first.reference.text} and {second.reference.text}"
    return Wrong(first.reference.line, found, f"words that fit: {fits}")
