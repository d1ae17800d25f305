"""Relations that are more likely misread than broken: a sentence can speak of other numbers than those near it.

A printed change that no slip makes of what follows, and that is several times more or less, is more often a change of
something else than a wrong one. Of such a relation nothing is told, and its number is listed as not checked.
"""

import re

from orchestration.checking.document import Document
from orchestration.checking.findings import Relation, Term, meant_by, printed_like, slip_between

# How many times another number a number is from here on far from it. A value that is another than its table's is soon
# one of another thing: 13,346 and 13,456 are one, 61.0% and 64.1% may be two.
FAR = {"change_follows_from_values": 1.5, "sentence_equals_table": 1.02}

# "Growth of 21.4%, from 294 in 2023 to 308", "there were 400, up from 350 in 2023, growth of 5%": no other number can
# be meant.
CHANGE = r"rise|fall|increase|decrease|drop|growth|change|reduction|gain|decline|improvement|uplift|cut"
YEAR = r"(?:\b(?:19|20)\d\d(?:/\d\d)?\b)?"
PAIR = re.compile(rf"[^.;()\d]{{0,12}}{YEAR}[^.;()\d]{{0,12}}\b(?:to|from)\s+£?|\s*[–-]\s*£?", re.IGNORECASE)
THEN_CHANGE = re.compile(
    rf"(?:[^.;()\d]{{0,12}}{YEAR})?%?\s*[,(:]?\s*\(?(?:(?:that|this|which|it) (?:is|was) )?"
    rf"(?:an? |by |up |down )?(?:{CHANGE})?(?: of)?(?: (?:about|around|just|only|nearly|almost))?\s*£?[-+−]?",
    re.IGNORECASE,
)
THEN_PAIR = re.compile(
    r"(?:%| per cent| percentage points?| points?)?(?:(?: [a-z]+){0,3}[,:]?\s*\(?(?:up |down )?(?:from )?"
    r"|(?!.*\band\b)[^.;,()\d]{0,70}(?:, (?:falling|rising|dropping|growing|up|down) )?\bfrom )£?",
    re.IGNORECASE,
)
# "Referrals increased by 11.7%."
ALONE = re.compile(
    r"\W*(?:the |all |total |overall )*\w+ (?:have |has |had )?[a-z]+(?: by)? £?[\d.,]+(?:%| per cent)?\.?", re.I
)
# "412,000 miles, 35,000 more than a year earlier (258,000)".
THEN_MORE = re.compile(r"[^.;()\d]{0,40},\s*£?", re.IGNORECASE)
THAN_BEFORE = re.compile(r"(?: [a-z]+){0,2} (?:more|fewer|less|higher|lower) than [a-z ]{4,25}\(£?", re.IGNORECASE)


def is_misread(relation: Relation, document: Document) -> bool:
    """Whether a number in a sentence is too far from what follows to be told, and does not plainly belong to it."""
    expected, result = relation.expected(), relation.result
    if relation.rule_id not in FAR or result.mark.place.row is not None or not expected or not result.value:
        return False
    if result.number.unit in ("fraction", "times"):
        return False
    ratio = abs(result.value / expected)
    return (
        max(ratio, 1 / ratio) > FAR[relation.rule_id]
        and not is_slip(relation, expected)
        and not is_plain(relation, document)
    )


def is_slip(relation: Relation, expected: float) -> bool:
    """Whether a usual slip in the result, or in one of the numbers that it follows from, explains the difference."""
    result = relation.result
    if slip_between(printed_like(result.number, result.value), meant_by(result, expected)):
        return True
    values = [term.value for term in relation.inputs]
    if relation.rule_id == "sentence_equals_table" and any(
        # 78% and 2.8% have no digit wrong: they are of two things.
        slip_between(result.text, one.text) and places_of(result.text) == places_of(one.text)
        for one in relation.inputs
    ):
        return True
    for at, term in enumerate(relation.inputs):
        solved = relation.solve(at, values, result.value) if relation.solve else None
        if solved is not None and slip_between(term.text, printed_like(term.number, solved)):
            return True
    return False


def places_of(text: str) -> int:
    """How many digits stand behind the point of a printed number."""
    point = re.search(r"\d\.(\d+)", text)
    return len(point[1]) if point else 0


def is_plain(relation: Relation, document: Document) -> bool:
    """Whether a change stands beside its two values and nothing else does, or a sentence has nothing but it."""
    if all(term.mark.place.row is not None for term in relation.inputs) and ALONE.fullmatch(relation.sentence):
        return True
    marks = sorted((term.mark for term in relation.inputs), key=lambda mark: mark.start)
    result = relation.result.mark
    if len(marks) != 2 or any(one.block != result.block or one.place.row is not None for one in marks):
        return False
    if _is_of_another_unit(relation.inputs, relation.result):
        return False
    text = document.blocks[result.block].text
    if marks[0].end <= result.start < result.end <= marks[1].start:
        is_more = THEN_MORE.fullmatch(text[marks[0].end : result.start])
        return is_more is not None and THAN_BEFORE.fullmatch(text[result.end : marks[1].start]) is not None
    if not PAIR.fullmatch(text[marks[0].end : marks[1].start]):
        return False
    if result.start >= marks[1].end:
        return THEN_CHANGE.fullmatch(text[marks[1].end : result.start]) is not None
    return result.end <= marks[0].start and THEN_PAIR.fullmatch(text[result.end : marks[0].start]) is not None


def _is_of_another_unit(values: list[Term], change: Term) -> bool:
    """A count beside two percentages: "went down by 29, from 52% of discharges to 48%"."""
    return change.number.unit == "plain" and all(term.number.unit == "percent" for term in values)
