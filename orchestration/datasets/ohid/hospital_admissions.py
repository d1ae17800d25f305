"""OHID: hospital admissions of young people for alcohol-specific conditions and substance misuse.

Rates per 100,000. The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (section 3);
it states neither their period nor, for alcohol, the age band.
"""

from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR, UNSTATED
from orchestration.validation.figures import AMOUNT

hospital_admissions = tidy_dataset(
    __name__,
    values=("rate_per_100000",),
    figures={".*": AMOUNT},
    periods=(UNSTATED, FINANCIAL_YEAR),
    title="Hospital admissions of young people for alcohol and substance misuse",
    licence="Open Government Licence v3.0",
    landing_page="https://fingertips.phe.org.uk/profile/child-health-profiles",
    expected_every="year",
)
