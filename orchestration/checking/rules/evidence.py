"""Numbers that nothing gives and that are a slip of a figure of a table, judged by evidence instead of by their words.

Whether "we gave out 48,300 packs" restates the 43,800 of a table no single word decides. Rows and headers that the
sentence names, the period, the unit, the digits and how many other figures the number could be a slip of each speak for
it or against it. How much each weighs was fitted on drafts without errors, in which digits were changed: `benchmarks/
evidence.py` fits it again, and says how often it is right on drafts that it was not fitted on.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, digits, printed_like, slip_between
from orchestration.checking.numbers import Number
from orchestration.checking.rules.near_misses import key_of, numbers_printed
from orchestration.checking.rules.readings import AIMED, GENERIC, Reader, place_of
from orchestration.checking.rules.rows_named import topic_of
from orchestration.checking.rules.scope import words_known
from orchestration.checking.rules.series import pairs, totals_of
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stems

LEAST_DIGITS = 3
PERCENTS = ("percent", "points")
CLAUSE = re.compile(
    r"[;:]|,\s+(?:and|while|but|with|or|so|although|though|which)\b|\b(?:while|whereas)\b|\.\s", re.IGNORECASE
)
# What a table does not print, but what follows from its rows, or what is of another time.
DERIVED = re.compile(
    r"\b(?:together|between them|both|combined|altogether|averag\w+|mean|median|each|other|others|remaining|rest|ago|"
    r"previous(?:ly)?|last year|earlier|the difference|gap|per (?:day|week|month)|therefore|thus|hence|"
    r"of (?:them|these|those|whom|which))\b",
    re.IGNORECASE,
)
# By how much the best other reading has to be behind.
MARGIN = 1.0
LEAST_EVIDENCE = 2.5

# Fitted by `benchmarks/evidence.py`.
WEIGHTS: dict[str, float] = {
    "constant": -2.50,
    "exchanged": 3.92,
    "digit_more": -6.48,
    "digits": 0.43,
    "row_in_clause": 2.66,
    "part_of_row": 5.48,
    "row_in_sentence": 2.41,
    "row_before": 0.29,
    "total": 0.76,
    "total_alone": 1.64,
    "other_row": -0.77,
    "header_in_clause": 1.67,
    "header_in_sentence": 0.21,
    "no_header": 1.32,
    "topic": 0.04,
    "topic_before": -0.05,
    "unknown": -2.06,
    "period": 0.20,
    "other_period": -1.91,
    "decimals": 1.99,
    "change": -0.17,
    "between_columns": 1.04,
    "of_total": -0.89,
    "table_near": 1.11,
    "table_named": 1.81,
    "rivals": -2.27,
}
FEATURES = tuple(WEIGHTS)


PRINTED, BETWEEN, OF_TOTAL = "has", "has a change of", "has a share of"


@dataclass(frozen=True)
class Given:
    """A number that a table prints, that lies between two of its columns, or that is a share of its total."""

    table: Table
    row: Row
    column: Column
    value: float
    is_percent: bool
    decimals: int
    marks: tuple[Mark, ...]
    how: str = PRINTED

    @property
    def is_change(self) -> bool:
        return self.how == BETWEEN or self.table.role(self.row, self.column) == "change"


@dataclass(frozen=True)
class Candidate:
    """What a number can be a slip of, and what speaks for and against it."""

    given: Given
    right: str
    features: dict[str, float]

    @property
    def evidence(self) -> float:
        return sum(WEIGHTS[name] * value for name, value in self.features.items())


def slips_of_figures(context: Context, reader: Reader, known: set[Mark]) -> Iterator[Finding]:
    """A finding for each number that by all evidence is a slip of a figure of a table. `known` are those that agree."""
    given = Index(context)
    for at, sentence, figure in judged(given, reader, known):
        found = candidates(given, reader, at, sentence, figure)
        best = likeliest(found)
        if best is not None and best.evidence > LEAST_EVIDENCE:
            yield told(context, sentence, figure, best)


def likeliest(found: list[Candidate]) -> Candidate | None:
    """The candidate for which most speaks; None where another number has nearly as much."""
    ordered = sorted(found, key=lambda one: -one.evidence)
    rivals = [one for one in ordered[1:] if one.right != ordered[0].right]
    if not ordered or (rivals and rivals[0].evidence > ordered[0].evidence - MARGIN):
        return None
    return ordered[0]


def judged(given: "Index", reader: Reader, known: set[Mark]) -> Iterator[tuple[int, Sentence, Figure]]:
    """The exact numbers in sentences that nothing else in the document gives."""
    printed = numbers_printed(given.context, reader)
    followed = {key for table in given.context.tables for key in follows(table)}
    for at, sentence in enumerate(reader.sentences):
        if DERIVED.search(sentence.text):
            continue
        for figure in sentence.distinct_figures:
            number, value = figure.number, abs(figure.number.value)
            # A column headed "%" prints 34.6 where a sentence has 34.6%.
            is_printed = printed[value, True] + printed[value, False] > 1
            is_given = figure.mark in known or is_printed or key_of(number) in followed
            is_exact = not number.is_word and not number.about and number.unit != "fraction"
            before = sentence.text[: figure.mark.start - sentence.start]
            if not is_exact or is_given or not is_telling(number.text) or AIMED.search(before):
                continue
            if not given.is_derived(figure):
                yield at, sentence, figure


def is_telling(text: str) -> bool:
    """Whether a number has digits enough: 200 is soon near another hundred."""
    told = digits(text)
    return len(told if "." in text else told.rstrip("0")) >= LEAST_DIGITS


def follows(table: Table) -> Iterator[tuple[float, bool]]:
    """What follows from two figures of a row, or from neighbours in a column, though the table does not print it."""
    for row in table.rows:
        cells = [one for column in table.columns if (one := term(table, row, column)) is not None]
        for first, second in combinations(cells, 2):
            yield round(abs(first.value - second.value), 6), first.number.unit in PERCENTS
    for column in table.columns:
        cells = [one for row in table.rows if not row.is_total and (one := term(table, row, column)) is not None]
        for first, second in combinations(cells, 2):
            yield round(first.value + second.value, 6), first.number.unit in PERCENTS
            yield round(abs(first.value - second.value), 6), first.number.unit in PERCENTS
        for at in range(len(cells)):
            for end in range(at + 3, len(cells) + 1):
                yield round(sum(one.value for one in cells[at:end]), 6), cells[at].number.unit in PERCENTS


def candidates(given: "Index", reader: Reader, at: int, sentence: Sentence, figure: Figure) -> list[Candidate]:
    """The figures of all tables, the changes or the shares of their rows, that a number is a slip of."""
    said = {abs(one.number.value) for one in sentence.figures}
    # What the sentence says itself is no slip of it: "12.5% in 2020 and 15.2% in 2024".
    found = [(one, right, slip) for one, right, slip in given.slips_of(figure) if one.value not in said]
    rivals = math.log(max(len({right for _, right, _ in found}), 1))
    words = Words.of(given.context, reader, at, sentence, figure) if found else None
    return [
        Candidate(one, right, features(given.context, words, figure, one, slip) | {"rivals": rivals})
        for one, right, slip in found
        if words is not None
    ]


class Index:
    """What the tables of a document give, by the digits in which a number would print it.

    A long document has thousands of numbers and thousands of cells: each number is looked up, and not held against all.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.printed = [one for table in context.tables for one in printed_in(table)]
        self.changes = [one for table in context.tables for one in changes_of(table)]
        self.shares = [one for table in context.tables for one in shares_of(table)]
        self._by_digits: dict[tuple, dict[str, list[tuple[Given, str]]]] = {}

    def by_digits(self, number: Number, is_change: bool) -> dict[str, list[tuple[Given, str]]]:
        """What is given for a change, or for a value, each as a number of this kind is printed."""
        is_percent = number.unit in PERCENTS
        power = next((word for word in ("million", "billion", "thousand", "m", "bn", "k") if word in number.text), "")
        kind = (number.unit, number.decimals, number.sign, power if number.decimals < 0 else "", is_change)
        if kind not in self._by_digits:
            found: dict[str, list[tuple[Given, str]]] = {}
            for one in (*self.printed, *(self.changes if is_change else self.shares)):
                if one.is_percent == is_percent:
                    right = printed_like(number, one.value).lstrip("+-")
                    found.setdefault(digits(right), []).append((one, right))
            self._by_digits[kind] = found
        return self._by_digits[kind]

    def slips_of(self, figure: Figure) -> Iterator[tuple[Given, str, str]]:
        """What a figure is a usual slip of, as it would be printed, with the slip in words."""
        given = self.by_digits(figure.number, figure.is_change)
        for told in slipped_from(digits(figure.number.text)):
            for one, right in given.get(told, ()):
                slip = slip_between(figure.number.text, right)
                if slip and "sign" not in slip:
                    yield one, right, slip

    def is_derived(self, figure: Figure) -> bool:
        """Whether a figure follows from two numbers of a table, though it is not printed there."""
        told = digits(figure.number.text)
        return any(
            one.how != PRINTED
            for is_change in (False, True)
            for one, _ in self.by_digits(figure.number, is_change).get(told, ())
        )


