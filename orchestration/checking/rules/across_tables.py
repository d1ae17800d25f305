"""Rules over several tables: one is the sum of two others, rows make another table's figure, a row is missing."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from orchestration.checking.findings import ADVICE, ERROR, Finding, Mark, Relation, Term
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import GENERIC
from orchestration.checking.rules.within_tables import line, term, where
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stems

# What a note says of a part that a total does not have.
LEFT_OUT = re.compile(
    r"\b(?:not (?:counted|included|added|summed|part of|among|treated)|exclud\w*|leav\w+ out|left out|omit\w*"
    r"|(?:do|does) not (?:count|include|contain)|other than|apart from|except)\b",
    re.IGNORECASE,
)

# An agreement by chance of sums below this is likely.
TELLING = 60


def key_of(row: Row) -> frozenset[str]:
    return frozenset(stems(row.label)) or frozenset([row.label.lower()])


def counts_of(table: Table) -> dict[tuple[frozenset[str], str], Term]:
    """The counts of a table by label and period."""
    found = {}
    for row in table.rows:
        for column in table.columns:
            one = term(table, row, column)
            period = table.period(column)
            if one and table.role(row, column) == "value" and not one.number.decimals and period:
                found[(key_of(row), f"{period.period_id} {column.measure}")] = one
    return found


def table_sums(tables: list[Table]) -> Iterator[Relation]:
    """Tables of the same labels and periods of which one is, cell by cell, the sum of two others."""
    counts = {table.number: counts_of(table) for table in tables if table.is_additive and not table.is_rounded}
    names = {table.number: table for table in tables}
    for triple in combinations(counts, 3):
        shared = set.intersection(*(set(counts[number]) for number in triple))
        if len(shared) < 2 or len(shared) < 0.8 * max(len(counts[number]) for number in triple):
            continue
        for whole in triple:
            one, other = (number for number in triple if number != whole)
            found = []
            for cell in sorted(
                shared, key=lambda c: (counts[whole][c].mark.place.row or 0, counts[whole][c].mark.place.column or 0)
            ):
                total = counts[whole][cell]
                parts = [counts[one][cell], counts[other][cell]]
                what = f"{names[one].name or 'One table'} and {names[other].name or 'another'}"
                place = f"{names[whole].name}, {total.name}"
                found.append(sums.sum_relation(parts, total, place, what))
            held = [one for one in found if one.holds()]
            if len(held) * 2 >= len(found) and any(one.result.value > TELLING for one in held):
                yield from found


def column_sums(tables: list[Table]) -> Iterator[Relation]:
    """Rows of a table that make a figure of another table in one period: they should in the other periods too."""
    for table in tables:
        parts_rows = [row for row in table.rows if not row.role and not row.is_total and not row.is_part]
        columns = [column for column in table.columns if column.role == "value" and column.period]
        if len(parts_rows) < 3 or len(columns) < 2 or not table.is_additive or table.is_rounded:
            continue
        totals = {}
        for column in columns:
            if terms := line(table, [(row, column) for row in parts_rows]):
                totals[column.index] = terms
        for other in tables:
            if other is table or other.is_rounded:
                continue
            for row in other.rows:
                for measure in dict.fromkeys(column.measure for column in columns):
                    alike = [column for column in columns if column.measure == measure]
                    yield from made_by(table, alike, totals, other, row)


def made_by(table: Table, columns: list[Column], totals: dict, other: Table, row: Row) -> Iterator[Relation]:
    found = []
    for column in columns:
        match = [one for one in other.columns if one.role == "value" and one.period == column.period]
        total = term(other, row, match[0]) if len(match) == 1 else None
        if total is None or total.number.decimals or column.index not in totals or other.role(row, match[0]) != "value":
            continue
        what = f"The rows of {table.name or 'the table'}"
        found.append(sums.sum_relation(totals[column.index], total, where(other, row, match[0]), what))
    held = [one for one in found if one.holds() and one.result.value > TELLING]
    if held and len(found) > 1 and len(held) * 2 >= len(found):
        yield from found


def but_one_sums(tables: list[Table], texts: Sequence[str] = ()) -> Iterator[tuple[Relation, Finding]]:
    """Rows of parts that make a printed total only without one of them: it is listed, and not summed.

    Nothing is said of a row that one of the document's `texts` says is left out.
    """
    for table in tables:
        rows = [row for row in table.rows if not row.role and not row.is_total and not row.is_part]
        columns = [column for column in table.columns if column.role == "value" and column.period]
        if not 3 <= len(rows) <= 12 or not columns or table.has_areas:
            continue
        for other in tables:
            if other is table:
                continue
            for row in other.rows:
                without = left_out(table, rows, columns, other, row)
                if without is None:
                    continue
                out, relations = without
                if any(says_left_out(text, out.label) for text in texts):
                    continue
                mark = Mark(table.block.number, table.place(out, columns[0]))
                total = ", ".join(one.result.text for one in relations)
                yield (
                    relations[0],
                    Finding(
                        "parts_equal_total",
                        ADVICE,
                        mark,
                        out.label,
                        f"the total with it, or a note that {row.label.lower()} leave it out",
                        f"{table.name} lists {out.label!r} among its parts, but {row.label!r} of "
                        f"{other.name or 'another table'} ({total}) is the sum of the other rows without it.",
                        where=f"{table.name}, {out.label}",
                        marks=[one.result.mark for one in relations],
                    ),
                )


def says_left_out(text: str, label: str) -> bool:
    """Whether a text says that a row is no part of a total: "diversionary activity is not counted as positive"."""
    named = set(stems(label)) - GENERIC
    return any(
        LEFT_OUT.search(sentence) and named & set(stems(sentence)) for sentence in re.split(r"(?<=[.;])\s", text)
    )


def left_out(
    table: Table, rows: list[Row], columns: list[Column], other: Table, row: Row
) -> tuple[Row, list[Relation]] | None:
    """The one row without which the rows make another table's row in two periods or more, with those sums."""
    for out in rows:
        relations = []
        for column in columns:
            match = [one for one in other.columns if one.role == "value" and one.period == column.period]
            total = term(other, row, match[0]) if len(match) == 1 else None
            terms = line(table, [(one, column) for one in rows if one is not out])
            leaves = term(table, out, column)
            if total is None or not terms or leaves is None or not leaves.value or other.role(row, match[0]) != "value":
                continue
            relations.append(
                sums.sum_relation(terms, total, where(other, row, match[0]), f"The other rows of {table.name}")
            )
        held = [one for one in relations if one.holds() and one.result.value > TELLING]
        if len(relations) > 1 and len(held) == len(relations):
            return out, relations
    return None


