"""ONS: deaths related to drug poisoning, by local authority and year of registration.

A death counts in the year it was registered, which an inquest can put years after it occurred. The edition of
2026-03-31 holds the figures that the partnership's 2025 report prints (tables 11 and 12).
"""

import pandas as pd

from orchestration.dataset import dataset
from orchestration.delimited import tidy_cells
from orchestration.releases import Release

LABELS = ("place", "area_type", "area", "registration_year", "credited_to")
VALUES = ("deaths",)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


drug_poisoning_deaths = dataset(
    __name__,
    read,
    columns=(*LABELS, "measure_label"),
    title="Deaths related to drug poisoning by local authority",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/birthsdeathsandmarriages/deaths/datasets/drugmisusedeathsbylocalauthority",
)
