"""The counts that a share can be of: in its sentence, before it, and in the tables that its block speaks of."""

import re
from itertools import pairwise

from orchestration.checking import figures as kinds
from orchestration.checking.figures import Figure, Sentence
from orchestration.checking.findings import Term
from orchestration.checking.rules.readings import Reader, term_of_cell

AND_SHARE = re.compile(r"\s+and\s+\d[\d.]*\s?(?:%|per ?cent)", re.IGNORECASE)


def values_of(sentence: Sentence) -> list[Figure]:
    """The counts of a sentence."""
    return [
        one
        for one in sentence.figures
        if one.kind == kinds.VALUE
        and one.number.unit in ("plain", "money")
        and one.number.decimals <= 0
        and one.value > 0
    ]


def wholes_before(reader: Reader, at: int, sentence: Sentence, share: Figure) -> list[Figure]:
    """The counts before a share, in its sentence, its block and its section, the nearest first."""
    found = [one for one in reversed(values_of(sentence)) if one.mark.end <= share.mark.start]
    found += [one for one in values_of(sentence) if one.mark.start >= share.mark.end]
    for other in reversed(reader.sentences[max(at - 14, 0) : at]):
        if other.section == sentence.section:
            found += sorted(values_of(other), key=lambda one: (one.role == "old", -one.mark.start))
    return found


def totals_near(reader: Reader, sentence: Sentence) -> list[Term]:
    """The counts of the tables that a sentence's block speaks of."""
    block = reader.context.document.blocks[sentence.block]
    return [
        cell
        for table in reader.context.tables_for(block)
        for row in table.rows
        for column in table.columns
        if table.role(row, column) == "value" and (cell := term_of_cell(table, row, column)) is not None
    ]


def whole_told(reader: Reader, at: int, sentence: Sentence, share: Figure, part: Figure) -> Figure | None:
    """The one count that leads to "806 (65%) improved": that of a list's opening line, or of the sentence before."""
    document = reader.context.document
    start = sentence.text[: part.mark.start - sentence.start]
    is_labelled = document.blocks[sentence.block].kind == "item" and re.fullmatch(r"[^\d.;:]{2,60}:\s*", start)
    if (re.search(r"\w", start) and not is_labelled) or not 0 < share.mark.start - part.mark.end < 4 or at == 0:
        return None
    block = document.blocks[sentence.block]
    if block.kind == "item":
        opening = next((one for one in reversed(document.blocks[: block.number]) if one.kind != "item"), None)
        if opening is None or opening.kind != "paragraph" or not opening.text.rstrip().endswith(":"):
            return None
        lead = [one for one in reader.sentences[:at] if one.block == opening.number]
        # "360 answers were received. These came from:".
        lead = [one for one in lead if values_of(one)][-1:]
    else:
        lead = [one for one in reader.sentences[at - 1 : at] if one.block == sentence.block]
    counts = [one for other in lead for one in values_of(other) if one.role != "old"]
    return counts[0] if len(counts) == 1 and counts[0].number.unit == part.number.unit else None


def first_of_section(reader: Reader, at: int, sentence: Sentence) -> Figure | None:
    """The first count of a section: in a list, what the other items are shares of."""
    for other in reader.sentences[max(at - 14, 0) : at]:
        if other.section == sentence.section and (counts := values_of(other)):
            return counts[0]
    return None


def is_of_two_parts(sentence: Sentence, share: Figure) -> bool:
    """Whether a share is that of one of two counts in both: "97 were completed and 51 revoked, a rate of 66%"."""
    before = [one for one in values_of(sentence) if one.mark.end <= share.mark.start]
    return any(
        re.search(r"\band\b", sentence.text[one.mark.end - sentence.start : other.mark.start - sentence.start])
        and one.value + other.value > 0
        and any(share.number.fits(100 * part.value / (one.value + other.value)) for part in (one, other))
        for one, other in pairwise(before)
    )


def first_of_two(sentence: Sentence, counts: list[Figure], part: Figure, share: Figure) -> Figure:
    """The part of the first of two shares: "150 and 118 of 225, or 66.7% and 52.4%"; the part itself else."""
    at = counts.index(part)
    behind = sentence.text[share.mark.end - sentence.start :]
    if not at or share.mark.start < part.mark.end or AND_SHARE.match(behind) is None:
        return part
    between = sentence.text[counts[at - 1].mark.end - sentence.start : part.mark.start - sentence.start]
    return counts[at - 1] if between.strip() == "and" else part
