"""Numbers of a summary that nothing gives, and that are a slip of what the document gives for the same thing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Relation, digits, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.near_misses import PERCENTS, key_of, numbers_printed
from orchestration.checking.rules.readings import AIMED, GENERIC, Reader, is_broad, place_of, term_of
from orchestration.checking.rules.rows_said import OF_CLAIMS
from orchestration.checking.words import stems

SUMMARY = re.compile(
    r"\b(?:summary|conclu\w+|in brief|in short|key (?:points?|messages?|findings?|figures|facts)|"
    r"main (?:points|messages|findings)|headlines?|highlights?|at a glance|points to note|recommend\w+|resolved|"
    r"looking ahead|overall|next steps|outlook|what (?:we|this|it) (?:conclude|means|shows)\w*|overview|to sum up)\b",
    re.IGNORECASE,
)
OPENS = re.compile(
    r"\W*(?:\d+\.?\s+)?(?:in (?:short|summary|conclusion|brief|sum)|to (?:sum up|conclude)|overall)\b", re.IGNORECASE
)
# A number of two digits is soon a slip of another.
SHORT = 2
# "Educated at home", "home education": words that begin alike.
ALIKE = 5
SPLITS = re.compile(r";|,\s+(?:and|while|but|with|or)\b|\band\b|\bbut\b|\bwhile\b|,\s")


@dataclass(frozen=True)
class Fact:
    """A number that the document gives, or that follows from two that it gives, with the words around it."""

    value: float
    unit: str
    is_change: bool
    words: frozenset[str]
    why: str
    marks: tuple[Mark, ...]


def restated(context: Context, reader: Reader, known: set[Mark]) -> Iterator[Finding]:
    """A finding for each number of a summary that is a slip of the one that its words have elsewhere."""
    printed = numbers_printed(context, reader)
    facts: list[Fact] = []
    for sentence in reader.sentences:
        if not is_summary(context, sentence) or is_broad(sentence.text):
            continue
        for figure in sentence.distinct_figures:
            number = figure.number
            is_given = figure.mark in known or printed[key_of(number)] > 1
            if is_given or number.is_word or number.about or len(digits(number.text)) < SHORT:
                continue
            if AIMED.search(sentence.text[: figure.mark.start - sentence.start]) or number.unit == "fraction":
                continue
            facts = facts or list(facts_of(context, reader))
            if (fact := meant(sentence, figure, facts)) is not None:
                yield told(context, sentence, figure, fact)


def is_summary(context: Context, sentence: Sentence) -> bool:
    """Whether a sentence sums up: by its heading, or by how it begins."""
    block = context.document.blocks[sentence.block]
    headings = context.document.headings_above(block)
    # The title of a report is no heading of a summary.
    return bool(OPENS.match(block.text)) or bool(
        headings and headings[0].level != 1 and SUMMARY.search(headings[0].text)
    )


def subject_of(sentence: Sentence, figure: Figure) -> frozenset[str]:
    """The telling words of the part of a sentence that a figure stands in."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    before = SPLITS.split(sentence.text[:start])[-1]
    behind = SPLITS.split(sentence.text[end:])[0]
    return telling(f"{before} {behind}")


def telling(text: str) -> frozenset[str]:
    return frozenset(word[:ALIKE] for word in set(stems(DIRECTION.sub(" ", text))) - GENERIC - OF_CLAIMS)


def facts_of(context: Context, reader: Reader) -> Iterator[Fact]:
    """What the sentences give: each number, and what lies between an old and a new value of one paragraph."""
    blocks: dict[int, list[Sentence]] = {}
    for sentence in reader.sentences:
        blocks.setdefault(sentence.block, []).append(sentence)
    for number, sentences in blocks.items():
        above = context.document.headings_above(context.document.blocks[number])
        heading = telling(above[0].text if above else "")
        figures = [(one, sentence) for sentence in sentences for one in sentence.distinct_figures]
        for one, sentence in figures:
            yield Fact(
                abs(one.value),
                unit_of(one),
                one.is_change,
                heading | telling(sentence.text),
                f"Elsewhere the document has {one.number.text}.",
                (one.mark,),
            )
        values = [
            (one, sentence) for one, sentence in figures if not one.is_change and one.kind != kinds.COUNT_OF_AREAS
        ]
        for at, (first, its) in enumerate(values):
            for second, other in values[at + 1 :]:
                if first.number.unit != second.number.unit or (first.role == "old") == (second.role == "old"):
                    continue
                if abs(its.number - other.number) > 1 or first.number.decimals != second.number.decimals:
                    continue
                old, new = (first, second) if first.role == "old" else (second, first)
                words = heading | telling(f"{its.text} {other.text if other is not its else ''}")
                why = f"From {old.number.text} to {new.number.text} is "
                unit = "percent" if unit_of(old) == "percent" else unit_of(old)
                marks = (old.mark, new.mark)
                yield Fact(abs(new.value - old.value), unit, True, words, why, marks)
                if unit != "percent" and old.value:
                    yield Fact(abs(new.value / old.value - 1) * 100, "percent", True, words, why, marks)


