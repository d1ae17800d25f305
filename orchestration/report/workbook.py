"""The report's tables and figures as a workbook, by the Analysis Function's guidance on statistics in spreadsheets.

The guidance ("Releasing statistics in spreadsheets", "Symbols and shorthand in tables") asks for a cover, contents and
notes, one marked-up table per sheet, all other text above the table, no empty cells, merged cells, formulas, filters or
frozen panes (the last two hide cells from a screen reader), no images where they can be avoided, the limits of an
interval in separate columns, and significance in words. gptables, which the Analysis Function maintains, lays out the
sheets.
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from pathlib import Path
from textwrap import wrap
from typing import Any

import duckdb
import pandas as pd
from gptables import Cover, GPTable, GPWorkbook, Theme, gptheme, produce_workbook

from orchestration.releases.origin import PUBLISHER_FILE, day_text
from orchestration.report.contents import (
    HEADING_NOTES,
    MARKS,
    SHORTHAND,
    Rows,
    change_unit,
    definition_of,
    discrepancies_of,
    distinct,
    has_any,
    label_of,
    made_from,
    name_of_rows,
    needs_series,
    periods_of,
    releases_of_edition,
    shown_beside,
    shown_value,
    single,
    status_text,
)
from orchestration.report.edition import Edition, edition_of, opened
from orchestration.report.native_chart import SENTENCE, add_chart, charted
from orchestration.report.shown import Shown, shown_in
from orchestration.support.duck import only_row
from orchestration.support.files import replaced_file

# The width of a column of text, in the file format's characters, and how many letters of Arial 12 always fit in it.
TEXT_WIDTH = 100
LETTERS_A_LINE = 95
LINE_HEIGHT = 16
# A heading is broken into lines of so many letters where its figures are narrower. Letters of headings are bold.
HEADING_WIDTH, LETTER_WIDTH = 16, 1.2
NOTE_REFERENCE = re.compile(r"\$\$\w+\$\$")
# Below title, instructions and heading.
FIRST_ROW_OF_TEXTS = 3
# The number of the paper in the file format.
A4 = 9


@dataclass(frozen=True)
class Heading:
    """A column of a sheet: its cells, one per row, the unit and notes under its heading, and its decimal places.

    Without `decimals`, each row has the decimal places of its indicator. `of` says what a chart may take it for.
    """

    name: str
    cells: list[Any]
    unit: str | None = None
    notes: tuple[str, ...] = ()
    decimals: int | None = None
    of: str = ""

    @property
    def layout(self) -> tuple[float, int]:
        """The width of the column in the file format's characters, and the lines that its heading then takes."""
        told = [self.name, f"({self.unit})" if self.unit else "", "[note 00]" * len(self.notes)]
        heads = [line for line in told if line]
        words = max(len(word) for line in heads for word in line.split())
        head = max(words, min(HEADING_WIDTH, max(map(len, heads))))
        body = max((len(self._as_read(cell)) for cell in self.cells), default=0)
        letters = max(head, body)
        return letters * LETTER_WIDTH + 2, sum(len(wrap(line, letters)) for line in heads)

    def _as_read(self, cell: Any) -> str:
        if isinstance(cell, float):
            return f"{cell:,.{self.decimals or 1}f}"
        return NOTE_REFERENCE.sub("[note 00]", str(cell))


@dataclass(frozen=True)
class Table:
    """A sheet with its label, its columns and its notes: name and text, in the order of reading.

    `rows` are what it shows.
    """

    label: str
    sheet: GPTable
    headings: list[Heading]
    notes: dict[str, str]
    title: str
    rows: Rows

    @property
    def has_chart(self) -> bool:
        return is_charted(self.label, self.rows)


