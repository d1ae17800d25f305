"""Sentences that hold figures against an aim, against each other, or take a count apart: "20% above target"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.rates_and_sums import stated_sum
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.wholes import values_of

AIM = (
    r"(?:target|plan|budget|trajectory|forecast|ambition|goal|threshold|standard|allocation|expectation|establishment|"
    r"ceiling)"
)
PAST_AIM = re.compile(
    rf"\s+(?:(?P<above>above|over|ahead of|higher than|more than|in excess of|better than)|"
    rf"(?P<below>below|under|short of|behind|lower than|less than|fewer than|beneath))\s+"
    rf"(?:(?:the|its|our|their|this|that|annual|year's|agreed|planned)\s+)*{AIM}\b",
    re.IGNORECASE,
)
IS_AIM = re.compile(
    rf"\b{AIM}\s*(?:(?:for|in) (?:the year|\S+)\s*)?(?:was|is|of|at|:|\(|had been|being)\s*"
    r"(?:(?:set at|set|to reach|reach|around|about)\s+)?$",
    re.IGNORECASE,
)
# "94.2%, which is above the standard of 90% by 4.2 points".
PAST_AIM_BY = re.compile(
    rf"\b(?:(?P<above>above|over|ahead of|higher than|more than|in excess of|better than|exceed(?:ed|s|ing)?|beat|"
    rf"surpass(?:ed|es|ing)?)|(?P<below>below|under|short of|behind|lower than|less than|fewer than|beneath|"
    rf"miss(?:ed|es|ing)?))\s+(?:(?:the|its|our|their|this|that|an?|annual|year's|agreed|planned|national|local)\s+)*{AIM}\s+"
    r"(?:of\s+|at\s+|\()?£?\d[\d,.]*\s?(?:%|per\s?cent)?\)?,?\s+by\s+(?:only\s+|just\s+)?£?$",
    re.IGNORECASE,
)
# What is aimed at is not rounded, however few decimals it has.
EXACT = 1e-9
# Below this, parts that overlap make a slip of one digit by chance.
LARGE = 1000
OF_THESE = re.compile(r"^\W*(?:Of|Among|Out of)\s+(?:these|those|them|this(?: number| total)?)\b", re.IGNORECASE)
THE_REST = re.compile(
    r"\b(?:the (?:rest|remainder|others?)|the (?:remaining|other)|remaining|all the others)\s+(?:\([^()\d]*)?$", re.I
)
SET_AGAINST = re.compile(
    r"[^.;:(),]{0,60}?\b(?:was|were|is|are|remains|remained)\s+(?:(?:much|far|slightly|well|still|also|significantly|"
    r"somewhat|considerably|a little|rather)\s+)*"
    r"(?:(?P<above>higher|larger|greater|bigger|more|longer|faster|steeper)|"
    r"(?P<below>lower|smaller|less|fewer|shorter|slower))\s+than\s+"
    r"(?:(?:that|those|the|what|it|in|of|for|was|were|one|year|years|before|previous|a|seen|recorded|figure|rise|fall|"
    r"increase|decrease|reduction)\s+)*(?:[A-Z][\w'’]+\s+){0,2}(?:(?:19|20)\d\d(?:\s?/\s?\d\d)?\s*)?\(\s*[+-]?\s*",
)


def against_aims(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "1,250 against a target of 1,000, 25% above target": the distance from the aim that stands before it."""
    for at, sentence in enumerate(reader.sentences):
        for figure in sentence.distinct_figures:
            end = figure.mark.end - sentence.start
            start = figure.mark.start - sentence.start
            past = PAST_AIM.match(sentence.text, end) or PAST_AIM_BY.search(sentence.text[:start])
            if past is None or figure.number.unit not in ("percent", "points", "plain"):
                continue
            here = [
                one
                for other in reader.sentences[max(at - 1, 0) : at + 1]
                if other.block == sentence.block
                for one in other.figures
                if one.mark != figure.mark and one.number.unit in ("plain", "money", "percent")
            ]
            aims = [one for one in here if is_aim(reader, sentence, one)]
            if len(aims) != 1:
                continue
            values = [one for one in here if one is not aims[0] and one.unit_class == aims[0].unit_class]
            values = [one for one in values if one.kind == aims[0].kind and one.mark != aims[0].mark]
            percent = figure.number.unit == "percent" and aims[0].unit_class != "percent"
            kind = sums.PERCENT if percent else sums.DIFFERENCE
            if figure.number.unit == "percent" and not percent:
                continue
            relations, exact = [], replace(term_of(aims[0]), grid=EXACT)
            for one in {value.mark: value for value in values}.values():
                term = term_of(figure)
                signed = abs(figure.value) * (1 if past["above"] else -1)
                term = term.signed(signed)
                relation = sums.change_relation(
                    exact, term_of(one), term, kind, place_of(context, sentence), sentence.text
                )
                relations.append(in_words_of_aims(relation))
            held = next((one for one in relations if one.holds()), None)
            if held is not None:
                yield held
            elif len(relations) == 1 and (percent or figure.unit_class == aims[0].unit_class):
                yield relations[0]


