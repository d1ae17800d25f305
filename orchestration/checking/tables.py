"""Tables as a reader sees them: captions, headers, labels, and what each figure is.

Whatever way a table is turned, a `Table` here has its measures and areas down and its periods across.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from orchestration.checking import labels
from orchestration.checking.document import Block, Cell, Document, Place
from orchestration.checking.numbers import Number, number_of_cell
from orchestration.checking.readers.blocks import CAPTION
from orchestration.checking.roles import are_changes, role_of
from orchestration.checking.spans import spans_in
from orchestration.reading.periods import Period

# How a table says that a figure is withheld or not there.
WITHHELD = re.compile(
    r"^(?:\*+|\[?[a-z]\]?|\.\.|-+|–|—|n/?a|<\s?\d+|\[low\]|suppressed|not available|x|:)$", re.IGNORECASE
)
IN_BRACKETS = re.compile(r"^\(\s*[£$€]?\s*\d[\d,. ]*%?\s*\)$")


@dataclass(frozen=True)
class Column:
    """What stands above a column. `role` is value, share, rate, change or text; `scale` that of a rate."""

    index: int
    header: str
    measure: str
    period: Period | None
    role: str
    scale: float = 0.0

    @property
    def has_bracketed_falls(self) -> bool:
        """Whether brackets are a minus here, as in accounts: in a column of changes, or of "(surplus)/deficit"."""
        is_change = self.role == "change" and bool(labels.CHANGE.search(self.header))
        return is_change or bool(labels.BRACKETED_SIDE.search(self.header))


@dataclass(frozen=True)
class Row:
    """What stands beside a row. `group` is the label of the rows that it is one of; `role` as of a column, or ""."""

    index: int
    label: str
    group: str
    role: str
    is_total: bool
    is_part: bool
    scale: float = 0.0


@dataclass(eq=False)
class Table:
    """A table in its canonical turn: `at(row, column)` gives its figures; `name` is "Table 2", or empty."""

    block: Block
    number: int
    name: str
    caption: str
    notes: str
    columns: list[Column]
    rows: list[Row]
    cells: list[list[Cell]]
    is_turned: bool = False
    caption_block: Block | None = None
    headings: tuple[str, ...] = ()
    label_header: str = ""
    notes_apart: tuple[str, ...] = ()
    withheld: set[int] = field(default_factory=set)
    # What rules make of cells, once for all rules.
    terms: dict[tuple[int, int], Any] = field(default_factory=dict, repr=False)

    def at(self, row: Row, column: Column) -> Number | None:
        number = number_of_cell(self.cells[row.index][column.index].text)
        has_falls = column.has_bracketed_falls or labels.BRACKETED_SIDE.search(row.label)
        if number is not None and not number.sign and has_falls and IN_BRACKETS.match(number.text):
            return replace(number, value=-number.value, sign=-1)
        return number

    def place(self, row: Row, column: Column) -> Place:
        return self.cells[row.index][column.index].place

    def text(self, row: Row, column: Column) -> str:
        return self.cells[row.index][column.index].text

    @cached_property
    def said(self) -> str:
        """All that is said of the table: its caption, its notes, what it measures."""
        return f"{self.caption} {self.notes}"

    @cached_property
    def is_rounded(self) -> int:
        said = " ".join((self.caption, self.label_header, *(column.header for column in self.columns)))
        return max(labels.grid_of_rounding(self.said), 1 if labels.IN_POUNDS.search(said) else 0)

    @cached_property
    def is_additive(self) -> bool:
        is_told = labels.NOT_ADDITIVE.search(self.said) or labels.OVERLAPPING.search(self.said)
        return not is_told and not self.withheld

    @cached_property
    def total_has_others(self) -> bool:
        """Whether a note says that the total counts some that no part does: it may be more than its parts."""
        return any(labels.TOTAL_HAS_OTHERS.search(text) for text in (self.caption, *self.notes_apart))

    def role(self, row: Row, column: Column) -> str:
        """What the figure of a row and a column is: value, share, rate, change."""
        number = self.at(row, column)
        if "change" in (column.role, row.role):
            return "change"
        if number is not None and number.unit == "percent":
            return "share"
        if number is not None and number.unit == "points":
            return "change"
        return row.role or column.role

    @cached_property
    def periods(self) -> list[Period]:
        found = [column.period for column in self.columns if column.period is not None and column.role != "change"]
        return sorted(set(found), key=lambda period: (period.end, period.start))

    @cached_property
    def default_period(self) -> Period | None:
        """The period of a table that names one in its caption or above it."""
        for text in (self.caption, *self.headings):
            spans = [span.period for span in spans_in(text) if span.period is not None and not span.is_date]
            if spans:
                return max(spans, key=lambda period: period.end)
        return None

    def period(self, column: Column) -> Period | None:
        return column.period or (self.periods[-1] if self.periods else self.default_period)

    def scale(self, row: Row, column: Column) -> float:
        return row.scale or column.scale or labels.scale_of(self.caption)

    @cached_property
    def has_areas(self) -> bool:
        return bool(labels.GEOGRAPHY.search(self.label_header)) or bool(
            re.search(
                r"\b(?:by|per|for each)\s+(?:local |police |each )?(?:\w+ )?(?:"
                + labels.GEOGRAPHY.pattern[5:-3]
                + r")\b",
                self.caption,
                re.I,
            )
            and not re.search(r"offence|outcome|substance|type|age|sex|measure|indicator", self.label_header, re.I)
        )


def tables_of(document: Document) -> list[Table]:
    """The tables of a document that hold figures, in order."""
    captions = captions_of(document)
    found: list[Table] = []
    for block in document.tables:
        table = table_of(document, block, captions.get(block.number), len(found) + 1)
        if table is not None:
            found.append(table)
    return found


def captions_of(document: Document) -> dict[int, Block]:
    """The caption of each table by the table's block: the one above it, or below where this document has them there."""
    above: dict[int, Block] = {}
    below: dict[int, Block] = {}
    for block in document.tables:
        before = document.blocks[max(block.number - 3, 0) : block.number]
        for one in reversed(before):
            if one.is_table or one.kind == "heading":
                break
            if one.kind == "caption" and not is_of_figure(one):
                above[block.number] = one
                break
        for one in document.blocks[block.number + 1 : block.number + 3]:
            if one.is_table or one.kind == "heading":
                break
            if one.kind == "caption" and not is_of_figure(one):
                below[block.number] = one
                break
    used = {caption.number for caption in above.values()}
    # A caption between two tables is of the one below it, unless the first table has none above.
    first_above = document.tables and document.tables[0].number in above
    if first_above or not below:
        return above | {at: one for at, one in below.items() if at not in above and one.number not in used}
    return (
        above | below
        if len(above) > len(below)
        else below
        | {
            at: one
            for at, one in above.items()
            if at not in below and one.number not in {b.number for b in below.values()}
        }
    )


