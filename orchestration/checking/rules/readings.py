"""What a sentence may speak of: the rows of tables, and the values of sentences, that a figure in it can be read as."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from orchestration.checking import figures as kinds
from orchestration.checking import labels
from orchestration.checking.context import Context
from orchestration.checking.document import Block
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Term
from orchestration.checking.rules.held_against import is_wanted
from orchestration.checking.rules.pairs import (
    are_both_compared,
    are_of_one_unit,
    comes_before,
    is_across_semicolon,
    is_article,
    is_before_clause,
    is_conceded,
    is_of_another,
    is_of_whole_year,
    is_whole,
    row_in_turn,
)
from orchestration.checking.rules.rows_named import (
    FOR_ROW,
    GENERIC,
    best_label,
    ends_part,
    exact_label,
    is_gapped,
    row_beside,
    row_told_before,
    topic_of,
)
from orchestration.checking.rules.together import is_of_several
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Column, Row, Table
from orchestration.checking.words import all_stems, stems

CLAUSE = re.compile(
    r"[;:]|,\s+(?=(?:while|whereas|but|although|though|and|with|followed|contrastingly|however|"
    r"which(?! (?:is|are|forms?|makes?) (?:up )?(?:a )?part of)|where|marking|reflecting)\b)|"
    # "That the board notes A, welcomes B and asks for C".
    r"(?:,|\band)\s+(?=(?:also\s+)?(?:notes?|welcomes?|regrets?|endorses?|commends?|asks?|requests?|thanks?)\s+(?:the|that|its|"
    r"all|for|with|officers)\b)|"
    r"\b(?:while|whereas|but)\b|\.\s"
)
BROAD = re.compile(
    r"\b(?:last|past|previous) (?:two|three|four|five|six|seven|eight|ten|\d+) (?:years|quarters|months)|"
    r"\bsince\b|\bdecade\b|\bover (?:two|three|four|five|ten) years|"
    r"\b(?:quarter|month)(?:ly)?\b|\bsame (?:quarter|month|period)\b|\btarget\b|\bforecast|\bprojected|\bexpected "
    r"to\b|\bwill\b|\baims?\b|^\W*if\b|[,;] if\b|^\W*had\b|\bwould have\b",
    re.I,
)
# "Fell by eight to 88, two below target": the distance from an aim stands beside what is told.
BESIDE_AIM = re.compile(
    r",?\s+(?:and\s+)?(?:(?:is|was|are|were)\s+)?[\w,.%]+\s+(?:percentage\s+points?\s+|per\s?cent\s+)?"
    r"(?:above|below|under|over|short of|ahead of|behind)\s+(?:(?:the|its|our)\s+)?target\b(?:\s+of\s+[\d,.%]+)?",
    re.IGNORECASE,
)


# "Rose by 273, nearly a quarter": a part, and no time.
A_FOURTH = re.compile(
    r"\b(?:nearly|almost|over|under|about|around|roughly|by|than|of)\s+(?:a|one)\s+quarter\b"
    r"(?! (?:ago|earlier|of a year))|"
    r"\bthree[- ]quarters\b",
    re.IGNORECASE,
)


def is_broad(text: str) -> bool:
    """Whether a sentence speaks of other times than its tables' last two, or of what is aimed at."""
    return BROAD.search(A_FOURTH.sub(" ", BESIDE_AIM.sub(" ", text))) is not None


# More values than these in three sentences are a list, in which no two are meant by a change.
MOST_VALUES = 30
# A number that is aimed at is no value: "the standard is 90 per cent".
# Nor is one that a value is held against: "above the force average of 18.9".
AIMED = re.compile(
    r"\b(?:standard|target|threshold|benchmark|goal|ambition|trajectory|expectation)\s*(?:is|was|of|at|:|\()\s*(?:[a-z]+\s+)?$|"
    r"\b(?:above|below|than|exceed\w*|under|over|behind|near|to)\s+(?:the|its|our|their|an?)\s+(?:[a-z]+\s+){0,3}?"
    r"(?:average|mean|median|norm|expected rate)\s+(?:of|at|\()\s*$",
    re.IGNORECASE,
)
# "Still four short of the national 65%": what a value is held against, and none of its times.
OF_COUNTRY = re.compile(
    r"\bthe (?:national|regional|English|county|England)\s+(?:average of\s+|rate of\s+)?£?$", re.IGNORECASE
)
# "An increase of 9 points, but we are 19 short of the 75% that we want": the change does not lead to it.
BUT_SHORT = re.compile(r"\b(?:but|yet|though|although)\b[^.;]*\bshort of (?:the|our|its|their)\s+$", re.IGNORECASE)
RESTRICTED = re.compile(
    r"\b(?:men|women|male|female|boys|girls|aged|under|over|new|first|children|young|adults|older|white|asian|"
    r"black|of whom|of which|of these|of them|"
    r"excluding|except|without|apart from|not counting|other than|net of|"
    r"including|per week|per month|weekly|monthly|daily|target|plan|planned|budget)\b",
    re.I,
)


