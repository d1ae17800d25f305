"""Changes since a named period: "pupils have risen by 12.5% since 2022/23", from that period to the latest."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.claims import of_pair
from orchestration.checking.rules.compared import is_difference, is_with_another_place
from orchestration.checking.rules.pairs import measures_said
from orchestration.checking.rules.readings import GENERIC, RESTRICTED, Reader, end_of, place_of, surest, term_of
from orchestration.checking.rules.rows_said import is_of_other
from orchestration.checking.rules.tabled_changes import KIND, fits_kind
from orchestration.checking.rules.within_tables import term
from orchestration.checking.spans import Span
from orchestration.checking.words import stems
from orchestration.reading.periods import Period

AFTER = re.compile(
    r"(?:\s+(?!from\b|to\b|than\b|and\b|but\b)[a-z-]+){0,4}?\s+since\s+(?:the\s+)?(?:year\s+)?$", re.IGNORECASE
)
BEFORE = re.compile(
    r"(?:^|[;,]\s+(?:and\s+|but\s+)?|\b(?:and|but|that)\s+)since\s+(?:the\s+)?(?:year\s+)?$", re.IGNORECASE
)
MEASURED = re.compile(
    r"\b(?:since|on|than|from|below|above|over|against|compared (?:with|to))\s+"
    r"(?:(?:in|the|that|those|of|for|year)\s+)*$",
    re.IGNORECASE,
)
# "The highest since 2019" is no change, and "a rise of 4% a year since 2019" is none of the whole time.
OTHERWISE = re.compile(
    r"\b(?:highest|lowest|largest|smallest|biggest|best|worst|first|record|average|each|every|annual\w*|a year|"
    r"per year|yearly|peak\w*|low|high|target|forecast|projected|expected|will|would|could|not|never|real terms|"
    r"adjusted)\b",
    re.IGNORECASE,
)


def changes_since(context: Context, reader: Reader) -> Iterator[Relation]:
    """Each change since a period that a table, or the paragraph, gives the value of."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            base = base_of(sentence, figure) if figure.kind in KIND and figure.kind != kinds.RATIO else None
            if base is None or not (figure.direction or figure.number.sign) or is_otherwise(sentence.text):
                continue
            if is_difference(sentence, figure) or is_with_another_place(context, sentence, figure):
                continue
            relations = in_table(context, reader, sentence, figure, base) or in_text(
                context, reader, sentence, figure, base
            )
            held = next((one for one in relations if one.holds()), None)
            if held is not None:
                yield held
            elif len(relations) == 1 and not RESTRICTED.search(sentence.text):
                yield relations[0]


# "They have risen in each of the two years, and since 2022/23 by 445".
IN_EACH = re.compile(r"\bin each of (?:the|these|those) (?:\w+ )?(?:years|quarters|months)\b", re.IGNORECASE)


def is_otherwise(text: str) -> bool:
    return OTHERWISE.search(IN_EACH.sub(" ", text)) is not None


def base_of(sentence: Sentence, figure: Figure) -> Period | None:
    """The period that a change is said to be since, just behind it or at the beginning of its clause."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    for span in sentence.spans:
        if span.period is None or span.is_date:
            continue
        if span.start >= end and AFTER.fullmatch(sentence.text[end : span.start]):
            return span.period
        between = sentence.text[span.end : start] if span.end <= start else ""
        if (
            between
            and BEFORE.search(sentence.text[: span.start])
            and not re.search(r"\d|[;.]|\band\b|\bbut\b", between)
        ):
            return span.period
    return None


def is_base(sentence: Sentence, span: Span) -> bool:
    """Whether a period is what a change is measured against, and not where it ends."""
    return MEASURED.search(sentence.text[: span.start]) is not None


def in_table(context: Context, reader: Reader, sentence: Sentence, figure: Figure, base: Period) -> list[Relation]:
    """The change of the one row that is meant, from the period to each later one that can be meant."""
    reading = surest(reader.readings(sentence, figure))
    if reading is None or reading.weight < 2:
        return []
    table, row = reading.table, reading.row
    _, clause = reader.clause(sentence, figure)
    measures = measures_said(reader.sentences, sentence, clause, table)
    if len(measures) != 1 or row.is_part:
        return []
    columns = sorted((one for one in table.columns if one.role != "change" and one.period), key=end_of)
    columns = [one for one in columns if one.measure == measures[0]]
    old = [one for one in columns if one.period == base]
    later = [one for one in columns if one.period and one.period.start >= base.end]
    named = {span.period for span in sentence.spans if span.period and not is_base(sentence, span)} - {base}
    later = [one for one in later if one.period in named] if named else later
    if len(old) != 1 or not later or not fits_kind(figure, table, reading, old[0]):
        return []
    first = term(table, row, old[0])
    terms = [one for column in later if (one := term(table, row, column)) is not None]
    if first is None or not terms:
        return []
    found = [relation(first, one, sentence, figure, place_of(context, sentence)) for one in terms]
    before = re.sub(r"\b[Ss]ince\b", " ", sentence.text[: figure.mark.start - sentence.start])
    before = DIRECTION.sub(" ", before)
    held = [one for one in found if one.holds()]
    # "Visits at weekends have risen by 22% since 2022": some of what the table counts.
    return held or ([] if is_of_other(context, table, before) else found[-1:])


def in_text(context: Context, reader: Reader, sentence: Sentence, figure: Figure, base: Period) -> list[Relation]:
    """The change of what the paragraph gives for three periods or more in one sentence or in as many."""
    block = [one for one in reader.sentences if one.block == sentence.block and one.number <= sentence.number][-3:]
    told = [(old, new) for old, new in reader.pairs_in_text(sentence, figure, block) if old.period == base]
    told = [pair for pair in told if pair[0].has_own_period and pair[1].has_own_period and pair[1].period]
    if not told:
        return []
    last = max(new.period.end for _, new in told if new.period)
    _, clause = reader.clause(sentence, figure)
    subject = set(stems(DIRECTION.sub(" ", clause[: max(figure.mark.start - sentence.start, 0)]))) - GENERIC
    told = [pair for pair in told if pair[1].period and pair[1].period.end == last]
    where = place_of(context, sentence)
    found = [of_pair(old, new, figure, where, sentence) for old, new in told]
    held = [one for one in found if one.holds()]
    texts = {one.number: one.text for one in block}
    is_of_it = subject <= {
        word for old, new in told for at in (old.sentence, new.sentence) for word in stems(texts[at])
    }
    return held or (found if len(found) == 1 and is_of_it else [])


def relation(old: Term, new: Term, sentence: Sentence, figure: Figure, where: str) -> Relation:
    return sums.change_relation(old, new, term_of(figure), KIND[figure.kind], where, sentence.text)
