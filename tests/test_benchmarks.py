"""The generators of benchmarks/: the same bytes from the same seed, and files that the readers take."""

import zipfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from benchmarks import police_archive, workbooks
from orchestration.datasets.ndtms import viewit
from orchestration.datasets.ons import area_lookups, drug_poisoning_deaths
from orchestration.datasets.police import street_crime

MONTHS = ["2011-12", "2022-12", "2023-01"]
RECORDS = 6_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archive") / "archive.zip"
    police_archive.write_archive(path, RECORDS, MONTHS)
    return path


def lines_of(archive: Path, name: str) -> list[str]:
    with zipfile.ZipFile(archive) as packed:
        return packed.read(name).decode().splitlines()


def test_an_archive_has_a_file_for_each_month_and_force(archive):
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
    assert len(names) == 43 * 3
    assert "2023-01/2023-01-west-midlands-street.csv" in names


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(archive, tmp_path):
    few = {"records": 300, "months": MONTHS[1:2], "forces_only": 3}
    made = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        police_archive.write_archive(tmp_path / name, **few, seed=seed)
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1] != made[2]


def test_the_reader_takes_every_record_of_an_archive_with_its_repetitions(archive, release_of, tmp_path):
    parts = street_crime.read(release_of(street_crime, archive__zip=archive.read_bytes()), tmp_path)
    read = duckdb.read_parquet([str(part) for part in parts])
    assert read.aggregate("count(*), count(distinct (source_file, source_line))").fetchone() == (RECORDS, RECORDS)
    repeated = read.filter("crime_id is not null").aggregate("count(*) - count(distinct crime_id)").fetchone()[0]
    assert 0 < repeated < RECORDS / 50
    assert read.filter("crime_type = 'Anti-social behaviour' and crime_id is not null").aggregate(
        "count(*)"
    ).fetchone() == (0,)
    blank = read.filter("month > '2012' and lsoa_code is null").aggregate("count(*)").fetchone()[0]
    assert 0.01 < blank / (RECORDS * 2 / 3) < 0.03


def test_the_lsoas_are_those_of_the_month_and_the_lookup_leads_each_to_an_authority(archive, release_of, tmp_path):
    police_archive.write_lookups(tmp_path / "lookups")
    texts = {path.name.replace(".", "__"): path.read_text() for path in (tmp_path / "lookups").iterdir()}
    links = area_lookups.read(release_of(area_lookups, **texts))
    known = {kind: set(links[links["from_type"] == kind]["from_code"]) for kind in ("lsoa11", "lsoa21")}
    for month, kind in (("2022-12", "lsoa11"), ("2023-01", "lsoa21")):
        lines = lines_of(archive, f"{month}/{month}-west-midlands-street.csv")
        codes = {line.split(",")[7] for line in lines[1:]} - {""}
        assert len(codes) > 50
        names = [line.split(",")[8] for line in lines[1:]]
        assert names == sorted(names, key=lambda name: (name == "", name))
        assert codes <= known[kind]
    assert known["lsoa11"] != known["lsoa21"]
    assert Counter(links["to_type"])["pfa"] == len(police_archive.authorities())


def test_before_2012_a_file_has_the_layout_of_its_time(archive):
    header = lines_of(archive, "2011-12/2011-12-west-midlands-street.csv")[0]
    assert header == "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context"


def test_the_workbook_and_the_export_hold_every_english_authority_and_are_taken_by_their_readers(release_of, tmp_path):
    deaths, export = tmp_path / "deaths.xlsx", tmp_path / "export.csv"
    figures = workbooks.write_deaths(deaths, [2023, 2024])
    read = drug_poisoning_deaths.read(release_of(drug_poisoning_deaths, deaths__xlsx=deaths.read_bytes()))
    assert len(read) == figures
    assert {code for code, _ in workbooks.english_authorities()} | {"E92000001"} == set(read["area_code"])
    figures = workbooks.write_treatment(export, [2024])
    read = viewit.read(release_of(viewit, export__csv=export.read_bytes()))
    assert len(read) == figures
    assert read["area"].nunique() == len(workbooks.english_authorities())
