"""Comparisons whose two numbers stand in brackets, behind "from" or in the sentence before, against their words."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Finding
from orchestration.checking.rules.readings import Reader
from orchestration.checking.rules.said import one_way, words_finding

FITS, GOES = "comparison_fits_figures", "word_fits_change"
MORE = r"(?P<more>more|higher|larger|greater|bigger|longer)"
LESS = r"(?P<less>fewer|less|lower|smaller|shorter)"
THAN_OTHER = re.compile(
    rf"\b(?:{MORE}|{LESS})\b[^.;:()\d]{{0,80}}?\bthan\b(?! (?:half|a|one|two|three|twice|double|any|usual)\b)"
    r"[^.;:()\d]{1,70}\(\s*£?$",
    re.IGNORECASE,
)
AGAINST = re.compile(r"%?(?:\s+[a-z]+){0,2}?\s+(?:against|as against|compared (?:with|to)|versus|v)\s+£?")
IN_PLACE = re.compile(
    rf"(?:[^;:()]|\.\d){{0,90}}?\b(?:is|was|are|were|remains?|remained)\s+(?:[a-z]+ly\s+|still\s+|well\s+|far\s+|also\s+|now\s+)*"
    rf"(?:{MORE}|{LESS})\s+than\s+(?:(?:that|the|those|figure|rate|share)\s+)*(?:in|of|for|at|among)\s+[^.;:()\d]{{1,40}}\(\s*£?",
    re.IGNORECASE,
)
AND_IN = re.compile(r"\s*\)\s*(?:,|and|,\s*and|or|nor)\s+(?:(?:in|of|for|at|among)\s+)?[^.;:()\d]{1,40}\(\s*£?")
NOT_SAID = re.compile(r"\b(?:not|no|never|nor|neither|if|half|than half|times)\b", re.IGNORECASE)


def in_brackets(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Fewer than the other two combined (1,264 against 1,090)", "14.1 is higher than in England (15.0)"."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for at, (one, other) in enumerate(pairwise(figures)):
            before = sentence.text[: one.mark.start - sentence.start]
            match = THAN_OTHER.search(before)
            if match and AGAINST.fullmatch(between(sentence, one, other)) and is_alike(one, other):
                if re.match(r"\s*%?(?:\s+[a-z]+)?\s*\)", behind(sentence, other)) and not NOT_SAID.search(match[0]):
                    yield from judged(context, sentence, match, one, other)
                continue
            match = IN_PLACE.fullmatch(between(sentence, one, other))
            others, last = [other], other
            for third in figures[at + 2 :] if match else ():
                if not AND_IN.fullmatch(between(sentence, last, third)):
                    break
                others.append(third)
                last = third
            if match is None or NOT_SAID.search(f"{before[-30:]}{match[0]}"):
                continue
            wrong = [each for each in others if is_level(one, each) and is_wrong(match, one, each)]
            if wrong and re.match(r"\s*(?:%|per cent)?\s*\)", behind(sentence, wrong[0])):
                yield from judged(context, sentence, match, one, wrong[0])


def between(sentence: Sentence, one: Figure, other: Figure) -> str:
    return sentence.text[one.mark.end - sentence.start : other.mark.start - sentence.start]


def behind(sentence: Sentence, figure: Figure) -> str:
    return sentence.text[figure.mark.end - sentence.start :]


def is_alike(one: Figure, other: Figure) -> bool:
    return one.number.unit == other.number.unit and not one.is_change and not other.is_change


def is_level(one: Figure, other: Figure) -> bool:
    is_bare = one.kind == kinds.RATE and other.number.unit == "plain" and other.number.decimals == one.number.decimals
    return not one.is_change and not other.is_change and (is_bare or one.number.unit == other.number.unit)


def is_wrong(match: re.Match, one: Figure, other: Figure) -> bool:
    return one.value != other.value and (one.value > other.value) != bool(match["more"])


def judged(context: Context, sentence: Sentence, match: re.Match, one: Figure, other: Figure) -> Iterator[Finding]:
    if not is_wrong(match, one, other):
        return
    word = "more" if one.value > other.value else "less"
    text = match["more"] or match["less"]
    start = sentence.text.rfind(f"{text} ", 0, other.mark.start - sentence.start)
    why = f"{one.number.text} is {word} than {other.number.text}."
    span = (max(start, 0), max(start, 0) + len(text))
    yield words_finding(context, sentence, FITS, span, word, why, [one.mark, other.mark])


WIDER = re.compile(
    r"\b(?:(?P<more>widen(?:ed|s)?|grown wider)|(?P<less>narrow(?:ed|s)?|closed|shrunk|shrank))\b"
    r"[^.;:()\d]{0,40}?\bfrom\s+£?$",
    re.IGNORECASE,
)
TO = re.compile(r"%?(?:\s+[a-z-]+){0,3}?(?:\s+in\s+\S+)?\s+to\s+£?")


def gaps_widened(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "The gap has widened from 2.1 to 0.9": the word against the two values behind it."""
    for sentence in reader.sentences:
        for old, new in pairwise(sentence.distinct_figures):
            match = WIDER.search(sentence.text[: old.mark.start - sentence.start])
            if match is None or not TO.fullmatch(between(sentence, old, new)) or old.value == new.value:
                continue
            if (abs(new.value) > abs(old.value)) == bool(match["more"]):
                continue
            word = "widened" if abs(new.value) > abs(old.value) else "narrowed"
            start = match.start()
            why = f"From {old.number.text} to {new.number.text}, the gap has {word}."
            span = (start, start + len(match["more"] or match["less"]))
            yield words_finding(context, sentence, GOES, span, word, why, [old.mark, new.mark])


