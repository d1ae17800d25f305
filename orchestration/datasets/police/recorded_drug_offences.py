"""The police force: recorded drug offences, for the force and its local policing areas.

An offence with no policing area counts for the force alone. The edition of 2026-03-31 holds the figures that the
partnership's 2025 report prints (tables 2, 3 and 4).
"""

from orchestration.datasets.partnership import own_licence, own_page
from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR
from orchestration.validation.figures import COUNT

recorded_drug_offences = tidy_dataset(
    __name__,
    labels=("place", "area_type", "area", "offence", "period", "credited_to"),
    values=("offences",),
    figures={"offences": COUNT},
    periods=(FINANCIAL_YEAR,),
    title="Recorded drug offences",
    licence=own_licence(),
    landing_page=own_page(),
    expected_every="year",
)
