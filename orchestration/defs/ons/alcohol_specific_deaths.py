"""ONS: alcohol-specific deaths, by area and year of registration.

Only conditions that alcohol alone causes count, such as alcoholic liver disease.

Layouts, told apart by their content:

- the yearly workbook for the United Kingdom: one table of deaths, age-standardised rates per 100,000 and 95% limits by
  region and country, sex and year; it holds no local authorities. "(u)" behind a rate marks it as unreliable (under 20
  deaths), ":" a rate not calculated. Its other tables (by age, deprivation and registration delay) are not by area and
  are not read;
- the figures that the partnership's 2025 report prints (tables 14 and 15), a CSV; Wolverhampton has no row there, its
  figures stand in the sentence on table 15.
"""

from pathlib import Path

import pandas as pd

from orchestration.checks.areas import areas_are_themselves
from orchestration.checks.before import Coverage
from orchestration.checks.coverage import covers_alike, every_period_between
from orchestration.checks.figures import (
    AMOUNT,
    COUNT,
    domains,
    every_combination,
    goes_with,
    is_understood,
    lies_between_its_limits,
    stands_once,
)
from orchestration.checks.sums import parts_make_whole, regions_make_england
from orchestration.dataset import dataset
from orchestration.delimited import tidy_cells
from orchestration.periods import CALENDAR_YEAR, Periods
from orchestration.publishers import ons_dataset
from orchestration.reading import CELL_COLUMNS
from orchestration.releases import Release
from orchestration.tables import cell, expect_england, frame, key, matching, only_table, read_files, sheets, value_cell

REPORT_LABELS = ("place", "area_type", "area", "registration_year", "credited_to")
COLUMNS = (
    *("place", "area_type", "area_code", "area", "sex", "registration_year", "measure_label"),
    *("lower_limit", "upper_limit", "credited_to"),
)
HEADERS = (
    ("area code", "area codes"),
    ("area name", "area names"),
    ("sex",),
    ("year", "year of registration"),
    ("number of deaths", "deaths"),
    ("age-standardised rate per 100,000", "age-standardised mortality rate per 100,000"),
    ("lower 95% confidence interval", "lower 95% confidence limit"),
    ("upper 95% confidence interval", "upper 95% confidence limit"),
)

CHECKS = (
    areas_are_themselves(),
    stands_once("area_type", "area_code", "area", "sex", "registration_year", "measure_label"),
    is_understood(":", limits=("lower_limit", "upper_limit")),
    domains({"(.*, )?deaths": COUNT, ".*, rate": AMOUNT}),
    lies_between_its_limits(),
    every_combination(("area_code", "sex", "measure_label"), within=("registration_year", "place")),
    goes_with("area_code", "area", blocks=False),
    covers_alike("measure_label", ("area_code", "registration_year")),
    every_period_between("registration_year", "measure_label"),
    parts_make_whole(
        "measure_label",
        ("persons, deaths",),
        (("males, deaths",), ("females, deaths",)),
        ("area_code", "registration_year"),
    ),
    regions_make_england(("registration_year", "measure_label"), ".*, deaths"),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    found = sheets(release, path)
    if found[0].name is None and not list(matching(found, HEADERS)):
        report = tidy_cells(release, path, REPORT_LABELS, ("deaths",))
        return report.reindex(columns=[*COLUMNS, *CELL_COLUMNS]).astype(object).where(lambda cells: cells.notna(), None)
    table = only_table(found, HEADERS, name)
    sheet = table.sheet
    code, area, sex, year, deaths, rate, lower, upper = (table.column(*labels) for labels in HEADERS)
    rows = []
    for row, cells in table.body:
        if not any(cell(cells, position).strip() for position in (year, deaths, rate)):
            continue
        shared = (sheet.title, None, *(cell(cells, position).strip() for position in (code, area, sex, year)))
        limits = (value_cell(table, row, cells, lower), value_cell(table, row, cells, upper))
        for position, quantity, between in ((deaths, "deaths", (None, None)), (rate, "rate", limits)):
            rows.append(
                (
                    *(*shared, f"{key(shared[4])}, {quantity}", *between, None),
                    *(value_cell(table, row, cells, position), sheet.file, sheet.name, table.address(row, position)),
                )
            )
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


alcohol_specific_deaths = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Alcohol-specific deaths registered in the UK",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/birthsdeathsandmarriages/deaths/datasets/alcoholspecificdeathsintheukmaindataset",
    expected_every="year",
    periods=Periods("registration_year", (CALENDAR_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(groups=("measure_label", "sex")),
    fetch=ons_dataset,
)
