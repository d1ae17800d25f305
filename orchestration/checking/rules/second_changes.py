"""A change that is given a second time: "32 more, or about a fifth", "940 more than the 7,520 before, growth of 12.5%".

And two changes one after the other: "declined twice, first by 6.1 and then by 4.5".
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.claims import relation_of_change
from orchestration.checking.rules.comparisons_said import between
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.series import columns_in_time
from orchestration.checking.rules.within_tables import line

# What joins a change to the same change in percent: "32, or about a fifth", "161 since 2021/22, more than a quarter".
OR = re.compile(
    r"(?P<gap>[^.;:()]{0,60}?)(?:,\s+|\s+)(?:(?:or|that is|which is|i\.e\.)\s+|(?:an?|the)?\s*(?:growth|increase|rise|"
    r"gain|saving|cut|fall|drop|decrease|reduction|decline)\s+of\s+)(?:an?\s+increase\s+of\s+)?(?:about |around |"
    r"roughly |nearly |almost |(?:just |well |slightly )?(?:over|under) |more than |less than )?$",
    re.IGNORECASE,
)
# "940 more than the 7,520 we took in 2024".
MORE_THAN = re.compile(r"\s+(?:[a-z-]+\s+){0,2}?(?:more|fewer|less)\s+than\s+(?:the\s+|in\s+)?", re.IGNORECASE)
LEAST_LISTED = 3
YEAR = re.compile(r"(?:19|20)\d\d(?:\s?/\s?\d\d)?")


def said_again(context: Context, reader: Reader) -> Iterator[Relation]:
    """A change that follows from its values, with the percentage or fraction that the sentence gives for it, too."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for at, change in enumerate(figures[:-1]):
            if change.kind != kinds.CHANGE or change.number.about:
                continue
            again = figures[at + 1]
            relation = None
            if is_said_again(sentence, change, again):
                relation = relation_of_change(context, reader, sentence, change)
            elif at + 2 < len(figures) and is_of_old(sentence, change, again, figures[at + 2]):
                yield of_old(context, sentence, change, again, figures[at + 2])
                continue
            if relation is None and is_said_again(sentence, change, again) and again.kind == kinds.PERCENT_CHANGE:
                yield from count_of_percent(context, reader, sentence, change, again)
            if relation is None or not relation.holds() or len(relation.inputs) != 2:
                continue
            old, new = relation.inputs
            made = change_in_percent(context, sentence, old, new, again)
            if not made.holds() or again.number.unit == "fraction":
                yield made


def count_of_percent(
    context: Context, reader: Reader, sentence: Sentence, change: Figure, again: Figure
) -> Iterator[Relation]:
    """ "Fallen by 31 or 4.9%": a count that is a slip of the difference of which the percentage is."""
    percent = relation_of_change(context, reader, sentence, again)
    if percent is None or not percent.holds() or len(percent.inputs) != 2 or again.number.unit != "percent":
        return
    old, new = percent.inputs
    term = sized(change)
    way = 1 if new.value >= old.value else -1
    made = sums.change_relation(
        old, new, term.signed(way * term.value), sums.DIFFERENCE, place_of(context, sentence), sentence.text
    )
    expected = abs(made.expected() or 0.0)
    if not made.holds() and slip_between(change.number.text, printed_like(change.number, expected)):
        yield made


def is_said_again(sentence: Sentence, change: Figure, again: Figure) -> bool:
    gap = YEAR.sub(" ", between(sentence, change, again))
    is_percent = again.number.unit in ("percent", "fraction") and again.kind in (kinds.PERCENT_CHANGE, kinds.SHARE)
    return is_percent and OR.fullmatch(gap) is not None


TOGETHER = re.compile(r",\s+(?:together|altogether|in all|in total|making)\s+£?$", re.IGNORECASE)
AND_BY = re.compile(r"[^.;:()\d]{1,60}\b(?:and|,)[^.;:()\d]{0,60}?\bby\s+£?", re.IGNORECASE)


