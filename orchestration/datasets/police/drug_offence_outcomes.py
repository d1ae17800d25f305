"""The police force: outcomes of recorded drug offences, for the force.

Counted in the year the outcome was given, whenever the offence was recorded, so that a year can have more outcomes
than offences. The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (tables 7 to 10).
Table 5 and 6 are sums of these and are computed.
"""

from orchestration.datasets.partnership import own_licence, own_page
from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR
from orchestration.validation.figures import COUNT

drug_offence_outcomes = tidy_dataset(
    __name__,
    labels=("place", "area_type", "area", "offence", "outcome", "period", "credited_to"),
    values=("outcomes",),
    figures={"outcomes": COUNT},
    periods=(FINANCIAL_YEAR,),
    title="Outcomes of recorded drug offences",
    licence=own_licence(),
    landing_page=own_page(),
    expected_every="year",
)
