"""What is left, and what each has: "of 2,950, 1,621 are in treatment, so 1,329 are not", "an average of 77.5"."""

import re
from collections.abc import Iterator
from itertools import permutations

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Mark, Relation, Term, printed_like, slip_between
from orchestration.checking.numbers import Number
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.said import COUNT, number_of
from orchestration.checking.words import stems

LEFT = re.compile(
    r"(?:\b(?:leaving|leaves?|which leaves|left)\s+(?:(?:a|an|the|some|only|just|unspent|remaining)\s+)*"
    r"(?:(?:balance|remainder|total)\s+of\s+)?|\b(?:so|so that|therefore|meaning|the (?:other|remaining)|a balance of|"
    r"(?:the )?(?:rest|remainder|balance),?)\s+\(?|^\W*The\s+)£?$",
    re.IGNORECASE,
)
NOT_IN = re.compile(
    r"(?:\s+\([^()]*\))?\s+(?:[a-z]+\s+){0,2}?(?:(?:are|were|have|has|had|is|was|do|did)\s+not|"
    r"(?:remain|remained|remains|left|unspent|outstanding|unfilled|vacant|untreated))\b",
    re.IGNORECASE,
)
# "Of £2.4m, £1.7m has been spent and £0.7m is left."
IS_LEFT = re.compile(
    r"(?:\s+\([^()]*\))?\s+(?:is|was|are|were|has been|have been)\s+(?:still\s+)?(?:left|unspent|outstanding)\b",
    re.IGNORECASE,
)
# "The budget of £18,500 had been spent as to £14,430, and £4,070 remained."
REMAINED = re.compile(r"\s+(?:remains|remained|was left|were left)\s*(?:[.,;]|$)", re.IGNORECASE)
THAT = re.compile(r",?\s+(?:and|so)\s+(?:that\s+)?$", re.IGNORECASE)
WHOLE_FIRST = re.compile(r"^\W*(?:Out of|Of|From)\s", re.IGNORECASE)
IS_CERTAIN = re.compile(r"\b(?:leav\w+|left|the (?:other|remaining|rest|remainder)|balance)\b", re.IGNORECASE)
# "Leaving £20,400 after commitments": what is taken off stands elsewhere.
LATER = re.compile(r"\b(?:after|once|net of|allowing for|less|excluding|including)\b", re.IGNORECASE)
# "That leaves £0.06 million to find": of what is aimed at, and not of what was told.
TO_FIND = re.compile(r"(?:\s+[a-z]+)?\s+(?:still\s+)?to (?:find|save|raise|go|cut|make up|earn)\b", re.IGNORECASE)
AVERAGE = re.compile(
    r"\b(?:an?|the|or|with an)\s+(?:overall\s+)?(?:average|mean)\s+(?:[a-z]+\s+){0,2}?of\s+"
    r"(?:about |around |just over |just under |nearly )?£?$",
    re.IGNORECASE,
)
ON_AVERAGE = re.compile(
    r"(?:\s+[a-z]+){0,2}\s+(?:on average|(?:on|in) an (?:average|ordinary|typical) (?:day|night|week|month|session)\b"
    r"(?!\s+(?:in|at|during|of|last|between)\b))",
    re.IGNORECASE,
)
EACH_OF = re.compile(r"(?:\s+[a-z]+){0,2}(?:\s+on average)?\s+for each (?:of the|of)\s+", re.IGNORECASE)
EACH = re.compile(r"(?:\s+[a-z]+){0,2}\s+(?:each|apiece)\b", re.IGNORECASE)


# In how many sentences more of its paragraph the whole of a remainder may stand.
FURTHER = 4


def counts_of(sentence: Sentence) -> list[Figure]:
    """The counts and amounts of money that a sentence gives, each once."""
    return [
        one
        for one in sentence.distinct_figures
        if one.kind in (kinds.VALUE, kinds.CHANGE) and one.number.unit in ("plain", "money") and one.value > 0
    ]


