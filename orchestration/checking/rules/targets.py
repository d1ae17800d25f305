"""Targets that a table prints: how many were met, and how far a row is from its own."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Relation
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.aims import PAST_AIM, in_words_of_aims, is_aim
from orchestration.checking.rules.missed import verb_before
from orchestration.checking.rules.ratings import text_columns
from orchestration.checking.rules.readings import Reader, best_label, end_of, place_of, term_of
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Column, Row, Table

COUNT = r"\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
COUNTED = re.compile(
    rf"\b(?P<count>all|none|{COUNT})\s+of\s+(?:(?:the|our|these|its)\s+)?(?P<whole>{COUNT})\s+(?:[a-z-]+\s+){{0,2}}?"
    r"(?:measures|targets|indicators|KPIs|standards|objectives|milestones)\s+(?:(?:have|has|had|were|was|are|been|also)\s+)*"
    r"(?:(?P<missed>not (?:been )?(?:met|achieved|reached|hit)|missed|failed)|"
    r"(?P<met>met|achieved|reached|hit|on target))\b",
    re.IGNORECASE,
)
STATUS = re.compile(r"\b(?:met|status|target|rag|rating|achieved|on track)\b", re.IGNORECASE)
MET = frozenset(("yes", "met", "achieved", "green", "on target", "exceeded", "✓", "y"))
MISSED = frozenset(("no", "not met", "missed", "not achieved", "red", "below target", "off target", "✗", "n"))
TARGET = re.compile(r"\b(?:targets?|ceiling|threshold|standard)\b", re.IGNORECASE)
# How far behind a claim its period may stand: "were met in 2023/24".
CLOSE = 25
OTHER_TIME = re.compile(
    r"\b(?:last|previous|expected|forecast|will|would|could|average|next|quarters?)\b", re.IGNORECASE
)


def targets_counted(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Three of the five targets were met", against the words in a column of the table that has as many rows."""
    for sentence in reader.sentences:
        match = COUNTED.search(sentence.text)
        whole = number_of(match["whole"]) if match else 0
        for table in near_tables(context, sentence) if match else ():
            met = rows_met(table)
            if match is None or len(met) != whole or is_of_other_time(table, sentence, match.end()):
                continue
            said = {"all": whole, "none": 0}.get(match["count"].lower())
            said = number_of(match["count"]) if said is None else said
            actual = [label for label, is_met in met if is_met == bool(match["met"])]
            if len(actual) != said:
                start, end = match.span("count")
                block = context.document.blocks[sentence.block]
                yield Finding(
                    "count_of_areas_is_the_tables",
                    ERROR,
                    Mark(sentence.block, block.place, sentence.start + start, sentence.start + end),
                    match["count"],
                    str(len(actual)),
                    f"In {table.name or 'the table'}, {len(actual)} of {whole} are marked as "
                    f"{'met' if match['met'] else 'not met'}" + (f" ({', '.join(actual)})." if actual else "."),
                    sentence.text,
                    place_of(context, sentence),
                )
            break


def is_of_other_time(table: Table, sentence: Sentence, end: int) -> bool:
    """Whether what a sentence says up to a place, or just behind it, is of a period that is not the table's latest."""
    latest = table.periods[-1:] or ([table.default_period] if table.default_period else [])
    named = [one for one in sentence.spans if not one.is_date and one.start <= end + CLOSE]
    return any(one.is_before or (one.period not in latest) for one in named[:1]) and bool(latest or named)


def number_of(word: str) -> int:
    return int(word) if word.isdigit() else int(WORDS[word.lower()])


def rows_met(table: Table) -> list[tuple[str, bool]]:
    """Whether each row's target is marked as met; none if no column of words says so of all rows."""
    for index in text_columns(table) if table.rows else ():
        header = " ".join(cell.text for row in table.cells[: table.rows[0].index] if (cell := row[index]).text)
        words = [(row.label, table.cells[row.index][index].text.strip().lower()) for row in table.rows]
        if len(words) > 1 and STATUS.search(header) and all(word in MET | MISSED for _, word in words):
            return [(label, word in MET) for label, word in words]
    return []


def from_targets(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "92.4%, 2.4 percentage points above the target": the target is that of the row in the table."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
            past, verb = PAST_AIM.match(sentence.text, end), verb_before(sentence, figure)
            behind = re.split(r"[,;]|\.\s|\band\b", sentence.text[end:])[0]
            around = f"{sentence.text[max(start - 70, 0) : start]} {behind}"
            if not (past or verb) or OTHER_TIME.search(around) or figure.number.unit not in ("points", "plain"):
                continue
            if any(is_aim(reader, sentence, one) for one in sentence.distinct_figures):
                continue
            found = [
                relation
                for table in near_tables(context, sentence)
                if not is_of_other_time(table, sentence, end)
                for row in rows_meant(table, reader, sentence, figure)
                if (relation := distance(context, sentence, figure, table, row, past or verb)) is not None
            ]
            if len(found) == 1:
                yield found[0]


def rows_meant(table: Table, reader: Reader, sentence: Sentence, figure: Figure) -> list[Row]:
    """The row of the value that stands before a distance, or the one that its clause names."""
    at, clause = reader.clause(sentence, figure)
    values = [
        one.value
        for one in sentence.figures
        if one.kind in (kinds.VALUE, kinds.SHARE, kinds.RATE) and at <= one.mark.start - sentence.start
        if one.mark.end <= figure.mark.start and not one.number.is_word
    ]
    rows = [
        row
        for row in table.rows
        if any((number := table.at(row, column)) and number.value in values[-1:] for column in table.columns)
    ]
    start = figure.mark.start - sentence.start - at
    # "Waits beat their target by 1.4 points and completions by 3.2": the row before a distance, if there are two.
    said = clause[:start] if re.search(r"\band\b[^.;]*\d", clause[start:]) else clause
    named = best_label(table, said, start) or []
    return rows if len(rows) == 1 else named if len(named) == 1 and not values else []


def distance(
    context: Context, sentence: Sentence, figure: Figure, table: Table, row: Row, said: re.Match | None
) -> Relation | None:
    columns = columns_of(table)
    aim, value = (term(table, row, one) for one in columns) if columns else (None, None)
    if aim is None or value is None or said is None:
        return None
    is_share = table.role(row, columns[1]) == "share" if columns else False
    if (figure.number.unit == "points") != is_share:
        return None
    groups = said.groupdict()
    way = 1 if groups.get("above") else -1 if groups.get("below") else 1 if value.value >= aim.value else -1
    term_said = term_of(figure).signed(abs(figure.value) * way)
    kind = sums.POINTS if is_share else sums.DIFFERENCE
    relation = sums.change_relation(aim, value, term_said, kind, place_of(context, sentence), sentence.text)
    expected = relation.expected() or 0.0
    is_near = expected * term_said.value > 0 and 1 / 3 <= abs(expected / term_said.value) <= 3
    return in_words_of_aims(relation) if relation.holds() or is_near else None


def columns_of(table: Table) -> tuple[Column, Column] | None:
    """The one column of targets, and that of the latest values."""
    aims = [one for one in table.columns if one.role != "change" and TARGET.search(one.header)]
    values = [one for one in table.columns if one.role != "change" and one not in aims]
    if len(aims) != 1 or not values or (len(values) > 1 and not all(one.period for one in values)):
        return None
    return aims[0], max(values, key=end_of)
