"""The police force: recorded homicides that were linked to drugs, their number and their share.

The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints: the share and its change in
percentage points, without the counts behind them. A release with the counts labels them "Homicides linked to drugs" and
"Homicides".
"""

from orchestration.datasets.partnership import own_licence, own_page
from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR
from orchestration.validation.figures import SHARE

drug_related_homicides = tidy_dataset(
    __name__,
    figures={"Share of homicides linked to drugs": SHARE},
    periods=(FINANCIAL_YEAR,),
    title="Drug-related homicides",
    licence=own_licence(),
    landing_page=own_page(),
    expected_every="year",
)
