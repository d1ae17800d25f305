"""The two values that a change of a following sentence can be the change of: those that its block has just told."""

import re

from orchestration.checking import figures as kinds
from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.rules.readings import GENERIC, Reader
from orchestration.checking.words import stems

# A sentence that draws its change from what was just said.
FOLLOWS = re.compile(
    r"^(?:that|this|it|which|the (?:latest|most recent|net|overall|annual|total)?\s*(?:rise|fall|increase|decrease|"
    r"change|difference|reduction|growth|improvement))\b|"
    r"\b(?:therefore|thus|hence|so|accordingly|meaning|equivalent to)\b",
    re.IGNORECASE,
)
# "The rise was driven by an 11% rise in B", "was entirely in B (+241)": the change of a part.
CAUSE = re.compile(
    r"\b(?:driven|led|caused|explained|attribut\w+|because|due|owing|reflect\w*|thanks|"
    r"(?:entirely|wholly|solely|mostly|mainly|largely|only|all) (?:in|at|among|from|on))\b",
    re.IGNORECASE,
)
# What ends the words for what is counted.
NOT_COUNTED = re.compile(
    r"\b(?:were|was|had|have|has|are|is|did|in|at|on|by|for|from|to|of|with|and|or|who|that|which|this|than|as|last|the|a|"
    r"started|left|received|recorded|led|took|made|more|fewer|over|under|compared|against|up|down|during|between|"
    r"across|so|but|while|when|where|out|twelve|months?|years?|earlier|before|ago|remain|remains|"
    r"remained|still|yet|missed|failed)\b"
)
THAT_IS = re.compile(r"(?:This|That) (?:is|was|represents)\b")
LATEST = re.compile(
    r"\b(?:latest|most recent|(?:over|on|in) the (?:last |past |latest )?(?:year|12 months)|year[- ]on[- ]year|"
    r"in (?:a|one) year)\b",
    re.IGNORECASE,
)


def told_before(reader: Reader, sentence: Sentence, figure: Figure) -> list[tuple[Figure, Figure]]:
    """The pairs that the block has given by the end of a sentence, over its sentences."""
    block = [one for one in reader.sentences if one.block == sentence.block and one.number <= sentence.number]
    if sentence.number == 0 and THAT_IS.match(sentence.text):
        # Behind a table, what was just told is the paragraph above it.
        above = [one for one in reader.sentences if one.section == sentence.section and one.block < sentence.block]
        block = [one for one in above if one.block == above[-1].block] + block
        return reader.pairs_in_text(sentence, figure, block[-3:])
    found = reader.pairs_in_text(sentence, figure, block[-3:])
    texts = {one.number: one for one in block}
    return [pair for pair in found if are_of_one_thing(*(counted_by(texts, one) for one in pair))]


def are_of_one_thing(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether what two numbers count can be the same: "1,150 referrals" and "764 people" are not."""
    return not one or not other or bool(one & other)


def counted_by(texts: dict[int, Sentence], figure: Figure) -> frozenset[str]:
    """The words directly behind a count, up to a stop or a verb, that say what it counts; none for a share."""
    sentence = texts.get(figure.sentence)
    if sentence is None or figure.number.unit != "plain" or figure.kind != kinds.VALUE:
        return frozenset()
    after = re.match(r"(?:\s+[a-z][a-z'’-]*){1,4}", sentence.text[figure.mark.end - sentence.start :])
    words = re.split(NOT_COUNTED, after[0])[0] if after else ""
    return frozenset(stems(words)) - GENERIC


def only_pair(
    reader: Reader, told: list[tuple[Figure, Figure]], sentence: Sentence, figure: Figure
) -> list[tuple[Figure, Figure]]:
    """The pair that a following sentence can only mean: the one that was told, or the latest of a series."""
    # "All calls rose by 12%, so overdoses grew faster": what follows is behind the change.
    until = figure.mark.end - sentence.start
    if not FOLLOWS.search(sentence.text[:until]) or CAUSE.search(sentence.text):
        return []
    if LATEST.search(sentence.text) and all(new.period for _, new in told):
        last = max((new.period.end for _, new in told if new.period), default=None)
        told = [pair for pair in told if pair[1].period and pair[1].period.end == last]
        first = max((old.period.end for old, _ in told if old.period), default=None)
        told = [pair for pair in told if pair[0].period and pair[0].period.end == first]
    if len({(old.value, new.value) for old, new in told}) > 1 and FORMERLY.match(sentence.text):
        told = named_alike(reader, told, sentence)
    return told[:1] if len({(old.value, new.value) for old, new in told}) == 1 else []


FORMERLY = re.compile(r"(?:In|For|During)\s+(?:the\s+)?(?:year\b|(?:19|20)\d\d|same\b|previous\b)")


def named_alike(reader: Reader, told: list[tuple[Figure, Figure]], sentence: Sentence) -> list[tuple[Figure, Figure]]:
    """The pairs whose new value has a word of the old one beside it: "led to a charge (27.8%)", "the charge rate"."""
    texts = {one.number: one for one in reader.sentences if one.block == sentence.block}
    return [
        (old, new)
        for old, new in told
        if old.sentence == sentence.number
        and words_before(texts[old.sentence], old) & words_before(texts[new.sentence], new)
    ]


def words_before(sentence: Sentence, figure: Figure) -> set[str]:
    """The telling words between a figure and the one of its unit before it in the sentence."""
    start = figure.mark.start - sentence.start
    ends = [
        one.mark.end - sentence.start
        for one in sentence.figures
        if one.mark.end <= figure.mark.start and one.unit_class == figure.unit_class
    ]
    text = sentence.text[max(ends, default=0) : start]
    for span in reversed(sentence.spans):
        if span.end <= start:
            text = text.replace(span.text, " ")
    return set(stems(text)) - GENERIC


def pair_named(
    reader: Reader, sentence: Sentence, figure: Figure, told: list[tuple[Figure, Figure]]
) -> list[tuple[Figure, Figure]]:
    """The one pair told before that is of what a sentence is about: "22 notices (2023: 31). Notices fell by nine"."""
    start, clause = reader.clause(sentence, figure)
    subject = set(stems(DIRECTION.sub(" ", clause[: max(figure.mark.start - sentence.start - start, 0)]))) - GENERIC
    others = {one.number: one for one in reader.sentences if one.block == sentence.block}
    found = []
    for old, new in told:
        other = others.get(new.sentence)
        after = other.text[new.mark.end - other.start :] if other is not None else ""
        counted = set(stems(re.split(r"[.,;:()\d]", after)[0])[:3])
        if subject and subject <= counted and old.sentence == new.sentence != sentence.number:
            found.append((old, new))
    return found if len(found) == 1 else []
