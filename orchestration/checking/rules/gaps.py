"""Two groups beside each other: "a gap of 17.1 percentage points", "higher among A (71.4%) than among B (54.3%)"."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Relation, Term, printed_like
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of

GAP = re.compile(
    r"\b(?:gap|difference|differential|disparity)\s+(?:between the two\s+)?(?:of|is|was)\s+"
    r"(?:about |around |nearly |just over |over |almost )?$",
    re.IGNORECASE,
)
# "Against a gap of 14 points in 2023".
OTHER_GAP = re.compile(
    r"\b(?:against|compared (?:with|to)|than|from|after|following|previous)\s+(?:(?:an?|the)\s+)?(?:[a-z]+\s+)?$",
    re.IGNORECASE,
)
HIGHER = re.compile(
    r"\b(?:(?P<above>higher|larger|greater|more common|more likely|longer)|"
    r"(?P<below>lower|smaller|less common|less likely|shorter))\s+"
    r"(?:in|among|amongst|for|at|with)\s+(?:[^.;()\d]|\d\d(?![\d%])){1,60}\(\s*£?$",
    re.IGNORECASE,
)
THAN = re.compile(
    r"\s*\)\s*than\s+(?:it was\s+)?(?:(?:in|among|amongst|for|at|with)\s+)?(?:[^.;()\d]|\d\d(?![\d%])){1,60}\(\s*£?"
)

# "A and B have 94% each, whereas C trails at 86%, eight points behind them".
BEHIND_THEM = re.compile(
    r"\s+(?:behind|ahead of|below|above|short of|clear of)\s+"
    r"(?:them|it|that|this|these|those|both|either|(?:the )?others?)\b"
    r"(?!\s+(?:in|during|a|last|before|at)\b)",
    re.IGNORECASE,
)
TRAILS = re.compile(r",\s+(?:(?:about|around|just|some|only|still|nearly|almost|fully)\s+)*$", re.IGNORECASE)


def gaps(context: Context, reader: Reader) -> Iterator[Relation]:
    """A gap, in the sentence of the two shares, rates or values that it lies between."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for figure in figures:
            start = figure.mark.start - sentence.start
            gap = GAP.search(sentence.text[:start])
            behind = BEHIND_THEM.match(sentence.text, figure.mark.end - sentence.start)
            if behind and figure.kind == kinds.POINTS and TRAILS.search(sentence.text[:start]):
                values = [one for one in figures if one.mark.end <= figure.mark.start and is_side(one, figure)]
                sides = list({one.value: one for one in values}.values())
                if len(sides) == 2 and all(one.number.unit == "percent" for one in sides):
                    yield gap_relation(context, sentence, figure, sides)
                continue
            if (
                gap is None
                or OTHER_GAP.search(sentence.text[: gap.start()])
                or figure.number.unit in ("fraction", "times")
            ):
                continue
            before = [one for one in figures if one.mark.end <= figure.mark.start and is_side(one, figure)]
            if len(before) == 2 and before[0].unit_class == before[1].unit_class:
                yield gap_relation(context, sentence, figure, before)


def is_side(one: Figure, gap: Figure) -> bool:
    is_points = gap.number.unit in ("points", "percent")
    return not one.is_change and one.number.unit != "fraction" and (one.unit_class == "percent") == is_points


def gap_relation(context: Context, sentence: Sentence, figure: Figure, sides: list[Figure]) -> Relation:
    return gap_between(context, sentence, figure, [term_of(one) for one in sides])


def gap_between(context: Context, sentence: Sentence, figure: Figure, sides: list[Term]) -> Relation:
    """A number as the distance of two others, whichever is the larger."""
    low, high = sorted(sides, key=lambda one: one.value)
    term = term_of(figure)
    term = term.signed(abs(term.value))
    kind = sums.POINTS if term.number.unit == "points" else sums.DIFFERENCE
    found = sums.change_relation(low, high, term, kind, place_of(context, sentence), sentence.text)
    found.rule_id, found.severity = "comparison_fits_figures", ERROR

    def explain(expected: float) -> str:
        size, said = (printed_like(term.number, abs(one)) for one in (expected, term.value))
        return f"{low.text} and {high.text} differ by {size}, not {said}."

    found.explain = explain
    return found


def higher_than(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Higher among A (71.4%) than among B (54.3%)": the two figures in brackets and the word before them."""
    for sentence in reader.sentences:
        for one, other in pairwise(sentence.distinct_figures):
            word = HIGHER.search(sentence.text[: one.mark.start - sentence.start])
            between = sentence.text[one.mark.end - sentence.start : other.mark.start - sentence.start]
            is_like = one.number.unit == other.number.unit and one.kind not in kinds.CHANGES
            if word is None or not THAN.fullmatch(between) or not is_like or one.value == other.value:
                continue
            if re.search(r"\b(?:not|no|neither)\b", sentence.text) or (one.value > other.value) == bool(word["above"]):
                continue
            said = word["above"] or word["below"]
            yield Finding(
                "comparison_fits_figures",
                ERROR,
                one.mark,
                f"{one.number.text}, {said} than {other.number.text}",
                "higher" if one.value > other.value else "lower",
                f"{one.number.text} is {'more' if one.value > other.value else 'less'} than {other.number.text}.",
                sentence.text,
                place_of(context, sentence),
                marks=[other.mark],
            )
