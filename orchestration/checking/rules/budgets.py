"""Overspends and underspends that a text tells, with the plan and the actual spending in a table or beside them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.rows_said import Mention, mentions, near_tables
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.within_tables import is_planned, line
from orchestration.checking.tables import Column, Row, Table

OVER = r"over[ -]?spen(?:ds?|t|ding)|over budget|deficits?"
UNDER = r"under[ -]?spen(?:ds?|t|ding)|under budget|surplus(?:es)?"
# A row of a table can be called so.
OF_ROWS = re.compile(r"deficit|surplus", re.IGNORECASE)
SPENT = rf"(?:(?P<over>{OVER})|(?P<under>{UNDER}))"
BEFORE = re.compile(
    rf"\b{SPENT}\b(?:\s+(?:on|for|in)\s+(?:[a-z'’-]+\s+){{0,4}}?(?=was|is|of))?"
    r"(?:\s*(?:of|by|was|is|at|to|be|worth|totalling|stands at|stood at))*\s*(?:about |around |just over |"
    r"just under |nearly |almost )?\(?£?$",
    re.IGNORECASE,
)
# "After a surplus of £0.1 million in 2023".
OTHER_SPENDING = re.compile(
    r"\b(?:against|compared (?:with|to)|than|from|after|following|previous)\s+(?:(?:an?|the)\s+)?(?:[a-z]+\s+)?$",
    re.IGNORECASE,
)
AFTER = re.compile(rf"\s*(?:\([^()]*\)\s+)?{SPENT}\b", re.IGNORECASE)
# "Underspends of £40,000 on the fund and £30,000 on staff".
AND_ON = re.compile(r"\s+(?:on|for|in|against)\s+[^.;:()\d£]{1,60}(?:,|\band\b|,\s*and)\s+£?$", re.IGNORECASE)
ON = re.compile(r"\s+(?:\([^()]*\)\s+)?(?:on|for|in|against)\s+(?:the\s+)?", re.IGNORECASE)
PERCENT_BESIDE = re.compile(
    r"\s*(?:\(\s*|,?\s*or\s+|,\s*(?:which is\s+|equal to\s+|equivalent to\s+)?|\s+\(?which is\s+)(?:about |around )?$",
    re.IGNORECASE,
)
OF_ALL = re.compile(r"(?:year|budget|total|whole|period|full|\d{4}|services?\b)", re.IGNORECASE)
# An overspend that was told before, or of a part of the year.
OTHER_TIME = re.compile(
    r"\b(?:quarter\w*|months?|previous\w*|last year|earlier|initial\w*|originally|interim|in-year|half[- ]year|so far|"
    r"to date|reported (?:in|at)|by the end of|was expected|had been)\b",
    re.IGNORECASE,
)
INCOME = re.compile(r"\b(?:income|revenue|received|receipts|turnover)\b[^.;£]{0,30}£?$", re.IGNORECASE)
SPENDING = re.compile(
    r"\b(?:spen[dt]\w*|expenditure|costs?|outturn|forecast\w*|projected|actual|outgoings)\b[^.;£]{0,30}£?$",
    re.IGNORECASE,
)
BUDGET = re.compile(
    r"\b(?:budget\w*|grant|allocation|plan\w*|allocated|funding)\b(?:\s+[a-z]+){0,4}?\s*(?:of|was|is|:)?\s*"
    r"(?:\d{4}(?:/\d\d)?\s+(?:is|was|of)\s+)?£?$",
    re.IGNORECASE,
)
LARGEST = re.compile(
    rf"\b(?P<most>largest|biggest|greatest|highest|smallest|lowest)\s+(?:[a-z]+\s+){{0,2}}?{SPENT}\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Budget:
    """The columns of a table that are the plan and what came of it, and what their figures are printed in."""

    table: Table
    plan: Column
    actual: Column
    unit: float


def budgets_near(context: Context, sentence: Sentence) -> list[Budget]:
    found = []
    for table in near_tables(context, sentence):
        values = [one for one in table.columns if one.role == "value"]
        plans = [one for one in values if labels.PLANNED.search(one.header) and not labels.ACTUAL.search(one.header)]
        actuals = [one for one in values if any(is_planned(plan, one) for plan in plans) and one not in plans]
        if len(plans) == 1 and len(actuals) == 1:
            said = f"{table.caption} {plans[0].header} {actuals[0].header}"
            found.append(Budget(table, plans[0], actuals[0], labels.unit_of(said)))
    return found


def spendings(context: Context, reader: Reader) -> Iterator[Relation]:
    """Each overspend, underspend, surplus or deficit that a text gives in money, with the two amounts it is of."""
    for at, sentence in enumerate(reader.sentences):
        figures = list({one.mark: one for one in sentence.figures}.values())
        last: int = 0
        for number, figure in enumerate(figures):
            if figure.number.unit != "money":
                continue
            way = way_of(sentence, figure, figures[number - 1] if number else None, last)
            last = way
            if not way:
                continue
            relation, plan = spending_of(context, reader, at, sentence, figure, way)
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
    context: Context, reader: Reader, at: int, sentence: Sentence, figure: Figure, way: int
) -> tuple[Relation | None, Term | None]:
    """The relation of an overspend and the plan that it is of: the first reading that holds, else a sure one."""
    beginning = sentence.text[: figure.mark.end - sentence.start + 20]
    budgets = budgets_near(context, sentence) if not OF_ROWS.search(beginning) else []
    tabled = [found for one in budgets for found in in_table(context, sentence, figure, way, one)]
    beside = in_text(context, reader, at, sentence, figure, way)
    for relation in (*tabled, *beside):
        if relation.holds():
            return relation, relation.inputs[0]
    here = [one for one in beside if all(term.mark.block == sentence.block for term in one.inputs)]
    inside = [one for one in here if all(is_in(sentence, term.mark) for term in one.inputs)]
    is_now = not OTHER_TIME.search(sentence.text) and not any(one.period for one in sentence.spans)
    for some in (inside, tabled, here):
        if len(some) == 1 and ((some is not here and is_now) or is_slip(some[0])):
            return some[0], None
    return None, None


def is_in(sentence: Sentence, mark: Mark) -> bool:
    return sentence.start <= mark.start < sentence.start + len(sentence.text)


def is_slip(relation: Relation) -> bool:
    expected = relation.expected()
    result = relation.result
    return expected is not None and bool(
        result.number.fits(-expected) or slip_between(result.text, printed_like(result.number, abs(expected)))
    )


def in_table(context: Context, sentence: Sentence, figure: Figure, way: int, budget: Budget) -> list[Relation]:
    """The figure as the variance of the row that the sentence names, or of the total."""
    row = row_of(context, sentence, figure, budget.table)
    cells = line(budget.table, [(row, budget.plan), (row, budget.actual)]) if row else []
    if not cells or row is None:
        return []
    return [relation_of(context, sentence, figure, way, cells[0], cells[1], budget.unit, row.label)]


def row_of(context: Context, sentence: Sentence, figure: Figure, table: Table) -> Row | None:
    """The row of a variance: the one named behind it ("£40,000 on staff"), the last one before it, or the total."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    named = mentions(context, table, sentence.text)
    behind = ON.match(sentence.text, end)
    after = [one for one in named if behind and abs(one.start - behind.end()) <= 1]
    if after:
        return after[0].row
    if behind and not OF_ALL.match(sentence.text, behind.end()):
        # "An overspend of £90,000 on agency staff", which is no row.
        return None
    before: list[Mention] = [one for one in named if one.end <= start]
    if before:
        between = sentence.text[before[-1].end : start]
        return before[-1].row if not re.search(r"[;£]|\bwhile\b", between) else None
    totals = [row for row in table.rows if row.is_total]
    return totals[0] if len(totals) == 1 and not named else None


