"""`warehouse add`: a downloaded file finds its place, or is refused with the datasets that are nearest."""

import zipfile
from pathlib import Path

import pytest
from conftest import Home, write_file

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
    assert "is there already, byte for byte" in outcome.output
    assert len([path for path in (empty.path / "raw").rglob("*") if path.is_file()]) == 1


def test_another_edition_of_the_same_day_is_refused_until_its_own_day_is_given(empty: Home):
    first = write_file(empty.path / "downloads" / "deaths.xlsx", DEATHS)
    revised = {**DEATHS, "Table 1": [*DEATHS["Table 1"][:2], ["E08000025", "Birmingham", 99]]}
    second = write_file(empty.path / "downloads" / "revised.xlsx", revised)
    empty.run("add", str(first))
    outcome = empty.run("add", str(second))
    assert outcome.exit_code == 1
    assert "raw/ons/drug_poisoning_deaths/2025-10-17 holds deaths.xlsx. A release is never edited" in outcome.output
    assert empty.run("add", "--released-on", "2025-11-01", str(second)).exit_code == 0
    assert (empty.path / "raw/ons/drug_poisoning_deaths/2025-11-01/revised.xlsx").is_file()


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
                "The nearest layout is that of ons.alcohol_specific_deaths: it has 3 of its 8 columns ('sex', 'year', ",
                "and lacks 'area code', 'area name', ",
            ],
        ),
        ("shopping.csv", "item,price\nmilk,1\n", ["the columns 'item', 'price', which no dataset's", "None is near."]),
        ("empty.csv", "", ["empty.csv: found an empty file"]),
        ("page.xlsx", "<html><body>Not found</body></html>", ["found a page in HTML or XML"]),
        (
            "figures.csv",
            "place,area_type,area,period,measure_label,figure,credited_to\nx,local authority,Walsall,2024/25,y,1,z\n",
            ["found columns of ndtms.adults_in_treatment, ndtms.treatment_progress", "Say which with --dataset."],
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
    text = "place,area_type,area,period,measure_label,figure,credited_to\nx,local authority,Walsall,2024/25,y,1,z\n"
    file = write_file(empty.path / "downloads" / "figures.csv", text)
    outcome = empty.run("add", "--dataset", "ndtms.treatment_progress", str(file))
    assert outcome.exit_code == 0, outcome.output
    assert (empty.path / "raw/ndtms/treatment_progress/2025-03-31/figures.csv").is_file()
    assert "the end of the last period it covers stands for it" in outcome.output


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
    "police/2011-02-west-midlands-street.csv": "police/street_crime/2011-02-28",
    "police/2018-01-city-of-london-street.csv": "police/street_crime/2018-01-31",
    "police/EXCERPT_2023-05-west-midlands-street.csv": "police/street_crime/2023-05-31",
    "police/EXCERPT_2023-05-west-midlands-outcomes.csv": "police/crime_outcomes/2023-05-31",
}


@pytest.mark.parametrize("name", PLACES)
def test_a_published_file_finds_its_place(empty: Home, published_file, name: str):
    outcome = empty.run("add", str(published_file(name)))
    assert outcome.exit_code == 0, outcome.output
    assert (empty.path / "raw" / PLACES[name] / Path(name).name).is_file()


def test_a_register_without_a_date_asks_for_its_day(empty: Home, published_file):
    file = str(published_file("geography/uk_local_authorities.csv"))
    outcome = empty.run("add", file)
    assert outcome.exit_code == 1
    assert "found no date; expected the day of its release. Say it with --released-on YYYY-MM-DD." in outcome.output
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
        "police/crime_outcomes/2011-02-28",
        "police/street_crime/2011-02-28",
    ]


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        (
            "deaths_2026-02-30.csv",
            (),
            "found no day of the calendar: its name bears the date 2026-02-30; expected the day of its release.",
        ),
        (
            "deaths_2031-01-05.csv",
            (),
            "found the day of release 2031-01-05, which is later than today (its name bears the date 2031-01-05)",
        ),
        (
            "deaths.csv",
            ("--released-on", "2062-06-30"),
            "found the day of release 2062-06-30, which is later than today (as you say)",
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
