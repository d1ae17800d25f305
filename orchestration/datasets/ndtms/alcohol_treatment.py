"""NDTMS: adults in treatment for alcohol, with estimated prevalence and met need, by local authority.

The figures of Sustainable Development Goal 3.5.1 as ONS republishes them. Columns and the way a year is written change
between releases (`2010 to 2011`, `2010/11`). Counties have no code, only a name; a row without authority is England's,
or that of a tenth of England by deprivation. For 2018/19 most authorities have two rows of people in treatment: the
count and the count rounded to 5. Neither replaces the other: they are two measures.
"""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.reading.tables import cell, expect_england, frame, only_table, read_files, sheets, value_cell
from orchestration.releases.release import Release
from orchestration.validation.areas import areas_are_themselves
from orchestration.validation.before import Coverage
from orchestration.validation.cells import Cells, Check, Problem, joined, number_text
from orchestration.validation.coverage import every_period_between
from orchestration.validation.figures import AMOUNT, COUNT, SHARE, domains, goes_with, is_understood, stands_once

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


# People are printed rounded to 5 where the share is taken of the count before rounding.
TOLERANCE = 0.02


def met_need_follows() -> Check:
    """Met need is people in treatment out of the estimated prevalence, in percent, where all three are printed."""

    def check(cells: Cells) -> Iterator[Problem]:
        labels = cells.frame["measure_label"].str.lower()
        keys = ["area_code", "area", "deprivation_decile", "period"]
        key = joined(cells.frame[keys].fillna(""))
        of = {
            name: cells.number[labels.str.endswith(name)].groupby(key).agg(list)
            for name in ("people in treatment", "estimated prevalence")
        }
        for row in cells.frame.index[labels.str.endswith("met need") & cells.number.notna()]:
            people, prevalence = (series.get(key.iat[row], []) for series in of.values())
            if any(pd.isna(one) for one in (*people, *prevalence)):
                continue
            shares = [one / other * 100 for one in people for other in prevalence if other]
            printed = cells.number.iat[row]
            if shares and not any(abs(share - printed) <= TOLERANCE * printed for share in shares):
                yield Problem(
                    "met need follows from its counts",
                    cells.place(int(row)),
                    f"{cells.frame['value'].iat[row]} for {cells.named(int(row), ('area', 'period', 'measure_label'))}",
                    f"{shares[0]:.4g}, {number_text(people[0])} in treatment out of {number_text(prevalence[0])}",
                    "Compare the three figures with the publisher's page, and download the file again.",
                )

    return check


CHECKS = (
    areas_are_themselves(),
    is_understood(),
    # A row stands once; two rows with the same labels and other figures are a count and its revision.
    stands_once("area_type", "area_code", "area", "deprivation_decile", "unit", "period", "measure_label", "value"),
    goes_with("measure_label", "unit"),
    met_need_follows(),
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
