"""Superlatives against the other figures of the text: a paragraph's, a list's, and those that follow in order."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION, masked
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding
from orchestration.checking.rules.readings import GENERIC, Reader, place_of
from orchestration.checking.rules.superlatives import SUPERLATIVE, Claim
from orchestration.checking.words import stems


def beside_others(context: Context, reader: Reader, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding where no table has it, and the same paragraph gives another place a lower figure than "the lowest"."""
    block = context.document.blocks[sentence.block]
    if claim.way != "value" or claim.nth != 1 or len(claim.names) != 1 or context.tables_for(block):
        return None
    counts = [
        one
        for other in reader.sentences
        if other.block == sentence.block
        for one in other.figures
        if one.kind == kinds.VALUE and one.has_own_area and one.area and one.area != context.names.own
    ]
    name = claim.names[0]
    own = [one for one in counts if one.area == name and one.sentence == sentence.number]
    if len(own) != 1:
        return None
    others = [
        one
        for one in counts
        if one.area != name and one.period == own[0].period and is_like(one, own[0]) and not one.is_change
    ]
    # A digit makes a number ten times another at most: what lies farther is of another thing.
    past = [
        one
        for one in others
        if (one.value > own[0].value) == claim.is_high and own[0].value / 10 < one.value < own[0].value * 10
    ]
    if len({one.area for one in others}) < 2 or not past:
        return None
    first = past[0]
    word = sentence.text[claim.start : claim.end]
    return Finding(
        "rank_is_the_tables",
        ERROR,
        own[0].mark,
        f"{name}: {word}",
        first.area,
        f"The paragraph has {own[0].number.text} for {name} and {first.number.text} for {first.area}, so {name} is not "
        f"the {word}.",
        sentence.text,
        place_of(context, sentence),
        marks=[first.mark],
    )


def is_like(one: Figure, other: Figure) -> bool:
    """Whether two figures can be of one quantity: the same words, or none with one of them."""
    return one.quantity.startswith(other.quantity) or other.quantity.startswith(one.quantity)


# Words of a change that say nothing of what changed.
MILD = frozenset(
    re.findall(
        "[a-z]+",
        "notable modest slight significant substantial small sharp also marked recorded experienced reported minimal "
        "both similar further respectively between around about",
    )
)
IN_NUMBER = re.compile(r"\b(?:numerical\w*|in number|absolute|volume)\b", re.IGNORECASE)


