"""What a clause says of the two numbers just told: "…; that is 752 more", "we were 9 days over"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.names import COUNTRIES
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.gaps import gap_between, gap_relation
from orchestration.checking.rules.held_against import AIMED_AT, ELSEWHERE, WANTS, is_held_against, is_wanted
from orchestration.checking.rules.pairs import comes_before
from orchestration.checking.rules.readings import RESTRICTED, Reader, place_of, term_of
from orchestration.checking.rules.rows_said import near_tables
from orchestration.checking.rules.told import are_of_one_thing, counted_by
from orchestration.checking.rules.within_tables import term
from orchestration.checking.spans import before
from orchestration.checking.tables import Column, Table
from orchestration.checking.words import WORD, stems
from orchestration.reading.periods import Period

# How a number is called a distance, behind it: "£105 dearer", "9 days over", "23 points away".
FAR_OFF = re.compile(
    r"\s+(?:[a-z-]+\s+){0,2}?(?:dearer|cheaper|over|under|short|above|below|longer|shorter|quicker|faster|slower|better|"
    r"worse|away|ahead|behind|higher|lower|more|fewer|less|apart|off|adrift|too many)\b"
)
# And before it: "the difference of 157", "we lost 16", "fell short by".
CALLED_SO = re.compile(
    r"\b(?:difference|gap|shortfall|surplus|excess|overrun|overspend|underspend|saving|deficit)\s+(?:of|is|was)\s+"
    r"(?:only |just |about |around )?£?$|\b(?:an?\s+)?(?:extra|additional|further)\s+$|"
    r"\b(?:lost|gained|added|short|over|under|expected|planned|budgeted|better|worse)\s+(?:by\s+)?£?$",
    re.IGNORECASE,
)
# What a distance from an aim, or from another place, is said with.
FROM_AIM = re.compile(
    rf"\b(?:short|shy|away|off|adrift|where we|than (?:that|this|it)|{AIMED_AT}s?|{ELSEWHERE}|{WANTS})\b", re.IGNORECASE
)
OVER_TIME = re.compile(
    r"\b(?:years?|months?|quarters?|weeks?|before|earlier|ago|previous(?:ly)?|last|since|then|time|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
# The words of a clause that has no subject but what was just told.
EMPTY = frozenset(
    re.findall(
        "[a-z]+",
        "this that these it they we which the former latter figure number total rate share proportion percentage "
        "difference gap increase decrease rise fall drop reduction growth gain loss change improvement average score "
        "value amount cost price is was are were has have had been be being therefore thus hence so then now still "
        "also only just about around nearly almost over under by of a an and or but yet though again to some than as "
        "much makes made represented represents amounts amounted comes came equals equal means meant meaning gives "
        "rose fell grown grew risen fallen increased decreased improved gone went up down brought cut lost gained "
        "added put puts us them our ours its their theirs short from some more fewer less out works "
        "result overall in all did do does there two both extra additional further shortfall surplus excess overrun "
        "overspend underspend saving deficit",
    )
)
SO = re.compile(r"\b(?:so|thus|therefore|hence)\s+$", re.IGNORECASE)
BEGINS = re.compile(
    r"[;:]\s+|,\s+(?=(?:so|and|but|or|which|that|this|it|they|we|thus|hence|therefore|meaning|making|representing|from)\b)|"
    r"\b(?:so|and)\s+(?=(?:we|it|they|this|that|therefore|thus|hence|so)\b)"
)
ENDS = re.compile(
    r"[;:()]|\.\s|,\s|\.$|\band (?:it|we|they|this|that)\b|"
    r"\b(?:mostly|mainly|partly|largely|because|due|owing|thanks|after|as a result)\b"
)
# "Within 18 minutes", "aged 65", "every 1,000": no value.
NO_VALUE = re.compile(
    r"\b(?:within|aged|over|under|every|each|least|most|per|than|exceed\w*|page|item|between|in|top|first|last)\s+£?$",
    re.IGNORECASE,
)
IN_YEARS = re.compile(
    r"\s+(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|quarters?|miles?|per|an? |each)\b", re.IGNORECASE
)
UNSURE = re.compile(
    r"\b(?:would|could|might|if|respectively|each|not|without|except|excluding|forecast|projected|previous gap|"
    r"combined|together|twice|times)\b",
    re.IGNORECASE,
)
WENT = re.compile(
    r"\b(?:rose|risen|fell|fallen|gr[eo]wn?|(?:in|de)creased|improved|declined|dropped|(?:gone|went) (?:up|down))\b"
)
# How many times another a distance may be that no slip explains.
NEAR = 2
EXACT = 1e-9
# How many words of its own the subject of a clause may have.
FEW = 3
PART = re.compile(r"\b(?:among|amongst|in|at|for|with|of those|of them|by)\b(?!\s*(?:£|$))", re.IGNORECASE)
# By the letters that "region" and "regional" have in common.
PLACES = frozenset(("nation", "englan", "region", "county", "countr", "neighb", "peer"))
ROOT = 6
# What draws a number from two others: "the difference of 157", "so we lost 16".
DRAWN = re.compile(
    r"(?:and\s+|but\s+)?(?:so|thus|therefore|hence|this|that|which|meaning|"
    r"the (?:former|latter|difference|gap|first|second))\b",
    re.IGNORECASE,
)
THEN = re.compile(
    r"\b(?:last year|(?:a|the) year (?:ago|earlier|before)|previous\w*|had been|then|in (?:19|20)\d\d)\b", re.IGNORECASE
)
KIND = {kinds.PERCENT_CHANGE: sums.PERCENT, kinds.POINTS: sums.POINTS}
ON_YEAR_BEFORE = re.compile(
    r"\b(?:than|on|over|since)\s+(?:it was\s+|in\s+)?(?:(?:a|the|one)\s+)?"
    r"(?:year (?:before|earlier|ago)|last year|previous year)\b"
)
# "Eight points above the national standard of 75": the aim stands behind.
TO_AIM = re.compile(
    r"\s+(?:(?:clear|short|ahead|shy) of|above|below|under|over|behind|(?:better|worse|higher|lower|more|less) than)\b"
    r"[^.;:,()\d]*\(?£?"
)
MOST_LEVELS = 12


@dataclass(frozen=True)
class Level:
    """A value that was told: whether it is of an earlier time, and whether it is an aim or another place's."""

    figure: Figure
    sentence: Sentence
    is_old: bool
    is_aim: bool


