"""The workbook, read back: what the guidance on statistics in spreadsheets asks for, and the numbers of the marts."""

import re
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import openpyxl
import pytest
from homes import Home
from openpyxl.chart import BarChart
from openpyxl.utils import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.report.workbook import write_workbook
from orchestration.support.refusal import Refusal

# The harmonised shorthand of "Using symbols and shorthand in tables", without the levels of significance.
HARMONISED = {"[b]", "[c]", "[e]", "[er]", "[f]", "[low]", "[p]", "[r]", "[u]", "[w]", "[x]", "[z]"}
METADATA = ["Cover", "Contents", "Notes"]
REPORTS = {
    **{f"table_{number:02d}": f"Table {number}" for number in range(1, 16)},
    **{f"figure_{number:02d}": f"Figure {number}" for number in range(1, 5)},
}


@pytest.fixture(scope="module")
def workbook(refreshed: Home) -> Workbook:
    """The workbook that the refresh wrote."""
    return openpyxl.load_workbook(refreshed.path / "build" / "wmcdap_progress_report.xlsx")


def table_of(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows of the sheet's one marked-up table, by heading without unit and note."""
    (table,) = sheet.tables.values()
    left, top, right, bottom = range_boundaries(table.ref)
    rows = list(sheet.iter_rows(top, bottom, left, right, values_only=True))
    headings = [str(heading).split("\n")[0] for heading in rows[0]]
    return [dict(zip(headings, row, strict=True)) for row in rows[1:]]


def texts_of(sheet: Worksheet) -> list[str]:
    return [cell for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str)]


def test_cover_contents_and_notes_come_first_and_then_one_sheet_a_table_in_the_order_of_the_report(
    workbook: Workbook, warehouse: duckdb.DuckDBPyConnection
):
    order = [
        name for (name,) in warehouse.sql("select report from reports.report_contents order by report_order").fetchall()
    ]
    assert workbook.sheetnames == [*METADATA, *(REPORTS[name] for name in order)]
    assert len(order) == 19


def test_no_sheet_is_hidden_or_empty_and_none_has_merged_cells_filters_frozen_panes_or_pictures(workbook: Workbook):
    for sheet in workbook:
        assert sheet.sheet_state == "visible"
        assert not sheet.merged_cells.ranges
        assert not sheet.auto_filter.ref
        assert sheet.freeze_panes is None
        assert not sheet._images
        assert not sheet._charts or sheet.title.startswith("Figure")
        assert sheet["A1"].value
        assert all(
            not dimension.hidden for dimension in (*sheet.row_dimensions.values(), *sheet.column_dimensions.values())
        )


def references(chart: BarChart) -> list[tuple[str, str]]:
    """The cells of the labels and of the values of each series of bars."""
    return [
        (series.cat.strRef.f if series.cat.strRef else series.cat.numRef.f, series.val.numRef.f)
        for series in chart.series
    ]


def cells_of(workbook: Workbook, reference: str) -> list[object]:
    """The values of a reference such as `('Figure 1'!$A$8,'Figure 1'!$A$12:$A$14)`."""
    found = []
    for part in reference.strip("()").split(","):
        sheet, _, cells = part.rpartition("!")
        left, top, right, bottom = range_boundaries(cells.replace("$", ""))
        found += [row[0] for row in workbook[sheet.strip("'")].iter_rows(top, bottom, left, right, values_only=True)]
    return found


def test_a_figure_with_areas_to_compare_has_a_native_chart_of_its_cells_below_its_table(
    workbook: Workbook, warehouse: duckdb.DuckDBPyConnection
):
    with_chart = [sheet.title for sheet in workbook if sheet._charts]
    # Of treatment progress the printed report has one area.
    assert with_chart == ["Figure 1", "Figure 2", "Figure 3"]
    for name in with_chart:
        sheet = workbook[name]
        (chart,) = sheet._charts
        assert isinstance(chart, BarChart)
        assert chart.anchor._from.row > sheet.max_row
        report = name.lower().replace(" ", "_0")
        expected = warehouse.execute(
            f"select row_label, previous_value, value from reports.{report} inner join marts.dim_areas "
            f"using (area_code) where indicator_id = (select indicator_id from reports.{report} where row_order = 1) "
            "and area_type = 'local_authority' and value is not null order by row_order"
        ).fetchall()
        before = [[row[1] for row in expected]] if all(row[1] is not None for row in expected) else []
        read = references(chart)
        assert [[cells_of(workbook, one) for one in both] for both in read] == [
            [[row[0] for row in expected], values] for values in (*before, [row[2] for row in expected])
        ]
        assert "A chart is below the table" in sheet["A2"].value


