"""The rows of a return as they were filled in, each with its cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from orchestration.datasets.partners.spreadsheet.definitions import HEADERS, KINDS, Asked, Return
from orchestration.reading.marks import Marks
from orchestration.reading.periods import Period, parse
from orchestration.reading.tables import Table, cell

LABELS = ("Area", "Period", "Measure")


@dataclass(frozen=True)
class Line:
    """One row: its number in the sheet, what each column of the return holds, and what its labels mean.

    `area`, `period` and `asked` are None where the label is none of the return's. A figure that its cell shows as a
    percentage is written as one. `is_text` says whether the figure was typed as text; None where that is not known.
    """

    row: int
    texts: dict[str, str]
    area: str | None
    period: Period | None
    asked: Asked | None
    is_text: bool | None

    @property
    def figure(self) -> str:
        return self.texts["Figure"]

    @property
    def unknown(self) -> list[str]:
        """The columns whose label is none of the return's."""
        found = (self.area, self.period, self.asked)
        return [header for header, known in zip(LABELS, found, strict=True) if known is None]

    @property
    def named(self) -> str:
        """What the figure is of, such as `Birmingham, April to June 2026, Kits supplied`."""
        return ", ".join(self.texts[header] for header in LABELS if self.texts[header])

    @property
    def triple(self) -> tuple[str, str, str] | None:
        """Area, period and measure by which figures are told apart; None unless all three are known."""
        if self.area is None or self.period is None or self.asked is None:
            return None
        return self.area, self.period.period_id, self.asked.measure_id


@dataclass(frozen=True)
class Filled:
    """The sheet of a return: the table, where its columns stand, and its rows."""

    table: Table
    positions: dict[str, int]
    lines: list[Line] = field(default_factory=list)

    def place(self, line: Line, header: str) -> str:
        """File, sheet and cell of a row's text."""
        return self.table.place(line.row, self.positions[header])

    def address(self, line: Line, header: str) -> str:
        return self.table.address(line.row, self.positions[header])


def filled(table: Table, one: Return, marks: Marks | None) -> Filled:
    """The rows of a return that have anything in its columns. Raises Refusal for a column that stands twice."""
    positions = {header: table.column(header.lower()) for header in HEADERS}
    return Filled(table, positions, list(_lines(table, one, marks, positions)))


def _lines(table: Table, one: Return, marks: Marks | None, positions: dict[str, int]) -> Iterator[Line]:
    for row, cells in table.body:
        texts = {header: " ".join(cell(cells, place).split()) for header, place in positions.items()}
        if not any(texts.values()):
            continue
        place = (row, positions["Figure"])
        if marks and place in marks.percentages:
            texts["Figure"] = _percentage(texts["Figure"])
        period = parse(texts["Period"], (one.period_kind,))
        # `2010-11` is a financial year to one return and a month to another: it is taken from neither.
        period = period if period == parse(texts["Period"], KINDS) else None
        area = texts["Area"] if texts["Area"] in one.areas else None
        yield Line(row, texts, area, period, one.measure(texts["Measure"]), place in marks.texts if marks else None)


def _percentage(text: str) -> str:
    """What a cell shows as a percentage: `0.82` is 82%. A text that is no number stays as it is."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return f"{(number * 100).normalize():f}%"
