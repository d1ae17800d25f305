"""A return beside those before it: what it is of, and which figures that are held it changes."""

from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_return import FIGURE, FIRST, MADE, PERIOD, fill, put

from orchestration.datasets.partners.spreadsheet.headings import is_of_a_return
from orchestration.datasets.partners.spreadsheet.held import changes_of, in_words
from orchestration.operating.template import write_return, write_template
from orchestration.reading.periods import period_of
from orchestration.reading.tables import sheets_of_file
from orchestration.support.refusal import Refusal

FILE = "raw/partners/returns/2026-03-31/made.xlsx"


@pytest.fixture
def rows(read):
    """What is read of a made-up return, with its periods as a refresh names them."""

    def make(edit=lambda sheet: None) -> pd.DataFrame:
        found = read(edit)
        return found.assign(period_id=[period_of(label).period_id for label in found["period"]])

    return make


def test_the_figures_that_are_held_and_change_are_counted_and_named(rows):
    before = rows()
    after = rows(put(FIRST, FIGURE, 13))
    (told,) = changes_of(after, [before])
    assert not told.blocks
    assert str(told) == (
        f"{FILE}: found one figure that changes what is held: D6 (North, January to March 2026, Visits) from 12 to 13; expected a "
        "correction, or periods that are not held. If it is no correction, delete the file, correct its periods and "
        "add it again."
    )


def test_of_many_changes_five_are_named_and_symbols_are_changes_too(rows):
    def edit(sheet) -> None:
        for row in range(FIRST, FIRST + 6):
            sheet.cell(row, FIGURE).value = "[c]"

    (told,) = changes_of(rows(edit), [rows()])
    assert told.found.startswith(
        "six figures that change what is held: D6 (North, January to March 2026, Visits) from 12 to [c]; D7 "
    )
    assert told.found.endswith("; and 1 more")


def test_the_newest_earlier_figure_is_the_one_that_is_held(rows):
    first, second = rows(), rows(put(FIRST, FIGURE, 13))
    assert changes_of(second, [second, first]) == []
    assert len(changes_of(first, [second, first])) == 1


def test_a_figure_that_is_written_otherwise_and_one_of_another_period_change_nothing(rows):
    def of_another_quarter(sheet) -> None:
        for row in range(FIRST, FIRST + 6):
            sheet.cell(row, PERIOD).value = "October to December 2025"
        for row in (FIRST + 2, FIRST + 5):
            for column in range(1, 5):
                sheet.cell(row, column).value = None

    assert changes_of(rows(put(FIRST + 1, FIGURE, "33.50%")), [rows()]) == []
    assert changes_of(rows(of_another_quarter), [rows()]) == []
    assert changes_of(rows(), []) == []


def test_a_return_is_told_by_its_title_periods_and_number_of_areas(rows):
    known = {MADE.return_id: MADE}
    assert in_words(rows(), known) == "Made-up figures: January to March 2026, two areas"
    assert in_words(rows().assign(period="Q1 2026"), known) == "Made-up figures: January to March 2026, two areas"
    some = rows().assign(
        period=["January to March 2026", "October to December 2025", "July to September 2025"] * 2, area=["North"] * 6
    )
    assert (
        in_words(some, known)
        == "Made-up figures: July to September 2025, October to December 2025, January to March 2026, one area"
    )
    many = rows().assign(period=[f"{year} Q1" for year in range(2021, 2027)])
    assert (
        in_words(many, known)
        == "Made-up figures: January to March 2021 to January to March 2026 (six periods), two areas"
    )


def test_every_heading_that_was_changed_is_named_with_its_cell(read):
    def edit(sheet) -> None:
        sheet["D5"], sheet["E5"] = "Number", "Report"

    with pytest.raises(Refusal) as refused:
        read(edit)
    assert str(refused.value).splitlines() == [
        f"{FILE}, sheet 'Figures', D5: found 'Number'; expected 'Figure'. Write the heading as it was.",
        f"{FILE}, sheet 'Figures', E5: found 'Report'; expected 'Source document'. Write the heading as it was.",
    ]


def test_a_column_that_was_taken_out_is_named(read):
    with pytest.raises(Refusal) as refused:
        read(lambda sheet: sheet.delete_cols(6))
    assert str(refused.value) == (
        f"{FILE}, sheet 'Figures', row 5: found no such heading; expected 'Page'. Add the column with its heading."
    )


def test_a_workbook_that_names_a_return_is_known_as_one_with_headings_that_were_changed(tmp_path: Path):
    path = tmp_path / "made.xlsx"
    write_return(MADE, period_of("2026 Q1"), path)
    book = openpyxl.load_workbook(path)
    fill(book["Figures"])
    book["Figures"]["D5"] = "Number"
    book.save(path)
    assert is_of_a_return(sheets_of_file(path, path.name))
    book["Figures"]["A2"] = None
    book.save(path)
    assert not is_of_a_return(sheets_of_file(path, path.name))


def test_a_spreadsheet_is_not_written_for_a_period_that_would_be_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("orchestration.operating.template.today", lambda: date(2026, 4, 1))
    with pytest.raises(Refusal) as refused:
        write_template("naloxone", tmp_path / "return.xlsx", "1916 Q2")
    assert str(refused.value) == (
        "--period: found '1916 Q2'; expected April to June 2017, the oldest that the return lists, or a later period. Correct it."
    )
    assert list(tmp_path.iterdir()) == []
