"""Shares, rates and sums that a text states, with the counts that stand beside them or in its tables."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, slip_between
from orchestration.checking.names import COUNTRIES
from orchestration.checking.numbers import WORDS
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules import shares_in_words
from orchestration.checking.rules.planned_amounts import OF_PLAN, is_plan
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.tabled_shares import shares_in_tables
from orchestration.checking.rules.wholes import (
    first_of_section,
    first_of_two,
    is_of_two_parts,
    totals_near,
    values_of,
    whole_told,
    wholes_before,
)

OF = re.compile(
    r"\s+(?:[\w'’-]+\s+){0,4}?(?:out\s+)?of\s+(?:the\s+|its\s+|our\s+|a\s+total\s+of\s+|all\s+|these\s+|those\s+)?$",
    re.IGNORECASE,
)
# "9 in 10 clients": a share in words, as "9 of 10" is.
IN = re.compile(r"\s+in\s+(?:every\s+)?", re.IGNORECASE)
LEAVES = re.compile(r"\b(?:leav\w+|unmet|remaining|remainder|the rest|not in|untreated|outstanding)\b", re.IGNORECASE)
OF_THEM = re.compile(r"\bof (?:them|these|those|whom|which|all|the total|the \d)", re.IGNORECASE)
OTHER_WHOLE = re.compile(
    r"^\s*(?:\)?\s*)?of\s+(?:(?!them|these|those|whom|which|all\b)|(?:those|these|all)\s+(?:who|with|in|aged|"
    r"whose|for|that|whom|from)\b|those\s+[a-z])",
    re.IGNORECASE,
)


# "2,330 of the 2,560 were seen within 21 days (91.0%)": no number that a share can be of.
WITHIN_TIME = re.compile(
    r"\b(?:within|in|for|after|before|under|by|over|at|than) (?:the |at least |more than |less than )?"
    r"\d{1,3}[ -](?:working )?(?:minutes?|hours?|days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)

# "45% of kits and B for 27%, so that together they give seven in ten (897 of 1,248)": the bracket is of both.
AND_TOGETHER = re.compile(r",\s*(?:so|which)\b|\b(?:between them|together|combined)\b", re.IGNORECASE)


def share_claims(context: Context, reader: Reader) -> Iterator[Relation]:
    for at, sentence in enumerate(reader.sentences):
        figures = sentence.distinct_figures
        shares = [one for one in figures if one.kind == kinds.SHARE]
        for share in shares:
            relation = relation_of_share(context, reader, at, sentence, share)
            if relation is not None:
                yield relation
        for kind in (kinds.SHARE, kinds.PERCENT_CHANGE):
            yield from shares_in_words.worded_shares(
                sentence, [one for one in figures if one.kind == kind], place_of(context, sentence)
            )


def relation_of_share(context: Context, reader: Reader, at: int, sentence: Sentence, share: Figure) -> Relation | None:
    """The share with the part and the whole that it is a share of: the first reading that holds, else a sure one."""
    where = place_of(context, sentence)
    if share.area in COUNTRIES and share.area != context.names.own:
        return None
    part, whole = beside(sentence, share)
    if part is not None and whole is not None:
        return sums.share_relation(term_of(part), term_of(whole), term_of(share), where, sentence.text)
    if part is not None and (whole := whole_behind(sentence, share, part)) is not None:
        behind = sums.share_relation(term_of(part), term_of(whole), term_of(share), where, sentence.text)
        follows = behind.expected() or 0.0
        if behind.holds() or slip_between(share.number.text, f"{follows:.{share.number.decimals}f}%"):
            return behind
    if is_of_two_parts(sentence, share):
        return None
    tabled = list(shares_in_tables(reader, sentence, share, where))
    for relation in tabled:
        if relation.holds():
            return relation
    earlier = [
        one
        for one in wholes_before(reader, at, sentence, share)
        # People are no share of money.
        if part is None or (one.mark != part.mark and (one.number.unit == "money") == (part.number.unit == "money"))
    ]
    if part is not None:
        # "8,460 calls, 940 more than the 7,520 before. 6,345 of these calls": of the new ones.
        earlier.sort(key=lambda one: one.role == "old")
        relations = [
            sums.share_relation(term_of(part), term_of(one), term_of(share), where, sentence.text)
            for one in earlier
            if one.value >= part.value
        ]
        relations += [
            sums.share_relation(term_of(part), one, term_of(share), where, sentence.text)
            for one in totals_near(reader, sentence)
            if one.value >= part.value
        ]
        held = next((one for one in relations if one.holds()), None)
        if held is not None:
            return held
        after = sentence.text[share.mark.end - sentence.start :]
        if OF_PLAN.match(after) and not any(is_plan(context, one) for one in earlier):
            return None
        changes = [sums.percent_change([one.value, part.value]) for one in earlier]
        if any(change is not None and share.number.fits(abs(change)) for change in changes):
            return None
        told = sure_share(reader, at, sentence, share, part, relations)
        return told if told is not None else sure_in_table(tabled, where)
    if part is None and (told := of_sentence_before(reader, at, sentence, share, where)) is not None:
        return told
    if part is None and (stated := of_stated_whole(reader, at, sentence, share, where)) is not None:
        return stated
    if LEAVES.search(sentence.text) and share.number.unit == "percent":
        return left_over(at, reader, sentence, share, where)
    return sure_in_table(tabled, where)


def sure_in_table(tabled: list[Relation], where: str) -> Relation | None:
    """The share of a table that is sure though it does not hold."""
    sure = [relation for relation in tabled if relation.where.endswith("*")]
    if sure:
        sure[0].where = where
    return sure[0] if sure else None


THAT_IS = re.compile(
    r"^(?:That|This)\s+(?:is|was|represents|represented|equates to|gives|makes)\s+(?:an?\s+(?:[a-z]+\s+){1,3}of\s+)?$"
)
OF_THE = re.compile(r"^\W*(?:Of|Out of)\s+(?:the\s+|these\s+|those\s+)?(?:(?:[a-z'’-]+\s+){1,7}\(\s*)?$")


def of_sentence_before(reader: Reader, at: int, sentence: Sentence, share: Figure, where: str) -> Relation | None:
    """ "Of the 534 who left, 281 completed. That is 52.6%": the share of the two counts just told."""
    if THAT_IS.search(sentence.text[: share.mark.start - sentence.start]) is None or not at:
        return None
    before = reader.sentences[at - 1]
    counts = values_of(before)
    if before.block != sentence.block or len(counts) != 2 or counts[0].value < counts[1].value:
        return None
    if OF_THE.search(before.text[: counts[0].mark.start - before.start]) is None or share.number.unit != "percent":
        return None
    return sums.share_relation(term_of(counts[1]), term_of(counts[0]), term_of(share), where, sentence.text)


OF_NUMBER = re.compile(r"\)?\s+of\s+(?:the|all|our|these|those)\s+(?:£)?", re.IGNORECASE)


def of_stated_whole(reader: Reader, at: int, sentence: Sentence, share: Figure, where: str) -> Relation | None:
    """ "There were 612. They made up 28.0% of the 2,188 fires": the whole behind a share, and the part before it."""
    whole = next((one for one in values_of(sentence) if one.mark.start >= share.mark.end), None)
    between = sentence.text[share.mark.end - sentence.start : whole.mark.start - sentence.start] if whole else ""
    if whole is None or OF_NUMBER.fullmatch(between) is None:
        return None
    before = [one for one in reader.sentences[max(at - 2, 0) : at] if one.block == sentence.block]
    parts = [one for other in before for one in values_of(other) if one.value < whole.value]
    made = [sums.share_relation(term_of(one), term_of(whole), term_of(share), where, sentence.text) for one in parts]
    held = next((one for one in made if one.holds()), None)
    if held is not None:
        return held
    first = [one for one in parts if one.role != "old"]
    told = [one for one in made if first and one.inputs[0].mark == first[0].mark]
    follows = (told[0].expected() or 0.0) if len(first) == 1 else 0.0
    return told[0] if follows and slip_between(share.number.text, f"{follows:.{share.number.decimals}f}%") else None


# "84 were under five (60.0%), 35 were five to ten (25.0%)": the shares are of the 84 and the 35.
OLDEST = 99
YOUNGER = re.compile(
    r"\b(?:were|was|are|aged?|be|being)\s+(?:(?:under|over|aged?|below|above|at least)\s+)+$", re.IGNORECASE
)
FROM_AGE = re.compile(r"\b(?:were|was|are|aged?)\s+(?:between\s+)?$", re.IGNORECASE)
TO_AGE = re.compile(rf"\s+(?:to\s+(?:{'|'.join(WORDS)}|\d{{1,2}})|(?:and|or)\s+(?:over|older|above))\b", re.IGNORECASE)
UP_TO_AGE = re.compile(rf"\b(?:were|was|are|aged?)\s+(?:between\s+)?(?:{'|'.join(WORDS)}|\d{{1,2}})\s+to\s+$", re.I)


def is_age(sentence: Sentence, figure: Figure) -> bool:
    """Whether a count of up to two digits is an age, or an end of a group of ages."""
    before, after = sentence.text[: figure.mark.start - sentence.start], figure.mark.end - sentence.start
    if figure.value > OLDEST:
        return False
    is_first = FROM_AGE.search(before) is not None and TO_AGE.match(sentence.text, after) is not None
    return is_first or YOUNGER.search(before) is not None or UP_TO_AGE.search(before) is not None


def beside(sentence: Sentence, share: Figure) -> tuple[Figure | None, Figure | None]:
    """The part and the whole that stand beside a share: "289 of 486 (59.5%)", "93.1%: 1,902 of 2,043"."""
    text = sentence.text
    counts = [one for one in values_of(sentence) if not is_age(sentence, one)]

    def between(left: Figure, right: Figure) -> str:
        said = text[left.mark.end - sentence.start : right.mark.start - sentence.start].replace("i.e.", "or")
        return WITHIN_TIME.sub("", said)

    for part, whole in pairwise(counts):
        if not is_part_of(part, whole, between(part, whole)):
            continue
        part = first_of_two(sentence, counts, part, share)
        if whole.mark.end <= share.mark.start and re.fullmatch(
            r"[^.;()\d]{0,50}[(,:]\s*(?:or\s+)?|\s*,?\s*or\s+|\s+=\s+|\s*[–-]\s*|"
            r"[^.;()\d]{0,50},\s*(?:which|that|this)\s+(?:is|was|makes|gives|means)\s+",
            between(whole, share),
        ):
            return part, whole
        said = re.sub(r"\b(?:(?:19|20)\d\d(?:\s?/\s?\d\d)?|999|101|111|\d{1,2} ?[ap]m)\b", "", between(share, part))
        if AND_TOGETHER.search(said):
            continue
        if share.mark.end <= part.mark.start and re.fullmatch(r"[^.;()\d]{0,60}[(:]\s*|[^.;()\d]{0,25},\s*", said):
            return part, whole
    behind = [one for one in counts if one.mark.start >= share.mark.end]
    # "62 per cent of the 410 that were investigated: 254".
    for whole, part in pairwise(behind[:2]):
        if (
            re.fullmatch(r"\s+of\s+(?:(?:the|our|its|all)\s+)*", between(share, whole))
            and re.fullmatch(r"(?:\s+[a-z'’-]+){0,6}\s*(?::|\()\s*", between(whole, part))
            and part.value <= whole.value
        ):
            return part, whole
    nearest: Figure | None = None
    for count in counts:
        if (
            count.mark.end <= share.mark.start
            and re.fullmatch(
                r"(?:\s+[a-z'’-]+){0,4}\s*[(,;]\s*(?:or\s+|i\.e\.\s+)?|"
                r"\s+of (?:those|them|these)(?:\s+[a-z'’-]+){0,7},\s+"
                r"(?:exactly|almost|nearly|about|just (?:over|under))\s+|"
                r"\s+or\s+|"
                r"[^.;()\d]{0,30}[:;,–-]\s*(?:an?|the)\s+(?:[a-z]+\s+){0,2}(?:rate|share|proportion)\s+of\s+|"
                r"[^.;()\d]{0,40},\s*(?:a|an|giving|which is|that is|this is|equal to|equivalent to|"
                r"representing)\s[^.;()\d]{0,40}",
                between(count, share),
                re.I,
            )
        ) or (
            share.mark.end <= count.mark.start
            and re.fullmatch(r"[^.;()\d]{0,60}\(\s*", between(share, count))
            and nearest is None
        ):
            nearest = count
    if nearest is not None and nearest.kind == kinds.VALUE:
        if (stated := whole_of_clause(sentence, nearest, counts)) is not None:
            return nearest, stated
        opening = re.match(r"\s*(?:Of|Out of|Among)\s+(?:the\s+)?", text)
        first = counts[0]
        if (
            opening
            and first is not nearest
            and first.mark.start - sentence.start == opening.end()
            and first.value >= nearest.value
            and not second_whole(text, share, sentence)
        ):
            return nearest, whole_meant(sentence, share, nearest, first, counts)
    return nearest, None


# "Of the 14 made in May nine are done; of the 11 made in June it is five": each part has the whole of its clause.
OF_IN_CLAUSE = re.compile(
    r"(?:[;:]|,\s+(?:and|but|while|whereas))\s+(?:out\s+)?of\s+(?:(?:the|these|those|our)\s+)?$", re.I
)


def whole_of_clause(sentence: Sentence, part: Figure, counts: list[Figure]) -> Figure | None:
    """The whole with which the clause of a part begins, if it is not that of the sentence."""
    before = [one for one in counts if one.mark.end <= part.mark.start]
    if not before or before[-1].value < part.value:
        return None
    whole = before[-1]
    is_opening = OF_IN_CLAUSE.search(sentence.text[: whole.mark.start - sentence.start])
    between = sentence.text[whole.mark.end - sentence.start : part.mark.start - sentence.start]
    return whole if is_opening and not re.search(r"[;:.]", between) else None


def whole_meant(sentence: Sentence, share: Figure, part: Figure, first: Figure, counts: list[Figure]) -> Figure | None:
    """The whole of a part behind a semicolon: the sentence's first count, or one that was taken from it since.

    "Of the 293 treated 207 were asked; 92 said yes (44%)": none of the two if the share is of neither.
    """
    since = [
        one
        for one in counts
        if first.mark.end <= one.mark.start and one.mark.end <= part.mark.start and one.value >= part.value
    ]
    shares = ((one, 100 * part.value / one.value) for one in (first, *since) if one.value)
    if (meant := next((one for one, follows in shares if share.number.fits(follows)), None)) is not None:
        return meant
    is_behind = any(
        re.search(r"[;:]", sentence.text[one.mark.end - sentence.start : part.mark.start - sentence.start])
        for one in since
    )
    return None if is_behind else first


def whole_behind(sentence: Sentence, share: Figure, part: Figure) -> Figure | None:
    """The whole that is named behind a share: "38,905, or 21.3% of the population of 182,650"."""
    behind = [one for one in values_of(sentence) if one.mark.start >= share.mark.end]
    between = sentence.text[share.mark.end - sentence.start : behind[0].mark.start - sentence.start] if behind else ""
    is_whole = re.fullmatch(r"\s+of\s+(?:(?:the|its|our|all|a)\s+)?(?:(?:[a-z-]+\s+){1,3}of\s+)?", between)
    return behind[0] if is_whole and part.mark.end <= share.mark.start and behind[0].value >= part.value else None


def is_part_of(part: Figure, whole: Figure, between: str) -> bool:
    """Whether two counts are a part and its whole by the words between them: "12 of the 16", "9 in 10"."""
    if whole.value < part.value:
        return False
    return bool(OF.fullmatch(between) or (whole.value <= 100 and IN.fullmatch(between)))


def second_whole(text: str, share: Figure, sentence: Sentence) -> bool:
    return bool(OTHER_WHOLE.match(text[share.mark.end - sentence.start :]))


def sure_share(
    reader: Reader, at: int, sentence: Sentence, share: Figure, part: Figure, relations: list[Relation]
) -> Relation | None:
    """The share of a whole that is sure though nothing holds: that of its fellows in the sentence, or of "them"."""
    fellows = []
    for other in {
        one.mark: one for one in sentence.figures if one.kind == kinds.SHARE and one.mark != share.mark
    }.values():
        its_part, _ = beside(sentence, other)
        if its_part is None or its_part.mark == part.mark:
            continue
        for relation in relations:
            whole = relation.inputs[1]
            if sums.share_relation(term_of(its_part), whole, term_of(other), "").holds():
                fellows.append(relation)
    if fellows:
        return fellows[0]
    said = sentence.text[part.mark.start - sentence.start - 40 if part.mark.start - sentence.start > 40 else 0 :]
    if second_whole(sentence.text, share, sentence):
        return None
    told = whole_told(reader, at, sentence, share, part)
    if told is not None:
        relation = sums.share_relation(
            term_of(part), term_of(told), term_of(share), place_of(reader.context, sentence), sentence.text
        )
        share_told, meant = relation.expected() or 0.0, told.value * share.value / 100
        slips = (
            slip_between(share.number.text, f"{share_told:.{share.number.decimals}f}%"),
            slip_between(part.number.text, f"{meant:,.0f}"),
        )
        return relation if any(slips) else None
    if not relations:
        return None
    nearest = relations[0]
    expected = nearest.expected()
    near = expected is not None and (
        abs(expected - share.value) < (20 if share.number.unit == "fraction" else 8)
        or bool(slip_between(share.number.text, f"{expected:.{share.number.decimals}f}%"))
    )
    first = first_of_section(reader, at, sentence)
    # A cell of a table may be anything: the population of one place.
    is_told = nearest.inputs[1].mark.place.table is None
    if OF_THEM.search(said) and near and is_told:
        return nearest
    if first is not None and near and share.number.unit == "fraction":
        return next((one for one in relations if one.inputs[1].mark == first.mark), None)
    if first is not None and near:
        mine = [one for one in relations if one.inputs[1].mark == first.mark]
        follows = mine[0].expected() if mine else None
        if follows is not None and bool(slip_between(share.number.text, f"{follows:.{share.number.decimals}f}%")):
            return mine[0]
    return None


def left_over(at: int, reader: Reader, sentence: Sentence, share: Figure, where: str) -> Relation | None:
    """What is left: "of 1,460, 803 were in treatment, which leaves an unmet need of 45.0%"."""
    before = [one for one in values_of(sentence) if one.mark.end <= share.mark.start]
    earlier = [
        one
        for other in reversed(reader.sentences[max(at - 2, 0) : at])
        if other.block == sentence.block
        for one in values_of(other)
    ]
    options = []
    for part in before:
        for whole in [*before, *earlier]:
            if whole is not part and whole.value > part.value:
                options.append(
                    sums.share_relation(
                        term_of(part), term_of(whole), term_of(share), where, sentence.text, of_rest=True
                    )
                )
                plain = sums.share_relation(term_of(part), term_of(whole), term_of(share), where, sentence.text)
                if plain.holds():
                    return plain
    held = next((one for one in options if one.holds()), None)
    if held is not None:
        return held
    clear = re.search(r"\bleav\w+\b", sentence.text) and len(before) == 1
    near = [one for one in options if (expected := one.expected()) is not None and abs(expected - share.value) < 25]
    return near[0] if clear and near else None
