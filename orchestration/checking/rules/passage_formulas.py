"""How the numbers of a passage follow from each other: a formula for each way in which they stand together."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from orchestration.checking.directions import ANY_WAY, DIRECTION, masked
from orchestration.checking.figures import PERCENT_CHANGE
from orchestration.checking.findings import Relation
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.passages import Item, Passage

Numbers = dict[str, Item]
# "Up 3%", "a rise of 7.2%": a change, and no share.
CHANGES_BEFORE = re.compile(rf"\b(?:{ANY_WAY}|change|changed)\b[^.;()\d]{{0,25}}$", re.IGNORECASE)
# "£30,000 (2.4%) over budget": a distance, and no share.
BEYOND = re.compile(r"\)?\s*(?:over|under|above|below|more|fewer|less|higher|lower|up|down)\b", re.IGNORECASE)
# "15.7 per cent of the five groups (13.7 per cent in 2023/24)": of what there is a share, and no part.
OF_WHICH = re.compile(
    r"(?:%|\bper ?cent|\bhalf|\bthirds?|\bquarters?|\bfifths?|\bshare|\bproportion|\bmajority) of\s+"
    r"(?:(?:all|the|these|those|its|our|their)\s+)*$",
    re.IGNORECASE,
)
# "Leaving 34 who did not answer and 10 who refused": not all that is left.
ONE_MORE = re.compile(r"[^.;:⟦]*\band\b[^.;:⟦]*⟦[CM]", re.IGNORECASE)
# "Two more than the 90 of last year": what a value is held against is no value of which a gap is told.
HELD_AGAINST = re.compile(
    r"\b(?:than|below|above|under|over|on|from|against|behind|of)\s+(?:(?:the|our|its|their)\s+)?(?:[a-z]+\s+){0,2}\(?£?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Formula:
    """`compute` gives the last of the numbers named from the others, `solve` one of those from the rest."""

    rule_id: str
    names: tuple[str, ...]
    compute: Callable[[list[float]], float | None]
    solve: Callable[[int, list[float], float], float | None]
    explain: Callable[[Numbers, str], str]
    is_apt: Callable[[Passage, Numbers], bool]

    def relation(self, passage: Passage, of: Numbers) -> Relation:
        *inputs, result = (of[name] for name in self.names)
        return Relation(
            self.rule_id,
            [sums.as_rounded(one.term) for one in inputs],
            result.term,
            self.compute,
            lambda expected: f"{self.explain(of, result.printed(expected))}, not {result.term.text}.",
            passage.where,
            passage.text,
            solve=self.solve,
        )


def is_change(passage: Passage, item: Item) -> bool:
    before = masked(passage.text[: item.start])
    return item.figure.kind == PERCENT_CHANGE or CHANGES_BEFORE.search(before[-60:]) is not None


def is_share(passage: Passage, of: Numbers) -> bool:
    part, whole, share = of["part"], of["whole"], of["share"]
    is_one_kind = part.unit == whole.unit and whole.is_amount and whole.value >= part.value
    between = masked(passage.gap(part, share)) if part.start < share.start else ""
    # "88 more people (5.3%) than in 2024", "£30,000 (2.4%) over budget".
    if (
        OF_WHICH.search(passage.text[: part.start])
        or DIRECTION.search(between)
        or BEYOND.match(passage.text, share.end)
    ):
        return False
    return is_one_kind and not is_change(passage, share) and not whole.has_share


def is_rest(passage: Passage, of: Numbers) -> bool:
    whole, part, rest = of["whole"], of["part"], of["rest"]
    if len({one.unit for one in of.values()}) > 1 or whole.value <= max(part.value, rest.value):
        return False
    if ONE_MORE.match(passage.encoded, passage.encoded.index(f"{passage.items.index(rest)}⟧") + 2):
        return False
    # "£96,000 goes to wardens, £58,000 to cameras and £35,000 to youth work, which leaves £25,000".
    return whole.start > rest.start or len(alike(passage, rest, rest)) == len((whole, part))


def alike(passage: Passage, item: Item, behind: Item) -> list[Item]:
    """The numbers before one that are of the unit of another."""
    return [one for one in passage.nearest_before(behind) if one.is_exact and one.unit == item.unit]


def is_one_older(passage: Passage, of: Numbers) -> bool:
    """Whether of two values of a unit one is said to be of before."""
    value, other = of["value"], of["other"]
    return value.unit == other.unit and (other.figure.role == "old") != (value.figure.role == "old")


def is_gap(passage: Passage, of: Numbers) -> bool:
    value, other, apart = of["value"], of["other"], of["apart"]
    ahead = passage.text[: value.start] if value in passage.items else ""
    if value.figure.number.is_word or HELD_AGAINST.search(ahead):
        return False
    if value.unit == "P":
        return other.unit == "P" and apart.unit in "QC"
    return value.unit == other.unit == apart.unit and value.unit in "CM"


def is_gap_of_two(passage: Passage, of: Numbers) -> bool:
    """Whether no other two numbers before a gap can be meant."""
    return is_gap(passage, of) and len(alike(passage, of["value"], of["apart"])) == len((of["value"], of["other"]))


def is_change_of_two(passage: Passage, of: Numbers) -> bool:
    """Whether no other two numbers before a change can be meant, and one of them is said to be the older."""
    near = alike(passage, of["value"], of["change"])
    return of["value"].is_amount and len(near) == len((of["value"], of["other"])) and is_one_older(passage, of)


def is_average(passage: Passage, of: Numbers) -> bool:
    amount, number, each = of["amount"], of["number"], of["each"]
    is_of_amount = amount.unit == each.unit and number.unit == "C"
    return is_of_amount and amount.value > each.value and amount.value > number.value > 1


def is_changed(passage: Passage, of: Numbers) -> bool:
    amount, end = of["amount"], of["end"]
    return amount.unit == end.unit and end.value > amount.value


def quotient(values: list[float]) -> float | None:
    return values[0] / values[1] if values[1] else None


def of_both(values: list[float]) -> float | None:
    return values[0] / (values[0] + values[1]) * 100 if values[0] + values[1] else None


def solve_both(at: int, values: list[float], result: float) -> float | None:
    one = result / 100
    if not 0 < one < 1:
        return None
    return values[1] * one / (1 - one) if at == 0 else values[0] * (1 - one) / one


def apart(sign: int) -> tuple[Callable[[list[float]], float], Callable[[int, list[float], float], float]]:
    """How far a value is from another: above it for 1, below it for -1, either way for 0."""

    def compute(values: list[float]) -> float:
        return sign * (values[0] - values[1]) if sign else abs(values[0] - values[1])

    def solve(at: int, values: list[float], result: float) -> float:
        way = sign or (1 if values[0] > values[1] else -1)
        return values[1] + way * result if at == 0 else values[0] - way * result

    return compute, solve


def of_end(way: int) -> tuple[Callable[[list[float]], float | None], Callable[[int, list[float], float], float | None]]:
    """An amount in per cent of the value before it came: the new value with a fall, or without a rise."""

    def compute(values: list[float]) -> float | None:
        before = values[1] - way * values[0]
        return values[0] / before * 100 if before > 0 else None

    def solve(at: int, values: list[float], result: float) -> float | None:
        part = result / 100
        if at == 0:
            return values[1] * part / (1 + way * part) if way * part != -1 else None
        return values[0] / part + way * values[0] if part else None

    return compute, solve


def percent_apart(values: list[float]) -> float | None:
    return abs(values[1] - values[0]) / values[0] * 100 if values[0] else None


def solve_percent(at: int, values: list[float], result: float) -> float | None:
    way = 1 if values[1] > values[0] else -1
    if at == 1:
        return values[0] * (1 + way * result / 100)
    return values[1] / (1 + way * result / 100) if way * result != -100 else None


def text(of: Numbers, name: str) -> str:
    return of[name].term.text


def gap_formula(sign: int) -> Formula:
    compute, solve = apart(sign)

    def is_apt(passage: Passage, of: Numbers) -> bool:
        # "93% came to the first. The second is still seven short of 40%": the 93 is of something else.
        is_this_way = compute([of["value"].value, of["other"].value]) > 0
        return is_gap(passage, of) and (is_this_way or of["value"] in passage.items)

    return Formula(
        "change_follows_from_values",
        ("value", "other", "apart"),
        compute,
        solve,
        lambda of, expected: f"From {text(of, 'other')} to {text(of, 'value')} is {expected}",
        is_apt,
    )


def change_formula(way: int) -> Formula:
    compute, solve = of_end(way)
    return Formula(
        "change_follows_from_values",
        ("amount", "end", "change"),
        compute,
        solve,
        lambda of, expected: (
            f"{text(of, 'amount')} of {of['end'].printed(of['end'].value - way * of['amount'].value)} is {expected}"
        ),
        is_changed,
    )


def a_time(times: int, called: str) -> Formula:
    """An amount of a year over its months or weeks."""
    return Formula(
        "ratio_follows_from_counts",
        ("amount", "each"),
        lambda values: values[0] / times,
        lambda at, values, result: result * times,
        lambda of, expected: f"{text(of, 'amount')} over {times} {called} is {expected}",
        # "£48,000 a year, or £4,200 a month with what the employer pays": money can be more than its twelfth.
        lambda passage, of: of["amount"].unit == of["each"].unit == "C" and of["amount"].value > of["each"].value,
    )


SHARE = Formula(
    "share_follows_from_counts",
    ("part", "whole", "share"),
    sums.share,
    sums.solve_share,
    lambda of, expected: f"{text(of, 'part')} of {text(of, 'whole')} is {expected}",
    is_share,
)
PERCENT = Formula(
    "change_follows_from_values",
    ("other", "value", "change"),
    percent_apart,
    solve_percent,
    lambda of, expected: f"From {text(of, 'other')} to {text(of, 'value')} is a change of {expected}",
    lambda passage, of: of["value"].unit == of["other"].unit and of["other"].value > 0,
)
FORMULAS = {
    "share": SHARE,
    # A share of a target or a capacity, which may be more than all of it.
    "of_aim": replace(SHARE, is_apt=lambda passage, of: of["part"].unit == of["whole"].unit),
    "left_share": Formula(
        "share_follows_from_counts",
        ("part", "whole", "share"),
        sums.rest,
        lambda at, values, result: (
            values[1] * (1 - result / 100) if at == 0 else (values[0] / (1 - result / 100) if result != 100 else None)
        ),
        lambda of, expected: f"{text(of, 'whole')} without {text(of, 'part')} leaves {expected}",
        lambda passage, of: of["part"].unit == of["whole"].unit and of["whole"].value > of["part"].value,
    ),
    "a_month": a_time(12, "months"),
    "a_week": a_time(52, "weeks"),
    "both": Formula(
        "share_follows_from_counts",
        ("part", "rest", "share"),
        of_both,
        solve_both,
        lambda of, expected: f"{text(of, 'part')} of {text(of, 'part')} and {text(of, 'rest')} is {expected}",
        lambda passage, of: of["part"].unit == of["rest"].unit,
    ),
    "rest": Formula(
        "parts_equal_total",
        ("whole", "part", "rest"),
        lambda values: values[0] - values[1],
        lambda at, values, result: result + values[1] if at == 0 else values[0] - result,
        lambda of, expected: f"{text(of, 'whole')} without {text(of, 'part')} is {expected}",
        is_rest,
    ),
    "average": Formula(
        "ratio_follows_from_counts",
        ("amount", "number", "each"),
        quotient,
        lambda at, values, result: result * values[1] if at == 0 else (values[0] / result if result else None),
        lambda of, expected: f"{text(of, 'amount')} over {text(of, 'number')} is {expected}",
        is_average,
    ),
    "sum": Formula(
        "parts_equal_total",
        ("part", "rest", "whole"),
        lambda values: values[0] + values[1],
        lambda at, values, result: result - values[1 - at],
        lambda of, expected: f"{text(of, 'part')} and {text(of, 'rest')} make {expected}",
        lambda passage, of: of["part"].unit == of["rest"].unit == of["whole"].unit,
    ),
    "percent": PERCENT,
    "percent_of_two": replace(PERCENT, is_apt=is_change_of_two),
    "more": gap_formula(1),
    "less": gap_formula(-1),
    "apart": gap_formula(0),
    "between": replace(gap_formula(0), is_apt=is_gap_of_two),
    "rise": change_formula(1),
    "fall": change_formula(-1),
    "of_old": change_formula(0),
}
