"""What all rows of a table have together where a sentence counts them: "together these five took 732,700 visits"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.findings import Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.said import COUNT, number_of
from orchestration.checking.rules.series import rows_to_rank
from orchestration.checking.rules.within_tables import line

TOGETHER = re.compile(
    r"\b(?:together|between them|combined|in all|jointly)\b[^.;:()\d]{0,30}?"
    rf"\b(?:these|the|all)\s+(?P<count>{COUNT})\b|"
    rf"\b(?:these|the|all)\s+(?P<counted>{COUNT})\b[^.;:()]{{0,60}}?\b(?:together|between them|combined|jointly)\b",
    re.IGNORECASE,
)
LEAST = 100


def sums_of_rows_counted(context: Context, reader: Reader) -> Iterator[Relation]:
    """The sum of a table's rows, of which a sentence names as many as it has and no other number before it."""
    for sentence in reader.sentences:
        match = TOGETHER.search(sentence.text)
        figures = [
            one
            for one in sentence.distinct_figures
            if match and one.mark.start - sentence.start >= match.end(match.lastgroup or 0) and not one.number.is_word
        ]
        if match is None or not figures:
            continue
        figure, count = figures[0], number_of(match["count"] or match["counted"])
        is_kind = figure.kind == kinds.VALUE and figure.number.unit in ("plain", "money") and figure.value >= LEAST
        if not is_kind or figure.number.about:
            continue
        found = []
        for table in near_tables(context, sentence):
            rows = rows_to_rank(table)
            if len(rows) != count or len(rows) != len([one for one in table.rows if not one.is_total]):
                continue
            for column in table.columns:
                cells = line(table, [(row, column) for row in rows])
                if cells and table.role(rows[0], column) == "value":
                    where, what = place_of(context, sentence), f"The {count} rows"
                    found.append(sums.sum_relation(cells, term_of(figure), where, what, sentence.text))
        held = next((one for one in found if one.holds()), None)
        if held is not None:
            yield held
            continue
        slips = [
            one for one in found if slip_between(figure.number.text, printed_like(figure.number, one.expected() or 0.0))
        ]
        if len(slips) == 1:
            yield slips[0]
