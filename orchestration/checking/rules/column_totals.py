"""A count in the text that is what the rows of a table without a total make, but for a slip."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure
from orchestration.checking.findings import Relation, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of, topic_of
from orchestration.checking.rules.within_tables import line
from orchestration.checking.tables import Row
from orchestration.checking.words import stems
from orchestration.reading.periods import MONTH_NAME

# A slip in a smaller sum is likely by chance.
TELLING = 1000
ROWS = 3
A_MONTH = MONTH_NAME.replace("(", "(?:", 1)
TIME = re.compile(rf"(?:q(?:uarter)? ?[1-4]|{A_MONTH}(?: ?(?:to|-|–) ?{A_MONTH})?)(?: 20\d\d(?:/\d\d)?)?", re.I)
IN_ALL = re.compile(
    r"\b(?:(?:in|over|during|for) the (?:whole )?(?:year|period|six months)|in (?:all|total)|altogether|overall|"
    r"a total of|were (?:completed|made|recorded|received|issued|carried out|dealt with))\b",
    re.IGNORECASE,
)


def is_slip(figure: Figure, total: float, rows: list[Row]) -> bool:
    """Whether a count is a slip of a sum. Rows that are no times may leave some out: "place not known"."""
    slip = slip_between(figure.number.text, f"{total:,.0f}")
    is_whole = all(TIME.fullmatch(row.label.strip()) for row in rows)
    return "exchanged" in slip or bool(slip and (is_whole or figure.value < total))


def sums_of_rows_told(context: Context, reader: Reader) -> Iterator[Relation]:
    """Each count of a section that is the sum of the rows of its table, where the table prints no total."""
    for table in context.tables:
        rows = [row for row in table.rows if not row.role and not row.is_part]
        if len(rows) < ROWS or any(row.is_total for row in rows) or not table.is_additive or table.is_rounded:
            continue
        section = context.sections[table.block.number]
        near = [one for one in reader.sentences if one.section == section]
        values = [
            (sentence, figure)
            for sentence in near
            for figure in sentence.distinct_figures
            if figure.kind == kinds.VALUE and figure.number.unit == "plain" and not figure.number.about
        ]
        for column in table.columns:
            parts = line(table, [(row, column) for row in rows])
            total = sum(one.value for one in parts)
            is_counted = column.role == "value" and not labels.NOT_SUMMED.search(column.header)
            if not parts or not is_counted or total < TELLING or any(one.value == total for _, one in values):
                continue
            slips = [
                (sentence, figure)
                for sentence, figure in values
                if not figure.number.decimals
                and is_slip(figure, total, rows)
                and IN_ALL.search(sentence.text)
                and (topic_of(table) | set(stems(column.header))) & set(stems(sentence.text))
            ]
            if len(slips) == 1:
                sentence, figure = slips[0]
                what = f"The {len(rows)} rows of {table.name or 'the table'}"
                yield sums.sum_relation(parts, term_of(figure), place_of(context, sentence), what, sentence.text)
