"""The numbers of a passage, and the ways in which those that stand so belong together.

Other rules begin with the rows of tables, or with what a sentence is about. Here a way is a pattern of words around
numbers, with a formula: "C and had C back (P)" is a share. What the pattern leaves open, as the whole of a share, is
looked for before it, the nearest first. A way that does not hold is told only where a usual slip in one of its numbers
makes it hold: numbers that do not belong together seldom differ by no more than that.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Mark, Relation, Term, printed_like, slip_between
from orchestration.checking.misread import is_misread
from orchestration.checking.rules.readings import Reader, place_of, term_of

# A number of fewer digits is soon another one's by chance.
LEAST_DIGITS = 2
UNITS = {"plain": "C", "money": "M", "percent": "P", "points": "Q"}
# How many sentences before one its passage begins.
SENTENCES_BEFORE = 2
# "Of 108 deaths, an average of 36 a year": the 36 is no value that a later one is compared with.
AVERAGE = re.compile(
    r"\s+(?:[a-z]+\s+){0,2}?(?:(?:a|an|per|each|every)\s+(?:year|quarter|month|week|day|head)|on average|each)\b",
    re.IGNORECASE,
)
AVERAGE_OF = re.compile(r"\b(?:average|mean|median)\s+(?:of|was|is)\s+£?$", re.IGNORECASE)
SHARE_BESIDE = re.compile(r"(?:\s+[a-z'’-]+){0,6}\s*(?:\(|,|, or|, which is)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Item:
    """A number of a sentence, with where it stands there. `unit`: C a count, M money, P per cent, Q points, X else.

    `has_share` where a share stands beside it: then it is a part itself. `is_average` where it is one a year, or each.
    """

    figure: Figure
    start: int
    end: int
    unit: str
    has_share: bool = False
    is_average: bool = False

    @property
    def value(self) -> float:
        return abs(self.figure.number.value)

    @property
    def is_exact(self) -> bool:
        return not self.figure.number.about and self.unit != "X"

    @property
    def is_amount(self) -> bool:
        return self.is_exact and self.unit in "CM"

    @property
    def term(self) -> Term:
        return term_of(self.figure).signed(self.value)

    def printed(self, value: float) -> str:
        return printed_like(self.figure.number, value)


@dataclass(frozen=True)
class Passage:
    """A sentence, and the numbers that stand before it in its paragraph, the nearest first."""

    sentence: Sentence
    where: str
    text: str
    items: tuple[Item, ...]
    before: tuple[Item, ...]
    encoded: str

    def gap(self, first: Item, second: Item) -> str:
        """The words between two numbers, of which the second stands behind the first."""
        return self.text[first.end : second.start]

    def nearest_before(self, item: Item) -> list[Item]:
        at = self.items.index(item)
        return [one for one in (*self.items[:at][::-1], *self.before) if not one.is_average]

    def behind(self, item: Item) -> list[Item]:
        return list(self.items[self.items.index(item) + 1 :])


def items_of(sentence: Sentence) -> tuple[Item, ...]:
    found = [
        Item(one, one.mark.start - sentence.start, one.mark.end - sentence.start, UNITS.get(one.number.unit, "X"))
        for one in sentence.distinct_figures
    ]
    found.sort(key=lambda one: one.start)
    for at, (one, other) in enumerate(pairwise(found)):
        if other.unit == "P" and SHARE_BESIDE.fullmatch(sentence.text[one.end : other.start]):
            found[at] = replace(one, has_share=True)
    for at, one in enumerate(found):
        if AVERAGE.match(sentence.text, one.end) or AVERAGE_OF.search(sentence.text[: one.start]):
            found[at] = replace(found[at], is_average=True)
    return tuple(found)


def encoded(text: str, items: tuple[Item, ...]) -> str:
    """A text with a mark in place of each number that a way can be about: "had ⟦C1⟧ back (⟦P2⟧)"."""
    # A document may have such brackets of its own.
    text = text.translate(str.maketrans("⟦⟧", "[]"))
    made, last = "", 0
    for number, one in enumerate(items):
        unit = one.unit if one.is_exact else "X"
        made += f"{text[last : one.start]}⟦{unit}{number}⟧"
        last = one.end
    return made + text[last:]


def passages(context: Context, reader: Reader) -> Iterator[Passage]:
    last: list[Sentence] = []
    for sentence in reader.sentences:
        last = [one for one in last if one.block == sentence.block][-SENTENCES_BEFORE:]
        before = tuple(item for one in last[::-1] for item in items_of(one)[::-1])
        items = items_of(sentence)
        if items:
            text = encoded(sentence.text, items)
            yield Passage(sentence, place_of(context, sentence), sentence.text, items, before, text)
        last.append(sentence)


def chosen(options: list[Relation], known: "Known") -> list[Relation]:
    """Of the ways in which a number can be meant, that which holds, or the likeliest if a slip explains it."""
    held = [one for one in options if one.holds()]
    if held or not options:
        return held[:1]
    # The first is the likeliest.
    first = options[0]
    marks = {term.mark for term in first.terms}
    is_settled = first.result.mark in known.agreeing and first.rule_id != "parts_equal_total"
    return [first] if is_slip(first) and not is_settled and not marks & known.disputed else []


@dataclass(frozen=True)
class Known:
    """The numbers that other rules found to agree with others, and those that they found not to."""

    agreeing: frozenset[Mark]
    disputed: frozenset[Mark]


def known_from(relations: list[Relation], context: Context) -> Known:
    # A word, as "more than half", agrees with many a number.
    exact = [one for one in relations if one.holds() and not one.rule_id.startswith("word_")]
    broken = [one for one in relations if not one.holds() and not is_misread(one, context.document)]
    marks = [frozenset(term.mark for one in some for term in one.terms) for some in (exact, broken)]
    return Known(marks[0], marks[1])


def is_slip(relation: Relation) -> bool:
    """Whether one other digit, or two exchanged, in one of its numbers make a relation hold."""
    expected, result = relation.expected(), relation.result
    if expected is None:
        return False
    if expected > 0 and may_be_slip(result, expected):
        return True
    values = [one.value for one in relation.inputs]
    for at, one in enumerate(relation.inputs):
        if relation.solve is None or one.number.is_word:
            continue
        for end in (-1, 0, 1):
            meant = relation.solve(at, values, result.value + end * result.number.half_unit * 0.98)
            if meant is not None and meant > 0 and may_be_slip(one, meant):
                return True
    return False


def may_be_slip(term: Term, meant: float) -> bool:
    """Whether a number that is meant to be another one has a digit wrong, or two exchanged."""
    if term.number.is_word or term.number.about:
        return False
    printed, expected = printed_like(term.number, term.value), printed_like(term.number, meant)
    told = slip_between(printed, expected)
    return bool(told) and "sign" not in told and len(re.sub(r"\D", "", expected)) >= LEAST_DIGITS
