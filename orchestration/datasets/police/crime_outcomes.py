"""data.police.uk: outcomes of crimes, one record each, by the month in which the outcome was given, and force.

Monthly CSVs of a force (`2023-05-west-midlands-outcomes.csv`) or the archive zip as downloaded. A crime can have
several outcomes over time, each a record. A record without LSOA has no known authority.
"""

from pathlib import Path

from orchestration.datasets.declaration import dataset
from orchestration.offers.publishers import police_archive
from orchestration.reading.records import RECORD_COLUMNS, read_records
from orchestration.releases.release import Release

NAMES = {
    "crime id": "crime_id",
    "month": "month",
    "reported by": "reported_by",
    "falls within": "falls_within",
    "longitude": "longitude",
    "latitude": "latitude",
    "location": "location",
    "lsoa code": "lsoa_code",
    "lsoa name": "lsoa_name",
    "outcome type": "outcome",
}


def read(release: Release, scratch: Path) -> list[Path]:
    return read_records(release, scratch, "outcomes", (list(NAMES),), NAMES, closed=("outcome",))


crime_outcomes = dataset(
    __name__,
    read,
    columns=(*NAMES.values(), *RECORD_COLUMNS),
    record_level=True,
    several_files=True,
    headers=[("reported by",), ("falls within",), ("location",), ("outcome type",)],
    title="Outcomes of street-level crime",
    licence="Open Government Licence v3.0",
    landing_page="https://data.police.uk/data/",
    expected_every="month",
    fetch=police_archive,
)
