"""Rules inside one table: changes, totals, shares."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

from orchestration.checking import labels
from orchestration.checking.findings import Mark, Relation, Term
from orchestration.checking.numbers import Number
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stems


def term(table: Table, row: Row, column: Column) -> Term | None:
    """The figure of a cell as a term; None where there is none."""
    at = (row.index, column.index)
    if at not in table.terms:
        table.terms[at] = _term(table, row, column)
    return table.terms[at]


def _term(table: Table, row: Row, column: Column) -> Term | None:
    number = table.at(row, column)
    if number is None:
        return None
    mark = Mark(table.block.number, table.place(row, column))
    grid = table.is_rounded if table.role(row, column) == "value" and number.decimals == 0 else 0
    if table.cells[row.index][column.index].is_whole:
        grid = max(grid, 1)
    return Term(mark, number, number.value, f"{row.label}, {column.header}", grid)


def line(table: Table, cells: Sequence[tuple[Row, Column]]) -> list[Term]:
    """The figures of some cells as terms; an empty list where one of them has none."""
    terms = [one for row, column in cells if (one := term(table, row, column)) is not None]
    return terms if len(terms) == len(cells) else []


def where(table: Table, row: Row, column: Column) -> str:
    return ", ".join(filter(None, (table.name or f"table {table.number}", row.label, column.header)))


def change_relations(table: Table) -> Iterator[Relation]:
    """The changes that a table prints, each with the two values of its row that it is the change of."""
    values = [column for column in table.columns if column.role != "change"]
    for column in table.columns:
        if column.role != "change":
            continue
        pair = pair_of(table, column, values)
        if pair is None:
            continue
        old, new = pair
        for row in table.rows:
            terms = line(table, [(row, one) for one in (old, new, column)])
            if not terms or row.role == "text":
                continue
            before, after, change = terms
            kinds = kinds_of_change(table, row, column, change.number, before.number)
            found = [sums.change_relation(before, after, change, kind, where(table, row, column)) for kind in kinds]
            holding = [one for one in found if one.holds()]
            if holding or found:
                yield (holding or found)[0]


def kinds_of_change(table: Table, row: Row, column: Column, change: Number, old: Number) -> list[str]:
    """The kinds of change that a cell may print, the likeliest first."""
    if change.unit == "points":
        return [sums.POINTS]
    is_percent = change.unit == "percent" or labels.PERCENT.search(column.header)
    if is_percent and not (labels.POINTS.search(column.header) and old.unit == "percent"):
        # "+4.2%" beside two shares may be their difference: sloppy, but not wrong.
        return [sums.PERCENT, sums.POINTS] if table.role(row, table.columns[0]) in ("share", "rate") else [sums.PERCENT]
    if labels.POINTS.search(column.header):
        return [sums.POINTS, sums.PERCENT]
    return [sums.DIFFERENCE, sums.PERCENT] if change.decimals or change.unit == "percent" else [sums.DIFFERENCE]


def pair_of(table: Table, change: Column, values: list[Column]) -> tuple[Column, Column] | None:
    """The two columns that a column of changes compares: those whose changes it prints in most rows."""
    options = []
    before = [column for column in values if column.index < change.index]
    for old, new in combinations(before if len(before) > 1 else values, 2):
        if old.period and new.period and old.period.end > new.period.end:
            old, new = new, old
        same = old.measure == new.measure or not (old.measure and new.measure)
        if not same or (old.period is None) != (new.period is None):
            continue
        if old.period is None and not comparable(old, new):
            continue
        options.append((old, new))
    if not options:
        return None
    scored = []
    for old, new in options:
        held = tried = 0
        for row in table.rows:
            terms = line(table, [(row, one) for one in (old, new, change)])
            if not terms:
                continue
            tried += 1
            kinds = kinds_of_change(table, row, change, terms[2].number, terms[0].number)
            held += any(sums.change_relation(terms[0], terms[1], terms[2], kind, "").holds() for kind in kinds)
        likeness = len(set(stems(change.measure)) & set(stems(old.measure)))
        scored.append((held, likeness, new.index, -abs(change.index - new.index), old, new, tried))
    held, _, _, _, old, new, tried = max(scored, key=lambda one: one[:4])
    if len(options) > 1 and held * 2 < tried:
        return None
    # A single pair of periods is compared whatever its figures; another needs figures that bear it out.
    return (old, new) if (old.period and new.period and len(options) == 1) or held * 2 >= tried > 0 else None


def comparable(old: Column, new: Column) -> bool:
    """Whether two columns without periods are of one thing at two times: "last year", "this year"."""
    times = {
        "previous",
        "last",
        "this",
        "current",
        "before",
        "after",
        "baseline",
        "latest",
        "prior",
        "now",
        "then",
        "old",
        "new",
    }
    return bool(
        times & set(stems(old.header + " " + new.header) + tuple((old.header + " " + new.header).lower().split()))
    )


def sum_relations(table: Table) -> Iterator[Relation]:
    """Totals of columns and of rows with their parts, where the table's own figures or its words bear them out."""
    if not table.is_additive:
        return
    counted = [one for one in table.columns if one.role == "value" and not labels.NOT_SUMMED.search(one.header)]
    rows = [row for row in table.rows if row.role == "" and not labels.NOT_SUMMED.search(row.label)]
    found = [*sums_down(table, rows, counted), *parts_of_rows(table, counted), *sums_across(table, rows, counted)]
    yield from (one for one in found if not (table.total_has_others and is_less(one)))


