"""Changes in a list of which each item is of a period: "- 2023: 66.0%", "- 2024: 71.2%, up 5.2 percentage points"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.checking.context import Context
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Relation
from orchestration.checking.rules.claims import of_pair
from orchestration.checking.rules.compared import is_with_another_place
from orchestration.checking.rules.readings import AIMED, RESTRICTED, Reader, place_of
from orchestration.checking.rules.tabled_changes import KIND
from orchestration.checking.spans import before
from orchestration.checking.words import stems
from orchestration.reading.periods import Period

# What stands between the period of an item and its value.
VALUE = re.compile(
    r"\s*(?:[:,=–—-]|was|were|there were|it was)?\s*(?:(?:about|around|just over|just under)\s+)?£?", re.IGNORECASE
)


@dataclass(frozen=True)
class Item:
    """An item of a list: its period, its one value, the changes it gives, and its words before the period."""

    period: Period
    value: Figure
    changes: tuple[Figure, ...]
    words: tuple[str, ...]
    sentence: Sentence


def changes_between_items(context: Context, reader: Reader) -> Iterator[Relation]:
    """Each change of an item with its own value and that of the item of the period before."""
    for items in lists_of(context, reader):
        of_period = {(one.period, one.words): one for one in items}
        for item in items if len(of_period) == len(items) else ():
            earlier = before(item.period)
            last = of_period.get((earlier, item.words)) if earlier is not None else None
            if last is None or last.value.unit_class != item.value.unit_class:
                continue
            for change in item.changes:
                if is_with_another_place(context, item.sentence, change):
                    continue
                yield of_pair(last.value, item.value, change, place_of(context, item.sentence), item.sentence)


def lists_of(context: Context, reader: Reader) -> Iterator[list[Item]]:
    """The items of each list that have a period and one value; items in between without them end none."""
    sentences = {one.block: one for one in reversed(reader.sentences)}
    found: list[Item] = []
    for block in context.document.blocks:
        if block.kind != "item":
            if found:
                yield found
            found = []
            continue
        item = item_of(sentences[block.number]) if block.number in sentences else None
        if item is not None:
            found.append(item)
    if found:
        yield found


def item_of(sentence: Sentence) -> Item | None:
    """The item that a sentence is, if it gives one value for one period; None where it compares with others."""
    spans = [one for one in sentence.spans if not one.is_date]
    values = [one for one in sentence.distinct_figures if not one.is_change]
    if not spans or spans[0].period is None or any(one.period for one in spans[1:]) or len(values) != 1:
        return None
    start = values[0].mark.start - sentence.start
    if VALUE.fullmatch(sentence.text[spans[0].end : start]) is None or values[0].number.unit == "fraction":
        return None
    if AIMED.search(sentence.text[:start]) or RESTRICTED.search(sentence.text):
        return None
    changes = tuple(
        one
        for one in sentence.distinct_figures
        if one.kind in KIND and one.mark.start > values[0].mark.end and (one.direction or one.number.sign)
    )
    words = stems(sentence.text[: spans[0].start])
    return Item(spans[0].period, values[0], changes, words, sentence)
