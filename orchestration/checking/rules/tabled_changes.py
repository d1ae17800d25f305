"""The changes of a sentence as those of the rows of tables that it can speak of."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.numbers import fits
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.compared import base_said, is_since
from orchestration.checking.rules.pairs import measures_said
from orchestration.checking.rules.readings import (
    Reader,
    Reading,
    end_of,
    is_broad,
    surest,
    term_of,
    term_of_cell,
    topic_of,
)
from orchestration.checking.rules.within_tables import cell_of_change, pair_of
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stems
from orchestration.reading.periods import Period

KIND = {
    kinds.PERCENT_CHANGE: sums.PERCENT,
    kinds.POINTS: sums.POINTS,
    kinds.CHANGE: sums.DIFFERENCE,
    kinds.RATIO: sums.TIMES,
}


OF_THE_OTHERS = re.compile(r"\bother\b[^.;,()]{0,30}\(?[^.;,()]{0,12}$", re.IGNORECASE)


def from_tables(reader: Reader, sentence: Sentence, figure: Figure, where: str) -> Iterator[tuple[Relation, bool]]:
    """The change as one of the rows that it can be of, each with whether the reading is sure."""
    readings = reader.readings(sentence, figure)
    sure, base = surest(readings), base_said(sentence, figure)
    _, clause = reader.clause(sentence, figure)
    for reading in readings:
        table, row = reading.table, reading.row
        values = [column for column in table.columns if column.role != "change" and column.period]
        printed = next((column for column in table.columns if column.role == "change"), None)
        pair = pair_of(table, printed, values) if printed else None
        pairs = [pair] if pair else []
        if is_of_money(sentence, figure) and not any(
            (number := table.at(row, column)) is not None and number.unit == "money" for column in values
        ):
            continue
        said = measures_said(reader.sentences, sentence, clause, table)
        others = [measure for measure in dict.fromkeys(one.measure for one in values) if measure not in said]
        for measure in (*said, *others):
            ordered = sorted((one for one in values if one.measure == measure), key=end_of)
            pairs += [one for one in pairwise(ordered) if one not in pairs]
            pairs += [one for one in combinations(ordered, 2) if one not in pairs]
        pairs = [one for one in pairs if is_since(base, one[0].period)]
        meant = meant_pairs(reading, [one for one in pairs if one == pair or one[0].measure in said], figure, sentence)
        for old, new in pairs:
            before, after = (in_unit(table, figure, column, term_of_cell(table, row, column)) for column in (old, new))
            if before is None or after is None or not fits_kind(figure, table, reading, old):
                continue
            in_time = figure.period is None or new.period == figure.period or is_of_other_kind(reading, figure)
            relation = sums.change_relation(before, after, term_of(figure), KIND[figure.kind], where, sentence.text)
            mark = cell_of_change(table, reading.row, figure)
            if mark is not None and (
                (mark.number.fits(figure.value) and mark.number.decimals >= figure.number.decimals)
                or differs_by_rounding(relation, mark, figure)
            ):
                # The sentence repeats what the table prints; whether that is right is the table's affair.
                relation = sums.same_relation(
                    mark, term_of(figure), where, f"{table.name or 'The table'} prints", sentence.text
                )
            is_meant = in_time and meant == [(old, new)] and is_about(table, reading, sentence, relation)
            is_meant = is_meant and not is_of_other_value(sentence, figure, after)
            is_meant = is_meant and not is_of_the_others(table, row, sentence, figure)
            is_meant = is_meant and not names_another_column(table, (old, new), sentence)
            is_meant = is_meant and not is_of_another_pair(sentence, figure, before, after)
            yield relation, reading is sure and is_meant and not is_broad(sentence.text)
    yield from repeated(readings, figure, where, sentence)


# "Fell by 21, or 5.8%", "up by 21 (5.8%)".
BY_BOTH = re.compile(r"(?:\s+(?!and\b|to\b|from\b)[a-z-]+){0,2}\s*(?:,?\s+or\s+|\()\s*[+−-]?", re.IGNORECASE)
LEAST_CHANGE = 10


def is_of_another_pair(sentence: Sentence, figure: Figure, old: Term, new: Term) -> bool:
    """Whether a change is told in number and in percent, and neither is that of two values."""
    changes = [one for one in sentence.distinct_figures if one.kind in (kinds.CHANGE, kinds.PERCENT_CHANGE)]
    for count, percent in pairwise(changes):
        between = sentence.text[count.mark.end - sentence.start : max(percent.mark.start - sentence.start, 0)]
        is_both = count.kind == kinds.CHANGE and percent.kind == kinds.PERCENT_CHANGE and BY_BOTH.fullmatch(between)
        if not is_both or figure.mark not in (count.mark, percent.mark) or abs(count.value) < LEAST_CHANGE:
            continue
        step = abs(new.value - old.value)
        share = step / abs(old.value) * 100 if old.value else 0.0
        # With one of the two values they may still agree: then the other is wrong, and not what is told.
        size = abs(count.value)
        bases = [abs(old.value), abs(new.value) + size, abs(new.value) - size]
        is_of_one = any(base > 0 and percent.number.fits(size / base * 100) for base in bases)
        return not is_of_one and not count.number.fits(step) and not percent.number.fits(share)
    return False


def names_another_column(table: Table, pair: tuple[Column, Column], sentence: Sentence) -> bool:
    """Whether a sentence has the header of another column, as "by Q4": its change is not that of the two years."""
    others = [one.header for one in table.columns if one not in pair and one.role == "value" and not one.period]
    return any(one and re.search(rf"\b{re.escape(one)}\b", sentence.text) for one in others)


def is_of_other_kind(reading: Reading, figure: Figure) -> bool:
    """Whether a change beside its table has its period from another sentence, and of no kind that the table has."""
    kinds_shown = {period.kind for period in reading.table.periods}
    return (
        reading.weight > 1
        and not figure.has_own_period
        and figure.period is not None
        and figure.period.kind not in kinds_shown
    )


def is_of_the_others(table: Table, row: Row, sentence: Sentence, figure: Figure) -> bool:
    """Whether "other items (down £8,000)" is said, of which the table has a row, and this row is another one."""
    before = sentence.text[: figure.mark.start - sentence.start]
    has_row = any(re.match(r"other\b", one.label, re.IGNORECASE) for one in table.rows)
    return has_row and bool(OF_THE_OTHERS.search(before)) and not re.match(r"other\b", row.label, re.IGNORECASE)


def in_unit(table: Table, figure: Figure, column: Column, cell: Term | None) -> Term | None:
    """A cell in pounds, where a change is of money and the table is in thousands or millions of them.

    None where the table says nothing of money: the change is none of its counts.
    """
    if cell is None or figure.number.unit != "money" or figure.kind != kinds.CHANGE or cell.number.unit != "plain":
        return cell
    said = " ".join((table.caption, table.label_header, column.header))
    unit = labels.unit_of(said)
    if "£" not in said:
        return None
    return cell if unit == 1 else replace(cell, value=cell.value * unit, grid=max(cell.grid, 1) * unit)


def differs_by_rounding(relation: Relation, mark: Term, figure: Figure) -> bool:
    """Whether only rounding allows a change, and its table prints another one to as many decimals."""
    exact = relation.compute([one.value for one in relation.inputs])
    unit = mark.number.unit
    is_alike = mark.number.decimals == figure.number.decimals and unit == figure.number.unit and unit != "plain"
    return is_alike and exact is not None and relation.holds() and not fits(figure.number, figure.value, exact)


def meant_pairs(
    reading: Reading, pairs: list[tuple[Column, Column]], figure: Figure, sentence: Sentence
) -> list[tuple[Column, Column]]:
    """The pairs of columns that a change can be of: the periods that the sentence names, or all.

    Of several, the one that a plain slip leads to, if the change is that of no two of the table's periods.
    """
    named = {span.period for span in sentence.spans if span.period is not None}
    said = [pair for pair in pairs if {pair[0].period, pair[1].period} == named]
    pairs = said or pairs
    if len(pairs) < 2 or len(re.sub(r"\D", "", figure.number.text)) < 2:
        return pairs
    compute = sums.COMPUTE[KIND[figure.kind]]
    slips = []
    for pair in pairs:
        terms = [term_of_cell(reading.table, reading.row, column) for column in pair]
        follows = compute([one.value for one in terms if one is not None]) if None not in terms else None
        if follows is None:
            continue
        if figure.number.fits(follows) or figure.number.fits(-follows):
            return pairs
        if pair[1].period == figure.period and slip_between(
            figure.number.text, printed_like(figure.number, abs(follows))
        ):
            slips.append(pair)
    return slips if len(slips) == 1 else pairs


# How far a change stands from the value that it led to, and how many digits tell a cell from others.
BESIDE, TELLING = 110, 3


def from_cell_beside(
    reader: Reader, sentence: Sentence, figure: Figure, where: str, base: Period | None
) -> list[Relation]:
    """A change beside a value that one row alone of all tables has: "41,206 pupils, 318 (0.8%) fewer than in 2024".

    The relations of that row, the one with the period before first; that of `base` alone, if the text names it.
    """
    near = [
        one
        for one in sentence.figures
        if one.kind == kinds.VALUE
        and one.role != "old"
        and len(re.sub(r"\D", "", one.number.text)) >= TELLING
        and min(abs(figure.mark.start - one.mark.end), abs(one.mark.start - figure.mark.end)) < BESIDE
    ]
    if figure.kind not in (kinds.CHANGE, kinds.PERCENT_CHANGE) or len({one.mark for one in near}) != 1:
        return []
    value = near[0].value
    found = [
        (table, row, column)
        for table in reader.context.tables
        for row in table.rows
        for column in table.columns
        if column.role == "value" and column.period and (cell := table.at(row, column)) and cell.value == value
    ]
    if len({(table.number, row.index) for table, row, _ in found}) != 1:
        return []
    table, row, column = max(found, key=lambda one: end_of(one[2]))
    earlier = [one for one in table.columns if one.measure == column.measure and end_of(one) < end_of(column)]
    relations = []
    earlier = [one for one in earlier if is_since(base, one.period)]
    for old in sorted((one for one in earlier if one.role == "value"), key=end_of, reverse=True):
        before, after = term_of_cell(table, row, old), term_of_cell(table, row, column)
        if before is not None and after is not None:
            relations.append(
                sums.change_relation(before, after, term_of(figure), KIND[figure.kind], where, sentence.text)
            )
    return relations


def is_about(table: Table, reading: Reading, sentence: Sentence, relation: Relation) -> bool:
    """Whether a sentence names a row or what its table is about; if only its section is, a slip has to be plain."""
    if reading.is_explicit or topic_of(table) & set(stems(sentence.text)):
        return True
    expected = relation.expected()
    return expected is not None and bool(
        slip_between(relation.result.number.text, printed_like(relation.result.number, expected))
    )


def is_of_other_value(sentence: Sentence, figure: Figure, cell: Term) -> bool:
    """Whether a change is of a value beside it that is not the table's: "only nine were seen, two fewer"."""
    for one in sentence.figures:
        between = sentence.text[figure.mark.end - sentence.start : max(one.mark.start - sentence.start, 0)]
        if one.kind == kinds.VALUE and re.fullmatch(r"(?:\s+\([^()]*\))?\s+to\s+£?", between):
            # "Renting fell by 180 to 22,620": the change is that of the row that has 22,620, if any.
            slip = slip_between(one.number.text, cell.text)
            return not one.number.about and not slip and not fits(one.number, one.value, cell.value)
    if not re.match(r"\s+(?:more|fewer|less|higher|lower)\b", sentence.text[figure.mark.end - sentence.start :]):
        return False
    values = [
        one
        for one in sentence.figures
        if one.kind == kinds.VALUE and one.role != "old" and one.mark.end <= figure.mark.start
    ]
    if values and re.fullmatch(
        r"(?:\s+[a-z-]+){1,4},\s*",
        sentence.text[values[-1].mark.end - sentence.start : figure.mark.start - sentence.start],
    ):
        # "943 dogs and 341 cats, 60 fewer than a year earlier": of the cats.
        return values[-1].value != cell.value
    return bool(values) and all(one.value != cell.value for one in values)


def is_of_money(sentence: Sentence, figure: Figure) -> bool:
    """Whether a sentence gives values, and all of them are of money: its change is not one of a table of counts."""
    values = [one.number.unit for one in sentence.figures if one.mark != figure.mark and one.number.unit != "percent"]
    return bool(values) and set(values) == {"money"}


def repeated(
    readings: list[Reading], figure: Figure, where: str, sentence: Sentence
) -> Iterator[tuple[Relation, bool]]:
    """A change that a table prints in a column of its own, without its values."""
    for reading in readings:
        mark = cell_of_change(reading.table, reading.row, figure)
        if mark is not None:
            name = reading.table.name or "The table"
            yield sums.same_relation(mark, term_of(figure), where, f"{name} prints", sentence.text), False


def fits_kind(figure: Figure, table: Table, reading: Reading, column: Column) -> bool:
    """Whether a row's values are of a kind that the change can be of."""
    role = table.role(reading.row, column)
    if figure.kind == kinds.POINTS:
        return role == "share"
    if figure.kind == kinds.CHANGE:
        return role == "value"
    return role in ("value", "rate") or (figure.kind == kinds.PERCENT_CHANGE and role == "share")
