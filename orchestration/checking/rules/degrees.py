"""Words of size beside changes in percent: "a modest rise of 9%" where "a substantial rise of 7%" is told, too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION, NOUNS
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import MINOR, Finding
from orchestration.checking.rules.ranks_in_text import MILD
from orchestration.checking.rules.readings import GENERIC, Reader, place_of
from orchestration.checking.words import stems

SMALL = r"modest|slight|minimal|marginal|small|minor|negligible"
LARGE = r"substantial|substantive|considerable|sharp|dramatic|steep|marked|large|major|pronounced|significant"
SIZE = rf"(?:(?P<small>{SMALL})|(?P<large>{LARGE}))(?:ly)?"
CHANGED = rf"(?:{NOUNS}|uplift|surge)"
# "A modest rise of 3.0%", "a slight 2.5%", "fell sharply by 54%", "fell sharply, by 54%".
BEFORE = re.compile(
    rf"\b{SIZE}\b(?:\s+(?!but\b|and\b)[a-z-]+){{0,2}}?(?:\s+{CHANGED})?(?:,?\s+(?:of|by|at)|\s*\()?"
    r"(?:\s+(?:about|around|just|only|over|nearly|almost))?\s*[+−-]?$",
    re.IGNORECASE,
)
# "A (-4.6%) and B (-4.4%) show modest reductions".
BEHIND = re.compile(
    r"\)\s*,?\s*(?:(?:have|has|all|both|each|also|again)\s+)*"
    r"(?:shows?|showed|shown|records?|recorded|reports?|reported|saw|sees?|seen|experienced|had)\s+"
    rf"(?:(?:an?|also|more|only)\s+)*{SIZE}\s+(?:[a-z-]+\s+)?{CHANGED}\b",
    re.IGNORECASE,
)
IN_BRACKET = re.compile(r"\(\s*[+−-]?$")
STATISTICS = re.compile(r"\bstatistical|\bconfidence\b|\bp[ -]?values?\b|\bp\s?[<=]|significance test", re.IGNORECASE)
# "Looking at the change from the year before, A": what only leads to what is told.
OPENING = re.compile(
    r"^(?:Looking|Comparing|Compared|In|Over|During|Between|Across|Since|However|Overall)\b[^.;]*?,\s+(?=[A-Z])"
)
# Verbs that lead from a change to its figure.
LEADING = frozenset(("going", "marking", "reaching", "making", "representing", "showing", "which", "smaller", "larger"))


@dataclass(frozen=True)
class Sized:
    """A change that a word calls small or large."""

    figure: Figure
    word: str
    is_small: bool
    sentence: Sentence


def small_beyond_large(context: Context, reader: Reader) -> Iterator[Finding]:
    """Changes that a paragraph calls small, and that are larger than others of its kind which it calls large.

    Only where no table gives the counts: the change of a place with few cases can be small in number.
    """
    is_tested = any(STATISTICS.search(block.text) for block in context.document.texts())
    blocks: dict[int, list[Sized]] = {}
    for sentence in reader.sentences:
        block = context.document.blocks[sentence.block]
        if not context.tables_for(block):
            blocks.setdefault(sentence.block, []).extend(sized_in(context, sentence, is_tested))
    for found in blocks.values():
        for small, large in product(found, found):
            if not small.is_small or large.is_small or not are_alike(context, reader, small, large):
                continue
            if abs(small.figure.value) > abs(large.figure.value):
                yield finding_of(context, small, large)
                break


def sized_in(context: Context, sentence: Sentence, is_tested: bool) -> Iterator[Sized]:
    """The changes of single places in a sentence that a word of size stands beside."""
    changes = [
        one
        for one in sentence.distinct_figures
        if one.kind == kinds.PERCENT_CHANGE and one.has_own_area and one.area not in ("", context.names.own)
    ]
    for figure in changes:
        start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
        match = BEFORE.search(sentence.text[:start]) or alone(sentence, changes, figure)
        if match is None and IN_BRACKET.search(sentence.text[:start]):
            last = max((one.mark.end for one in changes if is_listed(sentence, figure, one)), default=figure.mark.end)
            match = BEHIND.match(sentence.text, max(last - sentence.start, end))
        if match is None or (is_tested and (match["large"] or "").lower() == "significant"):
            continue
        yield Sized(figure, (match["small"] or match["large"]).lower(), bool(match["small"]), sentence)


def alone(sentence: Sentence, changes: list[Figure], figure: Figure) -> re.Match | None:
    """The one word of size before the one change of a sentence: "a substantial decline from 40 to 30, a 25% fall"."""
    words = list(re.finditer(rf"\b{SIZE}\s+(?:[a-z-]+\s+)?{CHANGED}\b", sentence.text, re.IGNORECASE))
    is_before = len(words) == 1 and words[0].end() <= figure.mark.start - sentence.start
    is_one = len(changes) == 1 and not re.search(r";|\b(?:while|whereas|but|compared)\b", sentence.text)
    return words[0] if is_before and is_one else None


def is_listed(sentence: Sentence, first: Figure, other: Figure) -> bool:
    """Whether a change follows another in one list of places with brackets: "A (-4.6%), B (-4.5%) and C (-4.4%)"."""
    between = sentence.text[first.mark.end - sentence.start : max(other.mark.start - sentence.start, 0)]
    listed = r"\)(?:,|,?\s+and)\s+(?:[A-Z][\w'’.-]*\s+){1,4}\(\s*[+−-]?"
    return re.fullmatch(rf"(?:{listed}[\d.,]+\s?%?)*{listed}", between) is not None


def are_alike(context: Context, reader: Reader, small: Sized, large: Sized) -> bool:
    """Whether two changes are of one thing in two places, in one direction and time."""
    one, other = small.figure, large.figure
    if one.value * other.value <= 0 or one.area == other.area or one.period != other.period:
        return False
    block = [sentence for sentence in reader.sentences if sentence.block == small.sentence.block]
    places = {word for name in context.names.places for word in stems(name)}
    for sized in (small, large):
        before = sized.sentence.text[: sized.figure.mark.start - sized.sentence.start]
        said = set(stems(DIRECTION.sub(" ", OPENING.sub("", before)))) - GENERIC - MILD - LEADING - places
        known = {word for one in block if one is not sized.sentence for word in stems(one.text)}
        if said - known:
            return False
    first, second = (counted_behind(sized) - places for sized in (small, large))
    return not first or not second or first == second


def counted_behind(sized: Sized) -> set[str]:
    """The words behind a change that say what changed: "9.0% in council rents"."""
    after = sized.sentence.text[sized.figure.mark.end - sized.sentence.start :]
    clause = re.split(r"[.;,(]|\b(?:while|whereas|but|and|from|to|compared)\b", after.lstrip(" )"))[0]
    return set(stems(DIRECTION.sub(" ", clause))) - MILD - LEADING


def finding_of(context: Context, small: Sized, large: Sized) -> Finding:
    mine, other = small.figure, large.figure
    return Finding(
        "word_fits_change",
        MINOR,
        mine.mark,
        f"{mine.number.text}, {small.word}",
        f"no more than {other.number.text.lstrip('+-−')}",
        f"The paragraph calls {mine.number.text} in {mine.area} {small.word}, and {other.number.text} in {other.area} "
        f"{large.word}.",
        small.sentence.text,
        place_of(context, small.sentence),
        marks=[other.mark],
    )
