"""Shares of all that a table counts: "488 admissions, 58.9% of the total", "47.3% of all clients"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.comparisons_said import between
from orchestration.checking.rules.readings import BROAD, RESTRICTED, Reader, place_of, term_of
from orchestration.checking.rules.rows_said import mentions, near_tables
from orchestration.checking.rules.series import totals_of
from orchestration.checking.rules.shares import beside
from orchestration.checking.rules.wholes import values_of
from orchestration.checking.rules.within_tables import line, term
from orchestration.checking.tables import Column, Table

OF_TOTAL = re.compile(
    r"\s*\)?\s*of (?:(?:the|its|our) (?:[a-z'’-]+\s+){0,2}?total\b|all\b|the whole\b|everyone\b|everybody\b)",
    re.IGNORECASE,
)
OF_THE_TOTAL = re.compile(r"\s*of the total\s*(?:[.,;)]|$)", re.IGNORECASE)
BEHIND_PART = re.compile(
    r"(?:\s+[a-z'’-]+){0,9}(?:,\s+(?:which (?:is|was|makes|made|represents)\s+|that is\s+|or\s+|"
    r"equal to\s+)?|\s+\(|\s+or\s+)",
    re.IGNORECASE,
)
MAKE_UP = re.compile(
    r"(?:\s+[\w'’-]+){2,14}?\s+(?:represent|make up|made up|account for|accounted for|are|were|form|formed)\s+"
    r"(?:(?:about|around|some|over|just|nearly|almost)\s+)*"
)
# So far a share may be from what it should be where nothing but the total can be meant.
NEAR = 10


def shares_of_totals(context: Context, reader: Reader) -> Iterator[Relation]:
    for sentence in reader.sentences:
        for share in sentence.distinct_figures:
            after = sentence.text[share.mark.end - sentence.start :]
            if (
                share.kind != kinds.SHARE
                or share.number.unit != "percent"
                or share.role == "old"
                or not OF_TOTAL.match(after)
                or BROAD.search(sentence.text)
            ):
                continue
            if all(one is not None for one in beside(sentence, share)):
                # "12 of the 31 in the group, or 38.7%": the sentence has the part and its whole.
                continue
            part = next(
                (one for one in values_of(sentence) if BEHIND_PART.fullmatch(between(sentence, one, share))), None
            )
            joined = part_together(sentence, share) if part is None else None
            if joined is not None:
                relation = of_part(context, sentence, share, joined, is_joined=True)
            else:
                relation = (
                    of_part(context, sentence, share, part) if part is not None else of_row(context, sentence, share)
                )
            if relation is not None:
                yield relation


def totals(context: Context, table: Table) -> list:
    own = [row for row in table.rows if row.is_total or (row.label and row.label == context.names.own)]
    return own or totals_of(table)


def is_now(table: Table, column: Column, share: Figure) -> bool:
    """Whether a column can be that of a share: of its period, or the latest if it names none."""
    if column.role != "value":
        return False
    if column.period is None or not table.periods:
        return True
    return column.period == (share.period if share.has_own_period else table.periods[-1])


def part_together(sentence: Sentence, share: Figure) -> Figure | None:
    """The count of the rows that a sentence names behind it: "The 55 deaths in A and B together make up 64.7%"."""
    before = [one for one in values_of(sentence) if one.mark.end <= share.mark.start]
    # A number of several places has a reading for each.
    before = list({one.mark: one for one in before}.values())
    return before[0] if len(before) == 1 and MAKE_UP.fullmatch(between(sentence, before[0], share)) else None


def of_part(
    context: Context, sentence: Sentence, share: Figure, part: Figure, is_joined: bool = False
) -> Relation | None:
    """The share of a part that is the sum of the rows that the sentence names, of the total of their column."""
    found, others = [], []
    until = share if is_joined else part
    for table in near_tables(context, sentence):
        named = [one.row for one in mentions(context, table, sentence.text[: until.mark.start - sentence.start])]
        for column in table.columns if totals(context, table) else []:
            whole = term(table, totals(context, table)[0], column)
            cells = line(table, [(row, column) for row in named])
            is_sum = bool(cells) and sum(one.value for one in cells) == part.value
            is_told = not is_joined and (named or is_now(table, column, share))
            is_cell = is_told and any(
                (cell := term(table, row, column)) and cell.value == part.value for row in table.rows
            )
            if column.role == "value" and whole is not None and whole.value > part.value:
                made = relation_of(context, sentence, share, term_of(part), whole)
                found += [made] if is_sum or is_cell else []
                others += [made] if not named and not is_joined and is_now(table, column, share) else []
    if not found and OF_THE_TOTAL.match(sentence.text, share.mark.end - sentence.start):
        # "The two pharmacies together gave 7,399 packs, 41% of the total": the one total near.
        slips = [one for one in others if is_slip(share, one)]
        return slips[0] if len(others) == len(slips) == 1 else None
    if not found or any(one.holds() for one in found):
        return found[0] if found and found[0].holds() else None
    expected = found[0].expected() or 0.0
    is_one = len({one.expected() for one in found}) == 1
    return found[0] if is_one and abs(expected - share.value) <= NEAR else None


def of_row(context: Context, sentence: Sentence, share: Figure) -> Relation | None:
    """ "A is the largest: it treats 47.3% of all clients": the row that is named, of the total of a column."""
    start = sentence.text[: share.mark.start - sentence.start]
    found = []
    if RESTRICTED.search(sentence.text):
        return None
    for table in near_tables(context, sentence):
        named = mentions(context, table, start)
        if len({one.row.index for one in named}) != 1 or not totals(context, table):
            continue
        for column in table.columns:
            part, whole = term(table, named[0].row, column), term(table, totals(context, table)[0], column)
            if part is not None and whole is not None and is_now(table, column, share) and whole.value > part.value:
                found.append(relation_of(context, sentence, share, part, whole))
    if any(one.holds() for one in found):
        return None
    slips = [one for one in found if is_slip(share, one)]
    return slips[0] if len(slips) == 1 else None


def is_slip(share: Figure, relation: Relation) -> bool:
    return bool(slip_between(share.number.text, printed_like(share.number, relation.expected() or 0.0)))


def relation_of(context: Context, sentence: Sentence, share: Figure, part: Term, whole: Term) -> Relation:
    return sums.share_relation(part, whole, term_of(share), place_of(context, sentence), sentence.text)
