"""Overspends and underspends that a text tells, with the plan and the actual spending in a table or beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.budget_words import (
    AFTER,
    AFTER_NAME,
    AND_ON,
    BEFORE,
    BEFORE_NAME,
    BUDGET,
    BUDGET_AFTER,
    EXPECTED,
    INCOME,
    MORE_OR_LESS,
    NET,
    NOT_AS_TABLED,
    OF_ALL,
    OF_ALL_BEFORE,
    OF_IT,
    OF_ROWS,
    ON,
    OTHER_SPENDING,
    OTHER_TIME,
    OUTLOOK,
    PERCENT_BESIDE,
    PLAIN,
    SPENDING,
    SPENT,
    TOGETHER,
    WAS_SPENT,
    balance,
)
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.rows_said import Mention, listed, mentions, near_tables
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.within_tables import is_planned, line
from orchestration.checking.tables import Column, Row, Table

AND_OF = re.compile(r"\b(?:and|against|of)\s+£?$")
LARGEST = re.compile(
    rf"\b(?P<most>largest|biggest|greatest|highest|smallest|lowest)\s+(?:[a-z]+\s+){{0,2}}?{SPENT}\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Budget:
    """The columns of a table that are the plan and what came of it, and what their figures are printed in.

    `unit` is 0 where the table does not say it.
    """

    table: Table
    plan: Column
    actual: Column
    unit: float

    @property
    def units(self) -> tuple[float, ...]:
        return (self.unit,) if self.unit else (1.0, 1e3, 1e6)


def budgets_near(context: Context, sentence: Sentence) -> list[Budget]:
    return [found for table in near_tables(context, sentence) if (found := budget_of(table)) is not None]


def budget_of(table: Table) -> Budget | None:
    """A table as a budget, if one of its columns is the plan and one what came of it."""
    values = [one for one in table.columns if one.role == "value"]
    plans = [one for one in values if labels.PLANNED.search(one.header) and not labels.ACTUAL.search(one.header)]
    actuals = [one for one in values if any(is_planned(plan, one) for plan in plans) and one not in plans]
    if len(plans) != 1 or len(actuals) != 1:
        return None
    return Budget(table, plans[0], actuals[0], unit_of(table, plans[0], actuals[0]))


def unit_of(table: Table, plan: Column, actual: Column) -> float:
    """What amounts are printed in: thousands by a caption, a header or the corner; 0 where nothing says it."""
    cells = [re.sub(r"[\d.,\s()+-]", "", table.text(row, plan)) for row in table.rows[:1]]
    said = " ".join((table.caption, table.label_header, plan.header, actual.header, *cells))
    unit = labels.unit_of(said)
    return unit if unit != 1 or "£" in said else 0.0


def spendings(context: Context, reader: Reader) -> Iterator[Relation]:
    """Each overspend, underspend, surplus or deficit that a text gives in money, with the two amounts it is of."""
    for at, sentence in enumerate(reader.sentences):
        figures = sentence.distinct_figures
        last = end = 0
        for number, figure in enumerate(figures):
            if figure.number.unit != "money":
                continue
            way = way_of(sentence, figure, figures[number - 1] if number else None, last)
            last = way
            if not way:
                continue
            relation, plan = spending_of(context, reader, at, sentence, figure, way, end)
            end = figure.mark.end - sentence.start
            if relation is not None:
                yield relation
            if plan is not None and number + 1 < len(figures):
                share = share_of_plan(context, sentence, figure, figures[number + 1], plan)
                if share is not None:
                    yield share


def way_of(sentence: Sentence, figure: Figure, before: Figure | None, last: int) -> int:
    """1 where a figure is said to be spent too much, -1 where too little; 0 where the text does not say either."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    match = BEFORE.search(sentence.text[:start]) or AFTER.match(sentence.text, end)
    if match and not OTHER_SPENDING.search(sentence.text[: match.start()]):
        return 1 if match["over"] else -1
    if last and before is not None and AND_ON.fullmatch(sentence.text[before.mark.end - sentence.start : start]):
        return last
    return 0


