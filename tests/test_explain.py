"""`warehouse explain` leads from a figure to the cells it was printed in."""

import csv
import json
import re

import pytest
from homes import Home


def test_a_derived_figure_is_shown_with_all_its_parts_their_cells_and_what_is_wrong_in_print(refreshed: Home):
    outcome = refreshed.run("explain", "table_06", "community resolution", "2024/25")
    assert outcome.exit_code == 0
    lines = [line.strip("│├└─ ") for line in outcome.output.splitlines()]
    assert lines[0] == "Community resolution, 2024/25: 3,915 outcomes (published)"
    assert "value 3,915, sum of measures, 2 figures" in lines
    assert "change +761 from 3,154, +24.1%, statistically significant" in lines
    file = "raw/police/drug_offence_outcomes/2026-03-31/drug_offence_outcomes.csv"
    with (refreshed.path / file).open(encoding="utf-8", newline="") as stream:
        cells = list(csv.reader(stream))
    for value in ("3,865", "50"):
        (found,) = (line for line in lines if line.startswith(f'printed "{value}" in {file}, line '))
        number, column = found.rpartition("line ")[2].split(", column ")
        assert cells[int(number) - 1][cells[0].index(column)] == value
    assert "2025, Table 6, line 206: 624" in lines
    assert "discrepancy in 2025, Table 6: The offences print 50, 3,865, which make 3,915; 624 is printed." in lines


def test_a_rest_is_shown_as_the_force_less_its_areas(refreshed: Home):
    outcome = refreshed.run("explain", "table_03", "unallocated", "2023/24", "--json")
    (figure,) = json.loads(outcome.output)["figures"]
    assert figure["value"] == 10
    assert sum(part["part_sign"] * part["value"] for part in figure["parts"]) == 10
    assert len(figure["parts"]) == 8
    assert all(part["source_cell"] for part in figure["parts"])


def test_a_share_is_shown_with_its_numerator_and_its_denominator(refreshed: Home):
    outcome = refreshed.run("explain", "drug_offence_positive_outcome_proportion", "police", "FY2024-25", "--json")
    (figure,) = json.loads(outcome.output)["figures"]
    sums = {
        role: sum(part["value"] for part in figure["parts"] if part["role"] == role)
        for role in ("numerator", "denominator")
    }
    assert sums == {"numerator": 5657, "denominator": 8333}


@pytest.mark.parametrize(
    ("name", "row", "period"),
    [
        ("Table 12", "Dudley", "2024"),
        ("table 12", "E08000027", "CY2024"),
        ("TABLE_12", "dudley", "cy2024"),
        ("tab. 12", " dudley ", " 2024 "),
        ("Deaths related to drug poisoning", "dudley", "2024"),
        ("DRUG_POISONING_DEATHS", "dudley", "2024"),
    ],
)
def test_a_figure_is_found_by_any_spelling_of_its_table_or_indicator(refreshed: Home, name, row, period):
    (figure,) = json.loads(refreshed.run("explain", name, row, period, "--json").output)["figures"]
    assert (figure["indicator_id"], figure["area_code"], figure["value"]) == ("drug_poisoning_deaths", "E08000027", 25)


def test_a_figure_of_the_report_is_found_as_its_tables_are(refreshed: Home):
    for name in ("Figure 1", "figure_01", "fig 1", "FIGURE 01"):
        (figure,) = json.loads(refreshed.run("explain", name, "walsall", "2024/25", "--json").output)["figures"]
        assert figure["indicator_id"] == "drug_related_crimes"


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (("Tabel 12", "dudley", "2024"), "Did you mean Table 12?"),
        (("drug_poisoning_death", "dudley", "2024"), "Did you mean drug_poisoning_deaths?"),
        (("drug deaths", "dudley", "2024"), "Did you mean drug_poisoning_deaths?"),
        (("possession", "dudley", "2024"), "Did you mean drug_possession_offences"),
        (("alcohol dependance", "dudley", "2024"), "Did you mean alcohol_dependence_rate"),
        (("table 12", "Dudly", "2024"), "Did you mean Dudley?"),
        (("table 12", "Woolverhampton", "2024"), "Did you mean Wolverhampton?"),
        (("table 12", "E0800027", "2024"), "Did you mean Dudley?"),
        (("table 3", "dudley", "2024-25"), "Did you mean 2024/25?"),
        (("table 3", "dudley", "2024/2025"), "Did you mean 2024/25?"),
        (("table 3", "dudley", "FY24-25"), "Did you mean 2024/25?"),
        (("table 3", "dudley", "2024"), "Did you mean 2024/25"),
    ],
)
def test_of_a_near_miss_it_asks_what_was_meant(refreshed: Home, arguments, asked):
    outcome = refreshed.run("explain", *arguments)
    assert outcome.exit_code == 1
    assert asked in outcome.output


def test_what_is_suggested_for_a_name_has_figures_and_tables_are_listed_for_a_table_alone(refreshed: Home):
    outcome = refreshed.run("explain", "drug deaths", "dudley", "2024")
    assert "drug_misuse_deaths" not in outcome.output
    assert "table_01" not in outcome.output
    (suggested,) = re.findall(r"Did you mean (.*?)\?", outcome.output)
    for name in suggested.split(" or "):
        assert refreshed.query(f"select count(value) > 0 from marts.fct_indicators where indicator_id = '{name}'")[0][0]
    assert "expected one of figure_01, " in refreshed.run("explain", "table 66", "dudley", "2024").output


def test_of_a_far_miss_it_asks_nothing(refreshed: Home):
    for arguments in (("weather", "dudley", "2024"), ("table 12", "leeds", "2024"), ("table 12", "dudley", "last")):
        assert "Did you mean" not in refreshed.run("explain", *arguments).output


def test_the_change_of_a_percentage_is_in_percentage_points_and_once(refreshed: Home):
    outcome = refreshed.run("explain", "Table 5", "positive outcome proportion", "2024/25")
    (line,) = [line for line in outcome.output.splitlines() if "change +" in line]
    assert line.partition("change ")[2] == "+13.7 percentage points from 54.2, statistically significant"
    (counted,) = [
        line
        for line in refreshed.run("explain", "Table 12", "dudley", "2024").output.splitlines()
        if "change +" in line
    ]
    assert counted.partition("change ")[2] == "+5 from 20, +25.0%, not statistically significant"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("table_66", "birmingham", "2024"), "table_66: found no such table or indicator; expected one of figure_01, "),
        (("table_12", "leeds", "2024"), "table_12: found no row 'leeds'; expected one of Birmingham, Coventry, "),
        (("table_12", "dudley", "2019"), "table_12, dudley: found no period '2019'; expected one of 2023, 2024."),
    ],
)
def test_a_figure_that_is_not_there_is_refused_with_what_is(refreshed: Home, arguments, message):
    outcome = refreshed.run("explain", *arguments)
    assert outcome.exit_code == 1
    assert message in outcome.output


def test_without_a_warehouse_the_message_says_how_to_make_one(tmp_path):
    outcome = Home(tmp_path).run("explain", "table_12", "dudley", "2024")
    assert outcome.exit_code == 1
    assert "no warehouse is served. Run `warehouse refresh` first." in outcome.output
