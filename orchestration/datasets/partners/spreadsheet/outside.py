"""What a partner wrote where a return is not read: beside its columns, on other sheets, and in comments of cells.

Text is told, so that nobody takes it for read. A number is refused: it may be a figure that is missing in the return.
Years alone on another sheet are those of a cover, and told.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from orchestration.datasets.partners.spreadsheet.definitions import HEADERS, KINDS, Return
from orchestration.datasets.partners.spreadsheet.instructions import HOW_IT_IS_READ, instructions
from orchestration.datasets.partners.spreadsheet.lines import Filled
from orchestration.reading.marks import Marks
from orchestration.reading.periods import parse
from orchestration.reading.tables import Sheet
from orchestration.validation.cells import Problem, number_of_text

# Besides the first cell, whose text is told, so many addresses are listed.
CELLS_LISTED = 5
LONGEST_TEXT = 60

YEAR = re.compile(r"(19|20)\d\d")

Found = tuple[int, int, str]


def problems_outside(
    sheet: Filled, one: Return, others: Sequence[Sheet], marks: Mapping[str, Marks] | None
) -> Iterator[Problem]:
    """What stands outside the columns of a return, and the comments in its workbook."""
    table = sheet.table
    columns = "the columns of the return"
    yield from _told(table.sheet, _beside(sheet, one), f"outside {columns}, where nothing is read", f"in {columns}")
    for other in others:
        if other.name != table.sheet.name:
            wanted = f"on the sheet {table.sheet.name!r}"
            yield from _told(other, _added(other, one), "on a sheet that is not read", wanted, may_be_years=True)
    for name, of in (marks or {}).items():
        for (row, column), text in of.comments:
            of_sheet = next((one for one in (table.sheet, *others) if one.name == name), table.sheet)
            yield Problem(
                "nothing stands outside a return",
                of_sheet.place(row, column),
                f"the comment {_short(text)!r}, which is not read",
                "figures alone",
                "Decide whether the figure can be used as it is.",
                blocks=False,
            )


def _beside(sheet: Filled, one: Return) -> Iterator[Found]:
    """The cells of the sheet of figures that are in none of its columns, and not of the template above them."""
    table = sheet.table
    columns = set(sheet.positions.values())
    titles = (one.title.lower(), one.return_id.replace("_", " "), HOW_IT_IS_READ.lower())
    for row, cells in table.sheet.rows:
        for column, text in enumerate(cells):
            if row < table.header_row:
                of_template = text.lower() in titles or f"Return: {one.return_id}" in text
            else:
                of_template = column in columns
            if text.strip() and not of_template:
                yield row, column, text


def _added(sheet: Sheet, one: Return) -> Iterator[Found]:
    """The cells of another sheet that the template does not have."""
    labels = {name for name, _ in instructions(one)}
    listed = {*HEADERS, *one.areas, *(asked.label for asked in one.asked)}
    for row, cells in sheet.rows:
        for column, text in enumerate(cells):
            if sheet.name == "Instructions":
                of_template = column < 2 and (cells[0] in labels or text.startswith("Return: "))
            else:
                of_template = sheet.name == "Lists" and (text in listed or parse(text, KINDS) is not None)
            if text.strip() and not of_template:
                yield row, column, text


def _told(
    sheet: Sheet, cells: Iterator[Found], where: str, wanted: str, may_be_years: bool = False
) -> Iterator[Problem]:
    found = list(cells)
    with_numbers = [one for one in found if number_of_text(one[2].strip()) is not None]
    if may_be_years and all(YEAR.fullmatch(text.strip()) for _, _, text in with_numbers):
        with_numbers = []
    with_text = [one for one in found if one not in with_numbers]
    for those, is_number in ((with_numbers, True), (with_text, False)):
        if those:
            row, column, first = those[0]
            yield Problem(
                "nothing stands outside a return",
                sheet.place(row, column),
                f"the {'number' if is_number else 'text'} {_short(first)!r} {where}{_also(sheet, those[1:])}",
                f"figures {wanted} only" if is_number else "figures alone",
                "Write it there, or take it out."
                if is_number
                else "Decide whether the figures can be used as they are.",
                blocks=is_number,
            )


def _also(sheet: Sheet, cells: Sequence[Found]) -> str:
    """The addresses of more cells, in brackets."""
    if not cells:
        return ""
    more = len(cells) - CELLS_LISTED
    listed = ", ".join(sheet.address(row, column) for row, column, _ in cells[:CELLS_LISTED])
    return f" (also in {listed}{f' and {more:,} more' if more > 0 else ''})"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_TEXT else f"{words[:LONGEST_TEXT]}…"
