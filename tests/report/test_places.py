"""A county and its police force are one place: shown once where their figures agree, and told apart where they differ."""

import csv
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from homes import Home, keep_indicators

from orchestration.report.site.places import left_out
from orchestration.report.site.write import write_site

COUNTY, FORCE = "E11000005", "E23000014"
PLACE = "West Midlands (county and police force)"
BY_COUNTY = "West Midlands Metropolitan County: Office for National Statistics"
BY_FORCE = "West Midlands Police: sum of local authorities"


def figures(**of_area: dict[str, float | None]) -> list[dict]:
    """Rows of areas: None stands for a suppressed figure."""
    return [
        {
            "area_code": area,
            "period_id": period,
            "value": value,
            "decimals": 1,
            "value_status": "suppressed" if value is None else "published",
        }
        for area, values in of_area.items()
        for period, value in values.items()
    ]


@pytest.mark.parametrize(
    ("publisher", "rows", "hidden"),
    [
        # The same figures: the force for what the police and the Home Office publish, else the county.
        ("police", figures(county={"2023": 1.0}, force={"2023": 1.0}), {"county"}),
        ("home_office", figures(county={"2023": 3.68}, force={"2023": 3.71}), {"county"}),
        ("ons", figures(county={"2023": 1.0}, force={"2023": 1.0}), {"force"}),
        ("ons", figures(county={"2023": None}, force={"2023": None}), {"force"}),
        # One alone has figures, or has more of them.
        ("police", figures(county={"2023": 1.0}), {"force"}),
        ("ons", figures(force={"2023": 1.0}), {"county"}),
        ("police", figures(county={"2023": 1.0, "2024": 2.0}, force={"2023": 1.0}), {"force"}),
        ("ons", figures(county={"2023": 1.0}, force={"2023": 1.0, "2024": 2.0}), {"county"}),
        ("ons", [], {"force"}),
        # The figures differ, one is suppressed, or each has periods of its own.
        ("ons", figures(county={"2023": 1.0, "2024": 2.0}, force={"2023": 1.0, "2024": 2.1}), set()),
        ("police", figures(county={"2023": None}, force={"2023": 1.0}), set()),
        ("police", figures(county={"2022": 1.0}, force={"2023": 1.0}), set()),
    ],
)
def test_one_area_stands_for_both_only_where_it_has_the_figures_of_both(publisher, rows, hidden):
    assert left_out(rows, ["county", "force"], publisher) == hidden