def changes_just_told(context: Context, reader: Reader, relations: list[Relation]) -> Iterator[Relation]:
    """The distances that no relation is of, each with the only two numbers that it can be the distance of."""
    known = {relation.result.mark for relation in relations}
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            if figure.mark not in known and is_distance(sentence, figure):
                relation = relation_of(context, reader, sentence, figure)
                if relation is not None:
                    yield relation


def is_distance(sentence: Sentence, figure: Figure) -> bool:
    """Whether a number is said to lie between two others."""
    if figure.number.unit not in ("plain", "money", "points", "percent") or figure.number.about or not figure.value:
        return False
    if figure.kind == kinds.POINTS:
        return True
    if figure.number.unit == "percent":
        return figure.kind == kinds.PERCENT_CHANGE
    is_said = CALLED_SO.search(sentence.text[: at_start(sentence, figure)])
    is_said = is_said or FAR_OFF.match(sentence.text, at_end(sentence, figure))
    return figure.kind in (kinds.CHANGE, kinds.VALUE) and (figure.kind == kinds.CHANGE or is_said is not None)


def at_start(sentence: Sentence, figure: Figure) -> int:
    return figure.mark.start - sentence.start


def at_end(sentence: Sentence, figure: Figure) -> int:
    return figure.mark.end - sentence.start


