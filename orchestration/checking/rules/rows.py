"""Sentences whose numbers are those of one row of a table, but for one."""

from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, slip_between
from orchestration.checking.kinds import is_bracketed
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.nearest import nearest_pairs
from orchestration.checking.rules.readings import (
    Reader,
    Reading,
    end_of,
    place_of,
    term_of,
    term_of_cell,
)
from orchestration.checking.rules.repeats import fits_cell
from orchestration.checking.rules.within_tables import cell_of_change, line, pair_of
from orchestration.checking.tables import Table


def two_of_three(context: Context, reader: Reader) -> Iterator[Relation]:
    """Old value, new value and change of one place, of which two are those of a table's row: the third is so, too."""
    for sentence in reader.sentences:
        for figure in sentence.figures:
            if figure.kind != kinds.PERCENT_CHANGE or not figure.has_own_area:
                continue
            for old, new in nearest_pairs(figure, reader.pairs_in_text(sentence, figure, [sentence]), sentence):
                for reading in reader.readings(sentence, figure):
                    yield from third(reading, (old, new, figure), place_of(context, sentence), sentence)


def new_beside_change(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "rose by 4.4% to 4,679": the change is a table's, and so should the new value be, but for a slip."""
    for sentence in reader.sentences:
        changes = [one for one in sentence.figures if one.kind == kinds.PERCENT_CHANGE]
        values = [one for one in sentence.figures if one.role == "new" and one.kind == kinds.VALUE]
        if len(changes) != 1 or len(values) != 1 or changes[0].area != values[0].area:
            continue
        for reading in reader.readings(sentence, changes[0]):
            printed = cell_of_change(reading.table, reading.row, changes[0])
            columns = [one for one in reading.table.columns if one.role == "value" and one.period]
            if printed is None or not printed.number.fits(changes[0].value) or reading.topic < 0.4 or not columns:
                continue
            cell = term_of_cell(reading.table, reading.row, max(columns, key=end_of))
            if cell is not None and (fits_cell(values[0], cell) or slip_between(values[0].number.text, cell.text)):
                name = reading.table.name or "The table"
                yield sums.same_relation(
                    cell, term_of(values[0]), place_of(context, sentence), f"{name} has", sentence.text
                )


def third(
    reading: Reading, triple: tuple[Figure, Figure, Figure], where: str, sentence: Sentence
) -> Iterator[Relation]:
    table, row = reading.table, reading.row
    change = next(
        (
            column
            for column in table.columns
            if column.role == "change" and (cell := table.at(row, column)) is not None and cell.unit == "percent"
        ),
        None,
    )
    pair = pair_of(table, change, [column for column in table.columns if column.role != "change"]) if change else None
    if change is None or pair is None or not reading.is_explicit:
        return
    cells = line(table, [(row, column) for column in (*pair, change)])
    if len(cells) != 3:
        return
    right = [
        one.number.fits(abs(cell.value)) or one.value == cell.value for one, cell in zip(triple, cells, strict=True)
    ]
    if sum(right) == 2 and min(cells[0].value, cells[1].value) >= 10:
        at = right.index(False)
        name = table.name or "The table"
        yield sums.same_relation(cells[at], term_of(triple[at]), where, f"{name} has", sentence.text)


def ranges(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Dudley, Sandwell and Solihull have rates ranging from 7.1 to 8.4": the lowest and the highest of their rows."""
    for sentence in reader.sentences:
        ends = {one.role: one for one in sentence.figures if one.role in ("low", "high")}
        if set(ends) != {"low", "high"} or len(sentence.areas) < 2:
            continue
        low, high = ends["low"], ends["high"]
        if is_bracketed(sentence.text[: low.mark.start - sentence.start]):
            # A confidence interval is of one place.
            continue
        before = [one for one in context.names.find(sentence.text) if one.end <= low.mark.start - sentence.start]
        group = {one.name for one in before}
        found = []
        for table in context.tables_for(context.document.blocks[sentence.block]):
            rows = [row for row in table.rows if row.label in group]
            for column in table.columns:
                cells = line(table, [(row, column) for row in rows])
                if len(cells) == len(group) > 1 and fits_range(low, cells):
                    found.append(range_relations(context, sentence, table, cells, low, high))
        holding = [pair for pair in found if all(one.holds() for one in pair)]
        if holding or len(found) == 1:
            yield from (holding or found)[0]


def fits_range(low: Figure, cells: list[Term]) -> bool:
    """Whether cells are of the kind that a range is of: changes in percent, rates, shares or counts."""
    percent = low.number.unit == "percent"
    return all((one.number.unit == "percent") == percent for one in cells) and (
        low.kind != kinds.RATE or any(one.number.decimals for one in cells)
    )


def range_relations(
    context: Context, sentence: Sentence, table: Table, cells: list[Term], low: Figure, high: Figure
) -> list[Relation]:
    ordered = sorted(cells, key=lambda one: abs(one.value))
    name = table.name or "The table"
    where = place_of(context, sentence)
    return [
        sums.same_relation(cell, Term(end.mark, end.number, end.value), where, f"{name} has", sentence.text)
        for cell, end in ((ordered[0], low), (ordered[-1], high))
    ]
