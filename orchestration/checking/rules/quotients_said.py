"""Quotients in sentences: "68.1 orders for every officer" of two columns, "each visit earned £6.52" of two totals."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.ratios import PER
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.rows_said import mentions
from orchestration.checking.rules.series import totals_of
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import WORD, stem, stems

# "Each visit earned £6.52", "for each learner it cost £665".
EACH = re.compile(
    r"\b(?:each|every|per)\s+(?P<what>[a-z]+),?\s+(?:(?:it|this|that|we|they)\s+)?(?:(?:therefore|thus|so)\s+)?"
    r"(?:costs?|earned|earns|brought in|raised|spent|spend|came to|comes to|is|was|were|cost us|paid)\s+£?$",
    re.IGNORECASE,
)
OF_ANOTHER_TIME = re.compile(
    r"\b(?:before|earlier|previous|last year|in (?:19|20)\d\d|target|plan|would|will)\b", re.IGNORECASE
)
CLAUSES = re.compile(r"[;:.]\s|,\s+(?:and|but|against|compared|while|whereas)\s|\s(?:while|whereas|but|against)\s")
LEAST = 1000
# In how many sentences before an average its amount and its count stand.
BACK = 2


def quotients_said(context: Context, reader: Reader, relations: list[Relation]) -> Iterator[Relation]:
    known = {relation.result.mark for relation in relations}
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            if figure.mark in known or figure.is_change or figure.number.about or figure.number.is_word:
                continue
            start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
            per, each = PER.match(sentence.text, end), EACH.search(sentence.text[:start])
            relation = None
            if per is not None and per["counted"] and not per["scale"]:
                relation = of_columns(context, sentence, figure, per["counted"], per["what"])
            elif each is not None and figure.number.unit == "money":
                relation = of_totals(context, reader, sentence, figure, stem(each["what"]))
            elif figure.number.unit == "money" and AVERAGED.search(sentence.text[:start]):
                relation = of_block(context, reader, sentence, figure)
            if relation is not None:
                yield relation


# "This works out at an average of £11,744 for each", "on average that is £11,744 an award".
AVERAGED = re.compile(
    r"\b(?:an|the) average (?:of|is|was)\s+£?$|^On average,? (?:that|this|it) (?:is|was|comes to|came to)\s+£?$",
    re.IGNORECASE,
)


def of_block(context: Context, reader: Reader, sentence: Sentence, figure: Figure) -> Relation | None:
    """An average of the one amount that the sentences before it tell, over one of their counts, but for a slip."""
    near = [
        one
        for other in reader.sentences
        if other.block == sentence.block and sentence.number - BACK <= other.number <= sentence.number
        for one in other.distinct_figures
        if not one.is_change and one.mark.end <= figure.mark.start and one.role != "old" and not one.number.is_word
    ]
    tops = [one for one in near if one.number.unit == "money" and one.value > figure.value]
    bases = [one for one in near if one.number.unit == "plain" and one.kind == kinds.VALUE]
    if len({one.value for one in tops}) != 1 or OF_ANOTHER_TIME.search(sentence.text):
        return None
    found = [quotient(context, sentence, figure, term_of(tops[0]), term_of(base)) for base in bases]
    return held_or_slip(figure, [one for one in found if one is not None], is_near=False)


def of_columns(context: Context, sentence: Sentence, figure: Figure, counted: str, what: str) -> Relation | None:
    """The quotient of the two columns that a sentence names, in the row that its clause names, or in the total's."""
    at = figure.mark.start - sentence.start
    bounds = [0, *(one.end() for one in CLAUSES.finditer(sentence.text)), len(sentence.text)]
    clause = sentence.text[max(one for one in bounds if one <= at) : min(one for one in bounds if one > at)]
    if OF_ANOTHER_TIME.search(clause):
        return None
    found = [
        relation
        for table in context.tables
        for row in rows_meant(context, table, clause)
        for top in columns_counting(table, counted)
        for base in columns_counting(table, what)
        if top is not base and (base.period is None or top.period == base.period)
        if (relation := quotient(context, sentence, figure, term(table, row, top), term(table, row, base))) is not None
    ]
    return held_or_slip(figure, found, is_near=True)


def rows_meant(context: Context, table: Table, clause: str) -> list[Row]:
    named = {one.row.index: one.row for one in mentions(context, table, clause)}
    return list(named.values()) if len(named) == 1 else totals_of(table)[:1] if not named else []


def columns_counting(table: Table, words: str) -> list[Column]:
    """The columns of counts or amounts whose headers have what is counted."""
    wanted = set(stems(words))
    latest = max((column.period.end for column in table.columns if column.period), default=None)
    return [
        column
        for column in table.columns
        if column.role == "value" and wanted & set(stems(column.header))
        if column.period is None or column.period.end == latest
    ]


def of_totals(context: Context, reader: Reader, sentence: Sentence, figure: Figure, what: str) -> Relation | None:
    """An amount that its section tells, over what the document counts: in a sentence or in the total of a table."""
    if OF_ANOTHER_TIME.search(sentence.text):
        return None
    tops = [
        term_of(one)
        for other in reader.sentences
        if other.section == sentence.section
        for one in other.distinct_figures
        if one.number.unit == "money" and not one.is_change and one.mark != figure.mark and one.role != "old"
        if one.value >= LEAST
    ]
    bases = [
        term_of(one)
        for other in reader.sentences
        for one in other.distinct_figures
        if one.kind == kinds.VALUE and one.number.unit == "plain" and one.role != "old" and counts(other, one, what)
    ]
    bases += [
        cell
        for table in context.tables
        for row in totals_of(table)[:1]
        for column in columns_counting(table, what)
        if (cell := term(table, row, column)) is not None
    ]
    found = [quotient(context, sentence, figure, top, base) for top in tops for base in bases]
    return held_or_slip(figure, [one for one in found if one is not None], is_near=False)


def counts(sentence: Sentence, figure: Figure, what: str) -> bool:
    """Whether a number counts what is named: directly behind it, or as what its sentence is about."""
    after = re.split(r"[.;:,()\d]", sentence.text[figure.mark.end - sentence.start :])[0]
    if what in [stem(word) for word in WORD.findall(after)[:2]]:
        return True
    subject = WORD.search(sentence.text)
    first = next((one for one in sentence.distinct_figures if not one.number.is_word), figure)
    return first.mark == figure.mark and subject is not None and stem(subject[0]) == what


def quotient(
    context: Context, sentence: Sentence, figure: Figure, top: Term | None, base: Term | None
) -> Relation | None:
    if top is None or base is None or not base.value:
        return None
    where = place_of(context, sentence)
    relation = sums.rate_relation(top, base, term_of(figure), where, sentence.text, 1.0, base="")
    relation.rule_id = "ratio_follows_from_counts"
    return relation


def held_or_slip(figure: Figure, found: list[Relation], is_near: bool) -> Relation | None:
    """The relation that holds; else the only one, or the only one that a slip explains."""
    if held := next((one for one in found if one.holds()), None):
        return held
    values = {one.expected() for one in found}
    expected = next(iter(values)) if len(values) == 1 else None
    if is_near and expected and 2 / 3 <= figure.value / expected <= 3 / 2:
        return found[0]
    slips = [
        one for one in found if slip_between(figure.number.text, printed_like(figure.number, one.expected() or 0.0))
    ]
    return slips[0] if len({one.expected() for one in slips}) == 1 else None