def spending_of(
    context: Context, reader: Reader, at: int, sentence: Sentence, figure: Figure, way: int, last: int
) -> tuple[Relation | None, Term | None]:
    """The relation of an overspend and the plan that it is of: the first reading that holds, else a sure one.

    `last` is where the overspend or underspend before it in its sentence ends, or 0.
    """
    end = figure.mark.end - sentence.start
    budgets = budgets_near(context, sentence) if not OF_ROWS.search(sentence.text[: end + 20]) else []
    tabled = [found for one in budgets for found in in_table(context, sentence, figure, way, one, last)]
    beside = in_text(context, reader, at, sentence, figure, way)
    for relation in (*(one for one, _ in tabled), *beside):
        if relation.holds():
            return relation, relation.inputs[0] if len(relation.inputs) == 2 else None
    if NOT_AS_TABLED.search(sentence.text) or MORE_OR_LESS.match(sentence.text, end):
        return None, None
    here = [one for one in beside if all(term.mark.block == sentence.block for term in one.inputs) and not last]
    inside = [one for one in here if all(is_in(sentence, term.mark) for term in one.inputs)]
    is_outlook = any(OUTLOOK.search(one.actual.header) for one in budgets)
    sure = [one for one, is_sure in tabled if is_sure and (is_outlook or not EXPECTED.search(sentence.text))]
    if NET.search(sentence.text) and not any(len(one.inputs) > 2 for one in sure):
        return None, None
    is_now = not OTHER_TIME.search(sentence.text) and not any(one.period for one in sentence.spans)
    for some in (inside, sure, here):
        if len(some) == 1 and not is_nothing(some[0]) and ((some is not here and is_now) or is_slip(some[0])):
            return some[0], None
    return None, None


def is_in(sentence: Sentence, mark: Mark) -> bool:
    return sentence.start <= mark.start < sentence.start + len(sentence.text)


def is_slip(relation: Relation) -> bool:
    expected = relation.expected()
    result = relation.result
    return expected is not None and bool(
        result.number.fits(abs(expected)) or slip_between(result.text, printed_like(result.number, abs(expected)))
    )


def is_nothing(relation: Relation) -> bool:
    """Whether a difference is too small to be seen as the result is printed: its table is in another unit."""
    expected = relation.expected()
    return bool(expected) and not re.search(r"[1-9]", printed_like(relation.result.number, abs(expected or 0.0)))


def in_table(
    context: Context, sentence: Sentence, figure: Figure, way: int, budget: Budget, last: int
) -> list[tuple[Relation, bool]]:
    """The figure as the variance of the rows that the sentence names, or of the total, each with whether it is sure."""
    rows, is_plain = rows_of(context, sentence, figure, budget.table, last)
    is_together = bool(TOGETHER.search(sentence.text))
    readings = [rows] if len(rows) < 2 or is_together else [rows, rows[-1:]]
    found = []
    for unit in budget.units:
        for some in readings:
            cells = [line(budget.table, [(row, budget.plan), (row, budget.actual)]) for row in some]
            if not cells or not all(cells):
                continue
            plans, actuals = [one[0] for one in cells], [one[1] for one in cells]
            name = " and ".join(row.label for row in some)
            relation = relation_of(context, sentence, figure, way, plans, actuals, unit, name)
            is_sum = len(rows) == 1 or is_together
            is_unit = bool(budget.unit) or (unit == 1 and is_of_size(relation))
            found.append((relation, is_plain and is_sum and is_unit and not is_by_rounding(relation, unit)))
    return found


def is_of_size(relation: Relation) -> bool:
    """Whether what follows is of the size of what is printed, so that both are in pounds."""
    return 0.1 <= abs(relation.expected() or 0.0) / (abs(relation.result.value) or 1) <= 10


def is_by_rounding(relation: Relation, unit: float) -> bool:
    """Whether the amounts of several rows can be rounded so that their sum is the one that is printed."""
    expected = relation.expected()
    reach = sum(max(one.grid, 10.0**-one.number.decimals) for one in relation.inputs) / 2 * unit
    return len(relation.inputs) > 2 and expected is not None and abs(expected - relation.result.value) <= reach


