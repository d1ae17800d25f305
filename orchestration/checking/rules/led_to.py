"""The new level that a change leads to, and changes that are planned or expected."""

import re

from orchestration.checking import figures as kinds
from orchestration.checking.figures import Figure, Sentence

LEADS_TO = re.compile(
    r"(?:\s+\([^()]*\))?\s+to\s+(?:(?:a total of|about|around|just|over|nearly)\s+)?£?", re.IGNORECASE
)
NEXT = re.compile(r"\b(?:while|whereas|but)\b|,\s+and\b|\)")
# "Growth of 5% is planned", "we expect a rise of 5%": a change to come, of no values that there are.
TO_COME = re.compile(
    r"[^.;,]{0,25}?\b(?:is|are|was|were|been|being) (?:now |also |still )?"
    r"(?:planned|expected|forecast|projected|predicted|anticipated|hoped|budgeted|sought|proposed|needed|required)\b",
    re.IGNORECASE,
)
AWAITED = re.compile(
    r"\b(?:expect|forecast|plan|predict|project|anticipat|budget|aim|hop)(?:s|e|es|ed|ing)?(?: for| to see)?"
    r"(?: an?| another| some)?(?: [a-z]+)? (?:rise|fall|increase|growth|reduction|cut|drop|decrease|decline) of $",
    re.IGNORECASE,
)


def is_to_come(sentence: Sentence, figure: Figure) -> bool:
    """Whether a change is planned or expected, so that no values that there are need bear it."""
    before = sentence.text[: figure.mark.start - sentence.start]
    behind = TO_COME.match(sentence.text, figure.mark.end - sentence.start)
    return behind is not None or AWAITED.search(before) is not None


def value_led_to(sentence: Sentence, figure: Figure) -> Figure | None:
    """The value that a change is said to lead to: 74 in "increased by 13 to 74, and finds from 96 to 128"."""
    after = [one for one in sentence.figures if one.mark.start >= figure.mark.end and not one.is_change]
    first = min(after, key=lambda one: one.mark.start, default=None)
    if first is None or first.kind != kinds.VALUE or figure.kind not in (kinds.CHANGE, kinds.PERCENT_CHANGE):
        return None
    between = sentence.text[figure.mark.end - sentence.start : first.mark.start - sentence.start]
    return first if LEADS_TO.fullmatch(between) else None


def is_of_level(sentence: Sentence, led_to: Figure, old: Figure, new: Figure) -> bool:
    """Whether a pair can be that of a change and its new level: no value of a clause behind is."""
    if old.mark.start <= led_to.mark.start:
        return new.mark.start <= led_to.mark.start
    between = sentence.text[led_to.mark.end - sentence.start : old.mark.start - sentence.start]
    return new.mark == led_to.mark and NEXT.search(between) is None
