"""Parts that a sentence lists beside their whole, where a usual slip explains that they do not make it.

A list may leave parts out. So nothing is told of a sum that only misses its whole: one number has to be a slip.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Relation, digits, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.rates_and_sums import FURTHER
from orchestration.checking.rules.readings import Reader, place_of, term_of

LEAST_PARTS = 2
# With so many digits another digit is no chance.
LEAST_CHANGED = 4
OPENED = re.compile(
    r"[^.;:()\d]{0,60}"
    r"(?::|,?\s+(?:of which|of whom|of these|made up of|comprising|consisting of|divided into|split into))"
    r"\s+(?:[a-z-]+\s+){0,3}?£?$",
    re.IGNORECASE,
)
IN_ALL = re.compile(
    r"(?:\s+[a-z-]+){0,3}\s+(?:in all|in total|altogether|in the whole)\b|\s+(?:together|combined)\b", re.IGNORECASE
)
MAKES = re.compile(r"\b(?:number|make|total|totalling|come to|came to|a total of|add up to|added up to)\s+£?$", re.I)
# What stands between two parts: words, a share in a bracket, a comma or "and".
BETWEEN = re.compile(
    r"\)?(?:\s*\([^()]*\))?[^.;:()\d]{0,60}(?:\([^()]*\))?[^.;:()\d]{0,30}(?:,|\band\b|;)[^.;:()\d]{0,40}\(?£?",
    re.IGNORECASE,
)
NESTED = re.compile(
    r"\b(?:of (?:whom|which|them|these|those)|including|also|both|at least|compared|than|against|another|"
    r"(?:up|down|rose|fell|increased|decreased|grew) (?:by|from|to)|more|fewer|less|each|every|per|average|overlap\w*|"
    r"either|or)\b",
    re.IGNORECASE,
)
REST = re.compile(
    r"\b(?:the|its|their)\s+(?:remaining|other|rest)\b(?:\s+(?:of\s+)?(?:the\s+)?[a-z]+){0,4}?\s+"
    r"(?:had|took|has|have|were|received|saw|made|with)\s+£?$",
    re.IGNORECASE,
)


def is_part(figure: Figure) -> bool:
    number = figure.number
    is_kind = number.unit in ("plain", "money") and not number.about and figure.role != "old"
    return is_kind and figure.kind not in ("ratio", "rate", "rank")


def in_brackets(sentence: Sentence, figure: Figure) -> bool:
    """Whether a figure stands in a bracket, beside another."""
    before = sentence.text[: figure.mark.start - sentence.start]
    return before.rfind("(") > before.rfind(")") and re.search(r"\d[^()]*\([^()]*$", before[-25:]) is not None


def listed_parts(context: Context, reader: Reader, told: set[Mark]) -> Iterator[Finding]:
    """ "£6.5 million: £3.2 million from A, … and £0.7 million from D"; "13,097 and 2,245 together make 15,342"."""
    for sentence in reader.sentences:
        values = [one for one in sentence.distinct_figures if is_part(one) and not in_brackets(sentence, one)]
        found = next(iter(wholes_first(sentence, values)), None) or next(iter(wholes_last(sentence, values)), None)
        if found is None or any(one.mark in told for one in (found[0], *found[1])):
            continue
        if (finding := slip_in(context, sentence, *found)) is not None:
            yield finding


def wholes_first(sentence: Sentence, values: list[Figure]) -> Iterator[tuple[Figure, list[Figure]]]:
    for at, whole in enumerate(values[:-LEAST_PARTS]):
        parts = values[at + 1 :]
        opened = sentence.text[whole.mark.end - sentence.start : parts[0].mark.start - sentence.start]
        if len(parts) > LEAST_PARTS and OPENED.fullmatch(opened) and are_listed(sentence, parts):
            yield whole, parts


# "18 for other reasons", "six others", "nine elsewhere": with these a list has left nothing out.
LEFT_OVER = re.compile(
    r"(?:\s+(?!and\b)[a-z]+){0,3}?\s+"
    r"(?:others?|elsewhere|something else|some other|(?:was|were) not (?:known|recorded|stated))\b",
    re.IGNORECASE,
)
OF_THESE = re.compile(
    r"(?:^|[;,.]\s+)(?:and\s+)?of\s+(?:these|whom|which|those|them),?\s+(?:[a-z]+\s+){0,2}$", re.IGNORECASE
)
# How far the parts may be from the whole to be meant as all of it.
NEAREST, FARTHEST = 0.8, 1.25


def lists_that_end(context: Context, reader: Reader, told: set[Mark]) -> Iterator[Finding]:
    """ "196 patients …; of these 88 waited for A, 61 for B and 47 for other reasons": nothing is left out."""
    for sentence in reader.sentences:
        values = [one for one in sentence.distinct_figures if is_part(one) and not in_brackets(sentence, one)]
        values = [one for one in values if one.number.unit != "percent"]
        for at, first in enumerate(values):
            parts = values[at:]
            opened = OF_THESE.search(sentence.text[: first.mark.start - sentence.start])
            if at == 0 or opened is None or len(parts) <= LEAST_PARTS or not are_listed(sentence, parts):
                continue
            whole, made = values[0], sum(abs(one.value) for one in parts)
            is_all = LEFT_OVER.match(sentence.text, parts[-1].mark.end - sentence.start)
            is_near = whole.value and NEAREST <= made / whole.value <= FARTHEST
            if not is_all or not is_near or made == whole.value or at != 1 or told & {one.mark for one in values}:
                continue
            parts_said = " + ".join(one.number.text for one in parts)
            right = printed_like(whole.number, made)
            yield Finding(
                "parts_equal_total",
                ERROR,
                whole.mark,
                whole.number.text,
                right,
                f"The parts in the sentence make {right} ({parts_said}), not {whole.number.text}.",
                sentence.text,
                place_of(context, sentence),
                slip_of(whole, made),
                [one.mark for one in parts],
            )


def wholes_last(sentence: Sentence, values: list[Figure]) -> Iterator[tuple[Figure, list[Figure]]]:
    if len(values) <= LEAST_PARTS:
        return
    *parts, whole = values
    before, behind = (
        sentence.text[: whole.mark.start - sentence.start],
        sentence.text[whole.mark.end - sentence.start :],
    )
    joined = before[parts[-1].mark.end - sentence.start :]
    if FURTHER.search(before[: parts[0].mark.start - sentence.start]):
        # "A further 118 ended in a caution and 94 in a resolution, so that 463 in all …": some were told before.
        return
    if are_listed(sentence, parts) and (IN_ALL.match(behind) or MAKES.search(before)) and not NESTED.search(joined):
        yield whole, parts


def are_listed(sentence: Sentence, parts: list[Figure]) -> bool:
    """Whether figures are one list, whose last two "and" joins, and no part is a part of another."""
    text, start = sentence.text, sentence.start
    between = [text[one.mark.end - start : other.mark.start - start] for one, other in pairwise(parts)]
    is_joined = bool(between) and re.search(r"\band\b", between[-1]) is not None
    return is_joined and all(BETWEEN.fullmatch(one) and not NESTED.search(one) for one in between)


def slip_in(context: Context, sentence: Sentence, whole: Figure, parts: list[Figure]) -> Finding | None:
    """A finding if a slip in one number of a list would make it agree; None if it agrees, or no slip explains it."""
    units = {(one.number.unit, max(one.number.decimals, 0)) for one in (whole, *parts)}
    made = sum(abs(one.value) for one in parts)
    if (
        len({unit for unit, _ in units}) > 1
        or whole.number.fits(made)
        or whole.value <= max(abs(one.value) for one in parts)
    ):
        return None
    meant = [(whole, made), *((one, whole.value - made + abs(one.value)) for one in parts)]
    found = [(one, value) for one, value in meant if value > 0 and is_slip(one, value)]
    exchanged = [one for one in found if "exchanged" in slip_of(*one)]
    found = exchanged or found
    if not found:
        return None
    # Where several could be the slip, the sum is told.
    figure, value = found[0] if len(found) == 1 else (whole, made)
    right = printed_like(figure.number, value)
    parts_said = " + ".join(one.number.text for one in parts)
    return Finding(
        "parts_equal_total",
        ERROR,
        figure.mark,
        figure.number.text,
        right,
        f"{parts_said} is {printed_like(whole.number, made)}, not {whole.number.text}.",
        sentence.text,
        place_of(context, sentence),
        slip_of(figure, value),
        [one.mark for one in (whole, *parts) if one is not figure],
    )


def slip_of(figure: Figure, value: float) -> str:
    return slip_between(figure.number.text, printed_like(figure.number, value))


def is_slip(figure: Figure, value: float) -> bool:
    slip, size = slip_of(figure, value), len(digits(figure.number.text))
    is_as_long = len(digits(printed_like(figure.number, value))) == size
    least = 3 if "exchanged" in slip else LEAST_CHANGED
    return bool(slip) and is_as_long and size >= least and not figure.number.is_word


def rests(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "402,600 visits … A had 118,200 and B 97,400; the remaining three had 187,000": what the others leave."""
    for at, sentence in enumerate(reader.sentences):
        values = [one for one in sentence.distinct_figures if is_part(one) and not in_brackets(sentence, one)]
        for number, rest in enumerate(values):
            named = [one for one in values[:number] if one.number.unit == rest.number.unit and not one.is_change]
            named = [one for one in named if not one.number.is_word]
            if not named or not REST.search(sentence.text[: rest.mark.start - sentence.start]):
                continue
            before = [one for one in reader.sentences[max(at - 2, 0) : at] if one.block == sentence.block]
            others = [one for other in before for one in other.distinct_figures if is_part(one) and not one.is_change]
            wholes = [one for one in others if one.value > sum(part.value for part in named)][:1] or named[:1]
            parts = named if wholes[0] is not named[0] else named[1:]
            left = wholes[0].value - sum(abs(one.value) for one in parts)
            if not parts or left <= 0 or rest.number.fits(left) or not is_slip(rest, left):
                continue
            right = printed_like(rest.number, left)
            yield Finding(
                "parts_equal_total",
                ERROR,
                rest.mark,
                rest.number.text,
                right,
                f"{wholes[0].number.text} less {' and '.join(one.number.text for one in parts)} leaves {right}.",
                sentence.text,
                place_of(context, sentence),
                slip_of(rest, left),
                [one.mark for one in (wholes[0], *parts)],
            )


