"""Numbers of a summary that nothing gives, and that are a slip of what the document gives for the same thing."""

import re
from collections.abc import Iterator
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import ERROR, Finding, Mark, Relation, digits, printed_like, slip_between
from orchestration.checking.rules import arithmetic as sums
from orchestration.checking.rules.facts import Fact, facts_of, telling, unit_of
from orchestration.checking.rules.near_misses import key_of, numbers_printed
from orchestration.checking.rules.readings import AIMED, Reader, is_broad, place_of, term_of

SUMMARY = re.compile(
    r"\b(?:summary|conclu\w+|in brief|in short|key (?:points?|messages?|findings?|figures|facts)|"
    r"main (?:points|messages|findings)|headlines?|highlights?|at a glance|points to note|recommend\w+|resolved|"
    r"looking (?:ahead|forward|back)|overall|"
    r"next steps|outlook|what (?:we|this|it) (?:conclude|means|shows)\w*|overview|to sum up)\b",
    re.IGNORECASE,
)
OPENS = re.compile(
    r"\W*(?:\d+\.?\s+)?(?:in (?:short|summary|conclusion|brief|sum)|to (?:sum up|conclude)|overall)\b|"
    # "Recommendation. That the Committee notes that", "The Board is asked to note that".
    r"\W*(?:[\d.]+\s+)?(?:recommendations?|resolved|conclusions?|summary|"
    r"key (?:points?|messages?)|headlines?)\W{0,3}[.:]|"
    r"\W*(?:[\d.]+\s+)?the (?:[a-z-]+\s+){0,3}?(?:board|committee|panel|cabinet|council|partnership|members|governors|"
    r"trustees|executive|forum)\s+(?:is|are)\s+(?:asked|invited|recommended|requested)\s+to\b|"
    r"\W*(?:[\d.]+\s+)?that (?:the )?(?:[a-z-]+\s+){0,3}?(?:board|committee|panel|cabinet|council|"
    r"partnership|members)\s+notes?\b",
    re.IGNORECASE,
)
# A number of two digits is soon a slip of another.
SHORT = 2
SPLITS = re.compile(r";|,\s+(?:and|while|but|with|or)\b|\band\b|\bbut\b|\bwhile\b|,\s")


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


# "Members are asked to note the fall of 520 in incidents".
ASKED = re.compile(
    r"\b(?:the\s+)?[a-z]+ (?:is|are) (?:asked|invited|requested|recommended) to (?:note|welcome|approve|agree|consider|"
    r"endorse)\b(?: that)?|\bthat (?:the|this) [a-z]+ (?:notes?|welcomes?|endorses?)\b(?: that)?",
    re.IGNORECASE,
)


def subject_of(sentence: Sentence, figure: Figure) -> frozenset[str]:
    """The telling words of the part of a sentence that a figure stands in."""
    start, end = figure.mark.start - sentence.start, figure.mark.end - sentence.start
    before = SPLITS.split(sentence.text[:start])
    behind = SPLITS.split(sentence.text[end:])[0]
    # "Repairs in time, at 90.0%": what is between the comma and the number says nothing.
    parts = (f"{' '.join(before[-many:])} {behind}" for many in (1, 2))
    return next((said for part in parts if (said := telling(ASKED.sub(" ", part)))), frozenset())


BY = re.compile(r"\b(?:by|(?:fall|rise|drop|increase|decrease|reduction|growth) of)\s+£?$", re.IGNORECASE)


def meant(sentence: Sentence, figure: Figure, facts: list[Fact]) -> Fact | None:
    """The one fact of a figure's words that the figure is a slip of; None if the document gives the figure itself."""
    subject = subject_of(sentence, figure)
    block = figure.mark.block
    others = [one for one in facts if one.unit == unit_of(figure) and all(mark.block != block for mark in one.marks)]
    if not subject or any(figure.number.fits(one.value) for one in others):
        return None
    # "Incidents fell by 384 and fires by 3.3%".
    by = BY.search(sentence.text[: figure.mark.start - sentence.start])
    is_change = figure.is_change or by is not None
    exchanged: dict[str, Fact] = {}
    changed: dict[str, Fact] = {}
    for one in others:
        shared = len(subject & one.words) / len(subject)
        if one.is_change != is_change or shared < 0.5:
            continue
        right = printed_like(figure.number, one.value).strip("+-")
        slip = slip_between(figure.number.text, right)
        # Two digits are enough where all that is said has several words, and is said of one thing.
        is_pair_of_it = len(subject) > 1 and one.is_pair and slip.startswith("One digit")
        is_long = len(digits(right)) > SHORT or is_pair_of_it
        if "exchanged" in slip:
            exchanged.setdefault(right, one)
        elif slip and (is_change or len(subject) > 1) and is_long and shared == 1:
            changed.setdefault(right, one)
    found = exchanged or changed
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
