"""Sentences against numbers: changes against the values beside them and in tables, values against cells."""

import re
from collections.abc import Iterator
from dataclasses import replace

from orchestration.checking import figures as kinds
from orchestration.checking.bind import FORMER
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Mark, Relation, Term, printed_like, slip_between
from orchestration.checking.kinds import DISTANCE_FROM_AIM
from orchestration.checking.numbers import fits
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.compared import (
    base_said,
    is_before_contrast,
    is_change_of_difference,
    is_end_of_range,
    is_gap_to_another,
    is_of_time_before,
    is_since,
    is_tabled_of_another,
    is_times_another,
    is_whole_change,
    is_with_another_place,
)
from orchestration.checking.rules.led_to import is_of_level, is_to_come, value_led_to
from orchestration.checking.rules.multiples import of_subject
from orchestration.checking.rules.nearest import is_beside, is_of_another_change, nearest_pairs
from orchestration.checking.rules.pairs import parts_first
from orchestration.checking.rules.readings import (
    AIMED,
    GENERIC,
    Reader,
    Reading,
    end_of,
    is_broad,
    place_of,
    term_of,
    topic_of,
)
from orchestration.checking.rules.repeats import relation_of_value
from orchestration.checking.rules.shares import beside
from orchestration.checking.rules.tabled_changes import KIND, fits_kind, from_cell_beside, from_tables, in_unit
from orchestration.checking.rules.told import only_pair, pair_named, told_before
from orchestration.checking.rules.within_tables import line
from orchestration.checking.words import stems

# "Up by 11 per cent (2023/24: 943)".
OF_A_YEAR = re.compile(r"\s*\((?:in\s+)?(?:19|20)\d\d(?:\s?[/-]\s?\d\d)?\s*:\s*£?")
# How far a share may be from what its counts give.
EXACT = 1e-9
# "Compared with +2.1 nationally": a change of a place that no table here is of.
ELSEWHERE = re.compile(
    r"\s*(?:nationally|regionally|(?:in|for|across) (?:England|the region|the country))\b", re.IGNORECASE
)
# What stands between a change and the value that it is since.
SINCE = re.compile(
    r"(?:\s+[a-z]+){0,2}?\s+(?:on|than|from|since|over|against|compared (?:with|to)|below|above)\s+"
    r"(?:[^.;:()\d]|(?:19|20)\d\d(?:\s?/\s?\d\d)?|(?:quarter|q|month|week) ?\d+){0,45}"
    r"(?:\(|\bof\b|\bthe\b|,? when (?:there were|there was|it was|they were))\s*£?",
    re.IGNORECASE,
)
ANOTHER = re.compile(r",\s*(?:and|but|while)\b|;|\bbut\b|\band (?:has|have|had|is|are|was|were)\b", re.IGNORECASE)
# "6% up on 2023 and a third up on 2019 (£159,000)": the bracket is of the second change.
AND_SINCE = re.compile(
    r"\b(?:and|but)\b.*\b(?:up|down|more|fewer|less|higher|lower|on|than|since|above|below|under|over)\b", re.IGNORECASE
)


def relations_of_changes(context: Context, reader: Reader) -> Iterator[Relation]:
    """The change that each sentence states, with the values that it can be the change of."""
    for sentence in reader.sentences:
        for figure in sentence.figures:
            # "40 above the target" is a distance from an aim, and no change over time.
            if (
                is_times_another(context, sentence, figure)
                or is_of_time_before(sentence, figure)
                or is_whole_change(sentence, figure)
                or is_change_of_difference(context, sentence, figure)
                or ELSEWHERE.match(sentence.text, figure.mark.end - sentence.start)
                or DISTANCE_FROM_AIM.match(sentence.text, figure.mark.end - sentence.start)
                or is_to_come(sentence, figure)
            ):
                continue
            has_way = figure.direction or figure.is_turn or figure.number.sign
            if figure.kind in KIND and (has_way or figure.kind == kinds.RATIO):
                relation = relation_of_change(context, reader, sentence, figure)
                if relation is not None:
                    yield relation


