"""Periods that do not fit: a value said to be of another year than its table's, overlapping years compared as one."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ADVICE, ERROR, Finding, Mark, Relation
from orchestration.checking.rules.readings import Reader, place_of
from orchestration.checking.rules.within_tables import term
from orchestration.checking.spans import in_words, is_pooled, spans_in
from orchestration.checking.tables import Row, Table

ONE_YEAR = re.compile(
    r"\b(?:over|in|during|within) the (?:last|past|previous) (?:year|12 months|twelve months)|\b(?:year[- ]on[- "
    r"]year|annual(?:ly)?|in (?:a|one) year|"
    r"in the year|since last year|on last year|from last year|compared (?:with|to) last year)\b",
    re.IGNORECASE,
)
TREND = re.compile(
    r"\b(?:(?:consistent|continu\w+|sustained|steady|long[- ]term|clear|overall|general|persistent|ongoing|upward|"
    r"downward|rising|falling|increasing|"
    r"decreasing|improving|worsening|declining|positive|negative)\s+){1,3}trends?\b",
    re.IGNORECASE,
)


def periods_of_values(context: Context, reader: Reader) -> Iterator[Finding]:
    """Values that a sentence gives for one period and its table for another."""
    for sentence in reader.sentences:
        block = context.document.blocks[sentence.block]
        near = context.mentioned(block.text) or context.tables_for(block)
        for figure in sentence.figures:
            if (
                figure.kind not in (kinds.VALUE, kinds.SHARE, kinds.RATE)
                or not figure.has_own_period
                or figure.period is None
            ):
                continue
            # A small count can be many things, but for one end of a change whose other end is the row's.
            is_small = figure.value < 10 and not figure.number.decimals
            for table, row in rows_of(context, near, figure, reader, sentence):
                if is_small and not has_other_end(table, row, figure, sentence):
                    continue
                finding = other_period(context, table, row, figure, place_of(context, sentence), sentence.text)
                if finding is not None:
                    yield finding
                    break


def has_other_end(table: Table, row: Row, figure: Figure, sentence: Sentence) -> bool:
    """Whether the other value of "from 14 in 2022 to 9 in 2023" is the row's cell of its period."""
    others = [one for one in sentence.figures if one.has_own_period and {one.role, figure.role} == {"old", "new"}]
    return any(
        one.area == figure.area
        and column.period == one.period
        and (cell := table.at(row, column)) is not None
        and cell.value == one.value
        for one in others
        for column in table.columns
        if column.role == "value"
    )


def rows_of(
    context: Context, near: list[Table], figure: Figure, reader: Reader, sentence: object
) -> Iterator[tuple[Table, Row]]:
    for reading in reader.readings(sentence, figure):  # type: ignore[arg-type]
        if reading.table in near and (reading.is_explicit or len(reading.table.rows) == 1):
            yield reading.table, reading.row


def other_period(context: Context, table: Table, row: Row, figure: Figure, where: str, sentence: str) -> Finding | None:
    """A finding where the row has the value, but only in another period than the sentence says."""
    cells = [
        (column, one)
        for column in table.columns
        if column.period and column.role != "change" and (one := term(table, row, column))
    ]
    same = [
        (column, one)
        for column, one in cells
        if figure.number.decimals == one.number.decimals and figure.number.fits(one.value)
    ]
    if (
        not same
        or any(column.period == figure.period for column, _ in same)
        or len({column.period for column, _ in same}) > 1
    ):
        return None
    column, cell = same[0]
    if figure.period is None or column.period is None or column.period.kind != figure.period.kind:
        return None
    return Finding(
        "period_is_the_tables",
        ERROR,
        figure.mark,
        f"{figure.number.text} for {in_words(figure.period)}",
        in_words(column.period),
        f"{table.name or 'The table'} has {cell.text} for {in_words(column.period)}, not for "
        f"{in_words(figure.period)}.",
        sentence,
        where,
        marks=[cell.mark],
    )


