"""What a release is held to of the release before it."""

from copy import deepcopy

import pandas as pd
import pytest
from damaged import read
from layouts import LAYOUTS, layout

from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.support.refusal import Refusal
from orchestration.validation.before import problems_since
from orchestration.validation.cells import Problem

load_datasets()


def since(dataset: str, before: pd.DataFrame, rows: pd.DataFrame) -> list[Problem] | None:
    """What a release of the dataset lacks of the one before."""
    return problems_since(before, rows, DATASETS[dataset].coverage, dataset)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda sheets: sheets.pop("Table 8"), "found nothing for 'drug misuse, females, deaths'"),
        (
            lambda sheets: [row.__delitem__(2) for row in sheets["Table 1"][1:]],
            "found nothing for 2021 (drug poisoning",
        ),
        (lambda sheets: [sheets[f"Table {n}"].pop() for n in range(1, 9)], "Wolverhampton is missing"),
    ],
    ids=["a table", "the newest year", "an authority"],
)
def test_what_the_release_before_or_another_table_holds_is_missed(change, message):
    of, sheets = layout("ons.drug_poisoning_deaths")
    before = read(of, sheets)
    change(sheets)
    try:
        problems = since(of.dataset, before, read(of, sheets))
        told = "\n".join(str(problem) for problem in problems if problem.blocks)
    except Refusal as refusal:
        told = str(refusal)
    assert message in told


@pytest.mark.parametrize("mark", [" [r]", " (2)", "\u00b2", " [note 2]"])
@pytest.mark.parametrize("dataset", ["home_office.recorded_crime", "home_office.crime_outcomes", "ndtms.viewit"])
def test_an_area_without_a_code_is_the_same_area_with_the_mark_of_a_note(dataset: str, mark: str):
    of, sheets = layout(dataset)
    before = read(of, sheets)
    name = before["area"].dropna().iloc[0]
    marked = {"": [[f"{cell}{mark}" if cell == name else cell for cell in row] for row in sheets[""]]}
    rows = read(of, marked)
    assert (rows["area"] == f"{name}{mark}").any()
    assert since(dataset, before, rows) == []


def test_a_group_that_is_gone_is_named_with_what_is_new_in_its_place():
    of, sheets = layout("ndtms.viewit")
    marked = {"": [["Opiates of all kinds" if cell == "Opiate" else cell for cell in row] for row in sheets[""]]}
    problems = since(of.dataset, read(of, sheets), read(of, marked))
    told = [str(problem) for problem in problems if problem.blocks]
    assert any("nothing for 'Opiate' (substance); new is 'Opiates of all kinds'" in text for text in told)


def test_a_new_year_beside_the_old_ones_is_no_loss_and_an_old_one_dropped_is_told():
    of, sheets = layout("ohid.alcohol_dependence_prevalence")
    before = read(of, sheets)
    later = deepcopy(sheets)
    later[""] += [[*row[:6], "2018/19"] for row in later[""][-7:]]
    assert since(of.dataset, before, read(of, later)) == []
    newer = {"": [row for row in later[""] if row[6] != "2015/16"]}
    (problem,) = since(of.dataset, before, read(of, newer))
    assert not problem.blocks
    assert "found nothing for the period FY2015-16" in str(problem)


def test_a_release_of_another_layout_is_not_held_to_the_one_before():
    before = read(*layout("ons.drug_poisoning_deaths"))
    (printed,) = [one for one in LAYOUTS[10:] if one.dataset == "ons.drug_poisoning_deaths"]
    assert since(printed.dataset, before, read(printed, printed.make())) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("E07000200", "Babergh", "E07000299", "Babergh"), "found 'Babergh' under E07000299; expected E07000200"),
        (
            ("E07000200", "Babergh", "E07000200", "Thurnham"),
            "found E07000200 under the name 'Thurnham'; expected 'babergh'",
        ),
        (("E06000048", "Northumberland", "E06000057", "Northumberland"), None),
        (("E12000006", "East", "E12000006", "EAST [note 3]"), None),
    ],
    ids=["recoded", "renamed", "explained by a seed row", "the same"],
)
def test_a_known_name_under_a_new_code_or_a_known_code_under_a_new_name_waits_for_a_seed_row(change, message):
    of, sheets = layout("ohid.alcohol_dependence_prevalence")
    old_code, old_name, code, name = change
    rows = [["East", old_name, old_code, 900, 800, 1000, year] for year in ("2015/16", "2016/17", "2017/18")]
    sheets[""] += rows
    before = read(of, sheets)
    for row in rows:
        row[1:3] = name, code
    problems = since(of.dataset, before, read(of, sheets))
    blocking = [str(problem) for problem in problems if problem.blocks]
    assert ([text for text in blocking if message in text] != []) if message else blocking == []


def test_two_exchanged_codes_beyond_the_partnership_are_found():
    of, sheets = layout("ohid.alcohol_dependence_prevalence")
    pair = [["East", "Babergh", "E07000200"], ["East", "Ipswich", "E07000202"]]
    sheets[""] += [[*one, 900, 800, 1000, year] for one in pair for year in ("2015/16", "2016/17", "2017/18")]
    before = read(of, sheets)
    for row in sheets[""][-6:]:
        row[2] = {"E07000200": "E07000202", "E07000202": "E07000200"}[row[2]]
    problems = since(of.dataset, before, read(of, sheets))
    assert {problem.rule for problem in problems if problem.blocks} == {"areas keep their codes and names"}


@pytest.mark.parametrize(
    ("dataset", "old", "new"),
    [
        ("ndtms.viewit", "Opiate", "Opiates"),
        ("ndtms.viewit", "intreatment_allintx", "num_intreatment_allintx"),
        ("ndtms.alcohol_treatment", "Alcohol - People in treatment", "People in treatment"),
        ("home_office.recorded_crime", "Drug offences", "DRUG OFFENCES"),
    ],
)
def test_a_label_that_the_seeds_name_as_another_is_not_gone(dataset: str, old: str, new: str):
    of, sheets = layout(dataset)
    before = read(of, sheets)
    renamed = {"": [[new if cell == old else cell for cell in row] for row in sheets[""]]}
    assert renamed != sheets
    assert since(dataset, before, read(of, renamed)) == []
