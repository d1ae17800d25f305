"""ons.alcohol_specific_deaths: its reader on a small file, and what the shipped release gives."""

from copy import deepcopy
from pathlib import Path

import pytest
from layouts import alcohol_by_authority

from orchestration.datasets.declaration import DATASETS
from orchestration.datasets.ons import alcohol_specific_deaths
from orchestration.support.refusal import Refusal

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


def with_delays(
    title="Table 5: Median registration delays for alcohol-specific deaths, 2021 [note 2]", median=7
) -> dict:
    """The yearly workbook with its table of registration delays."""
    header = ["Area code", "Area name [note 4]", "Median delay in days", "Lower quartile", "Upper quartile"]
    england = ["E92000001", "England", "Persons", 2021, 7_000, 13.9, 13.5, 14.3]
    sheets = regions(rate=15.9)
    sheets["Table 1"].append(england)
    areas = [["E92000001", "England", 7, 4, 28], ["E12000005", "West Midlands", median, 4, 16]]
    return sheets | {"Table 5": [[title], header, *areas]}


def test_the_median_delay_of_registration_is_read_with_its_quartiles(release_of, tmp_path: Path):
    release = release_of(alcohol_specific_deaths, deaths__xlsx=with_delays())
    cells = alcohol_specific_deaths.read(release)
    chosen = cells[(cells["source_sheet"] == "Table 5") & (cells["area_code"] == "E12000005")]
    assert chosen[["measure_label", "sex", "registration_year", "value", "source_cell"]].values.tolist() == [
        ["registration delay, median", "Persons", "2021", "7", "C4"],
        ["registration delay, lower quartile", "Persons", "2021", "4", "D4"],
        ["registration delay, upper quartile", "Persons", "2021", "16", "E4"],
    ]
    # The deaths cover other areas and years, and the table is held to neither.
    DATASETS["ons.alcohol_specific_deaths"].rows_of(release, tmp_path)


@pytest.mark.parametrize(
    ("sheets", "said"),
    [
        (with_delays(median=3), "sheet 'Table 5', C4: found 3 (West Midlands, registration delay, median); expected 4 or more, because sheet 'Table 5', D4 has that (registration delay, lower quartile)"),
        (with_delays(median=-7), "sheet 'Table 5', C4: found '-7' (West Midlands, registration delay, median); expected a number that is not negative"),
        (with_delays(median="soon"), "sheet 'Table 5', C4: found 'soon' (West Midlands, registration delay, median)"),
        (with_delays(title="Median registration delays for alcohol-specific deaths"), "sheet 'Table 5': found the title 'Median registration delays for alcohol-specific deaths'; expected the one year of the registration delays"),
    ],
    ids=["below its lower quartile", "negative", "no number", "no year"],
)  # fmt: skip
def test_a_damaged_table_of_delays_is_refused(release_of, tmp_path: Path, sheets, said):
    release = release_of(alcohol_specific_deaths, deaths__xlsx=sheets)
    with pytest.raises(Refusal) as refused:
        DATASETS["ons.alcohol_specific_deaths"].rows_of(release, tmp_path)
    assert said in str(refused.value)


def test_the_published_workbook_gives_the_median_delay_of_the_region(known):
    of = ("E12000005", "CY2021", "2022-12-08")
    median = "alcohol_specific_registration_delay_median"
    assert known(median, *of) == (7, None, None, "published", "Table 5", "C12")
    assert known(median.replace("median", "upper_quartile"), *of) == (16, None, None, "published", "Table 5", "E12")


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


def authorities(change=lambda sheets: None) -> dict:
    """The workbook by local authority, with a change."""
    sheets = deepcopy(alcohol_by_authority())
    change(sheets)
    return sheets


