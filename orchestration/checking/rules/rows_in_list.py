"""Rows that a sentence lists each with a figure: where the others are those of one order of a table, so is the last."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, printed_like, slip_between
from orchestration.checking.rules.readings import Reader, place_of
from orchestration.checking.rules.rows_said import Mention, mentions, near_tables
from orchestration.checking.rules.series import Line, lines_of
from orchestration.checking.tables import Table

# "A (24)", "A, with 23 fewer", "A at 12.3%": what may stand between a row and its figure.
BESIDE = re.compile(
    r"\s*,?\s*(?:\(\s*|(?:with|at|by|had|has|on|of|was|were|took|saw|recorded)\s+(?:an?\s+|only\s+|just\s+)?)"
    r"(?:(?:up|down|by|plus|minus|a rise of|a fall of)\s+)*[+−-]?£?",
    re.IGNORECASE,
)
LEAST = 2
# A figure that is farther from its order than this is of something else.
FAR = 2.0
NOT_LISTED = re.compile(r"\b(?:than|compared|against|from|target|standard|previously|last year|year before)\b", re.I)


def rows_in_list(context: Context, reader: Reader, known: set[Mark]) -> Iterator[Finding]:
    """A finding for the one figure of a list that is not its row's, where all the others are their rows'."""
    for sentence in reader.sentences:
        if NOT_LISTED.search(sentence.text):
            continue
        for table in near_tables(context, sentence):
            listed = pairs_of(context, table, sentence)
            if len(listed) <= LEAST or len({one.number.unit in ("percent", "points") for _, one in listed}) > 1:
                continue
            finding = judged(context, table, sentence, listed)
            if finding is not None and finding.mark not in known:
                yield finding
                break


def pairs_of(context: Context, table: Table, sentence: Sentence) -> list[tuple[Mention, Figure]]:
    """The rows that a sentence names, each with the figure directly behind it."""
    named = mentions(context, table, sentence.text)
    found = []
    for at, one in enumerate(named):
        until = named[at + 1].start if at + 1 < len(named) else len(sentence.text)
        for figure in sentence.distinct_figures:
            start = figure.mark.start - sentence.start
            if one.end <= start < until:
                if BESIDE.fullmatch(sentence.text[one.end : start]) and not figure.number.is_word:
                    found.append((one, figure))
                break
    return found


def judged(context: Context, table: Table, sentence: Sentence, listed: list[tuple[Mention, Figure]]) -> Finding | None:
    """The finding on a list, by the one order that has all its figures but one; None where no order is that near."""
    best: list[tuple[Line, Mention, Figure]] = []
    is_percent = listed[0][1].number.unit in ("percent", "points")
    for line in [*lines_of(table, "value"), *lines_of(table, "change")]:
        if any(one.row.label not in line.values for one, _ in listed) or is_percent != is_of_percent(line):
            continue
        wrong = [(one, figure) for one, figure in listed if not fits(figure, line.values[one.row.label])]
        if not wrong:
            return None
        if len(wrong) == 1:
            best.append((line, *wrong[0]))
    values = {(mention.row.label, line.values[mention.row.label]) for line, mention, _ in best}
    if len({(label, abs(value)) for label, value in values}) != 1:
        return None
    line, mention, figure = best[0]
    value = abs(line.values[mention.row.label])
    right = printed_like(figure.number, value)
    slip = slip_between(figure.number.text, right)
    # Another digit of two is soon by chance, but here the others say what it is.
    if not value or not (slip or 1 / FAR <= abs(figure.value) / value <= FAR) or figure.kind == kinds.RANK:
        return None
    return Finding(
        "sentence_equals_table",
        ERROR,
        figure.mark,
        figure.number.text,
        right.lstrip("+-"),
        f"{table.name or 'The table'} has {line.texts[mention.row.label]} for {mention.row.label}, which gives "
        f"{right.lstrip('+-')}.",
        sentence.text,
        place_of(context, sentence),
        slip,
        [line.marks[mention.row.label]] if mention.row.label in line.marks else [],
    )


def is_of_percent(line: Line) -> bool:
    return (
        "%" in line.name
        or "percent" in line.name.lower()
        or line.role == "share"
        or any("%" in text for text in line.texts.values() if " to " not in text)
    )


def fits(figure: Figure, value: float) -> bool:
    return figure.number.fits(abs(value)) or figure.number.fits(value)