@pytest.fixture(scope="module")
def apart(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a copy of the warehouse in which the force has other figures of deaths than the county."""
    folder = tmp_path_factory.mktemp("apart")
    shutil.copyfile(refreshed.warehouse, folder / "warehouse.duckdb")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "update marts.fct_indicators set value = value + 7 "
            "where indicator_id = 'drug_poisoning_deaths' and area_code = ? and value is not null",
            [FORCE],
        )
        keep_indicators(connection, "drug_poisoning_deaths", "alcohol_specific_deaths", "drug_offences")
    write_site(folder / "warehouse.duckdb", folder / "site")
    return folder / "site"


def labels(page: str) -> list[str]:
    """The labels of the rows of the tables of a page, in order."""
    found = re.findall(r'<th scope="row">(.*?)</th>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", label).strip() for label in found]


def test_the_county_and_its_force_are_the_same_area_in_the_data(warehouse: duckdb.DuckDBPyConnection):
    assert warehouse.execute("from staging.int_same_areas").fetchall() == [(FORCE, COUNTY)]


def test_no_page_has_both_as_if_they_were_two_places(site: Path, warehouse: duckdb.DuckDBPyConnection):
    both = {
        name
        for (name,) in warehouse.execute(
            "select indicator_id from marts.fct_indicators where value is not null and area_code in (?, ?) "
            "group by 1 having count(distinct area_code) = 2",
            [COUNTY, FORCE],
        ).fetchall()
    }
    assert "drug_poisoning_deaths" in both
    shown = 0
    for path in (site / "indicators").glob("*.html"):
        names = labels(path.read_text(encoding="utf-8"))
        assert not {"West Midlands Metropolitan County", "West Midlands Police"} & set(names), path.name
        newest = names[: names.index(names[0], 1)] if names[0] in names[1:] else names
        assert newest.count(PLACE) <= 1, path.name
        shown += PLACE in names
    assert shown > 30
    compare = (site / "compare.html").read_text(encoding="utf-8")
    assert compare.count('<th scope="col" class="number" data-area="E11000005">') == 1
    assert f'data-area="{FORCE}"' not in compare
    assert (site / "areas.html").read_text(encoding="utf-8").count(PLACE) == 1


def test_a_chart_has_one_panel_for_the_place_and_its_file_of_figures_keeps_both_codes(site: Path):
    def codes(path: Path) -> set[str]:
        with path.open(encoding="utf-8", newline="") as stream:
            return {row["area_code"] for row in csv.DictReader(stream)}

    assert codes(site / "charts" / "drug_poisoning_deaths.csv") & {COUNTY, FORCE} == {COUNTY}
    assert codes(site / "charts" / "drug_offences.csv") & {COUNTY, FORCE} == {FORCE}
    assert codes(site / "indicators" / "drug_poisoning_deaths.csv") >= {COUNTY, FORCE}


def test_the_page_of_the_place_has_the_figures_of_both_and_the_other_address_leads_to_it(site: Path):
    page = (site / "areas" / f"{COUNTY}.html").read_text(encoding="utf-8")
    assert f"<h1>{PLACE}</h1>" in page
    assert (
        "West Midlands Metropolitan County (E11000005) and West Midlands Police (E23000014), "
        "which cover the same local authorities." in page
    )
    assert f"|drug_poisoning_deaths|{COUNTY}|" in page
    assert f"|drug_offences|{FORCE}|" in page
    other = (site / "areas" / f"{FORCE}.html").read_text(encoding="utf-8")
    assert (
        "West Midlands Police covers the same local authorities as West Midlands Metropolitan County, so both have one "
        f'page: <a href="{COUNTY}.html">{PLACE}</a>.' in other
    )


def test_figures_that_differ_stay_with_their_sources(apart: Path):
    page = (apart / "indicators" / "drug_poisoning_deaths.html").read_text(encoding="utf-8")
    names = labels(page)
    assert {BY_COUNTY, BY_FORCE} <= set(names)
    assert PLACE not in names
    newest = page[: page.index("</table>")]
    values = dict(re.findall(rf'\|({COUNTY}|{FORCE})\|CY2024" data-column="value"[^>]*>([\d,]+)<', newest))
    assert int(values[FORCE]) == int(values[COUNTY]) + 7
    chart = (apart / "charts" / "drug_poisoning_deaths.csv").read_text(encoding="utf-8")
    assert BY_COUNTY in chart
    assert BY_FORCE in chart
    # One page and one column, with a row for each.
    area = (apart / "areas" / f"{COUNTY}.html").read_text(encoding="utf-8")
    rows = [row for row in area.split("<tr") if "indicators/drug_poisoning_deaths.html" in row]
    assert [BY_COUNTY in row for row in rows] == [True, False]
    assert [BY_FORCE in row for row in rows] == [False, True]
    compare = (apart / "compare.html").read_text(encoding="utf-8")
    rows = [row for row in compare.split("<tr") if 'indicators/drug_poisoning_deaths.html"' in row]
    assert len(rows) == 2
    assert [re.findall(rf'data-of="[^"]*\|({COUNTY}|{FORCE})\|', row) for row in rows] == [[COUNTY], [FORCE]]
    # What does not differ is one place still.
    assert PLACE in labels((apart / "indicators" / "alcohol_specific_deaths.html").read_text(encoding="utf-8"))
