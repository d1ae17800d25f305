"""Values that lie outside the interval printed beside them: "4.1% (95% CI 4.6-6.3)", and in the columns of a table."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.findings import ERROR, Finding, Mark, Term
from orchestration.checking.rules.readings import Reader, place_of_block
from orchestration.checking.rules.within_tables import line, where
from orchestration.checking.spans import spans_in
from orchestration.checking.tables import Column, Row, Table

A_NUMBER = r"[-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[-−]?\d+(?:\.\d+)?"
CALLED = (
    r"(?:(?:9\d(?:\.\d+)?\s?(?:%|per\s?cent)\s+)?(?:C\.?I\.?\b|confidence (?:interval|limits?)s?|"
    r"(?:credible|uncertainty) intervals?))"
)
BESIDE = re.compile(
    rf"(?<![\d.,/])(?P<value>{A_NUMBER})\s?(?P<unit>%|per\s?cent)?(?P<per>\s+per\s+[\d,]+)?(?:\s+[a-z]+){{0,3}}\s*[(\[,;]\s*"
    rf"{CALLED}\s*(?:of|from|is|was|[:=,])?\s*\(?(?P<low>{A_NUMBER})\s?%?\s*(?P<to>to|and|,|-|–|—)\s*(?P<high>{A_NUMBER})"
    r"(?![\d,.]*\d)",
    re.IGNORECASE,
)
LOWER = re.compile(r"\b(?:lower|low|LCI|LCL|from)\b", re.IGNORECASE)
UPPER = re.compile(r"\b(?:upper|high|UCI|UCL|to)\b", re.IGNORECASE)
LIMITS = re.compile(r"\b(?:C\.?I\.?|[LU]CI|[LU]CL|confidence|limits?|interval|bound)\b", re.IGNORECASE)


def values_outside(context: Context, reader: Reader) -> Iterator[Finding]:
    """Values in a text whose own interval, in brackets or after a comma, does not hold them."""
    for block in context.document.texts():
        for match in BESIDE.finditer(without_periods(block.text)):
            low, value, high = (number(match[name]) for name in ("low", "value", "high"))
            half = 0.5 * 10.0 ** -min(len(match[name].partition(".")[2]) for name in ("low", "value", "high"))
            is_near = 0 < value / 3 <= high and 0 < low <= value * 3
            if re.match(r"\s*%?\s*(?:and|,|;|respectively)\s*[\d-]", block.text[match.end() :]):
                # "12.0 in men and 8.1 in women (95% CI 10.2 to 13.9 and 6.6 to 9.7)".
                continue
            if low > high or low - half <= value <= high + half or not is_near:
                # "A reduction of 20% (95% CI 0.7 to 0.9)": the interval is of another scale.
                continue
            yield Finding(
                "value_is_in_its_interval",
                ERROR,
                Mark(block.number, block.place, match.start("value"), match.end("value")),
                f"{match['value']}{match['unit'] or ''}",
                f"{match['low']} to {match['high']}",
                f"{match['value']} is {'below' if value < low else 'above'} its interval, {match['low']} to "
                f"{match['high']}.",
                block.text,
                place_of_block(context, block),
            )
    for table in context.tables:
        yield from cells_outside(table)


def without_periods(text: str) -> str:
    """A text of the same length without its periods: "7.9 in 2021 to 2023 (95% CI 6.2 to 9.9)" is of 7.9."""
    for span in spans_in(text):
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return text


def number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def cells_outside(table: Table) -> Iterator[Finding]:
    """Cells outside the limits in the two columns behind them, where the limits of most other rows hold theirs."""
    for value, low, high in limits(table):
        rows = [
            (row, cells) for row in table.rows if (cells := line(table, [(row, one) for one in (value, low, high)]))
        ]
        outside = [(row, cells) for row, cells in rows if not cells[1].value <= cells[0].value <= cells[2].value]
        if len(outside) * 2 >= len(rows):
            continue
        for row, cells in outside:
            yield outside_of(table, row, value, cells)


def limits(table: Table) -> Iterator[tuple[Column, Column, Column]]:
    """A column of values with the lower and the upper limits that stand behind it."""
    columns = table.columns
    for value, low, high in zip(columns, columns[1:], columns[2:], strict=False):
        is_limits = LIMITS.search(low.header) and LIMITS.search(high.header) and not LIMITS.search(value.header)
        if is_limits and LOWER.search(low.header) and UPPER.search(high.header):
            yield value, low, high


def outside_of(table: Table, row: Row, column: Column, cells: list[Term]) -> Finding:
    own, low, high = cells
    return Finding(
        "value_is_in_its_interval",
        ERROR,
        own.mark,
        own.text,
        f"{low.text} to {high.text}",
        f"{own.text} is {'below' if own.value < low.value else 'above'} its interval, {low.text} to {high.text}.",
        where=where(table, row, column),
        marks=[low.mark, high.mark],
    )
