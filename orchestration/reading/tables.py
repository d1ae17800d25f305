"""Sheets of cells as printed, from workbooks and CSVs alike, and tables found in them by their headers.

A publisher releases the same table as xlsx, ods, xls or as one sheet saved as CSV, moves a column and adds a footnote
from year to year. A reader therefore asks for columns by their labels and gets each cell with its address.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from orchestration.reading import workbook_cells
from orchestration.reading.delimited import csv_address, records
from orchestration.reading.processes import answer_of
from orchestration.reading.zips import LOCKED, OLE, ZIP, refuse_hostile_zip
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse

TIME_LIMIT = 60  # seconds

# Files that are taken for figures by mistake, by their first bytes.
KNOWN_BEGINNINGS = {
    b"%PDF": "a PDF",
    b"\xff\xfe": 'text in UTF-16 (Excel\'s "Unicode text")',
    b"\xfe\xff": "text in UTF-16",
    b"\x1f\x8b": "a file compressed with gzip",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a SQLite database",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a document in RTF",
    b"PK\x05\x06": "an empty zip",
}

GSS_CODE = re.compile(r"[EWSNKJ]\d{8}")


@dataclass(frozen=True)
class Sheet:
    """The cells of one sheet, or of one text file (`name` None). `rows` pairs a row's number with its cells."""

    file: str
    name: str | None
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    # What of its workbook is hidden, in words: it is read, and told.
    hidden: tuple[str, ...] = ()

    def address(self, row: int, column: int, label: str = "") -> str:
        """`E178` in a workbook; `line 178, column <label>` in a text file. `column` counts from 0."""
        return csv_address(row, label or str(column + 1)) if self.name is None else f"{column_letters(column)}{row}"

    def place(self, row: int, column: int, label: str = "") -> str:
        """The address with file and sheet before it, for messages."""
        sheet = "" if self.name is None else f", sheet {self.name!r}"
        return f"{self.file}{sheet}, {self.address(row, column, label)}"

    def __str__(self) -> str:
        return self.file if self.name is None else f"{self.file}, sheet {self.name!r}"

    @property
    def title(self) -> str:
        """The first text with more than one word: what the sheet says it is."""
        for _, cells in self.rows:
            for cell in cells:
                if " " in cell.strip() and "back to contents" not in cell.lower():
                    return " ".join(cell.split())
        return ""