def is_less(relation: Relation) -> bool:
    """Whether the parts of a sum make less than the total that is printed."""
    expected = relation.expected()
    return not relation.holds() and expected is not None and expected < relation.result.value


def sums_down(table: Table, rows: list[Row], columns: list[Column]) -> Iterator[Relation]:
    whole = [row for row in rows if not row.is_part]
    for total in whole:
        parts = [row for row in whole if row is not total and row.group == total.group and not row.is_total]
        if total is not whole[0] and total is not whole[-1] and not total.is_total:
            continue
        if total.group and not parts:
            continue
        above = [row for row in parts if whole.index(row) < whole.index(total)]
        if total.is_total and 2 <= len(above) < len(parts):
            # What stands below a total is often beside it: "memo: agency staff".
            parts = max(above, parts, key=lambda some: len(sums_that_hold(table, some, total, columns)))
        yield from borne_out(table, parts, total, columns, total.is_total and plain_total(total.label))


def plain_total(label: str) -> bool:
    """Whether a label says "Total" and nothing that could be a total of something else."""
    return len(stems(label)) <= 1 or label.lower().startswith(("all ", "total"))


def parts_of_rows(table: Table, columns: list[Column]) -> Iterator[Relation]:
    """Rows marked "of which", with the row before them that they are parts of."""
    at = 0
    rows = table.rows
    while at < len(rows):
        if not rows[at].is_part or rows[at].role:
            at += 1
            continue
        end = at
        while end < len(rows) and rows[end].is_part:
            end += 1
        parts = [row for row in rows[at:end] if not row.role]
        for whole in reversed([row for row in rows[:at] if not row.role and not row.is_part]):
            found = list(borne_out(table, parts, whole, columns, False))
            if found:
                yield from found
                break
        at = end


# From here on three numbers hardly make a fourth by chance.
LEAST_BY_CHANCE = 200