def in_text(context: Context, reader: Reader, at: int, sentence: Sentence, figure: Figure, way: int) -> list[Relation]:
    """The figure as the difference of two amounts of its sentence, or of one of them and a budget before it."""
    block = [one for one in reader.sentences[max(at - 3, 0) : at + 1] if one.block == sentence.block]
    plans, spent = [], []
    for one in block:
        for other in {figure.mark: figure for figure in one.figures}.values():
            if other.number.unit != "money" or other.mark == figure.mark or other.is_change:
                continue
            left = one.text[: other.mark.start - one.start]
            if BEFORE.search(left):
                continue
            if BUDGET.search(left) or INCOME.search(left):
                plans.append(other)
            elif one is sentence and (SPENDING.search(left) or re.search(r"\b(?:and|against|of)\s+£?$", left)):
                spent.append(other)
    return [
        relation_of(context, sentence, figure, way, term_of(plan), term_of(other), 1.0, "")
        for plan in plans
        for other in spent
    ]


def relation_of(
    context: Context, sentence: Sentence, figure: Figure, way: int, plan: Term, actual: Term, unit: float, name: str
) -> Relation:
    term = term_of(figure)
    term = term.__class__(term.mark, term.number, abs(term.value) * way, term.name)

    def compute(values: list[float]) -> float:
        return (values[1] - values[0]) * unit

    def explain(expected: float) -> str:
        said = printed_like(term.number, abs(expected))
        word = "more" if expected > 0 else "less"
        wrong = printed_like(term.number, abs(term.value))
        if expected * way < 0:
            wrong = f"{wrong} {'more' if way > 0 else 'less'}"
        return f"{f'{name}: ' if name else ''}{actual.text} is {said} {word} than {plan.text}, not {wrong}."

    def shape(expected: float) -> str:
        size = printed_like(term.number, abs(expected))
        return size if expected * way >= 0 else f"{size} {'over' if expected > 0 else 'under'}"

    return Relation(
        "change_follows_from_values",
        [sums.as_rounded(plan), sums.as_rounded(actual)],
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
    part = part.__class__(part.mark, part.number, abs(part.value), part.name)
    result = term_of(share)
    result = result.__class__(result.mark, result.number, abs(result.value), result.name)
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
