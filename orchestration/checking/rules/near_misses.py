"""Numbers that nothing gives, and that are a slip of what the rows of a table give that their sentence names."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, digits, printed_like, slip_between
from orchestration.checking.numbers import Number
from orchestration.checking.rules.readings import AIMED, Reader, place_of
from orchestration.checking.rules.rows_said import listed, mentions, near_tables
from orchestration.checking.rules.scope import words_known
from orchestration.checking.rules.series import pairs, totals_of
from orchestration.checking.rules.together import TOGETHER
from orchestration.checking.rules.within_tables import line, term
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import all_stems, stems

# So many digits a number has to have that one exchanged pair, or one other digit, is hardly chance.
LEAST_EXCHANGED, LEAST_CHANGED = 3, 4
TELLING = 5
PERCENTS = ("percent", "points")


APART = re.compile(r"[,;:()]|\b(?:while|whereas|but|which)\b")
UNIT = re.compile(r"cent|percent|percentage|point|million|thousand|altogether|combined|together|half|third|quarter")


@dataclass(frozen=True)
class Given:
    """A number that a table gives for rows: printed, or as a sum, a change or a share of what it prints."""

    value: float
    is_percent: bool
    is_change: bool
    how: str
    marks: tuple[Mark, ...]


def near_misses(context: Context, reader: Reader, known: set[Mark]) -> Iterator[Finding]:
    """A finding for each number that is a slip of the one thing that its rows give. `known` are those that agree."""
    printed = numbers_printed(context, reader)
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            # A number that stands elsewhere, too, is given there.
            is_given = figure.mark in known or printed[key_of(figure.number)] > 1
            if is_given or not is_exact(sentence, figure):
                continue
            # A summary has no table of its own: it speaks of all.
            tables = near_tables(context, sentence) or context.tables
            rows_of_table = [(table, rows_of(context, reader, table, sentence, figure)) for table in tables]
            made = [(table, slip_of(table, rows, figure)) for table, rows in rows_of_table if rows]
            found = [
                (table, one)
                for table, one in made
                if one is not None and (is_telling(figure, one) or not has_unknown(context, table, sentence, figure))
            ]
            if len(found) == 1 and not any(gives(table, rows, figure) for table, rows in rows_of_table if rows):
                yield told(context, found[0][0], sentence, figure, found[0][1])


def is_telling(figure: Figure, made: Given) -> bool:
    """Whether a figure of many digits has two of them exchanged, which is no chance whatever words stand beside it."""
    slip = slip_between(figure.number.text, printed_like(figure.number, abs(made.value)))
    return "exchanged" in slip and len(digits(figure.number.text).rstrip("0")) >= TELLING


def key_of(number: Number) -> tuple[float, bool]:
    return abs(number.value), number.unit in PERCENTS


def numbers_printed(context: Context, reader: Reader) -> Counter[tuple[float, bool]]:
    """How often each number stands in the sentences and the tables of a document."""
    cells = [table.at(row, column) for table in context.tables for row in table.rows for column in table.columns]
    told = [figure.number for sentence in reader.sentences for figure in sentence.distinct_figures]
    return Counter(key_of(number) for number in (*cells, *told) if number is not None)


def is_exact(sentence: Sentence, figure: Figure) -> bool:
    """Whether a figure is a number in digits, that neither rounds nor aims at something."""
    number = figure.number
    is_kind = figure.kind in (kinds.VALUE, kinds.CHANGE, kinds.SHARE, kinds.PERCENT_CHANGE, kinds.POINTS)
    return (
        is_kind
        and not number.is_word
        and not number.about
        and len(digits(number.text)) >= LEAST_EXCHANGED
        and not AIMED.search(sentence.text[: figure.mark.start - sentence.start])
    )


def rows_of(context: Context, reader: Reader, table: Table, sentence: Sentence, figure: Figure) -> list[Row]:
    """The rows that a figure is of: those that its clause lists together, or the one that it names last before it."""
    start, clause = reader.clause(sentence, figure)
    at = figure.mark.start - sentence.start - start
    named = mentions(context, table, clause)
    end = at + len(figure.number.text)
    before = [group for group in listed(clause, named) if group[-1].end <= at]
    # "412 took more than an hour, 96 of them in A": the 412 is not of A.
    groups = before or [
        group for group in listed(clause, named) if is_of_row(context, table, clause[end : group[0].start])
    ]
    if groups and len(groups[-1]) > 1:
        return [one.row for one in groups[-1]] if TOGETHER.search(sentence.text) else []
    if groups:
        return [groups[-1][0].row]
    whole = totals_of(table)
    subject = set(stems(clause)) & set(stems(f"{table.caption} {' '.join(one.measure for one in table.columns)}"))
    is_long = len(digits(figure.number.text)) >= LEAST_CHANGED
    return whole if len(whole) == 1 and subject and is_long else []


def has_unknown(context: Context, table: Table, sentence: Sentence, figure: Figure) -> bool:
    """Whether the part of a sentence that a figure stands in has a word that its table does not have."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    said = f"{APART.split(sentence.text[:start])[-1]} {APART.split(sentence.text[end:])[0]}"
    for span in sentence.spans:
        said = said.replace(span.text, " ")
    words = set(all_stems(DIRECTION.sub(" ", said)))
    return bool({word for word in words - words_known(context, table, words) if not UNIT.fullmatch(word)})


