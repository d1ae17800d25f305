"""Returns: a spreadsheet is written, filled in and taken back, or refused with the cells that are wrong."""

import itertools
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from made_return import AREA, DOCUMENT, FIGURE, FIRST, MADE, MEASURE, PAGE, PERIOD, fill, put
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.datasets.declaration import DATASETS, load_datasets
from orchestration.datasets.partners.returns import read_return
from orchestration.datasets.partners.spreadsheet.definitions import Return
from orchestration.datasets.partners.spreadsheet.listed_periods import period_before, period_label, periods_to_choose
from orchestration.datasets.partners.spreadsheet.seed_rows import returns
from orchestration.operating.template import write_return, write_template
from orchestration.reading.periods import period_of
from orchestration.support.refusal import Refusal


def test_what_is_filled_in_is_read_with_its_cells(read):
    rows = read()
    assert len(rows) == 6
    first = rows.iloc[0]
    assert (first["return_id"], first["area"], first["period"], first["measure_label"]) == (
        "made_up",
        "North",
        "January to March 2026",
        "Visits",
    )
    assert (first["value"], first["source_sheet"], first["source_cell"]) == ("12", "Figures", f"D{FIRST}")
    assert list(rows["value"]) == ["12", "33.5", "1.25"] * 2


def test_symbols_more_periods_and_a_document_with_its_page_are_taken(read):
    def edit(sheet: Worksheet) -> None:
        sheet.cell(FIRST, FIGURE).value = "[c]"
        sheet.cell(FIRST + 1, DOCUMENT).value = "Annual report 2025"
        sheet.cell(FIRST + 1, PAGE).value = 12
        for place, measure in enumerate(("Visits", "Share seen")):
            for column, text in enumerate(("North", "October to December 2025", measure, 1), start=1):
                sheet.cell(FIRST + 9 + place, column).value = text

    rows = read(edit)
    assert rows["value"].iat[0] == "[c]"
    assert (rows["source_document"].iat[1], rows["source_page"].iat[1]) == ("Annual report 2025", "12")
    # Kilograms are not asked for before 2026.
    assert list(rows["period"]).count("October to December 2025") == 2


def test_figures_are_taken_as_people_write_them(read):
    def edit(sheet: Worksheet) -> None:
        sheet.cell(FIRST, FIGURE).value = " 120 "
        sheet.cell(FIRST + 1, FIGURE).value = "33.5%"
        sheet.cell(FIRST, AREA).value = " North\u00a0"

    rows = read(edit)
    assert list(rows["value"][:2]) == ["120", "33.5%"]
    assert rows["area"].iat[0] == "North"


def drop_a_row(sheet: Worksheet) -> None:
    for column in range(1, 7):
        sheet.cell(FIRST + 2, column).value = None


