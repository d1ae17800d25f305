"""What a partner writes where a return is not read is told, and refused where it is a number."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from made_return import FIGURE, FIRST, MADE, fill
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook

from orchestration.datasets.partners.returns import read_return
from orchestration.operating.template import write_return
from orchestration.reading.periods import period_of
from orchestration.support.refusal import Refusal
from orchestration.validation.cells import ADVICE

BOOK = "raw/partners/returns/2026-03-31/made.xlsx, "
AS_THEY_ARE = "expected figures alone. Decide whether the figures can be used as they are."


@pytest.fixture
def advice(release, tmp_path: Path):
    """What is advised of the made-up return, filled in and then edited."""

    def make(edit=lambda book: None) -> list[str]:
        path = tmp_path / "made.xlsx"
        write_return(MADE, period_of("2026 Q1"), path)
        book = openpyxl.load_workbook(path)
        fill(book["Figures"])
        edit(book)
        book.save(path)
        made = release(path)
        rows = read_return(made, made.files[0], {MADE.return_id: MADE})
        assert list(rows["value"]) == ["12", "33.5", "1.25"] * 2
        return [str(problem) for problem in rows.attrs[ADVICE]]

    return make


def test_of_a_return_that_is_only_filled_in_nothing_is_told(advice):
    assert advice() == []


def a_column(book: Workbook) -> None:
    book["Figures"]["G5"] = "Comment"
    for row in range(FIRST, FIRST + 6):
        book["Figures"][f"G{row}"] = "ESTIMATE ONLY"


def a_column_between(book: Workbook) -> None:
    book["Figures"].insert_cols(FIGURE)
    book["Figures"]["D7"] = "estimate, see email"


def a_text_without_a_header(book: Workbook) -> None:
    book["Figures"]["H8"] = "includes\nWest"


def a_line_above(book: Workbook) -> None:
    book["Figures"]["C1"] = "OFFICIAL SENSITIVE"


def a_sheet(book: Workbook) -> None:
    sheet = book.create_sheet("Notes")
    sheet["A1"] = "Figures for Q3 will follow"


def a_note_in_the_instructions(book: Workbook) -> None:
    book["Instructions"]["A40"] = "South counts people once a day"


def a_note_on_the_lists(book: Workbook) -> None:
    book["Lists"]["B60"] = "ask about 2019"


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            a_column,
            "sheet 'Figures', G5: found the text 'Comment' outside the columns of the return, where nothing is read (also in G6, G7, G8, G9, "
            "G10 and 1 more)",
        ),
        (
            a_column_between,
            "sheet 'Figures', D7: found the text 'estimate, see email' outside the columns of the return, where nothing is read",
        ),
        (
            a_text_without_a_header,
            "sheet 'Figures', H8: found the text 'includes West' outside the columns of the return, where nothing is read",
        ),
        (
            a_line_above,
            "sheet 'Figures', C1: found the text 'OFFICIAL SENSITIVE' outside the columns of the return, where nothing is read",
        ),
        (a_sheet, "sheet 'Notes', A1: found the text 'Figures for Q3 will follow' on a sheet that is not read"),
        (
            a_note_in_the_instructions,
            "sheet 'Instructions', A40: found the text 'South counts people once a day' on a sheet that is not read",
        ),
        (a_note_on_the_lists, "sheet 'Lists', B60: found the text 'ask about 2019' on a sheet that is not read"),
    ],
)
def test_text_that_is_not_read_is_told_with_its_sheet_and_cells(advice, edit, told):
    assert advice(edit) == [f"{BOOK}{told}; {AS_THEY_ARE}"]


def test_a_comment_of_a_cell_is_told(advice):
    def edit(book: Workbook) -> None:
        book["Figures"]["D6"].comment = Comment("This is only\nhalf of the year", "A partner")

    assert advice(edit) == [
        f"{BOOK}sheet 'Figures', D6: found the comment 'This is only half of the year', which is not read; expected figures "
        "alone. Decide whether the figure can be used as it is."
    ]


def test_a_number_outside_the_columns_is_refused(advice):
    def edit(book: Workbook) -> None:
        book["Figures"]["H6"], book["Figures"]["H7"] = 106, "1,500"

    with pytest.raises(Refusal) as refused:
        advice(edit)
    assert str(refused.value) == (
        f"{BOOK}sheet 'Figures', H6: found the number '106' outside the columns of the return, where nothing is read (also in H7); expected "
        "figures in the columns of the return only. Write it there, or take it out."
    )


def test_a_number_on_another_sheet_is_refused_whether_or_not_that_sheet_is_hidden(advice):
    for state in ("visible", "hidden"):

        def edit(book: Workbook, state: str = state) -> None:
            sheet = book.create_sheet("Notes")
            sheet["A1"], sheet["A2"] = "Figures for Q3 are on this sheet", 77
            sheet.sheet_state = state

        with pytest.raises(Refusal) as refused:
            advice(edit)
        assert str(refused.value) == (
            f"{BOOK}sheet 'Notes', A2: found the number '77' on a sheet that is not read; expected figures on the sheet "
            "'Figures' only. Write it there, or take it out."
        )


def test_a_year_on_a_cover_is_told_and_refused_beside_another_number(advice):
    def cover(book: Workbook) -> None:
        sheet = book.create_sheet("Cover")
        sheet["A1"], sheet["A2"] = "Return for the year", 2026

    assert advice(cover) == [
        f"{BOOK}sheet 'Cover', A1: found the text 'Return for the year' on a sheet that is not read (also in A2); "
        f"{AS_THEY_ARE}"
    ]

    def figure(book: Workbook) -> None:
        cover(book)
        book["Cover"]["A3"] = 44

    with pytest.raises(Refusal, match=r"sheet 'Cover', A2: found the number '2026' .* \(also in A3\)"):
        advice(figure)


def test_the_years_that_a_return_of_years_lists_are_no_numbers_that_were_added(release, tmp_path: Path):
    yearly = type(MADE)(**{**vars(MADE), "period_kind": "calendar_year"})
    path = tmp_path / "made.xlsx"
    write_return(yearly, period_of("2025", ("calendar_year",)), path)
    book = openpyxl.load_workbook(path)
    for row in book["Figures"].iter_rows(min_row=FIRST, max_row=FIRST + 3):
        row[FIGURE - 1].value = 1
    book.save(path)
    made = release(path)
    assert made.released_on == date(2026, 3, 31)
    assert read_return(made, made.files[0], {yearly.return_id: yearly}).attrs[ADVICE] == []


def test_two_sheets_of_figures_are_refused_with_their_names(advice):
    def edit(book: Workbook) -> None:
        book.copy_worksheet(book["Figures"]).title = "Figures (2)"

    with pytest.raises(Refusal) as refused:
        advice(edit)
    assert str(refused.value) == (
        f"{BOOK.removesuffix(', ')}: found the columns of a return on the sheets 'Figures' and 'Figures (2)'; expected one "
        "sheet with them. Copy the figures to one of the sheets, and delete the others."
    )
