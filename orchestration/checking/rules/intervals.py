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
    r"(?:(?:9\d(?:\.\d+)?\s?(?:%|per\s?cent)\s+)?(?:C\.?I\.?\b|(?:confidence )?intervals?|confidence limits?|"
    r"(?:credible|uncertainty) intervals?))"
)
BESIDE = re.compile(
    rf"(?<![\d.,/])(?P<value>{A_NUMBER})\s?(?P<unit>%|per\s?cent)?(?P<per>\s+per\s+[\d,]+)?(?:\s+[a-z]+){{0,8}}\s*[(\[,;]\s*"
    rf"{CALLED}\s*(?:of|from|is|was|[:=,])?\s*\(?(?P<low>{A_NUMBER})\s?%?\s*(?P<to>to|and|,|-|–|—)\s*(?P<high>{A_NUMBER})"
    r"(?![\d,.]*\d)",
    re.IGNORECASE,
)
LOWER = re.compile(r"\b(?:lower|low|LCI|LCL|from)\b", re.IGNORECASE)
UPPER = re.compile(r"\b(?:upper|high|UCI|UCL|to)\b", re.IGNORECASE)
LIMITS = re.compile(r"\b(?:C\.?I\.?|[LU]CI|[LU]CL|confidence|limits?|interval|bound)\b", re.IGNORECASE)
# "Rate | Lower | Upper": what is estimated, beside two headers that differ in these words alone.
ESTIMATE = re.compile(
    r"\b(?:rates?|per\s?cent|percentages?|proportions?|prevalence|incidence|ratios?|means?|medians?|averages?|estimates?|"
    r"risks?|odds|scores?|per [\d,]+)\b|%",
    re.IGNORECASE,
)
BARE_LOWER, BARE_UPPER = (re.compile(rf"\b{word}\b", re.IGNORECASE) for word in ("lower", "upper"))
# Two ends that a value may well lie outside: what is wished for, or what is usual.
OTHER_LIMITS = re.compile(
    r"\b(?:thresholds?|control|targets?|tolerances?|expected|normal|norms?|references?|benchmarks?|quartiles?|quintiles?|"
    r"plans?|bands?|triggers?|standards?|ranges?)\b",
    re.IGNORECASE,
)


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
        if (is_limits and LOWER.search(low.header) and UPPER.search(high.header)) or are_bare_limits(
            table, value, low, high
        ):
            yield value, low, high


def are_bare_limits(table: Table, value: Column, low: Column, high: Column) -> bool:
    """Whether "Lower" and "Upper" behind an estimate are its limits, though no header says so."""
    if not BARE_LOWER.search(low.header) or BARE_LOWER.sub("upper", low.header.lower()) != high.header.lower():
        return False
    if BARE_LOWER.search(value.header) or BARE_UPPER.search(value.header):
        return False
    said = " ".join((table.caption, table.notes, value.header, low.header))
    if not ESTIMATE.search(f"{table.caption} {value.header}") or OTHER_LIMITS.search(said):
        return False
    # Limits that are the same in every row are of no estimate.
    ends = [line(table, [(row, low), (row, high)]) for row in table.rows]
    return len({tuple(one.value for one in pair) for pair in ends if pair}) > 1


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