def slipped_from(told: str) -> Iterator[str]:
    """The digits that a hand may have meant: one another, two neighbours exchanged, one more or one less."""
    found = set()
    for at in range(len(told)):
        found |= {told[:at] + digit + told[at + 1 :] for digit in "0123456789"}
        found |= {told[:at] + told[at + 1 : at + 2] + told[at] + told[at + 2 :], told[:at] + told[at + 1 :]}
    for at in range(len(told) + 1):
        found |= {told[:at] + digit + told[at:] for digit in "0123456789"}
    yield from sorted(found - {told})


def printed_in(table: Table) -> Iterator[Given]:
    for row in table.rows:
        for column in table.columns:
            cell = term(table, row, column)
            if cell is None:
                continue
            role = table.role(row, column)
            is_percent = cell.number.unit in PERCENTS or role == "share"
            kinds = {is_percent, True} if role == "change" else {is_percent}
            for kind in kinds:
                yield Given(table, row, column, abs(cell.value), kind, max(cell.number.decimals, 0), (cell.mark,))


def changes_of(table: Table) -> Iterator[Given]:
    """What lies between the columns that a table compares, in number and in per cent."""
    for old, new in pairs(table):
        for row in table.rows:
            first, second = term(table, row, old), term(table, row, new)
            if first is None or second is None or table.role(row, new) == "change":
                continue
            marks, decimals = (first.mark, second.mark), max(first.number.decimals, 0)
            is_percent = first.number.unit in PERCENTS or table.role(row, new) == "share"
            yield Given(table, row, new, abs(second.value - first.value), is_percent, decimals, marks, BETWEEN)
            if first.value and not is_percent:
                yield Given(table, row, new, abs(second.value / first.value - 1) * 100, True, 1, marks, BETWEEN)