COVERED = re.compile(
    r"[^.;:()\d]{0,40}\b(?:covers?|covered|meets?|met|pays?|paid for|funds?|funded|represents?|represented|"
    r"made up|makes up|accounts? for|accounted for|equals?|amounts? to|amounted to)\s+(?:only\s+|just\s+)?$",
    re.IGNORECASE,
)
OF_THE = re.compile(r"\s+of\s+(?:(?:the|our|its|all)\s+)?(?:[a-z]+\s+){0,2}?(?:of\s+)?£?$", re.IGNORECASE)


def shares_of_wholes(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Fees of £0.31 million covered 15% of the £2.07 million": a part, its share and its whole, in that order."""
    for sentence in reader.sentences:
        figures, start = sentence.distinct_figures, sentence.start
        for part, share, whole in zip(figures, figures[1:], figures[2:], strict=False):
            if share.number.unit != "percent" or share.number.about or not (is_part(part) and is_part(whole)):
                continue
            first = sentence.text[part.mark.end - start : share.mark.start - start]
            second = sentence.text[share.mark.end - start : whole.mark.start - start]
            is_said = COVERED.fullmatch(first) and OF_THE.fullmatch(second)
            if is_said and part.number.unit == whole.number.unit and 0 < part.value < whole.value:
                where = place_of(context, sentence)
                yield sums.share_relation(term_of(part), term_of(whole), term_of(share), where, sentence.text)


OF_THIS = re.compile(
    r"\s+of\s+(?:this|that|it|them|these)(?:\s+(?:sum|amount|total|cost|money))?\s*(?:[.,;]|$)", re.IGNORECASE
)


def shares_of_this(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "We spent £2.07 million. Fees of £0.31 million covered 15% of this": the first number of the sentence before."""
    for before, sentence in pairwise(reader.sentences):
        figures, start = sentence.distinct_figures, sentence.start
        wholes = [one for one in before.distinct_figures if is_part(one) and not one.is_change]
        if before.block != sentence.block or not wholes or not figures:
            continue
        for part, share in pairwise(figures):
            first = sentence.text[part.mark.end - start : share.mark.start - start]
            is_said = COVERED.fullmatch(first) and OF_THIS.match(sentence.text, share.mark.end - start)
            if not is_said or share.number.unit != "percent" or not is_part(part):
                continue
            whole = wholes[0]
            if whole.number.unit == part.number.unit and 0 < part.value < whole.value:
                where = place_of(context, sentence)
                yield sums.share_relation(term_of(part), term_of(whole), term_of(share), where, sentence.text)