def is_of_row(context: Context, table: Table, text: str) -> bool:
    """Whether the words between a figure and a row are a table's: "412 pupils spoke of A" is not of A."""
    said = set(all_stems(text))
    return not re.search(r"[,\d]", text) and not said - words_known(context, table, said)


def gives(table: Table, rows: list[Row], figure: Figure) -> bool:
    """Whether the rows give a figure as it is printed."""
    is_percent = figure.number.unit in PERCENTS
    return any(one.is_percent == is_percent and figure.number.fits(abs(one.value)) for one in given(table, rows))


def slip_of(table: Table, rows: list[Row], figure: Figure) -> Given | None:
    """The one number that the rows give of which a figure is a slip; None if there are several."""
    is_percent = figure.number.unit in PERCENTS
    found: dict[str, Given] = {}
    for one in given(table, rows):
        if one.is_percent != is_percent:
            continue
        printed = printed_like(figure.number, abs(one.value))
        slip = slip_between(figure.number.text, printed)
        least = LEAST_EXCHANGED if "exchanged" in slip else LEAST_CHANGED
        is_alike = one.is_change == figure.is_change or ("exchanged" in slip and not figure.is_change)
        is_as_long = len(digits(printed)) == len(digits(figure.number.text)) >= least
        if slip and is_as_long and is_alike:
            found.setdefault(printed, one)
    return next(iter(found.values())) if len(found) == 1 else None


def given(table: Table, rows: list[Row]) -> Iterator[Given]:
    """What a table gives for a row, or for several rows together."""
    wholes = totals_of(table)
    compared = pairs(table)
    for column in table.columns:
        cells = line(table, [(row, column) for row in rows])
        if not cells:
            continue
        marks = tuple(cell.mark for cell in cells)
        role, value = table.role(rows[0], column), sum(cell.value for cell in cells)
        if len(rows) == 1:
            is_percent = cells[0].number.unit in PERCENTS or role == "share"
            yield Given(value, is_percent, role == "change", f"has {cells[0].text} for {rows[0].label}", marks)
        elif role == "value":
            yield Given(value, False, False, f"has {' + '.join(cell.text for cell in cells)} for them", marks)
        whole = term(table, wholes[0], column) if len(wholes) == 1 and wholes[0] not in rows else None
        if role == "value" and whole is not None and whole.value:
            yield Given(
                value / whole.value * 100, True, False, f"has {value:,.0f} of {whole.text}", (*marks, whole.mark)
            )
    for old, new in combinations([one for one in table.columns if one.role == "value"], 2):
        before, after = (line(table, [(row, column) for row in rows]) for column in (old, new))
        if before and after:
            yield from between(old, new, (old, new) in compared or (new, old) in compared, before, after)


def between(old: Column, new: Column, is_compared: bool, before: list, after: list) -> Iterator[Given]:
    """What lies between two columns: a change in number and in percent, or a difference and a share."""
    first, second = (sum(cell.value for cell in cells) for cells in (before, after))
    marks = tuple(cell.mark for cell in (*before, *after))
    how = f"has {first:,.10g} and {second:,.10g} ({old.header}; {new.header})"
    yield Given(second - first, False, is_compared, how, marks)
    if not is_compared:
        yield Given(second - first, False, True, how, marks)
    if is_compared and first:
        yield Given((second - first) / first * 100, True, True, how, marks)
    elif first and second:
        yield Given(min(first, second) / max(first, second) * 100, True, False, how, marks)


def told(context: Context, table: Table, sentence: Sentence, figure: Figure, made: Given) -> Finding:
    right = printed_like(figure.number, abs(made.value))
    return Finding(
        "sentence_equals_table",
        ERROR,
        figure.mark,
        figure.number.text,
        right,
        f"{table.name or 'The table'} {made.how}{f', which gives {right}' if len(made.marks) > 1 else ''}.",
        sentence.text,
        place_of(context, sentence),
        slip_between(figure.number.text, right),
        list(made.marks),
    )
