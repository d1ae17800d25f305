"""Which two numbers can be the old and the new value of a change, and which measure and row a text speaks of."""

import re

from orchestration.checking import labels
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.tables import Row, Table
from orchestration.checking.words import WORD, stem, stems


def is_of_another(old: Figure, new: Figure, sentences: list[Sentence]) -> bool:
    """Whether an old value in brackets is that of the value before them: "64% agreed (2023: 59%), 12% did not"."""
    for sentence in sentences:
        if sentence.block != old.mark.block or old not in sentence.figures:
            continue
        at = old.mark.start - sentence.start
        opened = sentence.text.rfind("(", 0, at)
        if opened < 0 or ")" in sentence.text[opened:at]:
            return False
        owners = [
            one
            for one in sentence.figures
            if not one.is_change
            and one.unit_class == old.unit_class
            and one.mark.end - sentence.start <= opened
            and not re.search(r"[.;,()]", sentence.text[one.mark.end - sentence.start : opened])
        ]
        return bool(owners) and all(one.mark != new.mark for one in owners)
    return False


FROM = re.compile(r"\bfrom\s+(?:around\s+|about\s+)?£?$", re.IGNORECASE)
TO = re.compile(r"\s+to\s+(?:around\s+|about\s+)?£?")


def leads_elsewhere(old: Figure, new: Figure, sentences: list[Sentence]) -> bool:
    """Whether "from 69% to 63%" gives the new value of an old one, which is then not that of another value."""
    for sentence in sentences:
        if sentence.block != old.mark.block or old not in sentence.figures:
            continue
        if not FROM.search(sentence.text[: old.mark.start - sentence.start]):
            return False
        after = [one for one in sentence.figures if one.mark.start >= old.mark.end]
        text = sentence.text[old.mark.end - sentence.start : after[0].mark.start - sentence.start] if after else ""
        return TO.fullmatch(text) is not None and after[0].mark != new.mark and not after[0].is_change
    return False


def comes_before(old: Figure, new: Figure) -> bool:
    """Whether one value is the older of two, by what the sentence says of them."""
    if old.role in ("low", "high") or new.role in ("low", "high"):
        return False
    if old.period and new.period and old.period.kind == new.period.kind and old.period.end != new.period.end:
        return old.period.end < new.period.end
    return old.role == "old" and new.role != "old"


def is_across_semicolon(old: Figure, new: Figure, sentences: list[Sentence]) -> bool:
    """Whether "from" or "than" gives an old value in another part of a sentence: "71%, down from 73%; safety 80%"."""
    first, second = sorted((old.mark, new.mark), key=lambda one: one.start)
    return old.role == "old" and any(
        first.block == one.block
        and one.start <= first.start < second.end <= one.start + len(one.text)
        and ";" in re.sub(r"\([^()]*\)", "", one.text[first.end - one.start : second.start - one.start])
        for one in sentences
    )


# "Rose by 13 to 74, and finds by a third, from 95 to 127": "from" begins with another thing.
AND_FROM = re.compile(r",\s+(?:and|but|while|whereas)\b[^.;]*\bfrom\s+(?:about\s+|around\s+)?£?$", re.IGNORECASE)


def is_before_clause(old: Figure, new: Figure, sentences: list[Sentence]) -> bool:
    """Whether a new value stands before the clause in which "from" gives the old one."""
    return old.role == "old" and any(
        new.mark.block == one.block == old.mark.block
        and one.start <= new.mark.start < old.mark.start < one.start + len(one.text)
        and AND_FROM.match(one.text[new.mark.end - one.start : old.mark.start - one.start])
        for one in sentences
    )


# "In the whole of 2024/25", "in the first six months of 2024/25".
WHOLE_YEAR = re.compile(
    r"\s+(?:[a-z]+\s+){0,3}?(?:in|for|over|during|across)\s+(?:the\s+)?(?:whole|full|entire|all of)\b", re.IGNORECASE
)


def is_of_whole_year(figure: Figure, sentences: list[Sentence]) -> bool:
    """Whether a sentence says that a value is of a whole year, which the values of a part of one are not."""
    return any(
        figure.mark.block == one.block
        and one.start <= figure.mark.start < one.start + len(one.text)
        and WHOLE_YEAR.match(one.text, figure.mark.end - one.start)
        for one in sentences
    )


# What begins another thing: "output fell to 31, even though capacity rose from 36 to 38".
CONCESSION = re.compile(r"\b(?:(?:even )?though|although|whereas|because|despite)\b", re.IGNORECASE)


def is_conceded(old: Figure, new: Figure, sentences: list[Sentence]) -> bool:
    """Whether a concession stands between two values of one sentence: they are of two things."""
    first, second = sorted((old.mark, new.mark), key=lambda one: one.start)
    return any(
        first.block == one.block
        and one.start <= first.start < second.end <= one.start + len(one.text)
        and CONCESSION.search(one.text, first.end - one.start, second.start - one.start)
        for one in sentences
    )


