"""What a sentence says of a quarter, against a table whose columns are the four quarters of one year."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Term
from orchestration.checking.rules.readings import Reader, best_label, place_of
from orchestration.checking.rules.table_sums import QUARTER_HEADER
from orchestration.checking.rules.together import is_of_several
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Row, Table

NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
SAID = re.compile(
    r"\s+(?:in|for|during)\s+(?:the\s+(?P<nth>first|second|third|fourth|last)\s+quarter|"
    r"(?:q|quarter )(?P<digit>[1-4]))\b",
    re.IGNORECASE,
)
MOST = re.compile(r"\b(?:highest|largest|greatest|busiest|peaked|(?P<low>lowest|smallest|fewest))\s*$", re.IGNORECASE)
# Another year's quarter, or the quarters up to one, stand in no such table.
OF_MORE = re.compile(
    r"\b(?:cumulative\w*|so far|to date|since|compared|same (?:quarter|period|time)|"
    r"(?:previous|last|next|earlier) year|a year (?:before|earlier|ago)|forecast|expected|change|"
    r"rise|fall|rose|fell|increase|decrease|rates?|per|share)\b|%",
    re.IGNORECASE,
)


# A smaller value may stand in a row by chance.
TELLING = 100


@dataclass(frozen=True)
class Said:
    """The words of a sentence for the `nth` quarter, the row that it is of, and the row's cells by quarter."""

    context: Context
    sentence: Sentence
    match: re.Match
    table: Table
    row: Row
    cells: dict[int, Term]
    nth: int

    def finding(self, rule: str, mark: Mark, printed: str, right: int) -> Finding:
        """What is told where the row has it for the quarter `right`."""
        here, there = self.cells[self.nth], self.cells[right]
        return Finding(
            rule,
            ERROR,
            mark,
            printed,
            f"quarter {right}",
            f"{self.table.name or 'The table'} has {here.text} for quarter {self.nth} and {there.text} for quarter "
            f"{right} ({self.row.label}).",
            self.sentence.text,
            place_of(self.context, self.sentence),
            marks=[here.mark, there.mark],
        )