def what_is_left(context: Context, reader: Reader) -> Iterator[Relation]:
    """A remainder with the whole and the part that the sentence or the one before it gives."""
    for at, (before, sentence) in enumerate(zip([None, *reader.sentences], reader.sentences, strict=False)):
        counts = counts_of(sentence)
        further = [
            one
            for other in reader.sentences[max(at - 1 - FURTHER, 0) : max(at - 1, 0)]
            if other.block == sentence.block
            for one in counts_of(other)
            if one.role != "old"
        ]
        for figure in counts:
            start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
            opened = LEFT.search(sentence.text[:start])
            is_left = bool(IS_LEFT.match(sentence.text, end) and WHOLE_FIRST.match(sentence.text))
            is_left = is_left or bool(REMAINED.match(sentence.text, end) and THAT.search(sentence.text[:start]))
            if (
                figure.number.about
                or figure.number.is_word
                or not (opened or is_left)
                or LATER.search(sentence.text, end)
                or TO_FIND.match(sentence.text, end)
            ):
                continue
            is_certain = is_left or bool(opened and IS_CERTAIN.search(opened[0]))
            if not is_certain and not NOT_IN.match(sentence.text, end):
                continue
            # "21 were between 25 and 39": ages are no parts.
            here = [one for one in counts if one.mark.end <= figure.mark.start and one.role not in ("low", "high")]
            earlier = counts_of(before) if before is not None and before.block == sentence.block else []
            # "They made 87 arrests, 15 more than before": the 15 are no part.
            earlier = [one for one in earlier if one.kind == kinds.VALUE]
            relation = rest_of(context, sentence, figure, here, earlier, further)
            if relation is not None:
                yield relation


def rest_of(
    context: Context,
    sentence: Sentence,
    figure: Figure,
    here: list[Figure],
    earlier: list[Figure],
    further: list[Figure],
) -> Relation | None:
    """The remainder of a whole and its parts: a reading that holds, or a plain slip of the only reading."""
    like = [one for one in [*earlier, *here] if one.number.unit == figure.number.unit and one.role != "old"]
    # "An average age of 44.6": no part of a count.
    like = [one for one in like if one.number.unit == "money" or one.number.decimals <= figure.number.decimals]
    found = []
    for whole in like:
        rest = [one for one in like if one is not whole and one.value < whole.value]
        found += [left_relation(context, sentence, figure, whole, [one]) for one in rest]
        found += [left_relation(context, sentence, figure, whole, rest)] if 1 < len(rest) <= 4 else []
        # "£30,000 of the budget, £12,000 for the shelter, and the remaining £6,000": what this sentence takes apart.
        own = [one for one in rest if one in here]
        found += [left_relation(context, sentence, figure, whole, own)] if 1 < len(own) < len(rest) else []
    held = next((one for one in found if one.holds()), None)
    if held is not None:
        return held
    # "Leaving 34 who did not answer and 10 who refused": what is left has two parts.
    if AND_MORE.match(sentence.text, figure.mark.end - sentence.start):
        return None
    # "57 of the 98 agreed, leaving 31 who did not": the part and the whole that stand before it.
    if (of_pair := left_of_pair(context, sentence, figure, here)) is not None:
        return of_pair
    # "418 were released. 351 of them had a kit, and 289 an appointment. The remaining 129 had none."
    wider = []
    for whole in (one for one in further if one.number.unit == figure.number.unit):
        rest = [one for one in like if one.value < whole.value]
        wider += [left_relation(context, sentence, figure, whole, [one]) for one in rest]
        for some in (rest, [one for one in rest if one in here], [one for one in rest if one in earlier]):
            wider += [left_relation(context, sentence, figure, whole, some)] if 1 < len(some) <= 4 else []
    held = next((one for one in wider if one.holds()), None)
    if held is not None:
        return held
    taken = [one for one in (*found, *wider) if len(one.inputs) == len(here) + 1 > 2 and is_whole_told(context, one)]
    taken = [one for one in taken if is_slip(figure, one)]
    if len({one.expected() for one in taken}) == 1:
        return taken[0]
    plain = [one for one in wider if is_slip(figure, one) and figure.value >= TELLING]
    if len({one.expected() for one in plain}) == 1 and not any(is_slip(figure, one) for one in found):
        return plain[0]
    # Of a list of several parts, no one alone is what was taken off: "402, followed by 214, 187 and 96".
    slips = [one for one in found if is_slip(figure, one) and len(like) == len(one.inputs)]
    if len({one.expected() for one in slips}) == 1:
        return slips[0]
    return None


def is_whole_told(context: Context, relation: Relation) -> bool:
    """Whether the whole that parts are taken from is one that the text takes apart: "59 of the 85 were men"."""
    mark = relation.inputs[0].mark
    before = context.document.blocks[mark.block].text[: mark.start]
    return bool(re.search(r"\b[\w,]+\s+of\s+(?:the|these|those)\s+$", before))


LEAVING = re.compile(
    r",?\s+(?:which\s+)?(?:leaving|leaves|left)\s+(?:(?:just|only|another|a further)\s+)?£?$", re.IGNORECASE
)


