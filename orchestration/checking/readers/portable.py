"""Reads a PDF: its characters with their places, put together to lines, paragraphs and tables.

A PDF has no words, lines or cells, only characters at places. Words are characters without a gap; a line is words at
one height. Where lines have wide gaps at the same places, they are rows of a table, and the gaps part its columns.
"""

import ctypes
import re
import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.checking.readers.blocks import BULLET, CAPTION, Blocks, Unreadable
from orchestration.checking.readers.layout import Line, Word, lines_of, tables_in
from orchestration.checking.readers.plain import NUMBERED, joined

MOST_PAGES = 400
# Fewer letters than these on a page of pictures: it was scanned.
FEWEST_LETTERS = 20
HEAVY = 600  # the weight from which letters are bold


@dataclass
class Page:
    number: int
    height: float
    lines: list[Line] = field(default_factory=list)
    letters: int = 0


def read_pdf(path: Path) -> list[dict]:
    """The blocks of a PDF. Raises Unreadable for one with a password, with too many pages or without text."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise Unreadable("a PDF with a password", "one without") from None
        raise Unreadable(f"a PDF that cannot be read ({error})", "a whole PDF") from None
    if len(document) > MOST_PAGES:
        raise Unreadable(f"a PDF of {len(document):,} pages", f"at most {MOST_PAGES}")
    pages = [page_of(document, number) for number in range(len(document))]
    if sum(page.letters for page in pages) < FEWEST_LETTERS * max(len(pages), 1):
        raise Unreadable("a PDF of pictures without text, such as a scan", "a PDF that a program wrote as text")
    without_margins(pages)
    return blocks_of(pages)


def page_of(document: object, number: int) -> Page:
    import pypdfium2.raw as pdfium

    page = document[number]  # type: ignore[index]
    text = page.get_textpage()
    words: list[Word] = []
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    word: Word | None = None
    reach, last = 0.0, (0.0, 0.0, 0.0, 0.0)
    for at in range(text.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(text, at))
        letter = "•" if letter in DOTS else letter
        if letter.isspace() or letter in "\x00\ufffe\u0002":
            if letter in "\ufffe\u0002" and word is not None:
                word.text += "-"
                continue
            word = None
            continue
        pdfium.FPDFText_GetCharBox(text, at, left, right, bottom, top)
        size = pdfium.FPDFText_GetFontSize(text, at) or 10.0
        box = (left.value, right.value, bottom.value, top.value)
        # The font's size may be one unit scaled by the page's matrix; a letter's height is then the better measure.
        size = max(size, (top.value - bottom.value) * 1.1)
        near, far = room_of(text, at, box)
        # The letters of a ligature ("fi") are one sign, and have one place.
        if word is not None and (box == last or follows(word, box, size) or touches(word, reach, near, box, size)):
            word.add(letter, box)
        else:
            word = Word(letter, *box, size=size, is_bold=is_bold_at(text, at))
            words.append(word)
        reach, last = far, box
    letters = sum(len(one.text) for one in words)
    result = Page(number + 1, page.get_height(), lines_of(words), letters)
    text.close()
    page.close()
    return result


# What fonts call their bold letters: the weight itself is often not given.
BOLD = re.compile(rb"bold|black|heavy", re.IGNORECASE)
# The signs that Word's fonts of symbols have for the dots of a list.
DOTS = "\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf02d"


def is_bold_at(text: object, at: int) -> bool:
    """Whether a letter is bold, by its weight or by the name of its font."""
    import pypdfium2.raw as pdfium

    if pdfium.FPDFText_GetFontWeight(text, at) >= HEAVY:
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(text, at, name, len(name), flags)
    return BOLD.search(name.value) is not None


def follows(word: Word, box: tuple[float, float, float, float], size: float) -> bool:
    """Whether a letter goes on with a word: on its line, and without a gap."""
    left, _, bottom, top = box
    return abs(left - word.right) < 0.22 * size and min(top, word.top) - max(bottom, word.bottom) > -0.3 * size


def room_of(text: object, at: int, box: tuple[float, float, float, float]) -> tuple[float, float]:
    """From where to where a letter takes room on its line: a "1" takes as much as an "8", but has less ink."""
    import pypdfium2.raw as pdfium

    room = pdfium.FS_RECTF()
    if not pdfium.FPDFText_GetLooseCharBox(text, at, room):
        return box[0], box[1]
    return room.left, room.right


def touches(word: Word, reach: float, near: float, box: tuple[float, float, float, float], size: float) -> bool:
    """Whether the room of a letter begins where that of a word's last letter ends, on its line."""
    _, _, bottom, top = box
    return abs(near - reach) < 0.06 * size and min(top, word.top) - max(bottom, word.bottom) > -0.3 * size