IT_WENT = re.compile(
    r"^(?:That|This|The|It|Its)(?:\s+(?:share|rate|proportion|percentage|figure|number|total))?\s+(?:has|had|is|was|have|went|came|"
    r"rose|fell)\b[^.;:()\d]{0,50}\bfrom\s+(?:about\s+)?£?$",
    re.IGNORECASE,
)
AIMED = re.compile(
    r"^(?:This|That|It|Which)\s+(?:is|was|remains|remained)\s+(?:(?:just|well|still|slightly|far|also|[a-z]+ly)\s+)*"
    r"(?:(?P<more>above|higher than|over|ahead of|better than)|(?P<less>below|lower than|under|short of|worse than))\s+"
    r"(?:(?:the|our|its|a)\s+)?(?:[a-zA-Z-]+\s+){0,3}?(?:average|target|standard|benchmark|threshold|ambition|mean|figure|rate)\s+"
    r"(?:of|at|\()\s*$",
    re.IGNORECASE,
)


def after_a_sentence(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "It was 59.2%. That share has gone up from 61.8%", "This was below the average of 54%": the value before."""
    for before, sentence in pairwise(reader.sentences):
        figures = sentence.distinct_figures
        if before.block != sentence.block or not figures:
            continue
        figure = figures[0]
        said = sentence.text[: figure.mark.start - sentence.start]
        values = [
            one
            for one in before.distinct_figures
            if one.number.unit == figure.number.unit
            and one.kind == figure.kind
            and one.role not in ("old", "low", "high")
        ]
        if len(values) != 1 or values[0].value == figure.value or figure.is_change:
            continue
        value, is_more = values[0], values[0].value > figure.value
        aimed = AIMED.match(said)
        if aimed and figure.number.unit == "percent" and is_more != bool(aimed["more"]):
            # "Better than" is higher for a share that should be high, and lower for one that should be low.
            if re.match(r"better|worse", aimed["more"] or aimed["less"], re.IGNORECASE):
                continue
            word = "above" if is_more else "below"
            why = f"{value.number.text} is {word} {figure.number.text}."
            span = aimed.span("more") if aimed["more"] else aimed.span("less")
            yield words_finding(context, sentence, FITS, span, word, why, [value.mark, figure.mark])
        way = one_way(said) if IT_WENT.match(said) and figure.number.unit == "percent" else 0
        if way and not re.match(r"[^.;]{0,30}?\bto\s+£?\d", behind(sentence, figure)) and (way > 0) != is_more:
            match = next(one for one in DIRECTION.finditer(said) if one["up"] or one["down"])
            word = "a rise" if is_more else "a fall"
            why = f"From {figure.number.text} to {value.number.text} is {word}."
            yield words_finding(context, sentence, GOES, match.span(), word, why, [value.mark, figure.mark])


UNIT = r"(?P<unit>days?|weeks?|hours?|minutes?|months?|years?|miles|km|points)"
SHORTER = re.compile(
    rf"(?<![\d.,])(?P<new>\d+(?:\.\d+)?)\s+{UNIT}\b[^.;:()\d]{{0,60}}?(?<![\d.,])(?P<by>\d+(?:\.\d+)?)\s+(?P=unit)\s+"
    r"(?:(?P<less>shorter|less|fewer|quicker|faster|earlier|younger)|(?P<more>longer|more|slower|later|older))\s+than\b"
    r"[^.;:()]{0,40}\((?P<old>\d+(?:\.\d+)?)(?:\s+(?P=unit))?\)",
    re.IGNORECASE,
)


def shorter_than(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "6.4 days, which is 1.8 days shorter than in 2023/24 (8.2 days)": the difference of the two lengths."""
    for sentence in reader.sentences:
        for match in SHORTER.finditer(sentence.text):
            new, by, old = (float(match[name]) for name in ("new", "by", "old"))
            decimals = max(len(match[name].partition(".")[2]) for name in ("new", "by", "old"))
            way = -1 if match["less"] else 1
            # Each of the two lengths is rounded.
            slack = 1.02 * 10.0**-decimals if decimals else 1e-9
            if abs((new - old) * way - by) <= slack:
                continue
            word = f"{abs(new - old):.{decimals}f} {match['unit']}"
            if (new - old) * way < 0:
                word += " " + ("shorter" if new < old else "longer")
            why = f"{match['new']} is {word} from {match['old']}, not {match['by']}."
            yield words_finding(context, sentence, "change_follows_from_values", match.span("by"), word, why)
