"""What a text says of two rows or more at once: "A and B together had 412", "A had 12 more than B"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, printed_like
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.compared import is_beyond_place
from orchestration.checking.rules.readings import BROAD, Reader, place_of, term_of
from orchestration.checking.rules.rows_said import (
    Mention,
    Option,
    is_told,
    listed,
    mentions,
    near_tables,
    options,
    subject_before,
    sure,
)
from orchestration.checking.rules.together import TOGETHER

WITHOUT = re.compile(r"\b(?:excluding|except|without|other than|apart from|not counting)\b", re.IGNORECASE)
# How far "together" may stand from the number.
CLOSE = 80
MORE = re.compile(
    r"\)?(?:\s+(?!from\b|on\b|to\b|more\b|fewer\b|less\b|higher\b|lower\b|above\b|below\b)[a-z-]+){0,3}?\s+"
    r"(?:(?P<more>more|higher|greater|larger|ahead of|above)|(?P<less>fewer|less|lower|smaller|behind|below))\b"
    r"(?:\s+[a-z-]+){0,4}?\s*(?:\bthan\b)?\s+(?:(?:in|at|of|for|the|that|those|did|had)\s+)*$",
    re.IGNORECASE,
)

# "The gap between Ashby and Corley is 12".
GAP = re.compile(
    r"(?:.*[.;,]\s)?(?:the|a)?\s*(?:gap|difference)\s+between\s+(?:(?:the|rates?|in|of|for|at)\s+)*"
    r"(?P<places>[^.;:()\d]{3,80}?)\s+(?:is|was)\s+",
    re.IGNORECASE,
)
ROLES = {kinds.POINTS: ("share", "rate"), kinds.RATE: ("rate",)}


def named_sums(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Ashby and Corley together recorded 412": the sum of the rows that are named."""
    for sentence in reader.sentences:
        together = TOGETHER.search(sentence.text)
        if together is None or BROAD.search(sentence.text):
            continue
        for table in near_tables(context, sentence):
            for group in listed(sentence.text, mentions(context, table, sentence.text)):
                figure = number_of(sentence, group, together)
                if len(group) < 2 or figure is None or WITHOUT.search(sentence.text):
                    continue
                end = figure.mark.start - sentence.start
                if any(group[-1].end <= one.start < end for one in mentions(context, table, sentence.text)):
                    # "Together with D": more than these.
                    continue
                relation = sum_of(context, sentence, figure, [one.row.label for one in group])
                if relation is not None:
                    yield relation


def number_of(sentence: Sentence, group: list[Mention], together: re.Match) -> Figure | None:
    """The first number behind a group and "together", if no other place or stop is between them."""
    if not -25 < together.start() - group[-1].end < CLOSE and together.end() > group[0].start:
        return None
    after = max(group[-1].end, together.end())
    for one in sentence.figures:
        start = one.mark.start - sentence.start
        if start < after:
            continue
        is_count = one.kind == kinds.VALUE and one.number.unit in ("plain", "money") and not one.number.about
        is_close = start - after < CLOSE and not re.search(r"[.;:(]|\bwhile\b|\bbut\b", sentence.text[after:start])
        return one if is_count and is_close else None
    return None


def sum_of(context: Context, sentence: Sentence, figure: Figure, wanted: list[str]) -> Relation | None:
    where = place_of(context, sentence)

    def relation(option: Option) -> Relation:
        what = f"{', '.join(wanted[:-1])} and {wanted[-1]} ({option.table.name or 'the table'})"
        return sums.sum_relation(list(option.cells), term_of(figure), where, what, sentence.text)

    found = options(context, sentence, wanted, ("value",))
    held = next((one for one in map(relation, found) if one.holds()), None)
    if held is not None:
        return held
    option = sure(sentence, figure, found)
    if option is None or not option.table.is_additive:
        return None
    broken = relation(option)
    expected = broken.expected() or 0.0
    return broken if is_told(option, sentence, figure, expected, printed_like(figure.number, expected)) else None


