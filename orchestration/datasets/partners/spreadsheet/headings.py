"""The headings of a return that were changed: which cell was another heading before."""

import re
from collections.abc import Sequence

from orchestration.datasets.partners.spreadsheet.definitions import HEADERS
from orchestration.reading.tables import Sheet, key
from orchestration.validation.cells import Problem

# The cell above the figures that names the return.
NAMES_RETURN = re.compile(r"Return: (\S+)")
ROWS_LOOKED_AT = 60

# A row with so many of the headings is the header of a return.
FEWEST_HEADINGS = 3


def is_of_a_return(workbook: Sequence[Sheet]) -> bool:
    """Whether a sheet names a return and has its header, with some headings changed or none."""
    return any(_header_of(sheet) is not None for sheet in workbook)


def changed_headings(workbook: Sequence[Sheet]) -> list[Problem]:
    """The headings that the sheet of a return lacks, each with the cell that stands in its place."""
    return [problem for sheet in workbook for problem in _changed(sheet)]


def _header_of(sheet: Sheet) -> tuple[int, tuple[str, ...]] | None:
    """The row of a sheet with the most headings, below the cell that names the return."""
    is_named, best, most = False, None, FEWEST_HEADINGS - 1
    for row, cells in sheet.rows[:ROWS_LOOKED_AT]:
        count = len({key(text) for text in cells} & {header.lower() for header in HEADERS})
        if is_named and count > most:
            best, most = (row, cells), count
        is_named = is_named or any(NAMES_RETURN.fullmatch(text.strip()) for text in cells)
    return best


def _changed(sheet: Sheet) -> list[Problem]:
    if (header := _header_of(sheet)) is None:
        return []
    row, cells = header
    keys = [key(text) for text in cells]
    known = {one.lower() for one in HEADERS}
    others = [place for place, text in enumerate(keys) if text and text not in known]
    found = []
    for position, heading in enumerate(HEADERS):
        if heading.lower() in keys:
            continue
        place = position if position in others or not others else others[0]
        if place in others:
            others.remove(place)
        text = cells[place].strip() if place < len(cells) else ""
        # The heading of another column stands there: the columns were moved.
        is_gone = not text or key(text) in known
        found.append(
            Problem(
                "a heading is as it was",
                f"{sheet}, row {row}" if is_gone else sheet.place(row, place),
                "no such heading" if is_gone else repr(text),
                repr(heading),
                "Write the heading as it was." if not is_gone else "Add the column with its heading.",
            )
        )
    return found