def relation_of_change(context: Context, reader: Reader, sentence: Sentence, figure: Figure) -> Relation | None:
    """The one relation that a stated change stands in: the first reading that holds, else the surest that does not."""
    if is_end_of_range(sentence, figure):
        return None
    where = place_of(context, sentence)
    since, base = old_value_of(sentence, figure), base_said(sentence, figure)
    pairs = since_value(reader.pairs_in_text(sentence, figure, [sentence]), since)
    pairs = [pair for pair in pairs if not is_of_another_change(figure, pair, sentence)]
    pairs = [pair for pair in pairs if not any(is_gap_to_another(sentence, one) for one in pair)]
    pairs = [pair for pair in pairs if not is_before_contrast(sentence, figure, pair)]
    pairs = parts_first(sentence, [pair for pair in pairs if is_since(base, pair[0].period)])
    if (led_to := value_led_to(sentence, figure)) is not None:
        pairs = [pair for pair in pairs if is_of_level(sentence, led_to, *pair)]
    taken = values_of_others(sentence, figure, since)
    pairs = of_subject(sentence, figure, [pair for pair in pairs if pair[0].mark not in taken])
    if is_with_another_place(reader.context, sentence, figure):
        found = [of_pair(*pair, figure, where, sentence) for pair in nearest_pairs(figure, pairs, sentence)]
        return found[0] if len(found) == 1 and is_beside(figure, pairs[0], sentence) else None
    if since is not None and not pairs:
        pairs = with_last_value(reader, sentence, figure, since)
    in_points = said_in_percent(sentence, figure, where)
    beside = nearest_pairs(figure, pairs, sentence)
    local = [of_pair(old, new, figure, where, sentence) for old, new in beside]
    for relation in local:
        if relation.holds():
            return printed_otherwise(reader, sentence, figure, relation) or relation
    tabled = list(from_tables(reader, sentence, figure, where))
    if in_points is not None and not any(one.holds() for one, _ in tabled):
        return in_points
    # "From 3,120 through 3,245 to 3,398: growth of 4.0% and 4.7%": each step has its change.
    if len(pairs) > 2 and (
        steps := [one for pair in pairs if (one := of_pair(*pair, figure, where, sentence)).holds()]
    ):
        return steps[0]
    if len(beside) == 1 and is_beside(figure, beside[0], sentence):
        if beside[0][1].role == "old":
            # "To 41, from 52 in 2023 and 60 in 2022, a fall of 21%": of the pairs, one that ends at the new value.
            latest = [of_pair(*pair, figure, where, sentence) for pair in pairs if pair[1].role != "old"]
            if held := next((one for one in latest if one.holds()), None):
                return held
        return repeats_table(reader, sentence, figure, beside[0], tabled) or local[0]
    told = since_value(told_before(reader, sentence, figure), since)
    told = [pair for pair in told if pair[0].mark not in taken and is_since(base, pair[0].period)]
    told = [pair for pair in told if not is_of_another_change(figure, pair, sentence)]
    told = [pair for pair in told if not is_before_contrast(sentence, figure, pair)]
    if figure.kind == kinds.RATIO and base is not None:
        # "905 the year before, and 1.75 times the figure for 2020/21": a value of another time is none of its.
        told = [pair for pair in told if pair[0].period == base]
    around = [of_pair(old, new, figure, where, sentence) for old, new in told]
    wider = list(from_whole_text(reader, sentence, figure, where))
    is_tabled = any(is_sure for _, is_sure in tabled)
    elsewhere = [] if is_tabled else [one for one, _ in wider]
    beside_cell = from_cell_beside(reader, sentence, figure, where, base)
    for relation in (*(one for one, _ in tabled), *beside_cell, *around, *elsewhere, *local):
        if relation.holds():
            return relation
    if any(of_pair(old, new, figure, where, sentence).holds() for old, new in pairs):
        return None
    if is_tabled_of_another(context, sentence, figure, reader.clause(sentence, figure)[1]):
        wider = []
    sure = [relation for relation, is_sure in (*tabled, *wider) if is_sure]
    if not sure and not pairs and not is_broad(sentence.text):
        sure = [one for one in beside_cell[:1] if is_plain_slip(one) or is_on_last_year(sentence, figure, one)]
    is_narrow = FORMER.match(sentence.text) or not is_broad(sentence.text)
    if not sure and not figure.has_own_area and is_narrow:
        meant = only_pair(reader, told, sentence, figure) or pair_named(reader, sentence, figure, told)
        sure = [of_pair(*pair, figure, where, sentence) for pair in meant]
    return sure[0] if sure else None