def rows_of(context: Context, sentence: Sentence, figure: Figure, table: Table, last: int) -> tuple[list[Row], bool]:
    """The rows of a variance, and whether the words between say nothing else.

    Those named behind it ("£40,000 on staff and vehicles"), the last ones before it, or the total.
    """
    text = sentence.text
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    named = mentions(context, table, text)
    groups = listed(text, named)
    behind = ON.match(text, end)
    for group in groups:
        if behind and abs(group[0].start - behind.end()) <= 1:
            return [one.row for one in group], bool(AFTER_NAME.match(text, group[-1].end))
    if behind and not OF_ALL.match(text, behind.end()):
        # "An overspend of £90,000 on agency staff", which is no row.
        return [], False
    before: list[list[Mention]] = [one for one in groups if one[-1].end <= start]
    if before:
        group = before[-1]
        between = text[group[-1].end : start]
        if group[0].start < last or re.search(r"[;£]|\bwhile\b", between):
            return [], False
        is_whole = all(BEFORE_NAME.search(text[: one.start]) for one in group) and not is_within(text, group[0].start)
        return [one.row for one in group], is_whole and is_of_nothing_else(between)
    totals = [row for row in table.rows if row.is_total]
    clause = re.split(r"[;:.]\s", text[:start])[-1]
    is_of_all = not last and bool(OF_ALL_BEFORE.fullmatch(without_verb(clause)))
    return (totals, is_of_all) if len(totals) == 1 and not named else ([], False)


def is_within(text: str, start: int) -> bool:
    """Whether the words before the name of a row make a part of it: "pay in Parks"."""
    clause = re.split(r"[;:.,]\s|\b(?:and|but|while|that|because|where)\b", text[:start])[-1]
    inside = re.search(r"\b(?:in|for|on|of|within|at)\s+(?:the\s+)?$", clause, re.IGNORECASE)
    return inside is not None and not OF_ALL_BEFORE.fullmatch(without_verb(clause))


def is_of_nothing_else(between: str) -> bool:
    return bool(PLAIN.fullmatch(without_verb(between)))


def without_verb(text: str) -> str:
    """A text without the word for its overspend and the words for "about" and "£" before the amount."""
    text = re.sub(rf"\b{SPENT}\b", " ", text, flags=re.IGNORECASE)
    return re.sub(
        r"\b(?:about|around|over|under|nearly|almost|approximately|some|worth|totalling|stood|stands)\b|£", " ", text
    )


def in_text(context: Context, reader: Reader, at: int, sentence: Sentence, figure: Figure, way: int) -> list[Relation]:
    """The figure as the difference of two amounts of its sentence, or of one of them and a budget before it."""
    block = [one for one in reader.sentences[max(at - 3, 0) : at + 1] if one.block == sentence.block]
    plans, spent = [], []
    for one in block:
        for other in {figure.mark: figure for figure in one.figures}.values():
            if other.number.unit != "money" or other.mark == figure.mark or other.is_change:
                continue
            left, right = one.text[: other.mark.start - one.start], one.text[other.mark.end - one.start :]
            if BEFORE.search(left) or OF_IT.match(right):
                continue
            if BUDGET.search(left) or INCOME.search(left) or BUDGET_AFTER.match(right):
                plans.append(other)
            elif one is sentence and (SPENDING.search(left) or AND_OF.search(left) or WAS_SPENT.match(right)):
                spent.append(other)
    return [
        relation_of(context, sentence, figure, way, [term_of(plan)], [term_of(other)], 1.0, "")
        for plan in plans
        for other in spent
    ]


