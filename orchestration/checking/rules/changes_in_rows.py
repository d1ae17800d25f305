"""Rows of changes in a table of years: "Change on previous year", from one column to the next."""

from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import labels
from orchestration.checking.findings import Relation
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import end_of
from orchestration.checking.rules.series import is_repeated
from orchestration.checking.rules.within_tables import line, where
from orchestration.checking.tables import Column, Row, Table

# As few steps may agree by chance.
FEWEST = 2


def changes_in_rows(table: Table) -> Iterator[Relation]:
    """The changes that a row prints, with the values of the row that they bear out, each year's with the one before."""
    columns = sorted((one for one in table.columns if one.period), key=end_of)
    if len(columns) < FEWEST + 1 or is_repeated(columns) or len({one.period.kind for one in columns if one.period}) > 1:
        return
    for changes in (row for row in table.rows if row.role == "change"):
        options = [
            found
            for values in table.rows
            if values.role != "change" and (found := list(steps(table, values, changes, columns)))
        ]
        best = max(options, key=lambda found: sum(one.holds() for one in found), default=[])
        held = sum(one.holds() for one in best)
        if held >= FEWEST and held * 2 > len(best):
            yield from best


def steps(table: Table, values: Row, changes: Row, columns: list[Column]) -> Iterator[Relation]:
    for old, new in pairwise(columns):
        terms = line(table, [(values, old), (values, new), (changes, new)])
        if not terms:
            continue
        change = terms[2].number
        is_percent = change.unit == "percent" or labels.PERCENT.search(changes.label)
        kind = sums.POINTS if change.unit == "points" else sums.PERCENT if is_percent else sums.DIFFERENCE
        yield sums.change_relation(terms[0], terms[1], terms[2], kind, where(table, changes, new))
