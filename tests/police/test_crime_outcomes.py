"""police.crime_outcomes: outcomes by the month in which they were given."""

import duckdb
import pytest

from orchestration.datasets.police import crime_outcomes
from orchestration.support.refusal import Refusal

HEADER = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type\n"
FORCE = "West Midlands Police,West Midlands Police"
NAME = "2023-05-west-midlands-outcomes"


def outcome(kind: str) -> str:
    return f"abc,2023-05,{FORCE},,,No location,,,{kind}\n"


def test_a_crime_can_have_several_outcomes_each_a_record(release_of, tmp_path):
    release = release_of(crime_outcomes, **{f"{NAME}__csv": HEADER + outcome("Suspect charged") * 2})
    (part,) = crime_outcomes.read(release, tmp_path)
    rows = duckdb.read_parquet(str(part)).project("crime_id, outcome, source_line").fetchall()
    assert rows == [("abc", "Suspect charged", 2), ("abc", "Suspect charged", 3)]


def test_a_street_file_is_refused(release_of, tmp_path):
    release = release_of(crime_outcomes, **{"2023-05-west-midlands-street__csv": HEADER + outcome("Suspect charged")})
    with pytest.raises(Refusal, match="expected a name such as 2023-05-west-midlands-outcomes"):
        crime_outcomes.read(release, tmp_path)


def test_outcomes_are_counted_by_kind(home):
    home.put(
        "police.crime_outcomes",
        "2023-05-31",
        f"{NAME}.csv",
        HEADER + outcome("Suspect charged") + outcome("Under investigation"),
    )
    assert home.build("fct_observations").reasons == ()
    assert home.query(
        "select measure_id, period_id, value from marts.fct_observations "
        "where measure_id like 'street_crime_outcomes%' and area_code = 'E23000014' order by all"
    ) == [
        ("street_crime_outcomes_charged", "M2023-05", 1),
        ("street_crime_outcomes_given", "M2023-05", 2),
    ]


def test_the_published_excerpt_keeps_its_ten_records(published):
    assert published.query(
        "select value from marts.fct_observations where measure_id = 'street_crime_outcomes_given' "
        "and area_code = 'E23000014' and period_id = 'M2023-05'"
    ) == [(10,)]
