"""Parts that are all there are: "of the 38, three were upheld, 31 were not and four are open", men and women."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import masked
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.within_tables import term

OF_WHOLE = re.compile(
    r"(?:^|[.;:]\s+)(?:\d+(?:\.\d+)*\s+)?(?:Of|Out of|Among)\s+(?:(?:the|these|all|our|those|its)\s+)*$"
)
# "There were 29 outbreaks, 18 of them in care homes, seven in schools and four elsewhere".
THERE_WERE = re.compile(r"^\W*(?:There (?:were|are|have been)|We (?:had|have|saw|dealt with))\s+$", re.IGNORECASE)
PART_OF_THEM = re.compile(r"[^.;:()\d]{2,60},\s+(?:\d+|[a-z-]+)\s+of\s+(?:them|these)\b", re.IGNORECASE)
# A share of a part stands beside it: "204 (85%)", "22, or 9%".
SHARE_BESIDE = re.compile(r"[^.;()\d]{0,40}(?:\(\s*|,?\s+or\s+)$")
# What leaves no part out: "the rest", "elsewhere", "were not".
ALL_THERE = re.compile(
    r"\b(?:elsewhere|neither|the rest|the remaining|the remainder|all the others|not (?:known|stated|recorded)|unknown|"
    r"not at all|"
    r"(?:was|were|had|have|has|did|do|are|is|could|would) not(?=\s*(?:[.,;(]|and\b|$)))",
    re.IGNORECASE,
)
# "300 agreed, 120 did not and the rest did not know": some have no number.
UNCOUNTED = re.compile(
    r"\b(?:the (?:rest|remainder|remaining|others?)|some|others|a few|a number|several|many|none|few|most)\b",
    re.IGNORECASE,
)
NESTED = re.compile(
    r"\bof (?:whom|which|them|these|those)\b|\bincluding\b|\balso\b|\bboth\b|;|\bat least\b|\bcompared\b|\bthan\b|"
    r"\b(?:from|against|another)\b",
    re.IGNORECASE,
)
# How far the parts may be from their whole to be meant as all of it.
LEAST, MOST = 0.75, 1.25
SEX = (
    re.compile(r"(?:\s+(?:of\s+)?(?:the\s+|those\s+)?[a-z]+){0,4}?\s+(?:males?|men|boys)\b", re.IGNORECASE),
    re.compile(r"(?:\s+(?:of\s+)?(?:the\s+|those\s+)?[a-z]+){0,4}?\s+(?:females?|women|girls)\b", re.IGNORECASE),
)
AND = re.compile(r"[^.;:()\d]{0,50}(?:\([^()]*\)\s*)?,?\s+and\s+(?:[a-z]+\s+){0,2}", re.IGNORECASE)
# From here on a slip is hardly one by chance.
TELLING = 1000
LEAST_SHARES = 3


def is_count(figure: Figure) -> bool:
    is_plain = figure.number.unit == "plain" and not figure.number.decimals and not figure.number.about
    return is_plain and figure.kind in (kinds.VALUE, kinds.COUNT_OF_AREAS) and figure.role != "old"


def partitions(context: Context, reader: Reader) -> Iterator[Relation]:
    """The parts of a count that a sentence takes apart, if its words say that they are all."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for at, whole in enumerate(figures):
            before = sentence.text[: whole.mark.start - sentence.start]
            behind = sentence.text[whole.mark.end - sentence.start :]
            is_told = THERE_WERE.search(before) and PART_OF_THEM.match(behind)
            if not is_count(whole) or not (OF_WHOLE.search(before) or is_told):
                continue
            parts = parts_behind(sentence, figures[at + 1 :])
            if is_told:
                behind = re.sub(r"\bof (?:them|these)\b", "", behind, count=1)
            if len(parts) < 2 or NESTED.search(behind) or not ALL_THERE.search(behind):
                continue
            if UNCOUNTED.search(sentence.text[parts[-1].mark.end - sentence.start :]):
                continue
            made = sum(one.value for one in parts)
            if whole.value and LEAST <= made / whole.value <= MOST:
                yield part_relation(context, sentence, term_of(whole), [term_of(one) for one in parts])