def quarters_said(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Highest in the first quarter", "111 in the third quarter": told where the row has it for another quarter."""
    for sentence in reader.sentences:
        if OF_MORE.search(sentence.text) or any(span.period for span in sentence.spans):
            continue
        block = context.document.blocks[sentence.block]
        tables = [(table, found) for table in context.tables_for(block) if (found := quarters_in(table))]
        for match in SAID.finditer(sentence.text) if len(tables) == 1 else ():
            table, rows = tables[0]
            row = row_named(context, table, sentence.text, match.start()) or row_with(table, rows, sentence, match)
            cells = rows.get(row.index) if row is not None else None
            nth = NTH.get((match["nth"] or "").lower(), 0) or int(match["digit"] or 0)
            if row is None or cells is None or is_of_several(table, row, sentence.text):
                continue
            said = Said(context, sentence, match, table, row, cells, nth)
            finding = not_the_most(said) or of_another_quarter(said)
            if finding is not None:
                yield finding


def quarters_in(table: Table) -> dict[int, dict[int, Term]]:
    """The cells of the quarters 1 to 4 of each row that has all of them; nothing for a table of other columns."""
    columns = [(int(match[1]), one) for one in table.columns if (match := QUARTER_HEADER.match(one.header))]
    if sorted(number for number, _ in columns) != [1, 2, 3, 4] or any(one.role != "value" for _, one in columns):
        return {}
    found = {}
    for row in table.rows:
        cells = {number: cell for number, one in columns if (cell := term(table, row, one)) is not None}
        if len(cells) == 4:
            found[row.index] = cells
    return found


def row_named(context: Context, table: Table, text: str, at: int) -> Row | None:
    """The one row that a text names before a place."""
    before = re.split(r"[;]|\.\s|\b(?:while|whereas|but)\b", text[:at])[-1]
    named = [one.name for one in context.names.find(before)]
    rows = [row for row in table.rows if row.label in named[-1:]] or best_label(table, before, len(before)) or []
    return rows[0] if len(rows) == 1 else None


def row_with(table: Table, rows: dict[int, dict[int, Term]], sentence: Sentence, match: re.Match) -> Row | None:
    """The row of the one cell that has the value beside the words for a quarter: "highest in quarter 3 (134)"."""
    values = [one.value for one in sentence.figures if is_beside(one, sentence, match) and one.value >= TELLING]
    found = [
        index
        for index, cells in rows.items()
        for cell in cells.values()
        if len(values) == 1 and cell.value == values[0]
    ]
    return next((row for row in table.rows if [row.index] == found), None)


def not_the_most(said: Said) -> Finding | None:
    sentence, cells = said.sentence, said.cells
    most = MOST.search(sentence.text[: said.match.start()])
    if most is None:
        return None
    best = (min if most["low"] else max)(cells, key=lambda one: cells[one].value)
    if cells[said.nth].value == cells[best].value:
        return None
    start, end = sentence.start + most.start(), sentence.start + said.match.end()
    mark = Mark(sentence.block, said.context.document.blocks[sentence.block].place, start, end)
    return said.finding("rank_is_the_tables", mark, sentence.text[most.start() : said.match.end()], best)


def of_another_quarter(said: Said) -> Finding | None:
    figure = next((one for one in said.sentence.figures if is_beside(one, said.sentence, said.match)), None)
    if figure is None or figure.value == said.cells[said.nth].value:
        return None
    others = [quarter for quarter, cell in said.cells.items() if cell.value == figure.value]
    if len(others) != 1:
        return None
    return said.finding("period_is_the_tables", figure.mark, f"{figure.number.text}{said.match[0]}", others[0])


def is_beside(figure: Figure, sentence: Sentence, match: re.Match) -> bool:
    """Whether a value stands directly before the words for a quarter, or in a bracket directly behind them."""
    before = sentence.text[max(figure.mark.end - sentence.start, 0) : match.start()]
    behind = sentence.text[match.end() : max(figure.mark.start - sentence.start, match.end())]
    is_before = figure.mark.end - sentence.start <= match.start() and re.fullmatch(r"(?:\s+[a-z]+){0,2}", before)
    return figure.kind == kinds.VALUE and bool(is_before or re.fullmatch(r"\s*\(", behind))


# "The busiest quarter was the second (1,487) and the quietest the fourth".
WAS_THE_NTH = re.compile(
    r"\b(?:highest|largest|greatest|busiest|(?P<low>lowest|smallest|quietest))(?: quarter)?\s+(?:was|is)\s+(?:the\s+)?"
    r"(?:(?P<nth>first|second|third|fourth|last)|(?:q|quarter )(?P<digit>[1-4]))\b"
    r"(?=\s*(?:quarter\b|[,.;(]|with\b|at\b|and\b|$))",
    re.IGNORECASE,
)


def quarters_ranked(context: Context, reader: Reader) -> Iterator[Finding]:
    """The quarter that is called the busiest or the quietest, by the row of its figure, or else by the total."""
    for sentence in reader.sentences:
        if "quarter" not in sentence.text.lower() or any(span.period for span in sentence.spans):
            continue
        block = context.document.blocks[sentence.block]
        tables = [(table, found) for table in context.tables_for(block) if (found := quarters_in(table))]
        for match in WAS_THE_NTH.finditer(sentence.text) if len(tables) == 1 else ():
            table, rows = tables[0]
            nth = NTH.get((match["nth"] or "").lower(), 0) or int(match["digit"] or 0)
            totals = [row for row in table.rows if row.is_total and row.index in rows]
            row = row_with(table, rows, sentence, match) or (totals[0] if len(totals) == 1 else None)
            named = best_label(table, sentence.text, match.start())
            if row is None or (named and named[0] is not row):
                continue
            cells = rows[row.index]
            pick = min if match["low"] else max
            best = pick(cells, key=lambda quarter, cells=cells: cells[quarter].value)  # type: ignore[misc]
            if cells[best].value != cells[nth].value:
                start = sentence.start + match.start()
                mark = Mark(sentence.block, block.place, start, sentence.start + match.end())
                said = Said(context, sentence, match, table, row, cells, nth)
                yield said.finding("rank_is_the_tables", mark, match[0], best)