def write_workbook(warehouse: Path, target: Path, edition: str | Edition | None = None) -> None:
    """Write cover, contents, notes and one sheet per table or figure of the edition to `target`, an .xlsx file.

    Numbers are those of the schema reports, to the 16 digits that a spreadsheet keeps; the format decides how many are
    shown. The same warehouse gives the same bytes. Raises Refusal if there is no warehouse or no such edition.
    """
    with opened(warehouse) as connection:
        shown = edition_of(connection, edition)
        contents = connection.execute(
            "select report, section, title from reports.report_contents where edition = ? order by report_order",
            [shown.edition],
        ).fetchall()
        rows = shown_in(connection, [report for report, _, _ in contents], shown)
        tables = [
            _table(connection, report, section, title, shown, rows[report]) for report, section, title in contents
        ]
        (finished_at,) = only_row(connection.execute("select max(finished_at) from audit.refreshes"))
        cover = _cover(connection, shown)
    notes = {name: text for table in tables for name, text in table.notes.items()}
    content = BytesIO()
    workbook = produce_workbook(
        content,
        {table.label: table.sheet for table in tables},
        theme=_theme(),
        cover=cover,
        contentsheet_options={
            "column_names": ["Worksheet", "Table or figure"],
            "title": "Contents",
            "additional_elements": ["scope"],
        },
        notes_table=pd.DataFrame(list(notes.items()), columns=["", "Note"]),
        # Text that begins with = stays text, and text that looks like an address is not made a link.
        workbook_options={"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    workbook.set_properties(
        {
            "title": cover.title,
            "subject": f"{shown.title}, {shown.area_name}",
            "author": shown.partnership,
            "company": shown.partnership,
            "keywords": f"{shown.short_name}, {shown.area_name}, drugs, alcohol, crime, treatment, deaths, statistics",
            "created": finished_at,
        }
    )
    _lay_out(workbook, cover, tables, list(notes.values()))
    workbook.close()
    with replaced_file(target) as aside:
        aside.write_bytes(content.getvalue())


def _table(
    connection: duckdb.DuckDBPyConnection, report: str, section: str, title: str, edition: Edition, content: Shown
) -> Table:
    label, rows = label_of(report), content.rows
    headings = _headings(rows)
    indicators = distinct(row["indicator_id"] for row in rows)
    definitions = {row["indicator_id"]: definition_of(row) for row in rows}
    wrong = discrepancies_of(connection, label, edition)
    of_table = (definitions if len(indicators) == 1 else {}) | ({report: wrong} if wrong else {})
    cells = [cell for heading in headings for cell in heading.cells if isinstance(cell, str)]
    used = [
        f"{mark} = {meaning}"
        for mark, meaning in (*SHORTHAND.values(), *MARKS.values())
        if any(mark in cell for cell in cells)
    ]
    notice = f"{edition.notice} " if edition.notice else ""
    instructions = f"{notice}This worksheet contains one table. Notes are explained on the Notes worksheet."
    if is_charted(label, rows):
        instructions += f" {SENTENCE}"
    if all(row["previous_value"] is None for row in rows):
        instructions += " The previous period is not shown, because no release has it."
    if of_table:
        instructions = _noted(f"{instructions} About the whole table:", of_table)
    words = [place for place, heading in enumerate(headings) if {"significance", "status"} & set(heading.notes)]
    sheet = GPTable(
        table=pd.DataFrame({heading.name: pd.Series(heading.cells, dtype=object) for heading in headings}),
        table_name=report,
        title=f"{label}: {title}, {edition.area_name}, {periods_of(rows)}",
        instructions=instructions,
        legend=[f"Some shorthand is used in this table: {'; '.join(used)}."] if used else [],
        source=content.source,
        scope=f"Section of the report: {section}.",
        units={heading.name: heading.unit for heading in headings if heading.unit} or None,
        table_notes={
            place: "".join(f"$${name}$$" for name in heading.notes)
            for place, heading in enumerate(headings)
            if heading.notes
        },
        index_columns={1: 0, 2: 1} if needs_series(rows) else {1: 0},
        additional_formatting=[
            # Rows of the same decimals together: gptables takes long for each format.
            *(
                {"row": {"rows": places, "format": {"num_format": _number_format(decimals)}}}
                for decimals in distinct(row["decimals"] for row in rows)
                if (places := [place for place, row in enumerate(rows, 1) if row["decimals"] == decimals])
            ),
            *(
                {"column": {"columns": [place], "format": {"num_format": _number_format(heading.decimals)}}}
                for place, heading in enumerate(headings)
                if heading.decimals is not None
            ),
            # Without an indent, words would touch the right-aligned numbers in the column before.
            {"column": {"columns": words, "format": {"indent": 1}}},
        ],
    )
    of_headings = {name: HEADING_NOTES[name] for heading in headings for name in heading.notes}
    # In the order in which they are read, which is that of their numbers.
    return Table(label, sheet, headings, of_table | of_headings | definitions, title, rows)


def is_charted(label: str, rows: Rows) -> bool:
    """Whether the sheet has a chart: that of a figure of the report with areas to compare."""
    return label.startswith("Figure") and bool(charted(rows))


def _theme() -> Theme:
    """The theme of gptables, with text aligned to the top of its cell, beside its number."""
    theme = deepcopy(gptheme)
    for update in (
        theme.update_cover_text_format,
        theme.update_index_1_format,
        theme.update_index_2_format,
        theme.update_data_format,
    ):
        update({"valign": "top"})
    return theme


def _lay_out(workbook: GPWorkbook, cover: Cover, tables: list[Table], notes: list[str]) -> None:
    """Set row heights for wrapped text (not every program does so itself), column widths, paper and charts."""
    for sheet in workbook.worksheets():
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
    for table in tables:
        heading_row, _, last_row, _ = table.sheet.data_range
        sheet = workbook.get_worksheet_by_name(table.label)
        lines = 1
        for place, heading in enumerate(table.headings):
            width, of_heading = heading.layout
            sheet.set_column(place, place, width)
            lines = max(lines, of_heading)
        sheet.set_row(heading_row, lines * LINE_HEIGHT)
        sheet.repeat_rows(heading_row)
        if table.has_chart:
            columns = {heading.of: place for place, heading in enumerate(table.headings) if heading.of}
            add_chart(workbook, table.label, table.title, table.rows, (heading_row, last_row), columns)
    for name in ("Contents", "Notes"):
        # Below title and instructions.
        workbook.get_worksheet_by_name(name).repeat_rows(FIRST_ROW_OF_TEXTS - 1)
    contents, notes_sheet = (workbook.get_worksheet_by_name(name) for name in ("Contents", "Notes"))
    for sheet, texts in (
        (contents, [[table.sheet.title, table.sheet.scope] for table in tables]),
        (notes_sheet, notes),
    ):
        sheet.set_column(1, 1, TEXT_WIDTH)
        for place, text in enumerate(texts, FIRST_ROW_OF_TEXTS):
            sheet.set_row(place, _height(*([text] if isinstance(text, str) else text)))
    cover_sheet = workbook.get_worksheet_by_name(cover.cover_label)
    # The title is larger than a line of text.
    cover_sheet.set_row(0, 2 * _height(cover.title))
    place = 1
    for texts in (cover.intro, cover.about, cover.contact):
        cover_sheet.set_row(place, 2 * LINE_HEIGHT)
        for text in texts:
            place += 1
            cover_sheet.set_row(place, _height(text if isinstance(text, str) else ""))
        place += 1


def _height(*texts: str) -> float:
    return LINE_HEIGHT * sum(max(1, ceil(len(text) / LETTERS_A_LINE)) for text in texts)


def _headings(rows: Rows) -> list[Heading]:
    """The columns of a sheet, without those that would have no figures."""
    unit, now, before = single(rows, "unit"), single(rows, "period"), single(rows, "previous_period")
    headings = [*_labels(rows), Heading("Area code", [row["area_code"] for row in rows])]
    if unit is None:
        headings.append(Heading("Unit", [row["unit"] for row in rows]))
    if now is None:
        headings.append(Heading("Period", [row["period"] for row in rows]))
    values = [shown_value(row, "value", row["value_status"]) for row in rows]
    previous = [shown_value(row, "previous_value", row["previous_status"]) for row in rows]
    if has_any(rows, "previous_value"):
        headings.append(Heading(before or "Previous period", previous, unit, ("rounding",), of="previous_value"))
    headings.append(Heading(now or "Value", values, unit, ("rounding",), of="value"))
    for column, name in (("lower_95", "Lower 95% limit"), ("upper_95", "Upper 95% limit")):
        if has_any(rows, column):
            limits = [shown_beside(row, column, value) for row, value in zip(rows, values, strict=True)]
            methods = distinct(row["interval_method"] for row in rows if row[column] is not None)
            notes = tuple(method for method in methods if method in HEADING_NOTES)
            decimals = max(1, *(row["decimals"] for row in rows))
            headings.append(Heading(_of(name, now), limits, unit, notes, decimals))
    if has_any(rows, "change"):
        either = [then if isinstance(then, str) else value for value, then in zip(values, previous, strict=True)]
        changes = [shown_beside(row, "change", cell) for row, cell in zip(rows, either, strict=True)]
        of_rows = "unit of the row, or percentage points"
        headings.append(Heading("Change", changes, change_unit(unit) if unit else of_rows, ("rounding",)))
        if has_any(rows, "percent_change"):
            percents = [shown_beside(row, "percent_change", cell) for row, cell in zip(rows, either, strict=True)]
            headings.append(Heading("Percent change", percents, "percent", ("rounding",), 1))
        words = {True: "Statistically significant", False: "Not statistically significant", None: "Not tested"}
        tested = [
            change if isinstance(change, str) else words[row["is_significant_change"]]
            for row, change in zip(rows, changes, strict=True)
        ]
        headings.append(Heading("Significance of the change", tested, "5% level", ("significance",)))
    if any(
        isinstance(cell, float) and row["previous_status"] != "published"
        for row, cell in zip(rows, previous, strict=True)
    ):
        headings.append(
            Heading(
                _of("Status", before or "previous period"),
                [status_text(row["previous_status"]) for row in rows],
                None,
                ("status",),
            )
        )
    headings.append(Heading(_of("Status", now), [status_text(row["value_status"]) for row in rows], None, ("status",)))
    if has_any(rows, "revised"):
        headings.append(
            Heading("Revised since the edition", [row["revised"] or "No" for row in rows], None, ("revised",))
        )
    return headings


def _labels(rows: Rows) -> list[Heading]:
    """The columns of labels, each label with the note on its indicator unless the title has it."""
    of_series: dict[str, set[str]] = {}
    for row in rows:
        of_series.setdefault(row["series"], set()).add(row["indicator_id"])
    noted = None
    if single(rows, "indicator_id") is None:
        noted = "series" if needs_series(rows) and all(len(names) == 1 for names in of_series.values()) else "row_label"

    def cells(column: str) -> list[str]:
        return [_noted(row[column], [row["indicator_id"]] if column == noted else []) for row in rows]

    headings = [Heading(name_of_rows(rows), cells("row_label"), of="labels")]
    if needs_series(rows):
        headings.append(Heading("Figure", cells("series")))
    return headings


def _noted(text: str, notes: Iterable[str]) -> str:
    references = "".join(f"$${name}$$" for name in notes)
    return f"{text} {references}" if references else text


def _of(name: str, period: str | None) -> str:
    return f"{name}, {period}" if period else name


def _number_format(decimals: int) -> str:
    return f"#,##0.{'0' * decimals}" if decimals else "#,##0"


def _cover(connection: duckdb.DuckDBPyConnection, edition: Edition) -> Cover:
    releases = releases_of_edition(connection, edition)
    own = [release["released_on"] for release in releases if release["origin"] == PUBLISHER_FILE]
    newest = f"the latest release used is dated {day_text(max(own))}" if own else None
    (refreshed_at,) = only_row(connection.execute("select max(finished_at) from audit.refreshes"))
    shorthand = [f"{mark} = {meaning}" for mark, meaning in (*SHORTHAND.values(), *MARKS.values())]
    return Cover(
        title=f"{edition.partnership}: {edition.title}, data tables, {edition.area_name}",
        intro=[
            *([edition.notice] if edition.notice else []),
            f"These are the tables and figures of {edition.title} by the {edition.partnership} "
            f"({edition.short_name}), published {edition.published}, made from {made_from(releases)}.",
            f"The data were last updated on {day_text(refreshed_at)}; "
            f"{newest or 'no file from a publisher is used yet'}.",
        ],
        about=[
            "Each worksheet contains one table, with its source above it. Notes are on the Notes worksheet.",
            "Totals and percentages are calculated from the figures they are made of, so a table can differ from the "
            "printed report. A note on the table says where.",
            f"Shorthand: {'; '.join(shorthand)}.",
            f"Licences of the sources: {'; '.join(sorted({release['licence'] for release in releases}))}.",
        ],
        contact=[f"[{edition.partnership}]({edition.website})"],
        width=TEXT_WIDTH,
    )