def changes_together(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Outreach is cut by £22,000 and prevention by £19,000, together £41,000"."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for first, second, total in zip(figures, figures[1:], figures[2:], strict=False):
            is_like = first.number.unit == second.number.unit == total.number.unit
            if (
                is_like
                and first.kind == kinds.CHANGE
                and TOGETHER.search(sentence.text[: total.mark.start - sentence.start])
                and AND_BY.fullmatch(between(sentence, first, second))
                and re.fullmatch(r"[^.;:()\d]{0,20}", between(sentence, second, total))
                and 0.5 <= abs(total.value) / (abs(first.value) + abs(second.value) or 1) <= 2
                and not re.search(r"\bby\b.*\bby\b", sentence.text[: first.mark.start - sentence.start])
            ):
                where = place_of(context, sentence)
                yield sums.sum_relation(
                    [sized(first), sized(second)], sized(total), where, "The two changes", sentence.text
                )


def is_of_old(sentence: Sentence, change: Figure, old: Figure, again: Figure) -> bool:
    is_old = old.kind == kinds.VALUE and old.number.unit == change.number.unit and not old.number.about
    gap = YEAR.sub(" ", between(sentence, old, again))
    return (
        is_old
        and MORE_THAN.fullmatch(between(sentence, change, old)) is not None
        and again.number.unit in ("percent", "fraction")
        and OR.fullmatch(gap) is not None
        and re.search(r"\d|\band\b", gap) is None
    )


def of_old(context: Context, sentence: Sentence, change: Figure, old: Figure, again: Figure) -> Relation:
    """ "940 more than the 7,520 in 2024, growth of 12.5%": the change in percent of its old value."""
    part, whole = term_of(change), term_of(old)
    return sums.share_relation(
        part.signed(abs(part.value)), whole, sized(again), place_of(context, sentence), sentence.text
    )


def sized(figure: Figure) -> Term:
    term = term_of(figure)
    return term.signed(abs(term.value))


def change_in_percent(context: Context, sentence: Sentence, old: Term, new: Term, again: Figure) -> Relation:
    """The change in percent from one value to another, against the size that is printed."""
    result = sized(again)
    way = 1 if new.value >= old.value else -1
    return sums.change_relation(
        old, new, result.signed(way * result.value), sums.PERCENT, place_of(context, sentence), sentence.text
    )


FIRST_AND_THEN = re.compile(
    r"\bfirst\s+by\s+£?(?P<first>[\d,.]*\d)[^.;:()\d]{0,40}?\band\s+then\s+(?:again\s+)?by\s+"
    r"(?:another\s+|a further\s+)?£?(?P<then>[\d,.]*\d)",
    re.IGNORECASE,
)


def first_and_then(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "First by £6.1 million and then by £4.5 million": the two steps of the one row that has the first of them."""
    for sentence in reader.sentences:
        match = FIRST_AND_THEN.search(sentence.text)
        if match is None:
            continue
        said = [
            one
            for one in sentence.distinct_figures
            for name in ("first", "then")
            if one.mark.start - sentence.start <= match.start(name) < one.mark.end - sentence.start
        ]
        if len(said) != 2 or any(one.number.unit not in ("plain", "money", "points") for one in said):
            continue
        found = []
        for table in near_tables(context, sentence):
            for row in table.rows:
                for columns in columns_in_time(table):
                    cells = line(table, [(row, column) for column in columns])
                    if len(cells) == 3:
                        steps = [
                            step_relation(context, sentence, old, new, figure)
                            for (old, new), figure in zip(pairwise(cells), said, strict=True)
                        ]
                        if any(one.holds() for one in steps):
                            found.append(steps)
        if len(found) == 1:
            yield from found[0]


BY_EACH = re.compile(
    r"\bby\s+(?P<steps>\d[\d,.]*(?:,\s\d[\d,.]*)+\s+and\s+(?:then\s+)?\d[\d,.]*\d|\d)(?=[.,;]?(?:\s|$))"
)


def steps_listed(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "It had gone up, by 14, 29 and 16": steps of the one row of which all but one are these."""
    for sentence in reader.sentences:
        match = BY_EACH.search(sentence.text)
        if match is None:
            continue
        span = (sentence.start + match.start("steps"), sentence.start + match.end("steps"))
        said = [one for one in sentence.distinct_figures if span[0] <= one.mark.start < span[1]]
        if len(said) < LEAST_LISTED or any(one.number.unit != "plain" for one in said):
            continue
        nearly = []
        for table in near_tables(context, sentence):
            for row in table.rows:
                for columns in columns_in_time(table):
                    cells = line(table, [(row, column) for column in columns])
                    for at in range(len(cells) - len(said)):
                        pairs = list(pairwise(cells[at : at + len(said) + 1]))
                        steps = [
                            step_relation(context, sentence, old, new, figure)
                            for (old, new), figure in zip(pairs, said, strict=True)
                        ]
                        if sum(not one.holds() for one in steps) <= 1:
                            nearly.append(steps)
        if len(nearly) == 1:
            yield from nearly[0]


def step_relation(context: Context, sentence: Sentence, old: Term, new: Term, figure: Figure) -> Relation:
    """The step of a row, in the unit that the row is printed in, whichever way it goes."""
    term = sized(figure)
    unit = 1.0
    while figure.number.unit == "money" and old.number.unit != "money" and abs(term.value) / unit > abs(old.value):
        unit *= 1e3
    way = 1 if new.value >= old.value else -1
    before, after = (
        replace(one, value=one.value * unit, grid=max(one.grid, 10.0**-one.number.decimals) * unit)
        if one.number.decimals or unit > 1
        else one
        for one in (old, new)
    )
    return sums.change_relation(
        before, after, term.signed(way * term.value), sums.DIFFERENCE, place_of(context, sentence), sentence.text
    )
