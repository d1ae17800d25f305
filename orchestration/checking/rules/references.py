"""References to tables and figures: one that is not there, or that stands elsewhere."""

import re
from collections.abc import Iterator

from orchestration.checking.context import Context
from orchestration.checking.document import Block
from orchestration.checking.findings import ERROR, MINOR, Finding, Mark
from orchestration.checking.rules.readings import Reader, place_of_block
from orchestration.checking.words import stems

# The words that lead to a table or refer to it, in the singular and the plural: "Tables 2 and 3 show".
SHOW = (
    r"(?:shows?|outlines?|illustrates?|presents?|gives?|sets? out|summarises?|displays?|lists?|provides?|details?|"
    r"compares?|contains?|breaks? down|highlights?|demonstrates?|reports?)\b"
)
# "Table 10 shows", at the beginning of a sentence: the words that lead a reader to the table below.
LEADS = re.compile(
    r"(?:^|(?<=[.:;] )|(?<=[.:;]\n))(?P<kind>Table|Figure|Chart) (?P<number>\d{1,3})"
    rf"(?= (?:below |above |also |then )?{SHOW})"
)
NUMBER = r"(?:\d{1,3}|[A-Z])(?![\w%]|[.,]\d)"
MENTION = re.compile(
    rf"\b(?P<kind>[Tt]able|[Ff]igure|[Cc]hart)(?P<plural>s?) "
    rf"(?P<numbers>{NUMBER}(?:(?:, ?| and | or | & | to | ?[-–] ?|, and ){NUMBER})*)"
)
# What stands before and after a reference within the document: "(see Table 4)", "as in Figures 2 and 3,".
BEFORE = re.compile(r"(?:\b(?:see|in|from|of|by|and|to|also|both) |\()$", re.IGNORECASE)
AFTER = re.compile(r"[.;:)]|,(?! (?:which |that )?(?:of|in|from|on) )|$|\s*\n| (?:above|below|and)\b")
OPENING = re.compile(r"(?:^|[.:;,]\s|\b(?:as|and|but|while|where|that) )$", re.IGNORECASE)
SHOWN = re.compile(rf" (?:below |above |also |then |both |all )?{SHOW}")
# Words near a reference that lead out of the document.
OTHER_DOCUMENT = re.compile(
    r"\b(?:reports?|bulletins?|releases?|editions?|annex(?:es)?|appendix|appendices|assessments?|workbooks?|publication|"
    r"published|supplement\w*|census|survey|strateg(?:y|ies)|papers?|stud(?:y|ies)|et al|website|online|yearbook|"
    r"guidance|consultants?|Office for|Department|[A-Z]{3,}\w*|Ofsted)\b|[’']s table|\b(?:19|20)\d\d\)|"
    r"\btable had\b"
)
NEAR = 160
NAMED = re.compile(r"\W*(Table|Figure|Chart)\s+(\d{1,3})\b", re.IGNORECASE)
LABELLED = re.compile(r"\W*(Table|Figure|Chart)\s+(\d{1,3}|[A-Z])\b", re.IGNORECASE)


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
            if (
                number in captions
                and not says_the_other(context, kind, block, match, captions, following)
                and (
                    (
                        is_of_section(context, block, captions[number])
                        and not is_led_to_before(context, kind, block, captions[number])
                    )
                    or not lacks_words(context, kind, captions, following)
                )
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
    """ "(see Table 9)", "Tables 8 and 9 show", in a document whose captions are numbered from 1 to 8 without a gap."""
    captions: dict[str, set[str]] = {}
    for block in context.document.texts():
        if block.kind == "caption" and (match := LABELLED.match(block.text)):
            captions.setdefault(match[1].lower(), set()).add(match[2].upper())
    for block in context.document.texts():
        for match in MENTION.finditer(block.text) if block.kind != "caption" else ():
            kind = match["kind"].capitalize()
            numbers = re.findall(r"\d+|[A-Z]", match["numbers"])
            known = series_of(captions.get(kind.lower(), set()), numbers[0].isdigit())
            if not known or bool(match["plural"]) != (len(numbers) > 1) or not refers(block.text, match):
                continue
            if all(one in known or one.isdigit() != numbers[0].isdigit() for one in numbers):
                continue
            if OTHER_DOCUMENT.search(block.text, max(match.start() - NEAR, 0), match.end() + NEAR):
                continue
            wrong = next(one for one in numbers if one not in known)
            yield Finding(
                "table_is_there",
                MINOR,
                Mark(block.number, block.place, match.start(), match.end()),
                match[0],
                f"one of {kind} {known[0]} to {kind} {known[-1]}",
                f"There is no caption of {kind} {wrong}.",
                block.text,
                place_of_block(context, block),
            )


def series_of(found: set[str], is_number: bool) -> list[str]:
    """The numbers or letters of captions in order, if there are three or more without a gap from the first on.

    An extract, or a document that numbers by section, speaks of more than it shows.
    """
    known = sorted((one for one in found if one.isdigit() == is_number), key=lambda one: (len(one), one))
    whole = [
        str(at + 1) if is_number else chr(ord("A") + at) for at in range(min(len(known), 26 if not is_number else 999))
    ]
    return known if len(known) >= 3 and known == whole else []


def refers(text: str, match: re.Match) -> bool:
    """Whether a mention leads to a table of the document, or refers to it, by the words on both sides."""
    before = text[: match.start()]
    return bool(
        (BEFORE.search(before) and AFTER.match(text, match.end()))
        or (OPENING.search(before) and SHOWN.match(text, match.end()))
    )


def is_of_section(context: Context, block: Block, caption: Block) -> bool:
    return context.sections[caption.number] == context.sections[block.number]


def says_the_other(
    context: Context, kind: str, block: Block, match: re.Match, captions: dict[int, Block], following: int
) -> bool:
    """Whether a sentence leads back to a table above it in the words of the caption below, which has no other."""
    named, other = captions[int(match["number"])], captions[following]
    said = set(stems(re.split(r"\.(?:\s|$)", block.text[match.end() :])[0]))
    ours, theirs = said & set(stems(named.text)), said & set(stems(other.text))
    is_above = named.number < block.number < other.number
    return (
        is_above and bool(theirs - ours) and len(theirs) > len(ours) and lacks_words(context, kind, captions, following)
    )


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