def differences_between(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Ashby had 12 more than Corley": the difference of two rows, in the direction that is said."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            if figure.number.about or BROAD.search(sentence.text):
                continue
            if figure.kind not in (kinds.CHANGE, kinds.POINTS) and not (
                figure.kind == kinds.VALUE and is_beyond_place(context, sentence, figure)
            ):
                continue
            relation = difference_of(context, sentence, figure)
            if relation is not None:
                yield relation


def gaps_between(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "The gap between Ashby and Corley was 12": the difference of two rows, whichever has more."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            if figure.kind not in (kinds.VALUE, kinds.RATE, kinds.POINTS) or figure.number.about:
                continue
            gap = GAP.fullmatch(sentence.text[: figure.mark.start - sentence.start])
            if gap is None or BROAD.search(sentence.text):
                continue
            relation = gap_of(context, sentence, figure, gap.start("places"))
            if relation is not None:
                yield relation


def gap_of(context: Context, sentence: Sentence, figure: Figure, start: int) -> Relation | None:
    dated = any(one.period for one in sentence.spans)
    for table in near_tables(context, sentence):
        named = mentions(context, table, sentence.text)
        group = next((one for one in listed(sentence.text, named) if one[0].start == start), [])
        if len(group) != 2 or len(named) != 2 or (dated and figure.period not in table.periods):
            continue
        first, second = (one.row.label for one in group)
        ways = (
            difference_relation(context, sentence, figure, *pair, True) for pair in ((first, second), (second, first))
        )
        known = [one for one in ways if one is not None]
        held = next((one for one in known if one.holds()), None)
        return held or next((one for one in known if (one.expected() or 0.0) > 0), None)
    return None


def difference_of(context: Context, sentence: Sentence, figure: Figure) -> Relation | None:
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    for table in near_tables(context, sentence):
        named = mentions(context, table, sentence.text)
        other = next((one for one in named if one.start >= end), None)
        way = MORE.fullmatch(sentence.text[end : other.start]) if other else None
        own = subject_before(sentence.text, named, start)
        if other is None or way is None or own is None or own.row is other.row:
            continue
        if (
            any(len(group) > 1 and own in group for group in listed(sentence.text, named))
            or len(listed(sentence.text, named[named.index(other) :])[0]) > 1
        ):
            continue
        return difference_relation(context, sentence, figure, own.row.label, other.row.label, bool(way["more"]))
    return None


def difference_relation(
    context: Context, sentence: Sentence, figure: Figure, own: str, other: str, is_more: bool
) -> Relation | None:
    term = term_of(figure)
    term = term.signed(abs(term.value) * (1 if is_more else -1))

    def relation(option: Option) -> Relation:
        second, first = option.cells

        def explain(expected: float) -> str:
            word = "more" if expected > 0 else "less"
            size = printed_like(term.number, abs(expected))
            said = printed_like(term.number, abs(term.value))
            if expected * term.value < 0:
                said = f"{said} {'more' if is_more else 'less'}"
            return f"{own} has {second.text} and {other} {first.text}: {size} {word}, not {said}."

        kind = sums.POINTS if figure.kind == kinds.POINTS else sums.DIFFERENCE
        found = sums.change_relation(first, second, term, kind, place_of(context, sentence), sentence.text)
        found.rule_id, found.severity, found.explain = "comparison_fits_figures", "error", explain
        found.shape = lambda expected: printed_like(term.number, abs(expected))
        return found

    roles = ROLES.get(figure.kind, ("value",))
    found = options(context, sentence, (own, other), roles)
    held = next((one for one in map(relation, found) if one.holds()), None)
    if held is not None:
        return held
    option = sure(sentence, figure, found)
    if option is None:
        return None
    broken = relation(option)
    expected = broken.expected() or 0.0
    return (
        broken if is_told(option, sentence, figure, abs(expected), printed_like(figure.number, abs(expected))) else None
    )
