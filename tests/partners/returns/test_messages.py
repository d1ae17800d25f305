"""What a partner is told about a return that is not right: the cell at fault, once, and what to do."""

from collections.abc import Callable

import pytest
from made_return import AREA, FIGURE, FIRST, MEASURE, PERIOD, put
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.datasets.partners.spreadsheet.definitions import Asked
from orchestration.support.refusal import Refusal
from orchestration.validation.cells import ADVICE

PLACE = "raw/partners/returns/2026-03-31/made.xlsx, sheet 'Figures', "
BELOW = FIRST + 7
SYMBOLS = "[c] (suppressed), [x] (not available) or [z] (not applicable)"
AREAS = "expected one of North, South. Choose it from the list."


def cells(row: int, *texts: object) -> Callable[[Worksheet], None]:
    def edit(sheet: Worksheet) -> None:
        for column, text in enumerate(texts, start=1):
            sheet.cell(row, column).value = text

    return edit


def periods(label: str) -> Callable[[Worksheet], None]:
    def edit(sheet: Worksheet) -> None:
        for row in range(FIRST, FIRST + 6):
            sheet.cell(row, PERIOD).value = label

    return edit


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (put(FIRST, AREA, "Nroth"), f"A6: found the area 'Nroth'; {AREAS}"),
        (put(FIRST, AREA, None), f"A6: found no area; {AREAS}"),
        (
            put(FIRST, PERIOD, "Q1 2026"),
            "B6: found the period 'Q1 2026', which other rows spell differently; expected 'January to March 2026'. "
            "Choose it from the list.",
        ),
        (
            put(FIRST, PERIOD, "2025/26 Q4"),
            "B6: found the period '2025/26 Q4', which other rows spell differently; expected 'January to March 2026'. "
            "Choose it from the list.",
        ),
        (
            put(FIRST, PERIOD, "early 2026"),
            "B6: found the period 'early 2026'; expected a quarter such as January to March 2024. Choose it from the list.",
        ),
        (
            periods("2025"),
            "B6: found the period '2025' (also in 5 more rows); expected a quarter such as January to March 2024. "
            "Choose it from the list.",
        ),
        (
            periods("1916 Q2"),
            "B6: found the period '1916 Q2' (also in 5 more rows); expected January to March 2017, the oldest that the return lists, "
            "or a later period. Choose it from the list.",
        ),
        (
            put(FIRST, PERIOD, "2029 Q1"),
            "B6: found the period '2029 Q1', which ends on 31 March 2029; expected a period that is over. "
            "Leave it out until it is over.",
        ),
        (
            put(FIRST, MEASURE, "Number of visits"),
            "C6: found the measure 'Number of visits'; expected one of Visits, Share seen, Kilograms. "
            "Choose it from the list.",
        ),
        (
            cells(BELOW, "Total", "January to March 2026", "Visits", 24),
            "A13: found a row of a total (Total, January to March 2026, Visits, 24); expected an area, a period and a measure from the "
            "lists in each row. Take the row out: areas are added up here.",
        ),
        (
            cells(BELOW, None, None, "Grand total", 24),
            "C13: found a row of a total (Grand total, 24); expected an area, a period and a measure from the lists in "
            "each row. Take the row out: areas are added up here.",
        ),
        (
            cells(BELOW, "Note: South is provisional"),
            "A13: found a row that is not of the return (Note: South is provisional); expected an area, a period and a "
            "measure from the lists in each row. Take the row out, or fill it in if it has a figure of the return.",
        ),
        (
            cells(BELOW, "Area", "Period", "Measure", "Figure"),
            "A13: found a row that is not of the return (Area, Period, Measure, Figure); expected an area, a period and "
            "a measure from the lists in each row. Take the row out, or fill it in if it has a figure of the return.",
        ),
        (
            cells(BELOW, "North", "January to March 2026", "Visits", 7),
            "D13: found a second figure for North, January to March 2026, Visits (7); expected one; the other is in D6 (12). "
            "Keep the right one, and take the other row out.",
        ),
        (
            put(FIRST + 2, FIGURE, "12.000"),
            "D8: found the text '12.000' (North, January to March 2026, Kilograms), which is 12,000 in some countries; expected a "
            "number of at least 0. Write it as a number, without a point between thousands.",
        ),
        (
            put(FIRST + 2, FIGURE, "12.125"),
            "D8: found the text '12.125' (North, January to March 2026, Kilograms), which is 12,125 in some countries; expected a "
            "number of at least 0. Write it as a number, without a point between thousands.",
        ),
    ],
)
def test_the_cell_at_fault_is_named_once_and_nothing_follows_from_it(read, edit, message):
    with pytest.raises(Refusal) as refused:
        read(edit)
    assert str(refused.value) == PLACE + message