def column_letters(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def key(label: str) -> str:
    """What a header cell says apart from its dress: case, blanks, line breaks, `[note 3]`, `[r]`, a footnote's digits.

    A digit counts as a footnote only behind a word and a space (`Rate 1`); `LAD22CD` and the age `1` stay.
    """
    text = re.sub(r"\[\s*(?:note[^\]]*|[a-z]\d?)\s*\]", " ", label.lower())
    text = " ".join(text.split())
    return re.sub(r"(?<=[a-z)]) \d{1,2}(,\s?\d{1,2})*$", "", text)


def sheets(release: Release, path: Path) -> tuple[Sheet, ...]:
    """The sheets of a workbook (xlsx, xlsm, xls, ods, whatever its name says) or the one sheet of a CSV.

    Raises `Refusal` for a file that is empty, broken, locked by a password, a bomb, or neither workbook nor text.
    """
    return sheets_of_file(path, release.name_of(path))


def sheets_of_file(path: Path, name: str) -> tuple[Sheet, ...]:
    """The sheets of a file of no release, called `name` in messages. Raises Refusal as above."""
    return _sheets(path, path.stat().st_mtime_ns, name)


@lru_cache(maxsize=4)
def _sheets(path: Path, modified: int, name: str) -> tuple[Sheet, ...]:
    with path.open("rb") as stream:
        start = stream.read(4096)
    if start.startswith(ZIP):
        refuse_hostile_zip(path, name)
    elif start.startswith(OLE):
        if LOCKED in path.read_bytes():
            raise refuse(name, "a workbook with a password", "one without", "Save it without a password.")
    else:
        for beginning, what in KNOWN_BEGINNINGS.items():
            if start.startswith(beginning):
                raise refuse(name, what, "a workbook or a CSV", "Add the publisher's file of figures.")
        if start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
            raise refuse(
                name, "a page in HTML or XML", "a workbook or a CSV", "Download the file itself, not the page about it."
            )
        rows = tuple((line, tuple(cells)) for line, cells in records(path, name))
        return (Sheet(name, None, rows),)
    answer = _cells_of_workbook(path, name)
    hidden = tuple(answer["hidden"])
    return tuple(
        Sheet(name, sheet["name"], tuple((number, tuple(cells)) for number, cells in sheet["rows"]), hidden)
        for sheet in answer["sheets"]
    )


def _cells_of_workbook(path: Path, name: str) -> dict:
    return answer_of(
        [workbook_cells.__file__, str(path)],
        name,
        too_slow=(f"contents not read in {TIME_LIMIT} s", "a statistical workbook", "Save it again."),
        too_large=(
            "contents that end the reading program, such as a cell in the last column and row of a sheet",
            "a workbook that needs less than 1 GB of memory",
            "Delete the far cells, or ask the publisher for another file.",
        ),
        seconds=TIME_LIMIT,
    )


@dataclass(frozen=True)
class Table:
    """A table of a sheet: where its header stands, what it says, and the rows below."""

    sheet: Sheet
    header_row: int
    labels: tuple[str, ...]
    body: tuple[tuple[int, tuple[str, ...]], ...]

    def column(self, *wanted: str) -> int:
        """The position of the first column whose header matches one of these labels, in their order.

        Raises Refusal if none or two match.
        """
        keys = [key(label) for label in self.labels]
        found = next((at for label in wanted if (at := [n for n, text in enumerate(keys) if text == label])), [])
        if not found:
            raise refuse(
                f"{self.sheet}, row {self.header_row}" if self.sheet.name else f"{self.sheet}, line {self.header_row}",
                "the columns " + ", ".join(repr(" ".join(label.split())) for label in self.labels if label.strip()),
                f"also a column {wanted[0]!r}",
                "Compare the file with the publisher's earlier releases; teach the reader a new name.",
            )
        if len(found) > 1:
            place = self.sheet.place(self.header_row, found[1], self.labels[found[1]])
            raise refuse(place, f"a second column {wanted[0]!r}", "one", "Remove one of the two.")
        return found[0]

    def has(self, *wanted: str) -> bool:
        return any(key(label) in wanted for label in self.labels)

    def label(self, position: int) -> str:
        return self.labels[position] if position < len(self.labels) else ""

    def address(self, row: int, position: int) -> str:
        return self.sheet.address(row, position, self.label(position).strip())

    def place(self, row: int, position: int) -> str:
        return self.sheet.place(row, position, self.label(position).strip())


def find_table(sheet: Sheet, headers: Sequence[Sequence[str]]) -> Table | None:
    """The table whose header row has, for each of `headers`, a cell with one of its labels; None where there is none.

    The header is the first such row; the body is every row below it.
    """
    for position, (number, cells) in enumerate(sheet.rows):
        keys = {key(cell) for cell in cells}
        if all(any(label in keys for label in alternatives) for alternatives in headers):
            return Table(sheet, number, cells, sheet.rows[position + 1 :])
    return None


def only_table(found: Sequence[Sheet], headers: Sequence[Sequence[str]], name: str) -> Table:
    """The one table with these headers in any of the sheets. Raises `Refusal` for none or several."""
    tables = [table for sheet in found if (table := find_table(sheet, headers))]
    if len(tables) == 1:
        return tables[0]
    wanted = ", ".join(repr(alternatives[0]) for alternatives in headers)
    if not tables:
        titles = "; ".join(title for sheet in found if (title := sheet.title))[:300]
        raise refuse(
            name, f"no table with the columns {wanted} ({titles})", "one", "Put another file here, or teach the reader."
        )
    raise refuse(
        name,
        "several: " + ", ".join(str(table.sheet.name) for table in tables),
        f"one table with {wanted}",
        "Keep one.",
    )


def cell(cells: Sequence[str], position: int) -> str:
    """The cell at a position, '' beyond the row's end."""
    return cells[position] if position < len(cells) else ""


def value_cell(table: Table, row: int, cells: Sequence[str], position: int) -> str:
    """The cell of a figure as printed. Raises `Refusal` where it is empty: an omission or a formula not calculated."""
    text = cell(cells, position)
    if not text.strip():
        raise refuse(
            table.place(row, position),
            "an empty cell",
            "a figure, or the symbol that says why there is none",
            "Take what stands there from the publisher's page, and download the file again."
            if table.sheet.name is None
            else "Save the workbook with its formulas calculated, or ask the publisher for the figure.",
        )
    return text


def frame(rows: Sequence[tuple], columns: Sequence[str], where: str) -> pd.DataFrame:
    """Rows as a frame of text with these columns. Raises `Refusal` where there are none."""
    if not rows:
        raise refuse(where, "no figures", "at least one", "Put the published file there.")
    return pd.DataFrame(rows, columns=list(columns), dtype="object")


def expect_england(cells: pd.DataFrame, where: str) -> pd.DataFrame:
    """The cells as they are. Raises `Refusal` where none has an English area: the file is another nation's."""
    if not cells["area_code"].str.startswith("E", na=False).any() and not (cells["area"] == "England").any():
        found = ", ".join(cells["area"].dropna().unique()[:3])
        raise refuse(
            where, f"no area of England ({found} …)", "figures for England's areas", "Put England's file here."
        )
    return cells


def read_files(release: Release, read: Callable[[Release, Path], pd.DataFrame]) -> pd.DataFrame:
    """What `read` gives for each file of a release, one below the other."""
    return pd.concat([read(release, path) for path in release.files], ignore_index=True)


def matching(found: Sequence[Sheet], headers: Sequence[Sequence[str]]) -> Iterator[Table]:
    """Every table with these headers, one a sheet."""
    return (table for sheet in found if (table := find_table(sheet, headers)))
