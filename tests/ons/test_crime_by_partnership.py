"""ons.crime_by_partnership: tables of offences by partnership on built workbooks, and ONS's own workbook."""

import pytest
from homes import Home

from orchestration.datasets.ons import crime_by_partnership
from orchestration.support.refusal import Refusal

TITLE = "Table C2: Number of police recorded crimes for headline offences by Community Safety Partnership area, England and Wales, {ending} [note 1]"
HEADER = [
    *("Police Force\nArea code", "Police Force\nArea name", "Community Safety\nPartnership code"),
    *("Community Safety\nPartnership name", "Local Authority code", "Local Authority name"),
    *("Total recorded crime\n (excluding fraud)", "Drug offences"),
]
FORCE = ["E23000014", "West Midlands"]
AREAS = [
    [*FORCE, None, None, None, None, 130, 30],
    *[
        [*FORCE, f"E2200033{5 + n}", name, f"E0800002{5 + n}", name, 10, 3]
        for n, name in enumerate(["Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull "])
    ],
    [*FORCE, "E22000340", "Walsall", "E08000030", "Walsall", 10, 3],
    [*FORCE, "E22000341", "Wolverhampton", "E08000031", "Wolverhampton", 10, 3],
    [*FORCE, None, "Unassigned West Midlands", None, None, 60, 9],
]


def workbook(sheet="Table C2", header=HEADER, areas=AREAS, ending="year ending December 2024", titles=1) -> dict:
    return {
        "Table P2": [
            ["Table P2: offence group and police force area, percentage change, year ending December 2024"],
            ["Area Code", "Area Name", "Total recorded crime (excluding fraud)", "Drug offences"],
            ["E23000014", "West Midlands", -1, -2],
        ],
        sheet: [*[[TITLE.format(ending=ending)]] * titles, ["Link to Notes page"], header, *areas],
    }


@pytest.mark.parametrize(
    ("sheets", "cell"),
    [
        (workbook(), "H4"),
        (workbook(sheet="Table C2 "), "H4"),
        (workbook(titles=3), "H6"),
        (workbook(header=[*HEADER[:7], "Drug offences [note 12]"]), "H4"),
        (
            workbook(header=[*HEADER[:6], HEADER[7], HEADER[6]], areas=[[*row[:6], row[7], row[6]] for row in AREAS]),
            "G4",
        ),
    ],
    ids=["as it is", "a space behind the sheet's name", "more titles", "a note", "columns moved"],
)
def test_offences_are_found_by_their_headers_and_an_authoritys_partnership_bears_its_code(release_of, sheets, cell):
    cells = crime_by_partnership.read(release_of(crime_by_partnership, tables__xlsx=sheets))
    drugs = cells.query("measure_label == 'drug offences'")
    assert drugs[["area_type", "area_code", "value", "period"]].values.tolist()[0] == [
        *("police force area", "E23000014", "30", "year ending December 2024"),
    ]
    assert drugs["source_cell"].iloc[0] == cell
    assert drugs["area_code"].iloc[1] == "E08000025"
    assert drugs[["area_type", "area_code", "area"]].values.tolist()[-1] == [
        *("unassigned", None, "Unassigned West Midlands"),
    ]