def test_the_workbook_by_authority_is_read_by_years_with_rates_limits_and_marks(release_of):
    def flagged(sheets: dict) -> None:
        sheets["Table_2"][5][5:9] = ["[x]", "[x]", "[x]", "[x]"]
        sheets["Table_2"][5][6] = None
        sheets["Table_2"][6][6] = "u"

    sheets = authorities(flagged)
    cells = alcohol_specific_deaths.read(release_of(alcohol_specific_deaths, deaths__xlsx=sheets))
    chosen = cells[
        cells["area"].isin(["Birmingham", "Coventry"]) & cells["registration_year"].isin(["2021", "2019 to 2021"])
    ]
    columns = [
        "area_code",
        "registration_year",
        "measure_label",
        "value",
        "flag",
        "lower_limit",
        "upper_limit",
        "source_cell",
    ]
    assert chosen[columns].values.tolist() == [
        ["E08000025", "2021", "persons, deaths", "31", None, None, None, "E6"],
        ["E08000026", "2021", "persons, deaths", "35", None, None, None, "E7"],
        ["E08000025", "2019 to 2021", "persons, deaths", "95", None, None, None, "E6"],
        ["E08000025", "2019 to 2021", "persons, rate", "[x]", None, "[x]", "[x]", "F6"],
        ["E08000026", "2019 to 2021", "persons, deaths", "107", None, None, None, "E7"],
        ["E08000026", "2019 to 2021", "persons, rate", "5.3", "u", "4.3", "7.1", "F7"],
    ]
    assert cells["area"].unique().tolist()[:4] == [
        "ENGLAND",
        "WEST MIDLANDS",
        "West Midlands (Met County)",
        "Birmingham",
    ]


def test_a_table_of_registration_delays_is_not_read(release_of):
    def delays(sheets: dict) -> None:
        sheets["Table_3"] = [["Median registration delay of alcohol-specific deaths"], *sheets["Table_1"][1:]]

    cells = alcohol_specific_deaths.read(release_of(alcohol_specific_deaths, deaths__xlsx=authorities(delays)))
    assert set(cells["source_sheet"]) == {"Table_1", "Table_2"}


def put(sheet: str, row: int, column: int, content: object):
    def change(sheets: dict) -> None:
        sheets[sheet][row][column] = content

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("Table_2", 1, 5, "2019 to 2021 Rate per million"), "F2: found the header '2019 to 2021 Rate per million'"),
        (put("Table_2", 1, 7, "2019 to 2021 Estimate"), "H2: found the header '2019 to 2021 Estimate'"),
        (put("Table_2", 1, 4, "2018 to 2021 Number of deaths"), "row 2: found no deaths of 2019 to 2021"),
        (put("Table_2", 0, 0, "Suicides by local authority"), "found the title 'Suicides by local authority'"),
        (put("Table_2", 5, 0, "Birmingham"), "A6: found 'Birmingham' beside figures"),
        (put("Table_2", 5, 6, "?"), "G6: found the mark '?' beside a rate"),
        (put("Table_2", 5, 4, None), "E6: found an empty cell"),
        (put("Table_2", 5, 4, 96), "E6: found 96 for Birmingham, 2019 to 2021, persons, deaths; expected the sum of its years"),
        (put("Table_1", 3, 4, 900), "E4: found 900 for WEST MIDLANDS, 2021"),
    ],
    ids=["per million", "an unknown column", "years lost", "another subject", "no code", "a mark", "emptied", "a sum", "a county"],
)  # fmt: skip
def test_a_damaged_workbook_by_authority_is_refused(release_of, tmp_path: Path, change, said):
    release = release_of(alcohol_specific_deaths, deaths__xlsx=authorities(change))
    with pytest.raises(Refusal) as refused:
        DATASETS["ons.alcohol_specific_deaths"].rows_of(release, tmp_path)
    assert said in str(refused.value)


def test_the_workbook_by_authority_gives_the_measures_of_the_authorities(home):
    sheets = authorities(put("Table_2", 5, 6, "u"))
    home.put("ons.alcohol_specific_deaths", "2024-04-22", "alcoholspecificdeathsbylocalauthority2022.xlsx", sheets)
    assert home.build("fct_observations").reasons == ()
    assert home.query(
        "select measure_id, period_id, value, value_status, lower_limit, upper_limit, source_sheet, source_cell "
        "from marts.fct_observations where area_code = 'E08000025' and release_id like '%@2024-04-22' "
        "and period_id in ('CY2021', 'CY2019-21') order by all"
    ) == [
        ("alcohol_specific_deaths_registered", "CY2019-21", 95, "published", None, None, "Table_2", "E6"),
        ("alcohol_specific_deaths_registered", "CY2021", 31, "published", None, None, "Table_1", "E6"),
        ("alcohol_specific_mortality_rate", "CY2019-21", 4.8, "unreliable", 3.8, 6.3, "Table_2", "F6"),
    ]
