"""data.police.uk: stops and searches, one record each, by month and force.

Monthly CSVs of a force (`2023-05-west-midlands-stop-and-search.csv`) or the archive zip as downloaded. The file bears
the time of the search and no force: month and force are those of its name. Records have coordinates and no LSOA, so
they count for the force alone.
"""

from pathlib import Path

from orchestration.datasets.declaration import dataset
from orchestration.offers.publishers import police_archive
from orchestration.reading.records import RECORD_COLUMNS, read_records
from orchestration.releases.release import Release

NAMES = {
    "type": "search_type",
    "date": "searched_at",
    "part of a policing operation": "is_part_of_operation",
    "policing operation": "operation",
    "latitude": "latitude",
    "longitude": "longitude",
    "gender": "gender",
    "age range": "age",
    "self-defined ethnicity": "self_defined_ethnicity",
    "officer-defined ethnicity": "officer_defined_ethnicity",
    "legislation": "legislation",
    "object of search": "object_of_search",
    "outcome": "outcome",
    "outcome linked to object of search": "is_outcome_linked_to_object",
    "removal of more than just outer clothing": "is_more_than_outer_clothing_removed",
}


def read(release: Release, scratch: Path) -> list[Path]:
    return read_records(release, scratch, "stop-and-search", (list(NAMES),), NAMES, closed=("object_of_search",))


stop_and_search = dataset(
    __name__,
    read,
    columns=(*NAMES.values(), *RECORD_COLUMNS),
    record_level=True,
    several_files=True,
    headers=[("type",), ("date",), ("legislation",), ("object of search",)],
    title="Stop and search",
    licence="Open Government Licence v3.0",
    landing_page="https://data.police.uk/data/",
    expected_every="month",
    fetch=police_archive,
)
