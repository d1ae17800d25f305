"""Sentences against numbers: changes against the values beside them and in tables, values against cells."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import (
    BROAD,
    GENERIC,
    RESTRICTED,
    Reader,
    Reading,
    columns_for,
    term_of,
    term_of_cell,
    topic_of,
)
from orchestration.checking.rules.within_tables import line, pair_of
from orchestration.checking.tables import Column, Table
from orchestration.checking.words import stems

KIND = {
    kinds.PERCENT_CHANGE: sums.PERCENT,
    kinds.POINTS: sums.POINTS,
    kinds.CHANGE: sums.DIFFERENCE,
    kinds.RATIO: sums.TIMES,
}
IN_ONE_STEP = re.compile(
    r"\d[^.;]{0,40}\b(?:fewer|more|less|higher|lower|up|down|increase|decrease|rise|fall)\b[^.;\d]{0,30}\b(?:than|"
    r"on|compared|from)\b",
    re.I,
)


def place_of(context: Context, sentence: Sentence) -> str:
    """Where a sentence stands, in words."""
    block = context.document.blocks[sentence.block]
    headings = context.document.headings_above(block)
    return f"Text under {headings[0].text!r}" if headings else "Text"


def relations_of_changes(context: Context, reader: Reader) -> Iterator[Relation]:
    """The change that each sentence states, with the values that it can be the change of."""
    for sentence in reader.sentences:
        for figure in sentence.figures:
            if figure.kind in KIND and (figure.direction or figure.number.sign or figure.kind == kinds.RATIO):
                relation = relation_of_change(context, reader, sentence, figure)
                if relation is not None:
                    yield relation


def relation_of_change(context: Context, reader: Reader, sentence: Sentence, figure: Figure) -> Relation | None:
    """The one relation that a stated change stands in: the first reading that holds, else the surest that does not."""
    where = place_of(context, sentence)
    pairs = reader.pairs_in_text(sentence, figure, [sentence])
    beside = nearest_pairs(figure, pairs, sentence)
    local = [of_pair(old, new, figure, where, sentence) for old, new in beside]
    for relation in local:
        if relation.holds():
            return relation
    if len(beside) == 1 and is_beside(figure, beside[0], sentence):
        return local[0]
    tabled = list(from_tables(reader, sentence, figure, where))
    block = [other for other in reader.sentences if other.block == sentence.block and other is not sentence]
    around = [of_pair(old, new, figure, where, sentence) for old, new in reader.pairs_in_text(sentence, figure, block)]
    wider = list(from_whole_text(reader, sentence, figure, where))
    for relation in (*(one for one, _ in tabled), *around, *(one for one, _ in wider), *(local)):
        if relation.holds():
            return relation
    if any(of_pair(old, new, figure, where, sentence).holds() for old, new in pairs):
        return None
    sure = [relation for relation, is_sure in (*tabled, *wider) if is_sure]
    return sure[0] if sure else None


def of_pair(old: Figure, new: Figure, figure: Figure, where: str, sentence: Sentence) -> Relation:
    return sums.change_relation(term_of(old), term_of(new), changed(figure), KIND[figure.kind], where, sentence.text)


def changed(figure: Figure) -> Term:
    """A stated change as a term; "halved" and "doubled" are ratios."""
    return Term(figure.mark, figure.number, figure.value, figure.quantity)


def nearest_pairs(
    figure: Figure, pairs: list[tuple[Figure, Figure]], sentence: Sentence
) -> list[tuple[Figure, Figure]]:
    """The pairs of a sentence that a change stands nearest to. "28 fewer than in 2023/24 (899)" looks ahead."""
    if not pairs:
        return []
    after = sentence.text[figure.mark.end - sentence.start :]
    follows = re.match(r"[^.;\d]{0,40}?\b(?:than|on|against|compared|over)\b", after)

    def distance(pair: tuple[Figure, Figure]) -> tuple[int, int]:
        old = pair[0]
        if follows and old.mark.start > figure.mark.end:
            return (0, old.mark.start - figure.mark.end)
        gaps = [min(abs(one.mark.start - figure.mark.end), abs(figure.mark.start - one.mark.end)) for one in pair]
        return (1, max(gaps) if not follows else max(gaps) + 1000)

    ordered = sorted(pairs, key=distance)
    best = distance(ordered[0])
    return [pair for pair in ordered if distance(pair) == best] + [pair for pair in ordered if distance(pair) != best][
        :0
    ]


def is_beside(figure: Figure, pair: tuple[Figure, Figure], sentence: Sentence) -> bool:
    """Whether a change is said of a pair: near to it, and no other change of its kind is nearer."""
    old, new = pair
    low, high = min(old.mark.start, new.mark.start), max(old.mark.end, new.mark.end)
    others = [
        other
        for other in sentence.figures
        if other.kind == figure.kind and other is not figure and other.area == figure.area and other.mark != figure.mark
    ]
    mine = gap(figure, low, high)
    if any(gap(other, low, high) < mine for other in others):
        return False
    text = sentence.text
    start, end = sorted(
        (figure.mark.start - sentence.start, (low if figure.mark.start < low else high) - sentence.start)
    )
    between = text[max(start, 0) : max(end, 0)]
    return not re.search(r";|\.\s", between) and mine < 140


def gap(figure: Figure, low: int, high: int) -> int:
    if low <= figure.mark.start <= high:
        return 0
    return low - figure.mark.end if figure.mark.end <= low else figure.mark.start - high


def from_tables(reader: Reader, sentence: Sentence, figure: Figure, where: str) -> Iterator[tuple[Relation, bool]]:
    """The change as one of the rows that it can be of, each with whether the reading is sure."""
    readings = reader.readings(sentence, figure)
    sure = surest(readings)
    for reading in readings:
        table, row = reading.table, reading.row
        values = [column for column in table.columns if column.role != "change" and column.period]
        printed = next((column for column in table.columns if column.role == "change"), None)
        pair = pair_of(table, printed, values) if printed else None
        pairs = [pair] if pair else []
        ordered = sorted(values, key=end_of)
        pairs += [
            (old, new) for old, new in pairwise(ordered) if (old, new) not in pairs and old.measure == new.measure
        ]
        for old, new in pairs:
            before, after = term_of_cell(table, row, old), term_of_cell(table, row, new)
            if before is None or after is None or not fits_kind(figure, table, reading, old):
                continue
            in_time = figure.period is None or new.period == figure.period
            relation = sums.change_relation(before, after, changed(figure), KIND[figure.kind], where, sentence.text)
            mark = cell_of_change(table, reading, figure)
            if mark is not None and mark.number.fits(figure.value) and mark.number.decimals >= figure.number.decimals:
                # The sentence repeats what the table prints; whether that is right is the table's affair.
                relation = sums.same_relation(
                    mark, changed(figure), where, f"{table.name or 'The table'} prints", sentence.text
                )
            yield relation, reading is sure and in_time and len(pairs) == 1 and not BROAD.search(sentence.text)
    yield from repeated(readings, figure, where, sentence)


def repeated(
    readings: list[Reading], figure: Figure, where: str, sentence: Sentence
) -> Iterator[tuple[Relation, bool]]:
    """A change that a table prints in a column of its own, without its values."""
    for reading in readings:
        mark = cell_of_change(reading.table, reading, figure)
        if mark is not None:
            name = reading.table.name or "The table"
            yield sums.same_relation(mark, changed(figure), where, f"{name} prints", sentence.text), False


def cell_of_change(table: Table, reading: Reading, figure: Figure) -> Term | None:
    """The cell of a row in which its change is printed, of the figure's kind."""
    for column in table.columns:
        if column.role != "change":
            continue
        cell = term_of_cell(table, reading.row, column)
        unit = cell.number.unit if cell else ""
        if (
            cell
            and ((figure.kind == kinds.POINTS) == (unit == "points"))
            and ((figure.kind == kinds.CHANGE) == (unit == "plain"))
        ):
            return cell
    return None


