"""The police force: county lines closed, disruptions, substances seized and referrals.

The edition of 2026-03-31 holds the figures that the partnership's 2025 report prints (intermediate outcome 1), for one
financial year.
"""

from orchestration.datasets.partnership import own_licence, own_page
from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR
from orchestration.validation.figures import AMOUNT, COUNT

drug_supply_disruption = tidy_dataset(
    __name__,
    labels=("place", "area_type", "area", "period", "measure_label", "unit", "credited_to"),
    figures={
        "County lines closed|Major disruptions|Moderate disruptions|National Referral.*": COUNT,
        "Illegal.*": AMOUNT,
    },
    periods=(FINANCIAL_YEAR,),
    title="Disruption of drug supply",
    licence=own_licence(),
    landing_page=own_page(),
    expected_every="year",
)