def test_a_number_with_three_decimals_is_taken(read):
    assert read(put(FIRST + 2, FIGURE, 12.125))["value"].iat[2] == "12.125"


def test_periods_that_all_rows_spell_in_one_way_of_their_own_are_taken(read):
    assert set(read(periods("Q1 2026/27"))["period"]) == {"Q1 2026/27"}


@pytest.mark.parametrize("label", ["Q2 2026", "2026 Q2", "Quarter 2 2026"])
def test_a_quarter_whose_year_is_not_said_is_taken_and_its_months_are_told(read, label):
    (told,) = read(periods(label)).attrs[ADVICE]
    assert not told.blocks
    assert str(told) == (
        f"{PLACE}B6: found the quarter {label!r} (also in 5 more rows), taken as April to June 2026; expected its "
        "months, such as April to June 2026. If July to September 2026 is meant, write that in place of it, and hand "
        "the return in again."
    )


@pytest.mark.parametrize("label", ["April to June 2026", "Q1 2026/27", "2026/27 Q1", "Apr 2026 to Jun 2026"])
def test_of_a_quarter_that_can_be_read_in_one_way_nothing_is_told(read, label):
    assert read(periods(label)).attrs[ADVICE] == []


@pytest.mark.parametrize(
    ("texts", "action"),
    [
        (("<5", "< 5", "[C]", "c", "*", "Suppressed", "less than 5"), "Write [c] if the figure is suppressed."),
        (("nil", "None"), "Write 0 if there were none."),
        (
            ("n/a", "-", "–", "..", "TBC", "not known", "[X]"),
            "Write 0 if there were none, [x] if the figure is not available, or [z] if it does not apply.",
        ),
        (
            ("c. 106", "106*", "106 [p]", True),
            "Write the number alone, or a symbol as the instructions of the return say.",
        ),
    ],
)
def test_what_people_write_instead_of_a_symbol_is_answered_with_the_symbol(read, texts, action):
    for text in texts:
        with pytest.raises(Refusal) as refused:
            read(put(FIRST, FIGURE, text))
        assert str(refused.value) == (
            f"{PLACE}D6: found {str(text)!r} (North, January to March 2026, Visits); expected a whole number from 0 to 500, "
            f"or {SYMBOLS}. {action}"
        )


def test_a_formula_without_a_value_and_an_error_are_answered_for_who_filled_the_file_in(read):
    for text, found in (("=6+6", "a formula without a calculated value"), ("#N/A", "an error such as #N/A")):
        with pytest.raises(Refusal) as refused:
            read(put(FIRST, FIGURE, text))
        assert str(refused.value) == (
            f"raw/partners/returns/2026-03-31/made.xlsx: found {found} in cell D6 of sheet 'Figures'; expected figures. "
            "If you filled the file in, write the figure in that cell, or take the row out if it is a total. If it is a "
            "publisher's file, download it again."
        )


def test_a_measure_is_refused_in_a_period_in_which_it_is_not_asked_for(read):
    def edit(sheet: Worksheet) -> None:
        for place, (measure, figure) in enumerate((("Visits", 1), ("Share seen", 2), ("Kilograms", 3))):
            cells(FIRST + 9 + place, "North", "October to December 2025", measure, figure)(sheet)

    with pytest.raises(Refusal) as refused:
        read(edit)
    assert str(refused.value) == (
        f"{PLACE}C17: found Kilograms for October to December 2025; expected it only in periods from 1 January 2026 on. "
        "Take the row out."
    )


@pytest.mark.parametrize(
    ("kind", "lowest", "highest", "expected"),
    [
        ("share", 0, 100, "a percentage from 0 to 100"),
        ("share", None, None, "a percentage from 0 to 100"),
        ("share", 5, 50, "a percentage from 5 to 50"),
        ("mean", 0, 365, "a mean from 0 to 365"),
        ("count", 0, None, "a whole number of at least 0"),
        ("amount", None, 1000, "a number of at most 1,000"),
        ("deviation", 0, None, "a standard deviation of at least 0"),
        ("deviation", None, 9, "a standard deviation from 0 to 9"),
        ("quantile", None, None, "a number"),
    ],
)
def test_what_a_figure_may_be_is_said_in_plain_words(kind, lowest, highest, expected):
    assert Asked("one", "One", "days", kind, "", lowest, highest, None, None).expected == expected
