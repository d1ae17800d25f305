"""The largest of the steps in a table of years: "the biggest drop came between 2022 and 2023"."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking.context import Context
from orchestration.checking.findings import Finding
from orchestration.checking.rules.readings import Reader, best_label
from orchestration.checking.rules.rows_said import is_of_other, near_tables
from orchestration.checking.rules.said import words_finding
from orchestration.checking.rules.series import columns_in_time
from orchestration.checking.rules.within_tables import line
from orchestration.checking.spans import in_words
from orchestration.checking.tables import Row, Table
from orchestration.reading.periods import Period

LARGEST_STEP = re.compile(
    r"\b(?:biggest|largest|greatest|steepest|sharpest)\s+(?:single\s+|annual\s+|yearly\s+)?"
    r"(?:(?P<fall>fall|drop|decrease|decline|reduction)|(?P<rise>rise|increase|growth)|(?P<any>step|change|jump|move))\s+"
    r"(?:(?:in|of)\s+[a-z ]{3,40}?\s+)?(?:came|was|occurred|happened|took place)\s+"
    r"(?P<when>between\s+[\d/]+\s+and\s+[\d/]+)",
    re.IGNORECASE,
)
LEAST_STEPS = 2


def largest_steps(context: Context, reader: Reader) -> Iterator[Finding]:
    """A finding where every row of every table near has its largest step between two other years."""
    for sentence in reader.sentences:
        for match in LARGEST_STEP.finditer(sentence.text):
            start, end = match.span("when")
            named = [one.period for one in sentence.spans if one.period and start <= one.start < one.end <= end]
            leaders = [
                largest
                for table in near_tables(context, sentence)
                for columns in columns_in_time(table)
                if set(named) <= {one.period for one in columns}
                for row in table.rows
                if (cells := line(table, [(row, column) for column in columns]))
                for largest in [largest_of([one.period for one in columns], [one.value for one in cells], match)]
            ]
            if len(named) != 2 or not leaders or any(one is None or tuple(named) in one for one in leaders):
                continue
            first, last = (leaders[0] or [(named[0], named[1])])[0]
            meant = f"between {in_words(first)} and {in_words(last)}"
            why = f"By the table, the largest step is {meant}."
            yield words_finding(context, sentence, "rank_is_the_tables", (start, end), meant, why)


PEAKED = re.compile(
    r"\b(?:peaked|(?:reached|hit)\s+(?:its|their|a)\s+(?:peak|height|highest\s+(?:point|level)))\s+in\s+"
    r"(?=(?:[A-Z][a-z]+\s+)?(?:19|20)\d\d)"
)


def peaks(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "They had peaked in 2025": the highest value of the row that the sentence or the one before it names."""
    for before, sentence in zip([None, *reader.sentences], reader.sentences, strict=False):
        for match in PEAKED.finditer(sentence.text):
            span = next((one for one in sentence.spans if one.period and one.start >= match.end()), None)
            told = before.text if before is not None and before.block == sentence.block else ""
            found = []
            for table in near_tables(context, sentence):
                own = sentence.text[: match.start()]
                rows = rows_peaking(context, table, own, told)
                for columns in columns_in_time(table) if len(rows) == 1 else []:
                    cells = line(table, [(rows[0], column) for column in columns])
                    periods = [one.period for one in columns]
                    if span is not None and len(cells) > LEAST_STEPS and span.period in periods:
                        most = max(one.value for one in cells)
                        found.append([period for period, one in zip(periods, cells, strict=True) if one.value == most])
            if span is None or len(found) != 1 or span.period in found[0]:
                continue
            meant = in_words(found[0][0])
            why = f"By the table, the highest value is that of {meant}."
            yield words_finding(context, sentence, "rank_is_the_tables", (match.start(), span.end), meant, why)


# "They had peaked", "the number peaked".
IT = re.compile(
    r"\W*(?:they|it|these|this|numbers?|the (?:number|figure|total))\b(?:\s+(?:had|has|have))?\s*$", re.IGNORECASE
)
HAD = re.compile(r"\s+(?:had|has|have)\s*$", re.IGNORECASE)


def rows_peaking(context: Context, table: Table, own: str, told: str) -> list[Row]:
    """The row that the words before a verb name, and nothing else with it; or that of the sentence before."""
    if IT.fullmatch(own):
        return best_label(table, told, len(told)) or []
    rows = best_label(table, own, len(own)) or []
    return [] if is_of_other(context, table, HAD.sub("", own)) else rows


def largest_of(
    periods: list[Period | None], values: list[float], match: re.Match
) -> list[tuple[Period | None, Period | None]] | None:
    """The two periods of the largest step, with any other step of that size; None for a row with too few values."""
    if len(values) != len(periods) or len(values) <= LEAST_STEPS:
        return None
    way = -1 if match["fall"] else 1 if match["rise"] else 0
    steps = [((new - old) * way if way else abs(new - old)) for old, new in pairwise(values)]
    most = max(steps)
    return [pair for pair, step in zip(pairwise(periods), steps, strict=True) if step >= most - 1e-9]
