"""Quarters beside a target: who met it in a quarter, how far one is from it now, and what changed since a quarter."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Finding, Relation, Term
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.aims import in_words_of_aims
from orchestration.checking.rules.met import LESS_IS_BETTER
from orchestration.checking.rules.quarters import NTH, row_named
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.said import COUNT, number_of, words_finding
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stem, stems

HEADER = re.compile(r"(?:q|quarter )([1-4])(?:\s+[\d/]+)?$", re.IGNORECASE)
WHICH = r"(?:the\s+(?P<nth>first|second|third|fourth|last)\s+quarter|(?:q|quarter )(?P<digit>[1-4]))\b"
QUARTER = WHICH + r"(?!\s*(?:of\s+)?\d{4})"
VERB = r"(?:were|was|are|is|have|has|had|stayed|kept)\b"
MET = re.compile(
    rf"\b(?:(?P<count>{COUNT}|one|all|none) of (?:the |our |its |these )*(?P<whole>{COUNT})"
    rf"(?:\s+(?P<noun>(?!{VERB})[a-z-]+))?|"
    rf"(?P<few>{COUNT})\s+(?P<what>[a-z-]+))\s+(?:{VERB}\s+)?"
    r"(?P<how>within|inside|met|hit|reached|achieved|missed|outside|failed to meet)\s+"
    rf"(?:the|their|its)\s+(?:target|standard)s?\s+(?:in|for|during)\s+{QUARTER}",
    re.IGNORECASE,
)
MISSED = re.compile(r"missed|outside|failed", re.IGNORECASE)


def targets_of_quarters(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Three of the four councils were within the target in the second quarter", by the columns of both."""
    for sentence in reader.sentences:
        for match in MET.finditer(sentence.text):
            tables = [(one, found) for one in near_tables(context, sentence) if (found := quarters_of(one))]
            if len(tables) != 1:
                continue
            table, (columns, aim) = tables[0]
            met = rows_met(table, columns.get(number_of_quarter(match)), aim, match["how"])
            noun = match["what"] or match["noun"]
            is_counted = noun is None or stem(noun) in stems(f"{table.label_header} {table.caption}")
            # A column of names without a header says nothing of what they are: then the number of all has to be said.
            is_of_rows = is_counted or (not table.label_header and match["whole"] is not None)
            if not met or not is_of_rows or (match["whole"] and number_of(match["whole"]) != len(met)):
                continue
            names = [name for name, is_met in met.items() if is_met != bool(MISSED.fullmatch(match["how"]))]
            count = (match["count"] or match["few"]).lower()
            said = len(met) if count == "all" else 0 if count == "none" else number_of(count)
            if said != len(names):
                told = f"By the table it was {len(names)} of {len(met)}" + (f" ({', '.join(names)})." if names else ".")
                span = match.span("count") if match["count"] else match.span("few")
                right = f"{len(names)} of the {len(met)}"
                yield words_finding(context, sentence, "count_of_areas_is_the_tables", span, right, told)


def quarters_of(table: Table) -> tuple[dict[int, Column], Column | None] | None:
    """The columns of the quarters of a table by their numbers, and the one of its target; None for other tables."""
    columns = {int(match[1]): one for one in table.columns if (match := HEADER.match(one.header.strip()))}
    others = [one for one in table.columns if one not in columns.values() and one.role != "change"]
    plans = [one for one in others if labels.PLANNED.search(one.header)]
    if len(columns) < 2 or len(others) > len(plans) or len(plans) > 1:
        return None
    return columns, plans[0] if plans else None


def number_of_quarter(match: re.Match) -> int:
    return int(match["digit"]) if match["digit"] else NTH[match["nth"].lower()]


# "Services on time": of these, more is better.
IN_TIME = re.compile(r"\b(?:on|in) time\b|\bwithin (?:\w+ ){1,2}(?:days|weeks|hours|minutes)\b", re.IGNORECASE)


def rows_met(table: Table, column: Column | None, aim: Column | None, how: str) -> dict[str, bool]:
    """Whether each row met its target in a quarter; nothing if a cell is missing."""
    if column is None or aim is None:
        return {}
    # "Within" and "outside" are said of what should be low.
    is_low = how.lower() in ("within", "inside", "outside")
    if not is_low and LESS_IS_BETTER.search(IN_TIME.sub(" ", f"{table.caption} {table.label_header}")):
        return {}
    found = {}
    for row in rows_to_rank(table):
        cell, target = term(table, row, column), term(table, row, aim)
        if cell is None or target is None:
            return {}
        found[row.label] = cell.value <= target.value if is_low else cell.value >= target.value
    return found


FROM_TARGET = re.compile(
    r"\s+(?:(?:percentage )?points?\s+)?"
    r"(?:(?P<below>short of|below|under|behind|off)|(?P<above>above|over|ahead of))\s+"
    r"(?:the|its|our|their)\s+(?:target|standard)\b",
    re.IGNORECASE,
)
NOW = re.compile(r"\b(?:now|at present|currently)\b", re.IGNORECASE)
SINCE = re.compile(rf"\s+(?:(?:percentage )?points?\s+)?since\s+{QUARTER}", re.IGNORECASE)
OTHERWISE = re.compile(r"\b(?:each|average|respectively|year|years|forecast|would|could|will)\b", re.IGNORECASE)


def distances_and_changes(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "It is now 11.2 points short of the target", "up by 1.8 points since quarter 1", of the row that is named."""
    for sentence in reader.sentences:
        if OTHERWISE.search(sentence.text):
            continue
        for figure in sentence.distinct_figures:
            start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
            aimed, since = FROM_TARGET.match(sentence.text, end), SINCE.match(sentence.text, end)
            if figure.number.is_word or figure.number.about or not (aimed or since):
                continue
            tables = [(one, found) for one in near_tables(context, sentence) if (found := quarters_of(one))]
            row = row_named(context, tables[0][0], sentence.text, start) if len(tables) == 1 else None
            if row is None:
                continue
            table, (columns, aim) = tables[0]
            last = columns[max(columns)]
            if since and (old := columns.get(number_of_quarter(since))) is not None and old is not last:
                yield from told(context, sentence, figure, table, row, (old, last), 0)
            elif aimed and aim is not None and NOW.search(sentence.text[:start]):
                way = -1 if aimed["below"] else 1
                distances = told(context, sentence, figure, table, row, (aim, last), way)
                yield from (in_words_of_aims(one) for one in distances)


def told(
    context: Context,
    sentence: Sentence,
    figure: Figure,
    table: Table,
    row: Row,
    columns: tuple[Column, Column],
    way: int,
) -> Iterator[Relation]:
    """The change between two cells of a row; without a `way`, in the one that they have."""
    cells = [one for column in columns if (one := term(table, row, column)) is not None]
    if len(cells) != 2:
        return
    old, new = cells
    printed: Term = term_of(figure)
    if not way:
        # Whether it rose or fell is another rule's affair.
        way = 1 if new.value >= old.value else -1
    printed = printed.signed(abs(printed.value) * way)
    kind = sums.POINTS if figure.kind == kinds.POINTS else sums.DIFFERENCE
    yield sums.change_relation(old, new, printed, kind, place_of(context, sentence), sentence.text)
