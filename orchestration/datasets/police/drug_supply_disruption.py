"""West Midlands Police: county lines closed, disruptions, substances seized and referrals.

The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (intermediate outcome 1), for one
financial year.
"""

import pandas as pd

from orchestration.datasets.declaration import dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import AMOUNT, COUNT, domains, is_understood, stands_once

LABELS = ("place", "area_type", "area", "period", "measure_label", "unit", "credited_to")
VALUES = ("figure",)

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood(),
    domains(
        {"County lines closed|Major disruptions|Moderate disruptions|National Referral.*": COUNT, "Illegal.*": AMOUNT}
    ),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


drug_supply_disruption = dataset(
    __name__,
    read,
    columns=LABELS,
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Disruption of drug supply",
    licence="Published in the West Midlands Combatting Drugs and Alcohol Partnership progress report 2025",
    landing_page="https://www.westmidlands-pcc.gov.uk",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
