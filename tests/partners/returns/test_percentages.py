"""Percentages of a return: a programme stores 82% as 0.82, and 82 is what is read or the cell is refused."""

import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from made_return import FIGURE, FIRST, MADE, fill, put
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.datasets.partners.returns import read_return
from orchestration.operating.template import write_return
from orchestration.reading.marks import marks_of_workbook
from orchestration.reading.periods import period_of
from orchestration.support.refusal import Refusal

SHARE = FIRST + 1


def shown_as(number_format: str, value: float, row: int = SHARE):
    def edit(sheet: Worksheet) -> None:
        sheet.cell(row, FIGURE).value = value
        sheet.cell(row, FIGURE).number_format = number_format

    return edit


@pytest.mark.parametrize(
    ("number_format", "value", "text"),
    [
        ("0%", 0.82, "82%"),
        ("0.00%", 0.825, "82.5%"),
        ("0%", 1, "100%"),
        ("0%", 0, "0%"),
        ("0.00%", 0.0082, "0.82%"),
        ("0.0 %;[Red]-0.0 %", 0.07, "7%"),
        ('0.0" per %"', 82, "82"),
    ],
)
def test_a_cell_that_shows_a_percentage_is_read_as_it_is_shown(read, number_format, value, text):
    assert read(shown_as(number_format, value))["value"].iat[1] == text


def test_a_whole_column_of_percentages_is_read_as_it_is_shown(read):
    def edit(sheet: Worksheet) -> None:
        shown_as("0%", 0.82)(sheet)
        shown_as("0.0%", 0.405, SHARE + 3)(sheet)

    rows = read(edit)
    assert list(rows["value"][rows["measure_label"] == "Share seen"]) == ["82%", "40.5%"]


def test_a_part_of_one_that_may_be_a_percentage_is_refused(read):
    with pytest.raises(Refusal) as refused:
        read(put(SHARE, FIGURE, 0.82))
    assert str(refused.value).endswith(
        f"sheet 'Figures', D{SHARE}: found '0.82' (North, January to March 2026, Share seen); expected 82, or the text 0.82% if it is "
        "less than one per cent. Correct it."
    )


@pytest.mark.parametrize("written", [True, "[c]", "82%"])
def test_a_cell_of_a_percentage_that_holds_no_number_is_read_as_it_stands(read, written):
    if written is True:
        with pytest.raises(Refusal, match=r"found 'True' \(North, January to March 2026, Share seen\)"):
            read(shown_as("0%", written))
        return
    assert read(shown_as("0%", written))["value"].iat[1] == written


@pytest.mark.parametrize(("written", "text"), [("0.82%", "0.82%"), (0, "0"), (1, "1"), (100, "100")])
def test_less_than_one_per_cent_as_text_and_whole_percentages_are_taken(read, written, text):
    assert read(put(SHARE, FIGURE, written))["value"].iat[1] == text


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (
            shown_as("0%", 82),
            "found '8200%' (North, January to March 2026, Share seen); expected a percentage from 0 to 100.",
        ),
        (
            shown_as("0%", 12, FIRST),
            "found '1200%' (North, January to March 2026, Visits); expected a whole number from 0 to 500.",
        ),
        (
            shown_as("0%", 0.12, FIRST + 2),
            "found '12%' (North, January to March 2026, Kilograms); expected a number of at least 0.",
        ),
    ],
)
def test_a_percentage_that_the_measure_cannot_be_is_refused_as_it_is_shown(read, edit, message):
    with pytest.raises(Refusal) as refused:
        read(edit)
    assert message in str(refused.value)


def test_libreoffice_saves_percentages_and_comments_that_are_read_alike(release, tmp_path: Path):
    if not (program := shutil.which("soffice")):
        pytest.skip("there is no LibreOffice on this machine")
    path = tmp_path / "made.xlsx"
    write_return(MADE, period_of("2026 Q1"), path)
    book = openpyxl.load_workbook(path)
    fill(book["Figures"])
    shown_as("0%", 0.82)(book["Figures"])
    book["Figures"].cell(FIRST, FIGURE).comment = Comment("Half of the year", "A partner")
    book.save(path)
    subprocess.run(
        [program, "--headless", "--convert-to", "ods", "--outdir", tmp_path / "ods", path],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        timeout=120,
    )
    if not (saved := tmp_path / "ods" / "made.ods").is_file():
        pytest.skip("LibreOffice on this machine has no Calc")
    for file in (path, saved):
        marks = marks_of_workbook(file, file.name)
        assert marks is not None
        assert marks["Figures"].percentages == {(SHARE, FIGURE - 1)}
        (comment,) = marks["Figures"].comments
        assert comment[0] == (FIRST, FIGURE - 1)
        assert comment[1].endswith("Half of the year")
    made = release(saved)
    (there,) = [file for file in made.files if file.suffix == ".ods"]
    assert list(read_return(made, there, {MADE.return_id: MADE})["value"]) == [
        "12",
        "82%",
        "1.25",
        "12",
        "33.5",
        "1.25",
    ]


def test_the_cells_of_percentages_have_a_plain_format_and_say_how_to_write_them(tmp_path: Path):
    path = tmp_path / "made.xlsx"
    write_return(MADE, period_of("2026 Q1"), path)
    book = openpyxl.load_workbook(path)
    sheet = book["Figures"]
    cell = f"D{SHARE}"
    assert (sheet[cell].value, sheet[cell].number_format) == (None, "0.0##")
    assert sheet[f"D{FIRST}"].number_format == "General"
    (rule,) = [one for one in sheet.data_validations.dataValidation if one.sqref == cell]
    assert f"OR({cell}<=0,{cell}>=1)" in rule.formula1
    assert rule.error == (
        "Write a percentage from 0 to 100, or a symbol: [c], [x], [z]. Write 82 for 82%, and '0.82% for less than one "
        "per cent."
    )
    said = {row[0]: row[1] for row in book["Instructions"].iter_rows(values_only=True) if row[0]}
    assert said["Share seen"] == (
        "Share seen of the quarter. (things; a percentage from 0 to 100) Write 82 for 82%. If it is less than one per "
        "cent, write it with an apostrophe before it: '0.82%."
    )
