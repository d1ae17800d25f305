"""`warehouse add`: a downloaded file finds its place, or is refused with the datasets that are nearest."""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from homes import Home, write_file

from orchestration.datasets.declaration import load_datasets
from orchestration.intake.recognise import recognise
from orchestration.settings import PROJECT

TITLE = "Number of deaths related to drug poisoning, persons by local authority, England and Wales"
DEATHS = {
    "Contents": [["Deaths related to drug poisoning by local authority"], ["Published on Friday 17 October, 2025."]],
    "Table 1": [[TITLE], ["Area Codes", "Area Names", 2024], ["E08000025", "Birmingham", 98]],
}


@pytest.fixture
def empty(tmp_path: Path) -> Home:
    (tmp_path / "raw").mkdir()
    return Home(tmp_path)


def test_a_workbook_is_placed_by_its_columns_and_the_date_its_cover_states(empty: Home):
    file = write_file(empty.path / "downloads" / "2024localauthorities.xlsx", DEATHS)
    outcome = empty.run("add", str(file))
    assert outcome.exit_code == 0, outcome.output
    place = empty.path / "raw/ons/drug_poisoning_deaths/2025-10-17/2024localauthorities.xlsx"
    assert place.read_bytes() == file.read_bytes()
    assert "raw/ons/drug_poisoning_deaths/2025-10-17/2024localauthorities.xlsx" in outcome.output
    assert "'Contents' A2 says 'Published on Friday 17 October, 2025'" in outcome.output


def test_a_workbook_named_xls_is_read_for_what_it_is(empty: Home):
    file = write_file(empty.path / "downloads" / "deaths.xlsx", DEATHS)
    outcome = empty.run("add", str(file.rename(file.with_suffix(".xls"))))
    assert outcome.exit_code == 0, outcome.output
    assert (empty.path / "raw/ons/drug_poisoning_deaths/2025-10-17/deaths.xls").is_file()


def test_a_file_that_is_there_already_is_known_by_its_bytes_under_any_name(empty: Home):
    file = write_file(empty.path / "downloads" / "deaths.xlsx", DEATHS)
    empty.run("add", str(file))
    outcome = empty.run("add", str(file.rename(file.with_name("copy (2).xlsx"))))
    assert outcome.exit_code == 0
    assert "an identical file is already there" in outcome.output
    assert len([path for path in (empty.path / "raw").rglob("*") if path.is_file()]) == 1


def test_a_further_release_of_a_day_has_a_place_of_its_own(empty: Home):
    revised = {**DEATHS, "Table 1": [*DEATHS["Table 1"][:2], ["E08000025", "Birmingham", 99]]}
    first = write_file(empty.path / "downloads" / "deaths.xlsx", DEATHS)
    second = write_file(empty.path / "downloads" / "again" / "deaths.xlsx", revised)
    outcome = empty.run("add", str(first), str(second))
    assert outcome.exit_code == 0, outcome.output
    assert "1 of that day is there already" in outcome.output
    home = empty.path / "raw/ons/drug_poisoning_deaths"
    assert (home / "2025-10-17/deaths.xlsx").read_bytes() == first.read_bytes()
    assert (home / "2025-10-17.02/deaths.xlsx").read_bytes() == second.read_bytes()
    assert empty.run("add", "--released-on", "2025-11-01", str(second)).output.startswith("There ")
    assert empty.build("fct_observations").reasons == ()
    assert empty.query(
        "select release_id, value, is_latest from marts.fct_observations where area_code = 'E08000025' order by 1"
    ) == [
        ("ons.drug_poisoning_deaths@2025-10-17", 98, False),
        ("ons.drug_poisoning_deaths@2025-10-17.02", 99, True),
    ]
    assert empty.query("select release_id from marts.dim_releases where is_latest") == [
        ("ons.drug_poisoning_deaths@2025-10-17.02",)
    ]


