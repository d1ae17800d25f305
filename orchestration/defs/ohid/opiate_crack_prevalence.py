"""OHID: estimates of people who use opiates, crack cocaine or both, by local authority.

A model's estimate for a financial year, with its rate per 1,000 adults aged 15 to 64. The edition of 2026-03-31 holds
the figures that the partnership's 2025 report prints (table 1), which credits them to ONS.
"""

import pandas as pd

from orchestration.checks.figures import AMOUNT, COUNT, domains, is_understood, stands_once
from orchestration.dataset import dataset
from orchestration.delimited import tidy_cells
from orchestration.periods import FINANCIAL_YEAR, Periods
from orchestration.releases import Release

LABELS = ("place", "area_type", "area", "period", "credited_to")
VALUES = ("estimate", "rate_per_1000")

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood(),
    domains({"estimate": COUNT, "rate_per_1000": AMOUNT}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


opiate_crack_prevalence = dataset(
    __name__,
    read,
    columns=(*LABELS, "measure_label"),
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Opiate and crack cocaine use: prevalence estimates",
    licence="Open Government Licence v3.0",
    landing_page="https://www.gov.uk/government/publications/opiate-and-crack-cocaine-use-prevalence-estimates",
    expected_every=None,
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
