"""ONS: mid-year population estimates by single year of age, for local authorities, regions and countries.

Layouts: the yearly workbook with a sheet a sex (`MYE2 - Persons`, or `Mid-2012 Persons` in the older .xls), or its
sheet of persons saved as a CSV. Each has a row an area and a column for all ages and for every year of age, the last
one open (`90+`). The year of the estimate stands in a title, a sheet's name or, in a bare CSV, only in the file's name
(`mye24…`). A table that names no sex is one of persons: it is refused where England has too few people for that.
"""

import re
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.offers.publishers import ons_dataset
from orchestration.reading.periods import MID_YEAR, Periods
from orchestration.reading.tables import (
    GSS_CODE,
    Sheet,
    Table,
    cell,
    expect_england,
    frame,
    key,
    matching,
    read_files,
    sheets,
    value_cell,
)
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.areas import areas_are_themselves
from orchestration.validation.before import Coverage
from orchestration.validation.figures import COUNT, domains, is_understood, stands_once
from orchestration.validation.sums import areas_make_their_county, labels_make_whole, parts_make_whole

COLUMNS = ("place", "area_type", "area_code", "area", "sex", "age", "period", "measure_label")
HEADERS = (("code", "area code"), ("name", "area name"), ("all ages",), ("0",), ("1",))
GEOGRAPHY = ("geography", "geography1")

AGE = re.compile(r"(\d{1,2})(\+| and over)?|all ages")

# England has had more than this many people since 1950, and no single sex of them has ever reached it.
FEWEST_PERSONS_IN_ENGLAND = 40_000_000

CHECKS = (
    areas_are_themselves(),
    stands_once("area_code", "sex", "age", "period"),
    is_understood(),
    domains({"population": COUNT}),
    labels_make_whole("age", "all ages", ("area_code", "sex", "period", "source_sheet")),
    parts_make_whole("sex", ("persons",), (("males",), ("females",)), ("area_code", "age", "period")),
    areas_make_their_county("period", "population", complete=True),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    found = sheets(release, path)
    tables = list(matching(found, HEADERS))
    if not tables:
        raise refuse(
            name, "no table with a column for every year of age", "population estimates", "Put ONS's file here."
        )
    rows = [row for table in tables for row in _cells(table, found, path, name)]
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


def _cells(table: Table, found: tuple[Sheet, ...], path: Path, name: str) -> list[tuple]:
    sheet = table.sheet
    heading = " ".join(text for row, cells in sheet.rows if row < table.header_row for text in cells)
    code, area = (table.column(*labels) for labels in HEADERS[:2])
    kind = table.column(*GEOGRAPHY) if table.has(*GEOGRAPHY) else None
    ages = []
    for position, label in enumerate(table.labels):
        if AGE.fullmatch(key(label)):
            ages.append((position, key(label)))
        elif label.strip() and position not in (code, area, kind):
            raise refuse(
                table.sheet.place(table.header_row, position),
                f"the column {label!r}",
                "code, name, geography, all ages and one column for each year of age",
                "Put the table by single year of age here.",
            )
    numbers = [int(years[1]) for _, label in ages if label != "all ages" and (years := AGE.fullmatch(label))]
    if numbers != list(range(len(numbers))) or not ages[-1][1].endswith(("+", "and over")):
        raise refuse(
            f"{sheet}, row {table.header_row}",
            f"the ages {numbers[0]} to {ages[-1][1]} with {len(numbers)} columns",
            "every year of age from 0 to an open last one such as 90+, in order",
            "Restore the header.",
        )
    period = f"mid-{_year(heading, sheet, found, path, name)}"
    sex = _sex(f"{sheet.name or ''} {heading}")
    rows = []
    for row, cells in table.body:
        if not any(cell(cells, position).strip() for position, _ in ages):
            continue
        place = cell(cells, code).strip()
        if not GSS_CODE.fullmatch(place):
            raise refuse(
                table.place(row, code), f"{place!r} beside figures", "the GSS code of an area", "Restore the code."
            )
        labels = (heading.strip() or None, cell(cells, kind).strip() if kind is not None else None, place)
        for position, age in ages:
            rows.append(
                (
                    *(*labels, cell(cells, area).strip(), sex, age, period, "population"),
                    *(value_cell(table, row, cells, position), sheet.file, sheet.name, table.address(row, position)),
                )
            )
    if sex is None:
        _refuse_one_sex(rows, name)
    return rows


def _year(heading: str, sheet: Sheet, found: tuple[Sheet, ...], path: Path, name: str) -> str:
    everything = " ".join(text for other in found for _, cells in other.rows[:12] for text in cells if " " in text)
    for text in (heading, sheet.name or "", everything):
        if years := re.findall(r"mid[- ]?((?:19|20)\d\d)", text, re.I):
            return years[0]
    if digits := re.search(r"mye(?:20)?(\d\d)(?!\d)", path.name, re.I):
        return f"20{digits[1]}"
    raise refuse(
        name,
        "no year of the estimates, in a title, a sheet's name or the file's name",
        "Mid-2024 in a title, or a file named mye24…",
        "Give the file back its published name.",
    )


def _sex(text: str) -> str | None:
    words = set(re.findall(r"[a-z]+", text.lower()))
    named = [sex for sex in ("persons", "males", "females") if sex in words]
    return named[0] if len(named) == 1 else None


def _refuse_one_sex(rows: list[tuple], name: str) -> None:
    for row in rows:
        if row[2] == "E92000001" and row[5] == "all ages":
            text = row[len(COLUMNS)].replace(",", "")
            if text.isdigit() and int(text) < FEWEST_PERSONS_IN_ENGLAND:
                raise refuse(
                    f"{name}, {row[-1]}",
                    f"{text} people of all ages in England, in a table that names no sex",
                    "the estimates for persons",
                    "Put the sheet of persons here.",
                )


population_estimates = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Mid-year population estimates by single year of age",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/populationandmigration/populationestimates/datasets/populationestimatesforukenglandandwalesscotlandandnorthernireland",
    expected_every="year",
    periods=Periods("period", (MID_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(groups=("age",), within=("sex",), repeats_periods=False),
    fetch=ons_dataset,
)
