"""What each release is held to: its own figures, its records and its areas; tests/test_before.py has the release before."""

import csv
import io
import re
from copy import deepcopy
from datetime import date
from pathlib import Path

import pytest
from damaged import read, written
from homes import Home, write_file
from layouts import LAYOUTS, Layout, as_csv, layout
from real_files import SHARED

from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.reading.tables import key
from orchestration.releases.release import Release
from orchestration.support.refusal import Refusal
from orchestration.validation.before import problems_since
from orchestration.validation.cells import ADVICE

load_datasets()


@pytest.mark.parametrize("of", LAYOUTS, ids=lambda of: of.dataset)
def test_a_good_file_of_every_layout_passes_with_nothing_to_look_at(of: Layout):
    rows = read(of, of.make())
    assert rows.attrs[ADVICE] == []
    coverage = DATASETS[of.dataset].coverage
    assert coverage is None or problems_since(rows, rows, coverage, of.dataset) == []


@pytest.mark.parametrize(
    ("dataset", "sheet", "row", "column", "value", "message"),
    [
        ("ons.drug_poisoning_deaths", "Table 1", 6, 2, -98, "found '-98' (Coventry, drug poisoning, persons, deaths)"),
        (
            "ons.drug_poisoning_deaths",
            "Table 1",
            6,
            2,
            980,
            "areas below it together; expected no more than their whole",
        ),
        ("ons.drug_poisoning_deaths", "Table 1", 4, 2, 9, "for the 7 areas below it together; expected no more"),
        ("ons.drug_poisoning_deaths", "Table 1", 6, 2, None, "of which Coventry is empty; expected the same number"),
        (
            "ons.drug_poisoning_deaths",
            "Table 3",
            7,
            2,
            None,
            "an empty cell (E08000026, 2019–21, drug poisoning, persons",
        ),
        (
            "ons.drug_poisoning_deaths",
            "Table 4",
            7,
            2,
            7,
            "found 644 for West Midlands (Met County), 2019–21",
        ),
        ("ons.drug_poisoning_deaths", "Table 3", 7, 5, 99, "expected a lower limit, the figure and an upper limit"),
        ("ons.drug_poisoning_deaths", "Table 1", 1, 4, "2019x", "found the header '2019x'; expected a year"),
        (
            "ons.alcohol_specific_deaths",
            "Table 1",
            2,
            4,
            1,
            "expected the sum of the nine regions, 1,737",
        ),
        ("ons.population_estimates", "", 5, 3, 1, "found 1 for Coventry, mid-2024, all ages"),
        ("ons.population_estimates", "", 1, 1, "SCOTLAND", "found the code E92000001 beside the name 'SCOTLAND'"),
        ("ons.crime_by_partnership", "Table C2", 2, 12, 7, "expected the sum of its"),
        (
            "ons.crime_by_partnership",
            "Table C2",
            3,
            4,
            "E0800002",
            "found 'E0800002'; expected the GSS code of an authority",
        ),
        ("ohid.fingertips", "", 1, 12, 2.857, "in the unit that 'Deaths, rate per 100,000' names"),
        ("ohid.fingertips", "", 1, 7, "Person", "found the sex 'Person'; expected a known sex"),
        ("ohid.fingertips", "", 1, 8, "Al ages", "found the age band 'Al ages'"),
        ("ohid.fingertips", "", 1, 13, 99, "with the limits 99 and"),
        ("ndtms.viewit", "", 1, 5, 21, "expected a multiple of 5"),
        ("ndtms.viewit", "", 5, 5, 300, "the sum of its parts"),
        ("ndtms.alcohol_treatment", "", 3, 5, 44.1, "expected 20, 400 in treatment out of 2,000"),
        ("ndtms.alcohol_treatment", "", 3, 5, 120, "expected a percentage between 0 and 100"),
        (
            "home_office.recorded_crime",
            "",
            1,
            5,
            "Possesion of drugs",
            "a drug offence as seeds/labels/home_office_offences.csv lists it",
        ),
        ("home_office.recorded_crime", "", 1, 6, "92C", "found the group, subgroup and code"),
        ("home_office.recorded_crime", "", 1, 4, "Drugs offences", "found the group, subgroup and code"),
        ("home_office.recorded_crime", "", 1, 7, -500, "expected a correction that is small beside the other quarters"),
        ("home_office.recorded_crime", "", 1, 1, 5, "found the quarter '5'; expected 1, 2, 3 or 4"),
        ("home_office.crime_outcomes", "", 1, 10, 12.5, "expected a whole number"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_with_its_place(dataset, sheet, row, column, value, message):
    of, sheets = layout(dataset)
    sheets[sheet][row][column] = value
    with pytest.raises(Refusal) as refused:
        read(of, sheets)
    assert message in str(refused.value)
    assert ("line " if of.is_csv else f"sheet '{sheet}', ") in str(refused.value)


def figures_of(of: Layout) -> list[tuple[str, int, int]]:
    """Some of the cells of figures of a file, in every sheet."""
    found = []
    for name, rows in of.make().items():
        numbers = [
            (name, row, column)
            for row, cells in enumerate(rows[of.header_row + 1 :], start=of.header_row + 1)
            for column, value in list(enumerate(cells))[of.first_figure : of.last_figure]
            if re.fullmatch(r"[\d,.]+", str(value))
        ]
        found += numbers[:: max(1, len(numbers) // 6)]
    return found


@pytest.mark.parametrize("of", LAYOUTS, ids=lambda of: f"{of.dataset}-{of.file_name}")
def test_a_figure_with_a_slip_in_it_is_told_once_and_nothing_that_follows_from_it(of: Layout):
    assert figures_of(of)
    for name, row, column in figures_of(of):
        sheets = deepcopy(of.make())
        sheets[name][row][column] = "39O"
        with pytest.raises(Refusal) as refused:
            read(of, sheets)
        (told,) = str(refused.value).splitlines()
        assert "39O" in told


@pytest.mark.parametrize("symbol", ["[c]", "[x]", "[z]", "[low]", "*", "-"])
def test_nobody_is_asked_to_put_a_number_where_a_symbol_stands(symbol: str):
    of, sheets = layout("ndtms.viewit")
    sheets[""][1][5] = symbol
    with pytest.raises(Refusal) as refused:
        read(of, sheets)
    assert f"found {symbol!r}" in str(refused.value)
    assert "Leave it if the publisher has no figure there, and name the symbol as docs/extending.md says." in str(
        refused.value
    )
    assert "Correct the value" not in str(refused.value)


def test_authorities_that_a_county_lacks_are_named():
    of, sheets = layout("ons.drug_poisoning_deaths")
    for rows in sheets.values():
        rows[:] = [row for row in rows if row[0] not in ("E08000027", "E08000029")]
    with pytest.raises(Refusal, match=r"West Midlands \(Met County\); expected 7; Dudley and Solihull are missing"):
        read(of, sheets)


def test_the_same_figure_in_two_sheets_is_told_with_sheet_and_cell_of_both():
    of, sheets = layout("ons.drug_poisoning_deaths")
    sheets["Data"] = deepcopy(sheets["Table 1"])
    with pytest.raises(
        Refusal, match=r"sheet 'Data', C3: found a second figure for E92000001, .*sheet 'Table 1', C3 \("
    ):
        read(of, sheets)


def test_slips_beyond_the_partnership_are_told_and_not_refused():
    of, sheets = layout("ons.drug_poisoning_deaths")
    for name in ("Table 1", "Table 2"):
        sheets[name] += [["W06000016", "Rhondda Cynon Taf", *[9] * 7]]
    for number in range(3, 9):
        sheets[f"Table {number}"].append(["W06000016", "Rhondda Cynon Taf", *[27, 1.0, None, 0.5, 1.8] * 5])
    rows = read(of, sheets)
    assert {problem.rule for problem in rows.attrs[ADVICE]} == {"parts make their whole"}
    assert "found 27 for Rhondda Cynon Taf" in str(rows.attrs[ADVICE][0])


@pytest.mark.parametrize("mark", [" [r]", "\n(p)", " (see note 2)", "\u00b2"])
def test_a_year_that_one_table_marks_and_another_does_not_is_one_year(mark: str):
    """And is held to the other tables all the same."""
    of, sheets = layout("ons.drug_poisoning_deaths")
    header = sheets["Table 1"][1]
    header[2] = f"{header[2]}{mark}"
    read(of, sheets)
    sheets["Table 1"][5][2] += 1
    with pytest.raises(Refusal, match="expected the sum of its years"):
        read(of, sheets)


def test_every_kind_of_area_of_the_united_kingdom_is_read(home: Home):
    _, sheets = layout("ons.population_estimates")
    others = {
        "S92000003": "SCOTLAND",
        "S12000033": "Aberdeen City",
        "N92000002": "NORTHERN IRELAND",
        "N09000003": "Belfast",
    }
    for code, name in others.items():
        sheets[""].append([code, name, "Council Area", 91 * 5, *[5] * 91])
    home.put("ons.population_estimates", "2025-07-30", "mye24.csv", as_csv(sheets[""]))
    assert home.build("dim_areas").reasons == ()
    assert home.query("select area_type from marts.dim_areas where area_code in ('S12000033', 'N09000003')") == [
        ("local_authority",),
        ("local_authority",),
    ]


def test_a_force_without_a_quarter_has_no_year_and_the_others_have_theirs_and_it_is_told(home: Home):
    _, sheets = layout("home_office.recorded_crime")
    rows = [row for row in sheets[""] if not (row[2] == "West Midlands" and row[1] == 4)]
    home.put("home_office.recorded_crime", "2024-07-24", "prc.csv", as_csv(rows))
    assert home.build("fct_observations", "release_findings").reasons == ()
    assert home.query(
        "select area_code, value, value_status, source_cell like '%; the force has 3 of 4 quarters' "
        "from marts.fct_observations where measure_id = 'drug_offences_recorded_home_office' order by all"
    ) == [("E23000014", None, "not_available", True), ("E23000017", 2024, "published", False)]
    assert home.query("select rule, found from audit.release_findings") == [
        ("a force has its quarters", "no quarter 4 of 2023/24 for West Midlands")
    ]


def test_a_new_value_note_of_fingertips_is_kept_in_words(home: Home):
    _, sheets = layout("ohid.fingertips")
    for row, note in ((1, "Value for Hackney and City of London combined"), (2, "Suppressed in a new way")):
        sheets[""][row][12:18] = [None] * 5 + [note]
    home.put("ohid.fingertips", "2024-07-24", "fingertips.csv", as_csv(sheets[""]))
    assert home.build("stg_ohid__fingertips").reasons == ()
    assert home.query(
        "select value_note, value_status from staging.stg_ohid__fingertips where value is null order by all"
    ) == [("Suppressed in a new way", "suppressed"), ("Value for Hackney and City of London combined", "not_available")]


STREET = "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context\n"


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (
            "2011-02,City of London Police,x,1,2,y,Robbery,",
            "line 3, column Reported by: found 'City of London Police' in 1 record",
        ),
        (
            "2011-03,West Midlands Police,x,1,2,y,Robbery,",
            "line 3, column Month: found '2011-03'; expected the month 2011-02",
        ),
        (
            "2011-02,West Midlands Police,x,1,2,y,Drug offences,",
            "line 3: found the crime type 'Drug offences' in 1 record",
        ),
    ],
)
def test_a_record_of_another_force_or_month_or_of_an_unknown_type_is_refused(tmp_path: Path, record: str, message: str):
    good = "2011-02,West Midlands Police,x,1,2,y,Robbery,\n"
    folder = tmp_path / "raw/police/street_crime/2011-02-28"
    write_file(folder / "2011-02-west-midlands-street.csv", STREET + good + record + "\n")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    release = Release("police.street_crime", date(2011, 2, 28), folder, tmp_path / "raw")
    with pytest.raises(Refusal) as refused:
        DATASETS["police.street_crime"].rows_of(release, scratch)
    assert message in str(refused.value)


def test_a_reader_that_meets_what_it_does_not_expect_refuses_the_file(tmp_path: Path, monkeypatch):
    of, sheets = layout("ndtms.viewit")
    release = written(tmp_path, of, sheets)
    dataset = DATASETS[of.dataset]
    monkeypatch.setitem(dataset.__dict__, "read", lambda _: [][0])
    with pytest.raises(Refusal, match=r"viewit.csv: the file is not built as ndtms.viewit expects \(IndexError"):
        dataset.rows_of(release, tmp_path)


def test_earlier_tables_by_force_alone_give_the_forces():
    of, sheets = layout("ons.crime_by_partnership")
    whole = sheets["Table C2"][2][6:]
    alone = {name: grid for name, grid in sheets.items() if name.startswith("Table P")}
    for grid in alone.values():
        grid.append(["E23000014", "West Midlands", *whole])
    rows = read(of, alone)
    forces = rows[(rows["area_type"] == "police force area") & (rows["measure_label"] == "drug offences")]
    assert forces["area_code"].tolist() == ["E23000014", "E23000014"]


def test_england_in_another_layout_of_viewit_and_the_first_generation_of_3_5_1_are_read(home: Home):
    header = "ReportingPeriod_Data,Area_Data,DrugGroup_Data,Gender_Data,AgeGroup_Data,Num_InTreatment_AllInTx,Eth_White_AllInTx\n"
    home.put(
        "ndtms.viewit",
        "2022-12-01",
        "england.csv",
        header + "2020/21,England,alcohol & non-opiates,Total,Total,30688,1\n",
    )
    sdg = "Year,Series,Units,Local Authority,GeoCode,Value\n2018 to 2019,People in treatment,Number,Birmingham,E08000025,1617\n"
    home.put("ndtms.alcohol_treatment", "2021-06-16", "sdg.csv", sdg)
    assert home.build("fct_observations").reasons == ()
    assert home.query(
        "select measure_id, area_code, value from marts.fct_observations where release_id in "
        "('ndtms.viewit@2022-12-01', 'ndtms.alcohol_treatment@2021-06-16') order by all"
    ) == [
        ("adults_in_treatment_non_opiate_and_alcohol_persons_18_and_over", "E92000001", 30688),
        ("alcohol_treatment_adults", "E08000025", 1617),
    ]


RIGHT = {
    "la_unchanged.xlsx": None,
    "la_2021_header_with_note.xlsx": None,
    "la_period_2019_to_2021.xlsx": None,
    "la_negative_deaths.xlsx": "sheet 'Table 1', E10: found '-98'",
    "la_districts_exceed_county.xlsx": "sheet 'Table 1', E9: found 183",
    "la_same_cell_in_two_sheets.xlsx": "sheet 'Data', E6: found a second figure",
    "error_cell.xls": "an error such as #N/A in cell E178 of sheet 'Table 1'",
    "mye24_with_a_scottish_council.csv": None,
    "mye24_ages_do_not_add_up.csv": "line 3, column All ages: found 1,183,618",
    "fingertips_city_of_london_note.csv": None,
    "fingertips_limits_exchanged.csv": "line 3, column Value",
    "prc_two_forces.csv": None,
    "prc_q4_of_one_force_missing.csv": None,
    "prc_row_twice.csv": "line 8, column Number of Offences: found a second figure",
    "2018-01-west-midlands-street.csv": "found 'City of London Police'",
    "broken_index.xlsx": "found a workbook without a list of its sheets",
    "broken_truncated_zip.xlsx": "found a broken zip",
    "broken_zip_method.xlsx": "found a broken zip",
    "broken_only_a_bom.csv": "found an empty file",
    "tidy_01_semicolon.csv": "found semicolons between the cells",
    "tidy_05_sep_line.csv": "found a line that names the separator ','",
    "tidy_09_fy_dash.csv": None,
    "tidy_10_fy_dash_2010-11_2011-12.csv": None,
    "tidy_13_notes_below.csv": None,
}


@pytest.mark.parametrize("name", RIGHT)
def test_the_known_cases_are_read_or_refused_as_they_should_be(tmp_path: Path, name: str):
    path = SHARED / "cases/files" / name
    if not path.is_file():
        pytest.skip("the cases are not shipped with the project, and there is no ../shared/cases")
    (tmp_path / "raw").mkdir()
    outcome = Home(tmp_path).run("add", str(path))
    assert outcome.exit_code == (1 if RIGHT[name] else 0), outcome.output
    assert (RIGHT[name] or "Placed") in outcome.output


def test_the_layouts_are_csv_as_a_spreadsheet_writes_it():
    assert list(csv.reader(io.StringIO(as_csv([["a", 1], ["b,c", None]])))) == [["a", "1"], ["b,c", ""]]


def estimates(*changes: tuple[int, str]) -> dict:
    """Estimates of the partnership's authorities and of sixty others, with other texts for some years of the latter."""
    _, sheets = layout("ohid.alcohol_dependence_prevalence")
    others = [
        ["Elsewhere", f"Elsewhere {n}", f"E060001{n:02}", 900 + y, 800, 1500, year]
        for n in range(60)
        for y, year in enumerate(("2015/16", "2016/17", "2017/18"))
    ]
    for row, year in changes:
        others[row][6] = year
    return {"": [*sheets[""], *others]}


def test_a_row_whose_period_is_not_understood_is_left_out_with_its_line_and_told():
    of, _ = layout("ohid.alcohol_dependence_prevalence")
    rows = read(of, estimates((5, "newest")))
    assert len(rows) == len(read(of, estimates())) - 1
    (told,) = rows.attrs[ADVICE]
    assert not told.blocks
    assert "line 28, column period: found the period 'newest'; expected" in str(told)
    assert "The row is left out." in str(told)


@pytest.mark.parametrize(
    "changes", [[(5, "newest"), (8, "newest"), (11, "newest")], "own"], ids=["many", "an own area"]
)
def test_more_rows_than_the_limit_or_one_of_an_own_area_refuse_the_release(changes):
    of, _ = layout("ohid.alcohol_dependence_prevalence")
    sheets = estimates(*(changes if changes != "own" else ()))
    if changes == "own":
        sheets[""][1][6] = "newest"
    with pytest.raises(Refusal, match="found the period 'newest'; expected"):
        read(of, sheets)


def test_a_title_that_names_another_sex_is_refused():
    of, sheets = layout("ons.drug_poisoning_deaths")
    sheets["Table 1"][0][0] = sheets["Table 1"][0][0].replace("persons", "males")
    with pytest.raises(Refusal, match="found 'drug poisoning, males, deaths' and no 'drug poisoning, persons, deaths'"):
        read(of, sheets)


def test_single_years_without_spans_of_years_are_told_without_a_release_before():
    of, sheets = layout("ons.drug_poisoning_deaths")
    (told,) = read(of, {name: sheets[name] for name in ("Contents", "Table 1", "Table 2")}).attrs[ADVICE]
    assert "found no table of spans of years (2 kinds of figure of single years); expected tables of spans" in str(told)


def test_a_header_with_the_mark_of_a_revision_is_the_header():
    assert key("Number of Offences [r]") == key("Number of offences [note 3]") == "number of offences"
