"""ons.alcohol_specific_deaths: its reader on a small file, and what the shipped release gives."""

import pytest

from orchestration.defs.ons import alcohol_specific_deaths
from orchestration.refusal import Refusal

FIGURES = """deaths,place,area_type,area,registration_year,credited_to
"1,020",Table 15,local authority,Walsall,2023,ONS
"""


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(alcohol_specific_deaths, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "1,020"
    assert cell["source_cell"] == "line 2, column deaths"
    assert {label: cell[label] for label in ["area", "measure_label", "registration_year"]} == {
        "area": "Walsall",
        "measure_label": "deaths",
        "registration_year": "2023",
    }


def test_wolverhampton_comes_from_the_sentence_and_completes_the_county(observed):
    rows = observed("alcohol_specific_deaths_registered")
    assert ("E08000031", "CY2022", "56", 56, "published") in rows
    assert ("E08000031", "CY2023", "58", 58, "published") in rows
    assert sum(value for area, period, _, value, _ in rows if period == "CY2023" and area.startswith("E08")) == 503


def regions(
    header="Year [note 3]", sheet="Table 1", titles=1, rate="1.6 (u)", last="Upper 95% confidence interval"
) -> dict:
    quantities = ["Number of deaths", "Age-standardised rate per 100,000", "Lower 95% confidence interval", last]
    return {
        sheet: [
            *[["Table 1: Alcohol-specific age-standardised death rates, for English regions"]] * titles,
            ["Area code", "Area name", "Sex", header, *quantities],
            ["E12000005", "West Midlands", "Persons", 2021, 897, rate, 14.9, 16.9],
        ],
        "Table 2": [["Sex", "Year [note 3]", "Age group", *quantities], ["Persons", 2021, "<1", 1, ":", ":", ":"]],
    }


@pytest.mark.parametrize(
    ("sheets", "row"),
    [
        (regions(), 3),
        (regions(header="Year [note 4]"), 3),
        (regions(sheet="Table 1 "), 3),
        (regions(titles=3), 5),
        (regions(last="Upper 95% confidence limit"), 3),
    ],
    ids=["as it is", "another note", "a space behind the sheet's name", "more titles", "limit for interval"],
)
def test_deaths_and_rates_are_found_by_their_headers(release_of, sheets, row):
    cells = alcohol_specific_deaths.read(release_of(alcohol_specific_deaths, deaths__xlsx=sheets))
    assert cells[["measure_label", "value", "lower_limit", "upper_limit", "source_cell"]].values.tolist() == [
        ["persons, deaths", "897", None, None, f"E{row}"],
        ["persons, rate", "1.6 (u)", "14.9", "16.9", f"F{row}"],
    ]


def test_a_workbook_without_regions_is_refused(release_of):
    sheets = regions()
    sheets["Table 1"][1][5] = "Crude rate"
    with pytest.raises(Refusal, match=r"deaths\.xlsx: found no table with the columns 'area code', 'area name', 'sex'"):
        alcohol_specific_deaths.read(release_of(alcohol_specific_deaths, deaths__xlsx=sheets))


def test_an_empty_figure_is_refused_with_its_cell(release_of):
    with pytest.raises(Refusal, match=r"deaths\.xlsx, sheet 'Table 1', F3: found an empty cell"):
        alcohol_specific_deaths.read(release_of(alcohol_specific_deaths, deaths__xlsx=regions(rate=None)))


def test_the_published_workbook_gives_the_regions_deaths_rate_and_limits(known):
    of = ("E12000005", "CY2021", "2022-12-08")
    assert known("alcohol_specific_deaths_registered", *of) == (897, None, None, "published", "Table 1", "E320")
    assert known("alcohol_specific_mortality_rate", *of) == (15.9, 14.9, 16.9, "published", "Table 1", "F320")