REST = re.compile(r"\b(?:the|its) (?:remaining|other)\s+$|\bthe (?:rest|remainder)\s*(?:,\s*|\(\s*)$", re.IGNORECASE)
NOT_ALL = re.compile(
    r"\b(?:of whom|of which|including|compared|than|from|against|up|down|rose|fell|respectively)\b|;", re.I
)


# "Of the 40% who failed, 25% came again and the remaining 75% left."
OF_A_PART = re.compile(r"\b(?:of|among) (?:the|these|those)\s+$", re.IGNORECASE)


def remaining_shares(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Wardens took 46%, lighting 28%, cameras 17% and youth work the remaining 9%": all together are 100%."""
    for sentence in reader.sentences:
        shares = [one for one in sentence.distinct_figures if one.number.unit == "percent"]
        if len(shares) < LEAST_SHARES or any(one.kind != kinds.SHARE or one.number.about for one in shares):
            continue
        last = shares[-1]
        if any(OF_A_PART.search(sentence.text[: one.mark.start - sentence.start]) for one in shares):
            continue
        if not REST.search(sentence.text[: last.mark.start - sentence.start]) or NOT_ALL.search(masked(sentence.text)):
            continue
        terms = [term_of(one) for one in shares]
        relation = Relation(
            "parts_equal_total",
            [sums.as_rounded(one) for one in terms[:-1]],
            terms[-1],
            lambda values: 100 - sum(values),
            lambda expected, terms=terms: (  # type: ignore[misc]
                f"100% without {', '.join(one.text for one in terms[:-1])} is "
                f"{printed_like(terms[-1].number, expected)}, not {terms[-1].text}."
            ),
            place_of(context, sentence),
            sentence.text,
        )
        yield relation


ITEM_REST = re.compile(r"^\W*(?:and\s+)?(?:the|its)\s+(?:remaining|other)\s+$", re.IGNORECASE)
ITEM_BEGINS = re.compile(r"\W*(?:and\s+)?(?:(?:the|its)\s+(?:remaining|other)\s+)?", re.IGNORECASE)


def listed_parts(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Of the 189 people, - 131 … - 33 … - the remaining 25 …": the counts that a list begins its items with."""
    blocks = context.document.blocks
    first = {one.block: one for one in reversed(reader.sentences)}
    for sentence in first.values():
        if blocks[sentence.block].kind != "item" or not sentence.figures:
            continue
        last = sentence.distinct_figures[0]
        if not ITEM_REST.search(sentence.text[: last.mark.start - sentence.start]):
            continue
        at = sentence.block
        while at > 0 and blocks[at - 1].kind == "item":
            at -= 1
        items = [first.get(number) for number in range(at, sentence.block + 1)]
        lead = first.get(at - 1)
        wholes = [one for one in lead.distinct_figures if is_count(one)] if lead is not None else []
        parts = [part for one in items if one is not None and (part := count_begun(one)) is not None]
        if len(wholes) != 1 or len(parts) != len(items) or len(parts) < LEAST_SHARES:
            continue
        yield part_relation(context, sentence, term_of(wholes[0]), [term_of(one) for one in parts])


def count_begun(sentence: Sentence) -> Figure | None:
    """The count that an item begins with."""
    figures = sentence.distinct_figures
    if not figures or not is_count(figures[0]):
        return None
    return figures[0] if ITEM_BEGINS.fullmatch(sentence.text[: figures[0].mark.start - sentence.start]) else None


def part_relation(context: Context, sentence: Sentence, whole: Term, parts: list[Term]) -> Relation:
    """Parts and their whole: told of the one part that a slip explains, or else of the whole."""
    where, left = place_of(context, sentence), whole.value - sum(one.value for one in parts)
    told = {
        one.mark: slip_between(one.number.text, printed_like(one.number, one.value + left)) for one in parts if left
    }
    exchanged = [one for one in parts if "exchanged" in told.get(one.mark, "")]
    slips = exchanged or [one for one in parts if told.get(one.mark)]
    if len(slips) != 1 and whole.mark.block != parts[-1].mark.block:
        # What the sentence says is told there, and not in the table.
        slips = parts[-1:]
    if len(slips) != 1:
        return sums.sum_relation(parts, whole, where, "The parts in the sentence", sentence.text)
    part = slips[0]
    others = [one for one in parts if one is not part]

    def explain(expected: float) -> str:
        without = " and ".join(one.text for one in others)
        return f"{whole.text} without {without} is {printed_like(part.number, expected)}, not {part.text}."

    return Relation(
        "parts_equal_total",
        [whole, *others],
        part,
        lambda values: values[0] - sum(values[1:]),
        explain,
        where,
        sentence.text,
    )


def parts_behind(sentence: Sentence, figures: list[Figure]) -> list[Figure]:
    """The counts behind a whole; none if another number than the share of a part stands among them."""
    found: list[Figure] = []
    for one in figures:
        before = sentence.text[: one.mark.start - sentence.start]
        if is_count(one):
            found.append(one)
        elif not (found and one.number.unit in ("percent", "fraction") and SHARE_BESIDE.search(before)):
            return []
    return found


def men_and_women(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "5,429 were male and 745 female": the two make a count of the section or a total of a table, but for a slip."""
    totals = [
        cell
        for table in context.tables
        for row in table.rows
        if row.is_total
        for column in table.columns
        if table.role(row, column) == "value" and (cell := term(table, row, column)) is not None
    ]
    for at, sentence in enumerate(reader.sentences):
        for first, second in pairwise(one for one in sentence.distinct_figures if one.number.unit == "plain"):
            if not (is_count(first) and is_count(second) and are_sexes(sentence, first, second)):
                continue
            near = [
                term_of(one)
                for other in reader.sentences[max(at - 6, 0) : at + 1]
                if other.section == sentence.section
                for one in other.distinct_figures
                if is_count(one) and one.mark not in (first.mark, second.mark)
            ]
            relation = sum_of_sexes(context, sentence, [term_of(first), term_of(second)], [*near, *totals])
            if relation is not None:
                yield relation


def are_sexes(sentence: Sentence, first: Figure, second: Figure) -> bool:
    text, start = sentence.text, sentence.start
    between = text[first.mark.end - start : second.mark.start - start]
    ends = [text[one.mark.end - start :] for one in (first, second)]
    is_told = any(
        one.match(re.split(r",|\band\b", ends[0])[0]) and other.match(re.split(r"[.;,(]", ends[1])[0])
        for one, other in (SEX, SEX[::-1])
    )
    return is_told and AND.fullmatch(between) is not None


def is_slip_of_sex(part: Term, meant: float, is_above: bool) -> bool:
    """Whether a part is a slip. Of some people no sex is known: only parts above their whole are told by a digit."""
    slip = slip_between(part.number.text, printed_like(part.number, meant))
    return "exchanged" in slip or bool(slip and is_above)


def sum_of_sexes(context: Context, sentence: Sentence, parts: list[Term], wholes: list[Term]) -> Relation | None:
    where, total = place_of(context, sentence), sum(one.value for one in parts)
    possible = {one.value: one for one in wholes if one.value > max(part.value for part in parts)}
    if total in possible:
        return sums.sum_relation(parts, possible[total], where, "Men and women", sentence.text)
    slips = [
        one
        for value, one in possible.items()
        if value >= TELLING and any(is_slip_of_sex(part, part.value + value - total, total > value) for part in parts)
    ]
    return part_relation(context, sentence, slips[0], parts) if len(slips) == 1 else None
