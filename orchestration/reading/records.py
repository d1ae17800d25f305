"""Files of single records, from CSV to Parquet in DuckDB: every line kept, with its file and its number.

data.police.uk releases a CSV a month, force and kind, or all of them in one zip. Millions of lines never pass through
Python rows: a look at the bytes finds what no CSV may hold and counts the lines; DuckDB reads batches of files, one on
each processor; and the rows of each file must be the lines counted before.
"""

import codecs
import csv
import errno
import os
import re
import shutil
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import duckdb

from orchestration.reading.delimited import records as records_of
from orchestration.reading.tables import key
from orchestration.reading.zips import ZIP, refuse_hostile_zip
from orchestration.releases.release import Release
from orchestration.support.refusal import Refusal, refuse
from orchestration.validation.records import refuse_other_records

# Of each batch, of which there are as many at a time as processors, up to `MOST_WORKERS`.
MEMORY_LIMIT = "500MB"
MOST_WORKERS = 4
BATCH = 128_000_000
CHUNK = 1 << 22

# The archive of three years of all forces is some ten gigabytes when unpacked.
LARGEST_ARCHIVE = 64_000_000_000

KINDS = ("street", "outcomes", "stop-and-search")
FILE_NAME = re.compile(
    # A browser calls a second download "… (1).csv".
    r"(?P<month>\d{4}-\d{2})-(?P<force>[a-z][a-z-]*?)-(?P<kind>street|outcomes|stop-and-search)(?: ?\(\d+\))?\.csv"
)

NOT_ITS_RECORDS = "lines that are not its records"

RECORD_COLUMNS = ("file_month", "file_force", "source_file", "source_line")


@dataclass(frozen=True)
class Member:
    """A CSV of records before it is looked into: in raw/ or in a zip there, how `source_file` names it, its bytes."""

    path: Path
    in_zip: zipfile.ZipInfo | None
    name: str
    month: str
    force: str
    size: int


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
    release: Release,
    scratch: Path,
    kind: str,
    layouts: Sequence[Sequence[str]],
    names: Mapping[str, str],
    closed: Sequence[str] = (),
) -> list[Path]:
    """All records of a release's files of one kind, as Parquet files of text in `scratch`, in the order of months.

    `layouts` are the sets of columns a file may have, `names` gives each column its name in the warehouse; a column
    that a file's layout lacks is null. The Parquet has the columns of `names`, `file_month` and `file_force` from the
    file's name, `source_file`, `source_line` (the header is line 1) and `release_id`. `closed` are columns of
    the warehouse whose labels seeds/labels/record_labels.csv lists. Members of a zip are unpacked
    some at a time, a batch for each processor, so that neither memory nor scratch grow with the release. Raises
    `Refusal` for a file that is empty, no UTF-8, ragged, of another layout or name, and where DuckDB's rows are not the
    lines of the file; `OSError` where there is no room to write.
    """
    members = _members(release, kind)
    # A query for a month skips the Parquet of the others; within a file the order is the publisher's.
    members.sort(key=lambda member: (member.month, member.force))
    first_with: dict[tuple[str, str], Member] = {}
    for member in members:
        other = first_with.setdefault((member.month, member.force), member)
        if other is not member:
            raise refuse(
                member.name,
                f"records of {member.force} of {member.month} once more",
                f"each month of a force once; it stands in {other.name}",
                "Remove one of the two, or both copies of a month would count.",
            )
    workers = min(processors(), MOST_WORKERS)

    def landed(numbered: tuple[int, Sequence[Member]]) -> Path | None:
        number, batch = numbered
        folder = scratch / f"batch-{number:03}"
        folder.mkdir()
        files = [_inspected(path, member, layouts) for path, member in _unpacked(batch, folder)]
        part = scratch / f"rows-{number:03}.parquet"
        written = _write_batch([file for file in files if file.lines], release, names, part, folder)
        shutil.rmtree(folder)
        if written:
            refuse_other_records(part, names.values(), closed)
        return part if written else None

    with ThreadPoolExecutor(workers) as pool:
        batches = enumerate(_batches(members, workers))
        running = [pool.submit(landed, numbered) for numbered in batches]
        try:
            parts = [part for part in (one.result() for one in running) if part]
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    if not parts:
        raise refuse(release.name_of(release.folder), "no records", "at least one", "Put the published files there.")
    return parts


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _batches(members: Sequence[Member], workers: int) -> Iterator[list[Member]]:
    """The members in their order, in parts of about `BATCH` bytes, or of less, that each worker has one."""
    wanted = min(BATCH, sum(member.size for member in members) // workers + 1)
    batch: list[Member] = []
    for member in members:
        batch.append(member)
        if sum(one.size for one in batch) >= wanted:
            yield batch
            batch = []
    if batch:
        yield batch


def _unpacked(members: Iterable[Member], folder: Path) -> Iterator[tuple[Path, Member]]:
    """Each member with the path of its CSV, in `folder` where it comes out of a zip."""
    for path, together in groupby(members, key=lambda member: member.path):
        inside = list(together)
        packed_members = [(member, member.in_zip) for member in inside if member.in_zip is not None]
        if not packed_members:
            yield from ((path, member) for member in inside)
            continue
        with zipfile.ZipFile(path) as archive:
            for member, in_zip in packed_members:
                target = folder / f"{member.month}-{member.force}.csv"
                try:
                    with archive.open(in_zip) as packed, target.open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked, CHUNK)
                except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
                    raise refuse(
                        member.name, f"a broken member ({error})", "a whole one", "Download it again."
                    ) from None
                yield target, member


