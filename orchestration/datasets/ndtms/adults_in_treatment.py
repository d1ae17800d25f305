"""NDTMS: adults in structured drug and alcohol treatment, by local authority of residence.

Counts are rounded to 5 by NDTMS, and an adult treated in two authorities counts in both. The edition of 2026-03-31
holds the figures that the partnership's 2025 report prints (the text on figure 3): four counts, three that it only
calls "around 2,000", and each authority's change from the year before, whose counts it does not print ("[x]").
"""

import pandas as pd

from orchestration.datasets.declaration import dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import COUNT, domains, is_understood, stands_once

LABELS = ("place", "area_type", "area", "period", "measure_label", "credited_to")
VALUES = ("figure",)

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood("[x]", prefix="around "),
    domains({"Adults in treatment": COUNT}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


adults_in_treatment = dataset(
    __name__,
    read,
    columns=LABELS,
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Adults in drug and alcohol treatment",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ndtms.net/ViewIt/Adult",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
