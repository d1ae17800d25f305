"""Rules inside one table: changes, shares, rates."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, permutations, product
from typing import Any

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.figures import Figure
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
            if not holding and is_planned(old, new) and is_only_signed(table, found):
                continue
            if holding or found:
                yield (holding or found)[0]


def kinds_of_change(table: Table, row: Row, column: Column, change: Number, old: Number) -> list[str]:
    """The kinds of change that a cell may print, the likeliest first."""
    if change.unit == "points":
        return [sums.POINTS]
    # "Percentage points": the word for percent is a part of that for points.
    header = re.sub(r"\bpercentage (?=points?\b)", "", column.header, flags=re.IGNORECASE)
    is_percent = change.unit == "percent" or labels.PERCENT.search(header)
    if is_percent and not (labels.POINTS.search(column.header) and old.unit == "percent"):
        # "+4.2%" beside two shares may be their difference: sloppy, but not wrong.
        return [sums.PERCENT, sums.POINTS] if table.role(row, table.columns[0]) in ("share", "rate") else [sums.PERCENT]
    if labels.POINTS.search(column.header):
        return [sums.POINTS, sums.PERCENT]
    return [sums.DIFFERENCE, sums.PERCENT] if change.decimals or change.unit == "percent" else [sums.DIFFERENCE]


# So many differences of two columns are no chance.
LEAST_GAPS = 3


def pair_of(table: Table, change: Column, values: list[Column]) -> tuple[Column, Column] | None:
    """The two columns that a column of changes compares: those whose changes it prints in most rows."""
    options = []
    before = [column for column in values if column.index < change.index]
    for old, new in combinations(before if len(before) > 1 else values, 2):
        if old.period and new.period and old.period.end > new.period.end:
            old, new = new, old
        same = old.measure == new.measure or not (old.measure and new.measure) or is_planned(old, new)
        if not same or (old.period is None) != (new.period is None):
            continue
        if old.period is None and not comparable(old, new):
            continue
        options.append((old, new))
        if old.period is None and is_planned(old, new):
            # A variance is "actual less plan" in one report, and "plan less actual" in another.
            options.append((new, old))
    # "Received, Disposed of, Difference": columns of two things, that most of the rows bear out.
    is_gap = not options
    if is_gap:
        options = [
            (one, other)
            for one, other in permutations(before, 2)
            if one.role == other.role and one.period is None and other.period is None
        ]
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
    if is_gap and (held < LEAST_GAPS or held * 3 < tried * 2):
        return None
    # A single pair of periods is compared whatever its figures; another needs figures that bear it out.
    return (old, new) if (old.period and new.period and len(options) == 1) or held * 2 >= tried > 0 else None


def is_only_signed(table: Table, found: list[Relation]) -> bool:
    """Whether a distance from a plan differs by its sign alone, where no total shows that all rows have one sign.

    Beside targets of several kinds, and of income beside spending, a plus can mean "better".
    """
    is_one_measure = any(row.is_total for row in table.rows) and not any(
        labels.COMES_IN.search(row.label) for row in table.rows
    )
    return not is_one_measure and any(one.holds(printed=-one.result.value) for one in found)


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
    return is_planned(old, new) or bool(
        times & set(stems(old.header + " " + new.header) + tuple((old.header + " " + new.header).lower().split()))
    )


def is_planned(one: Column, other: Column) -> bool:
    """Whether one of two columns is a plan or a budget, and the other what came of it."""
    return any(
        labels.PLANNED.search(first.header)
        and labels.ACTUAL.search(second.header)
        and not labels.ACTUAL.search(first.header)
        and not labels.PLANNED.search(second.header)
        for first, second in ((one, other), (other, one))
    )


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
        # A target is what a share should be, and follows from no counts.
        if not cells or (across and shares.role == "change") or labels.PLANNED.fullmatch(label_of(shares).strip()):
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
        for rates in lines:
            options = []
            bases = populations or bases_named(rates, lines)
            if labels.STANDARDISED.search(f"{label_of(rates)} {table.caption}"):
                continue
            for population, count in product(bases, lines):
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


PER_WHAT = re.compile(r"\bper\s+(?:[\d,]+\s+)?([a-z]+(?:\s+[a-z]+)?)", re.IGNORECASE)


def bases_named(rates: Row | Column, lines: Sequence[Row | Column]) -> list[Row | Column]:
    """The lines that count what a rate is per: "Homes" for "Cases per 1,000 homes"."""
    what = PER_WHAT.search(label_of(rates))
    wanted = set(stems(what[1])) if what else set()
    return [
        line
        for line in lines
        if wanted and line is not rates and line.role in ("value", "") and set(stems(label_of(line))) == wanted
    ]


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


def cell_of_change(table: Table, row: Row, figure: Figure) -> Term | None:
    """The cell of a row in which its change is printed, of the figure's kind."""
    for column in table.columns:
        cell = term(table, row, column) if column.role == "change" else None
        unit = cell.number.unit if cell else ""
        is_of_kind = (figure.kind == kinds.POINTS) == (unit == "points")
        if cell and is_of_kind and (figure.kind == kinds.CHANGE) == (unit == "plain"):
            return cell
    return None
