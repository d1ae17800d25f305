"""The period that a sentence says of a number directly: "5,521 in 2023/24", "2023/24 (1,096)", "2022/23: 397"."""

import re
from collections.abc import Sequence

from orchestration.checking.numbers import Number
from orchestration.checking.spans import Span

# What stands between a number and its period: "offences recorded in fiscal year ".
DIRECTLY = re.compile(
    r"(?:\b(?:in|for|during|at|over|by|throughout|across)\s+(?:the\s+)?(?:fiscal\s+|financial\s+|"
    r"calendar\s+)?(?:quarter\s+|years?\s+)?"
    r"(?:ending\s+|to\s+)?|\(\s*)$",
    re.IGNORECASE,
)
NOT_DIRECTLY = re.compile(
    r"[\d;:.]|\b(?:from|than|compared|comparison|against|versus|on|since|and|while|with|relative|up|down)\b",
    re.IGNORECASE,
)
# What stands between a period and its number: "2022/23: 397", "in 2022/23 there were 397".
BEHIND = re.compile(
    r"\s*(?:\(|:|,|was|it was|there were|is|=|–|-)?\s*(?:when\s+)?"
    r"(?:there were|it was|was|there was|(?:the|its)\s+\w+\s+was|only|"
    r"just|around|about|a total of|£)?\s*",
    re.IGNORECASE,
)
# "In 2022 there were 400 pupils, in 2023 there were 420": the second period is of the number behind it.
OF_NEXT = re.compile(
    r"\s+(?:there (?:were|was)|it was|was|were)\s+(?:(?:only|just|around|about)\s+)?£?|\s*:\s*£?", re.IGNORECASE
)
# "210 in 2021, 204 in 2022": the first period is of the number before it.
OF_LAST = re.compile(r"(?:\s+[a-z]+){0,3}?\s+(?:in|for|during)\s+(?:the\s+)?", re.IGNORECASE)
LISTED = re.compile(r"\s*(?:[,;]|,?\s*and)\s*(?:(?:just|only|about|around)\s+)?£?", re.IGNORECASE)

# "530 of 1,060 (50%) in 2023".
WITH_SHARE = re.compile(
    r"(?:\s+of\s+(?:the\s+)?[\d,]+)?\s*\(\s*[\d.]+\s?%\s*\)\s+(?:in|for|during)\s+(?:the\s+)?", re.IGNORECASE
)
# "12.1 per 100,000 in 2021".
SCALE = re.compile(r"\s+per\s+1[0,]+\b")
# "Fewer than in 2023/24 (559 compared with 566)": the first number of the bracket is that of the time after.
OPENS = re.compile(r"\b(?:than|on|from|since|against|compared (?:with|to))\s+(?:in\s+)?$", re.IGNORECASE)
COMPARED_IN_BRACKET = re.compile(
    r"(?:\s+[a-z]+){0,2},?\s+(?:compared (?:with|to)|against|as against|(?:up |down )?from|rather than)\s+"
    r"£?\d[\d,.]*%?\s*\)",
    re.IGNORECASE,
)


def own_span(text: str, spans: Sequence[Span], numbers: Sequence[Number], number: Number) -> Span | None:
    """The period of a number, from the nearest place where one can stand; None where none does."""
    for span in spans:
        if span.start >= number.end and WITH_SHARE.fullmatch(text[number.end : span.start]):
            return span
    found = [
        (distance, span)
        for span in spans
        if (distance := distance_to(text, span, number)) is not None
        and not any(other is not number and span.start >= number.end <= other.start < span.start for other in numbers)
    ]
    before = min((one for one in found if one[1].end <= number.start), key=lambda one: one[0], default=None)
    after = min((one for one in found if one[1].start >= number.end), key=lambda one: one[0], default=None)
    if before and after:
        is_of_next = belongs_to_next(text, after[1], numbers)
        if is_of_next != belongs_to_last(text, before[1], numbers, number):
            return before[1] if is_of_next else after[1]
    return min(found, key=lambda one: one[0])[1] if found else None


def belongs_to_next(text: str, span: Span, numbers: Sequence[Number]) -> bool:
    """Whether a period behind a number is that of the number which follows."""
    following = next((one for one in numbers if one.start >= span.end), None)
    return following is not None and OF_NEXT.fullmatch(text[span.end : following.start]) is not None


def belongs_to_last(text: str, span: Span, numbers: Sequence[Number], number: Number) -> bool:
    """Whether a period before a number is that of the number before it in a list."""
    last = next((one for one in reversed(numbers) if one.end <= span.start), None)
    return (
        last is not None
        and OF_LAST.fullmatch(text[last.end : span.start]) is not None
        and LISTED.fullmatch(text[span.end : number.start]) is not None
    )


def distance_to(text: str, span: Span, number: Number) -> int | None:
    """How far a period is from a number that it can be of; None where it cannot."""
    if span.start >= number.end:
        between = text[number.end : span.start]
        if re.match(r"\s*:\s*[\d£]", text[span.end :]):
            return None
        at_once = span.is_before and not between.strip()
        # "An increase of 1.5% on the 8,000 of the year before".
        is_told = between.strip() == "of" and re.search(r"\bthe\s+£?$", text[: number.start])
        at_once = at_once or bool(is_told)
        between = SCALE.sub(" ", between)
        if not at_once and (len(between) > 75 or not DIRECTLY.search(between) or NOT_DIRECTLY.search(between)):
            return None
        # "2024/25 (6,480 in 2023/24)": what stands in the bracket with the number is of it.
        if re.search(r"\(\s*$", text[: number.start]) and re.match(r"\s*\)", text[span.end :]):
            return -1
        return len(between)
    if span.end <= number.start:
        between = text[span.end : number.start]
        if OPENS.search(text[: span.start]) and COMPARED_IN_BRACKET.match(text, number.end):
            return None
        return len(between) + bool(between.strip()) if BEHIND.fullmatch(between) else None
    return None