def shares_of(table: Table) -> Iterator[Given]:
    """What each row has of its total, in columns of counts."""
    totals = totals_of(table)
    for column in table.columns if len(totals) == 1 else ():
        whole = term(table, totals[0], column)
        for row in table.rows:
            part = term(table, row, column)
            if part is None or whole is None or not whole.value or row is totals[0]:
                continue
            if table.role(row, column) == "value" and 0 < part.value <= whole.value:
                share, marks = part.value / whole.value * 100, (part.mark, whole.mark)
                yield Given(table, row, column, share, True, 1, marks, OF_TOTAL)


@dataclass(frozen=True)
class Words:
    """The words of the clause that a number stands in, of its sentence, and of what stands before and above it."""

    clause: frozenset[str]
    sentence: frozenset[str]
    before: frozenset[str]
    block: int

    @classmethod
    def of(cls, context: Context, reader: Reader, at: int, sentence: Sentence, figure: Figure) -> "Words":
        start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
        clause = f"{CLAUSE.split(sentence.text[:start])[-1]} {CLAUSE.split(sentence.text[end:])[0]}"
        block = context.document.blocks[sentence.block]
        before = [one.text for one in reader.sentences[max(at - 2, 0) : at] if one.block == sentence.block]
        headings = [one.text for one in context.document.headings_above(block)[:1]]
        return cls(
            frozenset(stems(clause)),
            frozenset(stems(sentence.text)),
            frozenset(stems(" ".join([*before, *headings]))),
            sentence.block,
        )


