"""Files of made-up releases: CSVs, workbooks and archives that have the same bytes each time."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter

Rows = Iterable[Sequence[object]]

# What a workbook and an archive say of the day they were made.
MADE = datetime(2025, 1, 1)


class Raw:
    """A folder of releases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, dataset: str, released_on: str, name: str) -> Path:
        path = self.folder / dataset.replace(".", "/", 1) / released_on / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def csv(self, dataset: str, released_on: str, name: str, rows: Rows) -> Path:
        path = self.place(dataset, released_on, name)
        path.write_text(csv_text(rows), encoding="utf-8", newline="")
        return path

    def workbook(self, dataset: str, released_on: str, name: str, sheets: Mapping[str, Rows]) -> Path:
        path = self.place(dataset, released_on, name)
        with xlsxwriter.Workbook(path) as book:
            book.set_properties({"created": MADE})
            for title, rows in sheets.items():
                sheet = book.add_worksheet(title)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, ["" if cell is None else cell for cell in row])
        return path

    def archive(self, dataset: str, released_on: str, name: str, members: Mapping[str, Rows]) -> Path:
        path = self.place(dataset, released_on, name)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, rows in members.items():
                archive.writestr(zipfile.ZipInfo(member, MADE.timetuple()[:6]), csv_text(rows), zipfile.ZIP_DEFLATED)
        return path


def csv_text(rows: Rows) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