SEVERAL = re.compile(
    r"\b(?:some|others?|several|a few|many|none|few|most|another|further)\b|"
    r"\b(?:and|or)\s+[a-z]+\s+(?:who|that|which)\b",
    re.IGNORECASE,
)
AND_MORE = re.compile(r"[^.;:]*\b(?:and|or)\s+(?:another\s+|a further\s+)?\d[\d,]*\s+(?:who|that|which|more|others?)\b")


def left_of_pair(context: Context, sentence: Sentence, figure: Figure, here: list[Figure]) -> Relation | None:
    """What "leaving" says is left of the one part and its whole that a sentence gives before it."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    if LEAVING.search(sentence.text[:start]) is None or len(here) != 2:
        return None
    part, whole = here
    if SEVERAL.search(sentence.text[whole.mark.end - sentence.start : start]) or SEVERAL.search(sentence.text[end:]):
        return None
    joined = sentence.text[part.mark.end - sentence.start : whole.mark.start - sentence.start]
    if not re.fullmatch(r"\s+(?:out\s+)?of\s+(?:(?:the|these|those|our|all)\s+)*", joined) or whole.value < part.value:
        return None
    if any(one.number.about or one.number.unit != figure.number.unit for one in here):
        return None
    return left_relation(context, sentence, figure, whole, [part])


def left_relation(context: Context, sentence: Sentence, figure: Figure, whole: Figure, parts: list[Figure]) -> Relation:
    terms = [term_of(one) for one in (whole, *parts)]

    def explain(expected: float) -> str:
        without = " and ".join(one.text for one in terms[1:])
        return (
            f"{terms[0].text} without {without} is {printed_like(figure.number, expected)}, not {figure.number.text}."
        )

    def solve(at: int, values: list[float], result: float) -> float | None:
        return result + sum(values[1:]) if at == 0 else values[0] - result - sum(values[1:]) + values[at]

    return Relation(
        "parts_equal_total",
        [sums.as_rounded(one) for one in terms],
        term_of(figure),
        lambda values: values[0] - sum(values[1:]),
        explain,
        place_of(context, sentence),
        sentence.text,
        solve=solve,
    )


# A slip in a smaller total is likely by chance.
TELLING = 100
IN_ALL = re.compile(
    r"^(?:In total|Altogether|Together|Overall|In all|Combined),?\s+(?:there (?:were|was)\s+|"
    r"they (?:made|had|come to)\s+|(?:this|that|these) (?:makes?|made|is|was|were|comes? to)\s+)?(?:a total of\s+)?£?$"
)


def totals_of_before(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "86 warnings and 22 notices. In total, 108 were issued": the counts of the one or two sentences before."""
    for at, sentence in enumerate(reader.sentences):
        counts = counts_of(sentence)
        if not counts or IN_ALL.search(sentence.text[: counts[0].mark.start - sentence.start]) is None:
            continue
        total = counts[0]
        found = []
        if total.value < TELLING:
            continue
        for reach in (1, 2, 3):
            before = [one for one in reader.sentences[max(at - reach, 0) : at] if one.block == sentence.block]
            parts = [
                one for other in before for one in counts_of(other) if one.kind == kinds.VALUE and one.role != "old"
            ]
            parts = [one for one in parts if one.number.unit == total.number.unit and not one.number.about]
            if 2 <= len(parts) <= 5 and len(before) == reach:
                where = place_of(context, sentence)
                what = "The figures before it"
                found.append(
                    sums.sum_relation([term_of(one) for one in parts], term_of(total), where, what, sentence.text)
                )
        held = next((one for one in found if one.holds()), None)
        if held is not None:
            yield held
            continue
        slips = [
            one for one in found if slip_between(total.number.text, printed_like(total.number, one.expected() or 0.0))
        ]
        if len({one.expected() for one in slips}) == 1:
            yield slips[0]


def is_part(figure: Figure, total: Figure) -> bool:
    is_count = figure.kind == kinds.VALUE and figure.role != "old" and not figure.number.about
    return is_count and figure.number.unit == total.number.unit


def is_slip(figure: Figure, relation: Relation) -> bool:
    expected = relation.expected() or 0.0
    return expected > 0 and bool(slip_between(figure.number.text, printed_like(figure.number, expected)))