def relation_of(
    context: Context,
    sentence: Sentence,
    figure: Figure,
    way: int,
    plans: list[Term],
    actuals: list[Term],
    unit: float,
    name: str,
) -> Relation:
    """The figure as what the actual amounts are more or less than their plans; `name` is that of their rows."""
    term = term_of(figure)
    term = term.signed(abs(term.value) * way)
    planned, spent = (" + ".join(one.text for one in some) for some in (plans, actuals))

    def compute(values: list[float]) -> float:
        return (sum(values[len(plans) :]) - sum(values[: len(plans)])) * unit

    def explain(expected: float) -> str:
        word = "more" if expected > 0 else "less"
        said = f"{printed_like(term.number, abs(expected))} {word} than" if expected else "the same as"
        wrong = printed_like(term.number, abs(term.value))
        if expected * way < 0:
            wrong = f"{wrong} {'more' if way > 0 else 'less'}"
        return f"{f'{name}: ' if name else ''}{spent} is {said} {planned}, not {wrong}."

    def shape(expected: float) -> str:
        size = printed_like(term.number, abs(expected))
        return size if expected * way >= 0 else balance(expected, term.number, expected, sentence.text)

    return Relation(
        "change_follows_from_values",
        [sums.as_rounded(one) for one in (*plans, *actuals)],
        term,
        compute,
        explain,
        place_of(context, sentence),
        sentence.text,
        shape=shape,
    )


def share_of_plan(context: Context, sentence: Sentence, figure: Figure, share: Figure, plan: Term) -> Relation | None:
    """ "£260,000, or 6.3% of its budget": the variance as a share of the plan that it was found to be of."""
    between = sentence.text[figure.mark.end - sentence.start : share.mark.start - sentence.start]
    if share.number.unit != "percent" or PERCENT_BESIDE.fullmatch(between) is None:
        return None
    behind = sentence.text[share.mark.end - sentence.start :]
    if re.match(r"\s+of\b(?! (?:the|its|that|their|our) (?:[a-z]+ )?(?:budget|plan|grant|allocation)\b)", behind):
        return None
    unit = 1.0
    if plan.mark.place.row is not None:
        unit = next(
            (one.unit for one in budgets_near(context, sentence) if one.table.block.number == plan.mark.block), 1.0
        )
    part = term_of(figure)
    part = part.signed(abs(part.value))
    result = term_of(share)
    result = result.signed(abs(result.value))
    relation = sums.share_relation(part, plan, result, place_of(context, sentence), sentence.text)
    relation.compute = lambda values: values[0] / (values[1] * unit) * 100 if values[1] else None
    relation.solve = None
    return relation


def largest(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Transport had the largest overspend": the row whose spending is farthest above its plan."""
    for sentence in reader.sentences:
        for match in LARGEST.finditer(sentence.text):
            for budget in budgets_near(context, sentence):
                finding = largest_of(context, sentence, match, budget)
                if finding is not None:
                    yield finding


def largest_of(context: Context, sentence: Sentence, match: re.Match, budget: Budget) -> Finding | None:
    clause = max((one.end() for one in re.finditer(r"[;.]\s", sentence.text[: match.start()])), default=0)
    named = [one for one in mentions(context, budget.table, sentence.text) if clause <= one.start]
    before = [one for one in named if one.end <= match.start()]
    after = [one for one in named if one.start >= match.end()]
    own = before[-1] if before else after[0] if after else None
    if own is None:
        return None
    way = 1 if match["over"] else -1
    gaps: dict[str, float] = {}
    for row in rows_to_rank(budget.table):
        cells = line(budget.table, [(row, budget.plan), (row, budget.actual)])
        if cells:
            gaps[row.label] = (cells[1].value - cells[0].value) * way
    gaps = {name: gap for name, gap in gaps.items() if gap > 0 or name == own.row.label}
    is_low = match["most"].lower() in ("smallest", "lowest")
    first = (min if is_low else max)(gaps, key=lambda name: gaps[name], default="")
    if own.row.label not in gaps or gaps[first] == gaps[own.row.label]:
        return None
    block = context.document.blocks[sentence.block]
    return Finding(
        "rank_is_the_tables",
        ERROR,
        Mark(sentence.block, block.place, sentence.start + match.start(), sentence.start + match.end()),
        f"{own.row.label}: {match[0]}",
        first,
        f"{budget.table.name or 'The table'} has {gaps[first]:,.10g} for {first} and {gaps[own.row.label]:,.10g} for "
        f"{own.row.label}.",
        sentence.text,
        place_of(context, sentence),
    )