def is_of_figure(block: Block) -> bool:
    return bool(re.match(r"\W*(?:figure|fig|chart|graph)", block.text, re.IGNORECASE))


def notes_near(document: Document, block: Block, caption: Block | None) -> list[str]:
    """The notes above and below a table: its neighbours that begin as notes do, or say why parts make no total."""
    texts = []
    for one in document.blocks[max(block.number - 2, 0) : block.number + 4]:
        if one is block or one is caption:
            continue
        if one.is_table or one.kind == "heading":
            if one.number > block.number:
                break
            continue
        if (
            one.kind == "note"
            or re.match(
                r"\W*(?:notes?|source|figures? (?:are|have|may)|numbers? (?:are|may)|\*|†|\[\w+\]|\d\. )",
                one.text,
                re.I,
            )
            or labels.OVERLAPPING.search(one.text)
            or labels.TOTAL_HAS_OTHERS.search(one.text)
        ):
            texts.append(one.text)
    return texts


def table_of(document: Document, block: Block, caption: Block | None, number: int) -> Table | None:
    """The table of a block in its canonical turn, or None where it holds no figures."""
    grid = without_empty(block.grid)
    if not grid or len(grid[0]) < 2:
        return None
    head = header_rows(grid)
    is_turned = False
    if turns(grid, head):
        grid = [list(column) for column in zip(*grid, strict=True)]
        head, is_turned = header_rows(grid), True
    labels_wide = label_columns(grid, head)
    columns = columns_of(grid, head, labels_wide, is_turned)
    rows = rows_of(document, grid, head, labels_wide, columns)
    if not columns or (not rows and caption is None):
        return None
    matched = CAPTION.match(caption.text) if caption else None
    name = f"{matched[1].capitalize()} {matched[2]}".rstrip(" .") if matched else ""
    notes = notes_near(document, block, caption)
    table = Table(
        block,
        number,
        name,
        caption.text if caption else "",
        " ".join(notes),
        columns,
        rows,
        grid,
        is_turned,
        caption,
        tuple(heading.text for heading in document.headings_above(block)),
        " ".join(dict.fromkeys(grid[row][0].text for row in range(head) if grid[row][0].text)),
        tuple(notes),
    )
    for row in rows:
        for column in columns:
            if table.at(row, column) is None and WITHHELD.match(table.text(row, column).strip() or "x x"):
                table.withheld.add(row.index)
    return table


def without_empty(grid: list[list[Cell]]) -> list[list[Cell]]:
    """The grid without rows and columns in which no cell has text."""
    rows = [row for row in grid if any(cell.text for cell in row)]
    if not rows:
        return []
    keep = [at for at in range(len(rows[0])) if any(row[at].text for row in rows)]
    return [[row[at] for at in keep] for row in rows]


def is_figure(cell: Cell) -> bool:
    """Whether a cell of the body holds a figure: a number that is not a year."""
    return number_of_cell(cell.text) is not None and not labels.is_period(cell.text)