# A clause that says of what it speaks: "seat belt offences were".
HAS_SUBJECT = re.compile(
    r"\s*(?!(?:it|they|this|that|these|those|there|its|their)\b)(?:[a-z'’-]+\s+){1,5}(?:was|were|is|are|has|have|had|fell|rose|"
    r"[a-z]+ed)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """A row of a table that a figure can be of. `weight`: 3 the block names the table, 2 its section, 1 else."""

    table: Table
    row: Row
    weight: int
    is_explicit: bool
    topic: float


# What begins a clause without a subject of its own: "while it fell", "while still the largest".
NO_SUBJECT = re.compile(
    r"\s*(?:it|they|this|that|these|those|which|its|their|is|are|was|were|has|had|have|still|also|only|remain\w*|by|in|at|on|"
    r"for|with|the (?:latter|former|same)|both|each|all|most|some|more|fewer|less)\b",
    re.IGNORECASE,
)
AFTER_CONTRAST = re.compile(r"\b(?:while|whereas)\s*$", re.IGNORECASE)


def begins_anew(clause: str) -> bool:
    """Whether a clause has a subject of its own, as "the oldest group grew fastest"."""
    return NO_SUBJECT.match(clause) is None


# "From 52% of discharges": what a share is of.
OF_A_WHOLE = re.compile(r"(?<=%)\s+of\s+(?:(?:all|the|our|its)\s+)*[a-z]+")
# "Grew faster than anything else", "more than any other": one row, and not the total.
THAN_OTHERS = re.compile(
    r"\bthan\s+(?:any|anything|every|everything|all|those)\b[^.;]{0,30}?\b(?:else|others?)\b", re.IGNORECASE
)
# "Electronic lending grew quickest, by more than a fifth": one row too, by whatever name.
MOST_OF_ALL = re.compile(
    r"^\W*(?:each|every)\s+[a-z]|\b(?:(?:fast|quick|slow|steep|sharp)est|(?:rose|grew|fell|dropped|gained|lost|increased|declined|climbed|improved|"
    r"worsened)\s+(?:by far\s+)?(?:the\s+)?(?:most|least|furthest))\b",
    re.IGNORECASE,
)

# A measure of its own: "the harm score fell by 8.1%" is no change of the offences that a table counts.
OF_ANOTHER_SCALE = re.compile(r"\b(?:score|index)\b", re.IGNORECASE)


class Reader:
    """Finds readings in one document."""

    def __init__(self, context: Context, sentences: list[Sentence]) -> None:
        self.context, self.sentences = context, sentences

    @cached_property
    def rarity(self) -> dict[str, float]:
        """How telling a word is: 1 over the number of tables that are about it."""
        count: dict[str, int] = {}
        for table in self.context.tables:
            for word in topic_of(table):
                count[word] = count.get(word, 0) + 1
        return {word: 1.0 / number for word, number in count.items()}

    def clause(self, sentence: Sentence, figure: Figure) -> tuple[int, str]:
        """The clause of a sentence that a figure stands in, with where it begins in the sentence."""
        at = figure.mark.start - sentence.start
        start = max((match.end() for match in CLAUSE.finditer(sentence.text) if match.end() <= at), default=0)
        # "charges rose by 6.6% and cautions by 8.6%": "and" behind a number begins a clause, if words follow it.
        for match in re.finditer(r"[\d%)]\s+and\s+(?=[a-zA-Z])", sentence.text[start:at]):
            start += match.end() if match.end() else 0
            break
        end = min(
            (match.start() for match in CLAUSE.finditer(sentence.text) if match.start() >= at),
            default=len(sentence.text),
        )
        return start, sentence.text[start:end]

    def readings(self, sentence: Sentence, figure: Figure) -> list[Reading]:
        """The rows that a figure can be of, the likeliest first."""
        block = self.context.document.blocks[sentence.block]
        named = self.context.mentioned(block.text)
        near = self.context.tables_for(block)
        found = []
        start, clause = self.clause(sentence, figure)
        scales = {word.casefold() for word in OF_ANOTHER_SCALE.findall(clause)}
        for table in self.context.tables:
            weight = 3 if table in named else 2 if table in near else 1
            topic = self.topic(table, sentence, clause)
            for row, explicit in self.rows_named(table, sentence, figure, start, clause):
                weight = 2 if weight == 1 and explicit and self.is_subject(table, row, clause) else weight
                if is_of_several(table, row, sentence.text if row.label not in clause else clause):
                    continue
                if not scales <= set(re.findall(r"\w+", f"{table.caption} {row.label}".casefold())):
                    continue
                found.append(Reading(table, row, weight, explicit, topic))
        return sorted(found, key=lambda one: (one.weight > 1, one.is_explicit, one.topic, one.weight), reverse=True)

    def is_subject(self, table: Table, row: Row, clause: str) -> bool:
        """Whether the subject of a clause is the label of a row, word for word, that no other table is about."""
        subject = re.match(
            r"\s*(?:and\s+|the\s+)?(?:number\s+of\s+)?([A-Za-z][^.;:()\d]*?)\s+(?:have|has|had|are|is|were|was|"
            r"rose|fell|grew|dropped|went|came)\b",
            clause,
            re.IGNORECASE,
        )
        if subject is None or subject[1].casefold() != row.label.casefold() or table.has_areas:
            return False
        words = set(stems(row.label))
        others = [one for one in self.context.tables if one is not table]
        return bool(words) and not any(
            words <= topic_of(one) or any(words <= set(stems(other.label)) for other in one.rows) for one in others
        )

    def topic(self, table: Table, sentence: Sentence, clause: str) -> float:
        """How much of what a sentence says is what a table is about, by telling words: 0 to some."""
        about = topic_of(table)
        block = self.context.document.blocks[sentence.block]
        headings = " ".join(one.text for one in self.context.document.headings_above(block)[:1])
        here, around = set(stems(clause)) - GENERIC, (set(stems(sentence.text)) | set(stems(headings))) - GENERIC
        return sum(self.rarity.get(word, 0) for word in about & here) + 0.4 * sum(
            self.rarity.get(word, 0) for word in about & (around - here)
        )

    def rows_named(
        self, table: Table, sentence: Sentence, figure: Figure, start: int, clause: str
    ) -> Iterator[tuple[Row, bool]]:
        """The rows of a table that a figure's area or its clause names; the total's where it names none."""
        if figure.has_own_area and figure.area != self.context.names.own:
            for row in table.rows:
                if row.label == figure.area or (not table.has_areas and figure.area in row.label):
                    yield row, True
            return
        own = [row for row in table.rows if row.label == self.context.names.own and row.label]
        at = figure.mark.start - sentence.start
        if table.has_areas and (beside := row_beside(table, sentence.text[:at])) is not None:
            yield beside, True
            return
        if not table.has_areas and re.search(r"\brespectively\b", sentence.text[at:]):
            in_turn = row_in_turn(table, sentence, figure)
            yield from [(in_turn, True)] if in_turn is not None else []
            return
        behind = FOR_ROW.match(sentence.text, figure.mark.end - sentence.start)
        if behind and not table.has_areas and figure.is_change and (said := exact_label(table, behind["row"])):
            yield from ((row, True) for row in said)
            return
        if ends_part(sentence.text, at):
            clause = clause[: at - start]
        # "Went down by 29, from 52% of discharges to 48%": it is no change of all discharges.
        is_part = figure.is_change and OF_A_WHOLE.search(clause) is not None
        if is_part:
            clause = OF_A_WHOLE.sub(lambda match: " " * len(match[0]), clause)
        best = best_label(table, clause, at - start)
        is_anew = AFTER_CONTRAST.search(sentence.text[:start]) is not None and begins_anew(clause)
        is_anew = is_anew and not topic_of(table) & set(stems(clause))
        if best is None and (is_anew or is_gapped(table, sentence.text[:start], clause[: at - start])):
            # "A grew by 85, while the oldest group grew by 10.6%": neither A nor the total.
            return
        if best is None:
            best = best_label(table, sentence.text[:at], at)
            if best and HAS_SUBJECT.match(clause) and re.search(r"\b(?:while|whereas)\s*$", sentence.text[:start]):
                # "A rose most, while belt offences fell (8.2%)": what fell is not A, whatever row it is.
                return
        if best is not None:
            yield from ((row, True) for row in best)
            return
        if is_part or THAN_OTHERS.search(clause) or (figure.is_change and MOST_OF_ALL.search(clause)):
            return
        if (told := row_told_before(table, sentence, self.sentences)) is not None:
            yield from ((row, True) for row in told)
            return
        totals = own or [row for row in table.rows if row.is_total or len(table.rows) == 1]
        yield from ((row, False) for row in totals)

    def pairs_in_text(self, sentence: Sentence, figure: Figure, others: list[Sentence]) -> list[tuple[Figure, Figure]]:
        """Pairs of an old and a new value in sentences that a change can be the change of, of one area and one unit."""
        wanted = {kinds.POINTS: ("percent", "rate"), kinds.CHANGE: ("count",)}.get(figure.kind, ("count", "rate"))
        values = [
            other
            for one in others
            for other in one.figures
            if not other.is_change
            and other.kind != kinds.COUNT_OF_AREAS
            and other.unit_class in wanted
            and other.area == figure.area
            and other.number.unit != "fraction"
            and not AIMED.search(one.text[: other.mark.start - one.start])
            and not OF_COUNTRY.search(one.text[: other.mark.start - one.start])
            and not is_wanted(one, other)
            and not (other.mark.start > figure.mark.end and BUT_SHORT.search(one.text[: other.mark.start - one.start]))
        ]
        if len(values) > MOST_VALUES:
            return []
        return [
            (old, new)
            for old in values
            for new in values
            if new.mark != old.mark
            and are_of_one_unit(old, new)
            and (old.number.unit == "money") == (new.number.unit == "money")
            and (figure.kind != kinds.CHANGE or (figure.number.unit == "money") == (new.number.unit == "money"))
            and comes_before(old, new)
            and not is_article(old, new)
            and not is_conceded(old, new, others)
            and not are_both_compared(old, new, others)
            and not is_whole(sentence, old, new)
            and not is_of_another(old, new, others)
            and not is_across_semicolon(old, new, others)
            and not is_before_clause(old, new, others)
            and is_of_whole_year(old, others) == is_of_whole_year(new, others)
        ]


def columns_for(table: Table, row: Row, figure: Figure, text: str) -> list[Column]:
    """The columns of a row that hold what a value of a sentence can be: of its period, its kind and its words."""
    counted = any(column.role == "value" for column in table.columns)
    rates = ("rate",) if re.search(r"\brates?\b", text) and not counted else ()
    wanted = {kinds.SHARE: ("share",), kinds.RATE: ("rate",), kinds.VALUE: ("value", *rates)}.get(figure.kind, ())
    found = [
        column
        for column in table.columns
        if table.role(row, column) in wanted
        and table.at(row, column) is not None
        and (column.period is None or figure.period is None or column.period == figure.period)
    ]
    plans = [column for column in found if labels.PLANNED.search(column.header)]
    if plans and len(plans) < len(found):
        # "918, against a target of 900": each of the two has a column of its own.
        is_aimed = re.search(
            rf"\b{labels.PLANNED.pattern}(?:\s+[a-z]+){{0,2}}\s*£?{re.escape(figure.number.text)}", text, re.I
        )
        found = plans if is_aimed else [column for column in found if column not in plans]
    if len(found) > 1:
        said = set(all_stems(text))
        scored = [(len(set(stems(column.measure)) & said), column) for column in found]
        most = max(score for score, _ in scored)
        if most and sum(score == most for score, _ in scored) == 1:
            return [column for score, column in scored if score == most]
    return found


def columns_said(table: Table, row: Row, figure: Figure, clause: str, sentence: str) -> list[Column]:
    """The columns of a value by the words of its clause, or by those of its sentence where they leave several."""
    found = columns_for(table, row, figure, clause)
    wider = columns_for(table, row, figure, sentence) if len(found) > 1 and figure.kind == kinds.SHARE else found
    return wider if len(wider) == 1 else found


def term_of(figure: Figure) -> Term:
    """A figure of a sentence as a term of a relation."""
    return Term(figure.mark, figure.number, figure.value, figure.quantity, is_size=figure.is_turn)


def term_of_cell(table: Table, row: Row, column: Column) -> Term | None:
    return term(table, row, column)


def place_of(context: Context, sentence: Sentence) -> str:
    """Where a sentence stands, in words."""
    return place_of_block(context, context.document.blocks[sentence.block])


def place_of_block(context: Context, block: Block) -> str:
    headings = context.document.headings_above(block)
    return f"Text under {headings[0].text!r}" if headings else "Text"


def surest(readings: list[Reading]) -> Reading | None:
    """The reading that is sure: of a table that is named or near, or of one that only this sentence can mean."""
    if not readings:
        return None
    first = readings[0]
    rivals = [
        one for one in readings[1:] if (one.weight > 1) == (first.weight > 1) and one.is_explicit == first.is_explicit
    ]
    if first.weight > 1:
        if first.is_explicit or first.topic > 0:
            near = [one for one in rivals if one.topic >= first.topic * 0.8 and one.table is not first.table]
            same = [
                one
                for one in rivals
                if one.table is first.table and one.topic == first.topic and one.row is not first.row
            ]
            return None if near or same else first
        return None
    clear = first.topic >= 0.5 and all(
        one.topic < first.topic * 0.7 for one in rivals if one.table is not first.table or one.row is not first.row
    )
    return first if clear and first.is_explicit else None


def end_of(column: Column) -> date:
    return column.period.end if column.period else date.min
