"""Changes, shares and sums with what stands beside them: "340, 34 more than this year (11.1%)", "the other 16.1%"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Finding, Relation, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.comparisons_said import behind, between
from orchestration.checking.rules.readings import Reader, place_of, term_of
from orchestration.checking.rules.said import COUNT, number_of, words_finding
from orchestration.checking.rules.wholes import is_of_two_parts, values_of

BY_IT = re.compile(r"(?:\s+[a-z'’-]+){1,5},\s+(?:(?:which|that|this)\s+(?:is|was)\s+)?")
IN_NEXT = re.compile(
    r"(?:\s+[a-z'’-]+){0,2}?\s+(?:more|fewer|less)\s+than\b"
    r"(?:[^.;:()\d]|(?:19|20)\d\d(?:\s?[/–-]\s?\d\d)?(?!\d)){0,40}\(\s*"
)
AT_ONCE = re.compile(r"(?:\s+[a-z'’-]+)?\s*\(\s*")
FROM = re.compile(r"\s*\)[^.;:()\d]{0,40}\bfrom\s+(?:about\s+|around\s+)?£?")


def percent_of_rest(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "340 people, 34 more than this year (11.1%)": the change in percent is that of 306."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        if any(one.role == "old" and one.number.unit != "percent" for one in figures):
            continue
        for value, change, percent in zip(figures, figures[1:], figures[2:], strict=False):
            gap = between(sentence, change, percent)
            is_said = value.kind == kinds.VALUE and change.kind == kinds.CHANGE and percent.number.unit == "percent"
            if not is_said or not BY_IT.fullmatch(between(sentence, value, change)) or change.number.about:
                continue
            is_next = AT_ONCE.fullmatch(gap) and re.match(
                r"\s*\)\s*(?:more|fewer|less)\s+than\b", behind(sentence, percent)
            )
            if not is_next and not (IN_NEXT.fullmatch(gap) and re.match(r"\s*\)", behind(sentence, percent))):
                continue
            old = value.value - change.value
            if old <= 0 or value.number.about or percent.number.about:
                continue
            whole = replace(value.number, text=f"{old:,.0f}", value=old)
            part = replace(term_of(change), value=abs(change.value))
            base = replace(term_of(value), number=whole, value=old)
            result = replace(term_of(percent), value=abs(percent.value))
            yield sums.share_relation(part, base, result, place_of(context, sentence), sentence.text)


def percent_from_old(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Has grown by 620 (5.7%) in a year, from 10,820": the change in percent is that of the value behind it."""
    for sentence in reader.sentences:
        figures = sentence.distinct_figures
        for change, percent, old in zip(figures, figures[1:], figures[2:], strict=False):
            if (
                change.kind != kinds.CHANGE
                or percent.number.unit != "percent"
                or old.role != "old"
                or old.kind != kinds.VALUE
                or old.number.unit != change.number.unit
                or not AT_ONCE.fullmatch(between(sentence, change, percent))
                or not FROM.fullmatch(between(sentence, percent, old))
                or re.match(r"[^.;]{0,40}?\bto\s+£?\d", behind(sentence, old))
            ):
                continue
            part, whole, result = (replace(term_of(one), value=abs(one.value)) for one in (change, old, percent))
            yield sums.share_relation(part, whole, result, place_of(context, sentence), sentence.text)


RATE_OF = re.compile(
    r",\s+(?:which (?:is|was|gives|makes)|giving|that is|this is|or|i\.e\.)?\s*(?:an?\s+)?"
    r"(?:[a-z-]+\s+){0,2}(?:rate|uptake|take-up|occupancy|coverage|attendance|response)\s+of\s+$",
    re.IGNORECASE,
)
AND = re.compile(r"[^.;:()\d]{1,60}(?:,|\band\b)[^.;:()\d]{0,30}")


