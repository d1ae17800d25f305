"""NDTMS: the ViewIt export "all indicators", adults in treatment by authority, substance group, sex and age.

A row for each year, area, sex, age group and substance group, and some 240 columns of counts. Read are adults in
treatment, new presentations and the reasons of treatment exits; the others (ethnicity, housing, interventions …) are
in the file alone. NDTMS rounds counts to 5. The export for England has fewer columns, which end in `_Data`, no new
presentations, and counts that are not rounded. "NULL" is a count not collected; some years have totals in capitals.
"""

import re
from pathlib import Path

import pandas as pd

from orchestration.datasets.declaration import CELL_COLUMNS, dataset
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.reading.tables import cell, frame, key, only_table, read_files, sheets, value_cell
from orchestration.releases.release import Release
from orchestration.validation.before import Coverage
from orchestration.validation.coverage import every_period_between
from orchestration.validation.figures import (
    COUNT,
    domains,
    every_combination,
    is_rounded_to,
    is_understood,
    stands_once,
)
from orchestration.validation.sums import parts_make_whole

COLUMNS = ("area_type", "area_code", "area", "sex", "age", "substance", "period", "measure_label")
HEADERS = (
    ("reportingperiod", "reporting period", "reportingperiod_data"),
    ("area", "area_data"),
    ("sex", "gender_data"),
    ("age_group", "age group", "agegroup_data"),
    ("drug_group", "drug group", "substance_group", "druggroup_data"),
    ("intreatment_allintx", "num_intreatment_allintx"),
)
COUNTS = re.compile(r"(num_)?intreatment_allintx|newpresentation_newtx|exits_[a-z]+_allintx")


# NDTMS rounds each count to 5, so each may be 2.5 away from what it was.
ROUNDING = 2.5
GROUP = ("area", "sex", "age", "substance", "period", "measure_label")
SPLITS = {
    "sex": (("f", "female", "females"), ("m", "male", "males")),
    "age": (("18-29",), ("30-49",), ("50+",)),
    "substance": (
        ("opiate", "opiates"),
        ("non-opiate only", "non-opiates only", "non-opiate"),
        ("alcohol only", "alcohol"),
        ("non-opiate & alcohol", "non-opiate and alcohol", "non-opiates and alcohol", "alcohol & non-opiates"),
    ),
}
CHECKS = (
    stands_once(*GROUP),
    is_understood("NULL"),
    domains({".*": COUNT}),
    # The file of all England is not rounded.
    is_rounded_to(5, but_for=("England",)),
    every_combination(("sex", "age", "substance", "measure_label"), within=("area", "period"), groups_of="ndtms"),
    every_period_between("period", "measure_label"),
    *(
        parts_make_whole(
            split,
            ("total", "persons", "18+", "all"),
            parts,
            [name for name in GROUP if name != split],
            tolerance=ROUNDING,
        )
        for split, parts in SPLITS.items()
    ),
)


def read(release: Release) -> pd.DataFrame:
    return read_files(release, _read)


def _read(release: Release, path: Path) -> pd.DataFrame:
    name = release.name_of(path)
    table = only_table(sheets(release, path), HEADERS, name)
    sheet = table.sheet
    period, area, sex, age, substance = (table.column(*labels) for labels in HEADERS[:5])
    counts = [(position, key(label)) for position, label in enumerate(table.labels) if COUNTS.fullmatch(key(label))]
    for _, label in counts:
        table.column(label)
    rows = []
    for row, cells in table.body:
        shared = ("Area", None, *(cell(cells, position).strip() for position in (area, sex, age, substance, period)))
        for position, label in counts:
            text = value_cell(table, row, cells, position)
            rows.append((*shared, label, text, sheet.file, sheet.name, table.address(row, position)))
    return frame(rows, (*COLUMNS, *CELL_COLUMNS), name)


viewit = dataset(
    __name__,
    read,
    columns=COLUMNS,
    headers=HEADERS,
    title="NDTMS ViewIt: adults in drug and alcohol treatment",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ndtms.net/ViewIt/Adult",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
    coverage=Coverage(groups=("measure_label", "sex", "age", "substance"), areas=("area",), within=("area",)),
)
