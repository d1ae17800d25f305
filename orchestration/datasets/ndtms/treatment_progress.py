"""NDTMS: share of people in treatment who make substantial progress, by local authority.

Progress is completing treatment, or staying in it free of, or with much reduced, substance use. The edition of
2026-03-31 holds the figures that the partnership's 2025 report prints (the text on figure 4); "[x]" stands where it
only names a direction.
"""

from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR
from orchestration.validation.figures import SHARE

treatment_progress = tidy_dataset(
    __name__,
    figures={"Treatment progress": SHARE},
    periods=(FINANCIAL_YEAR,),
    symbols=("[x]",),
    title="Treatment progress",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ndtms.net/Monthly/TreatmentProgress",
    expected_every="year",
)
