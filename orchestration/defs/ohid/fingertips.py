"""OHID: indicators exported from Fingertips, each with its interval, count and denominator, by area, sex and age.

Any indicator's export, of both header generations (`Lower CI 95.0 limit`, once `Lower CI limit`). An empty value has a
value note that says why. Rows with a category type (deprivation deciles, ethnic groups) split England or an area and
bear the area's own code: they are kept apart from the area's figure.
"""

from pathlib import Path

import pandas as pd

from orchestration.dataset import CELL_COLUMNS, dataset
from orchestration.publishers import fingertips_indicators
from orchestration.releases import Release
from orchestration.tables import cell, expect_england, frame, only_table, read_files, sheets

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
    # Alcohol-specific mortality; deaths from drug misuse; opiate users who completed treatment.
    fetch=fingertips_indicators(91380, 92432, 90244),
)
