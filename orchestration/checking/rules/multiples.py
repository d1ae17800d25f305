"""Plain words for two numbers beside them: "doubled from 4.1 to 6.2", "women (1,204) outnumbered men (1,310)"."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding
from orchestration.checking.rules.readings import Reader, place_of

DOUBLED = re.compile(
    r"\b(?P<loose>(?:more than|over|almost|nearly|about|around|roughly|approximately|just under|just over)\s+)?"
    r"(?P<word>doubled|trebled|tripled|quadrupled|halved)(?:\s+(?:[a-z]+,?\s+){0,5}|,\s+)from\s+(?:about\s+|around\s+)?£?$",
    re.IGNORECASE,
)
TO = re.compile(
    r"(?:\s+(?!to\b)[\w/-]+){0,4}?,?\s+to\s+(?:about\s+|around\s+|nearly\s+|almost\s+|over\s+)?£?", re.IGNORECASE
)
TIMES = {"doubled": 2.0, "trebled": 3.0, "tripled": 3.0, "quadrupled": 4.0, "halved": 0.5}
# How far a multiple in words may be from its numbers: 1.75 to 2.5 is "doubled".
FAR = 0.125
OUTNUMBERED = re.compile(
    r"\)?\s+(?:(?:still|again|slightly|far|clearly|heavily|also)\s+)?outnumber(?:ed|s)?\s+(?:the\s+)?(?:[a-z-]+\s+){1,2}\(",
    re.IGNORECASE,
)


# "Six times the 2 of 2022": the number behind a multiple is what is multiplied.
TIMES_THE = re.compile(
    r"\s+(?:the|those|that of)\s+£?|"
    r"\s+(?:that|those|the\s+[a-z]+|as\s+(?:many|much|high|large)\s+as)\s+(?:of|in|for)\s+[\w/ ]{1,20}\(\s*£?",
    re.IGNORECASE,
)


def is_multiplied(sentence: Sentence, figure: Figure, old: Figure) -> bool:
    """Whether a value is the one that a multiple names as its base."""
    between = sentence.text[figure.mark.end - sentence.start : max(old.mark.start - sentence.start, 0)]
    return figure.kind == kinds.RATIO and TIMES_THE.fullmatch(between) is not None


def of_subject(sentence: Sentence, figure: Figure, pairs: list[tuple[Figure, Figure]]) -> list[tuple[Figure, Figure]]:
    """The pairs of a multiple that names its base: "12 in 2024, six times the 2 of 2022" multiplies to the 12."""
    if not any(is_multiplied(sentence, figure, old) for old, _ in pairs):
        return pairs
    about = [pair for pair in pairs if pair[1].period == sentence.base and is_multiplied(sentence, figure, pair[0])]
    return about if len({new.mark for _, new in about}) == 1 else []


def doubled(context: Context, reader: Reader) -> Iterator[Finding]:
    """Said multiples that the old and the new value beside them are far from."""
    for sentence, old, new in neighbours(reader):
        said = DOUBLED.search(sentence.text[: old.mark.start - sentence.start])
        between = sentence.text[old.mark.end - sentence.start : new.mark.start - sentence.start]
        if said is None or TO.fullmatch(between) is None or old.value <= 0 or new.value <= 0:
            continue
        times = TIMES[said["word"].lower()]
        near = new.value / old.value / times
        reach = FAR * (2 if said["loose"] else 1)
        is_more = (said["loose"] or "").lower().startswith(("more", "over"))
        # "More than doubled" is at least twice, and "more than halved" at most half.
        short = new.value + new.number.half_unit - times * old.value
        is_short = is_more and (short < 0 if times > 1 else new.value - new.number.half_unit > times * old.value)
        if is_more and not is_short:
            continue
        # Up to two and a half times is "doubled", and down to two fifths "halved"; from 18 to 11 is neither.
        least, most = (1 - reach, 1 + 2 * FAR) if times > 1 else (1 - 2 * FAR, 1 + reach)
        if not is_short and least <= near <= most:
            continue
        actual = f"{new.value / old.value:.{2 if is_more else 1}f} times"
        told = f"{'more than ' if is_more else ''}{said['word'].lower()}"
        yield Finding(
            "word_fits_change",
            ERROR,
            new.mark,
            said["word"],
            # As the change itself is told, so that one thing is not told twice.
            f"{new.value / old.value:.1f} times",
            f"{new.number.text} is {actual} {old.number.text}, so it has not {told}.",
            sentence.text,
            place_of(context, sentence),
            marks=[old.mark],
        )


def outnumbered(context: Context, reader: Reader) -> Iterator[Finding]:
    """A group that is said to outnumber another, with the count of each in a bracket, and has no more."""
    for sentence, first, second in neighbours(reader):
        between = sentence.text[first.mark.end - sentence.start : second.mark.start - sentence.start]
        if OUTNUMBERED.fullmatch(between) is None or first.value > second.value:
            continue
        if re.search(r"\b(?:not|never|no longer)\b", sentence.text):
            continue
        yield Finding(
            "comparison_fits_figures",
            ERROR,
            first.mark,
            f"{first.number.text}, outnumbered {second.number.text}",
            "fewer" if first.value < second.value else "as many",
            f"{first.number.text} is not more than {second.number.text}.",
            sentence.text,
            place_of(context, sentence),
            marks=[second.mark],
        )


def neighbours(reader: Reader) -> Iterator[tuple[Sentence, Figure, Figure]]:
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for first, second in pairwise(figures):
            if first.number.unit == second.number.unit and not first.is_change and not second.is_change:
                yield sentence, first, second
