"""Points between two shares of which one is told by its counts alone: "51.0%. In 2023/24 it was 864 of 1,800"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, slip_between
from orchestration.checking.rules.gaps import gap_between
from orchestration.checking.rules.held_against import is_held_against
from orchestration.checking.rules.just_told import FROM_AIM, UNSURE, clause_around, is_without_subject, names_another
from orchestration.checking.rules.readings import RESTRICTED, Reader, term_of
from orchestration.checking.rules.shares import beside, is_part_of
from orchestration.checking.rules.wholes import values_of

# How far the points may lie from what follows where no slip explains them.
NEAR = 2


def points_of_counts(context: Context, reader: Reader, relations: list[Relation]) -> Iterator[Relation]:
    """The points that no relation is of, as the distance of the only two shares that were just told."""
    known = {relation.result.mark for relation in relations}
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            if figure.mark in known or figure.kind != kinds.POINTS or figure.number.about or not figure.value:
                continue
            begins, lead, behind = clause_around(sentence, figure)
            clause = f"{lead} {behind}"
            if UNSURE.search(clause) or FROM_AIM.search(clause) or RESTRICTED.search(clause):
                continue
            if re.search(r"\d", lead) or not is_without_subject(context, lead):
                continue
            if names_another(context, sentence, begins, lead, behind):
                continue
            shares = shares_told(reader, sentence, begins)
            if len(shares) != 2:
                continue
            relation = gap_between(context, sentence, figure, shares)
            expected = abs(relation.expected() or 0.0)
            slip = slip_between(figure.number.text, f"{expected:.{figure.number.decimals}f}")
            if relation.holds() or (expected and (1 / NEAR <= abs(figure.value) / expected <= NEAR or slip)):
                yield relation


def shares_told(reader: Reader, sentence: Sentence, begins: int) -> list[Term]:
    """The shares of a sentence before a place and of the two before it, one printed and one by its counts.

    None at all where they have another share, or no share at all is printed.
    """
    block = [one for one in reader.sentences if one.block == sentence.block and one.number <= sentence.number]
    printed: list[Figure] = []
    counted: list[tuple[Figure, Figure]] = []
    for one in block[-3:]:
        until = begins if one is sentence else len(one.text)
        shares = [value for value in one.distinct_figures if value.unit_class == "percent" and not value.is_change]
        shares = [value for value in shares if value.mark.end - one.start <= until]
        if any(is_held_against(one, value) or value.number.unit != "percent" for value in shares):
            return []
        parts = {part.mark for value in shares if (part := beside(one, value)[0]) is not None}
        printed += shares
        for part, whole in pairwise(values_of(one)):
            between = one.text[part.mark.end - one.start : whole.mark.start - one.start]
            is_before = whole.mark.end - one.start <= until
            if part.mark not in parts and is_before and is_part_of(part, whole, between):
                counted.append((part, whole))
    if len(printed) != 1 or len(counted) != 1 or not printed[0].number.decimals:
        return []
    share, (part, whole) = printed[0], counted[0]
    # Rounded as the share beside it is.
    value = round(100 * part.value / whole.value, share.number.decimals)
    number = replace(share.number, text=f"{value:.{share.number.decimals}f}%", value=value)
    return [Term(part.mark, number, value), term_of(share)]