def without_margins(pages: list[Page]) -> None:
    """Take away the lines that most pages repeat at their top or foot, and page numbers."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({shape(line) for line in edge(page)})
    for page in pages:
        edges = edge(page)
        page.lines = [
            line
            for line in page.lines
            if line not in edges
            or not (
                (len(pages) > 2 and seen[shape(line)] > len(pages) / 2)
                or re.fullmatch(r"(page )?\d{1,3}( ?(of|/) ?\d{1,3})?", line.text.strip().lower())
            )
        ]


def edge(page: Page) -> list[Line]:
    return [*page.lines[:2], *page.lines[-2:]]


def shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def blocks_of(pages: list[Page]) -> list[dict]:
    blocks = Blocks()
    sizes = [word.size for page in pages for line in page.lines for word in line.words]
    usual = statistics.median(sizes) if sizes else 10.0
    for page in pages:
        tables = tables_in(page.lines)
        margin = max((line.right for line in page.lines), default=0.0)
        at = 0
        while at < len(page.lines):
            table = next((one for one in tables if one.first == at), None)
            if table is not None:
                add_table(blocks, table.rows, page.number, at)
                at = table.last + 1
                continue
            end = at + 1
            limit = min((one.first for one in tables if one.first > at), default=len(page.lines))
            while end < limit and goes_on(page.lines[end - 1], page.lines[end], page.lines[at], usual, margin):
                end += 1
            add_text(blocks, page.lines[at:end], page.number, at + 1, usual)
            at = end
    return joined(blocks.blocks)


def add_table(blocks: Blocks, rows: list[list[str]], page: int, line: int) -> None:
    """Add a table, or the rest of one that the page before began."""
    before = blocks.blocks[-1] if blocks.blocks else None
    if before and before["kind"] == "table" and before["page"] == page - 1 and line == 0:
        wide = max(cell["column"] for cell in before["cells"])
        if wide == len(rows[0]):
            first = [cell["text"] for cell in before["cells"] if cell["row"] == 1]
            rows = rows[1:] if rows[0] == first else rows
            deep = max(cell["row"] for cell in before["cells"])
            for down, row in enumerate(rows, start=1):
                for across, text in enumerate(row, start=1):
                    before["cells"].append(
                        {
                            **{"row": deep + down, "column": across, "rows": 1, "columns": 1, "text": text},
                            **{"header": False, "line": None, "paragraph": None},
                        }
                    )
            return
    cells = [[{"text": text, "line": line + 1 + down} for text in row] for down, row in enumerate(rows)]
    blocks.add_table(cells, page=page, line=line + 1, paragraph=len(blocks.blocks) + 1)


def goes_on(before: Line, line: Line, first: Line, usual: float, margin: float) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    gap = before.bottom - line.top
    if gap > 0.85 * max(line.size, before.size) or abs(line.size - before.size) > 0.12 * usual:
        return False
    if BULLET.match(line.text) or NUMBERED.match(line.text) or CAPTION.match(line.text):
        return False
    if line.is_bold != before.is_bold and (line.is_bold or before.is_bold) and first.is_bold:
        return False
    # A line that ends far from the margin ends its paragraph, if it ends with a stop.
    ended = before.right < margin - 6 * line.size and before.text.rstrip().endswith((".", ":", ";"))
    return not ended


def add_text(blocks: Blocks, lines: list[Line], page: int, number: int, usual: float) -> None:
    text = ""
    for line in lines:
        # A hyphen at the end of a line stays: "drug-" and "related" are more usual here than parted words.
        text = f"{text}{line.text}" if text.endswith("-") and text[-2:-1].isalpha() else f"{text} {line.text}"
    text = text.strip()
    place = {"page": page, "line": number, "paragraph": len(blocks.blocks) + 1}
    if BULLET.match(text):
        blocks.add("item", BULLET.sub("", text), **place)
        return
    larger = lines[0].size > 1.12 * usual
    is_heading = len(text) < 140 and (larger or all(line.is_bold for line in lines)) and not re.search(r"[.;,]$", text)
    if is_heading:
        blocks.add("heading", text, level=1 if lines[0].size > 1.6 * usual else 3, **place)
    elif NUMBERED.match(text):
        blocks.add("item", NUMBERED.sub("", text), **place)
    else:
        blocks.add("paragraph", text, **place)
