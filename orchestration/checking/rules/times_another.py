"""Multiples of something else than an earlier time: "more than twice as many as Corley", "4.0 times the rate of"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import NOUNS
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Term
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules.readings import BROAD, Reader, place_of
from orchestration.checking.rules.rows_said import is_narrower, mentions, near_tables, options, subject_before, sure
from orchestration.checking.rules.shares import is_part_of

SMALL = "two|three|four|five|six|seven|eight|nine|ten"
TIMES = re.compile(
    r"\b(?:(?P<loose>well over|more than|over|just over|at least|nearly|almost|just under|close to|about|around|"
    r"roughly|approximately)\s+)?"
    rf"(?:(?P<twice>twice|double)|(?P<number>\d{{1,2}}(?:\.\d+)?|one(?= and a half)|{SMALL})"
    r"(?P<half> and a half)? times|"
    r"(?P<again>half)(?= as (?:many|much|high|large|likely|big|long) again\b))\s+"
    r"(?P<of>as (?:many|much|high|large|likely|big|long|often)\b(?: again)?|(?:the|that|those)\b)",
    re.IGNORECASE,
)
BRACKET = re.compile(r"[^.;:()]{0,90}\(\s*")
# "Almost twice the number of unplanned ones: 117 against 59", "twice as likely to die, at 11.7 against 5.9".
COLON = re.compile(r"[^.;:()\d]{0,90}(?::|,\s+(?:at|with))\s*")
AGAINST = re.compile(
    r"(?:\s+(?:[a-z]+\s*){0,3})?\s*(?:,\s*)?(?:against|compared (?:with|to)|versus|v|vs\.?|and|to)\s+"
    r"(?:about |around )?£?",
    re.IGNORECASE,
)
UP_TO_OTHER = re.compile(
    r"(?:[^.;:(),\d]{0,60}\b(?:as|of|in|for|at|than))?\s+(?:as\s+)?(?:(?:in|the|at|for|of)\s+)*", re.IGNORECASE
)
OF_RATES = re.compile(
    r"\b(?:rates?|shares?|percentages?|per cent|proportions?|prevalence|ratios?|averages?|mean|median|per \d[\d,]*|"
    r"high|likely)\b",
    re.IGNORECASE,
)
# "The increase in Corley was twice that in Ashby": no multiple of what the places have.
OF_CHANGES = re.compile(rf"\b(?:{NOUNS}|gap|difference|targets?|plans?|budgets?|more than|fewer than)\b", re.IGNORECASE)
# "82.1 per 100,000 dwellings in Corley".
IN_PLACE = re.compile(r"(?:\s+per\s+[\d,]+)?(?:\s+[a-z-]+){0,4}?\s+(?:in|at|for)\s+(?:the\s+)?")
CLAUSE = re.compile(r"[.;:]\s|,\s|\b(?:while|whereas|but|although|so)\b", re.IGNORECASE)
# How far a multiple in words may be from its numbers: twice is from 1.75 to 2.5.
LOW, HIGH = 0.875, 1.25


def multiples(context: Context, reader: Reader) -> Iterator[Finding]:
    for before, sentence in zip([None, *reader.sentences], reader.sentences, strict=False):
        told = before if before is not None and before.block == sentence.block else None
        is_broad = BROAD.search(sentence.text) is not None
        for match in TIMES.finditer(sentence.text):
            # "Not twice as many", but "of those who did not, 43.3%, twice as high".
            if re.search(r"\b(?:not|no|never)\b(?:[^.;:,]|,\d)*$", sentence.text[: match.start()]):
                continue
            # Of other times, only two numbers that stand behind the multiple are sure.
            pairs = pairs_behind(sentence, match)
            if not pairs and is_broad:
                continue
            pairs = (
                pairs
                or pairs_beside(sentence, match)
                or pairs_before(sentence, match)
                or pairs_told(context, sentence, match)
                or pairs_in_tables(context, sentence, match, told)
            )
            if not pairs or any(new.value <= 0 or old.value <= 0 for new, old in pairs):
                continue
            if any(is_true(match, new, old) for new, old in pairs):
                continue
            new, old = pairs[0]
            yield wrong(context, sentence, match, new, old)


@dataclass(frozen=True)
class Side:
    """A number on one side of a multiple; the exact one can be by `half` more or less."""

    text: str
    value: float
    half: float
    mark: Mark


def side_of(one: Figure | Term) -> Side:
    number = one.number
    return Side(number.text, one.value, number.half_unit if number.decimals else 0.0, one.mark)


def values_beside(sentence: Sentence) -> list[Figure]:
    return [
        one
        for one in sentence.distinct_figures
        if one.kind in (kinds.VALUE, kinds.RATE, kinds.SHARE)
        and one.number.unit != "fraction"
        # "One in band H twice as much (£4,025)": a word counts none of the two.
        and not one.number.is_word
    ]


def pairs_behind(sentence: Sentence, match: re.Match) -> list[tuple[Side, Side]]:
    """The two numbers of one bracket behind a multiple, or of what a colon leads to."""
    after = [one for one in values_beside(sentence) if one.mark.start - sentence.start >= match.end()][:2]
    if len(after) < 2:
        return []
    gap = sentence.text[match.end() : after[0].mark.start - sentence.start].rstrip("£")
    if not BRACKET.fullmatch(gap) and not COLON.fullmatch(gap):
        return []
    is_pair = AGAINST.fullmatch(words_between(sentence, *after)) and is_alike(*after)
    return [(side_of(after[0]), side_of(after[1]))] if is_pair else []


def pairs_beside(sentence: Sentence, match: re.Match) -> list[tuple[Side, Side]]:
    """The number before a multiple and the one that it is a multiple of."""
    figures = values_beside(sentence)
    before = [one for one in figures if one.mark.end - sentence.start <= match.start()]
    after = [one for one in figures if one.mark.start - sentence.start >= match.end()]
    if not after:
        return []
    gap = sentence.text[match.end() : after[0].mark.start - sentence.start]
    is_direct = re.fullmatch(r"\s*£?", gap) and match["of"].lower() in ("the", "that", "those")
    if not BRACKET.fullmatch(gap.rstrip("£")) and not is_direct:
        return []
    if match["of"].lower().startswith("as") and not re.search(r"\b(?:as|than)\b", gap):
        # "A pays £1,342, B twice as much (£2,683)": the bracket has the multiple, and of what is not said.
        return []
    if len(before) > 1 and is_part_of(before[-2], before[-1], words_between(sentence, before[-2], before[-1])):
        # "60 of the 90 cases, twice as many as": a multiple of the part.
        before = before[:-1]
    own = [one for one in before if is_alike(one, after[0])]
    if not own or own[-1] is not before[-1]:
        return []
    first = next(TIMES.finditer(sentence.text))
    if first.end() < own[-1].mark.start - sentence.start:
        # "Twice the 2,115 of A and four times the 1,133 of B": both are multiples of the number before them, if any.
        own = [one for one in own if one.mark.end - sentence.start <= first.start()]
        between = sentence.text[own[-1].mark.end - sentence.start : first.start()] if own else ";"
        is_near = len(between) <= 60 and not re.search(r"[;]|\.\s|\b(?:while|but|whereas)\b", between)
        return [(side_of(own[-1]), side_of(after[0]))] if is_near and own[-1].role != "old" else []
    between = sentence.text[own[-1].mark.end - sentence.start : match.start()]
    if re.search(r"[;]|\.\s|,\s+and\s+(?:the|in|at|[A-Z])|\b(?:while|but|whereas)\b", between) or len(between) > 60:
        return []
    # "90, up from 60 and three times the 30 of 2015": three times is said of 90, or else of 60.
    subjects = [*(one for one in own[-2:-1] if own[-1].role == "old" and one.role != "old"), own[-1]]
    return [(side_of(one), side_of(after[0])) for one in subjects]


FROM_TO = re.compile(r"\bfrom\s+(?:just\s+|only\s+)?£?$", re.IGNORECASE)
BEHIND = re.compile(r"\)?,?\s+(?:which is\s+|or\s+|that is\s+)?$", re.IGNORECASE)
# What ends a multiple that names nothing it is a multiple of: "three times as many.".
ENDS = re.compile(r"(?:\s+(?:as\s+before|again))?\s*(?:[.;,)]|$)")


def pairs_before(sentence: Sentence, match: re.Match) -> list[tuple[Side, Side]]:
    """The two numbers that a multiple at the end of a clause follows: "from 3 to 11, nearly four times as many"."""
    if not match["of"].lower().startswith("as") or ENDS.match(sentence.text, match.end()) is None:
        return []
    before = [one for one in sentence.distinct_figures if one.mark.end - sentence.start <= match.start()]
    if len(before) < 2 or before[-1].is_change:
        return []
    old, new = before[-2:]
    if BEHIND.fullmatch(sentence.text[new.mark.end - sentence.start : match.start()]) is None:
        return []
    between, start = words_between(sentence, old, new), old.mark.start - sentence.start
    is_range = (
        is_alike(old, new)
        and FROM_TO.search(sentence.text[:start])
        and re.fullmatch(r"(?:\s+[a-z]+){0,4}\s+to\s+£?", between)
    )
    return [(side_of(new), side_of(old))] if is_range else shares_before(sentence, match)


def shares_before(sentence: Sentence, match: re.Match) -> list[tuple[Side, Side]]:
    """ "Among those who stayed it was 49 of 248 (19.8%), among the others 68 of 157 (43.3%), twice as high"."""
    shares = [
        one
        for one in sentence.distinct_figures
        if one.kind == kinds.SHARE and one.number.unit == "percent" and one.mark.end - sentence.start <= match.start()
    ]
    if len(shares) != 2 or not re.match(r"as (?:high|large|much|many|big)\b", match["of"], re.IGNORECASE):
        return []
    opened = (sentence.text[: one.mark.start - sentence.start].endswith("(") for one in shares)
    return [(side_of(shares[1]), side_of(shares[0]))] if all(opened) and shares[1].value > shares[0].value else []


def words_between(sentence: Sentence, first: Figure, second: Figure) -> str:
    return sentence.text[first.mark.end - sentence.start : second.mark.start - sentence.start]


def is_alike(one: Figure, other: Figure) -> bool:
    is_money = [figure.number.unit == "money" for figure in (one, other)]
    return one.unit_class == other.unit_class and one.kind == other.kind and is_money[0] == is_money[1]


def clause_of(sentence: Sentence, match: re.Match, end: int) -> str:
    """The words of a multiple's clause up to a place, without brackets."""
    before = CLAUSE.split(re.sub(r"\([^()]*\)", "", sentence.text[: match.start()]))
    return f"{before[-1]} {sentence.text[match.start('of') : end]}"