def clause_around(sentence: Sentence, figure: Figure) -> tuple[int, str, str]:
    """Where the clause of a number begins, and its words before and behind the number."""
    at = at_start(sentence, figure)
    begins = max((one.end() for one in BEGINS.finditer(sentence.text, 0, at)), default=0)
    behind = sentence.text[at_end(sentence, figure) :]
    return begins, sentence.text[begins:at], ENDS.split(behind)[0]


def relation_of(context: Context, reader: Reader, sentence: Sentence, figure: Figure) -> Relation | None:
    begins, lead, behind = clause_around(sentence, figure)
    clause = f"{lead} {behind}"
    is_from_aim = FROM_AIM.search(clause) is not None
    lacks_subject = is_without_subject(context, lead)
    if UNSURE.search(clause) or re.search(r"\d", lead) or names_another(context, sentence, begins, lead, behind):
        return None
    if not lacks_subject and not (is_from_aim and is_of_all(figure, lead)):
        return None
    segments = told(reader, sentence, figure, begins)
    levels = [one for segment in segments for one in segment]
    if not levels or len(levels) > MOST_LEVELS or fits_any(sentence, figure, levels, []):
        return None
    relation = None
    if lacks_subject and ON_YEAR_BEFORE.search(behind):
        relation = from_cell_before(context, sentence, figure, segments)
    if relation is None and fits_any(sentence, figure, levels, near_tables(context, sentence)):
        return None
    if relation is None:
        relation = of_levels(context, sentence, figure, segments, clause, is_from_aim, lacks_subject)
    expected = abs(relation.expected() or 0.0) if relation is not None else 0.0
    if relation is None or not expected or relation.holds():
        return relation
    is_near = 1 / NEAR <= abs(figure.value) / expected <= NEAR
    return relation if is_near or slip_between(figure.number.text, printed_like(figure.number, expected)) else None


def of_levels(
    context: Context,
    sentence: Sentence,
    figure: Figure,
    segments: list[list[Level]],
    clause: str,
    is_from_aim: bool,
    lacks_subject: bool,
) -> Relation | None:
    """The distance from the one aim that was told, or else the change between the last two values."""
    is_over_time = OVER_TIME.search(clause) is not None
    if is_from_aim and THEN.search(clause):
        return None
    # "The national rate was 7.8%, so ours was 1.2 points lower": from what is held against, if no time is told.
    went = is_over_time or WENT.search(clause) or figure.kind == kinds.PERCENT_CHANGE
    if (is_from_aim or not went) and (pair := aim_and_value(segments, clause)) is not None:
        return gap_between(context, sentence, figure, [exact_aim(one) for one in pair])
    if not lacks_subject or is_from_aim or (pair := last_two(segments)) is None:
        return None
    begins = sentence.text[: clause_around(sentence, figure)[0]]
    is_drawn = DRAWN.match(clause) or SO.search(begins) or re.search(r"\b(?:therefore|thus|hence)\b", clause)
    if figure.kind == kinds.VALUE and not is_drawn:
        return None
    return change_of(context, sentence, figure, *pair, is_over_time=is_over_time)


def is_without_subject(context: Context, lead: str) -> bool:
    """Whether a clause begins with no subject but a pronoun, a general word or the document's own place."""
    own = {word.casefold() for word in re.findall(r"\w+", context.names.own)}
    said = {word.casefold().removesuffix("'s").removesuffix("’s") for word in WORD.findall(lead)}
    return bool(said) and said <= EMPTY | own | whose(context, lead)


def is_of_all(figure: Figure, lead: str) -> bool:
    """Whether a clause with a subject, as "the contractor fell short by", is still of the value just told."""
    words = [word for word in WORD.findall(lead) if word.casefold() not in EMPTY]
    is_narrower = RESTRICTED.search(lead) or PART.search(lead)
    return len(words) <= FEW and not is_narrower and (figure.kind == kinds.POINTS or figure.number.unit == "money")


