"""Values of a place that a table of places leaves out: with the table's rows they make the total given elsewhere."""

from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.wholes import values_of
from orchestration.checking.rules.within_tables import line, term
from orchestration.checking.tables import Table
from orchestration.reading.periods import Period

# An agreement by chance of sums below this is likely.
TELLING = 60


def places_left_out(context: Context, reader: Reader) -> Iterator[Relation]:
    """The two values of a place that a table lacks, where one of them makes the total of its period with the rows."""
    for sentence in reader.sentences:
        block = context.document.blocks[sentence.block]
        values = [one for one in values_of(sentence) if one.has_own_area and one.period is not None]
        for table in context.tables_for(block) if values else ():
            is_sum = table.has_areas and table.is_additive and not table.is_rounded
            if not is_sum or len(table.rows) < 3 or any(row.is_total for row in table.rows):
                continue
            lacking = {one.area for one in values} - {row.label for row in table.rows} - {context.names.own}
            for area in sorted(lacking):
                found = [
                    relation
                    for one in values
                    if one.area == area and (relation := with_rows(context, sentence, table, one)) is not None
                ]
                if len(found) == 2 and any(one.holds() and one.inputs[-1].value > TELLING for one in found):
                    yield from found


def with_rows(context: Context, sentence: Sentence, table: Table, figure: Figure) -> Relation | None:
    """A figure as what the rows of a table leave of the total that the table's section has for the period."""
    columns = [one for one in table.columns if one.role == "value" and one.period == figure.period]
    total = total_of_section(context, table, figure.period)
    if len(columns) != 1 or total is None:
        return None
    parts = line(table, [(row, columns[0]) for row in table.rows])
    if not parts:
        return None

    def compute(values: list[float]) -> float:
        return values[-1] - sum(values[:-1])

    def explain(expected: float) -> str:
        rows = sum(one.value for one in parts)
        return (
            f"Of {total.text} in all, the rows of {table.name or 'the table'} make {rows:,.0f}: {figure.area} has "
            f"{printed_like(figure.number, expected)}, not {figure.number.text}."
        )

    terms, where = [*parts, total], place_of(context, sentence)
    return Relation("parts_equal_total", terms, term_of(figure), compute, explain, where, sentence.text)


def total_of_section(context: Context, table: Table, period: Period | None) -> Term | None:
    """The one value of a period in a table of a single row of the same section."""
    found = [
        one
        for other in context.tables_of_section(table.block)
        if other is not table and len(other.rows) == 1
        for column in other.columns
        if column.role == "value"
        and column.period == period
        and (one := term(other, other.rows[0], column)) is not None
    ]
    return found[0] if len(found) == 1 else None