def end_of(column: Column) -> date:
    return column.period.end if column.period else date.min


def fits_kind(figure: Figure, table: Table, reading: Reading, column: Column) -> bool:
    """Whether a row's values are of a kind that the change can be of."""
    role = table.role(reading.row, column)
    if figure.kind == kinds.POINTS:
        return role == "share"
    if figure.kind == kinds.CHANGE:
        return role == "value"
    return role in ("value", "rate") or (figure.kind == kinds.PERCENT_CHANGE and role == "share")


def surest(readings: list[Reading]) -> Reading | None:
    """The reading that is sure: of a table that is named or near, or of one that only this sentence can mean."""
    if not readings:
        return None
    first = readings[0]
    rivals = [
        one for one in readings[1:] if (one.weight > 1) == (first.weight > 1) and one.is_explicit == first.is_explicit
    ]
    if first.weight > 1:
        if first.is_explicit or first.topic > 0:
            near = [one for one in rivals if one.topic >= first.topic * 0.8 and one.table is not first.table]
            same = [
                one
                for one in rivals
                if one.table is first.table and one.topic == first.topic and one.row is not first.row
            ]
            return None if near or same else first
        return None
    clear = first.topic >= 0.5 and all(
        one.topic < first.topic * 0.7 for one in rivals if one.table is not first.table or one.row is not first.row
    )
    return first if clear and first.is_explicit else None