def is_of_changes(sentence: Sentence, match: re.Match, end: int) -> bool:
    return bool(OF_CHANGES.search(clause_of(sentence, match, end)))


def is_of_rates(sentence: Sentence, match: re.Match, end: int) -> bool:
    """Whether a multiple is one of rates or shares: by its own words, or for "twice that in B" by its clause's."""
    is_of_counts = re.match(r"as (?:many|much|often|large|big|long)\b", match["of"], re.IGNORECASE)
    said = sentence.text[match.start() : end] if is_of_counts else clause_of(sentence, match, end)
    return bool(OF_RATES.search(said))


def pairs_told(context: Context, sentence: Sentence, match: re.Match) -> list[tuple[Side, Side]]:
    """The two numbers that a sentence gives for the two places before it compares them: "8.1 in A and 4.3 in B, so"."""
    named = context.names.find(sentence.text)
    other = next((one for one in named if one.start >= match.end()), None)
    before = [one for one in named if one.end <= match.start()]
    if other is None or not before or UP_TO_OTHER.fullmatch(sentence.text[match.end() : other.start]) is None:
        return []
    told = {
        one.mark: (one, place.name)
        for one in sentence.figures
        if one.kind in (kinds.VALUE, kinds.RATE, kinds.SHARE) and not one.number.is_word
        for place in before
        if place.start >= one.mark.end - sentence.start
        and IN_PLACE.fullmatch(sentence.text[one.mark.end - sentence.start : place.start])
    }
    first = [one for one, place in told.values() if place == before[-1].name]
    second = [one for one, place in told.values() if place == other.name]
    if len(first) != 1 or len(second) != 1 or len(told) != 2 or not is_alike(first[0], second[0]):
        return []
    is_rate = first[0].kind != kinds.VALUE
    if is_of_rates(sentence, match, other.start) != is_rate or is_of_changes(sentence, match, other.start):
        return []
    return [(side_of(first[0]), side_of(second[0]))]


