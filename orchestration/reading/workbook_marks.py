"""Prints as JSON how the cells of one workbook are dressed: shown as a percentage, typed as text, or with a comment.

The workbook library gives 0.82 for a cell that shows 82%, and no comments. Like `workbook_cells.py`, this is a program
of its own with a limit on its memory, and it imports nothing of the project. Cells are pairs of a row and a column,
which count from 1 and 0.
"""

import contextlib
import json
import posixpath
import re
import sys
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

MEMORY_LIMIT = 1_000_000_000

# Of the number formats that a workbook need not list.
BUILT_IN_PERCENTAGES = {9, 10}
# What a number format prints as it stands, and its colours and conditions.
LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
TEXT_TYPES = ("s", "str", "inlineStr")
ADDRESS = re.compile(r"([A-Z]{1,3})(\d+)")

# Before a comment that belongs to a conversation, Excel writes for older programs that they cannot show it.
OF_A_CONVERSATION = re.compile(r"^\[Threaded comment\].*?Comment:", re.DOTALL)

# A row or a cell that is repeated more often is the empty rest of a sheet.
MOST_REPEATED = 10_000


def limit_memory() -> None:
    """Caps this process's memory where the system can (not on Windows, where the time limit alone holds)."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def bare(name: str) -> str:
    """The name of a tag or an attribute without its namespace."""
    return name.rsplit("}", 1)[-1]


def attributes(element: ElementTree.Element) -> dict[str, str]:
    return {bare(name): value for name, value in element.attrib.items()}


def elements(archive: zipfile.ZipFile, member: str, *tags: str) -> Iterator[tuple[str, ElementTree.Element]]:
    """The elements of a member with these tags, as each ends, with their tags; none where there is no such member."""
    if member in archive.namelist():
        with archive.open(member) as stream:
            for _, element in ElementTree.iterparse(stream):
                if (tag := bare(element.tag)) in tags:
                    yield tag, element


def place_of(address: str) -> tuple[int, int]:
    """`D6` → row 6, column 3; row 0 for what is no address."""
    if not (found := ADDRESS.fullmatch(address)):
        return 0, 0
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column - 1


def related(archive: zipfile.ZipFile, member: str) -> dict[str, tuple[str, str]]:
    """What a member of an xlsx refers to, by identifier: the kind and the member."""
    folder, name = posixpath.split(member)
    found = {}
    for _, element in elements(archive, f"{folder}/_rels/{name}.rels", "Relationship"):
        one = attributes(element)
        target = one.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[one.get("Id", "")] = (one.get("Type", "").rsplit("/", 1)[-1], path)
    return found


def styles_of_percentages(archive: zipfile.ZipFile) -> set[int]:
    """The numbers of the styles of an xlsx that show a percentage."""
    formats = set(BUILT_IN_PERCENTAGES)
    for _, element in elements(archive, "xl/styles.xml", "numFmt"):
        one = attributes(element)
        if "%" in LITERAL.sub("", one.get("formatCode", "")):
            formats.add(int(one.get("numFmtId", "0")))
    for _, element in elements(archive, "xl/styles.xml", "cellXfs"):
        return {number for number, style in enumerate(element) if int(style.get("numFmtId", "0")) in formats}
    return set()


def marks_of_xlsx(archive: zipfile.ZipFile) -> dict[str, dict]:
    percentages = styles_of_percentages(archive)
    members = related(archive, "xl/workbook.xml")
    marks = {}
    for _, element in elements(archive, "xl/workbook.xml", "sheet"):
        one = attributes(element)
        member = members.get(one.get("id", ""), ("", ""))[1]
        sheet: dict[str, list] = {"percentages": [], "texts": [], "comments": []}
        for _, cell in elements(archive, member, "c"):
            kind, place = cell.get("t", "n"), place_of(cell.get("r", ""))
            if kind in TEXT_TYPES:
                sheet["texts"].append(place)
            elif kind == "n" and int(cell.get("s", "0")) in percentages and any(bare(part.tag) == "v" for part in cell):
                sheet["percentages"].append(place)
            cell.clear()
        for kind, target in related(archive, member).values():
            if kind == "comments":
                for _, comment in elements(archive, target, "comment"):
                    text = "".join(part.text or "" for part in comment.iter() if bare(part.tag) == "t")
                    sheet["comments"].append((*place_of(comment.get("ref", "")), OF_A_CONVERSATION.sub("", text)))
        marks[one.get("name", "")] = sheet
    return marks


def marks_of_ods(archive: zipfile.ZipFile) -> dict[str, dict]:
    marks: dict[str, dict] = {}
    sheet: dict[str, list] = {}
    row, column = 1, 0
    of_row: list[tuple[str, tuple]] = []
    with archive.open("content.xml") as stream:
        for event, element in ElementTree.iterparse(stream, events=("start", "end")):
            tag, one = bare(element.tag), attributes(element)
            if event == "start":
                if tag == "table":
                    row = 1
                    sheet = marks[one.get("name", "")] = {"percentages": [], "texts": [], "comments": []}
                elif tag == "table-row":
                    column, of_row = 0, []
            elif tag in ("table-cell", "covered-table-cell"):
                times = int(one.get("number-columns-repeated", "1"))
                kind = {"percentage": "percentages", "string": "texts"}.get(one.get("value-type", ""))
                if kind:
                    of_row += [(kind, (place,)) for place in range(column, column + min(times, MOST_REPEATED))]
                for note in (part for part in element if bare(part.tag) == "annotation"):
                    text = "\n".join("".join(part.itertext()) for part in note if bare(part.tag) == "p")
                    of_row.append(("comments", (column, text)))
                column += times
                element.clear()
            elif tag == "table-row":
                times = int(one.get("number-rows-repeated", "1"))
                for number in range(row, row + min(times, MOST_REPEATED) if of_row else row):
                    for name, what in of_row:
                        sheet[name].append((number, *what))
                row += times
                element.clear()
    return marks


def marks_of(path: str) -> dict[str, dict] | None:
    """The marks of each sheet by its name; None for what is neither an xlsx nor an ods."""
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        if "content.xml" in archive.namelist():
            return marks_of_ods(archive)
        return marks_of_xlsx(archive) if "xl/workbook.xml" in archive.namelist() else None


def main() -> None:
    limit_memory()
    try:
        answer: dict = {"marks": marks_of(sys.argv[1])}
    except (ElementTree.ParseError, ValueError, KeyError, MemoryError) as error:
        answer = {"unreadable": (f"a workbook that cannot be read ({error})", "a whole workbook without a password")}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