def borne_out(table: Table, parts: list[Row], total: Row, columns: list[Column], is_named: bool) -> Iterator[Relation]:
    """The sums of parts in each column, if at least one is right, or if the total is named and misses by little."""
    if len(parts) < 2 or labels.NOT_ADDITIVE.search(total.label):
        return
    found = list(sums_of_columns(table, parts, total, columns))
    right = sums_that_hold(table, parts, total, columns)
    if right and not (total.is_total or parts[0].is_part) and len(right) < 2:
        # In a table without a total, 22 and 19 make 41 by chance.
        right = [one for one in right if one.result.value >= LEAST_BY_CHANCE and len(parts) >= 3]
    if not right and len(found) > 1 and all(is_less(one) for one in found):
        # Each total is more than its parts: a part that the table does not show is likelier than as many slips.
        return
    if right or (found and is_named and all(close(one) for one in found) and len(parts) >= 2):
        yield from found


def sums_of_columns(table: Table, parts: list[Row], total: Row, columns: list[Column]) -> Iterator[Relation]:
    for column in columns:
        terms = line(table, [(row, column) for row in (*parts, total)])
        if terms and all(one.number.unit in ("plain", "money") for one in terms):
            what = f"The {len(parts)} rows"
            yield sums.sum_relation(terms[:-1], terms[-1], where(table, total, column), what)


def sums_that_hold(table: Table, parts: list[Row], total: Row, columns: list[Column]) -> list[Relation]:
    return [one for one in sums_of_columns(table, parts, total, columns) if one.holds() and one.result.value]


def close(relation: Relation) -> bool:
    """Whether a sum misses its total by so much as a slip does, and not as a list of some parts would."""
    expected, printed = relation.expected(), relation.result.value
    if expected is None or not printed:
        return False
    return abs(expected - printed) <= 0.2 * abs(printed) or abs(expected - printed) in (9.0, 90.0, 900.0, 9000.0)


def sums_across(table: Table, rows: list[Row], columns: list[Column]) -> Iterator[Relation]:
    """A column of totals with the columns beside it, of one period: men, women, all."""
    for total in columns:
        name = total.measure or total.header
        quarters = quarters_of(columns, total)
        if not labels.TOTAL.search(name) and not quarters:
            continue
        parts = quarters or [
            one
            for one in columns
            if one is not total and one.period == total.period and not labels.TOTAL.search(one.measure)
        ]
        if len(parts) < 2:
            continue
        found = []
        for row in rows:
            terms = line(table, [(row, column) for column in (*parts, total)])
            if not terms or any(one.number.decimals or one.number.unit != "plain" for one in terms):
                continue
            found.append(
                sums.sum_relation(terms[:-1], terms[-1], where(table, row, total), f"The {len(parts)} columns")
            )
        right = sum(one.holds() for one in found)
        if right * 2 >= len(found) > 0 and right:
            yield from found


QUARTER_HEADER = re.compile(r"^\s*(?:q(?:uarter)?\s?)([1-4])\b", re.IGNORECASE)
YEAR_HEADER = re.compile(r"^\s*(?:full |whole |the )?year(?: total)?\s*$|^\s*total\s*$", re.IGNORECASE)


def quarters_of(columns: list[Column], total: Column) -> list[Column]:
    """The columns of the four quarters before that of their year; none where it is not the one column besides them."""
    found = [one for one in columns if QUARTER_HEADER.match(one.header)]
    numbers = [match[1] for one in found if (match := QUARTER_HEADER.match(one.header))]
    others = [one for one in columns if one not in found]
    is_year = YEAR_HEADER.match(total.header) or labels.is_period(total.header)
    return found if sorted(numbers) == ["1", "2", "3", "4"] and others == [total] and is_year else []


def share_relations(table: Table) -> Iterator[Relation]:
    """Shares of a table with the counts of the table that they are shares of, where its figures bear them out."""
    yield from shares_of(table, across=True)
    yield from shares_of(table, across=False)


