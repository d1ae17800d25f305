"""ONS: deaths related to drug poisoning, by local authority and year of registration.

A death counts in the year it was registered, which an inquest can put years after it occurred. Deaths from drug misuse
are a subset of those from drug poisoning and are never added to them.

Layouts, told apart by their content:

- the yearly workbook for England and Wales. Two tables of counts have one column a year; six of three-year figures
  (drug poisoning and drug misuse, for persons, males and females) have a block of deaths, rate per 100,000 and 95%
  limits for each three years under two header rows. ":" is a rate not calculated (under ten deaths); "U" right of a
  rate marks it as unreliable (10 to 19 deaths). ONS leaves some cells empty, such as the three-year figures of
  metropolitan counties before 2011: they are kept as not available. Names stand in one of three columns, by level;
  other sheets hold no figures;
- the figures that the partnership's 2025 report prints (tables 11 and 12), a CSV.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from orchestration.dataset import CELL_COLUMNS, dataset
from orchestration.delimited import tidy_cells
from orchestration.publishers import ons_dataset
from orchestration.refusal import refuse
from orchestration.releases import Release
from orchestration.tables import (
    GSS_CODE,
    Sheet,
    Table,
    cell,
    expect_england,
    find_table,
    frame,
    key,
    read_files,
    sheets,
)

REPORT_LABELS = ("place", "area_type", "area", "registration_year", "credited_to")
COLUMNS = (
    "place",
    "area_type",
    "area_code",
    "area",
    "registration_year",
    "measure_label",
    "flag",
    "lower_limit",
    "upper_limit",
    "credited_to",
)
HEADERS = (("area codes", "area code"), ("area names", "area name"))

TITLE = re.compile(
    r"deaths related to (drug poisoning|drug misuse), (persons|males|females),? by local authority", re.I
)
YEAR = re.compile(r"(19|20)\d\d")
THREE_YEARS = re.compile(r"(19|20)\d\d\s*[–-]\s*\d\d")
QUANTITIES = ("deaths", "rate", "lower confidence limit", "upper confidence limit")


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    found = sheets(release, path)
    tables = [(sheet, table) for sheet in found if (table := find_table(sheet, HEADERS))]
    if not tables and found[0].name is None:
        report = tidy_cells(release, path, REPORT_LABELS, ("deaths",))
        return report.reindex(columns=[*COLUMNS, *CELL_COLUMNS]).astype(object).where(lambda cells: cells.notna(), None)
    rows: list[tuple] = []
    for sheet, table in tables:
        title = TITLE.search(" ".join(text for _, cells in sheet.rows[:6] for text in cells))
        if not title:
            raise refuse(
                sheet,
                f"the title {sheet.title!r}",
                "a table of deaths related to drug poisoning or drug misuse, by local authority, for one sex",
                "Put ONS's local-authority workbook here; teach the reader if ONS renamed its tables.",
            )
        group = f"{title[1].lower()}, {title[2].lower()}"
        body = list(_body(table))
        three_years = [n for n, label in enumerate(table.labels) if THREE_YEARS.fullmatch(label.strip())]
        rows.extend(
            _three_year_cells(sheet, table, body, group, three_years)
            if three_years
            else _yearly_cells(sheet, table, body, group)
        )
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


def _body(table: Table) -> Iterator[tuple[int, tuple[str, ...], str, str]]:
    """Rows of figures with their area's code and name. Raises `Refusal` for figures beside no GSS code."""
    code_column, name_column = table.column(*HEADERS[0]), table.column(*HEADERS[1])
    first_period = min(
        (n for n, label in enumerate(table.labels) if YEAR.match(label.strip())), default=name_column + 1
    )
    for row, cells in table.body:
        code = cell(cells, code_column).strip()
        figures = [n for n in range(first_period, len(cells)) if cells[n].strip()]
        if key(code).startswith("footnotes"):
            return
        if not figures:
            continue
        if not GSS_CODE.fullmatch(code):
            # The row of headings below the header, and stray flags in rows between areas, bear no number.
            if any(character.isdigit() for n in figures for character in cells[n]) and row > table.body[0][0]:
                raise refuse(
                    table.place(row, code_column),
                    f"{code!r} beside figures",
                    "the GSS code of an area, such as E08000025",
                    "Ask the publisher which area the row is.",
                )
            continue
        names = [text for text in cells[name_column:first_period] if text.strip()]
        yield row, cells, code, names[0] if names else ""


def _yearly_cells(sheet: Sheet, table: Table, body: list, group: str) -> Iterator[tuple]:
    first = min((n for n, label in enumerate(table.labels) if YEAR.fullmatch(label.strip())), default=None)
    if first is None:
        raise refuse(
            f"{sheet}, row {table.header_row}", "no year in the header", "a column for each year", "Restore it."
        )
    last = max(len(cells) for _, cells, _, _ in body)
    for position in range(first, max(last, len(table.labels))):
        year = table.label(position).strip()
        filled = [row for row, cells, _, _ in body if cell(cells, position).strip()]
        if not filled:
            continue
        if not YEAR.fullmatch(year):
            raise refuse(
                table.sheet.place(table.header_row, position),
                f"the header {year!r} over figures",
                "a year of registration such as 2021",
                "Restore the header; teach the reader if ONS added a column.",
            )
        for row, cells, code, area in body:
            yield (
                *(sheet.title, None, code, area, year, f"{group}, deaths", None, None, None, None),
                *(cell(cells, position), sheet.file, sheet.name, sheet.address(row, position)),
            )


def _three_year_cells(sheet: Sheet, table: Table, body: list, group: str, blocks: list[int]) -> Iterator[tuple]:
    row_below, headings = table.body[0]
    width = max(len(cells) for _, cells, _, _ in body)
    for number, start in enumerate(blocks):
        end = blocks[number + 1] if number + 1 < len(blocks) else max(width, len(headings))
        at: dict[str, int] = {}
        flag = None
        for position in range(start, end):
            heading = cell(headings, position)
            quantity = key(heading)
            if quantity in QUANTITIES and quantity not in at:
                at[quantity] = position
            elif not quantity and "rate" in at and position == at["rate"] + 1:
                flag = position
            elif quantity or any(cell(cells, position).strip() for _, cells, _, _ in body):
                raise refuse(
                    sheet.place(row_below, position),
                    f"the heading {heading!r} over figures of {table.label(start)!r}",
                    "in each block of three years one each of " + ", ".join(QUANTITIES),
                    "Restore the headings of years and quantities; teach the reader if ONS renamed one.",
                )
        if missing := [quantity for quantity in QUANTITIES if quantity not in at]:
            raise refuse(
                sheet.place(row_below, start), "no " + ", ".join(missing), ", ".join(QUANTITIES), "Restore it."
            )
        period = table.label(start).strip()
        for row, cells, code, area in body:
            shared = (sheet.title, None, code, area, period)
            for quantity in ("deaths", "rate"):
                extra = (None, None, None)
                if quantity == "rate":
                    limits = [cell(cells, at[limit]) for limit in QUANTITIES[2:]]
                    extra = (cell(cells, flag).strip() or None if flag is not None else None, *limits)
                text = cell(cells, at[quantity])
                address = sheet.address(row, at[quantity])
                yield *shared, f"{group}, {quantity}", *extra, None, text, sheet.file, sheet.name, address


drug_poisoning_deaths = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Deaths related to drug poisoning by local authority",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/birthsdeathsandmarriages/deaths/datasets/drugmisusedeathsbylocalauthority",
    expected_every="year",
    fetch=ons_dataset,
)