# "Cotham has the highest rate (13.1). That is more than twice the rate of Brill".
THAT_IS = re.compile(r"(?:That|This|It) (?:is|was)\s+$")


def pairs_in_tables(
    context: Context, sentence: Sentence, match: re.Match, told: Sentence | None
) -> list[tuple[Side, Side]]:
    """The cells of the two rows that a sentence compares, by every column that it can mean; none if none is sure."""
    for table in near_tables(context, sentence):
        named = mentions(context, table, sentence.text)
        own = subject_before(sentence.text, named, match.start())
        other = next((one for one in named if one.start >= match.end()), None)
        if own is None and told is not None and THAT_IS.fullmatch(sentence.text[: match.start()]):
            earlier = mentions(context, table, told.text)
            own = earlier[0] if len({one.row.index for one in earlier}) == 1 else None
        if own is None or other is None or own.row is other.row:
            continue
        if UP_TO_OTHER.fullmatch(sentence.text[match.end() : other.start]) is None:
            continue
        if is_of_changes(sentence, match, other.start):
            return []
        is_rate = is_of_rates(sentence, match, other.start)
        roles = ("rate", "share") if is_rate else ("value",)
        found = options(context, sentence, (own.row.label, other.row.label), roles)
        counts = [one for one in sentence.figures if one.kind == kinds.VALUE]
        figure = next(iter([*counts, *sentence.figures]), None)
        if figure is None:
            continue
        option = sure(sentence, figure, found)
        if option is None or is_narrower(table, sentence.text, match.start(), match.end()):
            return []
        return [(side_of(one.cells[0]), side_of(one.cells[1])) for one in (option, *found)]
    return []