def test_two_indicators_of_one_day_coexist(empty: Home, published_file):
    files = [str(published_file(f"fingertips/unmet_{name}.csv")) for name in ("alcohol", "opiates")]
    outcome = empty.run("add", *files)
    assert outcome.exit_code == 0, outcome.output
    assert empty.build("fct_observations").reasons == ()
    assert empty.query("select count(distinct release_id), bool_and(is_latest) from marts.fct_observations") == [
        (2, True)
    ]


def test_what_a_refresh_would_refuse_is_not_placed_and_one_scratch_build_serves_all(home: Home, tmp_path: Path):
    header = "place,area_type,area,registration_year,deaths,credited_to\n"
    name = "ons.drug_poisoning_deaths"
    good = write_file(tmp_path / "good.csv", header + "Made up,local authority,Walsall,2025,21,ONS\n")
    bad = write_file(tmp_path / "bad.csv", header + "Made up,local authority,Brum,2025,20,ONS\n")
    worse = write_file(tmp_path / "worse.csv", header + "Made up,local authority,Walsall,2025,many,ONS\n")
    before = sorted(path for path in home.path.rglob("*") if path.is_file() and path.name != ".trial.lock")
    outcome = home.run("add", "--dataset", name, "--released-on", "2026-10-16", str(bad), str(worse), str(good))
    assert outcome.exit_code == 1
    assert (
        f"{bad}, line 2, column area: found 'Brum'; expected an area label that seeds/areas/area_aliases.csv"
        in outcome.output
    )
    assert f"{worse}, line 2, column deaths: found 'many'" in outcome.output
    after = sorted(path for path in home.path.rglob("*") if path.is_file() and path.name != ".trial.lock")
    assert [path for path in after if path not in before] == [
        home.path / "raw/ons/drug_poisoning_deaths/2026-10-16.02/good.csv"
    ]
    assert home.build("fct_observations").reasons == ()


def test_a_stated_day_that_is_none_is_refused_in_words(empty: Home):
    book = DEATHS | {"Contents": [["Deaths"], ["Published on 30 February 2025."]]}
    outcome = empty.run("add", str(write_file(empty.path / "downloads" / "deaths.xlsx", book)))
    assert outcome.exit_code == 1
    assert "found a date that does not exist: 'Contents' A2 says 'Published on 30 February 2025'" in outcome.output


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"," * 10_000_000, "line 1: found more than 1,000,000 bytes in one line"),
        (b"," * 900_000 + b"\n" + b"," * 900_000, "line 1: found more than 16,384 columns"),
        (None, "found a file of 40,000,000,000 bytes; expected at most 4,000,000,000"),
    ],
    ids=["a line of commas", "columns", "a sparse file"],
)
def test_what_no_publisher_releases_is_refused_before_it_is_read_or_copied(empty: Home, content, message):
    file = write_file(empty.path / "downloads" / "large.csv", content or b"a,b\n")
    if content is None:
        with file.open("r+b") as stream:
            stream.truncate(40_000_000_000)
    began = time.perf_counter()
    outcome = empty.run("add", str(file))
    assert time.perf_counter() - began < 5
    assert outcome.exit_code == 1
    assert message in outcome.output
    assert {path.name for path in empty.path.iterdir()} == {"raw", "downloads", ".trial.lock"}


def test_a_command_that_is_told_to_stop_leaves_nothing(home: Home, tmp_path: Path):
    text = "place,area_type,area,registration_year,deaths,credited_to\nx,local authority,Walsall,2025,21,ONS\n"
    file = write_file(tmp_path / "2026-10-16.csv", text)
    arguments = ["add", "--dataset", "ons.drug_poisoning_deaths", str(file)]
    running = subprocess.Popen(
        [sys.executable, "-m", "orchestration", *arguments],
        cwd=PROJECT,
        env=os.environ | {"WAREHOUSE_HOME": str(home.path)},
        stderr=subprocess.PIPE,
    )
    while (
        running.poll() is None and not any(home.path.glob(".trial/*/raw/*")) and not any(home.path.glob(".trial/home"))
    ):
        time.sleep(0.02)
    running.send_signal(signal.SIGTERM)
    assert running.wait(60) != 0
    assert not (home.path / ".trial").exists()
    assert not home.file("ons.drug_poisoning_deaths", "2026-10-16").parent.exists()


