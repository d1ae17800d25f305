"""Reads a Word document (.docx) from its XML: no macro is run, no link followed, nothing written.

`paragraph` is the number of the paragraph among all of the document's body, tables included: comments are put there.
"""

import zipfile
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from orchestration.checking.readers.blocks import NOTE_MARK, Blocks, Unreadable

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
# What is deleted by a tracked change, or is an instruction to Word and not text.
UNSEEN = {f"{WORD}{name}" for name in ("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "txbxContent")}


def part(archive: zipfile.ZipFile, name: str) -> Element | None:
    """The root of a part of the package, or None. Raises Unreadable for XML that declares a document type."""
    if name not in archive.namelist():
        return None
    data = archive.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable(f"a document type declared in {name}", "XML without one")
    return ElementTree.fromstring(data)


def read_docx(path: Path) -> list[dict]:
    with zipfile.ZipFile(path) as archive:
        document = part(archive, "word/document.xml")
        if document is None:
            raise Unreadable("a zip without a Word document", "a file saved by Word")
        styles, notes = styles_of(part(archive, "word/styles.xml")), part(archive, "word/footnotes.xml")
    body = document.find(f"{WORD}body")
    if body is None:
        raise Unreadable("a Word document without a body", "a file saved by Word")
    reader = Reader(styles, {paragraph: number for number, paragraph in enumerate(body.iter(f"{WORD}p"), start=1)})
    reader.read(body)
    for note in () if notes is None else notes.findall(f"{WORD}footnote"):
        if note.get(f"{WORD}type") is None:
            reader.blocks.add("note", " ".join(text_of(one) for one in note.iter(f"{WORD}p")), **reader.place(None))
    return reader.blocks.blocks


def styles_of(styles: Element | None) -> dict[str, str]:
    """What the name of each style, or of one that it is based on, says: "title", "heading 1", "caption", "list"."""
    known: dict[str, tuple[str, str]] = {}
    for style in () if styles is None else styles.iter(f"{WORD}style"):
        name, based = style.find(f"{WORD}name"), style.find(f"{WORD}basedOn")
        known[style.get(f"{WORD}styleId", "")] = (
            (name.get(f"{WORD}val", "") if name is not None else "").lower(),
            based.get(f"{WORD}val", "") if based is not None else "",
        )
    found = {}
    for identifier in known:
        at = identifier
        seen: set[str] = set()
        while at in known and at not in seen:
            seen.add(at)
            title, based_on = known[at]
            if title.startswith(("heading", "title", "subtitle", "caption", "list")):
                found[identifier] = title
                break
            at = based_on
    return found


def text_of(paragraph: Element) -> str:
    """The text of a paragraph as it is printed: without deleted text, with tabs and breaks as blanks."""
    pieces: list[str] = []

    def gather(element: Element) -> None:
        if element.tag in UNSEEN or element.tag == FALLBACK:
            return
        if element.tag == f"{WORD}r" and element.find(f"{WORD}rPr/{WORD}vanish") is not None:
            return
        if element.tag == f"{WORD}r" and is_note_mark(element):
            return
        if element.tag == f"{WORD}t":
            pieces.append(element.text or "")
        elif element.tag in (f"{WORD}tab", f"{WORD}br", f"{WORD}cr"):
            pieces.append(" ")
        elif element.tag == f"{WORD}noBreakHyphen":
            pieces.append("-")
        for child in element:
            gather(child)

    for child in paragraph:
        gather(child)
    return "".join(pieces)


def is_note_mark(run: Element) -> bool:
    """Whether a run is the raised number or letter of a note."""
    raised = run.find(f"{WORD}rPr/{WORD}vertAlign")
    text = "".join(one.text or "" for one in run.iter(f"{WORD}t"))
    return raised is not None and raised.get(f"{WORD}val") == "superscript" and bool(NOTE_MARK.fullmatch(text))


class Reader:
    """Walks the body in reading order."""

    def __init__(self, styles: dict[str, str], numbers: dict[Element, int]) -> None:
        self.styles, self.numbers, self.blocks, self.page = styles, numbers, Blocks(), 1

    def place(self, paragraph: Element | None) -> dict:
        number = None if paragraph is None else self.numbers.get(paragraph)
        return {"page": None, "line": None, "paragraph": number}

    def read(self, parent: Element) -> None:
        for element in parent:
            if element.tag == f"{WORD}p":
                self.read_paragraph(element)
            elif element.tag == f"{WORD}tbl":
                self.read_table(element)
            elif element.tag in (f"{WORD}sdt", f"{WORD}sdtContent", f"{WORD}ins", f"{WORD}customXml"):
                self.read(element)

    def read_paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find(f"{WORD}pPr")
        style, listed, outline = "", False, None
        if properties is not None:
            named = properties.find(f"{WORD}pStyle")
            style = self.styles.get(named.get(f"{WORD}val", ""), "") if named is not None else ""
            listed = properties.find(f"{WORD}numPr") is not None
            outline = properties.find(f"{WORD}outlineLvl")
        text = text_of(paragraph)
        if style.startswith(("heading", "title", "subtitle")) or outline is not None:
            digits = "".join(character for character in style if character.isdigit())
            self.blocks.add("heading", text, level=int(digits or 1), **self.place(paragraph))
        elif style.startswith("caption"):
            self.blocks.add("caption", text, **self.place(paragraph))
        elif listed or style.startswith("list"):
            self.blocks.add("item", text, **self.place(paragraph))
        else:
            is_bold = whole_bold(paragraph) and 0 < len(text) < 90 and not text.rstrip().endswith((".", ":", ";"))
            self.blocks.add("heading" if is_bold else "paragraph", text, level=4, **self.place(paragraph))
        for box in paragraph.iter(f"{WORD}txbxContent"):
            self.read(box)

    def read_table(self, table: Element) -> None:
        rows: list[list[dict]] = []
        open_cells: dict[int, dict] = {}
        inner = {row for one in table.iter(f"{WORD}tbl") if one is not table for row in one.iter(f"{WORD}tr")}
        for row in table.iter(f"{WORD}tr"):
            if row in inner:
                continue
            cells, column = [], 1
            is_header = row.find(f"{WORD}trPr/{WORD}tblHeader") is not None
            for cell in row.iter(f"{WORD}tc"):
                span = cell.find(f"{WORD}tcPr/{WORD}gridSpan")
                wide = int(span.get(f"{WORD}val", "1")) if span is not None else 1
                merged = cell.find(f"{WORD}tcPr/{WORD}vMerge")
                if merged is not None and merged.get(f"{WORD}val") != "restart" and column in open_cells:
                    open_cells[column]["rows"] += 1
                    column += wide
                    continue
                paragraphs = list(cell.iter(f"{WORD}p"))
                one = {
                    **{"text": " ".join(text_of(paragraph) for paragraph in paragraphs), "rows": 1, "columns": wide},
                    **{"header": is_header, "paragraph": self.numbers.get(paragraphs[0]) if paragraphs else None},
                }
                open_cells[column] = one
                cells.append(one)
                column += wide
            rows.append(cells)
        first = next((cell["paragraph"] for row in rows for cell in row if cell["paragraph"]), None)
        self.blocks.add_table(rows, page=None, line=None, paragraph=first)


def whole_bold(paragraph: Element) -> bool:
    """Whether every run with text is bold: a heading made by hand."""
    runs = [run for run in paragraph.iter(f"{WORD}r") if "".join(t.text or "" for t in run.iter(f"{WORD}t")).strip()]
    return bool(runs) and all(run.find(f"{WORD}rPr/{WORD}b") is not None for run in runs)
