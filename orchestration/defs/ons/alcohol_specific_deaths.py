"""ONS: alcohol-specific deaths, by area and year of registration.

Only conditions that alcohol alone causes count, such as alcoholic liver disease. The edition of 2026-03-31 holds the
figures that the partnership's 2025 report prints (tables 14 and 15); Wolverhampton has no row there, its figures stand
in the sentence on table 15.
"""

import pandas as pd

from orchestration.dataset import dataset
from orchestration.delimited import tidy_cells
from orchestration.releases import Release

LABELS = ("place", "area_type", "area", "registration_year", "credited_to")
VALUES = ("deaths",)


def read(release: Release) -> pd.DataFrame:
    return pd.concat(tidy_cells(release, path, LABELS, VALUES) for path in release.files)


alcohol_specific_deaths = dataset(
    __name__,
    read,
    columns=(*LABELS, "measure_label"),
    title="Alcohol-specific deaths registered in the UK",
    licence="Open Government Licence v3.0",
    landing_page="https://www.ons.gov.uk/peoplepopulationandcommunity/birthsdeathsandmarriages/deaths/datasets/alcoholspecificdeathsintheukmaindataset",
)
