"""Sums inside one table: totals of columns and rows with their parts."""

import re
from collections.abc import Iterator

from orchestration.checking import labels
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.within_tables import line, term, where
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import stems


def sum_relations(table: Table) -> Iterator[Relation]:
    """Totals of columns and of rows with their parts, where the table's own figures or its words bear them out."""
    if not table.is_additive:
        return
    counted = [one for one in table.columns if one.role == "value" and not labels.NOT_SUMMED.search(one.header)]
    rows = [row for row in table.rows if row.role == "" and not labels.NOT_SUMMED.search(row.label)]
    found = [*sums_down(table, rows, counted), *parts_of_rows(table, counted), *sums_across(table, rows, counted)]
    yield from (one for one in found if not (table.total_has_others and is_less(one)))


def is_less(relation: Relation) -> bool:
    """Whether the parts of a sum make less than the total that is printed."""
    expected = relation.expected()
    return not relation.holds() and expected is not None and expected < relation.result.value


def sums_down(table: Table, rows: list[Row], columns: list[Column]) -> Iterator[Relation]:
    whole = [row for row in rows if not row.is_part]
    for total in whole:
        parts = others_of(total, whole)
        if not total.is_total and (total not in (whole[0], whole[-1]) or is_in_a_total(table, total, whole, columns)):
            continue
        if total.group and not parts:
            continue
        above = [row for row in parts if whole.index(row) < whole.index(total)]
        if total.is_total and 2 <= len(above) < len(parts):
            # What stands below a total is often beside it: "memo: agency staff".
            parts = max(above, parts, key=lambda some: len(sums_that_hold(table, some, total, columns)))
        found = list(borne_out(table, parts, total, columns, total.is_total and plain_total(total.label)))
        found = found if sum(one.holds() for one in found) else runs_above(table, above, total, columns) or found
        yield from found


def is_in_a_total(table: Table, row: Row, whole: list[Row], columns: list[Column]) -> bool:
    """Whether a row is one of the parts that make a total of the table, so that it is none of the others itself."""
    return any(
        one.is_total and one.group == row.group and sums_that_hold(table, others_of(one, whole), one, columns)
        for one in whole
    )


def others_of(total: Row, whole: list[Row]) -> list[Row]:
    return [row for row in whole if row is not total and row.group == total.group and not row.is_total]


def runs_above(table: Table, above: list[Row], total: Row, columns: list[Column]) -> list[Relation]:
    """The sums of the rows just above a total, where those before them are of another thing; none if not borne out.

    "Applications, Prevention duty, Relief duty, Total duties": the total is that of the two duties.
    """
    if not total.is_total or not above or above[-1] is not table.rows[table.rows.index(total) - 1]:
        return []
    for first in range(1, len(above) - 1):
        found = list(sums_of_columns(table, above[first:], total, columns))
        right = [one for one in found if one.holds() and one.result.value]
        if len(right) >= 2 and len(right) * 2 >= len(found):
            return found
    return []


def plain_total(label: str) -> bool:
    """Whether a label says "Total" and nothing that could be a total of something else."""
    return len(stems(label)) <= 1 or label.lower().startswith(("all ", "total"))


def parts_of_rows(table: Table, columns: list[Column]) -> Iterator[Relation]:
    """Rows marked "of which", with the row before them that they are parts of."""
    at = 0
    rows = table.rows
    while at < len(rows):
        if not rows[at].is_part or rows[at].role:
            at += 1
            continue
        end = at
        while end < len(rows) and rows[end].is_part:
            end += 1
        parts = [row for row in rows[at:end] if not row.role]
        for whole in reversed([row for row in rows[:at] if not row.role and not row.is_part]):
            found = list(borne_out(table, parts, whole, columns, False))
            if found:
                yield from found
                break
        at = end


# From here on three numbers hardly make a fourth by chance.
LEAST_BY_CHANCE = 200


def borne_out(table: Table, parts: list[Row], total: Row, columns: list[Column], is_named: bool) -> Iterator[Relation]:
    """The sums of parts in each column, if at least one is right, or if the total is named and misses by little."""
    if len(parts) < 2 or labels.NOT_ADDITIVE.search(total.label):
        return
    found = list(sums_of_columns(table, parts, total, columns))
    right = sums_that_hold(table, parts, total, columns)
    if right and not (total.is_total or parts[0].is_part) and len(right) < 2:
        # In a table without a total, 22 and 19 make 41 by chance.
        right = [one for one in right if one.result.value >= LEAST_BY_CHANCE and len(parts) >= 3]
    if not right and len(found) > 1 and all(is_less(one) for one in found):
        # Each total is more than its parts: a part that the table does not show is likelier than as many slips.
        return
    if right or (found and is_named and all(close(one) for one in found) and len(parts) >= 2):
        yield from found


def sums_of_columns(table: Table, parts: list[Row], total: Row, columns: list[Column]) -> Iterator[Relation]:
    for column in columns:
        terms = line(table, [(row, column) for row in (*parts, total)])
        if terms and all(one.number.unit in ("plain", "money") for one in terms):
            what = f"The {len(parts)} rows"
            made = sums.sum_relation(terms[:-1], terms[-1], where(table, total, column), what)
            if not is_average(made):
                yield made


def is_average(relation: Relation) -> bool:
    """Whether a total lies among its three or more parts, and no slip makes it of their sum: it is their average."""
    values, expected = [one.value for one in relation.inputs], relation.expected()
    if len(values) < 3 or expected is None or not min(values) <= relation.result.value <= max(values):
        return False
    # A slip in as many digits as an average has is no rare thing.
    is_slip = slip_between(relation.result.text, printed_like(relation.result.number, expected))
    return min(values) > 0 and not (is_slip and not relation.result.number.decimals)


