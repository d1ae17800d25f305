"""The spreadsheet of a return, for partners to fill in: `warehouse template`."""

from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from orchestration.datasets.partners.spreadsheet.definitions import HEADERS, SYMBOLS, WHOLE, Asked, Return
from orchestration.datasets.partners.spreadsheet.instructions import HOW_IT_IS_READ, instructions
from orchestration.datasets.partners.spreadsheet.listed_periods import (
    period_label,
    periods_to_choose,
)
from orchestration.datasets.partners.spreadsheet.seed_rows import returns
from orchestration.reading.periods import NAMES, Period, parse
from orchestration.releases.release import today
from orchestration.support.files import replaced_file
from orchestration.support.refusal import refuse, system_errors_as_refusals

# As many empty rows are left below those that are laid out.
EMPTY_ROWS = 200
FIRST_ROW = 4

WIDTHS = (24, 26, 34, 14, 40, 10)


def return_named(name: str) -> Return:
    """The return of this name. Raises Refusal with the names there are."""
    if name not in returns():
        raise refuse(f"the return {name!r}", "no such return", f"one of {', '.join(returns())}", "Correct the name.")
    return returns()[name]


def write_template(name: str, path: Path, period: str | None = None) -> Path:
    """Writes the spreadsheet of a return, laid out for one period: the newest that is over, unless another is given.

    Raises Refusal for a return that does not exist, a period of another kind, still to end or older than those listed,
    or a path that is taken.
    """
    one = return_named(name)
    chosen = period_to_lay_out(one, period)
    if path.exists():
        raise refuse(
            path, "a file of that name", "none, because it may be filled in", "Choose another name with --out."
        )
    with system_errors_as_refusals(), replaced_file(path) as aside:
        write_return(one, chosen, aside)
    return path


def period_to_lay_out(one: Return, text: str | None) -> Period:
    """The period that a text means; the newest that is over where there is none.

    Raises Refusal for a period of another kind, still to end or older than those listed.
    """
    newest, *_, oldest = periods_to_choose(one.period_kind, today())
    if text is None:
        return newest
    kind = NAMES[one.period_kind]
    such = f"such as {period_label(newest)}"
    chosen = parse(text, (one.period_kind,))
    if chosen is None:
        other = parse(text)
        found = f"{text!r}, which is {NAMES[other.kind]}" if other and other.kind in NAMES else repr(text)
        raise refuse("--period", found, f"{kind}, {such}", "Correct it.")
    if chosen.end > today():
        ends = f"{chosen.end.day} {chosen.end:%B %Y}"
        raise refuse("--period", f"{text!r}, which ends on {ends}", f"{kind} that is over, {such}", "Correct it.")
    if chosen.start < oldest.start:
        later = f"{period_label(oldest)}, the oldest that the return lists, or a later period"
        raise refuse("--period", repr(text), later, "Correct it.")
    return chosen


