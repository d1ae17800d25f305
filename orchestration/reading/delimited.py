"""Cells of delimited text files, as printed, each with its line and column."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from orchestration.reading.zips import OLE, ZIP
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse

# What stands between cells in files that are called CSV and are none.
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
MOST_OTHER_SEPARATORS = 2

# A cell of a statistical table is a label or a number; a megabyte in one is a broken quote.
csv.field_size_limit(100_000)


def csv_address(line: int, column: str) -> str:
    """The address of a cell of a delimited file. Line 1 is the header."""
    return f"line {line}, column {column}"


def records(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line it begins on. Raises `Refusal` for what is no UTF-8 or no CSV."""
    data = path.read_bytes()
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise refuse(name, "an empty file", "a header line and at least one line of figures", "Add the published file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if data.startswith((ZIP, OLE)):
            raise refuse(name, "a workbook or an archive", "a CSV", 'Save its sheet as "CSV UTF-8".') from None
        if b"\0" in data:
            raise refuse(
                name, "contents that are not text", "a workbook or a CSV", "The file is damaged: download it again."
            ) from None
        line = data.count(b"\n", 0, error.start) + 1
        raise refuse(
            f"{name}, line {line}",
            f"the byte 0x{data[error.start]:02x}, which is not UTF-8",
            "text in UTF-8",
            'Save the file as "CSV UTF-8".',
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise refuse(f"{name}, line {line}", "a NUL character", "text", "Save the file as CSV again.")
    refuse_other_separators(text, name)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for record in reader:
            if record:
                yield begins, record
            begins = reader.line_num + 1
    except csv.Error as error:
        raise refuse(f"{name}, line {begins}", f"broken CSV ({error})", "well-formed CSV", "Mend the quotes.") from None


def refuse_other_separators(text: str, name: str) -> None:
    """Raises `Refusal` where a line of `sep=` stands first, or where the header's cells are not separated by commas."""
    first = text.split("\n", 1)[0].strip("\r")
    if said := re.fullmatch(r"\"?sep=(.?)\"?,*", first.strip(), re.IGNORECASE):
        raise refuse(
            f"{name}, line 1",
            f"a line that names the separator {said[1] or 'tab'!r}, which Excel alone understands",
            "the header",
            'Remove this line, or save the file as "CSV UTF-8" with commas.',
        )
    for separator, what in SEPARATORS.items():
        if first.count(separator) >= MOST_OTHER_SEPARATORS and first.count(separator) > first.count(","):
            raise refuse(
                f"{name}, line 1",
                f"{what} between the cells",
                "commas",
                'Save the file as "CSV UTF-8" with commas; replacing the characters would break texts with commas.',
            )


def without_notes(
    lines: Sequence[tuple[int, list[str]]],
) -> list[tuple[int, list[str]]]:
    """The lines of a table without the blank ones, and without notes below it: a text in the first cell alone."""
    kept = [(line, record) for line, record in lines if any(cell.strip() for cell in record)]
    while len(kept) > 1 and kept[-1][1][0].strip() and not any(cell.strip() for cell in kept[-1][1][1:]):
        kept.pop()
    return kept


def tidy_cells(
    release: Release, path: Path, labels: Sequence[str], values: Sequence[str], measure: str = "measure_label"
) -> pd.DataFrame:
    """The cells of a tidy CSV, one row a value: its labels, which column it stood in, its text and its address.

    The header must hold exactly `labels` and `values`, in any order. Returns text columns `labels`, `measure`
    (the header of the value's column, unless `labels` already has a column of that name), `value`, `source_file`,
    `source_sheet` (None) and `source_cell`. Raises `Refusal` for a missing, unknown or repeated column, a line of
    another length, a file that is empty or not UTF-8.
    """
    name = release.name_of(path)
    lines = records(path, name)
    first_line, header = next(lines)
    header = [column.strip() for column in header]
    expected = [*labels, *values]
    for column in expected:
        if column not in header:
            raise refuse(
                f"{name}, line {first_line}",
                "the columns " + ", ".join(header),
                f"also a column {column!r}",
                "Name the columns as raw/README.md says.",
            )
    for position, column in enumerate(header, start=1):
        if column not in expected or column in header[: position - 1]:
            raise refuse(
                f"{name}, line {first_line}, column {column or position}",
                f"{'a second' if column in expected else 'the unknown'} column {column!r}",
                "only " + ", ".join(expected),
                "Remove the column, or teach the dataset's reader what it means.",
            )
    rows = []
    for line, record in without_notes(list(lines)):
        if len(record) != len(header):
            raise refuse(
                f"{name}, line {line}",
                f"{len(record)} cells",
                f"{len(header)}, one for each column of the header",
                "Mend the line; a text with a comma in it needs quotes.",
            )
        cells = dict(zip(header, record, strict=True))
        for column in values:
            if not cells[column].strip():
                raise refuse(
                    f"{name}, line {line}, column {column}",
                    f"an empty cell ({', '.join(text for text in record if text.strip())[:80]!r})",
                    "a figure, or the symbol that says why there is none",
                    "Add the figure; move notes below the last line of the table, in its first column.",
                )
            labelled: dict[str, str | None] = {label: cells[label] for label in labels}
            rows.append(
                labelled
                | ({} if measure in labels else {measure: column})
                | {
                    "value": cells[column],
                    "source_file": name,
                    "source_sheet": None,
                    "source_cell": csv_address(line, column),
                }
            )
    if not rows:
        raise refuse(
            f"{name}, line {first_line}", "a header and no figures", "at least one line of figures", "Add the figures."
        )
    return pd.DataFrame(rows, dtype="object")
