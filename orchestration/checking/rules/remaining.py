"""What is not: "171 people lived there, so 21 beds were empty", "54,530 were worked and 11,970 were not"."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, printed_like, slip_between
from orchestration.checking.rules.readings import RESTRICTED, Reader
from orchestration.checking.rules.remainders import counts_of, left_relation
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.told import counted_by

# How a number is said to be of those that something did not happen to.
NOT_SO = re.compile(
    r"\s+(?:\([^()]*\)\s+)?(?:[a-z-]+\s+){0,2}?(?:(?:was|were|is|are|remain|remains|remained|stood|stand|had been)\s+"
    r"(?:still\s+|left\s+|yet\s+)?(?:not|to be|empty|vacant|un[a-z]+|missed|late|overdue|outstanding|open|left|pending|"
    r"waiting|absent|missing|lost|idle|refused|rejected|failed|cancelled)\b|(?:did|do|have|had|has|does|could) not\b|"
    r"(?:missed|failed|remain|remains|remained)\b)"
)
DRAWN = re.compile(r"(?:,|\b(?:and|so|but|while|leaving|meaning|that))\s+(?:only |just |the other |a further )?£?$")
UNSURE = re.compile(
    r"\b(?:some|several|others?|another|more than one|of whom|of which|each|per|than|average|month|week|"
    r"day|before|earlier|previous)\b",
    re.IGNORECASE,
)
# In how many sentences before it the whole may stand.
BACK = 2
# A smaller number is one digit from another by chance.
LEAST = 20
# The whole and the part.
LARGEST = 2


def what_was_not(context: Context, reader: Reader, relations: list[Relation]) -> Iterator[Relation]:
    """Each remainder that no relation is of, with the one part before it and the one whole that it can be of."""
    known = {relation.result.mark for relation in relations}
    for sentence in reader.sentences:
        for figure in counts_of(sentence):
            start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
            is_said = NOT_SO.match(sentence.text, end) and DRAWN.search(sentence.text[:start])
            if not is_said or figure.mark in known or figure.number.about or figure.number.is_word:
                continue
            if UNSURE.search(sentence.text) or RESTRICTED.search(sentence.text) or figure.value < LEAST:
                continue
            relation = rest_of(context, reader, sentence, figure)
            if relation is not None:
                yield relation


def rest_of(context: Context, reader: Reader, sentence: Sentence, figure: Figure) -> Relation | None:
    block = [one for one in reader.sentences if one.block == sentence.block and one.number <= sentence.number]
    texts = {one.number: one for one in block}
    like = [
        one
        for other in block[-1 - BACK :]
        for one in counts_of(other)
        if one.mark.end <= figure.mark.start and one.number.unit == figure.number.unit and one.role != "old"
    ]
    parts = [one for one in like if one in sentence.figures]
    # "Three were upheld, 31 were not and four are open": more than two parts.
    if not parts or len(parts) > LARGEST or counts_of(sentence)[-1].mark != figure.mark:
        return None
    part = parts[-1]
    wholes = [one for one in like if one.value > max(part.value, figure.value) and one is not part]
    found = [left_relation(context, sentence, figure, one, [part]) for one in wholes]
    if held := next((one for one in found if one.holds()), None):
        return held
    counted = counted_by(texts, figure)
    wholes = [one for one in wholes if not counted or counted & (counted_by(texts, one) | counted_by(texts, part))]
    found = [left_relation(context, sentence, figure, one, [part]) for one in wholes]
    if len({one.value for one in wholes}) != 1 or is_in_table(context, sentence, figure):
        return None
    is_slip = slip_between(figure.number.text, printed_like(figure.number, found[0].expected() or 0.0))
    return found[0] if is_slip else None


def is_in_table(context: Context, sentence: Sentence, figure: Figure) -> bool:
    """Whether a table near has the number, or two cells of a row have it as their difference."""
    for table in near_tables(context, sentence):
        for row in table.rows:
            cells = [number.value for column in table.columns if (number := table.at(row, column)) is not None]
            if figure.value in cells or any(one - other == figure.value for one in cells for other in cells):
                return True
    return False
