"""Places in an order that say no more than that: "A came third", "B did best", against every order of the table."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.rules.readings import Reader
from orchestration.checking.rules.rows_said import Mention, mentions, near_tables
from orchestration.checking.rules.said import words_finding
from orchestration.checking.rules.scope import Judged, in_scope
from orchestration.checking.rules.series import Line, lines_of
from orchestration.checking.rules.superlatives import EXCEPT, Claim
from orchestration.checking.tables import Table

PLACES = {"second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6}
CAME = re.compile(
    rf"\s+(?:came|comes|ranks|ranked|was ranked|is ranked|is placed|was placed|finished|(?:is|was|lies|stands) in)\s+"
    rf"(?P<nth>{'|'.join(PLACES)})\b(?:\s+place)?(?=\s*(?:[.,;)]|$|\b(?:and|with|at|for|on|by)\b))",
    re.IGNORECASE,
)
BEST = re.compile(
    r"\s+(?:did|does|performed|performs|fared|scored|(?:had|has|have|was|is) (?:by far )?the)\s+"
    r"(?P<best>best|worst|poorest)\b"
    r"(?!\s+(?:of (?:both|the two)|year|month|quarter|known))",
    re.IGNORECASE,
)
LEAST_ROWS = 4


def ordinals(context: Context, reader: Reader) -> Iterator[Finding]:
    for sentence in reader.sentences:
        for table in near_tables(context, sentence):
            for one in mentions(context, table, sentence.text):
                place, best = CAME.match(sentence.text, one.end), BEST.match(sentence.text, one.end)
                match = place or best
                if match is None or EXCEPT.search(sentence.text[: one.start]):
                    continue
                nth = PLACES[match["nth"].lower()] if place else 1
                orders = orders_of(context, table, sentence, one, match)
                if orders and not any(nth in places_in(line, one.row.label) for line in orders):
                    yield told(context, sentence, table, one, match, orders)


def orders_of(context: Context, table: Table, sentence: Sentence, one: Mention, match: re.Match) -> list[Line]:
    """The orders of a table that a place can be of: those with the row and enough others, if its words are theirs."""
    label = one.row.label
    lines = [*lines_of(table, "value"), *lines_of(table, "change")]
    judged: list[Judged] = [
        (table, line, (label,)) for line in lines if label in line.values and len(line.values) >= LEAST_ROWS
    ]
    start = match.end() - len(match[0].split()[-1])
    claim = Claim((label,), True, 1, "value", sentence.text, start, match.end())
    return [line for _, line, _ in in_scope(context, sentence, claim, judged)]


def places_in(line: Line, label: str) -> set[int]:
    """The places of a row in an order, from the highest and from the lowest; with those of its equals."""
    own, values = line.values[label], list(line.values.values())
    above, below = (sum(one > own for one in values), sum(one < own for one in values))
    equal = sum(one == own for one in values)
    return {side + at for side in (above, below) for at in range(1, equal + 1)}


def told(
    context: Context, sentence: Sentence, table: Table, one: Mention, match: re.Match, orders: list[Line]
) -> Finding:
    names = ", ".join(f"{line.name} {line.texts[one.row.label]}" for line in orders[:3])
    places = sorted({min(places_in(line, one.row.label)) for line in orders})
    said = match[0].split()[-1] if match.re is BEST else match["nth"]
    expected = f"not {said}"
    why = f"By no column of {table.name or 'the table'} is {one.row.label} {said} ({names}; nearest place {places[0]})."
    return words_finding(context, sentence, "rank_is_the_tables", (one.start, match.end()), expected, why)
