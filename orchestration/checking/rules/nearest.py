"""The pairs of values that stand nearest to a change."""

import re

from orchestration.checking.directions import DOWN, TURN, UP
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.kinds import DISTANCE_FROM_AIM

# "Growth of 14.8%, after a dip the year before (154 to 149)", "8% more, and ended with a surplus of 40 (2024: 35)":
# what stands between a change and two values behind it, where these are of something else.
OF_ANOTHER = re.compile(
    rf"\b(?:after|following|reversing|despite|having)\b[^.;]*?\b(?:{UP}|{DOWN}|{TURN})\b|"
    r",\s+and\s+(?:so\s+|thus\s+|therefore\s+|then\s+)?(?:[a-z]+ed|had|has|was|were|is|made|left|kept|got)\b",
    re.IGNORECASE,
)


def is_of_another_change(figure: Figure, pair: tuple[Figure, Figure], sentence: Sentence) -> bool:
    """Whether two values behind a change in its sentence are those of another change or thing."""
    low = min(pair[0].mark.start, pair[1].mark.start)
    is_behind = figure.mark.end <= low and all(one in sentence.figures for one in pair)
    text = sentence.text[figure.mark.end - sentence.start : low - sentence.start]
    return is_behind and OF_ANOTHER.search(text) is not None


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
    # "0 in time (31.2 vs 32.3) and +1% of space": behind a bracket, "and" begins another thing.
    return mine < 140 and not re.search(
        r";|\.\s|\)\s*,?\s*and\b|\b(?:(?:even )?though|although|whereas|because|despite)\b", between
    )


def gap(figure: Figure, low: int, high: int) -> int:
    if low <= figure.mark.start <= high:
        return 0
    return low - figure.mark.end if figure.mark.end <= low else figure.mark.start - high