def test_a_chart_has_alternative_text_that_says_what_it_shows(refreshed: Home):
    with zipfile.ZipFile(refreshed.path / "build" / "wmcdap_progress_report.xlsx") as package:
        drawings = [package.read(name).decode() for name in sorted(package.namelist()) if "drawings/drawing" in name]
    said = [text for drawing in drawings for text in re.findall(r'descr="([^"]*)"', drawing)]
    assert said == [
        "Bar chart of Recorded drug-related crimes by local policing area. In 2024/25 the highest of 4 areas is "
        "Birmingham (8,612) and the lowest Solihull (719). The table above has every figure.",
        "Bar chart of Recorded drug-related neighbourhood crimes by local policing area. In 2024/25 the highest of 2 "
        "areas is Birmingham (431) and the lowest Solihull (27). The table above has every figure.",
        "Bar chart of Adults in drug and alcohol treatment, by local authority. In 2024/25 the highest of 7 areas is "
        "Birmingham (9,345) and the lowest Solihull (1,210). The table above has every figure.",
    ]


def test_every_sheet_prints_on_landscape_pages_one_page_wide_with_its_headings_on_each(workbook: Workbook):
    for sheet in workbook:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        if sheet.title != "Cover":
            (table,) = sheet.tables.values()
            top = range_boundaries(table.ref)[1]
            assert sheet.print_title_rows == f"${top}:${top}"


def test_columns_are_no_wider_than_their_words_and_headings_have_room(workbook: Workbook):
    for name in REPORTS.values():
        sheet = workbook[name]
        (table,) = sheet.tables.values()
        left, top, right, bottom = range_boundaries(table.ref)
        for column in range(left, right + 1):
            heading, *cells = (str(sheet.cell(row, column).value) for row in range(top, bottom + 1))
            # Neighbours of the same width are told together, with the first of them.
            (width,) = {one.width for one in sheet.column_dimensions.values() if one.min <= column <= one.max}
            assert width >= max(len(word) for word in heading.split())
            assert width < 45 or max(map(len, cells)) > 30, (name, heading)
            lines = sum(len(textwrap.wrap(line, int(width))) for line in heading.split("\n"))
            assert sheet.row_dimensions[top].height > 15 * lines, (name, heading)


def test_no_cell_holds_a_formula_and_no_text_ends_in_a_blank(workbook: Workbook):
    for sheet in workbook:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                assert not isinstance(cell.value, str) or cell.value == cell.value.strip(), (
                    sheet.title,
                    cell.coordinate,
                )


def test_a_sheet_has_one_named_table_from_column_a_to_its_last_cell_without_an_empty_cell(workbook: Workbook):
    names = []
    for sheet in workbook.worksheets[1:]:
        (table,) = sheet.tables.values()
        names.append(table.name)
        left, top, right, bottom = range_boundaries(table.ref)
        assert (left, right, bottom) == (1, sheet.max_column, sheet.max_row)
        assert table.headerRowCount == 1
        assert not table.autoFilter
        for row in sheet.iter_rows(top, bottom, values_only=True):
            assert all(cell not in (None, "") for cell in row), sheet.title
        headings = [cell.value for cell in sheet[top]]
        assert len(set(headings)) == len(headings)
        # Above the table there is text in column A only, and no empty row.
        for above in sheet.iter_rows(1, top - 1, values_only=True):
            assert above[0]
            assert set(above[1:]) <= {None}
    assert len(set(names)) == len(names)
    assert set(names) >= set(REPORTS)


def test_a_sheet_says_above_its_table_what_it_holds_where_and_when_and_of_which_source(workbook: Workbook):
    for name in REPORTS.values():
        sheet = workbook[name]
        (table,) = sheet.tables.values()
        above = [sheet.cell(row, 1).value for row in range(1, range_boundaries(table.ref)[1])]
        assert re.fullmatch(rf"{name}: .+, West Midlands, \d{{4}}(/\d\d)?( and \d{{4}}(/\d\d)?)?", above[0])
        assert above[1].startswith("This worksheet contains one table.")
        assert any(
            re.match(r"Source: .+, as printed in the .+, which credits \w+( databases)?\.$", text) for text in above
        )


def test_the_contents_lead_to_every_table(workbook: Workbook):
    rows = table_of(workbook["Contents"])
    assert [row["Worksheet"] for row in rows] == workbook.sheetnames[3:]
    for row in rows:
        assert row["Table or figure"].split("\n")[0] == workbook[row["Worksheet"]]["A1"].value
    links = [cell.hyperlink.location for (cell,) in workbook["Contents"].iter_rows(4, max_col=1)]
    assert links == [f"'{name}'!A1" for name in workbook.sheetnames[3:]]