def names_another(context: Context, sentence: Sentence, begins: int, lead: str, behind: str) -> bool:
    """Whether a clause names a place that is not the document's own."""
    named = context.names.find(sentence.text)
    own = (context.names.own, *COUNTRIES)
    clauses = [(begins, begins + len(lead)), (end := sentence.text.find(behind, begins + len(lead)), end + len(behind))]
    return any(one.name not in own and start <= one.start < stop for one in named for start, stop in clauses)


OF_NAME = re.compile(r"\b(?P<name>[A-Z][a-z]+)['’]s\b")


def whose(context: Context, lead: str) -> set[str]:
    """The names that have what a clause speaks of, but for those of places in tables: "Kelby's was 0.9 lower"."""
    listed = {word.casefold() for name in context.names.listed for word in re.findall(r"\w+", name)}
    return {one["name"].casefold() for one in OF_NAME.finditer(lead)} - listed


def exact_aim(level: Level) -> Term:
    """A level as a term: an aim is exact, however few decimals it has, but another place's value is rounded."""
    term = term_of(level.figure)
    return replace(term, grid=EXACT) if is_wanted(level.sentence, level.figure) else term


def change_of(
    context: Context, sentence: Sentence, figure: Figure, one: Level, other: Level, is_over_time: bool
) -> Relation | None:
    """The change from the older of two values to the newer, or the distance of two that are of no times."""
    if comes_before(other.figure, one.figure):
        one, other = other, one
    if not comes_before(one.figure, other.figure):
        is_gap = figure.kind in (kinds.VALUE, kinds.CHANGE, kinds.POINTS) and not is_over_time
        return gap_relation(context, sentence, figure, [one.figure, other.figure]) if is_gap else None
    kind = KIND.get(figure.kind, sums.DIFFERENCE)
    printed = term_of(figure)
    if not figure.direction or figure.is_turn:
        printed = Term(figure.mark, figure.number, abs(figure.value), figure.quantity, is_size=True)
    old, new = term_of(one.figure), term_of(other.figure)
    return sums.change_relation(old, new, printed, kind, place_of(context, sentence), sentence.text)


def from_cell_before(
    context: Context, sentence: Sentence, figure: Figure, segments: list[list[Level]]
) -> Relation | None:
    """The change from the year before, that a table near has beside the one value just told."""
    last = next((segment for segment in segments if segment), [])
    if len(last) != 1 or not is_now(last[0]) or figure.kind == kinds.VALUE:
        return None
    value = last[0].figure
    old: dict[float, Term] = {}
    for table in near_tables(context, sentence):
        shown: dict[Period | None, Column] = {
            column.period: column for column in table.columns if column.role != "change" and column.period
        }
        for row in table.rows:
            for period, column in shown.items():
                assert period is not None
                cell, earlier = term(table, row, column), shown.get(before(period))
                if cell is None or earlier is None or cell.value != value.value or earlier.measure != column.measure:
                    continue
                if (one := term(table, row, earlier)) is not None:
                    old[one.value] = one
    if len(old) != 1:
        return None
    printed = term_of(figure)
    if not figure.direction or figure.is_turn:
        printed = Term(figure.mark, figure.number, abs(figure.value), figure.quantity, is_size=True)
    kind, where = KIND.get(figure.kind, sums.DIFFERENCE), place_of(context, sentence)
    return sums.change_relation(next(iter(old.values())), term_of(value), printed, kind, where, sentence.text)


def told(reader: Reader, sentence: Sentence, figure: Figure, begins: int) -> list[list[Level]]:
    """The levels told before a clause, in its sentence and in the two before it, the nearest first."""
    block = [one for one in reader.sentences if one.block == sentence.block and one.number <= sentence.number]
    found = []
    for one in reversed(block[-3:]):
        until = begins if one is sentence else len(one.text)
        found.append([level_of(one, value) for value in one.distinct_figures if is_level(one, value, figure, until)])
    end = at_end(sentence, figure)
    for value in sentence.distinct_figures:
        is_behind = value.mark.start > figure.mark.end and is_level(sentence, value, figure, len(sentence.text))
        if is_behind and TO_AIM.fullmatch(sentence.text[end : at_start(sentence, value)]):
            found[0].append(Level(value, sentence, False, is_aim=True))
    return found


