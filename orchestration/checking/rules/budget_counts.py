"""How many rows of a budget were over or under it: "three of the four services overspent"."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, Finding, Mark
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules.budget_words import NOT_AS_TABLED, OTHER_TIME, OUTLOOK
from orchestration.checking.rules.budgets import Budget, budgets_near
from orchestration.checking.rules.readings import Reader, place_of
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.within_tables import line
from orchestration.checking.words import stem

COUNT = rf"(?:no|none|both|all|\d{{1,2}}|{'|'.join(word for word in WORDS if word.isalpha())})"
COUNTED = re.compile(
    rf"(?:^|[;:,.]\s+|\b(?:and|but|while|that|where|because|since|as)\s+)(?:only\s+|just\s+)?(?P<count>{COUNT})\b(?:\s+of)?(?:\s+(?:the|our|its|these))?"
    rf"(?:\s+(?P<whole>{COUNT}))?\s+(?P<noun>[a-z]+)\s+(?:(?:were|are|had|have|all|each|both|also|still|again|"
    r"stayed|remained|kept|went|came in|(?:finished|ended|closed)(?: the (?:financial )?year)?)\s+)*"
    r"(?:(?P<over>overspent|over[ -]spent|(?:over|above) (?:(?:its|their|the) )?budget|"
    r"an overspend|overspends|in deficit|a deficit|deficits)|"
    r"(?P<under>underspent|under[ -]spent|(?:under|below) (?:(?:its|their|the) )?budget|"
    r"an underspend|underspends|in surplus|a surplus|surpluses))\b"
    r"(?P<after>[^.;,]*)",
    re.IGNORECASE,
)
# What a row of a budget is called, whatever its table calls it.
ROWS = frozenset(
    [
        "service",
        "department",
        "directorate",
        "budget",
        "team",
        "area",
        "scheme",
        "project",
        "programme",
        "school",
        "heading",
        "line",
        "division",
        "portfolio",
        "site",
        "fund",
        "committee",
        "unit",
        "branch",
        "trust",
        "ward",
    ]
)
# "Overspent by more than £10,000", "overspent in both years": more than the direction is said.
NARROWED = re.compile(
    r"\d|£|\b(?:by|more than|less than|both|each|every|again|quarter|months?|last|previous)\b", re.IGNORECASE
)


def counts_of_budgets(context: Context, reader: Reader) -> Iterator[Finding]:
    """Numbers of rows that are said to have overspent or underspent, where every table near has another number."""
    for sentence in reader.sentences:
        if NOT_AS_TABLED.search(sentence.text) or OTHER_TIME.search(sentence.text):
            continue
        for match in COUNTED.finditer(sentence.text):
            if not NARROWED.search(match["after"]):
                yield from judged(context, sentence, match, budgets_near(context, sentence))


def judged(context: Context, sentence: Sentence, match: re.Match, budgets: list[Budget]) -> Iterator[Finding]:
    """A finding if the one budget near has another number of rows that went so; none where it is of other rows."""
    if len(budgets) != 1:
        return
    budget = budgets[0]
    rows = rows_to_rank(budget.table)
    cells = {
        row.label: pair for row in rows if (pair := line(budget.table, [(row, budget.plan), (row, budget.actual)]))
    }
    header = stem(budget.table.label_header)
    is_called = stem(match["noun"]) in ({header} if header in ROWS else ROWS | {header})
    is_outlook = OUTLOOK.search(budget.actual.header) and not OUTLOOK.search(sentence.text)
    if len(cells) != len(rows) or len(rows) < 2 or not is_called or is_outlook or set(budget.table.withheld):
        return
    shown = {budget.table.default_period, *budget.table.periods}
    if any(one.is_before or one.period not in shown for one in sentence.spans):
        return
    whole = number_of(match["whole"], len(rows)) if match["whole"] else None
    said = number_of(match["count"], whole or len(rows))
    if said is None or (match["whole"] and whole != len(rows)) or (match["count"].lower() == "both" and len(rows) != 2):
        return
    if any(re.search(rf"\b{re.escape(label)}\b", sentence.text, re.IGNORECASE) for label in cells):
        # A sentence that names rows may count others: "Parks apart, two services overspent".
        return
    way = 1 if match["over"] else -1
    went = [label for label, (plan, actual) in cells.items() if (actual.value - plan.value) * way > 0]
    level = [label for label, (plan, actual) in cells.items() if actual.value == plan.value]
    # Amounts that are printed alike may differ by less than they are rounded to.
    if len(went) <= said <= len(went) + len(level):
        return
    if 0 < said < len(went) and not match["whole"]:
        # "Two services overspent on agency staff": others may have, too.
        return
    block = context.document.blocks[sentence.block]
    start, end = match.span("count")
    word = "over" if way > 0 else "under"
    yield Finding(
        "count_of_areas_is_the_tables",
        ERROR,
        Mark(sentence.block, block.place, sentence.start + start, sentence.start + end),
        match["count"],
        str(len(went)),
        f"In {budget.table.name or 'the table'}, {len(went)} of {len(rows)} are {word} budget"
        + (f" ({', '.join(went)})." if went else "."),
        sentence.text,
        place_of(context, sentence),
    )


def number_of(word: str, whole: int) -> int | None:
    text = word.lower()
    if text in ("all", "both"):
        return whole
    if text in ("no", "none"):
        return 0
    return int(text) if text.isdigit() else int(WORDS[text])