def test_two_partnerships_of_one_authority_keep_their_own_codes(release_of):
    north = ["E23000022", "Northamptonshire", "E22000233", "Corby", "E06000061", "North Northamptonshire", 9, 2]
    east = ["E23000022", "Northamptonshire", "E22000234", "Kettering", "E06000061", "North Northamptonshire", 8, 1]
    sheets = workbook(areas=[*AREAS, north, east])
    cells = crime_by_partnership.read(release_of(crime_by_partnership, tables__xlsx=sheets))
    assert cells.query("measure_label == 'drug offences'")["area_code"].tolist()[-2:] == ["E22000233", "E22000234"]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        (
            workbook(ending="latest year"),
            "sheet 'Table C2': found the title 'Table C2: Number of police recorded crimes",
        ),
        (workbook(header=[*HEADER[:7], "Narcotics"]), "found no table of offences by community safety partnership"),
        (
            workbook(areas=[*AREAS, ["Mordor", "Mordor", None, None, None, None, 1, 1]]),
            "sheet 'Table C2', A13: found 'Mordor'; expected the GSS code of a force",
        ),
        (workbook(areas=[[*AREAS[0][:7], None]]), "sheet 'Table C2', H4: found an empty cell"),
    ],
    ids=["no year in the title", "a renamed measure", "an unknown force", "an empty cell"],
)
def test_a_layout_that_is_not_understood_is_refused_with_its_cell(release_of, sheets, message):
    with pytest.raises(Refusal) as refused:
        crime_by_partnership.read(release_of(crime_by_partnership, tables__xlsx=sheets))
    assert message in str(refused.value)


WRONG = {"2026-03-31": {(0, 7): 31}, "2026-04-01": {(1, 5): "Coventry"}}
WRONG |= {"2026-04-02": {(2, 7): "[q]", (8, 3): "Unassigned Rohan"}}


@pytest.fixture(scope="module")
def refused(refreshed: Home, tmp_path_factory) -> str:
    """What is said of a release each with these cells."""
    home = refreshed.copy(tmp_path_factory.mktemp("refused"))
    for day, cells in WRONG.items():
        areas = [list(row) for row in AREAS]
        for (row, column), found in cells.items():
            areas[row][column] = found
        home.put("ons.crime_by_partnership", day, "tables.xlsx", workbook(areas=areas))
    return "\n".join(home.build("fct_observations").reasons)


def test_parts_that_do_not_add_up_are_refused_with_sheet_and_cell(refused: str):
    found = "found 31 for West Midlands, drug offences; expected the sum of its 8 parts, 30"
    assert f"raw/ons/crime_by_partnership/2026-03-31/tables.xlsx, sheet 'Table C2', H4: {found}" in refused


def test_an_exchanged_area_is_refused_with_sheet_and_cell(refused: str):
    found = "found the code E08000025 beside the name 'Coventry'; expected one of its names (birmingham"
    assert f"raw/ons/crime_by_partnership/2026-04-01/tables.xlsx, sheet 'Table C2', G5: {found}" in refused


def test_an_unknown_area_and_an_unknown_symbol_are_refused_with_sheet_and_cell(refused: str):
    sheet = "raw/ons/crime_by_partnership/2026-04-02/tables.xlsx, sheet 'Table C2'"
    expected = "expected a number or '[x]' or '[z]' or '[u]' or '[u1]'."
    assert f"{sheet}, H6: found '[q]' (Coventry, drug offences); {expected}" in refused
    assert f"{sheet}, G12: found the row 'Unassigned Rohan'" in refused


KNOWN = {
    "E08000025": (3798, "Z389"),
    "E08000026": (979, "Z390"),
    "E08000027": (471, "Z391"),
    "E08000028": (798, "Z392"),
    "E08000029": (365, "Z393"),
    "E23000014-UNALLOCATED": (151, "Z394"),
    "E08000030": (657, "Z395"),
    "E08000031": (634, "Z396"),
    "E23000014": (7853, "Z388"),
}


@pytest.mark.parametrize("area_code", KNOWN)
def test_the_published_workbook_gives_drug_offences_by_partnership(known, area_code):
    value, cell = KNOWN[area_code]
    assert known("drug_offences_recorded_twelve_months", area_code, "R12-2024-12", "2025-04-24") == (
        *(value, None, None, "published", "Table C2", cell),
    )


def test_the_published_workbook_gives_the_year_before_too(known):
    of = ("drug_offences_recorded_twelve_months", "E23000014", "R12-2023-12", "2025-04-24")
    assert known(*of)[0] == 7701
