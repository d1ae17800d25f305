"""home_office.drug_seizures: the table by force and drug, and what it may not hold."""

from copy import deepcopy
from pathlib import Path

import pytest
from layouts import as_csv, seizures

from orchestration.datasets.declaration import DATASETS
from orchestration.datasets.home_office import drug_seizures
from orchestration.support.refusal import Refusal
from orchestration.validation.cells import ADVICE


def table(**cells: object) -> dict:
    """The table with some cells (`B3`) changed."""
    sheets = deepcopy(seizures())
    for address, content in cells.items():
        sheets["Table 5"][int(address[1:]) - 1][ord(address[0]) - ord("A")] = content
    return sheets


def test_a_count_is_read_with_its_drug_its_force_and_the_year_of_the_title(release_of):
    cells = drug_seizures.read(release_of(drug_seizures, tables__ods=table()))
    assert cells[["area_type", "area", "period", "measure_label", "value", "source_cell"]].values.tolist()[:3] == [
        ["force", "West Midlands", "2018/19", "all drugs", str(seizures()["Table 5"][2][1]), "B3"],
        ["force", "West Midlands", "2018/19", "cocaine", "900", "C3"],
        ["force", "West Midlands", "2018/19", "crack", "450", "D3"],
    ]
    assert len(cells) == 4 * 24


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("Seizures by force, year ending March 2023", "year ending March 2023"),
        ("Table 5: Seizures by force, 2018 to 2019", "2018 to 2019"),
        ("Seizures by force, England and Wales 2018-19", "2018-19"),
    ],
)
def test_the_year_stands_in_the_title_however_it_is_written(release_of, title: str, period: str):
    cells = drug_seizures.read(release_of(drug_seizures, tables__xlsx=table(A1=title)))
    assert set(cells["period"]) == {period}


def test_a_sheet_saved_as_csv_is_read_like_the_workbook(read):
    cells = read(drug_seizures, as_csv(seizures()["Table 5"]))
    # The header has a cell of two lines.
    assert cells["source_cell"].iloc[0] == "line 4, column All drugs"


def test_a_force_without_figures_is_kept_and_headings_notes_and_weights_are_not(release_of):
    sheets = table()
    width = len(sheets["Table 5"][1])
    sheets["Table 5"].insert(2, ["North East", *[None] * (width - 1)])
    sheets["Table 5"] += [["Hampshire", *[None] * (width - 1)], ["1. Seizures of several drugs count once."]]
    border = list(sheets["Table 5"][3])
    border[0], border[7], border[-1] = "Border Force", None, None
    sheets["Table 5"].append(border)
    sheets["Table 6"] = [["Quantity of drugs seized by police force, 2018/19"], *seizures()["Table 5"][1:]]
    cells = drug_seizures.read(release_of(drug_seizures, tables__xlsx=sheets))
    assert set(cells["source_sheet"]) == {"Table 5"}
    assert set(cells.loc[cells["area"] == "Hampshire", "value"]) == {""}
    assert cells["area"].unique().tolist() == [
        *("West Midlands", "Warwickshire", "London, City of", "British Transport Police", "Hampshire", "Border Force"),
    ]
    assert (cells.loc[cells["area"] == "Border Force", "value"] == "").sum() == 2


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        (table(A1="Seizures by force"), "sheet 'Table 5': found no financial year above the table"),
        (table(A1="Seizures, 2017/18 and 2018/19"), "found the years 2017/18, 2018/19 above the table"),
        (table(E2="Khat"), "found the drug 'khat'; expected a known drug"),
        (table(E2=None), "E2: found an empty header over figures"),
        (table(C3=None), "C3: found an empty cell (West Midlands, cocaine)"),
        (table(C3=9000), "K3: found 2,444 for West Midlands, 2018/19, total class a; expected at least 9,000"),
        (table(C3=1.5), "C3: found '1.5' (West Midlands, cocaine); expected a whole number"),
        (table(C3="-"), "C3: found '-' (West Midlands, cocaine)"),
        (table(A4="Middle Earth"), "A4: found the force 'Middle Earth'; expected one that seeds/areas/area_aliases.csv lists"),
        (table(A4="West Midlands"), "B4: found a second figure for force, West Midlands, 2018/19, all drugs"),
        (table(B3=99_999), "B3: found 99,999 for West Midlands, 2018/19, all drugs; expected at least"),
        (table(K2="Class A"), "found no table with the columns 'police force', 'all drugs'"),
    ],
    ids=["no year", "two years", "unknown drug", "no header", "emptied", "more than its class", "a fraction", "a symbol",
         "unknown force", "a force twice", "more than its parts", "no total"],
)  # fmt: skip
def test_a_damaged_table_is_refused_with_its_place(release_of, tmp_path: Path, sheets: dict, said: str):
    with pytest.raises(Refusal) as refused:
        DATASETS["home_office.drug_seizures"].rows_of(release_of(drug_seizures, tables__xlsx=sheets), tmp_path)
    assert said in str(refused.value)


def test_a_force_elsewhere_whose_figures_do_not_fit_is_told(release_of, tmp_path: Path):
    release = release_of(drug_seizures, tables__xlsx=table(B4=99_999))
    (advice,) = DATASETS["home_office.drug_seizures"].rows_of(release, tmp_path).attrs[ADVICE]
    assert "B4: found 99,999 for Warwickshire" in str(advice)


def test_seizures_are_measures_of_their_own_with_status_and_an_indicator(home):
    sheets = table(D3="[x]", A5="North East region")
    home.put("home_office.drug_seizures", "2019-12-05", "seizures.xlsx", sheets)
    assert home.build("dim_indicators", "fct_indicators", "fct_observations", "lineage").reasons == ()
    total = seizures()["Table 5"][2][1]
    assert home.query(
        "select measure_id, value, value_status, source_cell from marts.fct_observations where area_code = 'E23000014' "
        "and measure_id in ('drug_seizures', 'drug_seizures_cocaine', 'drug_seizures_crack') order by 1"
    ) == [
        ("drug_seizures", total, "published", "B3"),
        ("drug_seizures_cocaine", 900, "published", "C3"),
        ("drug_seizures_crack", None, "not_available", "D3"),
    ]
    assert home.query(
        "select value, polarity, unit from marts.fct_indicators inner join marts.dim_indicators using (indicator_id) "
        "where indicator_id = 'drug_seizures' and area_code = 'E23000014'"
    ) == [(total, "no_judgement", "seizures")]
    assert home.query(
        "select distinct area_code from marts.fct_observations where measure_id = 'drug_seizures' order by 1"
    ) == [("E12000001",), ("E23000014",), ("E23000017",), ("FORCE-BTP",)]
    assert home.query("select count(*) from marts.fct_observations where measure_id = 'illegal_substances_seized'") == [
        (1,)
    ]
