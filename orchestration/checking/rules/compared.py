"""What a change is measured against, other than the time before: another place, or a change before it."""

import re

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence

MORE = r"(?:more|fewer|less|higher|lower|greater|smaller|above|below|ahead of|behind)"
# "Had 6 more than East", "2 points below that of Ashby".
THAN = re.compile(
    rf"\s*\)?(?:\s+(?!from\b|on\b|to\b)[a-z-]+){{0,3}}?\s+{MORE}(?:\s+[a-z-]+)?(?:\s+than)?\s+"
    r"(?:(?:in|at|of|for|the|that|those|did|had)\s+)*",
    re.IGNORECASE,
)
JUST_MORE = re.compile(rf"\s+{MORE}\b(?!\s+than\b)", re.IGNORECASE)
# "Rose by 210, after a rise of 180 the year before".
BEFORE_IT = re.compile(
    r"\b(?:after|following|compared (?:with|to)|against|on top of)\s+(?:an?|the|one)\s+(?:[a-z-]+\s+){0,2}?"
    r"(?:rise|increase|growth|fall|drop|decrease|decline|reduction|gain|cut)\s+of\s+"
    r"(?:about |around |nearly |over )?£?$",
    re.IGNORECASE,
)


def is_with_another_place(context: Context, sentence: Sentence, figure: Figure) -> bool:
    """Whether a difference is that to another place, also of "3 more" behind "6 more than East"."""
    if is_than_place(context, sentence, figure):
        return True
    before = [one for one in sentence.figures if one.mark.end <= figure.mark.start and one.kind == figure.kind]
    return bool(JUST_MORE.match(sentence.text, figure.mark.end - sentence.start)) and any(
        is_than_place(context, sentence, one) for one in before
    )


def is_than_place(context: Context, sentence: Sentence, figure: Figure) -> bool:
    at = figure.mark.end - sentence.start
    match = THAN.match(sentence.text, at)
    if match is None:
        return False
    labels = (row.label for table in context.tables for row in table.rows if len(row.label) > 2 and not row.is_total)
    return any(one.start == match.end() for one in context.names.find(sentence.text)) or any(
        sentence.text.startswith(label, match.end()) for label in labels
    )


def is_of_time_before(sentence: Sentence, figure: Figure) -> bool:
    """Whether a change is one that came before the change that a sentence tells."""
    return bool(BEFORE_IT.search(sentence.text[: figure.mark.start - sentence.start]))
