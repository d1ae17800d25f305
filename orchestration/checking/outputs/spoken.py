"""Where something stands in a draft, in words that a reader can go by."""

from collections.abc import Sequence

from orchestration.checking.document import Block, Document
from orchestration.checking.findings import Mark

# The kinds of document that have neither pages nor lines: Word lays them out anew on each machine.
WITHOUT_LINES = ("docx", "odt")

# So many letters of a text, at each side of what is meant.
SHOWN = 40
LONGEST_HEADING = 80

# A caption stands so many blocks above its table at most.
ABOVE = 3


def spoken_place(mark: Mark, document: Document) -> str:
    """`page 3, line 12`, `table 2, row 4, column 3`, or `under “Deaths”, in “… 120 deaths in Birmingham …”`.

    Nobody counts the paragraphs of a Word or OpenDocument text, so its headings, captions and words say where.
    """
    place, block = mark.place, document.blocks[mark.block]
    if document.kind not in WITHOUT_LINES:
        return _numbered(mark, ("page", "table", "row", "column") if place.table else ("page", "line"))
    above = document.headings_above(block)
    under = [f"under “{_short(above[0].text)}”"] if above else []
    if not place.table:
        return ", ".join([*under, f"in “{_around(block.text, mark)}”"] if block.text.strip() else under)
    if caption := _caption(document, block):
        return ", ".join([caption, *filter(None, [_numbered(mark, ("row", "column"))])])
    return ", ".join([*under, _numbered(mark, ("table", "row", "column"))])


def _numbered(mark: Mark, names: Sequence[str]) -> str:
    return ", ".join(f"{name} {value}" for name in names if (value := getattr(mark.place, name)))


def _caption(document: Document, table: Block) -> str:
    """The label of a table's caption, such as `Table 12` or `Figure 3`: other tables may not be counted."""
    for block in reversed(document.blocks[max(table.number - ABOVE, 0) : table.number]):
        if block.is_table or block.kind == "heading":
            break
        if block.kind == "caption":
            return _short(block.text.partition(":")[0])
    return ""


def _around(text: str, mark: Mark) -> str:
    """The words around what is meant, cut at words; the beginning of the text where no part of it is meant."""
    start, end = (mark.start, mark.end) if mark.start >= 0 else (0, 0)
    first, last = max(start - SHOWN, 0), min(end + SHOWN, len(text))
    if first:
        first = text.find(" ", first, start) + 1 or start
    if last < len(text):
        last = max(text.rfind(" ", end, last), end)
    return f"{'… ' if first else ''}{text[first:last].strip()}{' …' if last < len(text) else ''}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_HEADING else f"{text[:LONGEST_HEADING].rpartition(' ')[0]} …"
