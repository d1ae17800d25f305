"""NDTMS: share of people in treatment who make substantial progress, by local authority.

Progress is completing treatment, or staying in it free of, or with much reduced, substance use. The edition of
2026-03-31 holds the figures that the partnership's 2025 report prints (the text on figure 4); "[x]" stands where it
only names a direction.
"""

import pandas as pd

from orchestration.datasets.declaration import dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import SHARE, domains, is_understood, stands_once

LABELS = ("place", "area_type", "area", "period", "measure_label", "credited_to")
VALUES = ("figure",)

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood("[x]"),
    domains({"Treatment progress": SHARE}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


treatment_progress = dataset(
    __name__,
    read,
    columns=LABELS,
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Treatment progress",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ndtms.net/Monthly/TreatmentProgress",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
