"""OHID: indicators exported from Fingertips, each with its interval, count and denominator, by area, sex and age.

Any indicator's export, of both header generations (`Lower CI 95.0 limit`, once `Lower CI limit`). An empty value has a
value note that says why. Rows with a category type (deprivation deciles, ethnic groups) split England or an area and
have the area's own code: they are kept apart from the area's figure.
"""

from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.offers.publishers import fingertips_indicators
from orchestration.reading.periods import (
    CALENDAR_YEAR,
    FINANCIAL_YEAR,
    MONTH,
    POOLED_FINANCIAL_YEARS,
    POOLED_YEARS,
    QUARTER,
    ROLLING_YEAR,
    Periods,
)
from orchestration.reading.tables import cell, expect_england, frame, only_table, read_files, sheets
from orchestration.releases.release import Release
from orchestration.validation.areas import areas_are_themselves
from orchestration.validation.before import Coverage
from orchestration.validation.figures import (
    AMOUNT,
    domains,
    goes_with,
    is_understood,
    lies_between_its_limits,
    one_of,
    rate_follows_from_its_count,
    stands_once,
)
from orchestration.validation.sums import parts_make_whole

COLUMNS = (
    *("indicator_id", "indicator_name", "area_type", "area_code", "area", "sex", "age", "category_type", "category"),
    *("period", "measure_label", "lower_limit", "upper_limit", "value_note"),
)
HEADERS = (
    ("indicator id",),
    ("indicator name",),
    ("area type",),
    ("area code",),
    ("area name",),
    ("sex",),
    ("age",),
    ("category type",),
    ("category",),
    ("time period",),
    ("lower ci 95.0 limit", "lower ci limit"),
    ("upper ci 95.0 limit", "upper ci limit"),
    ("value note",),
    ("value",),
    ("count",),
    ("denominator",),
)


GROUP = ("indicator_id", "area_type", "area_code", "sex", "age", "category_type", "category", "period")
WITHOUT_SEX = tuple(column for column in GROUP if column != "sex")

# The unit that an indicator's name states, the most particular first.
UNITS = {
    r"per 1,?000,?000|per million|/ ?1,?000,?000": 1e6,
    r"per 100,?000|/ ?100,?000": 1e5,
    r"per 10,?000|/ ?10,?000": 1e4,
    r"per 1,?000|/ ?1,?000": 1e3,
    r"%|per ?cent|proportion": 1e2,
}

AGES = (
    *(r"all ages", r"not applicable", r"\d+(\+| ?- ?\d+) ?(yrs?|years?|months?|weeks?|days?)?"),
    *(r"[<>] ?\d+ ?(yrs?|years?|months?|weeks?|days?)?", r"\d+ ?(yrs?|years?|months?|weeks?|days?)", r"school age.*"),
)

CHECKS = (
    areas_are_themselves(),
    stands_once(*GROUP, "measure_label"),
    is_understood("", limits=("lower_limit", "upper_limit")),
    domains({"count|denominator": AMOUNT}),
    goes_with("indicator_id", "indicator_name"),
    lies_between_its_limits(),
    one_of("sex", ("persons", "male", "female", "not applicable"), "sex", "Correct it, or report a new one."),
    one_of("age", AGES, "age band", "Correct it, or report a new way of writing ages so that the reader learns it."),
    rate_follows_from_its_count("indicator_name", GROUP, UNITS, within=3),
    *(
        parts_make_whole(
            "sex",
            ("persons",),
            (("male",), ("female",)),
            (*WITHOUT_SEX, "measure_label"),
            tolerance=0.01,
            measures=measure,
        )
        for measure in ("count", "denominator")
    ),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    table = only_table(sheets(release, path), HEADERS, name)
    sheet = table.sheet
    at = {labels[0]: table.column(*labels) for labels in HEADERS}
    labels = [at[first[0]] for first in HEADERS[:10]]
    limits = [at["lower ci 95.0 limit"], at["upper ci 95.0 limit"]]
    rows = []
    for row, cells in table.body:
        shared = tuple(cell(cells, position) or None for position in labels)
        note = cell(cells, at["value note"]) or None
        for quantity in ("value", "count", "denominator"):
            text = cell(cells, at[quantity])
            if not text and quantity != "value":
                continue
            between = (cell(cells, position) or None for position in limits) if quantity == "value" else (None, None)
            address = table.address(row, at[quantity])
            rows.append((*shared, quantity, *between, note, text, sheet.file, sheet.name, address))
    return expect_england(frame(rows, (*COLUMNS, *CELL_COLUMNS), name), name)


fingertips = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="Fingertips public health profiles",
    licence="Open Government Licence v3.0",
    landing_page="https://fingertips.phe.org.uk",
    expected_every="year",
    periods=Periods(
        "period",
        (
            *(FINANCIAL_YEAR, CALENDAR_YEAR, POOLED_YEARS, POOLED_FINANCIAL_YEARS),
            *(QUARTER, MONTH, ROLLING_YEAR),
        ),
    ),
    checks=CHECKS,
    coverage=Coverage(groups=("measure_label", "sex", "age"), within=("indicator_id",)),
    # Alcohol-specific mortality; deaths from drug misuse; opiate users who completed treatment.
    fetch=fingertips_indicators(91380, 92432, 90244),
)
