"""The spreadsheet of a return, for partners to fill in: `warehouse template`."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from orchestration.datasets.partners.returns import (
    DEVIATION,
    HEADERS,
    SHARE,
    SYMBOLS,
    WHOLE,
    Asked,
    Return,
    period_label,
    returns,
)
from orchestration.reading.periods import (
    CALENDAR_YEAR,
    EXAMPLES,
    FINANCIAL_YEAR,
    MONTH,
    Period,
    calendar_year,
    financial_year,
    month,
    parse,
    quarter,
)
from orchestration.releases.release import today
from orchestration.support.files import replaced_file
from orchestration.support.refusal import refuse, system_errors_as_refusals

# As many periods are listed, the newest first; as many empty rows are left below those that are laid out.
PERIODS_LISTED = 36
EMPTY_ROWS = 200
FIRST_ROW = 4

WIDTHS = (24, 18, 34, 14, 40, 10)


def return_named(name: str) -> Return:
    """The return of this name. Raises Refusal with the names there are."""
    if name not in returns():
        raise refuse(f"the return {name!r}", "no such return", f"one of {', '.join(returns())}", "Correct the name.")
    return returns()[name]


def period_before(kind: str, day: date) -> Period:
    """The newest period of a kind that is over on a day."""
    if kind == MONTH:
        last = day.replace(day=1) - timedelta(days=1)
        return month(last.year, last.month)
    if kind == FINANCIAL_YEAR:
        return financial_year(day.year - 1 if day >= date(day.year, 4, 1) else day.year - 2)
    if kind == CALENDAR_YEAR:
        return calendar_year(day.year - 1)
    number = (day.month - 1) // 3
    return quarter(day.year, number) if number else quarter(day.year - 1, 4)


def periods_to_choose(kind: str, day: date) -> list[Period]:
    """The periods that a return lists: the newest that is over, and those before it."""
    found = [period_before(kind, day)]
    while len(found) < PERIODS_LISTED:
        found.append(period_before(kind, found[-1].start))
    return found


def write_template(name: str, path: Path, period: str | None = None) -> Path:
    """Writes the spreadsheet of a return, laid out for one period: the newest that is over, unless another is given.

    Raises Refusal for a return that does not exist, a period of another kind or still to end, or a path that is taken.
    """
    one = return_named(name)
    chosen = period_before(one.period_kind, today()) if period is None else parse(period, (one.period_kind,))
    if chosen is None or chosen.end > today():
        example = f"a period that is over, such as {EXAMPLES[one.period_kind]}"
        raise refuse("--period", repr(period), example, "Correct it.")
    if path.exists():
        raise refuse(
            path, "a file of that name", "none, because it may be filled in", "Choose another name with --out."
        )
    with system_errors_as_refusals(), replaced_file(path) as aside:
        write_return(one, chosen, aside)
    return path


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
        }
        _instructions(book.add_worksheet("Instructions"), one, styles)
        figures = book.add_worksheet("Figures")
        periods = [period_label(period) for period in periods_to_choose(one.period_kind, today())]
        label = period_label(chosen)
        lists = (one.areas, periods if label in periods else [label, *periods], [asked.label for asked in one.asked])
        _figures(figures, one, chosen, lists, styles)
        _lists(book.add_worksheet("Lists"), lists, styles)
        figures.activate()


HOW_IT_IS_READ = "Fill in the sheet Figures and send the workbook back. It is read by its column headings."


def _instructions(sheet: xlsxwriter.worksheet.Worksheet, one: Return, styles: dict) -> None:
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 90)
    sheet.write(0, 0, f"Return: {one.title}", styles["title"])
    rows = [
        ("What it is of", one.definition),
        ("Who fills it in", one.owner),
        ("Where", "Fill in the sheet Figures: one row for each area, period and measure."),
        ("Every row", "If there is no figure, write a symbol instead. An empty cell is sent back to you."),
        *((symbol, f"The figure is {meaning}.") for symbol, meaning in SYMBOLS.items()),
        ("More rows", "Add other periods below. Choose area, period and measure from the lists."),
        ("Source document and Page", "Fill these in only if you took a figure from a document."),
        ("Do not change", "The headings, the cell that names the return, and the spelling of the lists."),
        ("Corrections", "Send the whole return again with the corrected figure. The earlier figure is kept beside it."),
        ("Who may read it", PUBLIC[one.public_edition]),
        *((asked.label, f"{asked.definition} ({asked.unit}; {asked.expected})") for asked in one.asked),
    ]
    for number, (name, text) in enumerate(rows, start=2):
        sheet.write_string(number, 0, name, styles["bold"])
        sheet.write_string(number, 1, text, styles["text"])


PUBLIC = {
    "withheld": "The members of the partnership. No figure of this return is in the public edition.",
    "counts_hidden": "The members of the partnership. The public edition has it without small counts.",
    "whole": "Everybody: the public edition has all of it.",
}


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
    conditions = [f"ISNUMBER({cell})"]
    if asked and asked.kind == WHOLE:
        conditions.append(f"{cell}=INT({cell})")
    if asked and asked.kind == SHARE:
        conditions += [f"{cell}>=0", f"{cell}<=100"]
    if asked and asked.kind == DEVIATION:
        conditions.append(f"{cell}>=0")
    if asked and asked.lowest is not None:
        conditions.append(f"{cell}>={asked.lowest:g}")
    if asked and asked.highest is not None:
        conditions.append(f"{cell}<={asked.highest:g}")
    symbols = ",".join(f'{cell}="{symbol}"' for symbol in SYMBOLS)
    expected = asked.expected if asked else "a number"
    sheet.data_validation(
        first,
        column,
        last,
        column,
        {
            "validate": "custom",
            "value": f"=OR(IF(ISNUMBER({cell}),AND({','.join(conditions)}),FALSE),{symbols})",
            "ignore_blank": True,
            "error_title": "Figure",
            "error_message": f"Write {expected}, or a symbol: {', '.join(SYMBOLS)}.",
        },
    )


def _lists(sheet: xlsxwriter.worksheet.Worksheet, lists: Sequence[Sequence[str]], styles: dict) -> None:
    for place, texts in enumerate(lists):
        sheet.set_column(place, place, WIDTHS[place])
        sheet.write_string(0, place, HEADERS[place], styles["bold"])
        for number, text in enumerate(texts, start=1):
            sheet.write_string(number, place, text, styles["as text"])
    sheet.freeze_panes(1, 0)
