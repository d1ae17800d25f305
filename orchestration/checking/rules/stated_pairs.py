"""Two numbers that a sentence sets beside each other by its form alone, and the change or the part that follows."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.aims import in_words_of_aims
from orchestration.checking.rules.readings import Reader, place_of, term_of

UP = r"(?P<way>up|down|an? (?:rise|increase|growth|fall|drop|decrease|decline|reduction) of)\s+(?:by\s+)?[+-]?"
# "Thefts from vehicles: 518 (506), up 2.4%".
BRACKET = re.compile(r"\s*\(\s*£?")
BEHIND_BRACKET = re.compile(rf"\)\s*,?\s*\(?{UP}", re.IGNORECASE)
IS_UP = re.compile(r"up|.*(?:rise|increase|growth)", re.IGNORECASE)
# So many of a document's brackets must hold before another can be wrong.
LEAST = 2
LEAST_WHOLE = 20
# "The contract is worth £468,000 a year or £117,000 a quarter".
PARTS_OF_YEAR = {"year": 1, "annum": 1, "quarter": 4, "month": 12, "week": 52}
PER = r"\s+(?:a|an|per|each|every)\s+(?P<{}>year|annum|quarter|month|week)\b"
A_TIME = re.compile(PER.format("whole") + r"(?:,?\s+(?:or|i\.e\.|that is)|\s*\()\s*,?\s*£?", re.IGNORECASE)
ITS_TIME = re.compile(PER.format("part") + r"\s*(?:[.,;)]|$)", re.IGNORECASE)
# "We met 644 people; this year it was 960, or 316 more".
OR_MORE = re.compile(r",?\s+or\s+$", re.IGNORECASE)
MORE = re.compile(r"\s+(?P<way>more|fewer|less)\s*(?:$|[.,;)]|\()", re.IGNORECASE)
# "£6.3m was saved against a plan of £8.0m, a shortfall of £1.7m or 21%".
AGAINST_PLAN = re.compile(
    r"[^.;:()\d]{0,40}\bagainst\s+(?:an?|the|our|its)\s+(?:[a-z]+\s+){0,2}(?:plan|target|budget|grant|allocation|forecast|aim)"
    r"\s+of\s+£?$",
    re.IGNORECASE,
)
A_UNIT = re.compile(r"\s+(?:an?|per|each|for each|for every)\s+[a-z]+\b(?!\s+of\b)|\s+each\b", re.IGNORECASE)
DISTANCE = re.compile(
    r"\s*,\s+(?:an?|giving an?|leaving an?)\s+(?:[a-z]+\s+)?"
    r"(?:shortfall|surplus|overspend|underspend|excess|gap)\s+of\s+£?$",
    re.IGNORECASE,
)
OR_PERCENT = re.compile(r"\s*(?:,?\s+or\s+|\()", re.IGNORECASE)


def text_between(sentence: Sentence, first: Figure, second: Figure) -> str:
    return sentence.text[first.mark.end - sentence.start : max(second.mark.start - sentence.start, 0)]


def is_count(figure: Figure) -> bool:
    return figure.number.unit in ("plain", "money") and not figure.is_change and not figure.number.is_word


def former_in_brackets(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Robberies: 91 (104), down 12.5%": the bracket is the value before, where it is so elsewhere in the document."""
    found: list[Relation] = []
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for new, old, change in zip(figures, figures[1:], figures[2:], strict=False):
            if not (is_count(new) and is_count(old)) or new.number.unit != old.number.unit:
                continue
            said = BEHIND_BRACKET.fullmatch(text_between(sentence, old, change))
            if said is None or BRACKET.fullmatch(text_between(sentence, new, old)) is None:
                continue
            if change.number.unit not in ("percent", new.number.unit):
                continue
            kind = sums.PERCENT if change.number.unit == "percent" else sums.DIFFERENCE
            way = 1 if IS_UP.match(said["way"]) else -1
            printed = term_of(change).signed(abs(change.value) * way)
            where = place_of(context, sentence)
            found.append(sums.change_relation(term_of(old), term_of(new), printed, kind, where, sentence.text))
    held = [one for one in found if one.holds()]
    yield from found if len(held) >= max(LEAST, len(found) - len(held) + 1) else held


