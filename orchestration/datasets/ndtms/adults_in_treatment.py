"""NDTMS: adults in structured drug and alcohol treatment, by local authority of residence.

Counts are rounded to 5 by NDTMS, and an adult treated in two authorities counts in both. The edition of 2026-03-31
holds the figures that the partnership's 2025 report prints (the text on figure 3): four counts, three that it only
calls "around 2,000", and each authority's change from the year before, whose counts it does not print ("[x]").
"""

from orchestration.datasets.tidy import tidy_dataset
from orchestration.reading.periods import FINANCIAL_YEAR
from orchestration.validation.figures import COUNT

adults_in_treatment = tidy_dataset(
    __name__,
    figures={"Adults in treatment": COUNT},
    periods=(FINANCIAL_YEAR,),
    symbols=("[x]",),
    prefix="around ",
    title="Adults in drug and alcohol treatment",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ndtms.net/ViewIt/Adult",
    expected_every="year",
)