def printed_otherwise(reader: Reader, sentence: Sentence, figure: Figure, relation: Relation) -> Relation | None:
    """The cell of a table that prints another change, where only rounding allows that of the sentence."""
    exact = relation.expected()
    if exact is None or fits(figure.number, relation.result.value, exact):
        return None
    tabled = from_tables(reader, sentence, figure, relation.where)
    return next((one for one, is_sure in tabled if is_sure and is_of_cell(one) and not one.holds()), None)


def is_of_cell(relation: Relation) -> bool:
    return relation.rule_id == "sentence_equals_table"


# "609,500 visits, up 16,400 on last year".
ON_LAST = re.compile(r"\s+(?:on|from)\s+(?:the\s+)?(?:last year|previous year|year before)\b", re.IGNORECASE)

# "439 children, eight fewer than a year earlier".
FEWER_THAN_LAST = re.compile(
    r"\s+(?:more|fewer|less)\s+than\s+(?:(?:in\s+|it was\s+)?(?:a|the)\s+year\s+(?:earlier|before|ago)|last year|"
    r"(?:in\s+)?the\s+previous\s+year)\b",
    re.IGNORECASE,
)


def is_on_last_year(sentence: Sentence, figure: Figure, relation: Relation) -> bool:
    """Whether a change directly behind a value of four digits or more is said to be on the year before."""
    before = sentence.text[: figure.mark.start - sentence.start]
    fewer = FEWER_THAN_LAST.match(sentence.text, figure.mark.end - sentence.start)
    if fewer and re.search(r"\d{3}(?:\s+[a-z-]+){1,6},\s*$", before):
        expected = relation.expected() or 0.0
        return 1 / 3 <= abs(figure.value / expected if expected else 0.0) <= 3
    behind_value = re.search(r"\d[\d,]{3,}(?:\s+[a-z-]+){0,3}\s*[,(]\s*(?:up|down)\s+(?:by\s+)?$", before)
    is_said = ON_LAST.match(sentence.text, figure.mark.end - sentence.start) is not None
    expected = relation.expected() or 0.0
    return bool(behind_value and is_said and 0.5 <= abs(figure.value / expected if expected else 0.0) <= 2)


def is_plain_slip(relation: Relation) -> bool:
    expected = relation.expected()
    result = relation.result
    if expected is None:
        return False
    is_sign = result.number.fits(abs(expected))
    return is_sign or bool(slip_between(result.number.text, printed_like(result.number, abs(expected))))


def old_value_of(sentence: Sentence, figure: Figure) -> Figure | None:
    """The value that a change is said to be since: "12% on the previous year (636,071)"."""
    after = sentence.text[figure.mark.end - sentence.start :]
    for one in sentence.figures:
        if one.mark.start >= figure.mark.end and not one.is_change:
            between = after[: one.mark.start - figure.mark.end]
            if AND_SINCE.search(between):
                return None
            return one if SINCE.fullmatch(between) or OF_A_YEAR.fullmatch(between) else None
    return None