def unit_of(figure: Figure) -> str:
    return "percent" if figure.number.unit in PERCENTS else figure.number.unit


def meant(sentence: Sentence, figure: Figure, facts: list[Fact]) -> Fact | None:
    """The one fact of a figure's words that the figure is a slip of; None if the document gives the figure itself."""
    subject = subject_of(sentence, figure)
    block = figure.mark.block
    others = [one for one in facts if one.unit == unit_of(figure) and all(mark.block != block for mark in one.marks)]
    if not subject or any(figure.number.fits(one.value) for one in others):
        return None
    found: dict[str, Fact] = {}
    for one in others:
        shared = len(subject & one.words) / len(subject)
        if one.is_change != figure.is_change or shared < 0.5:
            continue
        right = printed_like(figure.number, one.value).strip("+-")
        slip = slip_between(figure.number.text, right)
        is_change = figure.is_change and len(digits(right)) > SHORT and shared == 1
        if "exchanged" in slip or (slip and is_change):
            found.setdefault(right, one)
    return next(iter(found.values())) if len(found) == 1 else None


def told(context: Context, sentence: Sentence, figure: Figure, fact: Fact) -> Finding:
    right = printed_like(figure.number, fact.value).strip("+-")
    why = fact.why if fact.why.endswith(".") else f"{fact.why}{right}."
    return Finding(
        "figure_given_twice",
        ERROR,
        figure.mark,
        figure.number.text,
        right,
        why,
        sentence.text,
        place_of(context, sentence),
        slip_between(figure.number.text, right),
        list(fact.marks),
    )


# "Injuries: 27, down by 12.9%": a change beside the value that it led to.
LED_TO = re.compile(
    r"[^.;:()\d]{0,30}?,?\s*\(?(?:(?P<up>up|an? (?:rise|increase|growth) of)|"
    r"(?P<down>down|an? (?:fall|decrease|drop|reduction|cut) of))\s+(?:by\s+)?£?$",
    re.IGNORECASE,
)


def changes_beside_values(context: Context, reader: Reader) -> Iterator[Relation]:
    """A change beside a value that the document gives elsewhere with the one that came before it."""
    for sentence in reader.sentences:
        for new, change in pairwise(sentence.distinct_figures):
            between = sentence.text[new.mark.end - sentence.start : change.mark.start - sentence.start]
            led_to = LED_TO.fullmatch(between)
            if led_to is None or new.kind != kinds.VALUE or new.number.about or change.number.about:
                continue
            kind = {"percent": sums.PERCENT, new.number.unit: sums.DIFFERENCE}.get(change.number.unit)
            olds = {old.value: old for old in values_before(context, reader, sentence, new)}
            if kind is None or len(olds) != 1:
                continue
            printed = term_of(change).signed(abs(change.value) * (1 if led_to["up"] else -1))
            where, old = place_of(context, sentence), next(iter(olds.values()))
            yield sums.change_relation(term_of(old), term_of(new), printed, kind, where, sentence.text)


def values_before(context: Context, reader: Reader, sentence: Sentence, new: Figure) -> Iterator[Figure]:
    """The old values of other paragraphs that stand beside a value, in a sentence on the same thing."""
    subject = subject_of(sentence, new)
    for other in reader.sentences:
        if other.block == sentence.block:
            continue
        block = context.document.blocks[other.block]
        heading = " ".join(one.text for one in context.document.headings_above(block)[:1])
        figures = [one for one in other.distinct_figures if one.number.unit == new.number.unit and not one.is_change]
        olds = [one for one in figures if one.role == "old"]
        same = [one for one in figures if one.value == new.value and one.role != "old"]
        if len(olds) == 1 and len(same) == 1 and len(figures) == 2 and subject & telling(f"{heading} {other.text}"):
            yield olds[0]