def missing_rows(tables: list[Table]) -> Iterator[Finding]:
    """A table of areas, or of the parts of something, without a row that its like have all."""
    sets = {table.number: {key_of(row): row for row in table.rows if not row.is_total} for table in tables}
    for table in tables:
        ours = set(sets[table.number])
        fellows = [
            other
            for other in tables
            if other is not table
            and len(set(sets[other.number]) & ours) >= 2
            and len(ours - set(sets[other.number])) == 0
            and len(set(sets[other.number]) - ours) == 1
        ]
        same = [other for other in tables if other is not table and set(sets[other.number]) == ours]
        if not fellows or len(fellows) <= len(same) or len(ours) < 2:
            continue
        lacking = {next(iter(set(sets[other.number]) - ours)) for other in fellows}
        if len(lacking) != 1 or any(len(set(sets[o.number])) != len(ours) + 1 for o in fellows):
            continue
        is_area = table.has_areas and all(other.has_areas for other in fellows)
        # Two places beside a third are few: the third may have none of what the table counts.
        is_told = len(ours) >= 3 and (is_area or len(fellows) >= 2)
        label = sets[fellows[0].number][next(iter(lacking))].label
        if label in table.said or not (is_told or alike(table, fellows[0])):
            continue
        others = ", ".join(other.name or f"table {other.number}" for other in fellows[:3])
        last = table.rows[-1]
        yield Finding(
            "row_missing",
            ERROR,
            Mark(table.block.number, table.place(last, table.columns[0])),
            f"{len(table.rows)} rows",
            f"a row for {label}",
            f"{table.name or 'This table'} has no row for {label}, which {others} "
            f"{'have' if len(fellows) > 1 else 'has'} beside the same other rows.",
            where=table.name,
        )
    for table in tables:
        if not table.rows and table.caption_block is not None:
            yield Finding(
                "row_missing",
                ERROR,
                Mark(table.caption_block.number, table.caption_block.place, 0, len(table.caption)),
                "no row",
                "the figures that the caption names",
                f"{table.name or 'This table'} has a caption and a header, but no figures.",
                where=table.name,
            )


def alike(table: Table, other: Table) -> bool:
    """Whether two captions name the same thing, but for a word or two."""
    ours, theirs = set(stems(table.caption)), set(stems(other.caption))
    return bool(ours) and len(ours & theirs) >= 0.7 * max(len(ours), len(theirs))
