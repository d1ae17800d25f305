"""West Midlands Police: neighbourhood crimes flagged as drug-related, for the force and its local policing areas.

The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (the text on figure 2): counts
where it prints them, the change where it prints only that, and "[x]" for what it shows in the picture alone.
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
    is_understood("[x]"),
    domains({"Drug-related neighbourhood crimes": COUNT}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


drug_related_neighbourhood_crime = dataset(
    __name__,
    read,
    columns=LABELS,
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Recorded drug-related neighbourhood crime",
    licence="Published in the West Midlands Combatting Drugs and Alcohol Partnership progress report 2025",
    landing_page="https://www.westmidlands-pcc.gov.uk",
    expected_every="year",
    periods=Periods("period", (FINANCIAL_YEAR,)),
    checks=CHECKS,
)