@pytest.mark.parametrize(
    ("name", "content", "messages"),
    [
        (
            "scotland.xlsx",
            {"Table 1": [[TITLE], ["Area Codes", "Area Names", 2024], ["S12000033", "Aberdeen City", 98]]},
            ["found no area of England (Aberdeen City …)", "The file has the columns of ons.drug_poisoning_deaths."],
        ),
        (
            "national.xlsx",
            {"Table 1": [["Deaths related to drug poisoning, England and Wales"], ["Year", "Sex", "Number of deaths"]]},
            [
                "which no dataset's reader understands",
                "The closest layout is that of ons.alcohol_specific_deaths: it has 3 of its 8 columns ('sex', 'year', ",
                "and lacks 'area code', 'area name', ",
            ],
        ),
        (
            "shopping.csv",
            "item,price\nmilk,1\n",
            ["the columns 'item', 'price', which no dataset's", "No layout is close."],
        ),
        ("empty.csv", "", ["empty.csv: found an empty file"]),
        ("page.xlsx", "<html><body>Not found</body></html>", ["found a page in HTML or XML"]),
        (
            "figures.csv",
            "place,area_type,area,period,measure_label,figure,credited_to\nx,local authority,Walsall,2024/25,y,1,z\n",
            ["found columns of ndtms.adults_in_treatment, ndtms.treatment_progress", "Say which one with --dataset."],
        ),
        (
            "lookalike.csv",
            "Indicator ID,Indicator Name,Area Code,Area Name,Value\n1,x,E08000025,Birmingham,1\n",
            [
                "that of ohid.fingertips: it has 5 of its 16 columns",
                "lacks 'area type', 'sex', 'age', 'category type', ",
            ],
        ),
    ],
    ids=["another nation", "national", "a stranger", "empty", "a web page", "several datasets", "a part of an export"],
)
def test_a_file_that_cannot_be_placed_is_refused_and_nothing_is_copied(empty: Home, name, content, messages):
    file = write_file(empty.path / "downloads" / name, content)
    outcome = empty.run("add", str(file))
    assert outcome.exit_code == 1
    for message in messages:
        assert message in outcome.output
    assert list((empty.path / "raw").iterdir()) == []


def test_the_dataset_can_be_said_where_a_file_fits_several(empty: Home):
    shipped = PROJECT / "raw/ndtms/treatment_progress/2026-03-31/treatment_progress.csv"
    file = write_file(empty.path / "downloads" / "figures.csv", shipped.read_text(encoding="utf-8"))
    outcome = empty.run("add", "--dataset", "ndtms.treatment_progress", str(file))
    assert outcome.exit_code == 0, outcome.output
    assert (empty.path / "raw/ndtms/treatment_progress/2025-03-31/figures.csv").is_file()
    assert "the end of the last period it covers is used" in outcome.output


def test_one_refused_file_does_not_keep_the_others_from_their_places(empty: Home):
    good = write_file(empty.path / "downloads" / "deaths.xlsx", DEATHS)
    bad = write_file(empty.path / "downloads" / "shopping.csv", "item,price\nmilk,1\n")
    outcome = empty.run("add", str(bad), str(good))
    assert outcome.exit_code == 1
    assert (empty.path / "raw/ons/drug_poisoning_deaths/2025-10-17/deaths.xlsx").is_file()