def test_every_note_that_is_named_exists_and_every_note_is_named(workbook: Workbook):
    notes = table_of(workbook["Notes"])
    assert [row["Note number"] for row in notes] == list(range(1, len(notes) + 1))
    named = {
        int(number)
        for name in REPORTS.values()
        for text in texts_of(workbook[name])
        for number in re.findall(r"\[note (\d+)\]", text)
    }
    assert named == {row["Note number"] for row in notes}
    assert len({row["Note"] for row in notes}) == len(notes)
    assert not [text for sheet in workbook for text in texts_of(sheet) if "$$" in text]


def test_only_harmonised_shorthand_is_used_and_each_sheet_explains_its_own(workbook: Workbook):
    seen = set()
    for name in REPORTS.values():
        sheet = workbook[name]
        cells = {text for row in table_of(sheet) for text in map(str, row.values())}
        used = {mark for text in cells for mark in re.findall(r"\[(?!note )[^\]]*\]", text)}
        assert used <= HARMONISED
        explained = {mark for text in texts_of(sheet) for mark in re.findall(r"(\[\w+\]) = ", text)}
        assert explained == used, name
        seen |= used
    assert seen == {"[e]", "[x]", "[z]"}


def test_every_column_of_numbers_says_its_unit(workbook: Workbook):
    for name in REPORTS.values():
        sheet = workbook[name]
        (table,) = sheet.tables.values()
        left, top, right, bottom = range_boundaries(table.ref)
        headings = [sheet.cell(top, column).value for column in range(left, right + 1)]
        for column, heading in enumerate(headings, left):
            numbers = [sheet.cell(row, column) for row in range(top + 1, bottom + 1)]
            if any(isinstance(cell.value, int | float) for cell in numbers):
                assert re.search(r"\n\([^)]+\)", heading) or "Unit" in headings, (name, heading)
                assert {cell.number_format for cell in numbers} <= {"#,##0", "#,##0.0", "#,##0.00"}
                assert {cell.alignment.horizontal for cell in numbers} == {"right"}


def test_every_number_is_that_of_the_marts(workbook: Workbook, warehouse: duckdb.DuckDBPyConnection):
    labels = dict(warehouse.sql("select period_id, label from marts.dim_periods").fetchall())
    words = {True: "Statistically significant", False: "Not statistically significant"}
    units = "select indicator_id from marts.dim_indicators where unit = 'percent'"
    percentages = {name for (name,) in warehouse.sql(units).fetchall()}
    numbers = 0
    for report, name in REPORTS.items():
        expected = warehouse.sql(f"from reports.{report} order by row_order").df().astype(object).to_dict("records")
        shown = table_of(workbook[name])
        assert len(shown) == len(expected)
        for row, mart in zip(shown, expected, strict=True):
            first = next(iter(row.values()))
            assert re.sub(r" \[note \d+\]$", "", first) == mart["row_label"]
            assert row["Area code"] == mart["area_code"]
            now, before = labels[mart["period_id"]], labels.get(mart["previous_period_id"])
            for column, heading in {
                "value": now,
                "previous_value": before,
                "change": "Change",
                "percent_change": "Percent change",
                "lower_95": f"Lower 95% limit, {now}",
                "upper_95": f"Upper 95% limit, {now}",
            }.items():
                value = mart[column]
                if column == "percent_change" and mart["indicator_id"] in percentages:
                    # A percentage changes by percentage points, once.
                    value = None
                if value == value and value is not None:
                    # A spreadsheet keeps 16 digits.
                    assert row[heading] == pytest.approx(value, rel=1e-15, abs=0), (name, first, heading)
                    numbers += 1
                else:
                    assert row.get(heading, "[x]") in ("[x]", "[z]"), (name, first, heading)
            significant = mart["is_significant_change"]
            if significant in (True, False):
                assert row["Significance of the change"] == words[bool(significant)]
            assert row[f"Status, {now}"].split(" [")[0].lower().replace(" ", "_") == mart["value_status"]
    assert numbers > 400


def test_the_notes_say_where_the_printed_report_differs(workbook: Workbook, warehouse: duckdb.DuckDBPyConnection):
    notes = [row["Note"] for row in table_of(workbook["Notes"])]
    wrong = warehouse.sql(
        "select place, explanation from audit.discrepancies where regexp_full_match(place, 'Table \\d+')"
    ).fetchall()
    assert len(wrong) > 10
    for _, explanation in wrong:
        assert sum(explanation in note for note in notes) == 1


def test_the_documents_properties_say_what_it_is(workbook: Workbook, warehouse: duckdb.DuckDBPyConnection):
    partnership = "West Midlands Combatting Drugs and Alcohol Partnership"
    assert workbook.properties.title == workbook["Cover"]["A1"].value
    assert workbook.properties.title == f"{partnership}: Progress report 2025, data tables, West Midlands"
    assert workbook.properties.creator == partnership
    assert "drugs" in workbook.properties.keywords
    (refreshed_at,) = warehouse.sql("select max(finished_at) from audit.refreshes").fetchone()
    assert workbook.properties.created == refreshed_at.replace(microsecond=0)


