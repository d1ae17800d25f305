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

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.offers.publishers import ons_dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import CALENDAR_YEAR, POOLED_YEARS, Periods, parse, period_of
from orchestration.reading.tables import (
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
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.areas import areas_are_themselves
from orchestration.validation.before import Coverage
from orchestration.validation.coverage import (
    covers_alike,
    every_period_between,
    sexes_come_with_persons,
    years_come_with_spans,
)
from orchestration.validation.figures import (
    AMOUNT,
    COUNT,
    domains,
    has_its_count,
    is_understood,
    lies_between_its_limits,
    limits_are_not_negative,
    stands_once,
)
from orchestration.validation.sums import (
    areas_make_their_county,
    parts_are_no_more,
    parts_make_whole,
    years_make_pooled_years,
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
KINDS = (CALENDAR_YEAR, POOLED_YEARS)
HEADERS = (("area codes", "area code"), ("area names", "area name"))

TITLE = re.compile(
    r"deaths related to (drug poisoning|drug misuse), (persons|males|females),? by local authority", re.I
)
# The tables of ONS's workbook list every authority, so its areas, sexes and years must agree with each other.
AREA_AND_YEARS = ("area_code", "period_id")
CHECKS = (
    areas_are_themselves(),
    stands_once("area_code", "area_type", "area", "registration_year", "measure_label"),
    is_understood(":", "", limits=("lower_limit", "upper_limit")),
    domains({"(.*, )?deaths": COUNT, ".*, rate": AMOUNT}),
    lies_between_its_limits(),
    limits_are_not_negative(),
    has_its_count("deaths", "rate", ("area_code", "registration_year", "measure_label")),
    sexes_come_with_persons("measure_label"),
    years_come_with_spans("measure_label"),
    covers_alike("measure_label", {"area_code": "area_code", "period_id": "registration_year"}),
    every_period_between("registration_year", "measure_label"),
    areas_make_their_county("registration_year", ".*, deaths", complete=True),
    years_make_pooled_years("registration_year", ("area_code", "measure_label"), ".*, deaths"),
    *(
        parts_make_whole(
            "measure_label",
            (f"{cause}, persons, deaths",),
            ((f"{cause}, males, deaths",), (f"{cause}, females, deaths",)),
            AREA_AND_YEARS,
        )
        for cause in ("drug poisoning", "drug misuse")
    ),
    parts_are_no_more("measure_label", "drug poisoning", "drug misuse", AREA_AND_YEARS),
)
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
        columns = _period_columns(table)
        pooled = {period_of(label, KINDS).kind == POOLED_YEARS for _, label in columns}
        if len(pooled) > 1:
            raise refuse(
                f"{sheet}, row {table.header_row}",
                "single years beside several years taken together: " + ", ".join(label for _, label in columns),
                "either a column for each year or a block for each three years",
                "Restore the header.",
            )
        rows.extend(
            _three_year_cells(sheet, table, body, group, [position for position, _ in columns])
            if pooled == {True}
            else _yearly_cells(sheet, table, body, group, columns)
        )
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


def _period_columns(table: Table) -> list[tuple[int, str]]:
    """The columns of years, by position, with their labels. Raises `Refusal` for a label that is not quite a period."""
    names = {table.column(*HEADERS[0]), table.column(*HEADERS[1])}
    columns = []
    for position, label in enumerate(table.labels):
        if position in names or not label.strip():
            continue
        if not parse(label, KINDS):
            raise refuse(
                table.sheet.place(table.header_row, position),
                f"the header {' '.join(label.split())!r}",
                "a year of registration such as 2021, or several such as 2019–21",
                "Restore the header; if ONS added a column, report it so that the reader learns it.",
            )
        columns.append((position, label))
    if not columns:
        raise refuse(
            f"{table.sheet}, row {table.header_row}", "no year in the header", "a column for each year", "Restore it."
        )
    return columns


def _body(table: Table) -> Iterator[tuple[int, tuple[str, ...], str, str]]:
    """Rows of figures with their area's code and name. Raises `Refusal` for figures beside no GSS code."""
    code_column, name_column = table.column(*HEADERS[0]), table.column(*HEADERS[1])
    first_period = _period_columns(table)[0][0]
    for row, cells in table.body:
        code = cell(cells, code_column).strip()
        figures = [n for n in range(first_period, len(cells)) if cells[n].strip()]
        if key(code).startswith("footnotes"):
            return
        if not figures:
            continue
        if not GSS_CODE.fullmatch(code):
            # The row of headings below the header, and stray flags in rows between areas, have no number.
            if any(character.isdigit() for n in figures for character in cells[n]) and row > table.body[0][0]:
                raise refuse(
                    table.place(row, code_column),
                    f"{code!r} beside figures",
                    "the GSS code of an area, such as E08000025",
                    "Ask the publisher which area the row is.",
                )
            continue
        for position in range(name_column, first_period):
            if cell(cells, position).strip().replace(",", "").replace(".", "", 1).lstrip("-").isdigit():
                raise refuse(
                    table.place(row, position),
                    f"the number {cells[position]} under no year",
                    "names of areas left of the first year",
                    "Restore the header of this column; a year may have been removed.",
                )
        names = [text for text in cells[name_column:first_period] if text.strip()]
        yield row, cells, code, names[0] if names else ""


def _yearly_cells(
    sheet: Sheet, table: Table, body: list, group: str, columns: list[tuple[int, str]]
) -> Iterator[tuple]:
    labelled = dict(columns)
    last = max(len(cells) for _, cells, _, _ in body)
    for position in range(columns[0][0], max(last, len(table.labels))):
        filled = [row for row, cells, _, _ in body if cell(cells, position).strip()]
        if position not in labelled:
            if filled:
                raise refuse(
                    table.sheet.place(table.header_row, position),
                    f"an empty header over figures such as that of row {filled[0]}",
                    "a year of registration such as 2021",
                    "Restore the header; if ONS added a column, report it so that the reader learns it.",
                )
            continue
        year = labelled[position].strip()
        if not filled:
            raise refuse(
                table.sheet.place(table.header_row, position),
                f"no figure of {year} for any area",
                "the deaths of each area",
                "Download the file again; the column may have been emptied.",
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
                extra: tuple[str | None, ...] = (None, None, None)
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
    periods=Periods("registration_year", KINDS),
    checks=CHECKS,
    coverage=Coverage(),
    fetch=ons_dataset,
)
