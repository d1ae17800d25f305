"""The pairs of values that stand nearest to a change."""

import re

from orchestration.checking.directions import DOWN, TURN, UP
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.kinds import DISTANCE_FROM_AIM
from orchestration.checking.rules.pairs import leads_elsewhere

# "Growth of 14.8%, after a dip the year before (154 to 149)", "8% more, and ended with a surplus of 40 (2024: 35)":
# what stands between a change and two values behind it, where these are of something else.
OF_ANOTHER = re.compile(
    rf"\b(?:after|following|reversing|despite|having)\b[^.;]*?\b(?:{UP}|{DOWN}|{TURN})\b|"
    r",\s+(?:and\s+|but\s+)?(?:the\s+)?(?!(?:it|they|this|that|which|so|numbers?|figures?|totals?)\b)[a-z-]+(?:\s+[a-z-]+)?\s+"
    r"(?:(?:were|was|went|are|is)\s+)?(?:up|down|rose|fell|grew|increased|decreased|dropped)\s+(?:from|by|to)\b|"
    r",\s+and\s+(?:so\s+|thus\s+|therefore\s+|then\s+)?(?:[a-z]+ed|had|has|was|were|is|made|left|kept|got)\b",
    re.IGNORECASE,
)
# "Lets up from 24 to 31, volunteers up by 24": of the volunteers.
NEXT_CHANGE = re.compile(
    r"[^.;:()\d]{0,40},\s+(?:and\s+|but\s+)?(?:the\s+)?(?!(?:it|they|this|that|which|so|numbers?|figures?|totals?|or|an?)\b)"
    r"[a-z-]+(?:\s+[a-z-]+)?\s+(?:(?:were|was|went|are|is)\s+)?(?:up|down|rose|fell|grew|increased|decreased|dropped)\s+by\s+",
    re.IGNORECASE,
)


def is_of_another_change(figure: Figure, pair: tuple[Figure, Figure], sentence: Sentence) -> bool:
    """Whether two values in the sentence of a change are those of another change or thing."""
    if not all(one in sentence.figures for one in pair):
        return False
    low, high = min(one.mark.start for one in pair), max(one.mark.end for one in pair)
    if figure.mark.end <= low:
        return OF_ANOTHER.search(sentence.text[figure.mark.end - sentence.start : low - sentence.start]) is not None
    before = sentence.text[max(high - sentence.start, 0) : figure.mark.start - sentence.start]
    return high <= figure.mark.start and NEXT_CHANGE.fullmatch(before) is not None


# "20 more were hurt, and eight were killed compared with five": the pair behind has a verb of its own.
NEXT_CLAUSE = re.compile(r",\s+(?:and|while|but|whereas)\s+(?:[a-z'’-]+\s+){0,3}$", re.IGNORECASE)
OWN_VERB = re.compile(r"\s+(?:[a-z'’-]+\s+){0,3}?(?:was|were|had|has|have|is|are|[a-z]+ed)\b", re.IGNORECASE)


def first_end(pair: tuple[Figure, Figure]) -> int:
    """Where the first of two values ends."""
    return min(pair, key=lambda one: one.mark.start).mark.end


def nearest_pairs(
    figure: Figure, pairs: list[tuple[Figure, Figure]], sentence: Sentence
) -> list[tuple[Figure, Figure]]:
    """The pairs of a sentence that a change stands nearest to. "28 fewer than in 2023/24 (899)" looks ahead."""
    if not pairs:
        return []
    after = sentence.text[figure.mark.end - sentence.start :]
    follows = re.match(r"[^.;\d]{0,40}?\b(?:than|on|against|compared|over)\b", after)

    def distance(pair: tuple[Figure, Figure]) -> tuple[int, int]:
        old = pair[0]
        if follows and old.mark.start > figure.mark.end:
            return (0, old.mark.start - figure.mark.end)
        gaps = [min(abs(one.mark.start - figure.mark.end), abs(figure.mark.start - one.mark.end)) for one in pair]
        return (1, max(gaps) if not follows else max(gaps) + 1000)

    ordered = sorted(pairs, key=distance)
    best = distance(ordered[0])
    return [pair for pair in ordered if distance(pair) == best] + [pair for pair in ordered if distance(pair) != best][
        :0
    ]


def is_beside(figure: Figure, pair: tuple[Figure, Figure], sentence: Sentence) -> bool:
    """Whether a change is said of a pair: near to it, and no other change of its kind is nearer."""
    old, new = pair
    if leads_elsewhere(old, new, [sentence]):
        return False
    low, high = min(old.mark.start, new.mark.start), max(old.mark.end, new.mark.end)
    others = [
        other
        for other in sentence.figures
        if other.kind == figure.kind
        and other is not figure
        and other.area == figure.area
        and other.mark != figure.mark
        and not DISTANCE_FROM_AIM.match(sentence.text, other.mark.end - sentence.start)
    ]
    mine = gap(figure, low, high)
    if any(gap(other, low, high) < mine for other in others):
        return False
    text = sentence.text
    start, end = sorted(
        (figure.mark.start - sentence.start, (low if figure.mark.start < low else high) - sentence.start)
    )
    between = text[max(start, 0) : max(end, 0)]
    if (
        low > figure.mark.start
        and NEXT_CLAUSE.search(between)
        and OWN_VERB.match(text, first_end(pair) - sentence.start)
    ):
        return False
    # "0 in time (31.2 vs 32.3) and +1% of space": behind a bracket, "and" begins another thing.
    return mine < 140 and not re.search(
        r";|\.\s|\)\s*,?\s*and\b|\b(?:(?:even )?though|although|whereas|because|despite)\b", between
    )


def gap(figure: Figure, low: int, high: int) -> int:
    if low <= figure.mark.start <= high:
        return 0
    return low - figure.mark.end if figure.mark.end <= low else figure.mark.start - high
