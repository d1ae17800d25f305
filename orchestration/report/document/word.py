"""What Word has and python-docx does not write: fields, bookmarks, rows that repeat, and texts for screen readers."""

import zipfile
from pathlib import Path
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

# Of every file in a package: the same warehouse gives the same bytes.
ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def element(name: str, /, **attributes: str) -> Any:
    """An element of WordprocessingML with attributes in its namespace: `element("fldChar", fldCharType="begin")`."""
    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def field(paragraph: Paragraph, instruction: str, text: str) -> None:
    """Append a field with the text that it shows until Word computes it again."""
    open_field(paragraph, instruction)
    paragraph.add_run(text)
    close_field(paragraph)


def open_field(paragraph: Paragraph, instruction: str, *, is_stale: bool = False) -> None:
    """Begin a field; if `is_stale`, Word computes it when the document is opened."""
    begin = element("fldChar", fldCharType="begin")
    if is_stale:
        begin.set(qn("w:dirty"), "true")
    asked = element("instrText")
    asked.set(qn("xml:space"), "preserve")
    asked.text = f" {instruction} "
    for part in (begin, asked, element("fldChar", fldCharType="separate")):
        paragraph.add_run()._r.append(part)


def close_field(paragraph: Paragraph) -> None:
    paragraph.add_run()._r.append(element("fldChar", fldCharType="end"))


class Bookmarks:
    """Bookmarks of a document, each with a number of its own."""

    def __init__(self) -> None:
        self._count = 0

    def begin(self, paragraph: Paragraph, name: str) -> str:
        self._count += 1
        paragraph._p.append(element("bookmarkStart", id=str(self._count), name=name))
        return str(self._count)

    def end(self, paragraph: Paragraph, number: str) -> None:
        paragraph._p.append(element("bookmarkEnd", id=number))


def link(paragraph: Paragraph, anchor: str, text: str) -> None:
    """Append a link to a bookmark of the document."""
    made = element("hyperlink", anchor=anchor, history="1")
    run = paragraph.add_run(text)
    made.append(run._r)
    paragraph._p.append(made)


def describe_table(table: Table, title: str, words: str) -> None:
    """Give a table its title and description for screen readers, and a first row that repeats on each page."""
    properties = table._tbl.tblPr
    properties.append(element("tblCaption", val=title))
    properties.append(element("tblDescription", val=words))
    for number, row in enumerate(table.rows):
        of_row = row._tr.get_or_add_trPr()
        of_row.append(element("cantSplit"))
        if number == 0:
            of_row.append(element("tblHeader"))


def describe_picture(run: Any, words: str, title: str) -> None:
    """Give the picture of a run its alternative text."""
    (properties,) = run._r.iter(qn("wp:docPr"))
    properties.set("descr", words)
    properties.set("title", title)


def with_fixed_dates(source: Path, target: Path) -> None:
    """Copy a package, so that its bytes do not tell when it was written."""
    with zipfile.ZipFile(source) as given, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            information = zipfile.ZipInfo(name, ZIP_DAY)
            information.compress_type = zipfile.ZIP_DEFLATED
            information.external_attr = 0o600 << 16
            made.writestr(information, given.read(name))