def sums_that_hold(table: Table, parts: list[Row], total: Row, columns: list[Column]) -> list[Relation]:
    return [one for one in sums_of_columns(table, parts, total, columns) if one.holds() and one.result.value]


def close(relation: Relation) -> bool:
    """Whether a sum misses its total by so much as a slip does, and not as a list of some parts would."""
    expected, printed = relation.expected(), relation.result.value
    if expected is None or not printed:
        return False
    return abs(expected - printed) <= 0.2 * abs(printed) or abs(expected - printed) in (9.0, 90.0, 900.0, 9000.0)


def sums_across(table: Table, rows: list[Row], columns: list[Column]) -> Iterator[Relation]:
    """A column of totals with the columns beside it, of one period: men, women, all."""
    for total in columns:
        name = total.measure or total.header
        quarters = quarters_of(columns, total)
        if not labels.TOTAL.search(name) and not quarters:
            continue
        parts = quarters or [
            one
            for one in columns
            if one is not total and one.period == total.period and not labels.TOTAL.search(one.measure)
        ]
        # "NHS, social care, both, all": what both have is a part, where the sums say so.
        both = [one for one in columns if one.period == total.period and one.measure.strip().lower() == "both"]
        with_both = [one for one in columns if one in parts or (one in both and one is not total)]
        for some in (*runs_before(parts, columns, total), *([with_both] if len(with_both) > len(parts) else [])):
            found = sums_of_rows(table, rows, some, total)
            right = sum(one.holds() for one in found)
            if right * 2 >= len(found) > 0 and right >= (1 if some == parts else 2):
                yield from found
                break


def runs_before(parts: list[Column], columns: list[Column], total: Column) -> Iterator[list[Column]]:
    """All parts, and then the runs of them that end just before their total: others may be of another thing.

    "Applications, Prevention duty, Relief duty, Total duties".
    """
    if len(parts) >= 2:
        yield parts
    before = [one for one in parts if columns.index(one) < columns.index(total)]
    if not before or columns.index(before[-1]) + 1 != columns.index(total):
        return
    for first in range(len(before) - 1):
        run = before[first:]
        if run != parts and columns.index(run[-1]) - columns.index(run[0]) == len(run) - 1:
            yield run


def sums_of_rows(table: Table, rows: list[Row], parts: list[Column], total: Column) -> list[Relation]:
    """The sum of some columns and their total, for each row of counts that has all of them."""
    found = []
    for row in rows:
        terms = line(table, [(row, column) for column in (*parts, total)])
        if terms and not any(one.number.decimals or one.number.unit != "plain" for one in terms):
            what = f"The {len(parts)} columns"
            found.append(sums.sum_relation(terms[:-1], terms[-1], where(table, row, total), what))
    return found


QUARTER_HEADER = re.compile(r"^\s*(?:q(?:uarter)?\s?)([1-4])\b", re.IGNORECASE)
HALF_HEADER = re.compile(
    r"\s*(?:(?:January|Jan) (?:to|-|–) (?:June|Jun)|(?:July|Jul) (?:to|-|–) (?:December|Dec)|"
    r"(?:April|Apr) (?:to|-|–) (?:September|Sept?)|(?:October|Oct) (?:to|-|–) (?:March|Mar)|"
    r"(?:first|second) half(?: of the year)?|H[12])\s*",
    re.IGNORECASE,
)
YEAR_HEADER = re.compile(r"^\s*(?:full |whole |the )?year(?: total)?\s*$|^\s*total\s*$", re.IGNORECASE)


def quarters_of(columns: list[Column], total: Column) -> list[Column]:
    """The columns of the four quarters before that of their year; none where it is not the one column besides them."""
    halves = [one for one in columns if HALF_HEADER.fullmatch(one.header)]
    if len(halves) == 2 and [one for one in columns if one not in halves] == [total]:
        is_year = YEAR_HEADER.match(total.header) or labels.is_period(total.header)
        return halves if is_year and halves[0].header != halves[1].header else []
    found = [one for one in columns if QUARTER_HEADER.match(one.header)]
    numbers = [match[1] for one in found if (match := QUARTER_HEADER.match(one.header))]
    others = [one for one in columns if one not in found]
    is_year = YEAR_HEADER.match(total.header) or labels.is_period(total.header)
    return found if sorted(numbers) == ["1", "2", "3", "4"] and others == [total] and is_year else []


LEAST_YEARS = 2
AVERAGE = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)


def averages_of_years(table: Table) -> Iterator[Relation]:
    """A column headed "Three-year average" beside the columns of its years, where most rows bear it out."""
    averages = [one for one in table.columns if AVERAGE.search(one.header) and one.period is None]
    years = [one for one in table.columns if one.period is not None and not AVERAGE.search(one.header)]
    if len(averages) != 1 or len(years) < LEAST_YEARS or len({one.measure for one in years}) != 1:
        return
    found = []
    for row in table.rows:
        cells, average = line(table, [(row, one) for one in years]), term(table, row, averages[0])
        if average is None or len(cells) != len(years):
            continue
        found.append(average_relation(cells, average, where(table, row, averages[0])))
    if found and sum(one.holds() for one in found) * 2 > len(found):
        yield from found


def average_relation(cells: list[Term], average: Term, place: str) -> Relation:
    def explain(expected: float) -> str:
        listed = ", ".join(one.text for one in cells)
        return f"The average of {listed} is {printed_like(average.number, expected)}, not {average.text}."

    return Relation(
        "ratio_follows_from_counts",
        [sums.as_rounded(one) for one in cells],
        average,
        lambda values: sum(values) / len(values),
        explain,
        place,
        solve=lambda at, values, result: result * len(values) - sum(values) + values[at],
    )
