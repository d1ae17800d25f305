"""What a rule says: a finding with its place, and a relation between printed numbers that holds or does not."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from orchestration.checking.document import Place
from orchestration.checking.numbers import Number, fits
from orchestration.support.rounding import rounded

ERROR, MINOR, ADVICE = "error", "minor", "advice"


@dataclass(frozen=True)
class Mark:
    """Where a number or a phrase stands: in the text of a block from `start` to `end`, or in a cell of its table."""

    block: int
    place: Place
    start: int = -1
    end: int = -1


@dataclass(frozen=True)
class Term:
    """A printed number in a relation. `value` is with the sign that its words give; `grid` is what it is rounded to.

    `is_size` says that it is the size of a change whose direction the text does not give: "improved by 45".
    """

    mark: Mark
    number: Number
    value: float
    name: str = ""
    grid: float = 0
    is_size: bool = False

    @property
    def text(self) -> str:
        return self.number.text

    def signed(self, value: float) -> "Term":
        """The same printed number with the value, and so the direction, that its sentence gives it."""
        return replace(self, value=value, is_size=False)

    def bounds(self, value: float) -> tuple[float, float]:
        """From where to where the number lies that was printed as `value`."""
        # An end itself would have been rounded to the next number.
        half = self.grid * 0.49
        return value - half, value + half


@dataclass
class Relation:
    """Numbers that should agree: `result` follows from `inputs` by `compute`. `explain` says how, in a sentence.

    `reach` gives the lowest and the highest result where inputs are rounded; `is_sure` that the relation is certain.
    """

    rule_id: str
    inputs: list[Term]
    result: Term
    compute: Callable[[list[float]], float | None]
    explain: Callable[[float], str]
    where: str = ""
    sentence: str = ""
    severity: str = ERROR
    solve: Callable[[int, list[float], float], float | None] | None = None
    shape: Callable[[float], str] | None = None

    @property
    def terms(self) -> list[Term]:
        return [*self.inputs, self.result]

    @property
    def key(self) -> tuple[str, tuple[Mark, ...]]:
        """One relation of a rule between the same numbers is found once, however it was read."""
        return self.rule_id, tuple(term.mark for term in self.terms)

    def expected(self, values: list[float] | None = None) -> float | None:
        return self.compute(values if values is not None else [term.value for term in self.inputs])

    def holds(self, values: list[float] | None = None, printed: float | None = None) -> bool:
        """Whether the printed result can follow from the printed inputs, as exactly as they are printed."""
        values = values if values is not None else [term.value for term in self.inputs]
        printed = self.result.value if printed is None else printed
        expected = self.compute(values)
        if expected is None:
            return True
        if fits(self.result.number, printed, expected):
            return True
        if any(term.grid for term in self.inputs):
            reached = self.reach(values)
            return any(fits(self.result.number, printed, one) for one in reached) or (
                min(reached) <= printed <= max(reached)
            )
        return False

    def reach(self, values: list[float]) -> list[float]:
        """The results where each input lies at either end of what its rounding leaves open."""
        found = []
        if len(values) <= 3:
            corners: list[list[float]] = [[]]
            for term, value in zip(self.inputs, values, strict=True):
                corners = [[*corner, end] for corner in corners for end in set(term.bounds(value))]
            found = [one for corner in corners if (one := self.compute(corner)) is not None]
        else:
            for end in (0, 1):
                one = self.compute([term.bounds(value)[end] for term, value in zip(self.inputs, values, strict=True)])
                found += [one] if one is not None else []
        return found or [self.result.value]


@dataclass
class Finding:
    """A contradiction, or advice. `figures` are added when all figures are known."""

    rule_id: str
    severity: str
    mark: Mark
    published: str
    expected: str
    explanation: str
    sentence: str = ""
    where: str = ""
    slip: str = ""
    marks: list[Mark] = field(default_factory=list)
    figures: list[int] = field(default_factory=list)

    def key(self) -> tuple:
        return (self.mark.block, self.mark.place.row or 0, self.mark.place.column or 0, self.mark.start)


# The words for powers of ten, the plainest first: "m" is in "million" too.
POWERS = ((9, "billion"), (3, "thousand"))


def printed_like(number: Number, value: float) -> str:
    """A value written as a number is printed: its decimals, its thousands' commas, its sign and its unit."""
    decimals = max(number.decimals, 0)
    if number.unit == "fraction":
        return f"{value:.1f}%"
    text = f"{rounded(abs(value), decimals):,}"
    if number.decimals < 0:
        power, word = next((one for one in POWERS if one[1] in number.text.lower()), (6, "million"))
        text = f"{abs(value) / 10**power:,.{max(number.decimals + power, 0)}f} {word}"
    if value < 0 and round(abs(value), decimals):
        text = f"-{text}"
    elif number.sign > 0 or (number.sign < 0 and value > 0):
        text = f"+{text}"
    if number.unit == "percent":
        return f"{text}%"
    if number.unit == "points":
        return f"{text} percentage point{'' if text.lstrip('+-') == '1' else 's'}"
    if number.unit == "times":
        return f"{value:.1f} times" if number.is_word else f"{text} times"
    if number.unit == "money":
        return f"{text[0]}£{text[1:]}" if text[0] in "+-" else f"£{text}"
    return text


def meant_by(term: Term, value: float) -> str:
    """A value as the number of a term would print it: "fell by 24" prints no sign, and what it should be has none."""
    is_told = value < 0 and term.value < 0 and term.number.sign == 0
    return printed_like(term.number, -value if is_told else value)


def slip_between(printed: str, expected: str) -> str:
    """The slip that makes one number of another, in words; "" where it is none of the usual ones."""
    ours, theirs = digits(printed), digits(expected)
    if not ours or not theirs:
        return ""
    if ours == theirs:
        signs = ("-" in printed or "−" in printed) != ("-" in expected or "−" in expected)
        return "The sign is lost." if signs else ""
    if len(ours) == len(theirs):
        differ = [at for at in range(len(ours)) if ours[at] != theirs[at]]
        if len(differ) == 1:
            return f"One digit differs: {expected} may have been meant."
        if len(differ) == 2 and ours[differ[0]] == theirs[differ[1]] and ours[differ[1]] == theirs[differ[0]]:
            return f"Two digits are exchanged: {expected} may have been meant."
    longer, shorter = (printed, expected) if len(ours) > len(theirs) else (expected, printed)
    if is_but_a_digit_longer(longer, shorter):
        return f"A digit is {'too many' if longer == printed else 'missing'}: {expected} may have been meant."
    return ""


def is_but_a_digit_longer(longer: str, shorter: str) -> bool:
    """Whether one number is another with a digit more, the point in its place: 81.3 is no slip of 8.1."""
    long, short = (re.sub(r"[^\d.]|\.(?!\d)", "", one) for one in (longer, shorter))
    without = (long[:at] + long[at + 1 :] for at, sign in enumerate(long) if sign.isdigit())
    return len(digits(long)) == len(digits(short)) + 1 and any(one.strip(".") == short for one in without)


def digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))
