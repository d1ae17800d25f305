"""OHID: estimates of adults dependent on alcohol, by local authority.

A model's estimate for a financial year.

Layouts, told apart by their content:

- the long CSV with the 95% interval of each estimate. Its `Year` is `2010` to `2013` for 2010/11 to 2013/14, and later
  `2015/16`; "NA" stands where the interval was not published;
- the figures that the partnership's 2025 report prints (table 13), which credits them to ONS: estimate and rate per
  1,000 adults.
"""

from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.reading.tables import cell, expect_england, find_table, frame, read_files, sheets, value_cell
from orchestration.releases.release import Release
from orchestration.validation.areas import areas_are_themselves
from orchestration.validation.before import Coverage
from orchestration.validation.coverage import every_period_between
from orchestration.validation.figures import (
    AMOUNT,
    COUNT,
    domains,
    is_understood,
    lies_between_its_limits,
    limits_are_not_negative,
    stands_once,
)

REPORT_LABELS = ("place", "area_type", "area", "period", "credited_to")
COLUMNS = (
    *("place", "region", "area_type", "area_code", "area", "period", "measure_label"),
    *("lower_limit", "upper_limit", "credited_to"),
)
HEADERS = (
    ("phe_centre",),
    ("local_authority",),
    ("area_code_gss",),
    ("alcohol_dependent",),
    ("alcohol_lower_ci",),
    ("alcohol_upper_ci",),
    ("year",),
)

CHECKS = (
    areas_are_themselves(),
    stands_once("area_type", "area_code", "area", "period", "measure_label"),
    is_understood("NA", limits=("lower_limit", "upper_limit")),
    domains({"estimate": COUNT, "rate_per_1000": AMOUNT}),
    lies_between_its_limits(),
    limits_are_not_negative(),
    every_period_between("period", "measure_label"),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    table = next((table for sheet in sheets(release, path) if (table := find_table(sheet, HEADERS))), None)
    if table is None:
        report = tidy_cells(release, path, REPORT_LABELS, ("estimate", "rate_per_1000"))
        return report.reindex(columns=[*COLUMNS, *CELL_COLUMNS]).astype(object).where(lambda cells: cells.notna(), None)
    sheet = table.sheet
    region, area, code, estimate, lower, upper, year = (table.column(*labels) for labels in HEADERS)
    rows = [
        (
            *(
                None,
                cell(cells, region),
                "Local_Authority",
                cell(cells, code),
                cell(cells, area),
                cell(cells, year),
                "estimate",
            ),
            *(value_cell(table, row, cells, lower), value_cell(table, row, cells, upper), None),
            *(value_cell(table, row, cells, estimate), sheet.file, sheet.name, table.address(row, estimate)),
        )
        for row, cells in table.body
    ]
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


alcohol_dependence_prevalence = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Estimates of alcohol dependent adults in England",
    licence="Open Government Licence v3.0",
    landing_page="https://www.gov.uk/government/publications/alcohol-dependence-prevalence-in-england",
    expected_every=None,
    periods=Periods("period", (FINANCIAL_YEAR,), plain_year_is_financial="region"),
    checks=CHECKS,
    coverage=Coverage(),
)
