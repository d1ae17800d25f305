"""Among which rows, and in which columns, a superlative holds: "among officers", "the largest overspend"."""

import re

from orchestration.checking import labels
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.kinds import AREAS
from orchestration.checking.rules.readings import GENERIC, best_label
from orchestration.checking.rules.series import Line
from orchestration.checking.rules.superlatives import Claim
from orchestration.checking.tables import Table
from orchestration.checking.words import stems

GROUP_BEFORE = re.compile(
    r"(?:^|[.;]\s+)(?:(?:But|And|However),?\s+)?(?:Among|Amongst|Within|Of)\s+(?:all\s+|the\s+|our\s+)*([^,;.\d(]{3,60}),\s",
    re.IGNORECASE,
)
GROUP_BEHIND = re.compile(
    r"(?:\s+[a-z-]+){0,4}\s+(?:among|amongst|within)\s+(?:all\s+|the\s+|our\s+)*([a-z][\w' -]*?)\s*(?=[,;.(]|$)",
    re.IGNORECASE,
)
# What a table derives from its other columns, which the largest of them need not have most of.
DERIVED = re.compile(
    r"\s+(?:[a-z-]+\s+){0,2}?((?:over|under|above|below) (?:the )?(?:budget|plan|target)|"
    r"over-?spend|under-?spend|variance|deficit|surplus|shortfall|gap|saving|difference|"
    r"overrun)(?:s|es|ing)?\b",
    re.IGNORECASE,
)
SCALES = (1.0, 1e3, 1e6, 1e9)
GENERAL = frozenset(("group", "category", "type", "row", "measure", "kind", "class", "these", "them", "three", "four"))


def same_figure(figure: Figure, value: float) -> bool:
    """Whether a cell has a figure, be it in the thousands or millions that its table is in: £5.6 million and 5.6."""
    in_words = figure.number.decimals < 0 or figure.number.unit == "money"
    return any(abs(abs(figure.value) - abs(value) * scale) < 1e-6 * scale for scale in SCALES[: 4 if in_words else 1])


def meant(sentence: Sentence, claim: Claim, orders: list[tuple[Table, Line]]) -> list[tuple[Table, Line]]:
    """The orders that a superlative can mean, each among the rows of the group that the sentence names."""
    behind = sentence.text[claim.end : claim.end + 60]
    derived = DERIVED.match(behind)
    if derived and not any(derived[1].lower() in line.name.lower() for _, line in orders):
        return []
    if group := group_named(sentence, claim):
        return [
            (table, within) for table, line in orders if (within := line_within(table, line, group, sentence, claim))
        ]
    return orders


def group_named(sentence: Sentence, claim: Claim) -> tuple[str, bool] | None:
    """The group among which a superlative holds, and whether the sentence begins with it."""
    before = list(GROUP_BEFORE.finditer(sentence.text[: claim.start]))
    if before:
        return before[-1][1], True
    behind = GROUP_BEHIND.match(sentence.text, claim.end)
    return (behind[1], False) if behind else None


def line_within(table: Table, line: Line, group: tuple[str, bool], sentence: Sentence, claim: Claim) -> Line | None:
    """An order of the rows of a group; the whole order where the group is all rows, None where nobody can tell."""
    said, is_before = group
    words = set(stems(said)) - GENERIC
    about = set(stems(f"{table.label_header} {table.caption} {' '.join(one.header for one in table.columns)}"))
    if not words or words & (about | GENERAL) or re.search(AREAS, said, re.IGNORECASE):
        return line
    inside = {row.label for row in table.rows if row.group and words & set(stems(labels.OF_WHICH.sub("", row.group)))}
    if inside:
        kept = {name: value for name, value in line.values.items() if name in inside}
        return Line(line.name, line.role, kept, line.texts, line.marks)
    if is_before:
        return None
    # "Inspectors have the highest rate among officers" is of a group; "it is highest among officers" is of the row.
    subject = best_label(table, sentence.text[: claim.start], claim.start) or []
    is_row = any(words & set(stems(row.label)) for row in table.rows if row not in subject)
    return None if is_row and subject else line
