"""police.street_crime: layouts, archives and lines on small files; counts and measures; the published files."""

import hashlib
import io
import resource
import tempfile
import zipfile
from pathlib import Path

import duckdb
import pytest

import orchestration.reading.records
from orchestration.datasets.police import street_crime
from orchestration.reading.records import CHUNK
from orchestration.support.refusal import Refusal, system_errors_as_refusals

PRESENT = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)
BEFORE_2012 = "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context\n"
FORCE = "West Midlands Police,West Midlands Police"
LOOKUP = "LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\nE01009417,Birmingham 001A,E08000025,Birmingham\n"


def crime(lsoa: str = "E01009417", kind: str = "Drugs", month: str = "2023-05", outcome: str = "") -> str:
    return f",{month},{FORCE},-1.8,52.5,On or near a road,{lsoa},,{kind},{outcome},\n"


def before_2012(kind: str = "Robbery") -> str:
    return f"2011-02,{FORCE},408811.0,284398.0,On or near a road,{kind},\n"


@pytest.fixture
def records(release_of, tmp_path: Path):
    """The records of a release's files, as rows of type, month, LSOA, file month, file force, file name and line."""

    def read(**files):
        scratch = Path(tempfile.mkdtemp(dir=tmp_path))
        parts = street_crime.read(release_of(street_crime, **files), scratch)
        rows = (
            duckdb.read_parquet([str(part) for part in parts])
            .project("crime_type, month, lsoa_code, file_month, file_force, source_file, source_line")
            .fetchall()
        )
        return [(*row[:5], row[5].removeprefix("raw/police/street_crime/2026-03-31/"), row[6]) for row in rows]

    return read


def archive(**members: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in members.items():
            packed.writestr(name.replace("__", "."), text)
    return stream.getvalue()


NAME = "2023-05-west-midlands-street"


def test_every_line_is_kept_with_its_file_and_number_also_where_lines_look_alike(records):
    files = {f"{NAME}__csv": "﻿" + PRESENT + crime() * 3 + crime("", "Robbery").rstrip("\n")}
    alike = ("Drugs", "2023-05", "E01009417", "2023-05", "west-midlands", f"{NAME}.csv")
    assert sorted(records(**files), key=lambda row: row[-1]) == [
        *[(*alike, line) for line in (2, 3, 4)],
        ("Robbery", "2023-05", None, "2023-05", "west-midlands", f"{NAME}.csv", 5),
    ]


def test_both_layouts_lie_in_one_release(records):
    files = {f"{NAME}__csv": PRESENT + crime(), "2011-02-west-midlands-street__csv": BEFORE_2012 + before_2012() * 2}
    assert sorted(row[0] for row in records(**files)) == ["Drugs", "Robbery", "Robbery"]


def test_an_archive_is_read_as_downloaded_and_its_other_kinds_are_left_to_their_datasets(records):
    packed = archive(
        **{
            f"2023-05/{NAME}__csv": PRESENT + crime(),
            "2023-04/2023-04-west-midlands-street__csv": PRESENT + crime(month="2023-04"),
            "2023-05/2023-05-west-midlands-outcomes__csv": "anything",
            "README__txt": "words",
        }
    )
    assert sorted(row[3:] for row in records(archive__zip=packed)) == [
        ("2023-04", "west-midlands", "archive.zip/2023-04/2023-04-west-midlands-street.csv", 2),
        ("2023-05", "west-midlands", "archive.zip/2023-05/2023-05-west-midlands-street.csv", 2),
    ]


def test_windows_line_ends_and_commas_in_quotes_are_read(records):
    text = (PRESENT + crime().replace("On or near a road", '"A road, near a shop"')).replace("\n", "\r\n")
    ((kind, *_, line),) = records(**{f"{NAME}__csv": text})
    assert (kind, line) == ("Drugs", 2)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"crimes__csv": PRESENT + crime()}, "found the file name 'crimes.csv'; expected a name such as 2023-05-"),
        ({f"{NAME}__csv": PRESENT + crime() + "x,y\n"}, "street.csv, line 3: found 2 cells; expected 12"),
        ({f"{NAME}__csv": PRESENT}, "found no records; expected at least one"),
        ({f"{NAME}__csv": ""}, "found an empty file"),
        (
            {f"{NAME}__csv": PRESENT.replace("Crime type", "Offence") + crime()},
            "line 1: found the columns Crime ID, Month, Reported by, Falls within, Longitude, Latitude, Location, LSOA code, "
            "LSOA name, Offence, Last outcome category, Context (no 'crime type'; also 'offence')",
        ),
        ({f"{NAME}__csv": PRESENT + crime() + "\n" + crime()}, "found lines that are not its records"),
        (
            {f"{NAME}__csv": PRESENT + crime().replace("a road", '"a\nroad"').replace("On or near ", "")},
            "found lines that are not its records; expected one record a line",
        ),
        (
            {f"{NAME}__csv": PRESENT + crime(), "archive__zip": archive(**{f"{NAME}__csv": PRESENT + crime()})},
            "records of west-midlands of 2023-05 once more",
        ),
        (
            {"archive__zip": archive(**{"notes__csv": "a,b\n"})},
            "member notes.csv: found a CSV whose name tells no month",
        ),
    ],
    ids=["name", "ragged", "header only", "empty", "columns", "blank line", "line break", "twice", "member"],
)
def test_a_file_whose_lines_are_not_its_records_is_refused(records, files, message):
    with pytest.raises(Refusal) as refused:
        records(**files)
    assert message in str(refused.value)


