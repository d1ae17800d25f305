"""Files made to harm: each ends in one clear message, in bounded memory and time, and leaves nothing behind."""

import io
import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from homes import Home, write_file

from orchestration.settings import PROJECT

MOST_MEMORY = 1_000  # megabytes
MOST_TIME = 60  # seconds

TABLE = {"Table 1": [["A title of it"], ["Area Codes", "Area Names", 2024], ["E08000025", "Birmingham", 98]]}
WORKSHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'


def workbook() -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    for row in TABLE["Table 1"]:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def with_sheet(write: Callable[[io.IOBase], None]) -> bytes:
    """A workbook whose only sheet is the XML that `write` writes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bad:
        for name in good.namelist():
            with bad.open(name, "w", force_zip64=True) as member:
                if name == "xl/worksheets/sheet1.xml":
                    write(member)
                else:
                    member.write(good.read(name))
    return stream.getvalue()


def sheet(xml: str) -> bytes:
    return with_sheet(lambda member: member.write(xml.encode()))


def cell(reference: str, content: str, attributes: str = "") -> str:
    row = "".join(character for character in reference if character.isdigit())
    return f'<sheetData><row r="{row}"><c r="{reference}"{attributes}>{content}</c></row></sheetData>'


def text_cell(text: str) -> str:
    return cell("A1", f"<is><t>{text}</t></is>", ' t="inlineStr"')


def bomb(member: io.IOBase) -> None:
    head, tail = WORKSHEET.split("{}")
    member.write(head.encode())
    for _ in range(400):
        member.write(b" " * 1_000_000)
    member.write(tail.encode())


def zipped(**members: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREET = "Month,Reported by,Falls within,Easting,Northing,Location,Crime type,Context\n"
CRIME = "2011-02,West Midlands Police,West Midlands Police,1,2,On or near a road,Robbery,\n"

# A process of its own starts the command: one forked from this one would count this one's memory as its own.
MEASURE = """
import json, resource, subprocess, sys
command = [sys.executable, "-m", "orchestration", "add", sys.argv[1]]
run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
print(json.dumps([run.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, run.stdout]))
"""

HOSTILE = {
    "a truncated workbook": ("deaths.xlsx", lambda: workbook()[:2500], "found a broken zip"),
    "an empty file": ("deaths.xlsx", lambda: b"", "found an empty file"),
    "a web page": ("deaths.xlsx", lambda: b"<!doctype html><html></html>", "found a page in HTML or XML"),
    "a workbook with a password": (
        *("deaths.xlsx", lambda: OLE + bytes(4096) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)),
        "found a workbook with a password",
    ),
    "a file that begins like an old workbook": (
        *("deaths.xlsx", lambda: OLE + bytes(4096)),
        "found a workbook that cannot be read",
    ),
    "a zip bomb": ("deaths.xlsx", lambda: with_sheet(bomb), "which grows from"),
    "an entity bomb": (
        *("deaths.xlsx", lambda: sheet(ENTITIES + WORKSHEET.format(text_cell("&j;")))),
        "found a workbook that cannot be read",
    ),
    "a path out of its folder": ("deaths.xlsx", lambda: zipped(**{"../../evil.xml": "x"}), "found a member named"),
    "a sheet that claims a million rows": (
        *("deaths.xlsx", lambda: sheet(WORKSHEET.format('<dimension ref="A1:XFD1048576"/>' + text_cell("Some title")))),
        "'Some title', which no dataset's reader understands",
    ),
    "a cell in the farthest corner": (
        *("deaths.xlsx", lambda: sheet(WORKSHEET.format(cell("XFD1048576", "<v>1</v>")))),
        "found contents that end the reading program",
    ),
    "a cell of ten megabytes": (
        *("deaths.xlsx", lambda: sheet(WORKSHEET.format(text_cell(os.urandom(5_000_000).hex())))),
        "characters in row 1, column 1 of sheet 'Sheet'",
    ),
    "a formula that was never calculated": (
        *("deaths.xlsx", lambda: sheet(WORKSHEET.format(cell("C7", "<f>SUM(A1:A6)</f>")))),
        "found a formula without a calculated value in cell C7",
    ),
    "an error in a cell": (
        *("deaths.xlsx", lambda: sheet(WORKSHEET.format(cell("C7", "<v>#N/A</v>", ' t="e"')))),
        "found an error such as #N/A in cell C7",
    ),
    "a NUL in a text file": ("deaths.csv", lambda: b"place,deaths\nTable 1\0,3\n", "line 2: found a NUL character"),
    "a text file in another encoding": (
        *("deaths.csv", lambda: "place,deaths\nTable 1,3\n–,4\n".encode("cp1252")),
        "line 3: found the byte 0x96, which is not UTF-8",
    ),
    "bytes that are neither text nor a workbook": (
        *("deaths.xlsx", lambda: bytes(range(256)) * 12),
        "found contents that are not text; expected a workbook or a CSV. The file is damaged: download it again.",
    ),
    "a quote that never ends": ("deaths.csv", lambda: b'place,deaths\n"Table 1,3\n', "found broken CSV"),
    "records with mixed line ends": (
        *("2011-02-west-midlands-street.csv", lambda: (STREET + CRIME * 2).replace("\n", "\r\n", 2).encode()),
        "found mixed line ends",
    ),
    "a NUL in a record": (
        *("2011-02-west-midlands-street.csv", lambda: (STREET + CRIME.replace("road", "ro\0ad")).encode()),
        "line 2: found a NUL character",
    ),
    "a short record": (
        *("2011-02-west-midlands-street.csv", lambda: (STREET + CRIME + "2011-02,Robbery\n").encode()),
        "line 3: found 2 cells; expected 8",
    ),
    "an archive that leads out of its folder": (
        *("archive.zip", lambda: zipped(**{"../2011-02-west-midlands-street.csv": STREET + CRIME})),
        "found a member named '../2011-02-west-midlands-street.csv'",
    ),
    "an archive with a bomb": (
        *("archive.zip", lambda: zipped(**{"2011-02-west-midlands-street.csv": STREET + " " * 300_000_000})),
        "which grows from",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_one_message_in_bounded_memory_and_time(
    tmp_path: Path, record_property, kind: str
):
    name, make, message = HOSTILE[kind]
    file = write_file(tmp_path / "downloads" / name, make())
    scratch = tmp_path / "scratch"
    for folder in (tmp_path / "raw", scratch):
        folder.mkdir()
    environment = {**os.environ, "WAREHOUSE_HOME": str(tmp_path), "TMPDIR": str(scratch)}
    started = time.perf_counter()
    measured = subprocess.run(
        [sys.executable, "-c", MEASURE, str(file)],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - started
    exit_code, kilobytes, told = json.loads(measured.stdout)
    megabytes = kilobytes / 1024
    record_property("measured", f"{kind}: refused in {seconds:.1f} s with at most {megabytes:.0f} MB")
    assert exit_code == 1
    assert told.startswith("Refused  ")
    assert message in told
    assert "Traceback" not in told
    assert seconds < MOST_TIME
    assert megabytes < MOST_MEMORY
    assert list((tmp_path / "raw").iterdir()) == []
    assert [path for path in scratch.iterdir() if not path.name.startswith("dagster")] == []


def test_a_hostile_file_in_raw_leaves_the_last_good_warehouse_and_nothing_in_landing(home: Home):
    before = home.query("select * from marts.fct_observations order by all")
    landed = sorted(path for path in (home.path / "landing").rglob("*.parquet"))
    _, make, message = HOSTILE["a cell in the farthest corner"]
    home.put("ons.drug_poisoning_deaths", "2025-10-17", "deaths.xlsx", make())
    outcome = home.refresh()
    assert outcome.exit_code == 5
    assert f"raw/ons/drug_poisoning_deaths/2025-10-17/deaths.xlsx: {message}" in outcome.output
    assert home.query("select * from marts.fct_observations order by all") == before
    assert sorted(path for path in (home.path / "landing").rglob("*.parquet")) == landed
    assert list((home.path / "landing").rglob(".writing*")) == []
