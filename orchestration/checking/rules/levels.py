"""Levels held against an aim or an average in words: "74.6%, below the target of 78%", "still short of our target"."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding
from orchestration.checking.rules.readings import Reader, place_of

AGAINST = re.compile(
    r"\b(?:(?P<above>above|higher than|ahead of|exceed(?:s|ed|ing)|in excess of|over)|"
    r"(?P<below>below|lower than|short of|under|behind))\s+"
    r"(?:(?:the|our|its|their|a|this|that)\s+)?(?:[a-z-]+\s+){0,3}?"
    r"(?:target|standard|ambition|threshold|benchmark|average|trajectory|goal|plan|expectation|minimum|figure|rate)"
    r"(?:\s+(?:for|in|across)\s+[A-Z]\w+)?\s*(?:,?\s*(?:of|which (?:is|was)|at|is|was)\s+|\s*\(\s*(?:of\s+)?)£?$"
)
# What may stand between the value and the comparison: "74.6%, which is still well below".
DIRECT = re.compile(
    r"\)?[,;]?\s*(?:(?:and|but|which|is|was|are|were|still|remains?|remained|well|just|slightly|far|some|this|that|it|"
    r"therefore|so|only|again|currently|now)\s+)*",
    re.IGNORECASE,
)
# What may turn the sense of a comparison, or make it one of another value.
UNSURE = re.compile(r"\b(?:not|no|never|nor|neither|both|between|from|gap|than half)\b", re.IGNORECASE)


def levels(context: Context, reader: Reader) -> Iterator[Finding]:
    """A value that a sentence puts above or below an aim that it gives, where no value of the sentence lies so."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for at, aim in enumerate(figures):
            match = AGAINST.search(sentence.text[: aim.mark.start - sentence.start])
            if match is None or aim.is_change or aim.number.unit == "fraction":
                continue
            before = [one for one in figures[:at] if is_level(sentence, one, aim)]
            last = before[-1].mark.end - sentence.start if before else 0
            between = sentence.text[last : match.start()]
            if not before or UNSURE.search(between) or DIRECT.fullmatch(between) is None:
                continue
            # "5% above the target of 80": a distance, which is a rule of its own.
            beside = sentence.text[figures[at - 1].mark.end - sentence.start : match.start()]
            if figures[at - 1].is_change and not beside.strip():
                continue
            if any(one.value == aim.value or (one.value > aim.value) == bool(match["above"]) for one in before):
                continue
            yield wrong(context, sentence, before[-1], aim, match)


def is_level(sentence: Sentence, figure: Figure, aim: Figure) -> bool:
    """Whether a figure is a value of the aim's kind, and no older one."""
    return (
        not figure.is_change
        and figure.kind != kinds.COUNT_OF_AREAS
        and figure.number.unit == aim.number.unit
        and figure.kind == aim.kind
    )


def wrong(context: Context, sentence: Sentence, figure: Figure, aim: Figure, match: re.Match) -> Finding:
    is_above = figure.value > aim.value
    said = match["above"] or match["below"]
    return Finding(
        "comparison_fits_figures",
        ERROR,
        figure.mark,
        f"{figure.number.text}, {said} {aim.number.text}",
        "above" if is_above else "below",
        f"{figure.number.text} is {'above' if is_above else 'below'} {aim.number.text}.",
        sentence.text,
        place_of(context, sentence),
        marks=[aim.mark],
    )