PLACES = {
    "ons/2021localauthorities.xlsx": "ons/drug_poisoning_deaths/2022-08-03",
    "ons/alcoholspecificdeaths2021.xlsx": "ons/alcohol_specific_deaths/2022-12-08",
    "ons/mye24tablesew.csv": "ons/population_estimates/2024-06-30",
    "ons/Estimates_of_Alcohol_Dependent_Adults_in_England_for_R.csv": "ohid/alcohol_dependence_prevalence/2018-03-31",
    "fingertips/LAPEAlcSpecMort.csv": "ohid/fingertips/2018-12-31",
    "ndtms/ViewIt Export Data_LAs.csv": "ndtms/viewit/2022-03-31",
    "ndtms/indicator_3-5-1__2021-11-22.csv": "ndtms/alcohol_treatment/2021-11-22",
    "ndtms/indicator_3-5-1__2022-02-10.csv": "ndtms/alcohol_treatment/2022-02-10",
    "home_office/prc-pfa-mar2013-onwards-tables201718.csv": "home_office/recorded_crime/2018-03-31",
    "home_office/policeforceareatablesyedecember2024.xlsx": "ons/crime_by_partnership/2024-12-31",
    "geography/LSOA_(2011,2021) and LAD(2022)_Lookup.csv": "ons/area_lookups/2022-12-31",
    "police/2011-02-west-midlands-street.csv": "police/street_crime/2011-03-01",
    "police/2018-01-city-of-london-street.csv": "police/street_crime/2018-02-01",
    "police/EXCERPT_2023-05-west-midlands-street.csv": "police/street_crime/2023-06-01",
    "police/EXCERPT_2023-05-west-midlands-outcomes.csv": "police/crime_outcomes/2023-06-01",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_published_file_finds_its_place(published_file, tmp_path: Path, name: str):
    """Known by itself; `warehouse add` and a refresh make the home of all real files, which tries them too."""
    load_datasets()
    copy = tmp_path / "raw" / Path(name).name
    copy.parent.mkdir()
    shutil.copyfile(published_file(name), copy)
    (recognised,), day, _ = recognise(copy, None, None)
    assert f"{recognised.dataset.name.replace('.', '/')}/{day}" == PLACES[name]


def test_a_register_without_a_date_asks_for_its_day(empty: Home, published_file):
    file = str(published_file("geography/uk_local_authorities.csv"))
    outcome = empty.run("add", file)
    assert outcome.exit_code == 1
    assert "found no date; expected the day of its release. Give it with --released-on YYYY-MM-DD." in outcome.output
    assert empty.run("add", "--released-on", "2023-01-01", file).exit_code == 0


def test_an_archive_goes_to_each_dataset_whose_records_it_holds(empty: Home):
    street = "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context\n2011-02,West Midlands Police,b,1,2,c,Robbery,\n"
    outcomes = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type\n"
    archive = empty.path / "downloads" / "archive.zip"
    archive.parent.mkdir()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("2011-02/2011-02-west-midlands-street.csv", street)
        packed.writestr(
            "2011-02/2011-02-west-midlands-outcomes.csv",
            outcomes + "x,2011-02,West Midlands Police,b,,,c,,,Local resolution\n",
        )
    outcome = empty.run("add", str(archive))
    assert outcome.exit_code == 0, outcome.output
    assert sorted(
        path.parent.relative_to(empty.path / "raw").as_posix() for path in (empty.path / "raw").rglob("*.zip")
    ) == [
        "police/crime_outcomes/2011-03-01",
        "police/street_crime/2011-03-01",
    ]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        (
            "deaths_2026-02-30.csv",
            (),
            "found a date that does not exist: its name has the date 2026-02-30; expected the day of its release.",
        ),
        (
            "deaths_2031-01-05.csv",
            (),
            "found the day of release 2031-01-05 (its name has the date 2031-01-05), which is in the future; expected",
        ),
        (
            "deaths.csv",
            ("--released-on", "2062-06-30"),
            "found the day of release 2062-06-30 (as you say), which is in the future; expected a day up to today",
        ),
    ],
    ids=["no such day", "a later day in the name", "a later day as said"],
)
def test_a_release_is_of_a_day_that_was(empty: Home, name: str, options: tuple[str, ...], said: str):
    shipped = PROJECT / "raw" / "ons" / "drug_poisoning_deaths" / "2026-03-31" / "drug_poisoning_deaths.csv"
    file = write_file(empty.path / name, shipped.read_bytes())
    outcome = empty.run("add", str(file), "--dataset", "ons.drug_poisoning_deaths", *options)
    assert outcome.exit_code == 1
    assert said in outcome.output
    assert "--released-on YYYY-MM-DD" in outcome.output
    assert list((empty.path / "raw").iterdir()) == []