def shares_of(table: Table, across: bool) -> Iterator[Relation]:
    """Shares in a column of each row (`across`), or in a row of each column, with the best pair of counts for them."""
    lines: list = table.columns if across else table.rows
    others: list = table.rows if across else table.columns

    def at(line: Any, other: Any) -> Term | None:
        row, column = (other, line) if across else (line, other)
        return term(table, row, column)

    def role(line: Any, other: Any) -> str:
        row, column = (other, line) if across else (line, other)
        return table.role(row, column) if table.at(row, column) is not None else ""

    for shares in lines:
        cells = [other for other in others if role(shares, other) == "share"]
        if not cells or (across and shares.role == "change"):
            continue
        counts = [line for line in lines if line is not shares and any(role(line, other) == "value" for other in cells)]
        best: tuple = (0, 0, None)
        for part in counts:
            for whole in [*counts, None]:
                if whole is part or (across and whole is not None and not same_time(part, whole, shares)):
                    continue
                relations = list(shares_for(table, shares, part, whole, cells, at, across))
                held = sum(one.holds() for one in relations)
                name = stems(label_of(shares))
                likeness = len(set(stems(label_of(part))) & set(name))
                if relations and (held, likeness) > best[:2]:
                    best = (held, likeness, relations)
        held, likeness, relations = best
        if not relations:
            continue
        needed = 1 if likeness else 2
        if held >= max(needed, len(relations) * 0.5):
            yield from relations


def shares_for(table: Table, shares, part, whole, cells, at, across) -> Iterator[Relation]:
    """Each share with its part and whole; without a `whole` line, the whole is the total of the part's own line."""
    total = None
    if whole is None:
        total = next((one for one in (table.rows if across else []) if one.is_total), None)
        if total is None:
            return
    for other in cells:
        share, count = at(shares, other), at(part, other)
        of = at(whole, other) if whole is not None else at(part, total)
        if share is None or count is None or of is None or count.number.unit != "plain" or of.value < count.value:
            continue
        row, column = (other, shares) if across else (shares, other)
        yield sums.share_relation(count, of, share, where(table, row, column))


def rate_relations(table: Table) -> Iterator[Relation]:
    """Rates of a table with the counts and the population of its rows or columns, where its figures bear them out.

    A standardised rate follows from no count of the table, and so from none that bears it out.
    """
    for across in (True, False):
        lines: list = table.columns if across else table.rows
        others: list = table.rows if across else table.columns
        populations = [
            line for line in lines if line.role in ("value", "") and labels.POPULATION.search(label_of(line))
        ]
        for rates in lines if populations else ():
            options = []
            if labels.STANDARDISED.search(f"{label_of(rates)} {table.caption}"):
                continue
            for population, count in product(populations, lines):
                unit = labels.unit_of(label_of(population))
                named = {id(one) for one in (rates, population, count)}
                if len(named) < 3 or (across and not same_time(count, population, rates)):
                    continue
                relations = []
                for other in others:
                    cells = [(other, line) if across else (line, other) for line in (count, population, rates)]
                    terms, scale = line_of_rate(table, cells, unit), table.scale(*cells[2])
                    if terms and scale and table.role(*cells[2]) == "rate":
                        at = where(table, *cells[2])
                        relations.append(sums.rate_relation(terms[0], terms[1], terms[2], at, scale=scale, unit=unit))
                options.append((sum(one.holds() for one in relations), relations))
            held, relations = max(options, key=lambda one: one[0], default=(0, []))
            if held >= max(2, len(relations) * 0.5):
                yield from relations


def line_of_rate(table: Table, cells: Sequence[tuple[Row, Column]], unit: float) -> list[Term]:
    """A count, a population and a rate as terms; an empty list where one is missing or the count is no part of it."""
    terms = line(table, cells)
    is_count = len(terms) == 3 and terms[0].number.unit == "plain" and terms[0].value < terms[1].value * unit
    return terms if is_count else []


def label_of(line: Row | Column) -> str:
    return line.label if isinstance(line, Row) else line.header


def same_time(part: Column, whole: Column, shares: Column) -> bool:
    """Whether three columns are of one period, as far as their headers say."""
    periods = {column.period for column in (part, whole, shares) if column.period is not None}
    return len(periods) <= 1
