"""data.police.uk: street-level crimes, one record each, by month and force.

Monthly CSVs of a force (`2023-05-west-midlands-street.csv`) or the archive zip as downloaded. Two layouts: the present
one, with crime identifier, coordinates, LSOA and last outcome; and that of before 2012, with eastings and northings and
no LSOA. Records that look alike are different crimes (anti-social behaviour has no identifier), so every line is kept.
Coordinates are those of a nearby map point. A record without LSOA has no known authority.
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
    "easting": "easting",
    "northing": "northing",
    "location": "location",
    "lsoa code": "lsoa_code",
    "lsoa name": "lsoa_name",
    "crime type": "crime_type",
    "last outcome category": "last_outcome",
    "context": "context",
}
PRESENT = [label for label in NAMES if label not in ("easting", "northing")]
BEFORE_2012 = ["month", "reported by", "falls within", "easting", "northing", "location", "crime type", "context"]


def read(release: Release, scratch: Path) -> list[Path]:
    return read_records(release, scratch, "street", (PRESENT, BEFORE_2012), NAMES, closed=("crime_type",))


street_crime = dataset(
    __name__,
    read,
    columns=(*NAMES.values(), *RECORD_COLUMNS),
    record_level=True,
    several_files=True,
    headers=[("reported by",), ("falls within",), ("location",), ("crime type",)],
    title="Street-level crime",
    licence="Open Government Licence v3.0",
    landing_page="https://data.police.uk/data/",
    expected_every="month",
    fetch=police_archive,
)
