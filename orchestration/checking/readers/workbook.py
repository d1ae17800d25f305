"""Reads a workbook: each sheet's lines of a single cell as text, the others as rows of tables, as they are shown."""

import zipfile
from pathlib import Path

from orchestration.checking.readers.blocks import Blocks, Unreadable
from orchestration.checking.readers.shown import Shown, formats_of, shown
from orchestration.reading import workbook_cells


def read_xlsx(path: Path) -> list[dict]:
    """The blocks of a workbook. `line` is the row of the sheet."""
    try:
        workbook_cells.look_into(str(path))
        sheets = workbook_cells.sheets_of(str(path))
    except workbook_cells.Unreadable as unreadable:
        raise Unreadable(*unreadable.args) from None
    with zipfile.ZipFile(path) as archive:
        formats = formats_of(archive)
    blocks = Blocks()
    for sheet in sheets:
        codes = formats.get(sheet["name"], {})
        blocks.add("heading", sheet["name"], level=1, page=None, line=None, paragraph=None)
        rows: list[list[dict]] = []
        for number, stored in sheet["rows"]:
            cells = [as_shown(cell, codes.get((number, at), "")) for at, cell in enumerate(stored, start=1)]
            filled = [cell.text for cell in cells if cell.text.strip()]
            if len(filled) < 2 or (rows and number > rows[-1][0]["line"] + 1):
                add_table(blocks, rows)
                rows = []
            if len(filled) > 1:
                rows.append([{"text": cell.text, "line": number, "is_whole": cell.is_whole} for cell in cells])
            elif filled:
                blocks.add("paragraph", filled[0], page=None, line=number, paragraph=None)
        add_table(blocks, rows)
    return blocks.blocks


def add_table(blocks: Blocks, rows: list[list[dict]]) -> None:
    if rows:
        wide = max(len(row) for row in rows)
        line = rows[0][0]["line"]
        full = [row + [{"text": "", "line": row[0]["line"]}] * (wide - len(row)) for row in rows]
        blocks.add_table(full, page=None, line=line, paragraph=None)


def as_shown(stored: str, code: str) -> Shown:
    return (shown(stored, code) if code else None) or Shown(rounded(stored))


def rounded(cell: str) -> str:
    """A number without a format as it is shown: 54.16429897290 is stored, and nobody prints it."""
    try:
        number = float(cell)
    except ValueError:
        return cell
    return cell if len(cell) < 9 or number == int(number) else f"{number:.6g}"
