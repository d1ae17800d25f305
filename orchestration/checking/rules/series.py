"""The columns of a table as orders of its rows: their values, and their changes, printed or computed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from orchestration.checking import labels
from orchestration.checking.findings import Mark
from orchestration.checking.rules.within_tables import pair_of, term
from orchestration.checking.tables import Column, Row, Table

# So many rows at least make the sum that stands in the middle of a table.
MIDDLE = 3
# The direction of a row that rose in one step and fell or stayed in another.
MIXED = 2
NET = re.compile(r"(?:net|gross)\b|sub-?total|total\b", re.IGNORECASE)


@dataclass
class Line:
    """One quantity for each row of a table, but for totals: values, their printed texts and where they stand."""

    name: str
    role: str
    values: dict[str, float] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)


def rows_to_rank(table: Table) -> list[Row]:
    """The rows that are compared with each other: no totals, no parts, no shares among counts."""
    rows = [row for row in table.rows if not row.is_total and not row.is_part and not NET.match(row.label)]
    plain = [row for row in rows if not row.role]
    rows = plain or rows
    has_total = any(row.is_total for row in table.rows)
    for at in range(MIDDLE, len(rows) - 1) if not has_total else ():
        # "NHS grant, Legacies, Shops, Income, Spending": what stands behind a sum is none of its parts.
        if is_sum(table, rows[at], rows[: at + 1]):
            return rows[:at]
    return [row for row in rows if not is_sum(table, row, rows)]


def within_breakdown(table: Table, names: Sequence[str]) -> set[str] | None:
    """The rows that make the total together with the rows named, where others make it, too: by sex, then by drug.

    None where the rows of a table are one breakdown of its total.
    """
    rows = rows_to_rank(table)
    totals = [row for row in table.rows if row.is_total]
    for column in table.columns if len(totals) == 1 else ():
        cells = [table.at(row, column) for row in rows]
        total = table.at(totals[0], column)
        if column.role != "value" or total is None or not total.value or None in cells:
            continue
        values = [cell.value for cell in cells if cell is not None]
        for number in range(2, len(values) - 1):
            parts = (sum(values[:number]), sum(values[number:]))
            if all(abs(made - total.value) < 1e-6 for made in parts):
                groups = ({row.label for row in rows[:number]}, {row.label for row in rows[number:]})
                return next((group for group in groups if set(names) <= group), set())
    return None


def totals_of(table: Table) -> list[Row]:
    """The rows that hold totals: those that are called so, or else a first or last row that sums the others."""
    plain = [row for row in table.rows if not row.is_part and not row.role]
    return [row for row in table.rows if row.is_total] or [row for row in plain if is_sum(table, row, plain)]


def is_sum(table: Table, row: Row, rows: list[Row]) -> bool:
    """Whether a row is the sum of the others, whatever it is called."""
    others = [one for one in rows if one is not row]
    if len(others) < 2 or row not in (rows[0], rows[-1]):
        return False
    for column in table.columns:
        if column.role != "value":
            continue
        values = [number.value for one in others if (number := table.at(one, column)) is not None]
        own = table.at(row, column)
        if own is not None and len(values) == len(others) and own.value and abs(sum(values) - own.value) < 1e-6:
            return True
    return False


def lines_of(table: Table, way: str) -> list[Line]:
    """The orders that a claim of values, rises, falls or changes can mean, those of older periods first."""
    rows = rows_to_rank(table)
    if way == "value":
        columns = [column for column in table.columns if column.role != "change"]
        columns.sort(key=lambda column: column.period.end if column.period else date.min)
        return [line for column in columns if (line := of_column(table, rows, column)).values]
    found = [of_column(table, rows, column) for column in table.columns if column.role == "change"]
    found += computed(table, rows)
    return [line for line in found if line.values]


def of_column(table: Table, rows: list[Row], column: Column) -> Line:
    line = Line(column.header or labels.measure_of(column.header), column.role)
    for row in rows:
        one = term(table, row, column)
        if one is not None:
            line.values[row.label], line.texts[row.label], line.marks[row.label] = one.value, one.text, one.mark
    return line


def pairs(table: Table) -> list[tuple[Column, Column]]:
    """The two columns that are compared in a table of periods: the latest two, or those that its changes are of."""
    values = [column for column in table.columns if column.role != "change" and column.period]
    printed = [pair for column in table.columns if column.role == "change" and (pair := pair_of(table, column, values))]
    if printed:
        return list(dict.fromkeys(printed))
    found = []
    for measure in dict.fromkeys(column.measure for column in values):
        same = sorted((c for c in values if c.measure == measure), key=lambda c: c.period.end if c.period else date.min)
        if is_repeated(same):
            continue
        if len(same) == 2:
            found.append((same[0], same[1]))
        elif len(same) > 2:
            # "Grew fastest" is of the last year or of all years.
            found += [(same[-2], same[-1]), (same[0], same[-1])]
    return found


def computed(table: Table, rows: list[Row]) -> list[Line]:
    """The changes of the rows, as differences and in percent."""
    found = []
    for old, new in pairs(table):
        differences, percents = Line("change", "change"), Line("change in percent", "change")
        for row in rows:
            before, after = term(table, row, old), term(table, row, new)
            if before is None or after is None:
                continue
            change = after.value - before.value
            for line, value in (
                (differences, change),
                (percents, change / before.value * 100 if before.value else None),
            ):
                if value is not None:
                    line.values[row.label] = value
                    line.texts[row.label] = f"{before.text} to {after.text}"
                    line.marks[row.label] = after.mark
        found += [differences, percents]
    return found


def directions(table: Table) -> list[dict[str, int]]:
    """For each pair of compared columns, whether each row rose (1), fell (-1) or stayed (0)."""
    found = [ways for pair in pairs(table) if (ways := directions_between(table, [pair]))]
    if not found:
        for column in table.columns:
            if column.role == "change":
                line = of_column(table, rows_to_rank(table), column)
                if any(value < 0 for value in line.values.values()) or any("+" in text for text in line.texts.values()):
                    found.append({name: (value > 0) - (value < 0) for name, value in line.values.items()})
    return found


def directions_between(table: Table, steps: list[tuple[Column, Column]]) -> dict[str, int]:
    """Whether each row rose (1), fell (-1) or stayed (0) in every one of these steps; 2 where the steps differ."""
    ways = {}
    for row in rows_to_rank(table):
        terms = [(term(table, row, old), term(table, row, new)) for old, new in steps]
        if any(before is None or after is None for before, after in terms):
            continue
        found = {(a.value > b.value) - (a.value < b.value) for b, a in terms if a is not None and b is not None}
        if found:
            ways[row.label] = found.pop() if len(found) == 1 else MIXED
    return ways


def columns_in_time(table: Table) -> list[list[Column]]:
    """The columns of each measure of a table of periods, in the order of time."""
    values = [column for column in table.columns if column.role != "change" and column.period]
    found = [
        sorted(
            (one for one in values if one.measure == measure),
            key=lambda one: one.period.end if one.period else date.min,
        )
        for measure in dict.fromkeys(column.measure for column in values)
    ]
    return [columns for columns in found if not is_repeated(columns)]


def is_repeated(columns: list[Column]) -> bool:
    """Whether two columns of one measure are of one period: their header says more than could be read of it."""
    return len({(column.period, column.role) for column in columns}) < len(columns)
