"""A number bound to what it means."""

from dataclasses import dataclass

from orchestration.checking.findings import Mark
from orchestration.checking.numbers import Number
from orchestration.checking.spans import Span
from orchestration.reading.periods import Period

VALUE, CHANGE, PERCENT_CHANGE, POINTS = "value", "change", "percent_change", "points"
SHARE, RATE, RANK, COUNT_OF_AREAS, RATIO = "share", "rate", "rank", "count_of_areas", "ratio"
CHANGES = (CHANGE, PERCENT_CHANGE, POINTS, RATIO)

CERTAIN, LIKELY, GUESS = "certain", "likely", "guess"


@dataclass
class Figure:
    """A number of a text or a cell with its kind, quantity, area and period, and how sure that is.

    `role` is old or new where the text compares two values; `label` the row of a table that the text speaks of;
    `is_turn` that a change is called better or worse, which says nothing of its direction.
    """

    number: Number
    mark: Mark
    kind: str
    value: float
    quantity: str = ""
    area: str = ""
    area_code: str | None = None
    period: Period | None = None
    bound: str = GUESS
    role: str = ""
    label: str = ""
    table: int = 0
    sentence: int = -1
    has_own_area: bool = False
    has_own_period: bool = False
    direction: int = 0
    is_turn: bool = False
    indicator_id: str | None = None

    @property
    def is_change(self) -> bool:
        return self.kind in CHANGES

    @property
    def unit_class(self) -> str:
        """What it may be compared with: count, percent or rate."""
        if self.number.unit in ("percent", "fraction", "points"):
            return "percent"
        return "rate" if self.kind == RATE else "count"


@dataclass
class Sentence:
    """A sentence of a block with its figures. `start` is where it begins in the block's text."""

    block: int
    number: int
    start: int
    text: str
    figures: list[Figure]
    spans: tuple[Span, ...]
    base: Period | None = None
    areas: tuple[str, ...] = ()
    tables: tuple[int, ...] = ()
    section: int = 0

    @property
    def distinct_figures(self) -> list[Figure]:
        """One figure of each printed number; where a number has several readings, the last."""
        return list({one.mark: one for one in self.figures}.values())
