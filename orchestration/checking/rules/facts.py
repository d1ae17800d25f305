"""What the sentences and the tables of a document give, each number with the words around it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.directions import DIRECTION
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Mark
from orchestration.checking.rules.near_misses import PERCENTS
from orchestration.checking.rules.readings import GENERIC, Reader
from orchestration.checking.rules.rows_said import OF_CLAIMS
from orchestration.checking.rules.series import totals_of
from orchestration.checking.rules.within_tables import term
from orchestration.checking.tables import Table
from orchestration.checking.words import stems
from orchestration.reading.periods import MONTH_NAME

# "Educated at home", "home education": words that begin alike.
ALIKE = 5


@dataclass(frozen=True)
class Fact:
    """A number that the document gives, or that follows from two that it gives, with the words around it."""

    value: float
    unit: str
    is_change: bool
    words: frozenset[str]
    why: str
    marks: tuple[Mark, ...]

    @property
    def is_pair(self) -> bool:
        """Whether it follows from an old and a new value."""
        return self.is_change and len(self.marks) > 1


# Words that say when, or that something is left, and nothing of what is counted.
OF_WHEN_OR_REST = re.compile(
    rf"\b(?:{MONTH_NAME}|still|stood|stands|yet|empty|vacant|remain(?:s|ed|ing)?|left)\b", re.IGNORECASE
)


def telling(text: str) -> frozenset[str]:
    """The words that say what a text is about, each by how it begins."""
    text = OF_WHEN_OR_REST.sub(" ", DIRECTION.sub(" ", text)).replace("-", " ")
    return frozenset(word[:ALIKE] for word in set(stems(text)) - GENERIC - OF_CLAIMS)


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
        for sentence in sentences:
            yield from what_parts_leave(sentence, heading)
    for table in context.tables:
        yield from of_totals(context, table)


# "Collections reach 148,300 of 212,500 homes".
PART_OF = re.compile(r"\s+of\s+(?:(?:the|our|its|all)\s+)*£?", re.IGNORECASE)


def what_parts_leave(sentence: Sentence, heading: frozenset[str]) -> Iterator[Fact]:
    """What a part leaves of its whole, where a sentence gives both: "2,036 of 2,318 beds"."""
    for part, whole in pairwise(sentence.distinct_figures):
        between = sentence.text[part.mark.end - sentence.start : max(whole.mark.start - sentence.start, 0)]
        is_said = PART_OF.fullmatch(between) and not part.is_change and not whole.is_change
        if is_said and part.number.unit == whole.number.unit == "plain" and whole.value > part.value > 1:
            why = f"{part.number.text} of {whole.number.text} leaves "
            words = heading | telling(sentence.text)
            yield Fact(whole.value - part.value, "plain", False, words, why, (part.mark, whole.mark))


def of_totals(context: Context, table: Table) -> Iterator[Fact]:
    """The shares that a table gives for all of its rows together."""
    block = next((one for one in context.document.blocks if one.place.table == table.number), None)
    above = context.document.headings_above(block)[:1] if block is not None else []
    about = telling(" ".join((table.caption, *(one.text for one in above))))
    for row in totals_of(table):
        for column in table.columns:
            cell = term(table, row, column)
            if cell is None or table.role(row, column) != "share":
                continue
            words = about | telling(f"{column.header} {row.label}")
            yield Fact(
                cell.value, "percent", False, words, f"{table.name or 'The table'} has {cell.text}.", (cell.mark,)
            )


def unit_of(figure: Figure) -> str:
    return "percent" if figure.number.unit in PERCENTS else figure.number.unit