def test_the_same_warehouse_gives_the_same_bytes(refreshed: Home, tmp_path: Path):
    write_workbook(refreshed.warehouse, tmp_path / "report.xlsx")
    written = refreshed.path / "build" / "wmcdap_progress_report.xlsx"
    assert (tmp_path / "report.xlsx").read_bytes() == written.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["report.xlsx"]


@pytest.fixture(scope="module")
def another_edition(rebuilt: Callable[..., Home]) -> Workbook:
    """The workbook of a made-up edition of a made-up partnership, rows of seeds alone, with every status there is."""
    seeds = (
        "insert into reports.editions values ('2026', 'Yearly review 2026', 'Mercia Drugs Partnership', 'MDP', 'Mercia', "
        "'May 2027', 'https://mercia.example', 'mdp_review', null, null)",
        "insert into reports.report_contents values ('2026', 'table_14', 1, 'Section A', 'Deaths from alcohol'), "
        "('2026', 'table_12', 2, 'Section B', 'Deaths from drugs by authority')",
        "insert into staging.report_rows select * replace ('2026' as edition) from staging.report_rows "
        "where report = 'table_14' or report = 'table_12' and row_order < 7",
        "update staging.report_rows set row_label = '=1+1 by hand' "
        "where edition = '2026' and report = 'table_12' and row_order = 6",
    )
    home = rebuilt(seeds, "int_report_rows", "table_12", "table_14")
    with duckdb.connect(str(home.warehouse)) as connection:
        for row, status, value in (
            (1, "suppressed", "null"),
            (2, "not_applicable", "null"),
            (3, "rounds_to_zero", "0"),
            (4, "provisional", "14"),
            (5, "unreliable", "12"),
        ):
            connection.execute(
                f"update reports.table_12 set value_status = '{status}', value = {value}, change = null, "
                "percent_change = null, change_p_value = null, is_significant_change = null, lower_95 = null, "
                f"upper_95 = null where edition = '2026' and row_order = {row}"
            )
    write_workbook(home.warehouse, home.path / "review.xlsx")
    return openpyxl.load_workbook(home.path / "review.xlsx")


def test_another_edition_is_a_matter_of_seeds(another_edition: Workbook):
    assert another_edition.sheetnames == [*METADATA, "Table 14", "Table 12"]
    assert another_edition["Cover"]["A1"].value == "Mercia Drugs Partnership: Yearly review 2026, data tables, Mercia"
    assert another_edition["Table 12"]["A1"].value == "Table 12: Deaths from drugs by authority, Mercia, 2023 and 2024"
    texts = " ".join(text for sheet in another_edition for text in texts_of(sheet))
    # What it was typed from is its source, whosever edition it is.
    document = "the West Midlands Combatting Drugs and Alcohol Partnership progress report 2025"
    assert "West Midlands" not in texts.replace(document, "")


def test_a_value_that_is_not_shown_says_why_and_so_does_what_follows_from_it(another_edition: Workbook):
    rows = table_of(another_edition["Table 12"])
    told = [(row["2024"], row["Change"], row["Lower 95% limit, 2024"], row["Status, 2024"]) for row in rows]
    assert told == [
        ("[c]", "[c]", "[c]", "Suppressed"),
        ("[z]", "[z]", "[z]", "Not applicable"),
        ("[low]", "[low]", "[low]", "Rounds to zero"),
        (14, "[z]", "[z]", "Provisional [p]"),
        (12, "[z]", "[z]", "Unreliable [u]"),
        (20, 0, pytest.approx(12.2, abs=0.1), "Published"),
    ]
    texts = texts_of(another_edition["Table 12"])
    (legend,) = (text for text in texts if text.startswith("Some shorthand is used in this table: "))
    assert re.findall(r"\[\w+\]", legend) == ["[c]", "[z]", "[low]", "[p]", "[u]"]


def test_a_label_that_begins_like_a_formula_is_a_text(another_edition: Workbook):
    (cell,) = (cell for row in another_edition["Table 12"].iter_rows() for cell in row if "by hand" in str(cell.value))
    assert (cell.value, cell.data_type) == ("=1+1 by hand", "s")


def test_an_edition_that_is_not_there_is_refused_with_those_that_are(refreshed: Home, tmp_path: Path):
    with pytest.raises(Refusal) as refusal:
        write_workbook(refreshed.warehouse, tmp_path / "report.xlsx", "1999")
    assert str(refusal.value) == (
        "reports.editions: found no edition '1999'; expected one of 2025. "
        "Add its row to dbt_project/seeds/report/editions.csv and refresh."
    )
    assert list(tmp_path.iterdir()) == []
