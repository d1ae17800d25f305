"""What a program can check of a Word document for readers with a screen reader, keyboard or large print."""

from pathlib import Path

import docx
from docx.oxml.ns import qn


def barriers(path: Path) -> list[str]:
    """A sentence for each barrier: language, title, order of headings, alternative texts, header rows, merged cells."""
    document = docx.Document(str(path))
    found = []
    languages = {one.get(qn("w:val")) for one in document.styles.element.iter(qn("w:lang"))}
    languages |= {one.get(qn("w:val")) for one in document.element.body.iter(qn("w:lang"))}
    if languages - {None} != {"en-GB"}:
        found.append(f"The language is {', '.join(sorted(filter(None, languages))) or 'not set'}, not en-GB.")
    if not document.core_properties.title:
        found.append("The document has no title in its properties.")
    level = 0
    names = {style.style_id: style.name or "" for style in document.styles}
    for paragraph in document.paragraphs:
        # A paragraph of the default style has no identifier.
        name = names.get(paragraph._p.style or "", "")
        if name.startswith("Heading "):
            new = int(name.rpartition(" ")[2])
            if new > level + 1:
                found.append(f"The heading '{paragraph.text}' is of level {new} after level {level}.")
            if not paragraph.text.strip():
                found.append(f"A heading of level {new} is empty.")
            level = new
    for picture in document.element.body.iter(qn("wp:docPr")):
        if not picture.get("descr"):
            found.append(f"The picture {picture.get('id')} has no alternative text.")
    for number, table in enumerate(document.tables, start=1):
        if table._tbl.find(f"{qn('w:tr')}/{qn('w:trPr')}/{qn('w:tblHeader')}") is None:
            found.append(f"Table {number} of the document has no header row.")
        if table._tbl.tblPr.find(qn("w:tblDescription")) is None:
            found.append(f"Table {number} of the document has no description.")
        if any(True for name in ("w:gridSpan", "w:vMerge") for _ in table._tbl.iter(qn(name))):
            found.append(f"Table {number} of the document has merged cells.")
        if any(not cell.strip() for cell in _texts(table)):
            found.append(f"Table {number} of the document has an empty cell.")
    return found


def _texts(table: "docx.table.Table") -> list[str]:
    return ["".join(text.text or "" for text in cell.iter(qn("w:t"))) for cell in table._tbl.iter(qn("w:tc"))]