def parts_of_years(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "£468,000 a year or £117,000 a quarter": the second is as many times less as the year has such parts."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for whole, part in pairwise(figures):
            opened = A_TIME.fullmatch(text_between(sentence, whole, part))
            its = ITS_TIME.match(sentence.text, part.mark.end - sentence.start)
            if opened is None or its is None or whole.number.unit != part.number.unit or part.number.about:
                continue
            if not (is_count(whole) and is_count(part)) or whole.number.about:
                continue
            parts = PARTS_OF_YEAR[its["part"].lower()] / PARTS_OF_YEAR[opened["whole"].lower()]
            # A year has 52 weeks and a day, and a quarter 13: such a part is never exact.
            if parts > 1 and "week" not in (its["part"].lower(), opened["whole"].lower()):
                yield part_relation(context, sentence, whole, part, parts, its["part"].lower())


def part_relation(
    context: Context, sentence: Sentence, whole: Figure, part: Figure, parts: float, name: str
) -> Relation:
    def explain(expected: float) -> str:
        meant = printed_like(part.number, expected)
        return f"{whole.number.text} in {parts:.0f} parts is {meant} a {name}, not {part.number.text}."

    return Relation(
        "ratio_follows_from_counts",
        [sums.as_rounded(term_of(whole))],
        term_of(part),
        lambda values: values[0] / parts,
        explain,
        place_of(context, sentence),
        sentence.text,
        solve=lambda at, values, result: result * parts,
    )


def or_more(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "We met 644 people; this year it was 960, or 316 more": the only two counts before a change."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for old, new, change in zip(figures, figures[1:], figures[2:], strict=False):
            more = MORE.match(sentence.text, change.mark.end - sentence.start)
            if more is None or not OR_MORE.fullmatch(text_between(sentence, new, change)):
                continue
            if change.number.unit != new.number.unit or change.number.about or change.number.is_word:
                continue
            if old is not figures[0] or not (is_count(old) and is_count(new)) or new.number.unit != old.number.unit:
                continue
            way = 1 if more["way"].lower() == "more" else -1
            printed = term_of(change).signed(abs(change.value) * way)
            where = place_of(context, sentence)
            relation = sums.change_relation(term_of(old), term_of(new), printed, sums.DIFFERENCE, where, sentence.text)
            follows = printed_like(change.number, abs(new.value - old.value))
            if relation.holds() or slip_between(change.number.text, follows):
                yield relation


def against_plans(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "£6.3m was saved against a plan of £8.0m, a shortfall of £1.7m or 21%": the distance and its share."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for at, (actual, plan, distance) in enumerate(zip(figures, figures[1:], figures[2:], strict=False)):
            if AGAINST_PLAN.fullmatch(text_between(sentence, actual, plan)) is None:
                continue
            if DISTANCE.fullmatch(text_between(sentence, plan, distance)) is None or not plan.value:
                continue
            # "£273,600, or £30 a notice, against a budget of £240,000".
            if A_UNIT.match(sentence.text, actual.mark.end - sentence.start):
                continue
            units = {one.number.unit for one in (actual, plan, distance)}
            if len(units) != 1 or not units <= {"plain", "money"}:
                continue
            where, terms = place_of(context, sentence), [term_of(one) for one in (actual, plan)]
            yield distance_relation(terms, distance, where, sentence.text, is_percent=False)
            behind = figures[at + 3] if len(figures) > at + 3 else None
            if (
                behind is not None
                and behind.number.unit == "percent"
                and OR_PERCENT.fullmatch(text_between(sentence, distance, behind))
                and not re.match(r"\s+of\b", sentence.text[behind.mark.end - sentence.start :])
            ):
                yield distance_relation(terms, behind, where, sentence.text, is_percent=True)


# "It held 505 men against a capacity of 420; it was therefore 85 over".
CAPACITY = re.compile(
    r"\b(?:against|for|with)\s+(?:an?|the|its|their|our)\s+(?:[a-z]+\s+){0,3}(?:capacity|establishment|complement|quota)\s+of\s+$",
    re.IGNORECASE,
)
IT_WAS = re.compile(
    r"\s*(?:[;,:]|\.)\s+(?:(?:it|this|that|they|which)\s+(?:is|was|were|are)\s+)?(?:(?:therefore|thus|so)\s+)?", re.I
)
OVER = re.compile(
    r"\s+(?:(?:[a-z]+\s+)?(?:too\s+)?(?P<over>over|above|many)|(?:[a-z]+\s+)?(?P<under>under|below|short))\b(?!\s+\d)",
    re.IGNORECASE,
)


def beyond_capacities(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "It held 505 men against a capacity of 420; it was therefore 85 over": the distance of the two counts."""
    for sentence in reader.sentences:
        figures = [one for one in sentence.distinct_figures if not one.number.is_word]
        for at, (capacity, distance) in enumerate(pairwise(figures)):
            side = OVER.match(sentence.text, distance.mark.end - sentence.start)
            before = sentence.text[: capacity.mark.start - sentence.start]
            if side is None or CAPACITY.search(before) is None or at != 1 or not is_count(figures[0]):
                continue
            if IT_WAS.fullmatch(text_between(sentence, capacity, distance)) is None or capacity.number.about:
                continue
            units = {one.number.unit for one in (figures[0], capacity, distance)}
            if units != {"plain"} or figures[0].number.about or distance.number.about:
                continue
            printed = term_of(distance).signed(abs(distance.value) * (1 if side["over"] else -1))
            aim, value, where = term_of(capacity), term_of(figures[0]), place_of(context, sentence)
            yield in_words_of_aims(sums.change_relation(aim, value, printed, sums.DIFFERENCE, where, sentence.text))


def distance_relation(terms: list, figure: Figure, where: str, text: str, is_percent: bool) -> Relation:
    printed = term_of(figure).signed(abs(figure.value))

    def compute(values: list[float]) -> float | None:
        actual, plan = values
        return abs(actual - plan) * (100 / plan if is_percent else 1)

    def explain(expected: float) -> str:
        what = f"{printed_like(figure.number, expected)}{' of the plan' if is_percent else ''}"
        return f"{terms[0].text} against {terms[1].text} is a distance of {what}, not {figure.number.text}."

    inputs = [sums.as_rounded(one) for one in terms]
    return Relation("change_follows_from_values", inputs, printed, compute, explain, where, text)


# "There were 1,806, against 1,650 a year earlier; that was 156 or 9.5% more".
THAT_WAS = re.compile(r"[;,]\s+(?:that|this|which)\s+(?:is|was|makes|made)\s+£?$", re.IGNORECASE)
OR_MORE_PERCENT = re.compile(
    r"\s+or\s+[\d.]+\s?(?:%|per cent)\s+(?P<way>more|fewer|less|higher|lower)\b", re.IGNORECASE
)


def that_was_more(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "There were 1,806, against 1,650 a year earlier; that was 156 or 9.5% more": the one pair before it."""
    for sentence in reader.sentences:
        for figure in sentence.distinct_figures:
            start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
            more = OR_MORE_PERCENT.match(sentence.text, end)
            if more is None or THAT_WAS.search(sentence.text[:start]) is None or figure.number.about:
                continue
            before = [one for one in sentence.distinct_figures if one.mark.end <= figure.mark.start and is_count(one)]
            before = [one for one in before if one.number.unit == figure.number.unit]
            if len(before) != 2 or before[1].role != "old" or before[0].role == "old":
                continue
            way = 1 if more["way"].lower() in ("more", "higher") else -1
            new, old, where = term_of(before[0]), term_of(before[1]), place_of(context, sentence)
            printed = term_of(figure).signed(abs(figure.value) * way)
            yield sums.change_relation(old, new, printed, sums.DIFFERENCE, where, sentence.text)


# "Of 1,200 learners", and "of the district's 46 schools".
OF_THE = re.compile(
    r"\s+(?:out\s+)?of\s+(?:(?:all|the|these|those|our|its|their|a total of)\s+)*(?:[\w-]+['’]s?\s+)?£?", re.IGNORECASE
)
A_DAY = re.compile(r"\s+(?:hours|days|weeks|minutes|miles|kg)\b|['’%]", re.IGNORECASE)


def parts_of_less(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "2,912 of the 2,497 calls": a part that is more than its whole."""
    for sentence in reader.sentences:
        for part, whole in pairwise(sentence.distinct_figures):
            if not (is_count(part) and is_count(whole)) or part.number.unit != whole.number.unit:
                continue
            if part.value <= whole.value or not OF_THE.fullmatch(text_between(sentence, part, whole)):
                continue
            # "240 of the 3 types": another thing is counted behind.
            if whole.value < LEAST_WHOLE or whole.number.about or part.number.about:
                continue
            # "Twelve of 45 minutes": as many of that length.
            if A_DAY.match(sentence.text, whole.mark.end - sentence.start):
                continue
            yield Finding(
                "share_of_its_whole",
                ERROR,
                part.mark,
                part.number.text,
                f"at most {whole.number.text}",
                f"{part.number.text} is more than the {whole.number.text} that it is said to be a part of.",
                sentence.text,
                place_of(context, sentence),
                marks=[whole.mark],
            )
