"""Files of single records, from CSV to Parquet in DuckDB: every line kept, with its file and its number.

data.police.uk releases a CSV a month, force and kind, or all of them in one zip. Millions of lines never pass through
Python rows: a look at the bytes finds what no CSV may hold and counts the lines; DuckDB reads all files at once; and
the number of rows of each file must be the number of lines counted before.
"""

import codecs
import csv
import re
import shutil
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from orchestration.delimited import records as records_of
from orchestration.refusal import Refusal, refuse
from orchestration.releases import Release
from orchestration.tables import ZIP, key, refuse_hostile_zip

MEMORY_LIMIT = "1GB"
CHUNK = 1 << 22

# The archive of three years of all forces is some ten gigabytes when unpacked.
LARGEST_ARCHIVE = 64_000_000_000

KINDS = ("street", "outcomes", "stop-and-search")
FILE_NAME = re.compile(
    r"(?P<month>\d{4}-\d{2})-(?P<force>[a-z][a-z-]*?)-(?P<kind>street|outcomes|stop-and-search)\.csv"
)

NOT_ITS_RECORDS = "lines that are not its records"

RECORD_COLUMNS = ("file_month", "file_force", "source_file", "source_line")


@dataclass(frozen=True)
class RecordFile:
    """One CSV of records: where it lies, how `source_file` names it, its month, its force and its header."""

    path: Path
    name: str
    month: str
    force: str
    header: tuple[str, ...]
    lines: int


def read_records(
    release: Release, scratch: Path, kind: str, layouts: Sequence[Sequence[str]], names: Mapping[str, str]
) -> duckdb.DuckDBPyRelation:
    """All records of a release's files of one kind, as a relation of text.

    `layouts` are the sets of columns a file may have, `names` gives each column its name in the warehouse; a column
    that a file's layout lacks is null. Members of a zip are streamed to `scratch`. The relation has the columns of
    `names`, `file_month` and `file_force` from the file's name, `source_file` and `source_line` (the header is line 1).
    Raises `Refusal` for a file that is empty, no UTF-8, ragged, of another layout or name, and where DuckDB's rows are
    not the lines of the file.
    """
    files = [_inspected(*entry, layouts) for entry in _files(release, scratch, kind)]
    # DuckDB keeps the order, so a query for a month skips the parts of the Parquet that hold others.
    files.sort(key=lambda file: (file.month, file.force))
    first_with: dict[tuple[str, str], RecordFile] = {}
    for file in files:
        other = first_with.setdefault((file.month, file.force), file)
        if other is not file:
            raise refuse(
                file.name,
                f"records of {file.force} of {file.month} once more",
                f"each month of a force once; it stands in {other.name}",
                "Remove one of the two, or both copies of a month would count.",
            )
    if not any(file.lines for file in files):
        raise refuse(release.name_of(release.folder), "no records", "at least one", "Put the published files there.")
    connection = duckdb.connect()
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"set temp_directory = '{str(scratch).replace(chr(39), chr(39) * 2)}'")
    connection.execute("set enable_progress_bar = false")
    groups: dict[tuple[str, ...], list[RecordFile]] = defaultdict(list)
    for file in files:
        if file.lines:
            groups[file.header].append(file)
    parts = []
    for number, (header, members) in enumerate(groups.items()):
        connection.execute(
            f"create table files_{number} (path varchar, name varchar, month varchar, force varchar, "
            "before bigint, lines bigint)"
        )
        before = 0
        for file in members:
            values = [str(file.path), file.name, file.month, file.force, before, file.lines]
            connection.execute(f"insert into files_{number} values (?, ?, ?, ?, ?, ?)", values)
            before += file.lines
        columns = ", ".join(f"'c{position}': 'varchar'" for position in range(len(header)))
        paths = ", ".join("'" + str(file.path).replace("'", "''") + "'" for file in members)
        connection.execute(
            f"create view numbered_{number} as select *, row_number() over () as record from read_csv([{paths}], "
            f"columns = {{{columns}}}, header = true, delim = ',', quote = '\"', escape = '\"', auto_detect = false, "
            "null_padding = false, filename = 'path_of_record')"
        )
        at = {key(label): position for position, label in enumerate(header)}
        selected = ", ".join(
            (f"numbered.c{at[label]}" if label in at else "null::varchar") + f' as "{name}"'
            for label, name in names.items()
        )
        parts.append(
            f"select {selected}, files.month as file_month, files.force as file_force, files.name as source_file, "
            f"numbered.record - files.before + 1 as source_line from numbered_{number} as numbered "
            f"inner join files_{number} as files on numbered.path_of_record = files.path"
        )
    _refuse_lost_rows(connection, len(groups), files)
    return connection.sql(" union all ".join(parts))


def _files(release: Release, scratch: Path, kind: str) -> list[tuple[Path, str, re.Match]]:
    found = []
    for path in release.files:
        name = release.name_of(path)
        with path.open("rb") as stream:
            start = stream.read(4)
        if start == ZIP:
            found.extend(_members(path, name, scratch, kind))
            continue
        named = FILE_NAME.search(path.name.lower())
        if not named or named["kind"] != kind:
            raise refuse(
                name,
                f"the file name {path.name!r}",
                f"a name such as 2023-05-west-midlands-{kind}.csv, since it tells the month and the force",
                "Give the file back its published name.",
            )
        found.append((path, name, named))
    return found


