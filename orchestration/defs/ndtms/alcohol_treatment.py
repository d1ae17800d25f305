"""NDTMS: adults in treatment for alcohol, with estimated prevalence and met need, by local authority.

The figures of Sustainable Development Goal 3.5.1 as ONS republishes them. Columns and the way a year is written change
between releases (`2010 to 2011`, `2010/11`). Counties have no code, only a name; a row without authority is England's,
or that of a tenth of England by deprivation. For 2018/19 most authorities have two rows of people in treatment: the
count and the count rounded to 5. Neither replaces the other: they are two measures.
"""

from pathlib import Path

import pandas as pd

from orchestration.checks.areas import areas_are_themselves
from orchestration.checks.before import Coverage
from orchestration.checks.coverage import every_period_between
from orchestration.checks.figures import AMOUNT, COUNT, SHARE, domains
from orchestration.dataset import CELL_COLUMNS, dataset
from orchestration.periods import FINANCIAL_YEAR, Periods
from orchestration.releases import Release
from orchestration.tables import cell, expect_england, frame, only_table, read_files, sheets, value_cell

COLUMNS = ("area_type", "area_code", "area", "deprivation_decile", "unit", "period", "measure_label")
HEADERS = (
    ("year", "time period", "financial year"),
    ("series",),
    ("units", "unit measure", "unit"),
    ("local authority", "area", "area name"),
    ("geocode", "area code", "gss code"),
    ("value",),
)
DECILE = ("deprivation decile", "deprivation")


CHECKS = (
    areas_are_themselves(),
    domains({".*people in treatment": COUNT, ".*estimated prevalence": AMOUNT, ".*met need": SHARE}),
    every_period_between("period", "measure_label"),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    table = only_table(sheets(release, path), HEADERS, name)
    sheet = table.sheet
    year, series, unit, area, code, value = (table.column(*labels) for labels in HEADERS)
    decile = table.column(*DECILE) if table.has(*DECILE) else None
    rows = []
    for row, cells in table.body:
        authority = cell(cells, area).strip()
        part = cell(cells, decile).strip() if decile is not None else ""
        rows.append(
            (
                "Local Authority" if authority else "country",
                cell(cells, code).strip() or None,
                authority or "England",
                part or None,
                *(cell(cells, position).strip() for position in (unit, year, series)),
                *(value_cell(table, row, cells, value), sheet.file, sheet.name, table.address(row, value)),
            )
        )
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


alcohol_treatment = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Alcohol treatment: numbers, prevalence and met need (Sustainable Development Goal 3.5.1)",
    licence="Open Government Licence v3.0",
    landing_page="https://sdgdata.gov.uk/3-5-1/",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(),
)
