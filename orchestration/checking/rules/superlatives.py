"""Superlatives in sentences: who is said to be the most or the least, and of what."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.checking.context import Context
from orchestration.checking.directions import BETTER, FALL, RISE
from orchestration.checking.figures import Sentence
from orchestration.checking.names import Named
from orchestration.checking.rules.readings import Reader

# "More visits than any other library": of the rows, and not of a time or of the country.
THAN_ANY = (
    r"(?=(?: [a-z-]+){0,3} than (?:any(?: single)? other|any of the others?|anywhere else)\b"
    r"(?! (?:single )?(?:years?|months?|quarters?|weeks?|days?|seasons?|time|period|country|region|nation|part)\b))"
)
HIGH = (
    rf"more{THAN_ANY}|"
    r"most (?:steeply|sharply|quickly|rapidly|strongly)|highest|largest|most|biggest|greatest|fastest|steepest|"
    r"sharpest|"
    r"top|busiest|strongest"
)
LOW = rf"(?:fewer|less){THAN_ANY}|" r"lowest|smallest|fewest|least|slowest|shallowest|quietest|weakest"
SUPERLATIVE = re.compile(
    rf"\b(?:(?P<nth>second|third|fourth|fifth)[- ])?(?P<most>(?P<high>{HIGH})|(?P<low>{LOW}))\b(?! (?:of the|of "
    rf"these) )?",
    re.IGNORECASE,
)
NTH = {"second": 2, "third": 3, "fourth": 4, "fifth": 5}
# Superlatives of something else than the rows of a table: of time, of the country, of some of many.
ELSEWHERE = re.compile(
    r"\b(?:one|two|three|some|many|among|amongst|each|of) (?:of )?(?:the )?(?:\w+ )?$|\b(?:at|its|their|at its|at "
    r"their)\s+$|\bthe most recent|\bat (?:the )?$",
    re.IGNORECASE,
)
NOT_OF_ROWS = re.compile(
    r"\b(?:ever|on record|since|in (?:the )?(?:country|england|nation|uk|world|region's history)|nationally|in "
    r"(?:over )?(?:\w+) years|of (?:any|all) (?:forces|similar)|"
    r"most (?:similar|recent|likely|of|people|areas|districts|councils|lpas|localities|common(?:ly)?|part|at risk|"
    r"vulnerable|deprived|effective|important|appropriate|notable|notably)|"
    r"at least|at most|least (?:once|one|two)|to date)\b",
    re.IGNORECASE,
)
# "The most minimal inclines", "the most effective": the most of a quality, and not the most in number.
OF_DEGREE = re.compile(
    r"(?:most|least)\s+\w+(?:al|ive|ous|ant|ent|ful|able|ible|ed|ing|ic|ar|ly|est|rate|lex|erse|vy)\b", re.IGNORECASE
)
# What rose fastest rose most in proportion, not in number.
RELATIVE = re.compile(
    r"\b(?:fastest|slowest|steeply|sharply|quickly|rapidly|proportion\w*|percentage|per cent|in "
    r"percent|relative|steepest|sharpest|strongest|weakest)\b",
    re.I,
)
CHANGE = re.compile(r"\b(?:change|changed|fastest|slowest|steepest|sharpest|movement)\b", re.I)
COMPARED_WITH = re.compile(
    r"\b(?:than|compared (?:with|to)|against|ahead of|behind)\s+(?:(?:in|at|for|the|that|of)\s+)*$", re.IGNORECASE
)
EXCEPT = re.compile(
    r"\b(?:apart from|except(?: for)?|excluding|outside|other than|besides|leaving aside|setting aside|not counting|"
    r"aside from|without|after|behind|next to)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
CLAUSE = re.compile(
    r";|\.\s|\b(?:while|whereas|but|although)\b|,\s+(?:with|and)\s+(?=[A-Z])|"
    r"\band\s+(?=[A-Z][\w']+(?: [A-Z][\w']+)? the\b)|"
    # "Highest at A, where it was 62%, and lowest at B": B is the lowest.
    rf"\band\s+(?=(?:{HIGH}|{LOW})\s+(?:in|at|for|among)\s+(?-i:[A-Z]|the\s+[A-Z]))"
)


@dataclass(frozen=True)
class Claim:
    """Who is said to be the most or the least of what. `count` is how many share the place; `nth` 1 for the first."""

    names: tuple[str, ...]
    is_high: bool
    nth: int
    way: str
    text: str
    start: int
    end: int


def claims_in(context: Context, reader: Reader, sentence: Sentence) -> Iterator[Claim]:
    """The superlatives of a sentence, each with the places or labels that it is said of."""
    text = sentence.text
    bounds = [0, *(match.start() for match in CLAUSE.finditer(text)), len(text)]
    last = "value"
    for match in SUPERLATIVE.finditer(text):
        start = max(at for at in bounds if at <= match.start())
        end = min(at for at in bounds if at >= match.end())
        clause = text[start:end]
        if (
            is_in_a_name(text, match)
            or BETTER.search(clause)
            or (" " not in match["most"] and OF_DEGREE.match(text, match.start()))
            or ELSEWHERE.search(text[: match.start()])
            or NOT_OF_ROWS.search(text[match.start() : end])
        ):
            continue
        names = subjects(context, sentence, match.start(), start, end)
        way = way_of(clause, text, match.end(), start)
        if way == "value" and last != "value" and AGAIN.search(text[: match.start()]):
            way = last
        last = way
        yield Claim(
            names,
            bool(match["high"]),
            NTH.get((match["nth"] or "").lower(), 1),
            way,
            clause,
            match.start(),
            match.end(),
        )


def is_in_a_name(text: str, match: re.Match) -> bool:
    """Whether a word is a part of a name: "Hill Top Primary"."""
    begins = not re.search(r"\w[^.!?]*$", text[: match.start()])
    return match[0][:1].isupper() and not begins and bool(re.match(r"[A-Z]\w*\s+[A-Z]", text[match.start() :]))


# "Elm Park contributed most to this, with a reduction of 35".
WITH_CHANGE = re.compile(r"[^.;:()\d]{0,40},\s+with\s+an?\s+(?P<what>(?:[a-z]+\s+)?[a-z]+)\s+of\b", re.IGNORECASE)


def way_of(clause: str, text: str, at: int, start: int) -> str:
    """Of what it is the most: rises, falls, changes or values."""
    told = WITH_CHANGE.match(text, at)
    for pattern, way in ((FALL, "fall"), (RISE, "rise")) if told else ():
        if pattern.search(told["what"] if told else ""):
            return way
    near = text[at : at + 50]
    near = re.split(
        r"[,;.(]|\b(?:but|while|although|whereas)\b|\band (?=(?:has |have |had |also )?\w+(?:ed|ew|ose|ell)\b)", near
    )[0]
    before = text[max(start, at - 60) : at]
    for pattern, way in ((FALL, "fall"), (RISE, "rise")):
        if pattern.search(near):
            return way
    said = re.split(r"[,;(]", before)[-1]
    if RELATIVE.match(text[:at].rsplit(" ", 1)[-1]):
        said = clause[: max(at - start, 0)]
    for pattern, way in ((FALL, "fall"), (RISE, "rise")):
        if pattern.search(said):
            return way
    return "change" if CHANGE.search(f"{said} {near}") else "value"


AND_IN = re.compile(r"(?:[a-z]+\s+)?\w+\s+(?:in|for|at|among|on)\s+(?:the\s+)?", re.IGNORECASE)
# "The largest rise was in A; B's was the largest in number": a rise again.
AGAIN = re.compile(r"['’]s?\s*,?\s+(?:at\b[^;]{0,40},\s+)?(?:was|is|were)\s+(?:the\s+)?$")


def listed_before(sentence: Sentence, before: list[Named]) -> tuple[str, ...]:
    """The last place before a superlative, with those that are listed with it."""
    group = [before[-1]]
    for one in reversed(before[:-1]):
        if EXCEPT.search(sentence.text[: one.start]):
            # "After A, B had the most": A is not the subject.
            break
        between = sentence.text[one.end : group[0].start]
        if not re.fullmatch(r"\s*(?:\([^()]*\))?\s*(?:,|and|&|,\s*and)\s*", between):
            break
        group.insert(0, one)
    return tuple(one.name for one in group)


def subjects(context: Context, sentence: Sentence, at: int, start: int, end: int) -> tuple[str, ...]:
    """The places that a superlative is said of: those before it in its clause, listed together, or else after "in"."""
    named = [one for one in context.names.find(sentence.text) if one.name != context.names.own]
    before = [one for one in named if start <= one.start and one.end <= at]
    # "A had 70 more than B and was the busiest": B is only what A is compared with.
    before = [one for one in before if not COMPARED_WITH.search(sentence.text[: one.start])] or before
    after = [one for one in named if at < one.start < end + 60]
    # "Highest in A at 56% and lowest in B": the second is said of B.
    is_next = bool(after) and AND_IN.fullmatch(sentence.text[at : after[0].start]) is not None
    if before and not (is_next and re.search(r"(?:\b(?:and|but)|[,;])\s+(?:the\s+)?$", sentence.text[:at])):
        return listed_before(sentence, before)
    if after:
        between = sentence.text[at : after[0].start]
        if re.search(r"\b(?:in|was|were|by|for|at|:)\s*(?:the\s+)?$", between) and not re.search(r"[;]|\.\s", between):
            group = [after[0]]
            for one in after[1:]:
                if not re.fullmatch(r"\s*(?:,|and|,\s*and)\s*", sentence.text[group[-1].end : one.start]):
                    break
                group.append(one)
            return tuple(one.name for one in group)
    earlier = [one for one in named if one.end <= at]
    return (
        (earlier[-1].name,)
        if earlier and not before and re.search(r",\s*(?:marking|the|with)\b[^;.]*$", sentence.text[:at])
        else ()
    )
