"""What a file may cost before anything reads it: its size, the length of a line, the number of columns."""

from pathlib import Path
from typing import BinaryIO

from orchestration.support.refusal import refuse

# The archive of three years of all forces is 1.7 GB; nothing that is published is larger.
LARGEST_FILE = 4_000_000_000
# The widest table of a publisher has 400 columns, the longest line of a text file 20,000 characters.
LONGEST_LINE = 1_000_000
MOST_COLUMNS = 16_384

# What a text file's columns may be parted by.
SEPARATORS = (b",", b";", b"\t", b"|")
# How workbooks and archives begin: a zip, and the container of .xls.
PACKED = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
CHUNK = 1 << 20


def refuse_what_is_too_large(path: Path, name: str) -> None:
    """Raises `Refusal` for a file that would take more time or memory than any published one, before it is read."""
    size = path.stat().st_size
    if size > LARGEST_FILE:
        raise refuse(
            name, f"a file of {size:,} bytes", f"at most {LARGEST_FILE:,}", "Download it again, or split the release."
        )
    with path.open("rb") as stream:
        if stream.read(4) in PACKED:
            return
        stream.seek(0)
        _refuse_long_lines(stream, name)


def _refuse_long_lines(stream: BinaryIO, name: str) -> None:
    number, pending = 0, b""
    while chunk := stream.read(CHUNK):
        *lines, pending = _lines(pending + chunk)
        for line in lines:
            number += 1
            _refuse_line(line, f"{name}, line {number}")
        _refuse_line(pending, f"{name}, line {number + 1}")


def _lines(data: bytes) -> list[bytes]:
    """The lines of some bytes, the last one without its end; a file of a Macintosh parts them by returns."""
    return data.split(b"\n") if b"\n" in data else data.split(b"\r")


def _refuse_line(line: bytes, where: str) -> None:
    if len(line) > LONGEST_LINE:
        found, expected = f"more than {LONGEST_LINE:,} bytes in one line", "a line a record"
    elif len(line) > MOST_COLUMNS and any(line.count(separator) >= MOST_COLUMNS for separator in SEPARATORS):
        found, expected = f"more than {MOST_COLUMNS:,} columns", "as many as a publisher's table has"
    else:
        return
    raise refuse(where, found, expected, "Download the file again, or save it as CSV again.")
