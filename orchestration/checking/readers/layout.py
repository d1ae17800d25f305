"""Lines and tables from words with places on a page. Lengths are in points, heights grow upwards."""

import re
from dataclasses import dataclass, field

# In parts of the size of the letters: a gap that parts cells, and one that is enough where other rows have it too.
WIDE_GAP = 1.05
NARROW_GAP = 0.4
FIGURE = re.compile(
    r"^[(<>~]?[-+−–]?\s?£?[\d.,]*\d[\d,.]*\s?(%|pp|percentage|points?|per|\(|\*|\[|[a-z]?$)?", re.IGNORECASE
)


@dataclass
class Word:
    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    is_bold: bool = False

    def add(self, letter: str, box: tuple[float, float, float, float]) -> None:
        left, right, bottom, top = box
        self.text += letter
        self.left, self.right = min(self.left, left), max(self.right, right)
        self.bottom, self.top = min(self.bottom, bottom), max(self.top, top)

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


@dataclass(eq=False)
class Line:
    words: list[Word] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def top(self) -> float:
        return max(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return min(word.bottom for word in self.words)

    @property
    def size(self) -> float:
        return max(word.size for word in self.words)

    @property
    def is_bold(self) -> bool:
        return all(word.is_bold for word in self.words)

    def segments(self, gap: float = WIDE_GAP) -> list[list[Word]]:
        """The words, parted where a gap is wide."""
        parts = [[self.words[0]]]
        for before, word in zip(self.words, self.words[1:], strict=False):
            if word.left - before.right > gap * word.size:
                parts.append([word])
            else:
                parts[-1].append(word)
        return parts


@dataclass
class FoundTable:
    """Rows of a table of the page, and the first and the last of the page's lines that are in it."""

    first: int
    last: int
    rows: list[list[str]]


def lines_of(words: list[Word]) -> list[Line]:
    """The words of a page as lines from its top, each from left to right."""
    lines: list[Line] = []
    for word in sorted(words, key=lambda one: (-one.middle, one.left)):
        line = lines[-1] if lines else None
        # Letters without a stroke upwards have another middle than those with one: compare with the line's words.
        if line is not None and any(abs(other.middle - word.middle) < 0.42 * word.size for other in line.words[-6:]):
            line.words.append(word)
        else:
            lines.append(Line([word]))
    for line in lines:
        line.words.sort(key=lambda one: one.left)
    return lines


def text_of(words: list[Word]) -> str:
    return " ".join(word.text for word in words)


def is_figure(text: str) -> bool:
    return bool(FIGURE.match(text.strip())) or text.strip().lower() in ("no change", "-", "–", "*", "n/a", "..", ":")


DOTS = tuple("•●▪‣◦")


def is_row(line: Line) -> bool:
    """Whether a line has figures apart from each other, or a label and a figure, as rows have."""
    parts = line.segments()
    # The dot of a list stands apart from its item.
    return len(parts) > 1 and line.words[0].text not in DOTS and any(is_figure(text_of(part)) for part in parts[1:])


def tables_in(lines: list[Line]) -> list[FoundTable]:
    """The tables of a page: runs of rows with figures, with their headers above and wrapped labels between."""
    tables: list[FoundTable] = []
    at = 0
    while at < len(lines):
        if not is_row(lines[at]):
            at += 1
            continue
        last = at
        while (more := next_row(lines, last)) is not None:
            last = more
        wide = len(parts_of([line for line in lines[at : last + 1] if is_row(line)])) + 1
        first = first_of_header(lines, at, tables[-1].last + 1 if tables else 0, wide)
        if sum(is_row(line) for line in lines[first : last + 1]) >= 2 or first < at:
            last = last_of_label(lines, last)
            rows = rows_of(lines[first : last + 1])
            if len(rows) > 1 and len(rows[0]) > 1:
                tables.append(FoundTable(first, last, rows))
        at = last + 1
    return tables


def next_row(lines: list[Line], last: int) -> int | None:
    """The next row below, at most two lines of wrapped labels further and close by."""
    for ahead in range(last + 1, min(last + 4, len(lines))):
        gap = lines[ahead - 1].bottom - lines[ahead].top
        if gap > 2.2 * lines[ahead].size:
            return None
        if is_row(lines[ahead]):
            return ahead
        if not could_be_label(lines[ahead]):
            return None
    return None


def could_be_label(line: Line) -> bool:
    text = line.text
    return len(text) < 70 and not re.search(r"[.:]$", text) and not re.match(r"(table|figure|source|note)", text, re.I)


def in_columns(line: Line, wide: int) -> list[list[Word]]:
    """The words of a line as a piece for each column, or for each but the first; else an empty list."""
    for gap in (WIDE_GAP, 0.8, 0.6, 0.5, NARROW_GAP):
        pieces = line.segments(gap)
        if len(pieces) in (wide, wide - 1) and len(pieces) > 1:
            return pieces
    return []


def first_of_header(lines: list[Line], at: int, floor: int, wide: int) -> int:
    """The first line of the header above the first row: lines close by with gaps, or short ones beside such."""
    first = at
    for above in range(at - 1, max(floor, at - 6) - 1, -1):
        gap = lines[above].bottom - lines[above + 1].top
        parts = lines[above].segments()
        pieces = in_columns(lines[above], wide)
        short = (len(lines[above].text) < 60 or pieces) and not re.search(r"[.:]$", lines[above].text)
        if gap > 1.6 * lines[above].size or not short or re.match(r"(table|figure|chart)\s", lines[above].text, re.I):
            break
        if len(parts) > 1 or pieces or lines[above].left > lines[at].left + 3 * lines[at].size:
            first = above
        elif not (above - 1 >= floor and len(lines[above - 1].segments()) > 1):
            break
    return first


def last_of_label(lines: list[Line], last: int) -> int:
    """The last line of the last row's label, where it is wrapped below the figures."""
    below = last + 1
    if below < len(lines) and could_be_label(lines[below]):
        gap, size = lines[last].bottom - lines[below].top, lines[below].size
        if gap < 0.28 * size and lines[below].right < lines[last].right and len(lines[below].segments()) == 1:
            return below
    return last


def gutters(rows: list[Line]) -> list[float]:
    """The middles of the gaps that all rows have at the same place: they part the columns."""
    spans = sorted((word.left, word.right) for line in rows for word in line.words)
    size = max(line.size for line in rows)
    found, reached = [], spans[0][1]
    for left, right in spans:
        if left - reached > NARROW_GAP * size:
            found.append((reached + left) / 2)
        reached = max(reached, right)
    return found


def parts_of(body: list[Line]) -> list[float]:
    """Where the columns of some rows part."""
    # A header of years looks like a row and may be wider than what stands below it.
    rows = [line for line in body if not is_years(line)] or body
    most = max(len(line.segments()) for line in rows)
    parts = gutters([line for line in rows if len(line.segments()) > 1])
    if len(parts) + 1 < most:
        widest = max(rows, key=lambda line: len(line.segments()))
        pairs = zip(widest.segments(), widest.segments()[1:], strict=False)
        parts = [(left[-1].right + right[0].left) / 2 for left, right in pairs]
    return parts


def is_years(line: Line) -> bool:
    pieces = [text_of(piece) for piece in line.segments(0.6)]
    return sum(bool(re.search(r"\b(?:19|20)\d\d\b", piece)) for piece in pieces) >= max(1, len(pieces) - 2)


def rows_of(lines: list[Line]) -> list[list[str]]:
    """The cells of a table's lines: columns parted by gutters, wrapped labels put together."""
    body = [line for line in lines if is_row(line)]
    parts = parts_of(body)
    rows: list[list[str]] = []
    anchors: list[Line] = []
    pending: list[tuple[Line, list[str]]] = []
    for line in lines:
        cells = cells_of(line, parts)
        if is_row(line):
            if pending and (not anchors or is_close(pending[-1][0], line)):
                # Lines above the first row are its header, or the beginning of a label that is wrapped around it.
                close = [one for one in pending if anchors and is_close(one[0], line)]
                head = [one for one in pending if one not in close]
                rows.extend(put_together([cells for _, cells in head], len(parts) + 1, bool(anchors)))
                for _, above in close:
                    cells = [f"{up} {here}".strip() for up, here in zip(above, cells, strict=True)]
            else:
                rows.extend(cells for _, cells in pending)
            pending = []
            rows.append(cells)
            anchors.append(line)
        elif anchors and is_close(anchors[-1], line) and not pending:
            rows[-1] = [f"{up} {here}".strip() for up, here in zip(rows[-1], cells, strict=True)]
        else:
            pending.append((line, cells))
    return rows + [cells for _, cells in pending]


BESIDE_A_YEAR = re.compile(r"(?<=\d\d\))\s+(?=\S)")


def is_close(upper: Line, lower: Line) -> bool:
    """Whether two lines are of one cell: nearer than rows are."""
    return upper.bottom - lower.top < 0.3 * lower.size


def put_together(header: list[list[str]], wide: int, has_rows: bool) -> list[list[str]]:
    """The lines of a header as one row; lines between rows stay as they are."""
    if has_rows or not header:
        return header
    return [[" ".join(filter(None, (line[column] for line in header))) for column in range(wide)]]


def cells_of(line: Line, parts: list[float]) -> list[str]:
    """The words of a line by column. A text that reaches over several columns stands in each of them."""
    cells = [""] * (len(parts) + 1)
    pieces = in_columns(line, len(parts) + 1) if not is_row(line) or is_years(line) else []
    if pieces and (len(pieces) == len(cells) or pieces[0][0].left > parts[0]):
        shift = len(cells) - len(pieces)
        return [""] * shift + [text_of(piece) for piece in pieces]
    for segment in line.segments(NARROW_GAP if is_row(line) else WIDE_GAP):
        left, right = segment[0].left, segment[-1].right
        first = sum(part < left + 0.5 for part in parts)
        last = sum(part < right - 0.5 for part in parts)
        if is_row(line) and first != last:
            for word in segment:
                at = sum(part < (word.left + word.right) / 2 for part in parts)
                cells[at] = f"{cells[at]} {word.text}".strip()
            continue
        # "Year one (2023/24) Year two (2024/25)" stands so close that it looks like one text.
        each = BESIDE_A_YEAR.split(text_of(segment))
        if 1 < len(each) == last - first + 1:
            for column, text in zip(range(first, last + 1), each, strict=True):
                cells[column] = f"{cells[column]} {text}".strip()
            continue
        for column in range(first, last + 1):
            cells[column] = f"{cells[column]} {text_of(segment)}".strip()
    return cells