def repeat_a_row(sheet: Worksheet) -> None:
    for column in range(1, 5):
        sheet.cell(FIRST + 9, column).value = sheet.cell(FIRST, column).value


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put(FIRST, AREA, "Narnia"), f"A{FIRST}: found the area 'Narnia'; expected one of North, South."),
        (put(FIRST, MEASURE, "Vists"), "found the measure 'Vists'; expected one of Visits, Share seen, Kilograms."),
        (
            put(FIRST, PERIOD, "March 2026"),
            "found the period 'March 2026'; expected a quarter such as January to March 2024.",
        ),
        (put(FIRST, PERIOD, "2029 Q1"), "which ends on 31 March 2029; expected a period that is over."),
        (
            put(FIRST, FIGURE, "about ten"),
            "'about ten' (North, January to March 2026, Visits); expected a whole number from 0 to 500, or [c]",
        ),
        (
            put(FIRST, FIGURE, None),
            "found no figure (North, January to March 2026, Visits); expected a whole number from 0 to 500",
        ),
        (
            put(FIRST, FIGURE, -1),
            "found '-1' (North, January to March 2026, Visits); expected a whole number from 0 to 500",
        ),
        (
            put(FIRST, FIGURE, 2.5),
            "found '2.5' (North, January to March 2026, Visits); expected a whole number from 0 to 500",
        ),
        (
            put(FIRST, FIGURE, "12%"),
            "found '12%' (North, January to March 2026, Visits); expected a whole number from 0 to 500",
        ),
        (
            put(FIRST + 2, FIGURE, "12%"),
            "found '12%' (North, January to March 2026, Kilograms); expected a number of at least 0",
        ),
        (put(FIRST, FIGURE, 501), "expected a whole number from 0 to 500"),
        (
            put(FIRST + 1, FIGURE, 120),
            "found '120' (North, January to March 2026, Share seen); expected a percentage from 0 to 100",
        ),
        (put(FIRST, PAGE, "12"), "found the page '12' of no document"),
        (drop_a_row, "found no row for Kilograms in North, January to March 2026"),
        (repeat_a_row, "found a second figure for North, January to March 2026, Visits"),
        (put(FIRST - 1, FIGURE, "Number"), "D5: found 'Number'; expected 'Figure'. Write the heading as it was."),
        (put(2, 1, "Return: other"), "A2: found the return 'other'; expected one of made_up."),
        (put(2, 1, None), "found no cell above the header in row 5 that names the return"),
        (put(FIRST, FIGURE, "=1+1"), "a formula without a calculated value"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_a_return_that_is_wrong_is_refused_with_the_cell(read, edit, message):
    with pytest.raises(Refusal) as refused:
        read(edit)
    assert message in str(refused.value)
    assert "made.xlsx" in str(refused.value)


def test_all_wrong_cells_are_named_at_once(read):
    def edit(sheet: Worksheet) -> None:
        sheet.cell(FIRST, FIGURE).value = -1
        sheet.cell(FIRST + 3, AREA).value = "Narnia"

    with pytest.raises(Refusal) as refused:
        read(edit)
    assert "'-1'" in str(refused.value)
    assert "'Narnia'" in str(refused.value)


def test_an_empty_return_is_refused(release, tmp_path: Path):
    path = tmp_path / "made.xlsx"
    write_return(Return(**{**vars(MADE), "areas": ()}), period_of("2026 Q1"), path)
    made = release(path)
    with pytest.raises(Refusal, match="found no figure below the header"):
        read_return(made, made.files[0], {MADE.return_id: MADE})


def test_a_spreadsheet_that_libreoffice_saved_is_read_as_well(release, tmp_path: Path):
    if not (program := shutil.which("soffice")):
        pytest.skip("there is no LibreOffice on this machine")
    path = tmp_path / "made.xlsx"
    write_return(MADE, period_of("2026 Q1"), path)
    book = openpyxl.load_workbook(path)
    fill(book["Figures"])
    book.save(path)
    for kind in ("ods", "xlsx"):
        subprocess.run(
            [program, "--headless", "--convert-to", kind, "--outdir", tmp_path / kind, path],
            env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
            check=True,
            capture_output=True,
            timeout=120,
        )
        if not (tmp_path / kind / f"made.{kind}").is_file():
            pytest.skip("LibreOffice on this machine has no Calc")
        made = release(tmp_path / kind / f"made.{kind}")
        (saved,) = [file for file in made.files if file.suffix == f".{kind}"]
        rows = read_return(made, saved, {MADE.return_id: MADE})
        assert list(rows["value"]) == ["12", "33.5", "1.25"] * 2


@pytest.mark.parametrize("name", returns())
def test_every_return_has_a_spreadsheet_that_people_and_screen_readers_can_use(name, tmp_path: Path):
    one = returns()[name]
    book = openpyxl.load_workbook(write_template(name, tmp_path / "new" / "return.xlsx"))
    assert book.sheetnames == ["Instructions", "Figures", "Lists"]
    assert book.properties.title == f"Return: {one.title}"
    assert book.properties.creator == one.owner
    sheet = book["Figures"]
    assert [cell.value for cell in sheet[FIRST - 1]] == [
        "Area",
        "Period",
        "Measure",
        "Figure",
        "Source document",
        "Page",
    ]
    assert sheet.freeze_panes == f"B{FIRST}"
    assert list(sheet.tables) == ["Figures"]
    assert not any(one.merged_cells.ranges for one in book)
    laid_out = [row[:3] for row in sheet.iter_rows(min_row=FIRST, values_only=True) if row[0]]
    assert {row[0] for row in laid_out} == set(one.areas)
    assert len(laid_out) == len(one.areas) * len(one.asked) == len(set(laid_out))
    # Lists for area, period and measure, and what a figure may be for each row and for the rows below.
    kinds = [rule.type for rule in sheet.data_validations.dataValidation]
    assert kinds.count("list") == 3
    assert kinds.count("custom") == len(laid_out) + 1
    lists = {column[0].value: [cell.value for cell in column[1:] if cell.value] for column in book["Lists"].columns}
    assert lists["Area"] == list(one.areas)
    assert lists["Measure"] == [measure.label for measure in one.asked]
    assert laid_out[0][1] == lists["Period"][0]
    assert not any(re.search(r"Q[1-4]", period) for period in lists["Period"])
    said = " ".join(str(cell.value) for row in book["Instructions"] for cell in row if cell.value)
    for text in (one.definition, one.owner, "[c]", "[x]", "[z]", *(measure.definition for measure in one.asked)):
        assert text in said


def test_a_file_that_may_be_filled_in_is_never_written_over(tmp_path: Path):
    path = write_template("naloxone", tmp_path / "return.xlsx")
    before = path.read_bytes()
    with pytest.raises(Refusal, match="found a file of that name"):
        write_template("naloxone", path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "period", "message"),
    [
        ("nalox", None, "found no such return; expected one of naloxone"),
        (
            "naloxone",
            "March 2026",
            "found 'March 2026', which is a month; expected a quarter, such as July to September",
        ),
        ("naloxone", "2026/27", "found '2026/27', which is a financial year; expected a quarter, such as"),
        ("naloxone", "Q5 2026/27", "found 'Q5 2026/27'; expected a quarter, such as July to September"),
        ("deep_dives", "2026 Q2", "found '2026 Q2', which is a quarter; expected a financial year, such as 2026/27"),
        ("naloxone", "January to March 2031", "which ends on 31 March 2031; expected a quarter that is over, "),
    ],
)
def test_a_return_or_period_that_there_is_not_is_refused(name, period, message, tmp_path: Path):
    with pytest.raises(Refusal) as refused:
        write_template(name, tmp_path / "return.xlsx", period)
    assert message in str(refused.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "day", "label"),
    [
        ("month", date(2026, 3, 1), "February 2026"),
        ("month", date(2026, 1, 31), "December 2025"),
        ("quarter", date(2026, 3, 31), "October to December 2025"),
        ("quarter", date(2026, 4, 1), "January to March 2026"),
        ("financial_year", date(2026, 3, 31), "2024/25"),
        ("financial_year", date(2026, 4, 1), "2025/26"),
        ("calendar_year", date(2026, 12, 31), "2025"),
    ],
)
def test_the_newest_period_that_is_over_comes_first_and_each_label_means_its_period(kind, day, label):
    assert period_label(period_before(kind, day)) == label
    periods = periods_to_choose(kind, day)
    assert len({period.period_id for period in periods}) == len(periods) == 36
    assert [period_of(period_label(period), (kind,)) for period in periods] == periods
    assert all(later.start > earlier.start for later, earlier in itertools.pairwise(periods))


def test_every_return_asks_for_something_and_its_dataset_is_known():
    load_datasets()
    assert "partners.returns" in DATASETS
    for one in returns().values():
        assert one.asked, one.return_id
        assert one.areas, one.return_id
        assert one.public_edition in ("withheld", "counts_hidden", "whole")