def times_of(match: re.Match) -> float:
    if match["twice"]:
        return 2.0
    if match["again"]:
        return 1.5
    word = match["number"].lower()
    return (float(word) if re.match(r"\d", word) else WORDS[word]) + (0.5 if match["half"] else 0.0)


def is_true(match: re.Match, new: Side, old: Side) -> bool:
    """Whether the ratio of two numbers can be called by a multiple, as exactly as it is told."""
    low = (new.value - new.half) / (old.value + old.half)
    high = (new.value + new.half) / max(old.value - old.half, 1e-9)
    times, loose = times_of(match), (match["loose"] or "").lower()
    if loose in ("more than", "over", "well over", "just over", "at least"):
        return high >= times and (loose != "just over" or low <= times * HIGH)
    if loose in ("nearly", "almost", "just under", "close to"):
        return high >= times * 0.85 and low <= times * 1.05
    if match["number"] and "." in match["number"] and not loose:
        half = 0.5 * 10.0 ** -len(match["number"].partition(".")[2]) * 1.02
        return low - half <= times <= high + half
    return high >= times * LOW and low <= times * HIGH


def wrong(context: Context, sentence: Sentence, match: re.Match, new: Side, old: Side) -> Finding:
    actual = f"{new.value / old.value:.1f} times"
    start, end = match.start(), match.start("of")
    block = context.document.blocks[sentence.block]
    return Finding(
        "comparison_fits_figures",
        ERROR,
        Mark(sentence.block, block.place, sentence.start + start, sentence.start + end),
        sentence.text[start:end].strip(),
        actual,
        f"{new.text} is {actual} {old.text}.",
        sentence.text,
        place_of(context, sentence),
        marks=[new.mark, old.mark],
    )
