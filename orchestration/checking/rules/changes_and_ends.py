"""A change in number and in percent beside what it led to, and changes that answer to pairs before them."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation, Term, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.stated_pairs import is_count, text_between

WENT = re.compile(
    r"\b(?:(?P<up>rose|risen|rises|grew|grown|increased|increases|climbed|went up|gone up|up)|"
    r"(?P<down>fell|fallen|falls|dropped|decreased|declined|shrank|went down|gone down|came down|down))\s+by\s+£?$",
    re.IGNORECASE,
)
# "By 41 offences (7.2 per cent), to 612", "by 53, or 9.0%, to 641".
AND_PERCENT = re.compile(r"(?:\s+[a-z-]+){0,3}\s*(?:\(|,?\s+or\s+|,\s+)(?:by\s+)?[+-]?", re.IGNORECASE)
TO_END = re.compile(r"\s*\)?,?\s+to\s+(?:reach\s+|stand at\s+)?£?", re.IGNORECASE)
LEAST_CHANGE = 10


def ends_of_changes(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Went up by 41 (7.2%), to 612": the percentage of the change on what was there before it."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for change, percent, end in zip(figures, figures[1:], figures[2:], strict=False):
            went = WENT.search(sentence.text[: change.mark.start - sentence.start])
            if went is None or percent.number.unit != "percent" or change.number.unit != end.number.unit:
                continue
            if change.number.unit not in ("plain", "money") or end.is_change or abs(change.value) < LEAST_CHANGE:
                continue
            if any(one.number.about or one.number.is_word for one in (change, percent, end)):
                continue
            first, second = text_between(sentence, change, percent), text_between(sentence, percent, end)
            if AND_PERCENT.fullmatch(first) and TO_END.fullmatch(second):
                yield end_relation(context, sentence, change, percent, end, 1 if went["up"] else -1)


def end_relation(
    context: Context, sentence: Sentence, change: Figure, percent: Figure, end: Figure, way: int
) -> Relation:
    size, new = term_of(change), term_of(end)
    size, printed = size.signed(abs(size.value) * way), term_of(percent)
    printed = printed.signed(abs(printed.value) * way)

    def compute(values: list[float]) -> float | None:
        step, last = values
        return step / (last - step) * 100 if last != step else None

    def solve(at: int, values: list[float], result: float) -> float | None:
        step, last = values
        if at == 0:
            return last * result / (100 + result) if result != -100 else None
        return step * 100 / result + step if result else None

    def explain(expected: float) -> str:
        follows = printed_like(percent.number, abs(expected))
        word = "more" if way > 0 else "fewer"
        return f"{change.number.text} {word}, to {end.number.text}, is {follows}, not {percent.number.text}."

    inputs = [sums.as_rounded(one) for one in (size, new)]
    where = place_of(context, sentence)
    return Relation("change_follows_from_values", inputs, printed, compute, explain, where, sentence.text, solve=solve)


FROM = re.compile(r"\bfrom\s+£?$", re.IGNORECASE)
TO = re.compile(r"%?\s+to\s+£?", re.IGNORECASE)
RISES = re.compile(
    r"[,;:(]\s*(?:(?:that|these|which|this) (?:is|are|was|were)\s+)?(?:(?P<up>increases|rises)|"
    r"(?P<down>falls|decreases|reductions|drops)|changes)\s+of\s+$",
    re.IGNORECASE,
)
NEXT = re.compile(r"%?\s*(?:,|,?\s+and)\s+", re.IGNORECASE)
RESPECTIVELY = re.compile(r"(?:%| per cent)?,?\s+respectively\b", re.IGNORECASE)


def changes_in_turn(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "From £792 to £856 for A and from £938 to £1,004 for B, increases of 8.1% and 7.0% respectively"."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        pairs = [
            (old, new)
            for old, new in pairwise(figures)
            if FROM.search(sentence.text[: old.mark.start - sentence.start])
            and TO.fullmatch(text_between(sentence, old, new))
            and is_count(old)
            and is_count(new)
        ]
        if len(pairs) < 2:
            continue
        behind = [one for one in figures if one.mark.start >= pairs[-1][1].mark.end]
        changes = behind[: len(pairs)]
        if len(changes) != len(pairs) or any(one.number.unit != "percent" for one in changes):
            continue
        opened = RISES.search(sentence.text[: changes[0].mark.start - sentence.start])
        is_run = all(NEXT.fullmatch(text_between(sentence, *one)) for one in pairwise(changes))
        if opened is None or not is_run or not RESPECTIVELY.match(sentence.text, changes[-1].mark.end - sentence.start):
            continue
        for (old, new), change in zip(pairs, changes, strict=True):
            printed = in_direction(term_of(change), opened, term_of(old), term_of(new))
            where = place_of(context, sentence)
            yield sums.change_relation(term_of(old), term_of(new), printed, sums.PERCENT, where, sentence.text)


def in_direction(change: Term, opened: re.Match, old: Term, new: Term) -> Term:
    """A change with the sign that its noun gives it; "changes of" gives none, and it goes the way of its values."""
    is_up = bool(opened["up"]) or (not opened["down"] and new.value >= old.value)
    return change.signed(abs(change.value) * (1 if is_up else -1))


# "Verbal abuse: 230 (16%)", "Cannabis, 1,713 (74 per cent), 61 more than the year before".
COUNT_AND_SHARE = re.compile(r"\s+(?:[a-z-]+\s+){0,2}\(\s*$", re.IGNORECASE)
# So many shares beside a wrong one have to be of the sum, in a list of items and in one sentence.
LEAST_RIGHT = 2


def shares_of_items(context: Context, reader: Reader) -> Iterator[Relation]:
    """The shares in the brackets of a list, each of the number that its counts make together."""
    items: list[tuple[int, Sentence, Figure, Figure]] = []
    for sentence in [*reader.sentences, None]:
        block = context.document.blocks[sentence.block] if sentence is not None else None
        if sentence is not None and block is not None and items and sentence.block == items[-1][0]:
            continue
        if (
            sentence is not None
            and block is not None
            and block.kind == "item"
            and (not items or sentence.block == items[-1][0] + 1)
            and (pair := count_and_share(sentence)) is not None
        ):
            items.append((sentence.block, sentence, *pair))
            continue
        yield from of_items(context, [one[1:] for one in items])
        items = []


# "28,348 took a course (67%), 9,308 paid (22%) and 4,654 went to court (11%)".
THEN_SHARE = re.compile(r"(?:\s+(?!of\b)[a-z'’-]+){0,6}\s*\(\s*", re.IGNORECASE)
THEN_COUNT = re.compile(r"\s*\),?\s*(?:;\s*)?(?:and\s+)?(?:[a-z'’-]+\s+){0,4}", re.IGNORECASE)


def shares_in_a_row(context: Context, reader: Reader) -> Iterator[Relation]:
    """The shares in brackets of the counts that one sentence lists, each of what the counts make together."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        run: list[tuple[Sentence, Figure, Figure]] = []
        for at, (count, share) in enumerate(pairwise(figures)):
            is_pair = (
                is_count(count)
                and not count.number.about
                and share.number.unit == "percent"
                and THEN_SHARE.fullmatch(text_between(sentence, count, share)) is not None
            )
            if not is_pair:
                continue
            if run and (
                figures[at - 1] is not run[-1][2] or not THEN_COUNT.fullmatch(text_between(sentence, run[-1][2], count))
            ):
                yield from of_items(context, run)
                run = []
            run.append((sentence, count, share))
        yield from of_items(context, run)


