"""Shares that a text states of what a table counts: "charge or summons made up 28.3% of positive outcomes"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import (
    GENERIC,
    RESTRICTED,
    Reader,
    best_label,
    term_of,
    term_of_cell,
    topic_of,
)
from orchestration.checking.rules.rows_said import is_narrower
from orchestration.checking.rules.together import TOGETHER, places_named
from orchestration.checking.rules.within_tables import line
from orchestration.checking.tables import Row, Table
from orchestration.checking.words import stems

MAKES_UP = re.compile(
    r"\b(?:account(?:s|ed|ing)? for|(?:is|was|were|lay|lies) behind|"
    r"ma[dk]es? up|making up|represent(?:s|ed|ing)?|compris\w+|constitut\w+)\s+"
    r"(?:(?:only|just|about|around|roughly|over|under|almost|nearly)\s+)*$",
    re.IGNORECASE,
)
LISTED = re.compile(r"\s*(?:\([^()]*\))?\s*(?:,|,?\s*(?:and|&|plus))\s*(?:the\s+)?", re.IGNORECASE)
# "More than half of all pupils (54.8%)": the bracket is of the table's total.
OF_ALL = re.compile(r"\bof (?:all|the total|the)\s+(?:[\w'’-]+\s+){0,3}\(\s*$", re.IGNORECASE)
# "52.5% of all trafficking offences", "61% of the force total", "24.5% of admissions in 2023-24".
OF_TOTAL = re.compile(
    r"\s*\)?\s*of\b(?:\s+(?:all|the|its|our)\b)?(?P<what>(?:\s+[a-z'’-]+){0,5}?)\s*"
    r"(?:[.,;)]|$|\b(?:in|although|though|but|while|and|despite|even)\b)",
    re.IGNORECASE,
)


def shares_in_tables(reader: Reader, sentence: Sentence, share: Figure, where: str) -> Iterator[Relation]:
    """A share with the rows that its clause names: "charge or summons made up 28.3% of positive outcomes"."""
    text = sentence.text
    at = share.mark.start - sentence.start
    after = text[share.mark.end - sentence.start :]
    block = reader.context.document.blocks[sentence.block]
    near = reader.context.tables_for(block)
    for table in reader.context.tables:
        for column in table.columns:
            if column.role != "value" or (column.period and share.period and column.period != share.period):
                continue
            parts = parts_named(reader, table, text, at, sentence)
            totals = [row for row in table.rows if row.is_total or row.label == reader.context.names.own]
            before = {one.name for one in reader.context.names.find(text[:at])}
            places = [row for row in table.rows if row.label in before]
            named = best_label(table, after, 0) or []
            for rows in parts:
                cells = line(table, [(row, column) for row in rows])
                if not cells:
                    continue
                for whole_row in [*named, *totals]:
                    whole = term_of_cell(table, whole_row, column)
                    if whole is None or whole_row in rows or whole.value < sum(cell.value for cell in cells):
                        continue
                    part = cells[0]
                    if len(cells) > 1:
                        number = replace(part.number, text=" and ".join(cell.text for cell in cells))
                        part = Term(part.mark, number, sum(cell.value for cell in cells), part.name)
                    relation = sums.share_relation(part, whole, term_of(share), where, text)
                    exact = table in near and whole_row in named and re.match(r"\s*(?:\)\s*)?of\b", after)
                    exact = exact or (table in near and whole_row.is_total and OF_ALL.search(text[:at]))
                    is_now = share.has_own_period or column.period in table.periods[-1:] or not table.periods
                    is_told = whole_row.is_total and (is_of_total(table, after) or is_one_in(table, share))
                    is_told = is_told and (
                        (is_sure_part(rows, places, text) and not is_narrower(table, text, at, at))
                        or (not share.has_own_area and is_sure_row(table, rows, text, at, relation))
                    )
                    is_exact = bool(exact) or (table in near and is_now and is_told)
                    is_sole = not table.periods and [one.role for one in table.columns].count("value") == 1
                    relation.where = f"{where}*" if is_exact and (column.period or is_sole) else where
                    yield relation


def is_one_in(table: Table, share: Figure) -> bool:
    """Whether a share is one of the things that a table counts: "one application in seven"."""
    match = re.match(r"one ([a-z-]+) in\b", share.number.text, re.IGNORECASE)
    about = {word for column in table.columns for word in stems(column.header)} | topic_of(table)
    return match is not None and bool(set(stems(match[1])) & about)


def is_of_total(table: Table, after: str) -> bool:
    """Whether a share is of all that a table counts: "the total", or words that its caption has."""
    match = OF_TOTAL.match(after)
    said = set(stems(match["what"])) - GENERIC if match else set()
    if match is None or DIRECTION.search(match["what"]) or re.search(r"\b(?:change|difference)", match["what"]):
        return False
    about = topic_of(table) | {word for row in table.rows if row.is_total for word in stems(row.label)}
    return match is not None and said <= about and bool(said or re.search(r"\btotal", match["what"]))


def is_sure_part(rows: list[Row], places: list[Row], text: str) -> bool:
    """Whether the rows of a share are all the places that its sentence names: one, or several together."""
    return rows == places and (len(rows) == 1 or bool(TOGETHER.search(text)))


def is_sure_row(table: Table, rows: list[Row], text: str, at: int, relation: Relation) -> bool:
    """Whether the one row that a text names before a share is its part, and the share not far from what it gives."""
    named = {row.index for _, row in places_named(table, text) if not row.is_total}
    expected = relation.expected() or 0.0
    number = relation.result.number
    is_near = bool(slip_between(number.text, printed_like(number, expected)))
    is_near = is_near or (0.5 <= relation.result.value / expected <= 2 if expected else False)
    is_one = not table.has_areas and len(rows) == 1 and named == {rows[0].index}
    return is_one and is_near and MAKES_UP.search(text[:at]) is not None and not RESTRICTED.search(text)


def groups_before(table: Table, text: str, at: int) -> list[list[Row]]:
    """The rows of a table that a text lists together before a place."""
    groups: list[list[Row]] = []
    last = -1
    for (start, end), row in sorted(places_named(table, text[:at]), key=lambda one: one[0]):
        if row.is_total:
            continue
        if groups and LISTED.fullmatch(text[last:start]):
            groups[-1].append(row)
        else:
            groups.append([row])
        last = end
    return groups


def parts_named(reader: Reader, table: Table, text: str, at: int, sentence: Sentence) -> list[list[Row]]:
    """The rows that a text names before a share, one by one and, where it names several places, together."""
    together = TOGETHER.search(text)
    if together and not table.has_areas and together.start() < at:
        # "Violence (35.0%) and theft (34.1%) together make up two thirds": of both, and of neither alone.
        return [group for group in groups_before(table, text, at) if len(group) > 1]
    rows = best_label(table, text[:at], at) or []
    found = [[row] for row in rows]
    places = [row for row in table.rows if row.label in sentence.areas]
    if len(places) > 1:
        found.append(places)
    return found + [[row] for row in places]
