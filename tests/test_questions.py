"""The fifteen questions of docs/analysts.md through both doors: the answers shown, and an answer to each of more files."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pandas as pd
import psycopg
import pytest
from homes import Home, made_once
from layouts import LAYOUTS, as_csv, deaths, population, recorded
from postgres_server import database_on, loaded

from orchestration.settings import PROJECT

DOCUMENT = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
ASKED = re.findall(r"## (\d+)\. .*?```sql\n(.*?);\n```\n\n```text\n(.*?)\n```", DOCUMENT, flags=re.DOTALL)


@dataclass(frozen=True)
class Doors:
    """One warehouse, as its file and as a Postgres."""

    home: Home
    postgres: psycopg.Connection

    def file(self, query: str) -> pd.DataFrame:
        with duckdb.connect(str(self.home.warehouse), read_only=True) as connection:
            return connection.sql(query).df()

    def rows(self, query: str) -> tuple[list[tuple], list[tuple]]:
        return self.home.query(query), self.postgres.execute(query).fetchall()


def doors(home: Home, postgres) -> Iterator[Doors]:
    with database_on(postgres) as database:
        loaded(database, home.warehouse)
        with database.owner() as connection:
            yield Doors(home, connection)


@pytest.fixture(scope="module")
def shipped(refreshed: Home, postgres) -> Iterator[Doors]:
    yield from doors(refreshed, postgres)


# What the files here have beside the whole files of every layout: other forces with one authority each.
FORCES = {"West Midlands": 40, "Greater Manchester": 30, "Merseyside": 20, "West Yorkshire": 10}
REGIONS = (
    (
        "E12000002",
        "NORTH WEST",
        (
            ("E11000001", "Greater Manchester (Met County)", "E08000003", "Manchester"),
            ("E11000002", "Merseyside (Met County)", "E08000012", "Liverpool"),
        ),
    ),
    ("E12000003", "YORKSHIRE AND THE HUMBER", (("E11000006", "West Yorkshire (Met County)", "E08000035", "Leeds"),)),
)
FORCE_OF = {"E08000003": "E23000005", "E08000012": "E23000004", "E08000035": "E23000010"}
LSOAS = "LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\nE01010251,Walsall 001A,E08000030,Walsall\n"
STREET = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)
CRIME = ",{},West Midlands Police,West Midlands Police,-1.9,52.6,On or near a road,E01010251,,Drugs,,\n"


def people(year: int) -> tuple[str, str]:
    """ONS's mid-year estimates of a year, by authority."""
    (grid,) = population().values()
    width = len(grid[0]) - 4
    for region, its_name, counties in REGIONS:
        grid.append([region, its_name, "Region", *[500 * len(counties) * n for n in (width, *[1] * width)]])
        for county, its_name, code, name in counties:
            for row in ((county, its_name, "Metropolitan County"), (code, name, "Metropolitan District")):
                grid.append([*row, 500 * width, *[500] * width])
    return f"mye{year - 2000}.csv", as_csv(grid)


def put_files(home: Home) -> None:
    """A whole file of every layout, with what more the questions ask for; a release of five days ago revises deaths."""
    for layout in LAYOUTS[:13]:
        if (
            layout.dataset in ("ons.population_estimates", "home_office.recorded_crime")
            or layout.file_name == "alcohol.xlsx"
        ):
            continue
        content = as_csv(layout.make()[""]) if layout.is_csv else layout.make()
        home.put(layout.dataset, "2025-04-24", layout.file_name, content)
    for year in (2021, 2023, 2024, 2025):
        home.put("ons.population_estimates", f"{year + 1}-07-15", *people(year))
    ((header, *rows),) = recorded().values()
    offence = rows[0][3:7]
    counts = [
        ["2023/24", quarter, force, *offence, 10 * n + quarter]
        for force, n in FORCES.items()
        for quarter in (1, 2, 3, 4)
    ]
    home.put("home_office.recorded_crime", "2024-07-24", "prc.csv", as_csv([header, *counts]))
    forces = "".join(f"{code},x,E22000001,x,{force},x\n" for code, force in FORCE_OF.items())
    home.put(
        "ons.area_lookups", "2024-01-01", "forces.csv", "LAD17CD,LAD17NM,CSP17CD,CSP17NM,PFA17CD,PFA17NM\n" + forces
    )
    home.put("ons.area_lookups", "2024-01-01", "lsoas.csv", LSOAS)
    for month in ("2018-01", "2018-03"):
        home.put(
            "police.street_crime", f"{month}-28", f"{month}-west-midlands-street.csv", STREET + CRIME.format(month) * 3
        )
    typed = "place,area_type,area,registration_year,deaths,credited_to\nTable 1,local authority,Walsall,2025,60,ONS\n"
    home.put("ons.drug_poisoning_deaths", "2026-10-16", "walsall.csv", typed)
    sheets = deaths()
    revised = str(date.today() - timedelta(days=5))
    # The rate of females of the last authority and three years.
    sheets["Table 8"][-1][3] = round(sheets["Table 8"][-1][3] + 0.1, 1)
    home.put("ons.drug_poisoning_deaths", revised, "deaths.xlsx", sheets)