def beside_other_changes(context: Context, reader: Reader, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding where a paragraph has a larger change of another place than "the largest decrease, at 48.1%"."""
    if claim.way not in ("rise", "fall") or claim.nth != 1 or not claim.is_high or len(claim.names) != 1:
        return None
    if IN_NUMBER.search(claim.text):
        return None
    own = [
        one
        for one in sentence.figures
        if one.kind == kinds.PERCENT_CHANGE
        and one.area == claim.names[0]
        and one.mark.start - sentence.start >= claim.end
        and not re.search(r"\d", sentence.text[claim.end : one.mark.start - sentence.start])
    ]
    if not own:
        return None
    block = [one for one in reader.sentences if one.block == sentence.block]
    for other in block:
        for one in other.figures:
            is_larger = one.kind == kinds.PERCENT_CHANGE and one.value * own[0].value > 0
            is_larger = is_larger and abs(one.value) > abs(own[0].value) and one.period == own[0].period
            if not is_larger or not one.has_own_area or one.area in (*claim.names, context.names.own):
                continue
            before = masked(other.text[: one.mark.start - other.start])
            said = set(stems(DIRECTION.sub(" ", before))) - GENERIC - MILD
            known = {word for area in context.names.places for word in stems(area)}
            known |= {word for earlier in block if earlier.number < other.number for word in stems(earlier.text)}
            if said - known:
                continue
            word = sentence.text[claim.start : claim.end]
            return Finding(
                "rank_is_the_tables",
                ERROR,
                one.mark,
                one.number.text,
                f"no more than {own[0].number.text}",
                f"The paragraph calls {own[0].number.text} of {claim.names[0]} the {word}, but has {one.number.text} "
                f"for {one.area}.",
                other.text,
                place_of(context, other),
                marks=[own[0].mark],
            )
    return None


def after_the_second(context: Context, reader: Reader, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding where a paragraph puts places behind the highest, and gives another place more than those have."""
    block = context.document.blocks[sentence.block]
    if claim.way != "value" or claim.nth != 1 or not claim.is_high or context.tables_for(block):
        return None
    sentences = [one for one in reader.sentences if one.block == sentence.block]
    counts = [
        (other, one)
        for other in sentences
        for one in other.figures
        if one.kind == kinds.VALUE and one.has_own_area and one.area not in ("", context.names.own)
    ]
    for other in sentences:
        match = re.search(r"\bfollowed by\b", other.text, re.IGNORECASE)
        if match is None or other.number not in (sentence.number, sentence.number + 1):
            continue
        second = [one for its, one in counts if its is other and one.mark.start - other.start > match.end()]
        placed = {one.area for one in second} | set(claim.names)
        for _, one in counts if second and not any(one.is_change for one in other.figures) else ():
            most = max(second, key=lambda figure: figure.value)
            if one.area in placed or one.period != most.period or not most.value * 1.15 < one.value < most.value * 10:
                continue
            return Finding(
                "rank_is_the_tables",
                ERROR,
                one.mark,
                one.number.text,
                f"less than {most.number.text}",
                f"The paragraph puts {most.area} with {most.number.text} behind the "
                f"{sentence.text[claim.start : claim.end]}, but has {one.number.text} for {one.area}.",
                sentence.text,
                place_of(context, sentence),
                marks=[most.mark],
            )
    return None


def among_listed(context: Context, sentence: Sentence, claim: Claim) -> Finding | None:
    """A finding where a sentence lists changes of places, and calls others than the first of them the largest.

    "A (+8.4%), B (+9.8%), C (+1.1%) and D (+12.6%) rose, with C and D showing the largest growth."
    """
    if claim.way == "value" or claim.nth != 1 or not claim.names:
        return None
    listed = [
        one
        for one in sentence.figures
        if one.kind == kinds.PERCENT_CHANGE
        and one.has_own_area
        and one.area not in ("", context.names.own)
        and one.mark.end - sentence.start <= claim.start
    ]
    of_area = {one.area: one for one in listed}
    if len(of_area) != len(listed) or len(listed) < len(claim.names) + 2 or not set(claim.names) <= of_area.keys():
        return None
    sign = {"rise": 1, "fall": -1}

    def order(area: str) -> float:
        value = of_area[area].value
        return value * sign[claim.way] if claim.way in sign else abs(value)

    ranked = sorted(of_area, key=order, reverse=claim.is_high)
    first = set(ranked[: len(claim.names)])
    # Ties are anybody's.
    worst = min if claim.is_high else max
    if order(worst(claim.names, key=order)) == order(ranked[len(claim.names) - 1]):
        return None
    wrong = worst(claim.names, key=order)
    other = next(area for area in ranked if area in first - set(claim.names))
    word = sentence.text[claim.start : claim.end]
    return Finding(
        "rank_is_the_tables",
        ERROR,
        of_area[wrong].mark,
        f"{' and '.join(claim.names)}: {word}",
        other,
        f"The sentence has {of_area[wrong].number.text} for {wrong} and {of_area[other].number.text} for {other}, so "
        f"{wrong} is not among the {word}.",
        sentence.text,
        place_of(context, sentence),
        marks=[of_area[other].mark],
    )


def descending(context: Context, sentence: Sentence) -> Iterator[Finding]:
    """ "Most common was cannabis (104), followed by alcohol (39) and ketamine (17)": none above the one before."""
    match = re.search(r"\bfollowed by\b", sentence.text)
    superlative = match and SUPERLATIVE.search(sentence.text[: match.start()])
    if not match or not superlative:
        return
    counts = list({one.mark: one for one in sentence.figures if one.kind in (kinds.VALUE, kinds.RATE)}.values())
    if not counts:
        # "The largest rise was in A (20.9%), followed by B (16.4%)".
        counts = [
            replace(one, value=abs(one.value))
            for one in sentence.distinct_figures
            if one.number.unit == "percent"
            and sentence.text[: one.mark.start - sentence.start].rstrip("+-").endswith("(")
        ]
    first = [one for one in counts if one.mark.end <= sentence.start + match.start()]
    rest = [one for one in counts if one.mark.start >= sentence.start + match.end()]
    if not first or not rest:
        return
    run = [first[-1], *rest]
    is_low = bool(superlative["low"])
    for before, after in pairwise(run):
        if re.search(
            r"[;.]\s+[A-Z]|\bwhile\b",
            sentence.text[before.mark.end - sentence.start : after.mark.start - sentence.start],
        ):
            return
        if (
            (after.value > before.value) != is_low
            and after.value != before.value
            and before.number.decimals == after.number.decimals
        ):
            yield Finding(
                "rank_is_the_tables",
                ERROR,
                after.mark,
                after.number.text,
                f"no more than {before.number.text}" if not is_low else f"no less than {before.number.text}",
                f"The sentence lists in order, but {after.number.text} follows {before.number.text}.",
                sentence.text,
                place_of(context, sentence),
                marks=[before.mark],
            )
            return