def averages(context: Context, reader: Reader) -> Iterator[Relation]:
    """An average with the two numbers it is of: "24 sessions and 1,860 cars, an average of 77.5"."""
    for before, sentence in zip([None, *reader.sentences], reader.sentences, strict=False):
        for figure in sentence.distinct_figures:
            start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
            is_average = (
                AVERAGE.search(sentence.text[:start])
                or EACH.match(sentence.text, end)
                or ON_AVERAGE.match(sentence.text, end)
            )
            if (
                not is_average
                or figure.is_change
                or figure.number.about
                or figure.number.unit not in ("plain", "money")
            ):
                continue
            each_of = EACH_OF.match(sentence.text, end)
            reach = sentence.start + each_of.end() if each_of else figure.mark.start
            here = [one for one in counts_of(sentence) if one.mark.start <= reach and one.role != "old"]
            here = [one for one in here if one.mark != figure.mark]
            relation = over_years(context, sentence, figure, here) or average_of(context, sentence, figure, here)
            if relation is None and before is not None and before.section == sentence.section:
                both = [*[one for one in counts_of(before) if one.role != "old"], *here]
                relation = average_of(context, sentence, figure, both, only_if_true=True)
            if relation is not None:
                yield relation


NUMBER_OF_TIMES = re.compile(
    rf"\b(?:in|over|during|across|for)\s+(?:(?:the|these|those|all|last|past)\s+)*(?P<count>{COUNT})\s+"
    r"(?P<time>year|quarter|month)s\b",
    re.IGNORECASE,
)


def over_years(context: Context, sentence: Sentence, figure: Figure, counts: list[Figure]) -> Relation | None:
    """ "In the five years there were 368, a mean of 73.6 a year": the one count before it over its years."""
    match = NUMBER_OF_TIMES.search(sentence.text)
    if (
        match is None
        or len(counts) != 1
        or counts[0].number.about
        or match.end() > counts[0].mark.start - sentence.start
    ):
        return None
    per = rf"(?:\s+[a-z]+){{0,2}}\s+(?:a|an|per|each|every)\s+{match['time']}\b"
    if not re.match(per, sentence.text[figure.mark.end - sentence.start :], re.IGNORECASE):
        return None
    start, end = match.span("count")
    times = Number(match["count"], start, end, float(number_of(match["count"])), 0, "plain", is_word=True)
    block = context.document.blocks[sentence.block]
    base = Term(Mark(sentence.block, block.place, sentence.start + start, sentence.start + end), times, times.value)
    return average_relation(context, sentence, figure, term_of(counts[0]), base)


def average_of(
    context: Context, sentence: Sentence, figure: Figure, counts: list[Figure], only_if_true: bool = False
) -> Relation | None:
    found = [
        average_relation(context, sentence, figure, term_of(top), term_of(base))
        for top, base in permutations(counts, 2)
        if base.number.unit == "plain" and (top.number.unit == "money") == (figure.number.unit == "money")
    ]
    held = next((one for one in found if one.holds()), None)
    if held is not None or only_if_true or len(counts) != 2 or not is_of_counts(sentence, figure, counts):
        return held
    slips = [one for one in found if is_slip(figure, one)]
    if not slips and WORTH.search(sentence.text[: figure.mark.start - sentence.start]):
        # "46 grants worth £1,150,000, an average of £27,500 each": it can be of nothing else.
        slips = [one for one in found if 0.5 <= (one.expected() or 0.0) / figure.value <= 2]
    return slips[0] if len(slips) == 1 else None


# What joins a number of things and their amount.
WORTH = re.compile(
    r"\d[^.;:()\d]{0,30}\b(?:worth|totalling|costing|valued at)\s+(?:a total of\s+)?£[\d,.]+(?: ?(?:m|million))?,\s+"
    r"(?:or\s+)?(?:an average|an? mean)\b[^.;()\d]{0,20}£?$",
    re.IGNORECASE,
)


def is_of_counts(sentence: Sentence, figure: Figure, counts: list[Figure]) -> bool:
    """Whether what stands behind an average is what is counted: "an average of 7.7 days" is of no two counts."""
    after = sentence.text[figure.mark.end - sentence.start :]
    if re.match(r"\s*(?:$|[.,;:)]|(?:a|an|per|each|for|every|on average)\b)", after):
        return True
    counted = {word for one in counts for word in stems(sentence.text[one.mark.end - sentence.start :])[:2]}
    return bool(set(stems(after)[:1]) & counted)


def average_relation(context: Context, sentence: Sentence, figure: Figure, top: Term, base: Term) -> Relation:
    relation = sums.rate_relation(top, base, term_of(figure), place_of(context, sentence), sentence.text, 1.0, base="")
    relation.rule_id = "ratio_follows_from_counts"
    return relation