def in_words_of_aims(relation: Relation) -> Relation:
    """The relation of a value to its aim, told as a distance and as no rise or fall."""
    (aim, value), distance = relation.inputs, relation.result

    def size(expected: float) -> str:
        return printed_like(distance.number, abs(expected))

    def shape(expected: float) -> str:
        is_same_side = expected * distance.value > 0
        return size(expected) if is_same_side else f"{size(expected)} {'above' if expected > 0 else 'below'}"

    def explain(expected: float) -> str:
        side = "above" if expected > 0 else "below"
        said = size(distance.value)
        if expected * distance.value < 0:
            said = f"{said} {'above' if distance.value > 0 else 'below'}"
        return f"{value.text} is {size(expected)} {side} {aim.text}, not {said}."

    relation.explain, relation.shape = explain, shape
    return relation


def is_aim(reader: Reader, sentence: Sentence, figure: Figure) -> bool:
    text = reader.context.document.blocks[figure.mark.block].text
    return bool(IS_AIM.search(text[: figure.mark.start]))


def of_these(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "1,250 kits. Of these, 820 … and 430 …": parts of the count before, where the slip is plain.

    The parts need not be all, and may overlap: only "the rest", two exchanged digits, or one digit that makes the parts
    of a large whole more than it, make it sure.
    """
    for before, sentence in zip(reader.sentences, reader.sentences[1:], strict=False):
        opening = OF_THESE.match(sentence.text)
        wholes = [one for one in values_of(before) if one.role != "old" and not is_aim(reader, before, one)]
        if opening is None or before.block != sentence.block or not wholes:
            continue
        whole = wholes[0]
        parts = [one for one in values_of(sentence) if one.role != "old" and one.number.unit == whole.number.unit]
        parts = list({one.mark: one for one in parts}.values())
        text = sentence.text[opening.end() :]
        if len(wholes) != 1 or not 2 <= len(parts) <= 5 or len(parts) != len(re.findall(r"\d[\d,]*", text)):
            continue
        if any(is_nested(sentence, one, other) for one, other in pairwise(parts)):
            continue
        relation = stated_sum(parts, whole, place_of(context, sentence), sentence.text)
        expected = relation.expected() or 0.0
        last = parts[-1]
        left = sentence.text[: last.mark.start - sentence.start]
        slips = [slip_between(one.number.text, f"{one.value + whole.value - expected:,.0f}") for one in parts]
        is_above = whole.value >= LARGE and expected > whole.value and any(slips)
        if relation.holds() or THE_REST.search(left) or any("exchanged" in slip for slip in slips) or is_above:
            yield relation


def is_nested(sentence: Sentence, one: Figure, other: Figure) -> bool:
    """Whether a part has parts of its own, or may overlap with the one before it: "820 men, of whom 340 …"."""
    between = sentence.text[one.mark.end - sentence.start : other.mark.start - sentence.start]
    return bool(re.search(r"\bof (?:whom|which|them|these)\b|\bincluding\b|\balso\b|[(]", between, re.I))


def set_against(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "The increase of 3 was smaller than that of 2023 (5)": the two figures that a sentence compares."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for one, other in pairwise(figures):
            between = sentence.text[one.mark.end - sentence.start : other.mark.start - sentence.start]
            match = SET_AGAINST.fullmatch(between)
            if (
                match is None
                or re.search(r"\b(?:not|never|no|if|England|national(?:ly)?|regional)\b", between)
                or one.number.unit != other.number.unit
                or one.kind == kinds.COUNT_OF_AREAS
                or not re.match(r"\s*\)", sentence.text[other.mark.end - sentence.start :])
            ):
                continue
            first, second = (abs(one.value), abs(other.value)) if one.is_change else (one.value, other.value)
            if first == second or (first > second) == bool(match["above"]):
                continue
            word = "more" if first > second else "less"
            yield Finding(
                "comparison_fits_figures",
                ERROR,
                one.mark,
                f"{one.number.text}, {match['above'] or match['below']} than {other.number.text}",
                f"{word} than {other.number.text}",
                f"{one.number.text} is {word} than {other.number.text}.",
                sentence.text,
                place_of(context, sentence),
                marks=[other.mark],
            )
