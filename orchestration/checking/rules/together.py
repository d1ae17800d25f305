"""What a sentence says of several rows at once, or of all but one: "theft and robbery together", "without theft"."""

import re
from functools import lru_cache

from orchestration.checking import labels
from orchestration.checking.rules.pairs import window_of
from orchestration.checking.rules.rows_named import OF_MORE, heads_of
from orchestration.checking.tables import Row, Table
from orchestration.checking.words import WORD, stem

JOINS = re.compile(r"\s*,?\s*(?:and|or|&|as well as|,)\s+(?:the\s+|of\s+|in\s+|for\s+)?", re.IGNORECASE)
TOGETHER = re.compile(r"\b(?:together|combined|between them|in all|jointly|taken as one)\b", re.IGNORECASE)
AND_MORE = re.compile(r"\s+(?:and|&)\s+[a-z]", re.IGNORECASE)
AND_BEFORE = re.compile(r"\w\s+(?:and|&)\s+(?:the\s+)?$", re.IGNORECASE)
# One by one, or as an order: each has a figure of its own.
EACH = re.compile(r"\b(?:respectively|each|both (?:rose|fell|had|were)|in turn)\b", re.IGNORECASE)
WITHOUT = re.compile(
    r"\b(?:excluding|excludes?|except(?: for)?|other than|apart from|not counting|leaving out|aside from|without|"
    r"besides|all but)\s+(?:the\s+|those\s+(?:in|for)\s+)?$",
    re.IGNORECASE,
)


def is_of_several(table: Table, row: Row, text: str) -> bool:
    """Whether a text that names a row speaks of it together with another row, or of the others without it."""
    places = places_named(table, text)
    own = [place for place, one in places if one is row]
    is_together = TOGETHER.search(text) is not None
    # "Violence and theft together", where the table has another name for one of the two.
    is_joined = not own or any(AND_MORE.match(text, end) or AND_BEFORE.search(text[:start]) for start, end in own)
    if is_together and is_joined and not table.has_areas and not row.is_total:
        return True
    if any(WITHOUT.search(text[:start]) for start, _ in own):
        return True
    if not is_together and (EACH.search(text) or table.has_areas):
        return False
    others = [place for place, one in places if one is not row]
    return any(
        JOINS.fullmatch(text[first[1] : second[0]])
        for mine in own
        for other in others
        for first, second in [sorted((mine, other))]
        if first[1] <= second[0]
    )


NOWHERE = (-1, -1)


def number_in_label(table: Table, row: Row, text: str) -> tuple[int, int] | None:
    """Where a text has a label that only its number tells from another: "Q3" beside "Q1"; None for other labels."""
    wanted = labels.alternatives(row.label)
    is_alike = any(one is not row and labels.alternatives(one.label) == wanted for one in table.rows)
    if not is_alike or not re.search(r"\d", row.label):
        return None
    found = re.search(rf"(?<!\w){re.escape(row.label)}(?!\w)", text, re.IGNORECASE)
    return found.span() if found else NOWHERE


@lru_cache(maxsize=512)
def places_named(table: Table, text: str) -> tuple[tuple[tuple[int, int], Row], ...]:
    """Where a text names which rows, each by the words of its whole label."""
    words = [(match.start(), match.end(), stem(match[0])) for match in WORD.finditer(text)]
    found = []
    for row in table.rows:
        wanted = labels.alternatives(row.label)
        place = window_of(words, wanted[0], len(text)) if wanted else None
        if place is not None and (literal := number_in_label(table, row, text)) is not None:
            place = literal
        if place is not None and place != NOWHERE:
            found.append((place, row))
    named = {row.index for _, row in found}
    for head, row in heads_of(table):
        # "Violence" of "Violence against the person", and no "violence against staff".
        place = window_of(words, head, len(text)) if row.index not in named else None
        if place is not None and not OF_MORE.match(text, place[1]):
            found.append((place, row))
    return tuple(found)
