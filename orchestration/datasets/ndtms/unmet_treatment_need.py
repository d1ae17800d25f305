"""NDTMS: share of people who use opiates or crack cocaine and are not in treatment.

The edition of 2026-03-31 holds the two figures that the partnership's 2025 report prints (section 3, Sandwell).
"""

import pandas as pd

from orchestration.datasets.declaration import dataset
from orchestration.reading.delimited import tidy_cells
from orchestration.reading.periods import CALENDAR_YEAR, Periods
from orchestration.releases.release import Release
from orchestration.validation.figures import SHARE, domains, is_understood, stands_once

LABELS = ("place", "area_type", "area", "period", "credited_to")
VALUES = ("percent_not_in_treatment",)

CHECKS = (
    stands_once("area_type", "area", "period", "measure_label"),
    is_understood(),
    domains({"percent_not_in_treatment": SHARE}),
)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


unmet_treatment_need = dataset(
    __name__,
    read,
    columns=(*LABELS, "measure_label"),
    headers=[(label,) for label in (*LABELS, *VALUES)],
    title="Unmet treatment need",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ndtms.net/Monthly/UnmetTreatmentNeed",
    expected_every="year",
    periods=Periods("period", (CALENDAR_YEAR,)),
    checks=CHECKS,
)
