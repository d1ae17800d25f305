"""OHID: hospital admissions of young people for alcohol-specific conditions and substance misuse.

Rates per 100,000. The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (section 3);
it states neither their period nor, for alcohol, the age band.
"""

import pandas as pd

from orchestration.datasets.declaration import dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, UNSTATED, Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import AMOUNT, domains, is_understood, stands_once

LABELS = ("place", "area_type", "area", "period", "measure_label", "credited_to")
VALUES = ("rate_per_100000",)

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood(),
    domains({".*": AMOUNT}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


hospital_admissions = dataset(
    __name__,
    read,
    columns=LABELS,
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Hospital admissions of young people for alcohol and substance misuse",
    licence="Open Government Licence v3.0",
    landing_page="https://fingertips.phe.org.uk/profile/child-health-profiles",
    expected_every="year",
    periods=Periods("period", (UNSTATED, FINANCIAL_YEAR)),
    checks=CHECKS,
)
