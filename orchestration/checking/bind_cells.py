"""The figures of the cells of tables: what each is, of what area and period."""

import re

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.figures import CERTAIN, LIKELY, Figure
from orchestration.checking.findings import Mark
from orchestration.checking.names import code_of
from orchestration.checking.numbers import Number
from orchestration.checking.spans import spans_in
from orchestration.checking.tables import Column, Row, Table

KIND_OF_ROLE = {"value": kinds.VALUE, "share": kinds.SHARE, "rate": kinds.RATE}


def figures_of_tables(context: Context) -> list[Figure]:
    """A figure for each number in the tables."""
    found = []
    for table in context.tables:
        for row in table.rows:
            for column in table.columns:
                number = table.at(row, column)
                if number is not None:
                    found.append(figure_of_cell(context, table, row, column, number))
    return found


def figure_of_cell(context: Context, table: Table, row: Row, column: Column, number: Number) -> Figure:
    role = table.role(row, column)
    kind = KIND_OF_ROLE.get(role) or kind_of_change(table, column, row, number)
    area, said = area_of_cell(context, table, row, column), f"{table.caption} {' '.join(table.headings[:2])}"
    period = table.period(column)
    if role == "change" and table.periods:
        period = table.periods[-1]
    quantity = " ".join(filter(None, (quantity_of(table), "" if row.label == area else row.label, column.measure)))
    return Figure(
        number,
        Mark(table.block.number, table.place(row, column)),
        kind,
        number.value,
        quantity,
        area,
        code_of(area, f"{said} {row.label}") if area else None,
        period,
        CERTAIN if period and area else LIKELY,
        label=row.label,
        table=table.number,
        has_own_area=row.label == area,
        has_own_period=period is not None,
    )


def kind_of_change(table: Table, column: Column, row: Row, number: Number) -> str:
    if number.unit == "points" or (labels.POINTS.search(column.header) and number.unit != "percent"):
        return kinds.POINTS
    is_percent = number.unit == "percent" or labels.PERCENT.search(column.header)
    return kinds.PERCENT_CHANGE if is_percent else kinds.CHANGE


def quantity_of(table: Table) -> str:
    """What a table is about: its caption without its number, its periods and its source."""
    text = re.sub(r"^\W*(?:table|figure)\s+\S+\s*[:.–—-]*\s*", "", table.caption, flags=re.I)
    text = re.split(
        r",?\s*\(?\b(?:sourced? (?:from|:)|source:)|,? for (?:the )?(?:fiscal|financial|calendar)? ?years?\b",
        text,
        flags=re.I,
    )[0]
    # "2023/24 and 2024/25" is two spans, each a half of the text of both.
    for period in dict.fromkeys(span.text for span in spans_in(text)):
        text = re.sub(rf"[\s,(]*{re.escape(period)}", "", text, count=1)
    return text.strip(" .,;:-") or (table.headings[0] if table.headings else "")


def area_of_cell(context: Context, table: Table, row: Row, column: Column) -> str:
    for text in (row.label, row.group, column.measure):
        named = context.names.find(text) if text else ()
        if named and (named[0].end - named[0].start) > 0.6 * len(text):
            return named[0].name
    if table.has_areas and row.label and not row.is_total:
        return row.label
    named = context.names.find(table.caption)
    others = {one.name for one in named}
    return others.pop() if len(others) == 1 else context.names.own
