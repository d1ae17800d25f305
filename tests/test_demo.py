"""The made-up partnership: its releases, its warehouse, and that it says everywhere that it is made up."""

import csv
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import openpyxl
import pytest
from docx import Document
from homes import Home, made_once

from demo.__main__ import HERE, environment_of, prepare
from demo.county import AUTHORITIES, FORCE, RECODED, SEED, YEARS, people_by_age
from demo.draft import draft
from demo.files import Raw
from demo.ndtms import rounded, treated, write_ndtms
from demo.ons import DRUG_DEATHS, deaths
from demo.police import OFFENCES, county_lines, recorded, write_police
from demo.releases import write_releases
from demo.returns import RISE_FROM, RISE_IN
from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.seeds import seed_files
from orchestration.settings import PROJECT

with (HERE / "seeds" / "report" / "editions.csv").open(encoding="utf-8", newline="") as stream:
    (EDITION,) = csv.DictReader(stream)
NOTICE = EDITION["notice"]
FOUND = 5


def command(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command of the warehouse as `python -m demo` runs it, without the public edition."""
    environment = environment_of(home) | {"WAREHOUSE_PUBLIC": "no", "WAREHOUSE_TODAY": os.environ["WAREHOUSE_TODAY"]}
    called = [sys.executable, "-m", "orchestration", *arguments]
    return subprocess.run(called, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The demonstration, made once. Tests only read it."""

    def make(home: Home) -> None:
        prepare(home.path / "demo")
        refreshed = command(home.path / "demo", "refresh")
        (home.path / "refresh.txt").write_text(f"{refreshed.returncode}\n{refreshed.stdout}{refreshed.stderr}")

    home = made_once("demonstration", make, tmp_path_factory)
    assert (home.path / "refresh.txt").read_text().startswith("5\n"), (home.path / "refresh.txt").read_text()
    return Home(home.path / "demo")


@pytest.fixture
def demo_warehouse(made: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(made.warehouse), read_only=True) as connection:
        yield connection


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def own_seed(name: str) -> list[dict[str, str]]:
    (path,) = (HERE / "seeds").rglob(f"{name}.csv")
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_gives_other_figures(made: Home, tmp_path: Path):
    write_releases(tmp_path / "again")
    assert contents(tmp_path / "again") == contents(made.path / "raw")
    for write in (write_police, write_ndtms):
        write(Raw(tmp_path / "other"), SEED + 1)
    other = contents(tmp_path / "other")
    assert [name for name, content in other.items() if content == (made.path / "raw" / name).read_bytes()] == []


def test_every_dataset_of_the_project_has_releases(demo_warehouse: duckdb.DuckDBPyConnection):
    load_datasets()
    found = demo_warehouse.execute("select distinct dataset from marts.dim_releases").fetchall()
    assert {dataset for (dataset,) in found} == set(DATASETS)


def test_releases_cover_ten_years(demo_warehouse: duckdb.DuckDBPyConnection):
    first, last = demo_warehouse.execute(
        "select min(year(released_on)), max(year(released_on)) from marts.dim_releases"
    ).fetchone()
    assert (first, last) == (2016, 2026)


def test_no_code_of_the_demonstration_is_one_of_the_projects_seeds():
    made_up = {row["area_code"] for row in own_seed("areas")} | set(RECODED.values())
    with seed_files()["areas"].open(encoding="utf-8", newline="") as stream:
        known = {row["area_code"] for row in csv.DictReader(stream)}
    with seed_files()["area_aliases"].open(encoding="utf-8", newline="") as stream:
        known |= {row["area_code"] for row in csv.DictReader(stream)}
    assert made_up & known == {"E92000001", "FORCE-BTP", "FORCE-BORDER"}


def test_the_seeds_of_the_demonstration_fit_each_other():
    areas = {row["area_code"] for row in own_seed("areas")}
    members = {row["area_code"] for row in own_seed("areas") if row["is_partnership_member"] == "true"}
    assert members == {one.code for one in AUTHORITIES} == {row["area_code"] for row in own_seed("area_tiles")}
    assert {row["area_code"] for row in own_seed("report_rows")} <= areas
    shown = {row["report"] for row in own_seed("report_rows")}
    assert {row["report"] for row in own_seed("report_contents")} == shown
    neighbours = {(row["area_code"], row["neighbour_area_code"]) for row in own_seed("area_neighbours")}
    assert {code for pair in neighbours for code in pair} <= members
    assert {(other, one) for one, other in neighbours} == neighbours


def test_one_file_is_set_aside_with_its_cell(made: Home):
    printed = (made.path.parent / "refresh.txt").read_text()
    assert "Published, with 1 release set aside." in printed
    assert re.search(r"2024localauthoritiescorrected\.xlsx, sheet 'Table 1', C6: found '\d+O' \(Ambleford", printed)


def test_an_authority_is_compared_with_its_nearest_neighbours_taken_together(
    demo_warehouse: duckdb.DuckDBPyConnection, made: Home
):
    like: dict[str, list[str]] = {}
    for row in own_seed("nearest_neighbours"):
        like.setdefault(row["area_code"], []).append(row["neighbour_area_code"])
    assert set(like) == {one.code for one in AUTHORITIES}
    facts = {
        tuple(key): (numerator, denominator, scale)
        for *key, numerator, denominator, scale in demo_warehouse.execute(
            "select indicator_id, period_id, area_code, numerator, denominator, scale from marts.fct_indicators "
            "inner join marts.dim_indicators using (indicator_id) where lower_998 is not null"
        ).fetchall()
    }
    rows = demo_warehouse.execute(
        "select indicator_id, period_id, area_code, neighbours_value from marts.fct_comparisons where area_type = 'local_authority'"
    ).fetchall()
    compared = 0
    for indicator, period, area, value in rows:
        others = [facts.get((indicator, period, other)) for other in like[area]]
        counted = [one for one in others if one and one[1] is not None]
        if len(counted) < len(others):
            assert value is None
            continue
        numerator, denominator = sum(one[0] for one in counted), sum(one[1] for one in counted)
        assert value == pytest.approx(numerator / denominator * counted[0][2], rel=1e-12)
        compared += 1
    assert compared > 500
    page = (made.path / "build" / "site" / "indicators" / "drug_possession_offences_per_1000.html").read_text("utf-8")
    assert "Nearest neighbours are taken together: Ambleford with Brackwater and Dunmarsh; Brackwater with " in page
    assert "Source of the list: made-up list of the demonstration." in page
    assert "Higher than the nearest neighbours" in page


def test_the_only_early_warning_is_the_planted_one(demo_warehouse: duckdb.DuckDBPyConnection):
    found = demo_warehouse.execute(
        "select distinct measure_id, area_name, direction, since_period_id, is_current from marts.fct_signals"
    ).fetchall()
    assert found == [("suspected_overdose_call_outs", RISE_IN, "up", f"M{RISE_FROM}", True)]


def test_the_correction_stands_beside_what_was_printed(demo_warehouse: duckdb.DuckDBPyConnection):
    right = county_lines(SEED, 2021)
    found = demo_warehouse.execute(
        "select value, value_text, correction_id from marts.fct_observations "
        "where measure_id = 'county_lines_closed' and period_id = 'FY2021-22'"
    ).fetchall()
    assert found == [(right, str(right)[::-1], "2023-07-county-lines")]


def test_the_recoded_authority_is_one_area(demo_warehouse: duckdb.DuckDBPyConnection):
    codes = demo_warehouse.execute(
        "select distinct area_code from marts.dim_areas where area_name = 'Fernwick' and area_type = 'local_authority'"
    ).fetchall()
    assert codes == [("E08000096",)]
    years = demo_warehouse.execute(
        "select count(distinct period_id) from marts.fct_measures "
        "where measure_id = 'population_all_ages' and area_code = 'E08000096'"
    ).fetchone()
    assert years == (len(YEARS),)


def test_figures_are_suppressed_estimated_and_revised(demo_warehouse: duckdb.DuckDBPyConnection):
    statuses = demo_warehouse.execute("select distinct value_status from marts.fct_observations").fetchall()
    assert {"published", "suppressed", "not_available", "estimated", "unreliable"} <= {status for (status,) in statuses}
    revised = demo_warehouse.execute(
        "select count(*) from audit.revisions where old_release_id like 'ons.drug_poisoning_deaths@%' "
        "and old_value <> new_value"
    ).fetchone()[0]
    assert revised > 0


def value(warehouse: duckdb.DuckDBPyConnection, measure: str, area: str, period: str) -> float:
    (found,) = warehouse.execute(
        "select value from marts.fct_measures where measure_id = ? and area_code = ? and period_id = ?",
        [measure, area, period],
    ).fetchone()
    return found


def test_the_figures_made_up_are_those_in_the_warehouse(demo_warehouse: duckdb.DuckDBPyConnection):
    died = deaths(SEED, "drug deaths", *DRUG_DEATHS, released=YEARS[-1] + 1)
    for one in AUTHORITIES:
        for year in YEARS:
            financial = f"FY{year}-{(year + 1) % 100:02d}"
            number = died(one, year, "persons", "drug poisoning")
            assert value(demo_warehouse, "drug_poisoning_deaths_registered", one.code, f"CY{year}") == number
            assert value(demo_warehouse, "population_all_ages", one.code, f"MY{year}") == sum(people_by_age(one, year))
            assert value(demo_warehouse, "adults_in_treatment", one.code, financial) == rounded(
                treated(SEED, one, year)
            )
            for offence, measure in (("Trafficking of Drugs", "trafficking"), ("Possession of Drugs", "possession")):
                released = min(year + 1, YEARS[-1])
                number = recorded(SEED, offence, OFFENCES[offence], one, year, released)
                assert value(demo_warehouse, f"drug_{measure}_offences_recorded", one.code, financial) == number


def test_made_up_stands_on_every_page_of_the_site(made: Home):
    pages = list((made.path / "build" / "site").rglob("*.html"))
    assert len(pages) > 80
    assert [page.name for page in pages if NOTICE not in page.read_text(encoding="utf-8")] == []
    assert NOTICE.startswith("Made-up figures.")


def test_made_up_stands_on_the_cover_and_every_page_of_the_word_report(made: Home):
    document = Document(str(made.path / "build" / f"{EDITION['file_name']}.docx"))
    cover = [paragraph.text for paragraph in document.paragraphs[:6]]
    assert NOTICE in cover
    assert all(section.header.paragraphs[0].text == NOTICE for section in document.sections)


def test_made_up_stands_on_the_cover_and_each_table_of_the_workbook(made: Home):
    book = openpyxl.load_workbook(made.path / "build" / f"{EDITION['file_name']}.xlsx", read_only=True)
    for name in book.sheetnames:
        text = " ".join(str(cell) for row in book[name].iter_rows(values_only=True) for cell in row if cell)
        assert (NOTICE in text) == (name not in ("Contents", "Notes")), name


def test_made_up_stands_in_the_data_package(made: Home):
    folder = made.path / "build" / "data"
    assert f"**{NOTICE}**" in (folder / "README.md").read_text(encoding="utf-8")
    assert json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["description"].startswith(NOTICE)
    described = json.loads((folder / "csv" / "csv-metadata.json").read_text(encoding="utf-8"))
    assert described["dc:description"].startswith(NOTICE)


def test_nothing_names_the_partnership_of_the_project(made: Home):
    """What a partnership is called, its areas and its force come from the seeds and the words alone."""
    pages = [
        path.read_text(encoding="utf-8")
        for path in (made.path / "build").rglob("*")
        if path.suffix in (".html", ".md", ".json")
    ]
    with zipfile.ZipFile(made.path / "build" / f"{EDITION['file_name']}.docx") as word:
        pages.append(word.read("word/document.xml").decode())
    for text in pages:
        assert re.findall(r"West Midlands|WMCDAP|Birmingham|westmidlands", text) == []


def test_the_check_of_the_draft_finds_what_is_planted_in_it_and_nothing_else(made: Home, tmp_path: Path):
    text, planted = draft(SEED)
    assert (made.path / "draft.md").read_text(encoding="utf-8") == text
    checked = command(made.path, "check", str(made.path / "draft.md"), "--json", "--html", str(tmp_path / "draft.html"))
    assert checked.returncode == FOUND, checked.stderr
    found = [(finding["rule_id"], finding["published"]) for finding in json.loads(checked.stdout)["findings"]]
    held = [printed for rule, printed in found if rule == "figure_is_the_releases"]
    assert {(rule, printed) for rule, printed in found if rule != "figure_is_the_releases"} == set(planted.items())
    assert sorted(held) == sorted([planted["parts_equal_total"], planted["sentence_equals_table"]])
    assert "Made-up figures" in (tmp_path / "draft.html").read_text(encoding="utf-8")


def test_a_folder_that_is_not_the_demonstrations_is_left_alone(tmp_path: Path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(SystemExit, match="found files that are not the demonstration's"):
        prepare(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_the_demonstration_is_no_part_of_the_package():
    found = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    assert found["packages"]["find"]["include"] == ["orchestration*"]
    assert FORCE[1] == EDITION["area_name"]
