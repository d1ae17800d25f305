"""Columns of quotients: "Packs per visit", "Cost per person", with the two columns of their table that they are of."""

import re
from collections.abc import Iterator
from itertools import permutations

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.within_tables import line, where
from orchestration.checking.tables import Column, Table
from orchestration.checking.words import WORD, stem

PER = re.compile(
    r"\b(?:per|for each|for every)\s+(?:(?P<scale>100?)\s+)?(?!(?:cent|\d))(?P<what>[a-z]+)", re.IGNORECASE
)
# At least so many rows bear out that a column is the quotient of two others.
LEAST = 3


def quotients(context: Context, reader: Reader) -> Iterator[Relation]:
    """The quotients that a table prints, where most of its rows bear out of which two columns they are."""
    for table in context.tables:
        for column in table.columns:
            if PER.search(column.header) and not labels.scale_of(column.header) and column.role != "change":
                yield from of_best(table, column)


def of_best(table: Table, column: Column) -> list[Relation]:
    others = [one for one in table.columns if one is not column and one.role == "value"]
    per = PER.search(column.header)
    scale = float(per["scale"] or 1) if per else 1.0
    best: tuple[int, list[Relation]] = (0, [])
    for top, base in permutations(others, 2):
        if len({one.period for one in (top, base, column) if one.period}) > 1:
            continue
        found = []
        for row in table.rows:
            terms = line(table, [(row, one) for one in (top, base, column)])
            if terms and terms[1].value:
                relation = sums.rate_relation(
                    terms[0], terms[1], terms[2], where(table, row, column), scale=scale, base=""
                )
                relation.rule_id = "ratio_follows_from_counts"
                found.append(relation)
        held = sum(one.holds() for one in found)
        if held > best[0]:
            best = held, found
    held, found = best
    return found if held >= LEAST and held >= 0.6 * len(found) else []


COST_PER = re.compile(
    r"\b(?:cost|spend|spending|expenditure|price|grant) per (?P<what>[a-z]+)(?:\s+[a-z]+){0,2}?\s+"
    r"(?:was|is|of|came to|comes to|stood at|worked out at)\s+£?$",
    re.IGNORECASE,
)


def costs_per(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "The programme cost £231,400. The cost per pack was £12.85": an amount beside it over what the text counts."""
    for at, sentence in enumerate(reader.sentences):
        for figure in sentence.distinct_figures:
            match = COST_PER.search(sentence.text[: figure.mark.start - sentence.start])
            if match is None or figure.number.unit != "money" or figure.number.about:
                continue
            near = [one for one in reader.sentences[max(at - 2, 0) : at + 1] if one.block == sentence.block]
            amounts = [one for other in near for one in other.distinct_figures if is_amount(one, figure)]
            bases = [
                one for other in reader.sentences for one in other.distinct_figures if counts(other, one, match["what"])
            ]
            found = [relation_of(context, sentence, figure, top, base) for top in amounts for base in bases]
            held = next((one for one in found if one.holds()), None)
            if held is not None:
                yield held
                continue
            slips = [
                one
                for one in found
                if slip_between(figure.number.text, printed_like(figure.number, one.expected() or 0.0))
            ]
            if len({one.expected() for one in slips}) == 1:
                yield slips[0]


def is_amount(one: Figure, figure: Figure) -> bool:
    return one.number.unit == "money" and one.mark != figure.mark and not one.is_change and one.value > figure.value


def counts(sentence: Sentence, figure: Figure, what: str) -> bool:
    after = re.split(r"[.;:,()\d]", sentence.text[figure.mark.end - sentence.start :])[0]
    is_count = figure.kind == kinds.VALUE and figure.number.unit == "plain" and figure.value >= 10
    return is_count and stem(what) in [stem(word) for word in WORD.findall(after)[:2]]


def relation_of(context: Context, sentence: Sentence, figure: Figure, top: Figure, base: Figure) -> Relation:
    relation = sums.rate_relation(
        term_of(top), term_of(base), term_of(figure), place_of(context, sentence), sentence.text, 1.0, base=""
    )
    relation.rule_id = "ratio_follows_from_counts"
    return relation
