"""The rows of tables that a text names together, and the one column that a number of it can be of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.directions import VERB
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Term, slip_between
from orchestration.checking.rules.readings import GENERIC, RESTRICTED, topic_of
from orchestration.checking.rules.together import places_named
from orchestration.checking.rules.within_tables import line
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import all_stems, stem, stems

# What may stand between the names of a list: "A, B and C", "A and in B".
LISTS = re.compile(
    r"\s*(?:\([^()]*\))?\s*(?:,|,?\s*(?:and|&|plus))\s*(?:(?:in|for|at|the|that of|of)\s+)*", re.IGNORECASE
)
# What stands before a place that others are compared with: "14 above A", "twice as many as B", "twice that in C".
OBJECT = re.compile(
    r"\b(?:than|as|above|below|over|compared (?:with|to)|against|ahead of|behind|"
    r"(?:times|twice|double|half)\s+(?:that|those|the(?:\s+[a-z]+){0,3}))\s+"
    r"(?:(?:in|at|for|the|that|those|of)\s+)*$",
    re.IGNORECASE,
)
# Words of a claim that say nothing of what is counted.
OF_CLAIMS = frozenset(
    re.findall(
        "[a-z]+",
        "together combined between them jointly many much times twice half nearly almost over around about than and "
        "with of case recorded recording reported seen saw make made making up accounted account for gave took dealt "
        "carried attended each other every only also now still just case incident above below ahead behind more fewer "
        "less point percentage",
    )
)


@dataclass(frozen=True)
class Mention:
    """A row that a text names, and where."""

    start: int
    end: int
    row: Row


@dataclass(frozen=True)
class Option:
    """The cells of one column for the rows that a text names."""

    table: Table
    column: Column
    cells: tuple[Term, ...]
    is_near: bool


def mentions(context: Context, table: Table, text: str) -> list[Mention]:
    """The rows of a table that a text names, in the order of the text; totals are none of them."""
    if table.has_areas:
        by_label = {row.label: row for row in table.rows if not row.is_total}
        return [
            Mention(one.start, one.end, by_label[one.name]) for one in context.names.find(text) if one.name in by_label
        ]
    found = [Mention(*place, row) for place, row in places_named(table, text) if not row.is_total]
    found = [
        one
        for one in found
        if not any(
            o is not one and o.start <= one.start and one.end <= o.end and (o.end - o.start) > (one.end - one.start)
            for o in found
        )
    ]
    return sorted(found, key=lambda one: one.start)


def listed(text: str, named: Sequence[Mention]) -> list[list[Mention]]:
    """The mentions in their lists: those that only commas and "and" part stand together."""
    groups: list[list[Mention]] = []
    for one in named:
        if groups and LISTS.fullmatch(text[groups[-1][-1].end : one.start]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def subject_before(text: str, named: Sequence[Mention], at: int) -> Mention | None:
    """The last row that a text names before a place, but for those that it only compares others with."""
    before = [one for one in named if one.end <= at]
    if before and re.match(r",?\s+(?:which|who|itself)\b", text[before[-1].end :]):
        # "14 more than A, which has 27 more than B".
        return before[-1]
    main = [one for one in before if not OBJECT.search(text[: one.start])]
    found = main or before
    return found[-1] if found else None


def near_tables(context: Context, sentence: Sentence) -> list[Table]:
    block = context.document.blocks[sentence.block]
    return context.mentioned(block.text) or context.tables_for(block)


def options(context: Context, sentence: Sentence, wanted: Sequence[str], roles: Sequence[str]) -> list[Option]:
    """The cells of the rows with these labels, for each column of each table that has all of them."""
    near = near_tables(context, sentence)
    found = []
    for table in context.tables:
        rows = [[row for row in table.rows if row.label == label and not row.is_total] for label in wanted]
        if any(len(one) != 1 for one in rows):
            continue
        for column in table.columns:
            cells = line(table, [(one[0], column) for one in rows])
            if cells and all(table.role(one[0], column) in roles for one in rows):
                found.append(Option(table, column, tuple(cells), table in near))
    return found


def sure(sentence: Sentence, figure: Figure, found: Sequence[Option]) -> Option | None:
    """The one option that a number can be of: of the one table near, of its period and of the measure that is named."""
    near = [one for one in found if one.is_near]
    if len({one.table.number for one in near}) != 1:
        return None
    period = figure.period
    shown = near[0].table.periods
    if period not in shown and shown and not any(one.period for one in sentence.spans):
        # A sentence that names no period is of the latest.
        period = shown[-1]
    near = [one for one in near if one.column.period is None or period is None or one.column.period == period]
    if len(near) > 1:
        said = set(all_stems(sentence.text))
        scored = [(len(set(stems(one.column.measure)) & said), one) for one in near]
        most = max(score for score, _ in scored)
        near = [one for score, one in scored if score == most]
    return near[0] if len(near) == 1 else None


def is_narrower(table: Table, text: str, start: int, end: int) -> bool:
    """Whether the words beside a number name something else, or less, than what a table counts."""
    about = topic_of(table) | OF_CLAIMS | GENERIC | set(stems(f"{table.label_header} {table.notes}"))
    about |= {word for row in table.rows for word in all_stems(row.label)}
    beside = re.split(r"[.;:,()\d]|\b(?:than|in|for|compared|while|but|as)\b", text[end:])[0]
    before = re.split(r"[.;:,()\d]", text[:start])[-1]
    said = {word for word in stems(f"{before} {beside}") if not re.fullmatch(labels.GEOGRAPHY, word)}
    return bool({one for one in said if one not in about and stem(one) not in about})


def is_of_other(context: Context, table: Table, before: str) -> bool:
    """Whether the words before a verb name something that a table is not about: "burglary" over a table of crimes."""
    places = {word for name in context.names.listed for word in all_stems(name)}
    about = topic_of(table) | GENERIC | OF_CLAIMS | places | set(stems(f"{table.label_header} {table.notes}"))
    about |= {word for row in table.rows for word in all_stems(row.label)}
    said = set(stems(VERB.sub(" ", re.split(r"[;.]\s", before)[-1])))
    return bool({one for one in said - about if not re.fullmatch(labels.GEOGRAPHY, one)})


def is_told(option: Option, sentence: Sentence, number: Figure, expected: float, printed: str) -> bool:
    """Whether a number that is not what an option gives is a misprint of it and of nothing else."""
    at = (number.mark.start - sentence.start, number.mark.end - sentence.start)
    if slip_between(number.number.text, printed):
        return True
    if RESTRICTED.search(sentence.text) or is_narrower(option.table, sentence.text, *at) or not expected:
        return False
    return 0.5 <= abs(number.value / expected) <= 2
