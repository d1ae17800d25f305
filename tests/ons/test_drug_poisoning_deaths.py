"""ons.drug_poisoning_deaths: its reader on small files, what the shipped release gives, and ONS's own workbook."""

import time

import pytest
from homes import Home

from orchestration.datasets.ons import drug_poisoning_deaths
from orchestration.support.refusal import Refusal

FIGURES = """place,area_type,area,registration_year,deaths,credited_to
Table 12,local authority,Walsall,2024,"1,020",ONS
"""

POISONING = "Number of deaths related to drug poisoning, persons by local authority, England and Wales"
RATES = (
    "Number of deaths and age-standardised mortality rate for deaths related to drug misuse, males by local authority"
)
QUANTITIES = ["Deaths", "Rate 1", None, "Lower Confidence Limit 2", "Upper Confidence Limit 2", None]


def yearly(years=(2023, 2022), titles=1, code="Area Codes", sheet="Table 1", counts=(98, 89)) -> dict:
    return {
        "Contents": [["Worksheet names", "Deaths related to drug poisoning by local authority"]],
        sheet: [
            *[[POISONING]] * titles,
            [],
            [code, "Area Names", None, None, *years],
            ["E92000001", "ENGLAND", None, None, *[4532] * len(years)],
            [],
            ["E08000025", None, None, "Birmingham ", *counts, *[7] * (len(years) - 2)],
            ["Footnotes"],
            ["1 Figures for 2023 are provisional."],
        ],
    }


def three_years(quantities=QUANTITIES, blocks=("2021–23", "2020–22"), rate=9.2, flag="U") -> dict:
    first = [*blocks[:1], None, None, None, None, None]
    second = [*blocks[1:], None, None, None, None, None]
    return {
        "Table 7": [
            [RATES],
            ["Area Codes", "Area Names", None, None, *first, *second],
            [None, None, None, None, *quantities, *QUANTITIES],
            ["E08000026", None, None, "Coventry", 12, rate, flag, 8.1, 10.3, None, 9, ":", None, ":", ":", None],
        ]
    }


def test_a_figure_is_read_as_printed_with_its_labels_and_its_place(read):
    cells = read(drug_poisoning_deaths, FIGURES)
    (cell,) = cells.to_dict("records")
    assert cell["value"] == "1,020"
    assert cell["source_cell"] == "line 2, column deaths"
    assert {label: cell[label] for label in ["area", "measure_label", "registration_year"]} == {
        "area": "Walsall",
        "measure_label": "deaths",
        "registration_year": "2024",
    }


def test_the_authorities_add_up_to_the_county_in_both_years(observed):
    rows = observed("drug_poisoning_deaths_registered")
    for period, total in (("CY2023", 295), ("CY2024", 262)):
        parts = [value for area, row_period, _, value, _ in rows if row_period == period and area.startswith("E08")]
        assert len(parts) == 7
        assert sum(parts) == total
        assert ("E11000005", period, str(total), total, "published") in rows


@pytest.mark.parametrize(
    ("sheets", "cell"),
    [
        (yearly(), "E6"),
        (yearly(titles=3), "E8"),
        (yearly(code="Area Code 2"), "E6"),
        (yearly(sheet="Table 1 "), "E6"),
        (yearly(years=(2023, 2022, 2021)), "E6"),
    ],
    ids=["as it is", "two more title rows", "another footnote", "a space behind the sheet's name", "another year"],
)
def test_a_yearly_count_is_found_by_its_headers_wherever_it_stands(release_of, sheets, cell):
    cells = drug_poisoning_deaths.read(release_of(drug_poisoning_deaths, deaths__xlsx=sheets))
    (count,) = cells.query("area_code == 'E08000025' and registration_year == '2023'").to_dict("records")
    assert (count["value"], count["measure_label"], count["area"]) == (
        "98",
        "drug poisoning, persons, deaths",
        "Birmingham ",
    )
    assert count["source_cell"] == cell
    assert count["source_sheet"].strip() == "Table 1"


def test_a_moved_column_of_years_keeps_its_figures(release_of):
    cells = drug_poisoning_deaths.read(
        release_of(drug_poisoning_deaths, deaths__xlsx=yearly(years=(2022, 2023), counts=(89, 98)))
    )
    (count,) = cells.query("area_code == 'E08000025' and registration_year == '2023'").to_dict("records")
    assert (count["value"], count["source_cell"]) == ("98", "F6")


