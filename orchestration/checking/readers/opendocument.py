"""Reads the text and tables of an OpenDocument text (.odt)."""

import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element

from orchestration.checking.readers.blocks import Blocks, Unreadable
from orchestration.checking.readers.word import part

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
MOST_REPEATED = 200


def read_odt(path: Path) -> list[dict]:
    with zipfile.ZipFile(path) as archive:
        content = part(archive, "content.xml")
    body = None if content is None else content.find(f"{OFFICE}body/{OFFICE}text")
    if body is None:
        raise Unreadable("a zip without an OpenDocument text", "a file saved by LibreOffice or Word")
    blocks = Blocks()
    read(body, blocks, "paragraph")
    return blocks.blocks


def text_of(element: Element) -> str:
    """The text of a paragraph; `text:s` is some blanks, `text:tab` one, and notes are left to themselves."""
    pieces = [element.text or ""]
    for child in element:
        if child.tag in (f"{TEXT}s", f"{TEXT}tab", f"{TEXT}line-break"):
            pieces.append(" ")
        elif child.tag not in (f"{TEXT}note", f"{TEXT}tracked-changes", f"{OFFICE}annotation"):
            pieces.append(text_of(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def read(parent: Element, blocks: Blocks, kind: str) -> None:
    for element in parent:
        place = {"page": None, "line": None, "paragraph": len(blocks.blocks) + 1}
        if element.tag == f"{TEXT}h":
            level = element.get(f"{TEXT}outline-level", "1")
            blocks.add("heading", text_of(element), level=int(level) if level.isdecimal() else 1, **place)
        elif element.tag == f"{TEXT}p":
            blocks.add(kind, text_of(element), **place)
        elif element.tag in (f"{TEXT}list", f"{TEXT}list-item"):
            read(element, blocks, "item")
        elif element.tag == f"{TABLE}table":
            blocks.add_table([cells_of(row) for row in element.iter(f"{TABLE}table-row")], **place)
        elif element.tag in (f"{TEXT}section", f"{TEXT}soft-page-break"):
            read(element, blocks, kind)


def cells_of(row: Element) -> list[dict]:
    cells: list[dict] = []
    for cell in row:
        if cell.tag != f"{TABLE}table-cell":
            continue
        one = {
            "text": " ".join(text_of(paragraph) for paragraph in cell.iter(f"{TEXT}p")),
            "rows": number(cell.get(f"{TABLE}number-rows-spanned")),
            "columns": number(cell.get(f"{TABLE}number-columns-spanned")),
        }
        cells.extend(dict(one) for _ in range(number(cell.get(f"{TABLE}number-columns-repeated"))))
    return cells


def number(text: str | None) -> int:
    return min(int(text), MOST_REPEATED) if text and text.isdecimal() else 1
