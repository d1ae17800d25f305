"""Prints the cells of one workbook as JSON. A program of its own, because a hostile workbook can end the process.

One cell at the far corner of a sheet of a few kilobytes makes the workbook library ask for half a terabyte and abort;
only a process with a limit on its memory contains that. It is started by `tables.py` and imports nothing of the
project.
"""

import contextlib
import datetime
import html
import json
import re
import struct
import sys
import zipfile
from xml.etree import ElementTree

MEMORY_LIMIT = 1_000_000_000

# More characters than a cell of a workbook can hold.
LONGEST_CELL = 32_767

# A statistical workbook holds some hundred thousand cells.
MOST_CELLS = 3_000_000


class Unreadable(Exception):
    """What a person is told about a workbook that cannot be read: found, expected and, where it matters, what to do."""


def limit_memory() -> None:
    """Caps this process's memory where the system can (not on Windows, where the time limit alone holds)."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def text_of(cell: object) -> str:
    """A cell as text: whole numbers without a decimal point, dates and times in ISO form, True and False as words."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.date | datetime.time | datetime.datetime):
        return cell.isoformat()
    return str(cell)


# In the XML of an xlsx sheet, whatever its prefixes and the order and quotes of its attributes. The library gives an
# error and a formula without a stored value as empty text, which would pass for a cell that the publisher left empty.
NAME = rb"<(?:[\w.-]+:)?"
CELL = re.compile(NAME + rb"c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:[\w.-]+:)?c\s*>)", re.DOTALL)
ROW = re.compile(NAME + rb"row(?=[\s/>])([^>]*)>")
COLUMN = re.compile(NAME + rb"col(?=[\s/>])([^>]*)>")
FORMULA = re.compile(NAME + rb"f[\s/>]")
STORED = re.compile(NAME + rb"(?:v(?:\s[^>]*)?>[^<]|is[\s>])")
SHEET = re.compile(NAME + rb"sheet(?=\s)([^>]*)>")
RELATION = re.compile(NAME + rb"Relationship(?=\s)([^>]*)>")
ATTRIBUTE = re.compile(rb"""(?:^|\s)(?:[\w.-]+:)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")

UNCALCULATED = "a formula without a calculated value"
ERROR = "an error such as #N/A"
CORRECT_IT = (
    "figures",
    "If you filled the file in, write the figure in that cell, or take the row out if it is a total. If it is a "
    "publisher's file, download it again.",
)

# What an ods prints in a cell with an error, besides marking it.
ODS_ERRORS = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d+")


def attributes(text: bytes) -> dict[str, str]:
    """The attributes of a tag by their names without prefix."""
    return {
        found[1].decode(): html.unescape((found[2] if found[2] is not None else found[3]).decode("utf-8", "replace"))
        for found in ATTRIBUTE.finditer(text)
    }


def look_into_xlsx(archive: zipfile.ZipFile) -> list[str]:
    """What is hidden in an xlsx, in words. Raises `Unreadable` for an error or a formula that was never calculated."""
    members = set(archive.namelist())
    hidden = [
        f"the sheet {one.get('name')!r}" for one in listed_sheets(archive) if one.get("state", "visible") != "visible"
    ]
    names = names_of_sheets(archive)
    for member in sorted(members):
        if member in names or (member.startswith("xl/worksheets/") and member.endswith(".xml")):
            hidden.extend(look_into_sheet(archive.read(member), names.get(member) or member))
    return hidden


def listed_sheets(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    """The attributes of the sheets that an xlsx lists."""
    if "xl/workbook.xml" not in archive.namelist():
        return []
    return [attributes(found[1]) for found in SHEET.finditer(archive.read("xl/workbook.xml"))]


def names_of_sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of the sheets of an xlsx by the files that hold them."""
    targets: dict[str, str] = {}
    if "xl/_rels/workbook.xml.rels" in archive.namelist():
        for relation in RELATION.finditer(archive.read("xl/_rels/workbook.xml.rels")):
            one = attributes(relation[1])
            target = one.get("Target", "")
            targets[one.get("Id", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return {targets.get(one.get("id", ""), ""): one.get("name", "") for one in listed_sheets(archive)}


def look_into_sheet(xml: bytes, name: str) -> list[str]:
    """What is hidden in the XML of a sheet. Raises `Unreadable` as above."""
    if b"f>" in xml or b"f " in xml or b'"e"' in xml or b"'e'" in xml or b"f/>" in xml:
        for found in CELL.finditer(xml):
            one = attributes(found[1])
            content = found[2] or b""
            if one.get("t") == "e":
                raise Unreadable(f"{ERROR} in cell {one.get('r', '?')} of sheet {name!r}", *CORRECT_IT)
            if FORMULA.search(content) and not STORED.search(content) and one.get("t") != "str":
                raise Unreadable(f"{UNCALCULATED} in cell {one.get('r', '?')} of sheet {name!r}", *CORRECT_IT)
    hidden = []
    rows = [row.get("r", "?") for found in ROW.finditer(xml) if is_true((row := attributes(found[1])).get("hidden"))]
    if rows:
        more = f" and {len(rows) - ROWS_LISTED} more" if len(rows) > ROWS_LISTED else ""
        hidden.append(f"row{'s' if len(rows) > 1 else ''} {', '.join(rows[:ROWS_LISTED])}{more} of sheet {name!r}")
    for found in COLUMN.finditer(xml[: xml.find(b"sheetData") + 1]):
        one = attributes(found[1])
        # A single hidden span to the last column only hides the empty part of the sheet.
        if is_true(one.get("hidden")) and one.get("max", "").isdigit() and int(one["max"]) < LAST_COLUMN:
            hidden.append(
                f"columns {letters(int(one.get('min', '1')))} to {letters(int(one['max']))} of sheet {name!r}"
            )
    return hidden


LAST_COLUMN = 16_384
ROWS_LISTED = 5


def is_true(text: str | None) -> bool:
    return text in ("1", "true", "on")


def letters(column: int) -> str:
    """1 → A, 27 → AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def look_into_ods(archive: zipfile.ZipFile) -> list[str]:
    """What is hidden in an ods, in words. Raises `Unreadable` for an error or a formula that was never calculated."""
    hidden: list[str] = []
    sheet, row, column, hidden_styles = "", 0, 0, set()
    style = ""
    with archive.open("content.xml") as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            tag = element.tag.rsplit("}", 1)[-1]
            one = {name.rsplit("}", 1)[-1]: value for name, value in element.attrib.items()}
            if event == "start":
                if tag == "style":
                    style = one.get("name", "")
                elif tag == "table-properties" and one.get("display") == "false":
                    hidden_styles.add(style)
                elif tag == "table":
                    sheet, row = one.get("name", ""), 0
                    if one.get("style-name") in hidden_styles:
                        hidden.append(f"the sheet {sheet!r}")
                elif tag == "table-row":
                    row, column = row + 1, 0
                    if one.get("visibility", "visible") != "visible" and "number-rows-repeated" not in one:
                        hidden.append(f"row {row} of sheet {sheet!r}")
                continue
            if tag in ("table-cell", "covered-table-cell"):
                text = "".join(element.itertext()).strip()
                place = f"in cell {letters(column + 1)}{row} of sheet {sheet!r}"
                if one.get("value-type") == "error" or (one.get("formula") and ODS_ERRORS.fullmatch(text)):
                    raise Unreadable(f"{ERROR} {place}", *CORRECT_IT)
                if one.get("formula") and not {"value", "value-type"} & set(one) and not text:
                    raise Unreadable(f"{UNCALCULATED} {place}", *CORRECT_IT)
                column += int(one.get("number-columns-repeated", "1"))
                element.clear()
            elif tag == "table-row":
                row += int(one.get("number-rows-repeated", "1")) - 1
                element.clear()
    return hidden


def ods_needs_a_look(archive: zipfile.ZipFile) -> bool:
    """Whether an ods has formulas, errors or hidden parts at all: to parse millions of cells takes a minute."""
    with archive.open("content.xml") as stream:
        end = b""
        while part := stream.read(CHUNK):
            if any(mark in end + part for mark in ODS_MARKS):
                return True
            end = part[-64:]
    return False


CHUNK = 1 << 22
ODS_MARKS = (b"formula=", b'value-type="error"', b"visibility=", b'display="false"')

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOUND_SHEET, FORMULA_RECORD, BOOLEAN_OR_ERROR, BEGINNING, ROW_RECORD, COLUMN_RECORD = (
    0x85,
    0x06,
    0x205,
    0x809,
    0x208,
    0x7D,
)
END_OF_CHAIN = 0xFFFFFFFA  # and all above it


def stream_of_xls(data: bytes) -> bytes:
    """The workbook's stream of an OLE file: its sectors are chained by a table, whose own sectors the header lists."""
    sector = 1 << struct.unpack_from("<H", data, 30)[0]
    directory, _, smallest, small_table = struct.unpack_from("<IIII", data, 48)
    double, _ = struct.unpack_from("<II", data, 68)

    def at(number: int) -> bytes:
        return data[(number + 1) * sector : (number + 2) * sector]

    lists = list(struct.unpack_from("<109I", data, 76))
    seen = set()
    while double < END_OF_CHAIN and double not in seen:
        seen.add(double)
        more = struct.unpack(f"<{sector // 4}I", at(double))
        lists, double = [*lists, *more[:-1]], more[-1]
    table: list[int] = []
    for number in lists:
        if number < END_OF_CHAIN:
            table.extend(struct.unpack(f"<{sector // 4}I", at(number)))

    def chain(start: int, next_of: list[int]) -> list[int]:
        found, known = [], set()
        while start < END_OF_CHAIN and start not in known and start < len(next_of):
            known.add(start)
            found.append(start)
            start = next_of[start]
        return found

    entries = b"".join(at(number) for number in chain(directory, table))
    root = b""
    for place in range(0, len(entries) - 127, 128):
        entry = entries[place : place + 128]
        length = struct.unpack_from("<H", entry, 64)[0]
        name = entry[: max(length - 2, 0)].decode("utf-16-le", "replace")
        start, size = struct.unpack_from("<II", entry, 116)
        if entry[66] == 5:
            root = b"".join(at(number) for number in chain(start, table))
        if name.lower() in ("workbook", "book"):
            if size >= smallest:
                return b"".join(at(number) for number in chain(start, table))[:size]
            small = b"".join(at(number) for number in chain(small_table, table))
            links = list(struct.unpack(f"<{len(small) // 4}I", small))
            return b"".join(root[n * 64 : n * 64 + 64] for n in chain(start, links))[:size]
    return b""


def look_into_xls(data: bytes) -> list[str]:
    """What is hidden in an xls, in words. Raises `Unreadable` for an error in a cell."""
    stream = stream_of_xls(data)
    names: dict[int, str] = {}
    hidden, sheet, place = [], "", 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        body = stream[place + 4 : place + 4 + length]
        if kind == BEGINNING:
            sheet = names.get(place, "")
        elif kind == BOUND_SHEET and length > 8:
            start, state = struct.unpack_from("<IB", body)
            wide = body[7] & 1
            raw = body[8 : 8 + body[6] * (1 + wide)]
            names[start] = raw.decode("utf-16-le" if wide else "latin-1", "replace")
            if state & 3:
                hidden.append(f"the sheet {names[start]!r}")
        elif sheet and kind in (FORMULA_RECORD, BOOLEAN_OR_ERROR) and length >= 8:
            row, column = struct.unpack_from("<HH", body)
            is_error = body[7] == 1 if kind == BOOLEAN_OR_ERROR else body[12:14] == b"\xff\xff" and body[6] == 2
            if is_error:
                raise Unreadable(f"{ERROR} in cell {letters(column + 1)}{row + 1} of sheet {sheet!r}", *CORRECT_IT)
        elif sheet and kind == ROW_RECORD and length >= 16 and struct.unpack_from("<H", body, 12)[0] & 0x20:
            hidden.append(f"row {struct.unpack_from('<H', body)[0] + 1} of sheet {sheet!r}")
        elif sheet and kind == COLUMN_RECORD and length >= 10 and struct.unpack_from("<H", body, 8)[0] & 1:
            first, last = struct.unpack_from("<HH", body)
            if last < 255:
                hidden.append(f"columns {letters(first + 1)} to {letters(last + 1)} of sheet {sheet!r}")
        place += 4 + length
    return hidden


def look_into(path: str) -> list[str]:
    """What is hidden in a workbook, in words. Raises `Unreadable` for a cell with an error or an empty formula."""
    with open(path, "rb") as stream:  # noqa: PTH123
        start = stream.read(8)
        if start == OLE:
            return look_into_xls(start + stream.read())
    if not start.startswith(b"PK\x03\x04"):
        return []
    with zipfile.ZipFile(path) as archive:
        if "content.xml" in archive.namelist():
            return look_into_ods(archive) if ods_needs_a_look(archive) else []
        return look_into_xlsx(archive)


def sheets_of(path: str) -> list[dict]:
    """Each sheet's `name` and `rows`: pairs of the row's number and its cells from column A, without empty ends."""
    from python_calamine import CalamineWorkbook

    sheets, cells_read = [], 0
    with open(path, "rb") as stream:  # noqa: PTH123
        workbook = CalamineWorkbook.from_filelike(stream)
        for name in workbook.sheet_names:
            rows = []
            for number, row in enumerate(workbook.get_sheet_by_name(name).to_python(skip_empty_area=False), start=1):
                cells = [text_of(cell) for cell in row]
                while cells and not cells[-1]:
                    cells.pop()
                if not cells:
                    continue
                for column, cell in enumerate(cells, start=1):
                    if len(cell) > LONGEST_CELL:
                        raise Unreadable(
                            f"{len(cell)} characters in row {number}, column {column} of sheet {name!r}",
                            f"at most {LONGEST_CELL}, the most a cell can hold",
                        )
                cells_read += len(cells)
                if cells_read > MOST_CELLS:
                    raise Unreadable(f"more than {MOST_CELLS} cells", "a statistical workbook")
                rows.append([number, cells])
            sheets.append({"name": name, "rows": rows})
    if not sheets:
        raise Unreadable("a workbook without a list of its sheets", "a whole workbook")
    return sheets


def main() -> None:
    limit_memory()
    try:
        hidden = look_into(sys.argv[1])
        answer = {"sheets": sheets_of(sys.argv[1]), "hidden": hidden}
    except Unreadable as unreadable:
        answer = {"unreadable": unreadable.args}
    except MemoryError:
        answer = {"unreadable": ("contents that need more memory than 1 GB", "a statistical workbook")}
    except Exception as error:  # the library has a dozen of its own, none of which says more than its text
        answer = {"unreadable": (f"a workbook that cannot be read ({error})", "a whole workbook without a password")}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
