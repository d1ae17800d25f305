"""The police force: recorded crimes flagged as drug-related, for the force and its local policing areas.

The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (the text on figure 1): counts
where it prints them, the change where it prints only that, and "[x]" for what it shows in the picture alone.
"""

from orchestration.datasets.partnership import own_licence, own_page
from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR
from orchestration.validation.figures import COUNT

drug_related_crime = tidy_dataset(
    __name__,
    figures={"Drug-related crimes": COUNT},
    periods=(FINANCIAL_YEAR,),
    symbols=("[x]",),
    title="Recorded drug-related crime",
    licence=own_licence(),
    landing_page=own_page(),
    expected_every="year",
)