def periods_of_captions(context: Context) -> Iterator[Finding]:
    """Captions that name other periods than the headers of their tables."""
    for table in context.tables:
        if table.caption_block is None or len(table.periods) < 2:
            continue
        spans = [span for span in spans_in(table.caption) if span.period is not None and not span.is_date]
        said = {span.period for span in spans}
        kinds_said = {period.kind for period in said if period}
        shown = {period for period in table.periods if period.kind in kinds_said}
        if len(said) != 2 or len(table.periods) != 2 or said == set(table.periods) or len(shown) != 2:
            continue
        # "Year ending June 2024 and 2025" over columns of 2024 and 2025: the headers are short for it.
        ends = {period.end.year for period in said if period}
        if len(kinds_said) > 1 and ends == {period.end.year for period in table.periods}:
            continue
        wrong = next(span for span in spans if span.period not in shown) if said - shown else spans[0]
        yield Finding(
            "period_is_the_tables",
            ERROR,
            Mark(table.caption_block.number, table.caption_block.place, wrong.start, wrong.end),
            " and ".join(in_words(span.period) for span in spans),
            " and ".join(in_words(period) for period in table.periods),
            f"The caption names {' and '.join(in_words(span.period) for span in spans)}, the columns are of "
            f"{' and '.join(in_words(period) for period in table.periods)}.",
            where=table.name,
        )


def columns_of_periods(context: Context) -> Iterator[Finding]:
    """Tables whose two columns are not of consecutive years, where those of the other tables all are."""
    for table in context.tables:
        periods = table.periods
        if len(periods) == 2 and periods[0].kind == periods[1].kind and periods[0] == periods[1]:
            yield Finding(
                "period_is_the_tables", ERROR, Mark(table.block.number, table.block.place), "", "", "", where=table.name
            )


def overlapping(context: Context, reader: Reader, relations: list[Relation]) -> Iterator[Finding]:
    """Changes between pooled periods that share years, told as the change of one year."""
    of_mark = {figure.mark: (figure, sentence) for sentence in reader.sentences for figure in sentence.figures}
    for relation in relations:
        if relation.rule_id not in ("change_follows_from_values", "change_is_rounded") or len(relation.inputs) != 2:
            continue
        known = [of_mark.get(one.mark) for one in (*relation.inputs, relation.result)]
        if any(one is None for one in known):
            continue
        (old, _), (new, _), (change, sentence) = known  # type: ignore[misc]
        if old.period is None or new.period is None or not is_pooled(old.period) or not is_pooled(new.period):
            continue
        if new.period.start > old.period.end:
            continue
        match = ONE_YEAR.search(sentence.text)
        if match is None:
            continue
        yield Finding(
            "overlapping_periods_compared",
            ERROR,
            change.mark,
            f"{change.number.text} {match[0]}",
            f"the change from {in_words(old.period)} to {in_words(new.period)}",
            f"{old.number.text} is of {in_words(old.period)} and {new.number.text} of {in_words(new.period)}: the "
            f"two periods share years, "
            "so their change is not the change of one year.",
            sentence.text,
            place_of(context, sentence),
            marks=[old.mark, new.mark],
        )


def trends(context: Context, reader: Reader) -> Iterator[Finding]:
    """Trends claimed of tables and pictures that show two periods only; one finding a section."""
    seen = set()
    for sentence in reader.sentences:
        match = TREND.search(sentence.text)
        block = context.document.blocks[sentence.block]
        if not match or sentence.section in seen:
            continue
        tables = context.tables_for(block)
        periods = {period for table in tables for period in table.periods}
        for caption in context.captions_for(block):
            periods |= {span.period for span in spans_in(caption) if span.period is not None}
        if len(periods) == 2:
            seen.add(sentence.section)
            yield Finding(
                "claim_rests_on_two_points",
                ADVICE,
                Mark(sentence.block, block.place, sentence.start + match.start(), sentence.start + match.end()),
                match[0],
                "a change between two years",
                "The section shows two periods; a trend needs more.",
                sentence.text,
                place_of(context, sentence),
            )