def write_return(one: Return, chosen: Period, path: Path) -> None:
    """Writes the spreadsheet of a return, with a row for each of its areas and measures in a period."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties(
            {
                "title": f"Return: {one.title}",
                "subject": one.definition,
                "author": one.owner,
                "comments": HOW_IT_IS_READ,
            }
        )
        styles = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "bold": book.add_format({"bold": True}),
            "text": book.add_format({"text_wrap": True, "valign": "top"}),
            "as text": book.add_format({"num_format": "@"}),
            # In a cell without a format of its own, 82% would be stored as 0.82.
            "percentage": book.add_format({"num_format": "0.0##"}),
        }
        _instructions(book.add_worksheet("Instructions"), one, styles)
        figures = book.add_worksheet("Figures")
        periods = [period_label(period) for period in periods_to_choose(one.period_kind, today())]
        label = period_label(chosen)
        lists = (one.areas, periods if label in periods else [label, *periods], [asked.label for asked in one.asked])
        _figures(figures, one, chosen, lists, styles)
        _lists(book.add_worksheet("Lists"), lists, styles)
        figures.activate()


def _instructions(sheet: xlsxwriter.worksheet.Worksheet, one: Return, styles: dict) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write(0, 0, f"Return: {one.title}", styles["title"])
    for number, (name, text) in enumerate(instructions(one), start=2):
        sheet.write_string(number, 0, name, styles["bold"])
        sheet.write_string(number, 1, text, styles["text"])


def _figures(
    sheet: xlsxwriter.worksheet.Worksheet, one: Return, chosen: Period, lists: Sequence[Sequence[str]], styles: dict
) -> None:
    sheet.write(0, 0, one.title, styles["title"])
    sheet.write_string(1, 0, f"Return: {one.return_id}")
    sheet.write_string(2, 0, HOW_IT_IS_READ)
    rows = [
        (area, period_label(chosen), asked) for area in one.areas for asked in one.asked if asked.is_asked_in(chosen)
    ]
    last = FIRST_ROW + len(rows) + EMPTY_ROWS
    headers = [{"header": header} for header in HEADERS]
    # A named table with a header row is what a screen reader announces.
    sheet.add_table(FIRST_ROW, 0, last, len(HEADERS) - 1, {"name": "Figures", "columns": headers, "autofilter": False})
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width, styles["as text"] if place != HEADERS.index("Figure") else None)
    for number, (area, period, asked) in enumerate(rows, start=FIRST_ROW + 1):
        for place, text in enumerate((area, period, asked.label)):
            sheet.write_string(number, place, text, styles["as text"])
        if asked.is_percentage:
            sheet.write_blank(number, HEADERS.index("Figure"), None, styles["percentage"])
        _accept(sheet, number, number, asked)
    _accept(sheet, FIRST_ROW + len(rows) + 1, last, None)
    for place, texts in enumerate(lists):
        column = "ABC"[place]
        sheet.data_validation(
            FIRST_ROW + 1,
            place,
            last,
            place,
            {
                "validate": "list",
                "source": f"=Lists!${column}$2:${column}${len(texts) + 1}",
                "error_title": HEADERS[place],
                "error_message": f"Choose the {HEADERS[place].lower()} from the list.",
            },
        )
    sheet.freeze_panes(FIRST_ROW + 1, 1)
    sheet.repeat_rows(FIRST_ROW)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _accept(sheet: xlsxwriter.worksheet.Worksheet, first: int, last: int, asked: Asked | None) -> None:
    """Lets the cells of a column take what the measure's figures may be, or a symbol."""
    column = HEADERS.index("Figure")
    cell = f"{'ABCDEF'[column]}{first + 1}"
    conditions = []
    others = [f'{cell}="{symbol}"' for symbol in SYMBOLS]
    if asked and asked.kind == WHOLE:
        conditions.append(f"{cell}=INT({cell})")
    if asked and asked.is_percentage:
        # A programme stores 82% as 0.82, and one that is less than one per cent can only be told from it as text.
        conditions.append(f"OR({cell}<=0,{cell}>=1)")
        others.append(f'IF(ISTEXT({cell}),RIGHT({cell},1)="%",FALSE)')
    lowest, highest = asked.bounds if asked else (None, None)
    if lowest is not None:
        conditions.append(f"{cell}>={lowest:g}")
    if highest is not None:
        conditions.append(f"{cell}<={highest:g}")
    is_number = f"IF(ISNUMBER({cell}),AND({','.join(conditions) or 'TRUE'}),FALSE)"
    expected = asked.expected if asked else "a number"
    hint = " Write 82 for 82%, and '0.82% for less than one per cent." if asked and asked.is_percentage else ""
    sheet.data_validation(
        first,
        column,
        last,
        column,
        {
            "validate": "custom",
            "value": f"=OR({','.join([is_number, *others])})",
            "ignore_blank": True,
            "error_title": "Figure",
            "error_message": f"Write {expected}, or a symbol: {', '.join(SYMBOLS)}.{hint}",
        },
    )


def _lists(sheet: xlsxwriter.worksheet.Worksheet, lists: Sequence[Sequence[str]], styles: dict) -> None:
    for place, texts in enumerate(lists):
        sheet.set_column(place, place, WIDTHS[place])
        sheet.write_string(0, place, HEADERS[place], styles["bold"])
        for number, text in enumerate(texts, start=1):
            sheet.write_string(number, place, text, styles["as text"])
    sheet.freeze_panes(1, 0)