# A rate and the one before it differ by less than this many times; a rate and a count mostly by more.
NEAR = 3


def are_of_one_unit(old: Figure, new: Figure) -> bool:
    """Whether two values are of one unit: "618 per 100,000, 2% higher than in 2022/23 (606)" has both as rates."""
    if old.unit_class == new.unit_class:
        return True
    is_bare = old.role == "old" and old.number.unit == "plain" and new.unit_class == "rate"
    return is_bare and 0 < old.value < NEAR * new.value and new.value < NEAR * old.value


def are_both_compared(old: Figure, new: Figure, sentences: list[Sentence]) -> bool:
    """Whether a third value is held against both: "152, compared with 139 in 2023 and 171 in 2019"."""
    return old.role == new.role == "old" and any(old in one.figures and new in one.figures for one in sentences)


def is_article(old: Figure, new: Figure) -> bool:
    """Whether "one" counts nothing: "vs one read over the list"; "from one to three" does count."""
    return new.role != "new" and any(one.number.is_word and one.value == 1 for one in (old, new))


def is_whole(sentence: Sentence, old: Figure, new: Figure) -> bool:
    """Whether two numbers are a part and its whole, and no two times: "113 of 269"."""
    first, second = sorted((old, new), key=lambda one: one.mark.start)
    between = sentence.text[first.mark.end - sentence.start : second.mark.start - sentence.start]
    return first.value <= second.value and bool(re.fullmatch(r"\s+(?:out\s+)?of\s+(?:the\s+|all\s+)?", between))


# "Seven of the 134 were of children, six fewer than the year before (12)": the whole is not what changed.
OF_WHOLE = re.compile(r"\d\w*\s+of\s+(?:the\s+)?$|^[A-Za-z-]+\s+of\s+the\s+$", re.IGNORECASE)


def parts_first(sentence: Sentence, pairs: list[tuple[Figure, Figure]]) -> list[tuple[Figure, Figure]]:
    """The pairs without those that lead to the whole of another value of the sentence, if any is left."""
    found = [
        (old, new)
        for old, new in pairs
        if new not in sentence.figures or not OF_WHOLE.search(sentence.text[: new.mark.start - sentence.start])
    ]
    return found or pairs


def measures_said(sentences: list[Sentence], sentence: Sentence, clause: str, table: Table) -> list[str]:
    """The measures of a table with several ("Possession", "Supply" over the same years) that a text speaks of.

    What the clause names; else what the sentence names; else what the sentences before it in the block do.
    """
    measures = list(dict.fromkeys(column.measure for column in table.columns if column.role != "change"))
    words = {measure: set(stems(measure)) for measure in measures}
    telling = {
        measure: found - set().union(*(other for name, other in words.items() if name != measure))
        for measure, found in words.items()
    }
    block = [one for one in sentences if one.block == sentence.block and one.number < sentence.number]
    for text in (clause, sentence.text, *(one.text for one in reversed(block))):
        said = set(stems(text))
        named = [measure for measure in measures if telling[measure] & said]
        if named:
            return named
    return measures


def row_in_turn(table: Table, sentence: Sentence, figure: Figure) -> Row | None:
    """The row of a figure in "A and B rose by 10% and 12% respectively": the first has the first, and so on."""
    run = [one for one in sentence.distinct_figures if one.kind == figure.kind]
    until = run[0].mark.start - sentence.start
    words = [(match.start(), match.end(), stem(match[0])) for match in WORD.finditer(sentence.text[:until])]
    named = [
        (*window, row)
        for row in table.rows
        if not row.is_total
        for wanted in labels.alternatives(row.label)[:1]
        if (window := window_of(words, wanted, until)) is not None
    ]
    inner = [one for one in named if any(o[0] <= one[0] and one[1] <= o[1] and o[:2] != one[:2] for o in named)]
    ordered = sorted((one for one in named if one not in inner), key=lambda one: one[0])
    marks = [one.mark for one in run]
    return ordered[marks.index(figure.mark)][2] if len(ordered) == len(run) else None


def window_of(words: list[tuple[int, int, str]], wanted: frozenset[str], at: int) -> tuple[int, int] | None:
    """The place of the nearest run of words that has all that are wanted, within a few words more."""
    best: tuple[int, int] | None = None
    for first in range(len(words)):
        if words[first][2] not in wanted:
            continue
        lacking = set(wanted)
        for last in range(first, min(first + len(wanted) + 3, len(words))):
            lacking.discard(words[last][2])
            if not lacking:
                window = (words[first][0], words[last][1])
                if best is None or nearer(window, best, at):
                    best = window
                break
    return best


def nearer(one: tuple[int, int], other: tuple[int, int], at: int) -> bool:
    """Whether a window before a place is nearer to it than another; one behind it counts as far."""
    first = at - one[1] if one[1] <= at else 10_000 + one[0]
    second = at - other[1] if other[1] <= at else 10_000 + other[0]
    return (first, one[1] - one[0]) < (second, other[1] - other[0])
