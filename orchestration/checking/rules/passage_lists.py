"""Lists of parts and the whole that they make: "93 matters: 31 about food, 24 about showers and 38 about care"."""

import re
from collections.abc import Iterator

from orchestration.checking.directions import masked
from orchestration.checking.findings import Relation, Term, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.passages import Item, Passage, may_be_slip

PARAGRAPH = r"^\W*(?:\d+(?:\.\d+)+\s+)?"
OF_THESE = re.compile(
    rf"{PARAGRAPH}(?:(?:of|among) (?:these|them|those|this|which|whom)|(?:these|they) (?:were|are|comprised?))\b",
    re.IGNORECASE,
)
OF_WHOLE = re.compile(rf"{PARAGRAPH}(?:of|out of|among)\s+(?:(?:the|these|those|all|our|its)\s+)*£?$", re.IGNORECASE)
WITHIN = re.compile(
    r":|\b(?:of (?:which|whom|these|this|them)|made up of|consist(?:s|ed|ing) of|compris\w+|split (?:between|into))\b",
    re.IGNORECASE,
)
NO_LIST = re.compile(
    r"\b(?:than|from|against|compared|target|plan\w*|budget\w*|since|each|per|average|least|most|including|also|up|down|"
    r"rose|fell|increase\w*|decrease\w*|every|a (?:day|week|month|year)|of (?:whom|which|them|these|those))\b",
    re.IGNORECASE,
)
BETWEEN_PARTS = re.compile(r",|;|\band\b", re.IGNORECASE)
SHARE_BESIDE = re.compile(r"[^.;:()\d]{0,40}(?:\(\s*|,?\s+or\s+|,\s+)", re.IGNORECASE)
LEAST_PARTS = 3
# How far, in parts of the whole, the sum of all its parts can be from it.
NEAR, LITTLE = 0.25, 0.05


def lists(passage: Passage) -> Iterator[list[Relation]]:
    """For each list of numbers the wholes that it may be of, the likeliest first."""
    items = passage.items
    wholes: list[tuple[Item, tuple[Item, ...]]] = []
    if OF_THESE.match(passage.text):
        wholes = [(one, items) for one in passage.before]
    for at, one in enumerate(items[:-1]):
        if WITHIN.search(passage.gap(one, items[at + 1])):
            wholes += [(whole, items[at + 1 :]) for whole in items[at::-1]]
    if items and OF_WHOLE.search(passage.text[: items[0].start]):
        wholes.append((items[0], items[1:]))
    options = []
    for whole, rest in wholes:
        parts = parts_of(passage, rest, whole) if whole.is_amount and rest else []
        if len(parts) < 2 or NO_LIST.search(masked(passage.text[rest[0].start :])):
            continue
        made = sum(one.value for one in parts)
        is_near = abs(made - whole.value) <= NEAR * whole.value and len(parts) >= LEAST_PARTS
        is_beyond = max(one.value for one in parts) > whole.value and OF_WHOLE.search(passage.text[: whole.start])
        # "Of the 240, 100 came late, 60 were ill and 40 were not told": some may be left out.
        is_all = made >= whole.value or ":" in passage.text[whole.end : rest[0].start]
        # "Of the 2,415 fires 1,050 were primary and 1,410 secondary": two parts that are a little too much.
        is_plain = not any(one.has_share for one in parts)
        is_over = (
            is_plain
            and whole.value < made <= (1 + LITTLE) * whole.value
            and OF_WHOLE.search(passage.text[: whole.start])
        )
        if (is_near and is_all) or is_beyond or is_over:
            options.append(list_relation(passage, whole, parts))
    if options:
        yield options


def parts_of(passage: Passage, items: tuple[Item, ...], whole: Item) -> list[Item]:
    """The numbers of a list, without the shares beside them; none where something else stands among them."""
    parts: list[Item] = []
    for at, one in enumerate(items):
        if one.unit == "P" and parts and SHARE_BESIDE.fullmatch(passage.gap(items[at - 1], one)):
            continue
        between = re.sub(r"\([^()]*\)", "", passage.text[parts[-1].end : one.start]) if parts else ","
        if one.unit != whole.unit or not one.is_amount or not BETWEEN_PARTS.search(between):
            return []
        parts.append(one)
    return parts


def list_relation(passage: Passage, whole: Item, parts: list[Item]) -> Relation:
    """Parts and their whole: told of the one part that a slip explains, or else of the whole."""
    terms = [one.term for one in parts]
    left = whole.value - sum(one.value for one in terms)
    slips = [one for one in parts if left and may_be_slip(one.term, one.value + left)]
    exchanged = [one for one in slips if "exchanged" in slip_between(one.term.text, one.printed(one.value + left))]
    is_of_whole = may_be_slip(whole.term, whole.value - left) and max(one.value for one in parts) <= whole.value
    slips = exchanged or ([] if is_of_whole else slips)
    if len(slips) != 1:
        return sums.sum_relation(terms, sums.as_rounded(whole.term), passage.where, "The parts", passage.text)
    return part_relation(passage, whole, slips[0], [one.term for one in parts if one is not slips[0]])


def part_relation(passage: Passage, whole: Item, part: Item, others: list[Term]) -> Relation:
    def explain(expected: float) -> str:
        without = " and ".join(one.text for one in others)
        return f"{whole.term.text} without {without} is {part.printed(expected)}, not {part.term.text}."

    def solve(at: int, values: list[float], result: float) -> float:
        return result + sum(values[1:]) if at == 0 else values[0] - result - sum(values[1:]) + values[at]

    return Relation(
        "parts_equal_total",
        [sums.as_rounded(one) for one in (whole.term, *others)],
        part.term,
        lambda values: values[0] - sum(values[1:]),
        explain,
        passage.where,
        passage.text,
        solve=solve,
    )