def is_level(sentence: Sentence, value: Figure, figure: Figure, until: int) -> bool:
    """Whether a number of a sentence can be one of the two that a distance lies between."""
    if at_end(sentence, value) > until or value.is_change or value.kind == kinds.COUNT_OF_AREAS:
        return False
    if value.number.is_word or value.role in ("low", "high") or value.number.about:
        return False
    units = ("plain", "money", "rate") if figure.kind == kinds.PERCENT_CHANGE else (figure.number.unit,)
    units = ("percent",) if figure.kind == kinds.POINTS else units
    if value.number.unit not in units:
        return False
    is_of_time = IN_YEARS.match(sentence.text, at_end(sentence, value)) is not None
    return not (NO_VALUE.search(sentence.text[: at_start(sentence, value)]) and is_of_time)


def level_of(sentence: Sentence, value: Figure) -> Level:
    return Level(value, sentence, value.role == "old", is_held_against(sentence, value))


def fits_any(sentence: Sentence, figure: Figure, levels: list[Level], tables: list[Table]) -> bool:
    """Whether a distance is that of any two levels near it, or of any two cells of a row of these tables."""
    behind = [one for one in sentence.distinct_figures if not one.is_change and one.mark.start > figure.mark.end]
    values = [*(one.figure for one in levels), *behind]
    pairs = [(old.value, new.value) for old in values for new in values if not comes_before(new, old)]
    for table in tables:
        for row in table.rows:
            cells = [(column, number) for column in table.columns if (number := table.at(row, column)) is not None]
            pairs += [(old.value, new.value) for one, old in cells for other, new in cells if not is_later(one, other)]
            pairs += [(0.0, cell.value) for _, cell in cells]
    for old, new in pairs:
        size = abs(new - old)
        if figure.kind == kinds.PERCENT_CHANGE:
            if old and figure.number.fits(size / abs(old) * 100):
                return True
        elif size and figure.number.fits(size):
            return True
    return False


def is_later(one: Column, other: Column) -> bool:
    return one.period is not None and other.period is not None and one.period.end > other.period.end


def aim_and_value(segments: list[list[Level]], clause: str) -> tuple[Level, Level] | None:
    """The one aim that was told, or the value of the one other place that a clause speaks of, and the one of now."""
    levels = [one for segment in segments for one in segment]
    others = PLACES & roots(clause)
    for level in levels:
        if level.is_aim and others and not others & roots(level.sentence.text):
            # "The standard is 70%. We were 2 points better than the county": of a number that is not told.
            return None
    aims = {one.figure.value: one for one in levels if one.is_aim}
    nearest = next((found for segment in segments if (found := [one for one in segment if is_now(one)])), [])
    values = {one.figure.value: one for one in nearest}
    if len(aims) != 1 or len(values) != 1:
        return None
    return next(iter(aims.values())), next(iter(values.values()))


def roots(text: str) -> set[str]:
    return {word[:ROOT] for word in stems(text)}


def is_now(level: Level) -> bool:
    return not level.is_aim and not level.is_old


def last_two(segments: list[list[Level]]) -> tuple[Level, Level] | None:
    """The two values told last; none where there are more, or they are of two things."""
    levels: list[Level] = []
    for segment in segments:
        levels += [one for one in segment if not one.is_aim]
        if len(levels) > 1:
            break
    if len(levels) != 2:
        return None
    one, other = levels
    texts = {level.sentence.number: level.sentence for level in levels}
    if one.figure.number.unit != other.figure.number.unit or one.figure.kind != other.figure.kind:
        return None
    is_one_thing = are_of_one_thing(*(counted_by(texts, level.figure) for level in levels))
    return (one, other) if is_one_thing else None
