"""West Midlands Police: recorded drug offences, for the force and its local policing areas.

An offence with no policing area counts for the force alone. The edition of 2026-03-31 holds the figures that the
partnership's 2025 report prints (tables 2, 3 and 4).
"""

import pandas as pd

from orchestration.datasets.declaration import dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import FINANCIAL_YEAR, Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import COUNT, domains, is_understood, stands_once

LABELS = ("place", "area_type", "area", "offence", "period", "credited_to")
VALUES = ("offences",)

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label", "offence"),
    is_understood(),
    domains({"offences": COUNT}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


recorded_drug_offences = dataset(
    __name__,
    read,
    columns=(*LABELS, "measure_label"),
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Recorded drug offences",
    licence="Published in the West Midlands Combatting Drugs and Alcohol Partnership progress report 2025",
    landing_page="https://www.westmidlands-pcc.gov.uk",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