def values_of_others(sentence: Sentence, figure: Figure, since: Figure | None) -> set[Mark]:
    """The old values that other changes of a sentence are since: "80 fewer than in April, 31 more than in May (90)"."""
    others = [
        one
        for one in sentence.figures
        if one.is_change
        and one.mark != figure.mark
        # "A fifth more, and three times those of 2015 (20)", but "20 or 10% more than in 2015 (200)".
        and (
            one.kind == figure.kind
            or ANOTHER.search(sentence.text[figure.mark.end - sentence.start : one.mark.start - sentence.start])
        )
    ]
    found = {old.mark for one in others if (old := old_value_of(sentence, one)) is not None}
    return found - ({since.mark} if since is not None else set())


def with_last_value(reader: Reader, sentence: Sentence, figure: Figure, since: Figure) -> list[tuple[Figure, Figure]]:
    """The old value of a change with the one value that stands before the change, in its sentence or the one before.

    "91.4% were answered, against a target of 90%, up 2.3 points on the quarter before (89.1%)."
    """
    if since.unit_class == "percent" and figure.kind == kinds.CHANGE:
        return []
    _, clause = reader.clause(sentence, figure)
    subject = set(stems(re.split(r"\d", clause)[0])) - GENERIC
    block = [one for one in reader.sentences if one.block == sentence.block and one.number <= sentence.number]
    for other in reversed(block[-2:]):
        values = [
            one
            for one in other.distinct_figures
            if not one.is_change
            and one.unit_class == since.unit_class
            and (one.number.unit == "money") == (since.number.unit == "money")
            and one.number.decimals == since.number.decimals
            and one.mark.end <= figure.mark.start
            and one.role != "old"
            and not AIMED.search(other.text[: one.mark.start - other.start])
            and (
                other is sentence
                or subject & set(stems(re.split(r"[\d.,;:()]", other.text[one.mark.end - other.start :])[0])[:2])
            )
        ]
        if values:
            return [(since, values[0])] if len(values) == 1 and values[0].kind == since.kind else []
    return []


def since_value(pairs: list[tuple[Figure, Figure]], since: Figure | None) -> list[tuple[Figure, Figure]]:
    return [pair for pair in pairs if since is None or (pair[0].mark == since.mark and pair[1].role != "old")]


def said_in_percent(sentence: Sentence, figure: Figure, where: str) -> Relation | None:
    """The difference of two shares that is printed as a change in percent: "from 42% to 47%, a rise of 5%"."""
    if figure.kind != kinds.PERCENT_CHANGE or figure.number.unit != "percent":
        return None
    shares = [
        one
        for one in sentence.figures
        if one.kind == kinds.SHARE and one.number.unit == "percent" and one.area == figure.area
    ]
    if len(shares) != 2 or max(one.mark.end for one in shares) > figure.mark.start:
        return None
    first, second = shares
    between = sentence.text[first.mark.end - sentence.start : second.mark.start - sentence.start]
    compared = re.search(r"\b(?:compared (?:with|to)|against|than|(?:up|down) (?:from|on)|from)\b", between)
    if first.role != "old" and not compared and second.role != "old":
        return None
    old, new = (first, second) if first.role == "old" else (second, first)
    points = new.value - old.value
    relation = of_pair(old, new, figure, where, sentence)
    if not figure.number.fits(abs(points)) or relation.holds():
        return None
    text = re.sub(r"^[+-]", "", printed_like(figure.number, points)).rstrip("%")
    relation.shape = lambda _: f"{text} percentage points"
    relation.explain = lambda expected: (
        f"From {old.number.text} to {new.number.text} is {text} percentage points; in percent it would be "
        f"{printed_like(figure.number, expected)}."
    )
    return relation


def repeats_table(
    reader: Reader, sentence: Sentence, figure: Figure, pair: tuple[Figure, Figure], tabled: list[tuple[Relation, bool]]
) -> Relation | None:
    """The cell that a change repeats, where one of the two values beside it is the misprint of another cell."""
    same = [one for one, _ in tabled if is_of_cell(one) and one.holds()]
    if not same:
        return None
    values = [relation_of_value(reader.context, reader, sentence, one) for one in pair]
    return same[0] if any(one is not None and not one.holds() for one in values) else None