def count_and_share(sentence: Sentence) -> tuple[Figure, Figure] | None:
    figures = sentence.distinct_figures[:2]
    if len(figures) < 2 or figures[1].number.unit != "percent" or not is_count(figures[0]) or figures[0].number.about:
        return None
    is_said = COUNT_AND_SHARE.fullmatch(text_between(sentence, *figures))
    is_closed = re.match(r"\s*(?:of [a-z ]{3,40})?\)", sentence.text[figures[1].mark.end - sentence.start :])
    return (figures[0], figures[1]) if is_said and is_closed else None


def of_items(context: Context, items: list[tuple[Sentence, Figure, Figure]]) -> Iterator[Relation]:
    """The relations of a list whose other shares are all of its sum; none where two or more are not."""
    whole = sum(count.value for _, count, _ in items)
    if len(items) <= LEAST_RIGHT or not whole:
        return
    wrong = [one for one in items if not one[2].number.fits(one[1].value / whole * 100)]
    if len(wrong) != 1:
        return
    sentence, count, share = wrong[0]
    expected = count.value / whole * 100
    if slip_between(share.number.text, printed_like(share.number, expected)):
        yield item_relation(context, sentence, count, share, whole)


def item_relation(context: Context, sentence: Sentence, count: Figure, share: Figure, whole: float) -> Relation:
    def explain(expected: float) -> str:
        right = printed_like(share.number, expected)
        return f"The list makes {whole:,.0f}; {count.number.text} of that is {right}, not {share.number.text}."

    return Relation(
        "share_follows_from_counts",
        [sums.as_rounded(term_of(count))],
        term_of(share),
        lambda values: values[0] / whole * 100,
        explain,
        place_of(context, sentence),
        sentence.text,
    )
