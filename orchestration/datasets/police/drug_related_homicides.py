"""West Midlands Police: recorded homicides that were linked to drugs, their number and their share.

The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints: the share and its change in
percentage points, without the counts behind them. A release with the counts labels them "Homicides linked to drugs" and
"Homicides".
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
    is_understood(),
    domains({"Share of homicides linked to drugs": SHARE}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


drug_related_homicides = dataset(
    __name__,
    read,
    columns=LABELS,
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Drug-related homicides",
    licence="Published in the West Midlands Combatting Drugs and Alcohol Partnership progress report 2025",
    landing_page="https://www.westmidlands-pcc.gov.uk",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
