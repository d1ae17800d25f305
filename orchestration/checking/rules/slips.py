"""Slips that need no figure to see: a base of a rate, a table that is not there, a range that begins high."""

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
# "Table 10 shows", at the beginning of a sentence: the words that lead a reader to the table below.
LEADS = re.compile(
    r"(?:^|(?<=[.:;] )|(?<=[.:;]\n))(?P<kind>Table|Figure|Chart) (?P<number>\d{1,3})"
    r"(?= (?:below |above |also |then )?(?:shows?|outlines?|illustrates?|presents?|gives?|sets out|summarises|"
    r"displays?|lists?|provides?|details?|compares?|contains?|breaks? down|highlights?|demonstrates?|reports?)\b)"
)
# "(see Table 4)", "as in Figure 2,": within a sentence, and of no other document.
REFERS = re.compile(
    r"(?:\b(?:see|in|from|of|by|and|to|also|both) |\()(?P<kind>Table|Figure|Chart) (?P<number>\d{1,3})"
    r"(?=[.;:)]|,(?! (?:which |that )?(?:of|in|from|on) )|$|\s*\n| (?:above|below|and)\b)",
)
# Words near a reference that lead out of the document.
OTHER_DOCUMENT = re.compile(
    r"\b(?:reports?|bulletins?|releases?|editions?|annex(?:es)?|appendix|appendices|assessments?|workbooks?|publication|"
    r"published|supplement\w*|census|survey|strateg(?:y|ies)|papers?|stud(?:y|ies)|et al|website|online|yearbook|"
    r"guidance|consultants?|Office for|Department|[A-Z]{3,}\w*|Ofsted)\b|[’']s table|\b(?:19|20)\d\d\)|"
    r"\btable had\b"
)
NEAR = 160
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
NAMED = re.compile(r"\W*(Table|Figure|Chart)\s+(\d{1,3})\b", re.IGNORECASE)


def bases_of_rates(context: Context, reader: Reader) -> Iterator[Finding]:
    """Rates per a number that no rate is per, one digit off the base that the document uses.

    And rates whose base is not that of the table that has the same figure.
    """
    used = [one for block in context.document.blocks for one in bases_in(block) if IS_BASE.fullmatch(one)]
    for block in context.document.texts():
        for match in BASE.finditer(block.text):
            if IS_BASE.fullmatch(match[1]):
                continue
            meant = next((base for base in used if is_one_digit_off(match[1], base)), None)
            if meant is not None:
                mark = Mark(block.number, block.place, match.start(), match.end())
                yield Finding(
                    "rate_base_is_the_same",
                    ERROR,
                    mark,
                    match[0],
                    f"per {meant}",
                    f"Rates here are per {meant}.",
                    block.text,
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


def tables_that_are_not_there(context: Context, reader: Reader) -> Iterator[Finding]:
    """A sentence that leads to a table which the document does not have, or which stands in another section.

    Only where the captions are numbered from 1 without a gap, as an extract speaks of tables that it leaves out; and to
    a table of another section only where the one that follows has no sentence of its own, and most others have.
    """
    numbered: dict[str, dict[int, Block]] = {}
    for block in context.document.texts():
        if block.kind == "caption" and (match := NAMED.match(block.text)):
            numbered.setdefault(match[1].lower(), {}).setdefault(int(match[2]), block)
    for block in context.document.texts():
        for match in LEADS.finditer(block.text) if block.kind != "caption" else ():
            kind, number = match["kind"].lower(), int(match["number"])
            captions = numbered.get(kind, {})
            if len(captions) < 3 or set(captions) != set(range(1, len(captions) + 1)):
                continue
            following = next((n for n, one in sorted(captions.items()) if one.number > block.number), None)
            if following is None or not is_of_section(context, block, captions[following]):
                continue
            if number in captions and (
                (
                    is_of_section(context, block, captions[number])
                    and not is_led_to_before(context, kind, block, captions[number])
                )
                or not lacks_words(context, kind, captions, following)
            ):
                continue
            meant = f"{match['kind']} {following}"
            found = "There is no such caption" if number not in captions else "That one stands elsewhere"
            yield Finding(
                "table_is_there",
                ERROR,
                Mark(block.number, block.place, match.start(), match.end()),
                match[0],
                meant,
                f"{found}; the caption that follows is that of {meant}.",
                block.text,
                place_of_block(context, block),
            )


def tables_beyond_the_last(context: Context, reader: Reader) -> Iterator[Finding]:
    """ "(see Table 9)" in a document whose captions are numbered from 1 to 8 without a gap."""
    numbers: dict[str, set[int]] = {}
    for block in context.document.texts():
        if block.kind == "caption" and (match := NAMED.match(block.text)):
            numbers.setdefault(match[1].lower(), set()).add(int(match[2]))
    for block in context.document.texts():
        for match in REFERS.finditer(block.text) if block.kind != "caption" else ():
            known = numbers.get(match["kind"].lower(), set())
            # An extract, or a document that numbers by section, speaks of more than it shows.
            if len(known) < 3 or known != set(range(1, len(known) + 1)) or int(match["number"]) in known:
                continue
            kind = match["kind"]
            if OTHER_DOCUMENT.search(block.text, max(match.start() - NEAR, 0), match.end() + NEAR):
                continue
            yield Finding(
                "table_is_there",
                MINOR,
                Mark(block.number, block.place, match.start("kind"), match.end()),
                f"{kind} {match['number']}",
                f"one of {kind} 1 to {kind} {len(known)}",
                "There is no such caption.",
                block.text,
                place_of_block(context, block),
            )


def is_of_section(context: Context, block: Block, caption: Block) -> bool:
    return context.sections[caption.number] == context.sections[block.number]


def is_led_to_before(context: Context, kind: str, block: Block, caption: Block) -> bool:
    """Whether a table stands before a block, and a sentence before it has led to it already."""
    number = NAMED.match(caption.text)
    return caption.number < block.number and any(
        match["kind"].lower() == kind and number is not None and match["number"] == number[2]
        for text in context.document.texts()
        if text.kind != "caption" and text.number < caption.number and is_of_section(context, text, caption)
        for match in LEADS.finditer(text.text)
    )


def lacks_words(context: Context, kind: str, captions: dict[int, Block], number: int) -> bool:
    """Whether no text of its section names a table, where the text names more than two thirds of the others."""

    def is_named(one: int) -> bool:
        pattern = re.compile(rf"\b{kind}s? (?:\d+,? (?:and|to|&) )?{one}\b", re.IGNORECASE)
        return any(
            pattern.search(text.text)
            for text in context.document.texts()
            if text.kind != "caption" and is_of_section(context, text, captions[one])
        )

    others = [is_named(one) for one in captions if one != number]
    return not is_named(number) and sum(others) > 2 / 3 * len(others)


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
