"""Shares that a text states of what a table counts: "charge or summons made up 28.3% of positive outcomes"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import GENERIC, Reader, best_label, term_of, term_of_cell, topic_of
from orchestration.checking.rules.together import TOGETHER
from orchestration.checking.rules.within_tables import line
from orchestration.checking.tables import Row, Table
from orchestration.checking.words import stems

# "More than half of all pupils (54.8%)": the bracket is of the table's total.
OF_ALL = re.compile(r"\bof (?:all|the total|the)\s+(?:[\w'’-]+\s+){0,3}\(\s*$", re.IGNORECASE)
# "52.5% of all trafficking offences", "61% of the force total".
OF_TOTAL = re.compile(
    r"\s*\)?\s*of (?:all|the|its|our)\b(?P<what>(?:\s+[a-z'’-]+){0,5})\s*(?:[.,;)]|$|\bin\b)", re.IGNORECASE
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
            places = [row for row in table.rows if row.label in sentence.areas]
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
                    is_now = share.has_own_period or column.period in table.periods[-1:]
                    is_told = whole_row.is_total and is_of_total(table, after) and is_sure_part(rows, places, text)
                    is_exact = bool(exact) or (table in near and is_now and is_told)
                    relation.where = f"{where}*" if is_exact and column.period else where
                    yield relation


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


def parts_named(reader: Reader, table: Table, text: str, at: int, sentence: Sentence) -> list[list[Row]]:
    """The rows that a text names before a share, one by one and, where it names several places, together."""
    rows = best_label(table, text[:at], at) or []
    found = [[row] for row in rows]
    places = [row for row in table.rows if row.label in sentence.areas]
    if len(places) > 1:
        found.append(places)
    return found + [[row] for row in places]
