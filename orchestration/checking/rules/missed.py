"""How far a value is from its aim where a verb says so: "the target was missed by 4.3 litres", "beat it by 12"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.aims import AIM, in_words_of_aims, is_aim
from orchestration.checking.rules.readings import BROAD, RESTRICTED, Reader, place_of, term_of
from orchestration.checking.words import stem

ABOUT = r"(?:(?:about|around|some|nearly|almost|only|just|just over|just under|over|a|an)\s+)*"
BY = re.compile(
    r"\b(?:(?P<missed>miss(?:ed|es|ing))|(?P<above>exceed(?:ed|s|ing)?|beat(?:en|s|ing)?|surpass(?:ed|es|ing)?|overshot)|"
    r"(?P<below>f[ae]ll(?:s|ing|en)? short(?: of)?|"
    rf"(?:is|was|are|were|still|remain(?:s|ed)?) short of|undershot))\b(?P<between>[^.;:()]{{0,60}}?)\bby\s+{ABOUT}£?$",
    re.IGNORECASE,
)
EXACT = 1e-9
OF_AIM = re.compile(rf"\b{AIM}s?\b", re.IGNORECASE)
# Of another time, or of several: the distance may be that of figures that are not printed.
OTHER_TIME = re.compile(
    r"\b(?:last|previous|earlier|before|ago|quarters?|months?|weeks?|each|respectively|average|would|could|will|expected|"
    r"forecast|originally|not)\b",
    re.IGNORECASE,
)
UNIT = re.compile(r"\s*(?:%|per cent|percentage points?|points?)?\s*(?P<unit>[a-z]+)?", re.IGNORECASE)
NO_UNIT = frozenset(
    [
        "and",
        "or",
        "in",
        "at",
        "of",
        "for",
        "by",
        "from",
        "to",
        "was",
        "were",
        "is",
        "are",
        "which",
        "that",
        "but",
        "while",
        "so",
        "against",
        "this",
        "the",
        "per",
    ]
)


LAST_YEAR = re.compile(
    r"\)?\s+(?:(?:in|of|for|the)\s+)*(?:last year|the previous year|the year before|a year (?:ago|earlier))\b",
    re.IGNORECASE,
)


def distances_missed(context: Context, reader: Reader) -> Iterator[Relation]:
    """Each distance from an aim that a verb gives, with the aim and the value that the text gives before it."""
    for at, sentence in enumerate(reader.sentences):
        told = [one for one in sentence.distinct_figures if verb_before(sentence, one)]
        for figure in told:
            relation = relation_of(context, reader, at, sentence, figure, len(told) == 1)
            if relation is not None:
                yield relation


def verb_before(sentence: Sentence, figure: Figure) -> re.Match | None:
    """The verb that gives a figure as a distance from an aim."""
    match = BY.search(sentence.text[: figure.mark.start - sentence.start])
    if match is None or not OF_AIM.search(
        f"{sentence.text[max(match.start() - 60, 0) : match.start()]} {match['between']}"
    ):
        return None
    return match if figure.number.unit in ("plain", "percent", "points", "money") else None


def relation_of(
    context: Context, reader: Reader, at: int, sentence: Sentence, figure: Figure, is_alone: bool
) -> Relation | None:
    """The distance with the aim and a value: the reading that holds, else the only one."""
    around = [one for one in reader.sentences[max(at - 1, 0) : at + 1] if one.block == sentence.block]
    others = {
        one.mark: one
        for other in around
        for one in other.figures
        if one.mark != figure.mark and not one.is_change and one.number.unit != "fraction" and not one.number.is_word
    }
    aims = [one for one in others.values() if is_aim(reader, sentence, one) or is_target_of(sentence, one)]
    own = [one for one in aims if one in sentence.figures]
    aims = own if len(own) == 1 else aims
    if len(aims) != 1:
        return None
    aim = aims[0]
    # A target is exact, however few decimals it has.
    exact = term_of(aim) if aim.number.about else replace(term_of(aim), grid=EXACT)
    values = [one for one in others.values() if one is not aim and one.unit_class == aim.unit_class]
    values = [one for one in values if (one.number.unit == "money") == (aim.number.unit == "money")]
    texts = {other.block: context.document.blocks[other.block].text for other in around}
    if len(values) > 1:
        # "Against a target of 80% and a figure of 76% last year": that of last year missed nothing.
        now = [one for one in values if one.role != "old" and not LAST_YEAR.match(texts[one.mark.block], one.mark.end)]
        values = now if len(now) == 1 else values
    here = [one for one in values if one in sentence.figures and one.mark.end <= figure.mark.start]
    if len(here) == 1:
        # "The first took 92.1%, 2.1 above target. The second, with 84.1%, was short of the target of 85% by 0.9".
        values = here
    relations = [
        relation
        for value in values
        for relation in readings_of(exact, term_of(value), sentence, figure, place_of(context, sentence))
    ]
    held = next((one for one in relations if one.holds()), None)
    if held is not None or not is_alone or len(values) != 1 or not relations:
        return held
    text = " ".join(one.text for one in around)
    text = LAST_YEAR.sub(" ", text)
    is_other = values[0].role == "old" or OTHER_TIME.search(text) or BROAD.search(text.replace("target", ""))
    if is_other or not is_of_unit(context, aim, values[0], figure):
        return None
    return relations[0]


def is_target_of(sentence: Sentence, figure: Figure) -> bool:
    """ "Missed the 95% target by 2.1 points", "the target of 130 litres"."""
    after = sentence.text[figure.mark.end - sentence.start :] if sentence.start <= figure.mark.start else ""
    return bool(re.match(rf"\s+(?:[a-z]+\s+)?{AIM}\b", after, re.IGNORECASE))


def readings_of(aim: Term, value: Term, sentence: Sentence, figure: Figure, where: str) -> Iterator[Relation]:
    """The distance as a difference, and in percent where it is printed so."""
    match = verb_before(sentence, figure)
    assert match is not None
    way = 1 if match["above"] else -1 if match["below"] else 1 if value.value >= aim.value else -1
    distance = term_of(figure).signed(abs(figure.value) * way)
    is_percent, aim_is_percent = figure.number.unit == "percent", aim.number.unit == "percent"
    if (figure.number.unit == "money") != (aim.number.unit == "money") and not is_percent:
        return
    if figure.number.unit == "points" and not aim_is_percent:
        return
    if is_percent or aim_is_percent or figure.number.unit != "percent":
        kind = sums.PERCENT if is_percent and not aim_is_percent else sums.DIFFERENCE
        yield in_words_of_aims(sums.change_relation(aim, value, distance, kind, where, sentence.text))
    if is_percent and aim_is_percent:
        yield in_words_of_aims(sums.change_relation(aim, value, distance, sums.PERCENT, where, sentence.text))


def is_of_unit(context: Context, aim: Figure, value: Figure, figure: Figure) -> bool:
    """Whether a distance is counted in what its aim and its value are, as far as the words behind them say."""
    if aim.number.unit == "percent" and figure.number.unit == "plain":
        return False
    text = context.document.blocks[figure.mark.block].text
    if RESTRICTED.search(text[min(one.mark.start for one in (aim, value)) : figure.mark.end].replace("target", "")):
        return False
    units = set()
    for one in (aim, value, figure):
        word = UNIT.match(text, one.mark.end)
        if word and word["unit"] and word["unit"].lower() not in NO_UNIT:
            units.add(stem(word["unit"]))
    return len(units) <= 1 or figure.number.unit in ("percent", "points")