def _write_batch(
    files: Sequence[RecordFile], release: Release, names: Mapping[str, str], part: Path, scratch: Path
) -> bool:
    """Writes the records of some files to one Parquet, and proves that its rows are their lines."""
    if not files:
        return False
    groups: dict[tuple[str, ...], list[RecordFile]] = defaultdict(list)
    for file in files:
        groups[file.header].append(file)
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        # Each batch has one processor; so many of them run as there are.
        connection.execute("set threads = 1")
        connection.execute(f"set temp_directory = {_text(scratch)}")
        connection.execute("set enable_progress_bar = false")
        connection.execute(
            "create table files (path varchar, name varchar, month varchar, force varchar, before bigint, lines bigint)"
        )
        queries = []
        for header, members in groups.items():
            before = 0
            for file in members:
                values = [str(file.path), file.name, file.month, file.force, before, file.lines]
                connection.execute("insert into files values (?, ?, ?, ?, ?, ?)", values)
                before += file.lines
            columns = ", ".join(f"'c{position}': 'varchar'" for position in range(len(header)))
            paths = ", ".join(_text(file.path) for file in members)
            at = {key(label): position for position, label in enumerate(header)}
            selected = ", ".join(
                (f"numbered.c{at[label]}" if label in at else "null::varchar") + f' as "{name}"'
                for label, name in names.items()
            )
            queries.append(
                f"select {selected}, files.month as file_month, files.force as file_force, files.name as source_file, "
                f"numbered.record - files.before + 1 as source_line, {_text(release.release_id)} as release_id "
                f"from (select *, row_number() over () as record from read_csv([{paths}], "
                f"columns = {{{columns}}}, header = true, delim = ',', quote = '\"', escape = '\"', "
                "auto_detect = false, null_padding = false, filename = 'path_of_record')) as numbered "
                "inner join files on numbered.path_of_record = files.path"
            )
        try:
            connection.execute(
                f"copy ({' union all '.join(queries)}) to {_text(part)} "
                "(format parquet, compression zstd, compression_level 1)"
            )
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            raise OSError(errno.EIO, str(error).splitlines()[0], str(part)) from error
        except duckdb.Error as error:
            for file in files:
                refusal = _found_by_reading(file.path, file.name)
                if NOT_ITS_RECORDS not in str(refusal):
                    raise refusal from None
            reason = str(error).splitlines()[0]
            raise refuse(
                files[0].name, f"what DuckDB cannot read ({reason})", "a CSV", "Download the file again."
            ) from None
        kept = connection.execute(
            "select files.name, files.lines, count(source_line), min(source_line), max(source_line) from files "
            f"left join read_parquet({_text(part)}) as kept on files.name = kept.source_file "
            "group by files.name, files.lines"
        ).fetchall()
    by_name = {file.name: file for file in files}
    for name, lines, rows, first_line, last_line in kept:
        if (lines, 2, lines + 1) != (rows, first_line, last_line):
            raise _found_by_reading(by_name[name].path, name)
    return True


def _text(value: Path | str) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _members(release: Release, kind: str) -> list[Member]:
    found = []
    for path in release.files:
        name = release.name_of(path)
        with path.open("rb") as stream:
            start = stream.read(4)
        if start == ZIP:
            found.extend(_members_of_zip(path, name, kind))
            continue
        named = FILE_NAME.search(path.name.lower())
        if not named or named["kind"] != kind:
            raise refuse(
                name,
                f"the file name {path.name!r}",
                f"a name such as 2023-05-west-midlands-{kind}.csv, since it tells the month and the force",
                "Give the file back its published name.",
            )
        found.append(Member(path, None, name, named["month"], named["force"], path.stat().st_size))
    return found


def _members_of_zip(path: Path, name: str, kind: str) -> list[Member]:
    found = []
    for member in refuse_hostile_zip(path, name, largest_total=LARGEST_ARCHIVE):
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
        if named["kind"] == kind:
            found.append(Member(path, member, f"{name}/{inside}", named["month"], named["force"], member.file_size))
    if not found:
        raise refuse(
            name, f"no member such as 2023-05-west-midlands-{kind}.csv", "at least one", "Add the right archive."
        )
    return found


def _inspected(path: Path, member: Member, layouts: Sequence[Sequence[str]]) -> RecordFile:
    name = member.name
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
            f"also {label!r}" for label in sorted(keys - expected)
        ]
        raise refuse(
            f"{name}, line 1",
            "the columns " + ", ".join(header) + f" ({'; '.join(differences) or 'one twice'})",
            "those of a published layout: " + ", ".join(nearest),
            "Download the file again; teach the reader a new layout.",
        )
    return RecordFile(path, name, member.month, member.force, tuple(header), lines + (last != b"\n") - 1)


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
