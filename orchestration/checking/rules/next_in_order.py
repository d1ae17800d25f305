"""What a text puts next in an order: "Castle Rise has the highest rate (798), followed by Aldham (646)"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.rules.readings import BROAD, Reader
from orchestration.checking.rules.rows_said import Mention, mentions, near_tables
from orchestration.checking.rules.said import words_finding
from orchestration.checking.rules.series import Line, lines_of
from orchestration.checking.tables import Table

FOLLOWED = re.compile(r",?\s+(?:closely\s+)?followed\s+(?:closely\s+)?by\s+(?:the\s+)?", re.IGNORECASE)
# A figure stands directly behind the name of its row.
BESIDE = re.compile(r"\s*(?:\(|,?\s+(?:with|at|on)\s+)$", re.IGNORECASE)
# "Among the towns, A is highest, followed by C": the others may be no towns.
OF_SOME = re.compile(
    r"\b(?:among|amongst|within|of (?:the|those|these)|apart from|except|outside|not counting)\b", re.IGNORECASE
)
LEAST_ROWS = 3


def next_in_order(context: Context, reader: Reader) -> Iterator[Finding]:
    """A finding where both figures are those of a column of which the first row is the extreme, but not the second.

    "Followed by B" is of the rows that the table has, so that a table of some of them cannot be meant.
    """
    for sentence in reader.sentences:
        match = FOLLOWED.search(sentence.text)
        if match is None or BROAD.search(sentence.text) or OF_SOME.search(sentence.text[: match.start()]):
            continue
        for table in near_tables(context, sentence):
            named = mentions(context, table, sentence.text)
            before = [one for one in named if one.end <= match.start()]
            # "A and B are the largest, followed by C": C is next to both.
            first = before[0] if len(before) == 1 else None
            second = next((one for one in named if one.start == match.end()), None)
            figure = beside(sentence, second) if second is not None else None
            if first is None or second is None or figure is None:
                continue
            finding = judged(context, sentence, table, first, second, figure, match)
            if finding is not None:
                yield finding
                break


def beside(sentence: Sentence, named: Mention) -> Figure | None:
    """The value directly behind the name of a row."""
    for one in sentence.distinct_figures:
        between = sentence.text[named.end : max(one.mark.start - sentence.start, named.end)]
        if one.mark.start - sentence.start >= named.end and one.kind in (kinds.VALUE, kinds.RATE, kinds.SHARE):
            return one if BESIDE.fullmatch(between) else None
    return None


def judged(
    context: Context,
    sentence: Sentence,
    table: Table,
    first: Mention,
    second: Mention,
    figure: Figure,
    match: re.Match,
) -> Finding | None:
    own, leader = second.row.label, first.row.label
    said = {one.value for one in sentence.distinct_figures if one.mark.end - sentence.start <= match.start()}
    lines = [
        one
        for one in lines_of(table, "value")
        if one.values.get(own) == figure.value and one.values.get(leader) in said and len(one.values) >= LEAST_ROWS
    ]
    wrong = [next_of(one, leader) for one in lines]
    if not wrong or any(names is None or own in names for names in wrong):
        return None
    names = wrong[0] or [own]
    line = lines[0]
    why = f"{table.name or 'The table'} has {line.texts[names[0]]} for {names[0]}, next to {leader} with "
    why += f"{line.texts[leader]}, and {line.texts[own]} for {own}."
    marks = [line.marks[names[0]]]
    return words_finding(context, sentence, "rank_is_the_tables", (second.start, second.end), names[0], why, marks)


def next_of(line: Line, leader: str) -> list[str] | None:
    """The rows next to the one that is the highest or the lowest of a column; None where it is neither."""
    values = line.values
    for pick in (max, min):
        if values[leader] == pick(values.values()) and list(values.values()).count(values[leader]) == 1:
            rest = [value for name, value in values.items() if name != leader]
            return [name for name, value in values.items() if name != leader and value == pick(rest)]
    return None
