"""What a return is and what it asks for."""

from dataclasses import dataclass
from datetime import date

from orchestration.reading.periods import CALENDAR_YEAR, FINANCIAL_YEAR, MONTH, QUARTER, Period
from orchestration.validation.cells import number_text

HEADERS = ("Area", "Period", "Measure", "Figure", "Source document", "Page")
SYMBOLS = {"[c]": "suppressed", "[x]": "not available", "[z]": "not applicable"}
KINDS = (MONTH, QUARTER, FINANCIAL_YEAR, CALENDAR_YEAR)

WHOLE, AMOUNT, SHARE = "count", "amount", "share"
MEAN, QUANTILE, DEVIATION = "mean", "quantile", "deviation"
AVERAGES = (MEAN, QUANTILE, DEVIATION)
IN_WORDS = {
    WHOLE: "a whole number",
    AMOUNT: "a number",
    SHARE: "a percentage",
    MEAN: "a mean",
    QUANTILE: "a number",
    DEVIATION: "a standard deviation",
}
# Units in which an amount or an average is a percentage too.
PERCENTAGES = ("%", "per cent", "percent", "percentage")

# Hidden counts below 3 are 1 or 2; below 2 there would be one number to hide.
LEAST_HIDDEN = 3


@dataclass(frozen=True)
class Asked:
    """One measure that a return asks for. `lowest` and `highest` bound its figures, both included."""

    measure_id: str
    label: str
    unit: str
    kind: str
    definition: str
    lowest: float | None
    highest: float | None
    asked_from: date | None
    asked_until: date | None

    def is_asked_in(self, period: Period) -> bool:
        return not (
            (self.asked_from and period.start < self.asked_from) or (self.asked_until and period.end > self.asked_until)
        )

    @property
    def is_percentage(self) -> bool:
        return self.kind == SHARE or self.unit.lower() in PERCENTAGES

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The lowest and the highest figure, by the kind of the measure and by its own bounds."""
        lowest, highest = self.lowest, self.highest
        if self.kind in (SHARE, DEVIATION):
            lowest = max(0.0, lowest or 0.0)
        if self.kind == SHARE:
            highest = 100.0 if highest is None else min(100.0, highest)
        return lowest, highest

    def takes(self, text: str, number: float) -> bool:
        """Whether a figure, as it is written and as the number that this means, can be one of this measure."""
        if text.endswith("%") and not self.is_percentage:
            return False
        if self.kind == WHOLE and not float(number).is_integer():
            return False
        lowest, highest = self.bounds
        return (lowest is None or number >= lowest) and (highest is None or number <= highest)

    def may_be_a_hundredth(self, text: str, number: float) -> bool:
        """Whether a percentage may have been stored as a part of one: 82% as 0.82."""
        return self.is_percentage and 0 < number < 1 and not text.endswith("%")

    @property
    def expected(self) -> str:
        """What its figures are, in words: `a whole number of at least 0`, `a percentage from 0 to 100`."""
        lowest, highest = self.bounds
        what = IN_WORDS[self.kind]
        if lowest is not None and highest is not None:
            return f"{what} from {number_text(lowest)} to {number_text(highest)}"
        if lowest is not None:
            return f"{what} of at least {number_text(lowest)}"
        return f"{what} of at most {number_text(highest)}" if highest is not None else what


@dataclass(frozen=True)
class Return:
    """A spreadsheet that partners fill in: what it is of, by which areas and periods, and what it asks for."""

    return_id: str
    title: str
    owner: str
    definition: str
    area_type: str
    period_kind: str
    expected_every: str
    public_edition: str
    areas: tuple[str, ...]
    asked: tuple[Asked, ...]

    def measure(self, label: str) -> Asked | None:
        return next((one for one in self.asked if one.label.lower() == label.strip().lower()), None)


def symbols_in_words() -> str:
    """`[c] (suppressed), [x] (not available) or [z] (not applicable)`."""
    *others, last = [f"{symbol} ({meaning})" for symbol, meaning in SYMBOLS.items()]
    return f"{', '.join(others)} or {last}"