def header_rows(grid: list[list[Cell]]) -> int:
    """How many rows at the top are headers: those up to the first row with a figure; "Same" in the first is none."""
    for at, row in enumerate(grid):
        marked = [cell.is_header for cell in row[1:]]
        # "Seen within | 24 hours" over years in the next row: the years are no figures, whatever stands beside them.
        if wraps_years(grid, at) or (0 < at < 3 and not row[0].text and are_years(row)):
            continue
        if all(marked) or (any(marked) and not any(is_figure(cell) for cell in row[1:])):
            continue
        if any(is_figure(cell) and (at or re.search(r"\d", cell.text)) for cell in row[1:]) or begins_group(grid, at):
            return at
    return min(1, len(grid))


def are_years(row: list[Cell]) -> bool:
    return sum(labels.is_period(cell.text) for cell in row) > 1


def wraps_years(grid: list[list[Cell]], at: int) -> bool:
    """Whether a row only ends the years above it: "2024/" and, on the next line of a narrow column, "25"."""
    ends = [f"{above.text}{cell.text}" for above, cell in zip(grid[at - 1], grid[at], strict=True) if cell.text]
    return at > 0 and bool(ends) and all(re.search(r"\d{4}/\d\d$", one) for one in ends)


def begins_group(grid: list[list[Cell]], at: int) -> bool:
    """Whether a row below the header has a label alone and figures follow: it names the group of the rows below it."""
    return (
        0 < at < len(grid) - 1
        and bool(grid[at][0].text)
        and not any(cell.text for cell in grid[at][1:])
        and any(cell.text for cell in grid[at - 1][1:])
        and any(is_figure(cell) for cell in grid[at + 1][1:])
    )


def turns(grid: list[list[Cell]], head: int) -> bool:
    """Whether periods stand down the side and not across the top."""
    side = [row[0].text for row in grid[head:]]
    down = sum(labels.is_period(text) for text in side)
    across = sum(labels.label_period(cell.text) is not None for row in grid[:head] for cell in row[1:])
    return down >= 2 and down >= len(side) * 0.6 and across < 2


def label_columns(grid: list[list[Cell]], head: int) -> int:
    """How many columns at the left are labels: at least one, and more while no figure stands in them."""
    wide = 1
    while wide < len(grid[0]) - 1:
        cells = [row[wide] for row in grid[head:]]
        texts = [cell.text for cell in cells if cell.text]
        header = grid[0][wide].text if head else ""
        if (
            not texts
            or any(is_figure(cell) for cell in cells)
            or labels.label_period(header)
            or all(map(WITHHELD.match, texts))
        ):
            break
        wide += 1
    return wide


def columns_of(grid: list[list[Cell]], head: int, labels_wide: int, is_turned: bool) -> list[Column]:
    found = []
    for at in range(labels_wide, len(grid[0])):
        header = labels.rejoined(
            " ".join(dict.fromkeys(grid[row][at].text for row in range(head) if grid[row][at].text))
        )
        texts = [row[at].text for row in grid[head:] if row[at].text]
        numbers = [number for text in texts if (number := number_of_cell(text)) is not None]
        role = role_of(header, numbers)
        if texts and not numbers and not all(WITHHELD.match(text.strip()) for text in texts):
            role = "text"
        period = labels.label_period(header)
        if is_turned and period is not None and role != "text":
            # The rows of a table of years say what their figures are, be they counts, shares or changes.
            role = "value"
        found.append(Column(at, header, labels.measure_of(header), period, role, labels.scale_of(header)))
    return [column for column in found if column.role != "text"]


def rows_of(
    document: Document, grid: list[list[Cell]], head: int, labels_wide: int, columns: list[Column]
) -> list[Row]:
    """The rows with figures. A row with a label alone is the group of the rows below it."""
    found: list[Row] = []
    group, in_part = "", False
    for at in range(head, len(grid)):
        texts = [grid[at][column].text for column in range(labels_wide)]
        label = " ".join(dict.fromkeys(text for text in texts if text))
        cells = [grid[at][column.index] for column in columns]
        if not any(is_figure(cell) or (cell.text and WITHHELD.match(cell.text.strip())) for cell in cells):
            if label and not any(cell.text for cell in cells):
                group, in_part = label, bool(labels.OF_WHICH.match(label))
            continue
        plain = [n for cell in cells if (n := number_of_cell(cell.text)) and n.unit in ("plain", "percent")]
        role = "rate" if labels.scale_of(label) else ""
        if not role and plain and labels.CHANGE.search(label) and (labels.PERCENT.search(label) or are_changes(plain)):
            role = "change"
        if (
            not role
            and plain
            and labels.SHARE.search(label)
            and all(n.unit == "percent" or n.value <= 100 for n in plain[:2])
        ):
            role = "share"
        elif (not role and plain and re.search(r"\brates?\b", label, re.I) and any(n.decimals for n in plain)) or (
            not role and plain and labels.MEAN.search(label) and any(n.decimals for n in plain)
        ):
            role = "rate"
        is_part = bool(labels.OF_WHICH.match(label)) or in_part
        bare = labels.OF_WHICH.sub("", label).strip()
        is_total = bool(labels.TOTAL.search(bare)) and not is_part
        found.append(Row(at, bare or label, group, role, is_total, is_part, labels.scale_of(label)))
    return found