def label_of(row: Row) -> frozenset[str]:
    """The words of a row, without what it is per: "all incidents" is not the overdoses per 1,000 incidents."""
    return frozenset(stems(re.sub(r"\bper\b.*", "", row.label)))


def part_in(words: frozenset[str], text: frozenset[str]) -> float:
    """How much of some words a text has, from 0 to 1."""
    return len(words & text) / len(words) if words else 0.0


def features(context: Context, words: Words, figure: Figure, given: Given, slip: str) -> dict[str, float]:
    """What speaks for or against a number of a table being the one that is meant, each from 0 to some."""
    table, row, column = given.table, given.row, given.column
    label, header = label_of(row), frozenset(stems(column.measure)) - GENERIC
    topic, block = topic_of(table), context.document.blocks[words.block]
    in_clause, in_sentence = part_in(label, words.clause), part_in(label, words.sentence)
    labels = [label_of(one) for one in table.rows if one is not row]
    others = any(one and one <= words.clause for one in labels)
    unknown = words.clause - words_known(context, table, set(words.clause))
    is_period_told = figure.period is not None and column.period is not None
    number = figure.number
    return {
        "constant": 1.0,
        "exchanged": float("exchanged" in slip),
        "digit_more": float("too many" in slip or "missing" in slip),
        "digits": float(min(len(digits(number.text).rstrip("0")), 7) - LEAST_DIGITS),
        "row_in_clause": float(in_clause == 1),
        "part_of_row": in_clause if in_clause < 1 else 0.0,
        "row_in_sentence": float(in_sentence == 1 and in_clause < 1),
        "row_before": float(in_sentence < 1 and part_in(label, words.before) == 1),
        "total": float(row.is_total),
        "total_alone": float(row.is_total and not others),
        "other_row": float(others and in_clause < 1),
        "header_in_clause": part_in(header, words.clause),
        "header_in_sentence": part_in(header, words.sentence),
        "no_header": float(not header),
        "topic": float(min(len(topic & words.clause), 4)),
        "topic_before": float(min(len(topic & words.before), 3)),
        "unknown": len(unknown) / max(len(words.clause), 1),
        "period": float(is_period_told and figure.period == column.period),
        "other_period": float(is_period_told and figure.period != column.period),
        "decimals": float(max(number.decimals, 0) == given.decimals),
        "change": float(figure.is_change != given.is_change),
        "between_columns": float(given.how == BETWEEN),
        "of_total": float(given.how == OF_TOTAL),
        "table_near": float(table in context.tables_for(block)),
        "table_named": float(table in context.mentioned(block.text)),
    }


def told(context: Context, sentence: Sentence, figure: Figure, meant: Candidate) -> Finding:
    given = meant.given
    of = ", ".join(dict.fromkeys(one for one in (given.row.label, given.column.header) if one))
    return Finding(
        "sentence_equals_table",
        ERROR,
        figure.mark,
        figure.number.text,
        meant.right,
        f"{given.table.name or 'The table'} {given.how} {meant.right} ({of}), and nothing in the document gives "
        f"{figure.number.text}.",
        sentence.text,
        place_of(context, sentence),
        slip_between(figure.number.text, meant.right),
        list(given.marks),
    )