def _members(path: Path, name: str, scratch: Path, kind: str) -> list[tuple[Path, str, re.Match]]:
    found = []
    members = refuse_hostile_zip(path, name, largest_total=LARGEST_ARCHIVE)
    with zipfile.ZipFile(path) as archive:
        for member in members:
            inside = member.filename.replace("\\", "/")
            if member.is_dir() or not inside.lower().endswith(".csv"):
                continue
            named = FILE_NAME.search(inside.rsplit("/", 1)[-1].lower())
            if not named:
                raise refuse(
                    f"{name}, member {inside}",
                    "a CSV whose name tells no month, force and kind",
                    "only files such as 2023-05-west-midlands-street.csv",
                    "Download the archive again.",
                )
            if named["kind"] != kind:
                continue
            target = scratch / f"{len(found)}-{named[0]}"
            try:
                with archive.open(member) as packed, target.open("wb") as unpacked:
                    shutil.copyfileobj(packed, unpacked, CHUNK)
            except (zipfile.BadZipFile, OSError, EOFError) as error:
                raise refuse(
                    f"{name}, member {inside}", f"a broken member ({error})", "a whole one", "Download it again."
                ) from None
            found.append((target, f"{name}/{inside}", named))
    if not found:
        raise refuse(
            name, f"no member such as 2023-05-west-midlands-{kind}.csv", "at least one", "Add the right archive."
        )
    return found


def _inspected(path: Path, name: str, named: re.Match, layouts: Sequence[Sequence[str]]) -> RecordFile:
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines = line_ends = returns = 0
    last = b""
    with path.open("rb") as stream:
        first = stream.readline(CHUNK)
        stream.seek(0)
        while chunk := stream.read(CHUNK):
            try:
                # Most chunks are plain ASCII; one such in the middle of a character is decoded, to be refused.
                if not chunk.isascii() or decoder.getstate()[0]:
                    decoder.decode(chunk)
            except UnicodeDecodeError:
                raise _found_by_reading(path, name) from None
            if b"\0" in chunk:
                raise _found_by_reading(path, name)
            lines += chunk.count(b"\n")
            line_ends += last == b"\r" and chunk[:1] == b"\n"
            if b"\r" in chunk:
                line_ends += chunk.count(b"\r\n")
                returns += chunk.count(b"\r")
            last = chunk[-1:]
    if not first.strip():
        raise refuse(name, "an empty file", "a header line and records", "Add the published file.")
    if returns != line_ends or (line_ends and line_ends != lines):
        raise refuse(name, "mixed line ends", "one kind of line end", "Download the file again.")
    header = [label.strip() for label in next(csv.reader([first.decode("utf-8-sig")]))]
    keys = {key(label) for label in header}
    if len(keys) != len(header) or not any(keys == {key(label) for label in layout} for layout in layouts):
        nearest = min(layouts, key=lambda layout: len(keys ^ {key(label) for label in layout}))
        expected = {key(label) for label in nearest}
        differences = [f"no {label!r}" for label in sorted(expected - keys)] + [
            f"{label!r}" for label in sorted(keys - expected)
        ]
        raise refuse(
            f"{name}, line 1",
            "the columns " + ", ".join(header) + f" ({'; '.join(differences) or 'one twice'})",
            "those of a published layout: " + ", ".join(nearest),
            "Download the file again; teach the reader a new layout.",
        )
    return RecordFile(path, name, named["month"], named["force"], tuple(header), lines + (last != b"\n") - 1)


def _found_by_reading(path: Path, name: str) -> Refusal:
    """The refusal that the slow reader, which knows the line, gives for a file DuckDB cannot read."""
    try:
        lines = records_of(path, name)
        _, header = next(lines)
        for line, record in lines:
            if len(record) != len(header):
                return refuse(
                    f"{name}, line {line}",
                    f"{len(record)} cells",
                    f"{len(header)}, as in the header",
                    "Download the file again.",
                )
    except Refusal as refusal:
        return refusal
    return refuse(
        name,
        NOT_ITS_RECORDS,
        "one record a line, without line breaks in quotes",
        "Download the file again.",
    )


def _refuse_lost_rows(connection: duckdb.DuckDBPyConnection, groups: int, files: Sequence[RecordFile]) -> None:
    by_path = {str(file.path): file for file in files}
    for number in range(groups):
        try:
            counted = connection.execute(
                "select files.path, files.lines, count(numbered.record), min(numbered.record), files.before "
                f"from files_{number} as files left join numbered_{number} as numbered "
                "on numbered.path_of_record = files.path group by files.path, files.lines, files.before"
            ).fetchall()
        except duckdb.Error as error:
            for file in files:
                refusal = _found_by_reading(file.path, file.name)
                if NOT_ITS_RECORDS not in str(refusal):
                    raise refusal from None
            reason = str(error).splitlines()[0]
            raise refuse(
                files[0].name, f"what DuckDB cannot read ({reason})", "a CSV", "Download the file again."
            ) from None
        for path, lines, rows, first_record, before in counted:
            if lines != rows or first_record != before + 1:
                raise _found_by_reading(by_path[path].path, by_path[path].name)
