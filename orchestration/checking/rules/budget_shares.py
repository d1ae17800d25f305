"""Overspends told in percent alone, and those that stand as words in the cells of a budget."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Mark, Relation, Term, printed_like
from orchestration.checking.numbers import Number, numbers_in
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.budget_words import (
    AFTER,
    BEFORE,
    EXPECTED,
    MORE_OR_LESS,
    NOT_AS_TABLED,
    OTHER_SPENDING,
    OTHER_TIME,
    OUTLOOK,
    PERCENT_BESIDE,
)
from orchestration.checking.rules.budgets import Budget, budget_of, budgets_near, rows_of
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.within_tables import line, where
from orchestration.checking.tables import Row

# A cell that tells its variance: "£13,200 (1.9%) over budget", "2% under", "overspent by £400".
IN_CELL = re.compile(
    r"(?:(?:an?\s+)?(?P<first>over|under)[ -]?(?:spen[dt]|spending)\s+(?:of|by)\s+)?"
    r"[+-]?£?\d[\d,.]*\s?(?:%|k|m|bn|per cent|million)?"
    r"(?:\s*\(\s*[+-]?£?\d[\d,.]*\s?(?:%|k|m|bn|per cent|million)?\s*\))?"
    r"(?:\s+(?P<last>over|under)(?:[ -]?(?:spen[dt]|spending|budget|plan))?)?",
    re.IGNORECASE,
)


def told_in_percent(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Parks overspent by 1.9%": a percentage without its amount, of the row that the sentence names."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for number, figure in enumerate(figures):
            if figure.number.unit != "percent":
                continue
            before = figures[number - 1] if number else None
            is_beside = (
                before is not None
                and before.number.unit == "money"
                and PERCENT_BESIDE.fullmatch(
                    sentence.text[before.mark.end - sentence.start : figure.mark.start - sentence.start]
                )
            )
            if not is_beside:
                yield from of_row(context, sentence, figure)


def of_row(context: Context, sentence: Sentence, figure: Figure) -> Iterator[Relation]:
    """The percentage as the variance of one row of the budget near, where the sentence says nothing else."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    match = BEFORE.search(sentence.text[:start]) or AFTER.match(sentence.text, end)
    if match is None or OTHER_SPENDING.search(sentence.text[: match.start()]):
        return
    way = 1 if match["over"] else -1
    budgets = budgets_near(context, sentence)
    if len(budgets) != 1 or MORE_OR_LESS.match(sentence.text, end):
        return
    budget = budgets[0]
    rows, is_plain = rows_of(context, sentence, figure, budget.table, 0)
    cells = line(budget.table, [(rows[0], budget.plan), (rows[0], budget.actual)]) if len(rows) == 1 else []
    if not cells:
        return
    term = term_of(figure)
    relation = in_words(cells, term.signed(abs(term.value) * way), rows[0].label, place_of(context, sentence))
    relation.sentence = sentence.text
    is_other = NOT_AS_TABLED.search(sentence.text) or OTHER_TIME.search(sentence.text) or sentence.spans
    is_outlook = OUTLOOK.search(budget.actual.header) is not None
    if relation.holds() or (is_plain and not is_other and (is_outlook or not EXPECTED.search(sentence.text))):
        yield relation


def told_in_cells(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "£13,200 (1.9%) over budget" in a cell: the amount and the percentage of its own row."""
    for table in context.tables:
        budget = budget_of(table)
        if budget is None:
            continue
        amounts = (budget.plan.index, budget.actual.index)
        for row in table.rows:
            for at, cell in enumerate(table.cells[row.index]):
                match = IN_CELL.fullmatch(cell.text.strip())
                if at not in amounts and match is not None and (match["first"] or match["last"]) and cell.is_origin:
                    way = 1 if (match["first"] or match["last"]).lower() == "over" else -1
                    mark = Mark(table.block.number, cell.place)
                    for number in numbers_in(cell.text):
                        yield from of_cell(budget, row, Term(mark, number, abs(number.value) * way))


def of_cell(budget: Budget, row: Row, told: Term) -> Iterator[Relation]:
    """The variance of a row as a number of its cell tells it; none if its unit is not sure."""
    cells = line(budget.table, [(row, budget.plan), (row, budget.actual)])
    place = where(budget.table, row, budget.actual)
    if not cells:
        return
    if told.number.unit == "percent":
        yield in_words(cells, told, row.label, place)
    elif told.number.unit in ("money", "plain"):
        # "14 over" beside amounts in thousands is in thousands, too; "£14,000 over" is not.
        units = budget.units if told.number.unit == "money" else (1.0, *budget.units)
        relations = [in_words(cells, told, row.label, place, unit) for unit in units]
        held = next((one for one in relations if one.holds()), None)
        if held is not None or budget.unit:
            yield held or relations[0]


def in_words(cells: list[Term], told: Term, name: str, place: str, unit: float = 1.0) -> Relation:
    """A variance, in money or in percent of its plan, as a relation that speaks of more and less than planned."""
    plan, actual = cells
    is_percent = told.number.unit == "percent"

    def compute(values: list[float]) -> float | None:
        return sums.percent_change(values) if is_percent else (values[1] - values[0]) * unit

    def size(value: float, number: Number) -> str:
        return printed_like(number, abs(value)).lstrip("+-")

    def explain(expected: float) -> str:
        word = "more" if expected > 0 else "less"
        said = f"{size(expected, told.number)} {word} than" if expected else "the same as"
        wrong = size(told.value, told.number)
        if expected * told.value < 0:
            wrong = f"{wrong} {'more' if told.value > 0 else 'less'}"
        return f"{name}: {actual.text} is {said} {plan.text}, not {wrong}."

    def shape(expected: float) -> str:
        is_other_way = expected * told.value < 0
        return size(expected, told.number) + (f" {'over' if expected > 0 else 'under'}" if is_other_way else "")

    inputs = [sums.as_rounded(one) for one in (plan, actual)]
    rule = "share_follows_from_counts" if is_percent else "change_follows_from_values"
    return Relation(rule, inputs, told, compute, explain, place, shape=shape)