def from_whole_text(reader: Reader, sentence: Sentence, figure: Figure, where: str) -> Iterator[tuple[Relation, bool]]:
    """A change that a summary states, with the values that the document gives for the same thing elsewhere."""
    _, clause = reader.clause(sentence, figure)
    subject = set(stems(re.split(r"\d", clause)[0])) - GENERIC - {"improve", "improved", "worsen", "worsened"}
    subject = {
        word
        for word in subject
        if not re.fullmatch(r"(?:ris|fall|fell|ros|increas|decreas|declin|reduc|improv|grow|grew|drop).*", word)
    }
    if len(subject) < 2 or (figure.has_own_area and figure.area != reader.context.names.own):
        return
    found = []
    for other in reader.sentences:
        if other.block == sentence.block or any(
            not one.is_change and one.has_own_area and one.area != reader.context.names.own for one in other.figures[:1]
        ):
            continue
        block = reader.context.document.blocks[other.block]
        headings = " ".join(one.text for one in reader.context.document.headings_above(block)[:1])
        if subject <= set(stems(f"{headings} {block.text}")):
            found.append(other)
    for block_number in dict.fromkeys(other.block for other in found):
        together = [other for other in reader.sentences if other.block == block_number]
        pairs = reader.pairs_in_text(sentence, figure, together) or across(figure, together)
        for old, new in pairs:
            yield of_pair(old, new, figure, where, sentence), len(pairs) == 1 and not BROAD.search(sentence.text)
    for table in reader.context.tables:
        if subject <= topic_of(table):
            totals = [row for row in table.rows if row.is_total or row.label == reader.context.names.own]
            values = sorted((c for c in table.columns if c.role != "change" and c.period), key=end_of)
            for row in totals if len(values) == 2 else []:
                terms = line(table, [(row, column) for column in values])
                reading = Reading(table, row, 1, True, 1.0)
                if terms and fits_kind(figure, table, reading, values[0]):
                    relation = sums.change_relation(
                        terms[0], terms[1], changed(figure), KIND[figure.kind], where, sentence.text
                    )
                    yield relation, len(totals) == 1


def across(figure: Figure, sentences: list[Sentence]) -> list[tuple[Figure, Figure]]:
    """Pairs of shares from different sentences of a block: "95.0% … In 2022/23 it was 93.1%"."""
    wanted = "percent" if figure.kind == kinds.POINTS else ""
    values = [
        one for sentence in sentences for one in sentence.figures if not one.is_change and one.unit_class == wanted
    ]
    values = [one for one in values if one.number.decimals or one.role == "old"]
    return [
        (old, new) for old in values for new in values if old.period and new.period and old.period.end < new.period.end
    ]


def relations_of_values(context: Context, reader: Reader) -> Iterator[Relation]:
    """The values that sentences repeat from a table, each with its cell."""
    for sentence in reader.sentences:
        for figure in sentence.figures:
            if figure.kind in (kinds.VALUE, kinds.SHARE, kinds.RATE) and figure.number.unit != "fraction":
                relation = relation_of_value(context, reader, sentence, figure)
                if relation is not None:
                    yield relation


def relation_of_value(context: Context, reader: Reader, sentence: Sentence, figure: Figure) -> Relation | None:
    readings = reader.readings(sentence, figure)
    first = surest(readings)
    _, clause = reader.clause(sentence, figure)
    candidates: list[tuple[Reading, Term]] = []
    for reading in readings:
        for column in columns_for(reading.table, reading.row, figure, clause):
            cell = term_of_cell(reading.table, reading.row, column)
            if cell is not None:
                candidates.append((reading, cell))
    where = place_of(context, sentence)
    for reading, cell in candidates:
        if fits_cell(figure, cell):
            return sums.same_relation(
                cell, term_of(figure), where, f"{reading.table.name or 'The table'} has", sentence.text
            )
    mine = [cell for reading, cell in candidates if reading is first]
    if first is None or len(mine) != 1 or figure.role in ("low", "high") or is_elsewhere(reader, first, figure):
        return None
    if not (first.is_explicit or figure.role) or (
        first.weight < 2 and figure.number.unit == "plain" and figure.role == ""
    ):
        return None
    if not is_plausible(figure, mine[0], sentence):
        return None
    return sums.same_relation(mine[0], term_of(figure), where, f"{first.table.name or 'The table'} has", sentence.text)


def fits_cell(figure: Figure, cell: Term) -> bool:
    """Whether a sentence repeats a cell, perhaps rounded: "61%" of 61.3%, "around 2,000" of 1,955."""
    if figure.number.fits(cell.value):
        return True
    return (
        figure.number.decimals < cell.number.decimals
        and abs(figure.value - cell.value) <= figure.number.half_unit + 1e-9
    )


def is_elsewhere(reader: Reader, reading: Reading, figure: Figure) -> bool:
    """Whether a number stands in another cell of its row, or in the table: it may be that which is meant."""
    for row in reading.table.rows:
        for column in reading.table.columns:
            cell = reading.table.at(row, column)
            same_period = column.period is None or figure.period is None or column.period == figure.period
            if (
                cell is not None
                and abs(abs(cell.value) - abs(figure.value)) < 1e-9
                and (row is reading.row or (same_period and not figure.has_own_area))
            ):
                return True
    return False


def is_plausible(figure: Figure, cell: Term, sentence: Sentence) -> bool:
    """Whether a number can be a misprint of a cell: a usual slip, or near to it and of nothing narrower."""
    if figure.number.about or figure.number.is_word:
        return False
    if slip_between(figure.number.text.lstrip("+-"), cell.text.lstrip("+-")):
        return True
    if cell.value == 0 or RESTRICTED.search(sentence.text):
        return False
    ratio = figure.value / cell.value
    return (0.6 <= ratio <= 1.6) and (
        figure.role != "" or figure.number.unit != "plain" or figure.number.decimals == cell.number.decimals
    )