def rates_of_two(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "700 were handed out and 386 came back, which is a response rate of 55.1%": the second of the first."""
    for sentence in reader.sentences:
        for share in sentence.distinct_figures:
            if share.kind != kinds.SHARE or share.number.unit != "percent":
                continue
            before = [one for one in values_of(sentence) if one.mark.end <= share.mark.start]
            opened = RATE_OF.search(sentence.text[: share.mark.start - sentence.start])
            if (
                opened is None
                or len(before) != 2
                or before[0].value <= before[1].value
                or is_of_two_parts(sentence, share)
                # "Of this, 700 were recycled and 386 composted, a combined rate of 49.9%": of another whole.
                or re.search(r"\b(?:combined|joint|total|overall)\b", opened[0], re.IGNORECASE)
                or re.match(r"\W*(?:out )?of\b", sentence.text, re.IGNORECASE)
            ):
                continue
            if re.search(r"\d", between(sentence, before[1], share)) or not AND.fullmatch(between(sentence, *before)):
                continue
            whole, part = before
            yield sums.share_relation(
                term_of(part), term_of(whole), term_of(share), place_of(context, sentence), sentence.text
            )


REST = re.compile(
    r"\b(?:(?:make|makes|made) up the (?:other|remaining)|the (?:other|remaining|rest,)|"
    r"(?:which |that )?leav(?:es|ing))\s+"
    r"(?:(?:some|about|just)\s+)?$",
    re.IGNORECASE,
)
OPENED = re.compile(r"[^.;:]*:\s*")


def percents_of_whole(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "That leaves 26.5%: 21.6% at some risk and 4.9% at high risk": what is left of 100%, and what a list makes."""
    for at, sentence in enumerate(reader.sentences):
        shares = percents(sentence)
        for number, share in enumerate(shares):
            start = sentence.text[: share.mark.start - sentence.start]
            is_rest = REST.search(start) is not None
            parts = listed_behind(sentence, share, shares[number + 1 :])
            if len(parts) >= 2:
                total = sum(one.value for one in parts)
                if not is_near(share, total, len(parts)) and is_slip(share, total):
                    yield told(context, sentence, share, total, " and ".join(one.number.text for one in parts), parts)
                    continue
            if not is_rest:
                continue
            here = [one for one in shares[:number] if one.role != "old"]
            earlier = [
                one
                for other in reader.sentences[max(at - 1, 0) : at]
                if other.block == sentence.block
                for one in percents(other)
                if one.role != "old"
            ]
            groups = [some for some in (here, earlier, [*earlier, *here]) if some]
            groups += [[one] for one in (*here, *earlier)]
            left = [(100 - sum(one.value for one in some), some) for some in groups]
            left = [one for one in left if one[0] > 0]
            if any(is_near(share, rest, len(some) + 1) for rest, some in left):
                continue
            slips = [(rest, some) for rest, some in left if is_slip(share, rest) and len(some) >= 2]
            if len({round(rest, 6) for rest, _ in slips}) == 1:
                rest, some = slips[0]
                yield told(
                    context, sentence, share, rest, "100% without " + " and ".join(o.number.text for o in some), some
                )


def percents(sentence: Sentence) -> list[Figure]:
    return [one for one in sentence.distinct_figures if one.kind == kinds.SHARE and one.number.unit == "percent"]


def listed_behind(sentence: Sentence, total: Figure, shares: list[Figure]) -> list[Figure]:
    """The shares of a list that a colon behind a share opens, up to the end of the sentence."""
    found: list[Figure] = []
    at = total.mark.end - sentence.start
    pattern = r"[^.;:()\d]{0,60}:\s*"
    for one in shares:
        if not re.fullmatch(pattern, sentence.text[at : one.mark.start - sentence.start]):
            return []
        found.append(one)
        at, pattern = one.mark.end - sentence.start, r"[^.;:()\d]{1,50}(?:,|\band\b)\s*"
    return found if re.fullmatch(r"[^.;:()\d]{0,60}\.?", sentence.text[at:]) else []


def is_near(share: Figure, value: float, count: int) -> bool:
    """Whether a share is what others make: each of them is rounded."""
    return abs(share.value - value) <= share.number.half_unit * (count + 1) + 1e-9 or bool(share.number.about)


def is_slip(share: Figure, value: float) -> bool:
    return bool(slip_between(share.number.text, printed_like(share.number, value)))


def told(context: Context, sentence: Sentence, share: Figure, value: float, what: str, marks: list[Figure]) -> Finding:
    expected = printed_like(share.number, value)
    span = (share.mark.start - sentence.start, share.mark.end - sentence.start)
    verb = "make" if not what.startswith("100%") else "is"
    why = f"{what} {verb} {expected}, not {share.number.text}."
    return words_finding(context, sentence, "parts_equal_total", span, expected, why, [one.mark for one in marks])


OVER = re.compile(
    rf"\b(?:Over|Across|In|For) (?:the|these|those|all) (?P<count>{COUNT}) (?:years|quarters)\b", re.IGNORECASE
)
IN_ALL = re.compile(r"(?:\s+[a-z-]+){0,3}\s+(?:in all|in total|altogether|overall)\b", re.IGNORECASE)


def sums_of_years(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "Over the four years there were 150 deaths in all": the sum of the values that the paragraph gives for them."""
    for sentence in reader.sentences:
        opened = OVER.search(sentence.text)
        totals = [
            one
            for one in values_of(sentence)
            if opened
            and one.mark.start - sentence.start > opened.end()
            and (
                IN_ALL.match(behind(sentence, one))
                or re.search(r"\ba total of\s*$", sentence.text[: one.mark.start - sentence.start])
            )
        ]
        if opened is None or len(totals) != 1:
            continue
        block = [one for one in reader.sentences if one.block == sentence.block and one.number < sentence.number]
        values = [one for other in block for one in values_of(other) if one.has_own_period and one.period]
        periods = {one.period for one in values}
        if len(values) == len(periods) == number_of(opened["count"]) and len({one.kind for one in periods if one}) == 1:
            what = "The values of the years"
            where = place_of(context, sentence)
            yield sums.sum_relation([term_of(one) for one in values], term_of(totals[0]), where, what, sentence.text)


THAT_IS = re.compile(r"^(?:That|This) (?:is|was|represents|makes|means)\s+(?:some\s+)?$", re.IGNORECASE)


def fewer_than_before(context: Context, reader: Reader) -> Iterator[Relation]:
    """ "There were 1,090 premises: … That is 10 fewer than five years earlier (1,100)": the first count before it."""
    for before, sentence in pairwise(reader.sentences):
        figures = sentence.distinct_figures
        if before.block != sentence.block or len(figures) < 2:
            continue
        change, old = figures[:2]
        opened = THAT_IS.match(sentence.text[: change.mark.start - sentence.start])
        is_change = change.kind == kinds.CHANGE and old.kind == kinds.VALUE and old.number.unit == change.number.unit
        if (
            not opened
            or not is_change
            or not re.fullmatch(
                r"(?:\s+[a-z-]+){0,2}?\s+(?:more|fewer|less)\s+than\b[^.;:()\d]{0,40}\(\s*£?",
                between(sentence, change, old),
            )
        ):
            continue
        values = [one for one in values_of(before) if one.role != "old" and one.number.unit == old.number.unit]
        found = [
            sums.change_relation(
                term_of(old), term_of(one), term_of(change), sums.DIFFERENCE, place_of(context, sentence), sentence.text
            )
            for one in values
        ]
        held = next((one for one in found if one.holds()), None)
        if held is not None:
            yield held
        elif found and slip_between(change.number.text, printed_like(change.number, abs(found[0].expected() or 0.0))):
            yield found[0]
