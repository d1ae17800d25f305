"""A document as it was read: its blocks in order, each with its place; tables as full grids of cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property


@dataclass(frozen=True)
class Place:
    """Where something stands. `table` counts from 1, as do row and column within it; None where there is none."""

    page: int | None = None
    line: int | None = None
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    column: int | None = None


@dataclass(frozen=True)
class Cell:
    """A cell of a grid. A cell that takes several rows or columns stands in each of them; `is_origin` in the first."""

    text: str
    place: Place
    is_origin: bool = True
    is_header: bool = False
    # A number that is kept with decimals and shown without them.
    is_whole: bool = False


@dataclass
class Block:
    """A piece of the document: heading, paragraph, item, note, caption or table."""

    kind: str
    text: str
    place: Place
    level: int = 0
    grid: list[list[Cell]] = field(default_factory=list)
    of_table: bool = False
    number: int = 0

    @property
    def is_table(self) -> bool:
        return self.kind == "table"


@dataclass
class Document:
    """The blocks of a document called `name`; `path` is where it lies."""

    name: str
    kind: str
    blocks: list[Block]
    headings: dict[int, list[Block]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for number, block in enumerate(self.blocks):
            block.number = number

    @cached_property
    def tables(self) -> list[Block]:
        return [block for block in self.blocks if block.is_table]

    def headings_above(self, block: Block) -> list[Block]:
        """The headings that a block stands under, the nearest first, each of a higher level than the one before."""
        if block.number in self.headings:
            return self.headings[block.number]
        found: list[Block] = []
        for above in reversed(self.blocks[: block.number]):
            if above.kind == "heading" and (not found or above.level < found[-1].level):
                found.append(above)
        self.headings[block.number] = found
        return found

    def texts(self) -> Iterator[Block]:
        return (block for block in self.blocks if not block.is_table)


def document_of(name: str, kind: str, given: list[dict]) -> Document:
    """A document from the blocks that a reader gave."""
    blocks, tables = [], 0
    for one in given:
        place = Place(one.get("page"), one.get("line"), one.get("paragraph"))
        block = Block(one["kind"], one["text"], place, one.get("level", 0), of_table=one.get("of_table", False))
        if block.is_table:
            tables += 1
            block.place = replace(place, table=tables)
            block.grid = grid_of(one["cells"], block.place)
        blocks.append(block)
    return Document(name, kind, blocks)


def grid_of(cells: list[dict], place: Place) -> list[list[Cell]]:
    """The cells of a table as a full grid: a merged cell stands everywhere where it reaches, a missing one is empty."""
    deep = max(cell["row"] + cell["rows"] - 1 for cell in cells)
    wide = max(cell["column"] + cell["columns"] - 1 for cell in cells)
    grid = [[Cell("", replace(place, row=row + 1, column=column + 1)) for column in range(wide)] for row in range(deep)]
    for cell in cells:
        for down in range(cell["rows"]):
            for across in range(cell["columns"]):
                row, column = cell["row"] + down, cell["column"] + across
                grid[row - 1][column - 1] = Cell(
                    cell["text"],
                    replace(
                        place,
                        line=cell.get("line") or place.line,
                        paragraph=cell.get("paragraph") or place.paragraph,
                        row=row,
                        column=column,
                    ),
                    is_origin=down == 0 and across == 0,
                    is_header=cell["header"],
                    is_whole=cell.get("is_whole", False),
                )
    return grid