def of_pair(old: Figure, new: Figure, figure: Figure, where: str, sentence: Sentence) -> Relation:
    before, after = (exact_term(sentence, one) for one in (old, new))
    return sums.change_relation(before, after, term_of(figure), KIND[figure.kind], where, sentence.text)


def exact_term(sentence: Sentence, figure: Figure) -> Term:
    """A figure as a term; a share whose part and whole stand beside it with the value that they give."""
    term = term_of(figure)
    if figure.kind == kinds.SHARE and figure.number.unit == "percent" and figure in sentence.figures:
        part, whole = beside(sentence, figure)
        exact = sums.share([part.value, whole.value]) if part is not None and whole is not None else None
        if exact is not None and figure.number.fits(exact):
            return replace(term, value=exact, grid=EXACT)
    return term


def from_whole_text(reader: Reader, sentence: Sentence, figure: Figure, where: str) -> Iterator[tuple[Relation, bool]]:
    """A change that a summary states, with the values that the document gives for the same thing elsewhere."""
    _, clause = reader.clause(sentence, figure)
    subject = set(stems(re.split(r"\d", clause)[0])) - GENERIC - {"improve", "improved", "worsen", "worsened"}
    subject = {
        word
        for word in subject
        if not re.fullmatch(r"(?:ris|fall|fell|ros|increas|decreas|declin|reduc|improv|grow|grew|drop).*", word)
    }
    if not subject or (figure.has_own_area and figure.area != reader.context.names.own):
        return
    found = []
    for other in reader.sentences:
        if other.block == sentence.block or any(
            not one.is_change and one.has_own_area and one.area != reader.context.names.own for one in other.figures[:1]
        ):
            continue
        block = reader.context.document.blocks[other.block]
        headings = " ".join(one.text for one in reader.context.document.headings_above(block)[:1])
        if len(subject) > 1 and subject <= set(stems(f"{headings} {block.text}")):
            found.append(other)
    for block_number in dict.fromkeys(other.block for other in found):
        together = [other for other in reader.sentences if other.block == block_number]
        # One sentence that has all the words is meant, and not those beside it.
        telling = [other for other in together if len(subject) > 1 and subject <= set(stems(other.text))]
        pairs = reader.pairs_in_text(sentence, figure, telling or together) or across(figure, together)
        for old, new in pairs:
            yield of_pair(old, new, figure, where, sentence), len(pairs) == 1 and not is_broad(sentence.text)
    about = [table for table in reader.context.tables if subject <= topic_of(table)]
    for table in about:
        if len(subject) > 1 or len(about) == 1:
            totals = [row for row in table.rows if row.is_total or row.label == reader.context.names.own]
            values = sorted((c for c in table.columns if c.role != "change" and c.period), key=end_of)
            counts = [one for one in values if one.role == "value"]
            values = counts if len(counts) == 2 and counts[0].measure == counts[1].measure else values
            for row in totals if len(values) == 2 else []:
                terms = [
                    in_unit(table, figure, column, one)
                    for column, one in zip(values, line(table, [(row, column) for column in values]), strict=False)
                ]
                reading = Reading(table, row, 1, True, 1.0)
                if (
                    len(terms) == 2
                    and terms[0] is not None
                    and terms[1] is not None
                    and fits_kind(figure, table, reading, values[0])
                ):
                    relation = sums.change_relation(
                        terms[0], terms[1], term_of(figure), KIND[figure.kind], where, sentence.text
                    )
                    yield relation, len(totals) == 1 and not is_broad(sentence.text)


def across(figure: Figure, sentences: list[Sentence]) -> list[tuple[Figure, Figure]]:
    """Pairs of shares from different sentences of a block: "95.0% … In 2022/23 it was 93.1%"."""
    wanted = "percent" if figure.kind == kinds.POINTS else ""
    values = [
        one for sentence in sentences for one in sentence.figures if not one.is_change and one.unit_class == wanted
    ]
    values = [one for one in values if one.number.decimals or one.role == "old"]
    return [
        (old, new) for old in values for new in values if old.period and new.period and old.period.end < new.period.end
    ]
