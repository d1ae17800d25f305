"""West Midlands Police: outcomes of recorded drug offences, for the force.

Counted in the year the outcome was given, whenever the offence was recorded, so that a year can have more outcomes
than offences. The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (tables 7 to 10).
Table 5 and 6 are sums of these and are computed.
"""

import pandas as pd

from orchestration.datasets.declaration import dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import COUNT, domains, is_understood, stands_once

LABELS = ("place", "area_type", "area", "offence", "outcome", "period", "credited_to")
VALUES = ("outcomes",)

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label", "offence", "outcome"),
    is_understood(),
    domains({"outcomes": COUNT}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


drug_offence_outcomes = dataset(
    __name__,
    read,
    columns=(*LABELS, "measure_label"),
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Outcomes of recorded drug offences",
    licence="Published in the West Midlands Combatting Drugs and Alcohol Partnership progress report 2025",
    landing_page="https://www.westmidlands-pcc.gov.uk",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
