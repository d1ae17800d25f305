"""What a workbook really holds: errors and formulas without values, however they are written, and hidden parts."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from homes import Home, write_file

from orchestration.datasets.ons import drug_poisoning_deaths
from orchestration.reading.tables import sheets
from orchestration.reading.workbook_cells import Unreadable, look_into, look_into_sheet, look_into_xls
from orchestration.support.refusal import Refusal

TITLE = "Number of deaths related to drug poisoning, persons by local authority, England and Wales"
DEATHS = [[TITLE], ["Area Codes", "Area Names", 2024], ["E08000025", "Birmingham", 98]]


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="C7" t="e"><v>#N/A</v></c>',
        b'<c t="e" s="3" r="C7"><v>#REF!</v></c>',
        b"<c t='e' r='C7'><v>#DIV/0!</v></c>",
        b'<x:c r="C7" s="1" t="e"><x:f>A1/0</x:f><x:v>#DIV/0!</x:v></x:c>',
        b'<c r="C7"\n t="e" >\n<v>#N/A</v>\n</c>',
    ],
)
def test_an_error_is_found_whatever_its_attributes_and_prefix(cell: bytes):
    with pytest.raises(Unreadable, match="an error such as #N/A in cell C7 of sheet 'Data'"):
        look_into_sheet(b"<worksheet><sheetData><row>" + cell + b"</row></sheetData></worksheet>", "Data")


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="C7"><f>SUM(A1:A6)</f></c>',
        b'<c s="3" r="C7"><f>SUM(A1:A6)</f><v></v></c>',
        b'<c r="C7"><f t="shared" si="0"/></c>',
        b'<c r="C7"><f ca="1">NOW()</f><v/></c>',
        b'<ss:c s="2" r="C7"><ss:f>SUM(A1)</ss:f></ss:c>',
        b"<c r='C7'><f>A1 &gt; 2</f><v/></c>",
    ],
)
def test_a_formula_without_a_value_is_found(cell: bytes):
    with pytest.raises(Unreadable, match="a formula without a calculated value in cell C7 of sheet 'Data'"):
        look_into_sheet(b"<worksheet><sheetData><row>" + cell + b"</row></sheetData></worksheet>", "Data")


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="C7"><f>SUM(A1:A6)</f><v>21</v></c>',
        b'<c r="C7" t="str"><f>A1</f><v></v></c>',
        b'<c r="C7" s="4"/><c r="D7"><v>3</v></c>',
        b'<c r="C7" t="inlineStr"><is><t>f e</t></is></c>',
    ],
)
def test_a_value_is_no_error(cell: bytes):
    assert look_into_sheet(b"<worksheet><sheetData><row>" + cell + b"</row></sheetData></worksheet>", "Data") == []


def hidden_workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name in ("Table 1", "Notes"):
        sheet = book.create_sheet(name)
        for row in DEATHS if name == "Table 1" else [["Some notes on it"]]:
            sheet.append(row)
    book["Notes"].sheet_state = "hidden"
    book["Table 1"].row_dimensions[3].hidden = True
    book["Table 1"].column_dimensions["B"].hidden = True
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def test_hidden_sheets_rows_and_columns_are_read_and_said(tmp_path: Path):
    path = hidden_workbook(tmp_path / "downloads" / "deaths.xlsx")
    assert look_into(str(path)) == [
        "the sheet 'Notes'",
        "row 3 of sheet 'Table 1'",
        "columns B to B of sheet 'Table 1'",
    ]
    (tmp_path / "raw").mkdir()
    outcome = Home(tmp_path).run("add", "--released-on", "2025-10-17", str(path))
    assert outcome.exit_code == 0, outcome.output
    assert (
        "row 3 of sheet 'Table 1', which is hidden; expected sheets, rows and columns that a person sees"
        in outcome.output
    )


def test_of_many_hidden_rows_five_are_listed_and_the_others_are_counted(tmp_path: Path):
    book = openpyxl.Workbook()
    for row in range(1, 13):
        book.active.append([row])
        book.active.row_dimensions[row].hidden = row > 4
    book.save(tmp_path / "filtered.xlsx")
    assert look_into(str(tmp_path / "filtered.xlsx")) == ["rows 5, 6, 7, 8, 9 and 3 more of sheet 'Sheet'"]


def ods(content: str) -> bytes:
    names = " ".join(f'xmlns:{name}="urn:{name}"' for name in ("office", "table", "text", "calcext", "style"))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml",
            f"<office:document-content {names}><office:body><office:spreadsheet><table:table table:name='Data'>"
            f"<table:table-row table:number-rows-repeated='2'><table:table-cell/></table:table-row>{content}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return stream.getvalue()


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("table:formula='of:=A1' calcext:value-type='error'><text:p>#N/A</text:p>", "an error such as #N/A"),
        ("table:formula='of:=1/0' office:value-type='string'><text:p>#DIV/0!</text:p>", "an error such as #N/A"),
        ("table:formula='of:=A1' office:value-type='string'><text:p>Err:502</text:p>", "an error such as #N/A"),
        ("table:formula='of:=SUM(A1:A2)'>", "a formula without a calculated value"),
    ],
)
def test_errors_and_empty_formulas_of_an_ods_are_found(tmp_path: Path, cell: str, what: str):
    row = (
        "<table:table-row table:visibility='collapse'><table:table-cell table:number-columns-repeated='2'/>"
        f"<table:table-cell {cell}</table:table-cell></table:table-row>"
    )
    path = write_file(tmp_path / "a.ods", ods(row))
    with pytest.raises(Unreadable, match=f"{what} in cell C3 of sheet 'Data'"):
        look_into(str(path))


def test_a_hidden_row_of_an_ods_is_said(tmp_path: Path):
    row = "<table:table-row table:visibility='collapse'><table:table-cell office:value='1'/></table:table-row>"
    assert look_into(str(write_file(tmp_path / "a.ods", ods(row)))) == ["row 3 of sheet 'Data'"]


def xls(*records: tuple[int, bytes], hidden: int = 0) -> bytes:
    """An OLE file with one sheet of these records, in the layout of Excel 97: header, one table of sectors, directory."""
    name = b"Data"
    bound = lambda start: struct.pack("<IBBBB", start, hidden, 0, len(name), 0) + name  # noqa: E731
    beginning = struct.pack("<HH", 0x809, 16) + struct.pack("<HH", 0x600, 5).ljust(16, b"\0")
    head = len(beginning) + 4 + len(bound(0)) + 4
    stream = beginning + struct.pack("<HH", 0x85, len(bound(0))) + bound(head) + struct.pack("<HH", 0x0A, 0) + beginning
    for kind, body in records:
        stream += struct.pack("<HH", kind, len(body)) + body
    stream = (stream + struct.pack("<HH", 0x0A, 0)).ljust(4096, b"\0")
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))

    def entry(label: str, kind: int, start: int, size: int) -> bytes:
        text = (label + "\0").encode("utf-16-le")
        return (
            text.ljust(64, b"\0")
            + struct.pack("<HB", len(text), kind)
            + bytes(49)
            + struct.pack("<IIQ", start, size, 0)[:12]
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + entry("Workbook", 2, 2, len(stream)) + bytes(256)
    header = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
        + struct.pack("<IIIIIIII", 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    )  # fmt: skip
    return header + struct.pack("<128I", *table) + directory.ljust(512, b"\0") + stream


@pytest.mark.parametrize(
    "record",
    [
        (0x205, struct.pack("<HHHBB", 6, 2, 0, 0x2A, 1)),
        (0x06, struct.pack("<HHH", 6, 2, 0) + b"\x02\0\x2a\0\0\0\xff\xff" + bytes(8)),
    ],
)
def test_an_error_of_an_xls_is_found_as_a_value_and_as_the_result_of_a_formula(record):
    with pytest.raises(Unreadable, match="an error such as #N/A in cell C7 of sheet 'Data'"):
        look_into_xls(xls(record))


def test_a_truth_and_a_number_of_an_xls_are_no_errors_and_a_hidden_sheet_and_row_are_said():
    row = (0x208, struct.pack("<HHHHHHI", 6, 0, 3, 255, 0, 0, 0)[:12] + struct.pack("<I", 0x20))
    good = (0x205, struct.pack("<HHHBB", 6, 2, 0, 1, 0))
    assert look_into_xls(xls(good, row, hidden=1)) == ["the sheet 'Data'", "row 7 of sheet 'Data'"]


def test_an_error_in_a_published_xls_is_found(published_file, tmp_path: Path):
    path = published_file("ons/mye24tablesew.csv").parents[1].parent / "cases/files/error_cell.xls"
    if not path.is_file():
        pytest.skip("the cases are not shipped with the project")
    with pytest.raises(Unreadable, match="an error such as #N/A in cell E178 of sheet 'Table 1'"):
        look_into(str(path))


def broken(workbook: bytes, damage: Callable[[bytearray, random.Random], None], seed: int) -> bytes:
    data = bytearray(workbook)
    damage(data, random.Random(seed))
    return bytes(data)


def cut(data: bytearray, dice: random.Random) -> None:
    del data[dice.randrange(5, len(data)) :]


def flip(data: bytearray, dice: random.Random) -> None:
    for _ in range(dice.choice((1, 4, 40))):
        data[dice.randrange(4, len(data))] = dice.randrange(256)


def hole(data: bytearray, dice: random.Random) -> None:
    start = dice.randrange(4, len(data) - 50)
    del data[start : start + dice.randrange(1, 50)]


@pytest.mark.parametrize("damage", [cut, flip, hole])
def test_a_broken_workbook_is_read_or_refused_in_one_sentence(tmp_path: Path, release_of, damage):
    good = write_file(tmp_path / "good.xlsx", {"Table 1": DEATHS}).read_bytes()
    release = release_of(drug_poisoning_deaths, deaths__xlsx=good)
    path = release.files[0]
    told = []
    for seed in range(12):
        path.write_bytes(broken(good, damage, seed))
        try:
            sheets(release, path)
        except Refusal as refusal:
            told.append(str(refusal))
    assert told
    assert [text for text in told if ": found " not in text or "\n" in text] == []
