"""NDTMS: share of people who use opiates or crack cocaine and are not in treatment.

The edition of 2026-03-31 holds the two figures that the partnership's 2025 report prints (section 3, Sandwell).
"""

from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import CALENDAR_YEAR
from orchestration.validation.figures import SHARE

unmet_treatment_need = tidy_dataset(
    __name__,
    labels=("place", "area_type", "area", "period", "credited_to"),
    values=("percent_not_in_treatment",),
    figures={"percent_not_in_treatment": SHARE},
    periods=(CALENDAR_YEAR,),
    title="Unmet treatment need",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ndtms.net/Monthly/UnmetTreatmentNeed",
    expected_every="year",
)