def test_three_year_figures_carry_their_limits_and_their_flag(release_of):
    cells = drug_poisoning_deaths.read(release_of(drug_poisoning_deaths, deaths__xlsx=three_years()))
    columns = ["registration_year", "measure_label", "value", "flag", "lower_limit", "upper_limit", "source_cell"]
    assert cells[columns].values.tolist() == [
        ["2021–23", "drug misuse, males, deaths", "12", None, None, None, "E4"],
        ["2021–23", "drug misuse, males, rate", "9.2", "U", "8.1", "10.3", "F4"],
        ["2020–22", "drug misuse, males, deaths", "9", None, None, None, "K4"],
        ["2020–22", "drug misuse, males, rate", ":", None, ":", ":", "L4"],
    ]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        (
            three_years(quantities=["Deaths", "Ratio", None, "Lower Confidence Limit 2", "Upper Confidence Limit 2"]),
            "sheet 'Table 7', F3: found the heading 'Ratio' over figures of '2021–23'; expected in each block",
        ),
        (
            three_years(blocks=("2021–23", None)),
            "sheet 'Table 7', K3: found the heading 'Deaths' over figures of '2021–23'; expected in each block",
        ),
        (yearly(years=(2023, None)), "sheet 'Table 1', F3: found an empty header over figures such as that of row "),
        (yearly(years=(2023, "Rank")), "sheet 'Table 1', F3: found the header 'Rank'; expected a year"),
        (
            {"Table 1": [["Deaths by local authority"], ["Area Codes", "Area Names", 2023], ["E08000025", "x", 1]]},
            "sheet 'Table 1': found the title 'Deaths by local authority'; expected a table of deaths related to",
        ),
        (
            {
                "Table 1": [
                    [POISONING],
                    ["Area Codes", "Area Names", 2023],
                    ["E08000025", "A b", 1],
                    ["Rutland", None, 3],
                ]
            },
            "sheet 'Table 1', A4: found 'Rutland' beside figures; expected the GSS code of an area",
        ),
        (
            {"Table 1": [[POISONING], ["Area Codes", "Area Names", 2023], ["S12000033", "Aberdeen City", 1]]},
            "found no area of England (Aberdeen City …); expected figures for England's areas",
        ),
    ],
    ids=["a renamed measure", "no three years", "no year", "an unknown column", "another table", "no code", "Scotland"],
)
def test_a_layout_that_is_not_understood_is_refused_with_its_cell(release_of, sheets, message):
    with pytest.raises(Refusal) as refused:
        drug_poisoning_deaths.read(release_of(drug_poisoning_deaths, deaths__xlsx=sheets))
    assert message in str(refused.value)
    assert str(refused.value).startswith("raw/ons/drug_poisoning_deaths/2026-03-31/deaths.xlsx")


@pytest.mark.parametrize(
    ("area_code", "value", "cell"),
    [
        ("E08000025", 98, "E178"),
        ("E08000026", 18, "E179"),
        ("E08000027", 14, "E180"),
        ("E08000028", 12, "E181"),
        ("E08000029", 7, "E182"),
        ("E08000030", 16, "E183"),
        ("E08000031", 18, "E184"),
        ("E11000005", 183, "E177"),
    ],
)
def test_the_published_workbook_gives_the_deaths_of_2021(known, area_code, value, cell):
    assert known("drug_poisoning_deaths_registered", area_code, "CY2021", "2022-08-03") == (
        *(value, None, None, "published", "Table 1", cell),
    )


def test_the_published_workbook_gives_three_year_deaths_and_rate_with_limits(known):
    of = ("E08000025", "CY2019-21", "2022-08-03")
    assert known("drug_poisoning_deaths_registered", *of) == (284, None, None, "published", "Table 3", "E177")
    assert known("drug_poisoning_mortality_rate", *of) == (9.2, 8.1, 10.3, "published", "Table 3", "F177")


def test_every_printed_symbol_of_the_published_workbook_has_its_status(published):
    rows = published.query(
        "select distinct case when value is null then value_text else 'number' end, value_status "
        "from marts.fct_observations where release_id = 'ons.drug_poisoning_deaths@2022-08-03' order by all"
    )
    assert rows == [
        ("", "not_available"),
        (":", "not_available"),
        ("number", "published"),
        ("number", "unreliable"),
    ]


def test_reading_the_published_workbook_takes_seconds(published_file, release_of, record_property):
    release = release_of(
        drug_poisoning_deaths, deaths__xlsx=published_file("ons/2021localauthorities.xlsx").read_bytes()
    )
    started = time.perf_counter()
    cells = drug_poisoning_deaths.read(release)
    seconds = time.perf_counter() - started
    record_property("measured", f"{len(cells)} figures of the ONS workbook read in {seconds:.2f} s")
    assert len(cells) == 107_022


@pytest.fixture(scope="module")
def refused(refreshed: Home, tmp_path_factory) -> str:
    """What is said of three releases: of areas exchanged, of an unknown symbol and of an unknown area."""
    home = refreshed.copy(tmp_path_factory.mktemp("refused"))
    exchanged = yearly()
    exchanged["Table 1"][5][3] = "Coventry"
    home.put("ons.drug_poisoning_deaths", "2026-10-16", "deaths.xlsx", exchanged)
    sheets = {
        "Table 1": [
            [POISONING],
            ["Area Codes", "Area Names", 2025],
            ["E08000025", "Birmingham", 98],
            ["E99000001", "Atlantis", 7],
            ["E08000027", "Dudley", "~"],
        ],
        **three_years(flag="Q"),
    }
    home.put("ons.drug_poisoning_deaths", "2026-10-17", "deaths.xlsx", sheets)
    # Symbols are the reader's matter, areas that of the seeds: they are looked at once every cell is understood.
    sheets["Table 1"][4][2] = 9
    sheets |= three_years()
    sheets["Table 7"][0] = [RATES.replace("males", "persons")]
    home.put("ons.drug_poisoning_deaths", "2026-10-18", "deaths.xlsx", sheets)
    return "\n".join(home.build("fct_observations").reasons)


RAW = "raw/ons/drug_poisoning_deaths"


def test_an_exchanged_area_is_refused_with_sheet_and_cell(refused: str):
    found = "found the code E08000025 beside the name 'Coventry'; expected one of its names (birmingham"
    assert f"{RAW}/2026-10-16/deaths.xlsx, sheet 'Table 1', E6: {found}" in refused


def test_an_unknown_symbol_is_refused_with_sheet_and_cell(refused: str):
    found = "found '~' (Dudley, drug poisoning, persons, deaths); expected a number or ':'."
    assert f"{RAW}/2026-10-17/deaths.xlsx, sheet 'Table 1', C5: {found}" in refused


def test_an_unknown_area_is_refused_with_table_and_cell(refused: str):
    assert f"{RAW}/2026-10-18/deaths.xlsx, Table 1, C4: found 'Atlantis'; expected an area" in refused