def test_a_character_cut_off_between_two_parts_of_a_large_file_is_refused(records):
    head = PRESENT.encode()
    filler = crime().encode() * (CHUNK // len(crime()))
    cut = (head + filler)[: CHUNK - 1]
    with pytest.raises(Refusal, match="0xc3, which is not UTF-8"):
        records(**{f"{NAME}__csv": cut + b"\xc3" + crime().encode()})


def test_records_lie_in_the_order_of_their_months_whatever_the_order_in_the_archive(records):
    packed = archive(
        **{
            f"2023-{month}/2023-{month}-west-midlands-street__csv": PRESENT + crime(month=f"2023-{month}") * 2
            for month in ("06", "04", "05")
        }
    )
    assert [row[1] for row in records(archive__zip=packed)] == [
        f"2023-{month}" for month in ("04", "04", "05", "05", "06", "06")
    ]


def test_a_release_larger_than_a_batch_lies_in_several_files_that_together_hold_every_line(
    release_of, tmp_path, monkeypatch
):
    monkeypatch.setattr(orchestration.reading.records, "BATCH", 2_000)
    months = [f"2023-{month:02d}" for month in range(1, 13)]
    packed = archive(**{f"{month}-west-midlands-street__csv": PRESENT + crime(month=month) * 9 for month in months})
    release = release_of(street_crime, archive__zip=packed)
    parts = street_crime.read(release, tmp_path)
    assert [part.name for part in parts] == [f"rows-{number:03}.parquet" for number in range(len(parts))]
    assert len(parts) > 3
    assert {path for path in tmp_path.iterdir() if path.suffix != ".parquet" and "batch" in path.name} == set()
    rows = duckdb.read_parquet([str(part) for part in parts]).project("month, source_line, release_id").fetchall()
    assert rows == [(month, line, "police.street_crime@2026-03-31") for month in months for line in range(2, 11)]


def test_of_several_broken_files_the_first_is_named_and_nothing_is_left_running(release_of, tmp_path, monkeypatch):
    monkeypatch.setattr(orchestration.reading.records, "BATCH", 100)
    months = [f"2023-{month:02d}" for month in range(1, 10)]
    texts = {month: PRESENT + crime(month=month) for month in months}
    texts["2023-03"] = texts["2023-07"] = PRESENT + "ragged\n"
    packed = archive(**{f"{month}-west-midlands-street__csv": text for month, text in texts.items()})
    with pytest.raises(Refusal, match=r"2023-03-west-midlands-street.csv, line 2: found 1 cells; expected 12"):
        street_crime.read(release_of(street_crime, archive__zip=packed), tmp_path)


def test_a_member_whose_bytes_were_damaged_is_refused(records):
    packed = bytearray(archive(**{f"{NAME}__csv": PRESENT + crime() * 500}))
    packed[200:260] = bytes(60)
    with pytest.raises(Refusal, match=r"2023-05-west-midlands-street.csv: found a broken member .* Download it again"):
        records(archive__zip=bytes(packed))


def test_where_there_is_no_room_to_land_it_is_the_disk_that_is_blamed_and_not_the_file(release_of, tmp_path):
    lines = (f"{hashlib.sha256(bytes([n % 256, n // 256])).hexdigest()}{crime()}" for n in range(40_000))
    release = release_of(street_crime, **{f"{NAME}__csv": PRESENT + "".join(lines)})
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        message = r"rows-000.parquet: found .*; expected to be able to read and write there"
        with pytest.raises(Refusal, match=message), system_errors_as_refusals():
            street_crime.read(release, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_records_count_for_the_authority_of_their_lsoa_or_the_unallocated_area(home):
    home.put("ons.area_lookups", "2022-12-31", "lookup.csv", LOOKUP)
    text = PRESENT + crime(outcome="Local resolution") + crime() * 2 + crime("", "Robbery")
    home.put("police.street_crime", "2023-05-31", f"{NAME}.csv", text)
    assert home.build("fct_observations", "fct_recorded_crimes").reasons == ()
    assert home.query(
        "select area_code, month::varchar, crime_type, outcome_category, records from marts.fct_recorded_crimes order by all"
    ) == [
        ("E08000025", "2023-05-01", "Drugs", "Local resolution", 1),
        ("E08000025", "2023-05-01", "Drugs", "not stated", 2),
        ("E23000014-UNALLOCATED", "2023-05-01", "Robbery", "not stated", 1),
    ]
    assert home.query(
        "select measure_id, area_code, value, source_cell from marts.fct_observations "
        "where measure_id in ('street_crimes_recorded', 'street_drug_crimes_recorded') order by all"
    ) == [
        ("street_crimes_recorded", "E08000025", 3, "3 lines"),
        *[("street_crimes_recorded", f"E080000{number}", 0, "0 lines") for number in range(26, 32)],
        ("street_crimes_recorded", "E23000014", 4, "4 lines"),
        ("street_crimes_recorded", "E23000014-UNALLOCATED", 1, "1 lines"),
        ("street_drug_crimes_recorded", "E08000025", 3, "3 lines"),
        *[("street_drug_crimes_recorded", f"E080000{number}", 0, "0 lines") for number in range(26, 32)],
        ("street_drug_crimes_recorded", "E23000014", 3, "3 lines"),
        ("street_drug_crimes_recorded", "E23000014-UNALLOCATED", 0, "0 lines"),
    ]
    assert home.query("select table_name from duckdb_tables() where schema_name = 'raw_police' order by 1") == [
        *[(name,) for name in ("drug_offence_outcomes", "drug_related_crime", "drug_related_homicides")],
        *[(name,) for name in ("drug_related_neighbourhood_crime", "drug_supply_disruption", "recorded_drug_offences")],
    ]


def test_only_a_new_release_is_counted_until_the_lookups_of_areas_are_others(home):
    def counts() -> dict[str, int]:
        query = "select release_id, sum(records) from staging.stg_police__street_crime group by release_id"
        return {release_id[-10:]: int(records) for release_id, records in home.query(query)}

    home.put("ons.area_lookups", "2022-12-31", "lookup.csv", LOOKUP)
    home.put("police.street_crime", "2023-05-31", f"{NAME}.csv", PRESENT + crime() * 2)
    home.put("police.street_crime", "2023-06-30", "2023-06-west-midlands-street.csv", PRESENT + crime(month="2023-06"))
    assert home.build("fct_recorded_crimes").reasons == ()
    assert counts() == {"2023-05-31": 2, "2023-06-30": 1}
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update staging.stg_police__street_crime set records = records + 100")
    home.put("police.street_crime", "2023-07-31", "2023-07-west-midlands-street.csv", PRESENT + crime(month="2023-07"))
    left_out = home.path / "raw" / "police" / "street_crime" / "2023-06-30"
    left_out.rename(left_out.with_name(".2023-06-30"))
    assert home.build("fct_recorded_crimes").reasons == ()
    assert counts() == {"2023-05-31": 102, "2023-07-31": 1}
    home.put("ons.area_lookups", "2023-12-31", "lookup.csv", LOOKUP.replace("LAD22", "LAD23"))
    assert home.build("fct_recorded_crimes").reasons == ()
    assert counts() == {"2023-05-31": 2, "2023-07-31": 1}


def test_a_year_counts_only_when_all_its_months_are_there_and_a_newer_release_of_a_month_replaces_it(home):
    months = [f"2023-{month:02d}" for month in range(1, 13)] + ["2024-01"]
    for month in months:
        day, name = f"{month}-28", f"{month}-west-midlands-street.csv"
        home.put("police.street_crime", day, name, PRESENT + crime("", month=month))
    home.put(
        "police.street_crime",
        "2024-06-30",
        "2023-12-west-midlands-street.csv",
        PRESENT + crime("", month="2023-12") * 5,
    )
    assert home.build("fct_measures", "fct_recorded_crimes").reasons == ()
    assert home.query(
        "select period_id, value from marts.fct_measures where measure_id = 'street_crimes_recorded' "
        "and area_code = 'E23000014' and period_id not like 'M2023-0%' order by all"
    ) == [("CY2023", 16), ("M2023-10", 1), ("M2023-11", 1), ("M2023-12", 5), ("M2024-01", 1)]
    assert home.query("select sum(records) from marts.fct_recorded_crimes") == [(17,)]


def test_an_unknown_lsoa_or_force_is_refused_with_file_and_line(home):
    home.put("police.street_crime", "2023-05-31", f"{NAME}.csv", PRESENT + crime("", "Robbery") + crime("E01099999"))
    home.put("police.street_crime", "2023-06-30", "2023-06-mordor-street.csv", PRESENT + crime("", month="2023-06"))
    said = "\n".join(home.build("fct_observations").reasons)
    assert f"2023-05-31/{NAME}.csv, line 3, column LSOA code: found 'E01099999'; expected an LSOA code" in said
    assert "Add the lookups of LSOAs of 2011 and of 2021 to ons.area_lookups." in said
    assert "2023-06-mordor-street.csv, line 2, column of the file name: found 'mordor'; expected a force" in said


def test_the_published_month_before_2012_keeps_all_records(published):
    assert published.query(
        "select sum(records), sum(records) filter (crime_type = 'Anti-social behaviour'), "
        "sum(records) filter (crime_type = 'Robbery'), list(distinct area_code) "
        "from marts.fct_recorded_crimes where month = '2011-02-01'"
    ) == [(25_558, 8_728, 807, ["E23000014-UNALLOCATED"])]


def test_the_published_month_of_the_city_of_london_keeps_records_without_location(published):
    assert published.query(
        "select sum(records), sum(records) filter (area_code = 'E23000034-UNALLOCATED') "
        "from marts.fct_recorded_crimes where month = '2018-01-01'"
    ) == [(698, 21)]
    assert (
        published.query("select area_code from marts.fct_recorded_crimes except select area_code from marts.dim_areas")
        == []
    )


def test_the_published_excerpt_lies_in_the_partnerships_authorities(published):
    assert published.query(
        "select sum(records), bool_and(is_partnership_member) from marts.fct_recorded_crimes join marts.dim_areas "
        "using (area_code) where month = '2023-05-01'"
    ) == [(23, True)]


def test_records_without_any_place_leave_the_authorities_without_a_count(published):
    assert published.query(
        "select area_code, value from marts.fct_measures where measure_id = 'street_crimes_recorded' "
        "and period_id = 'M2011-02' order by all"
    ) == [("E23000014", 25_558), ("E23000014-UNALLOCATED", 25_558)]


def test_a_kind_that_no_record_of_a_month_bears_has_no_figure_there_and_a_kind_that_one_bears_has_zeros(home):
    home.put("ons.area_lookups", "2022-12-31", "lookup.csv", LOOKUP)
    months = {"2023-05": (crime(), crime(kind="Burglary")), "2023-06": (crime(month="2023-06", kind="Burglary"),)}
    for month, records in months.items():
        home.put("police.street_crime", f"{month}-30", f"{month}-west-midlands-street.csv", PRESENT + "".join(records))
    assert home.build("fct_measures").reasons == ()
    figures = home.query(
        "select measure_id, period_id, area_code, value from marts.fct_measures where value is not null "
        "and measure_id in ('street_drug_crimes_recorded', 'street_robberies_recorded', 'street_burglaries_recorded') "
        "and area_code in ('E08000025', 'E08000026', 'E23000014')"
    )
    assert sorted(figures) == [
        ("street_burglaries_recorded", "M2023-05", "E08000025", 1),
        ("street_burglaries_recorded", "M2023-05", "E08000026", 0),
        ("street_burglaries_recorded", "M2023-05", "E23000014", 1),
        ("street_burglaries_recorded", "M2023-06", "E08000025", 1),
        ("street_burglaries_recorded", "M2023-06", "E08000026", 0),
        ("street_burglaries_recorded", "M2023-06", "E23000014", 1),
        ("street_drug_crimes_recorded", "M2023-05", "E08000025", 1),
        ("street_drug_crimes_recorded", "M2023-05", "E08000026", 0),
        ("street_drug_crimes_recorded", "M2023-05", "E23000014", 1),
    ]