@pytest.fixture(scope="module")
def asked(refreshed: Home, postgres, tmp_path_factory) -> Iterator[Doors]:
    def make(home: Home) -> None:
        shutil.copytree(refreshed.path, home.path, dirs_exist_ok=True)
        put_files(home)
        outcome = home.refresh()
        assert outcome.exit_code == 0, outcome.output

    yield from doors(made_once("asked", make, tmp_path_factory), postgres)


def test_there_are_fifteen_each_of_at_most_three_lines_and_without_a_join():
    assert [number for number, _, _ in ASKED] == [str(number) for number in range(1, 16)]
    for _, query, _ in ASKED:
        assert len(query.splitlines()) <= 3
        assert " join " not in query.lower()


@pytest.mark.parametrize(("number", "query", "shown"), ASKED, ids=[number for number, _, _ in ASKED])
def test_the_answer_is_the_one_shown_and_the_same_through_both_doors(shipped: Doors, number, query, shown):
    through_file, through_postgres = shipped.rows(query)
    assert through_file == through_postgres
    assert shipped.file(query).to_string(index=False, na_rep="") == shown


@pytest.mark.parametrize(("number", "query"), [asked[:2] for asked in ASKED], ids=[number for number, _, _ in ASKED])
def test_each_has_an_answer_once_its_file_is_there(asked: Doors, number: str, query: str):
    through_file, through_postgres = asked.rows(query)
    assert through_file == through_postgres
    assert through_file != []


NEIGHBOURS = """
select facts.indicator_id, facts.area_code, facts.period_id, periods.previous_period_id, facts.change,
    facts.percent_change, facts.change_lower_95, facts.change_upper_95, facts.rate_ratio, facts.rate_ratio_lower_95,
    facts.rate_ratio_upper_95, facts.change_test, facts.change_p_value, facts.is_significant_change
from marts.fct_indicators as facts inner join marts.dim_periods as periods using (period_id)
where facts.previous_value is not null and facts.change_test <> 'none'
order by facts.change_test, facts.indicator_id, facts.area_code, facts.period_id
"""


def test_two_neighbouring_periods_compare_as_the_marts_have_them(asked: Doors):
    rows = asked.home.query(NEIGHBOURS)
    # Some of each test: a call for every row would take minutes.
    of_tests: dict[str, list[tuple]] = {}
    for row in rows:
        of_tests.setdefault(row[11], []).append(row)
    assert {"exact_conditional_counts", "exact_conditional_rates", "two_proportions"} <= set(of_tests)
    chosen = [row for of_test in of_tests.values() for row in of_test[:: max(len(of_test) // 12, 1)]]
    with duckdb.connect(str(asked.home.warehouse), read_only=True) as connection:
        for indicator, area, period, before, *facts in chosen:
            (compared,) = connection.execute(
                "select change, percent_change, change_lower_95, change_upper_95, rate_ratio, rate_ratio_lower_95, "
                "rate_ratio_upper_95, change_test, change_p_value, is_significant_change "
                "from marts.compare(?, ?, ?, ?)",
                [indicator, area, before, period],
            ).fetchall()
            assert list(compared) == pytest.approx(facts, nan_ok=True), (indicator, area, period)
