"""Slips that need no figure to see: a base of a rate that no other has, a range that begins high."""

import re
from collections.abc import Iterator

from orchestration.checking import figures as kinds
from orchestration.checking.context import Context
from orchestration.checking.document import Block
from orchestration.checking.figures import Sentence
from orchestration.checking.findings import ERROR, MINOR, Finding, Mark, slip_between
from orchestration.checking.rules.readings import GENERIC, Reader, place_of, place_of_block
from orchestration.checking.tables import Table
from orchestration.checking.words import stems

# A rate is of people; "per 1,200 square miles" is no slip of it.
BASE = re.compile(
    r"\bper\s+(\d{1,3}(?:,\d{3})+|\d{3,7})(?![\d,.]*\d)(?=\W*$|\s*[.,;:)\]]|\s+(?:of )?(?:the )?(?:\w+ )?"
    r"(?:people|persons?|population|residents|inhabitants|adults|children|men|women|head|births|pupils)\b|"
    r"\s+(?:and|with|in|at|to|from|than)\b)"
)
IS_BASE = re.compile(r"1(?:,?0{3})+|1,?0{2,6}|10{2,6}")
A_NUMBER = r"(?!(?:19|20)\d\d\b)\d[\d,]*(?:\.\d+)?"
BETWEEN = re.compile(
    rf"\bbetween (?P<low>{A_NUMBER})(?P<unit>%| per cent)? and (?P<high>{A_NUMBER})(?P<of>%| per cent)?(?![\d,.]*\d)"
    r"(?! in | for | among )"
)
INTERVAL = re.compile(
    rf"\b(?:CI|confidence interval|confidence limits?)(?: of|:|,| from)? ?\(?(?P<low>{A_NUMBER})(?P<unit>%)? ?"
    rf"(?:to|and|-|–) ?(?P<high>{A_NUMBER})(?P<of>%)?(?![\d,.]*\d)",
    re.IGNORECASE,
)
# "The gap between 14.2 and 7.1": what lies between two figures, the higher of which may come first.
NOT_A_RANGE = re.compile(
    r"\b(?:gap|difference|differences|distance|ratio|contrast|comparison|range|change|spread|discrepancy|moved?|varied|"
    r"alternat\w+|split|divided|shared|choice|choose|chose|chosen|ties?|tied|votes?|open|closed)\b[^.;,]{0,25}$",
    re.IGNORECASE,
)


def bases_of_rates(context: Context, reader: Reader) -> Iterator[Finding]:
    """Rates per a number that no rate is per, one digit off the base that the document uses.

    And rates whose base is not that of the table that has the same figure.
    """
    used = [one for block in context.document.blocks for one in bases_in(block) if IS_BASE.fullmatch(one)]
    headers = [
        (table.block, cell.text, Mark(table.block.number, cell.place))
        for table in context.tables
        for cell in table.cells[0]
    ]
    texts = [(block, block.text, None) for block in context.document.texts()]
    for block, text, mark in [*texts, *headers]:
        for match in BASE.finditer(text):
            if IS_BASE.fullmatch(match[1]):
                continue
            meant = next((base for base in used if is_one_digit_off(match[1], base)), None)
            if meant is not None:
                at = mark or Mark(block.number, block.place, match.start(), match.end())
                yield Finding(
                    "rate_base_is_the_same",
                    ERROR,
                    at,
                    match[0],
                    f"per {meant}",
                    f"Rates here are per {meant}.",
                    text,
                    place_of_block(context, block),
                    slip_between(match[1], meant),
                )
    for sentence in reader.sentences:
        block = context.document.blocks[sentence.block]
        for figure in sentence.figures:
            if figure.kind != kinds.RATE or not figure.number.scale or figure.number.decimals < 1:
                continue
            scales = {
                table.scale(row, column)
                for table in context.tables_for(block)
                if is_spoken_of(table, sentence)
                for row in table.rows
                if row.label == figure.area
                for column in table.columns
                if (number := table.at(row, column)) is not None and number.value == abs(figure.value)
            }
            if len(scales) == 1 and (scale := scales.pop()) and scale != figure.number.scale:
                yield Finding(
                    "rate_base_is_the_same",
                    ERROR,
                    figure.mark,
                    f"{figure.number.text} per {figure.number.scale:,.0f}",
                    f"per {scale:,.0f}",
                    f"The table gives the same figure per {scale:,.0f}.",
                    sentence.text,
                    place_of(context, sentence),
                )


def is_spoken_of(table: Table, sentence: Sentence) -> bool:
    """Whether a sentence has a word of a table's caption or columns, if they have any that tell."""
    columns = " ".join(column.measure for column in table.columns)
    telling = set(stems(f"{table.caption} {columns}")) - GENERIC
    return not telling or bool(telling & set(stems(sentence.text)))


def bases_in(block: Block) -> list[str]:
    texts = [cell.text for row in block.grid for cell in row] if block.is_table else [block.text]
    return [match[1] for text in texts for match in BASE.finditer(text)]


def is_one_digit_off(printed: str, base: str) -> bool:
    ours, theirs = printed.replace(",", ""), base.replace(",", "")
    return len(ours) == len(theirs) and sum(a != b for a, b in zip(ours, theirs, strict=True)) == 1


def ranges_backwards(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "Falls of between 89.9% and 28.6%": a range begins with its lower end."""
    for block in context.document.texts():
        for match in (*BETWEEN.finditer(block.text), *INTERVAL.finditer(block.text)):
            low, high = (float(match[end].replace(",", "")) for end in ("low", "high"))
            # Small whole numbers are hours and choices: "open between 10 and 4".
            is_told = match.re is INTERVAL or match["of"] or "." in match["low"] + match["high"] or high >= 100
            if (
                low <= high
                or not is_told
                or (match.re is BETWEEN and NOT_A_RANGE.search(block.text[: match.start()]))
                or match["unit"] not in (None, match["of"])
            ):
                continue
            yield Finding(
                "range_begins_low",
                MINOR,
                Mark(block.number, block.place, match.start(), match.end()),
                match[0],
                f"{match['high']}{match['of'] or ''} before {match['low']}{match['of'] or ''}, or other numbers",
                f"The range begins with {match['low']}, which is more than {match['high']}.",
                block.text,
                place_of_block(context, block),
            )
