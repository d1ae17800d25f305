"""The small Markdown of a block: paragraphs, `- ` lists, `## ` headings, emphasis, and references in double braces.

Nothing in a block is run: a reference is split at its bars and compared with a closed list of words.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from orchestration.support.refusal import Refusal

REFERENCE = re.compile(r"\{\{(.*?)\}\}")
# What Word and the site would each show differently, with its name.
NOT_TAKEN = (
    (re.compile(r"#(?!# )"), "a heading other than '## '"),
    (re.compile(r"\|"), "a table"),
    (re.compile(r"!\["), "a picture"),
    (re.compile(r"```|~~~"), "a block of code"),
    (re.compile(r">"), "a quotation"),
    (re.compile(r"<"), "HTML"),
    (re.compile(r"\d+[.)] "), "a numbered list"),
    (re.compile(r"[*+•▪◦‣·] "), "a list with another mark than '- '"),
)
# The same of what stands within a line.
NOT_WITHIN = (
    (re.compile(r"</?[A-Za-z][^<>]*>|<!--"), "HTML"),
    (re.compile(r"\[[^\]]*\]\([^)]*\)|<https?:"), "a link"),
    (re.compile(r"`"), "code"),
    (re.compile(r"(?<!\{)\{(?![{%])|(?<![}%])\}(?!\})"), "a single brace"),
)
# A year, a financial or pooled year, or a date may be typed: each names a period and is no figure.
MONTHS = "|".join(calendar.month_name[1:])
PERIODS = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? )?(?:{MONTHS})(?: (?:19|20)\d\d)?\b|"
    r"\b(?:19|20)\d\d[/–-](?:\d\d){1,2}\b"
)
# A year by itself, after a word that a year follows: "were 2016" and "to 2016 deaths" are counts.
YEAR = re.compile(
    r"(?:^|(?<=[(,:;–-])|(?<=[(,:;–-] )|\b(?:in|since|from|to|until|till|by|during|between|and|or|before|after|of|for|"
    r"than|with|against|the|an?|this|that|years?|early|late|mid|spring|summer|autumn|winter|end|start|its|our)[ -])"
    r"(?:19|20)\d\d\b(?! ?%| per cent\b)",
    re.IGNORECASE,
)
COUNTED = re.compile(r"(?:to|by|of|from|and|or|for|than|with|against) (?:19|20)\d\d (?:[a-z]+s|people)\b")
# Numbers that belong to a name, an age or a length of time, and are no figures: "aged 15 to 24", "a 12-week wait".
NAMES = re.compile(
    r"\bper 1(?:00?)?,000\b|\b(?:COVID-19|24/7|24-hour|\d{1,2}(?:st|nd|rd|th)[ -]century|(?:the )?(?:19|20)\d0s)\b"
    r"|\b(?:aged?|ages|age group) (?:(?:under|over|between) )?\d{1,2}(?:(?: to | and |–|-)\d{1,2})?"
    r"(?: and (?:over|under))?\b"
    r"|\b(?:under|over)[- ]\d{1,2}s\b|\b\d{1,2} to \d{1,2}[- ]year[- ]olds?\b|\b\d{1,2}[- ]year[- ]olds?\b"
    r"|\b\d{1,2}-(?:year|month|week|day|hour|point|step)\b"
    r"|\b(?:[Oo]utcome|[Pp]riority|[Oo]bjective|[Pp]hase|[Ss]tep|[Ss]tage|[Tt]ier|[Ss]ection|[Pp]art|[Cc]lass|[Ll]evel|"
    r"[Aa]ppendix|[Gg]rade|[Pp]aragraph|[Cc]hapter|[Cc]ode|[Rr]ecommendation|[Aa]ction|[Pp]oint) \d{1,2}\b"
)
TABLE = re.compile(r"\b(?P<kind>Table|Figure) (?P<number>\d{1,2})$")
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
LARGEST_BLOCK = 200_000


@dataclass(frozen=True)
class Reference:
    """What stands between double braces on a line of a block, split at its bars."""

    line: int
    fields: tuple[str, ...]

    @property
    def text(self) -> str:
        return f"{{{{ {' | '.join(self.fields)} }}}}"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, item or heading as written: texts and references, with the line that it begins on."""

    kind: str
    line: int
    pieces: tuple[str | Reference, ...]


def fault(path: Path, line: int, found: str, expected: str, action: str) -> str:
    """One sentence of what is wrong in a block, in the form of all refusals."""
    return f"{path}, line {line}: found {found}; expected {expected}. {action}"


def parsed(path: Path) -> tuple[list[Paragraph], list[str]]:
    """The paragraphs of a block, and a sentence for each thing in it that is not taken.

    Raises Refusal for a file that is not UTF-8 or is too large to be a block.
    """
    data = path.read_bytes()
    if len(data) > LARGEST_BLOCK:
        raise Refusal(
            f"{path}: found {len(data):,} bytes; expected a block of at most {LARGEST_BLOCK:,}. Split its text."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(f"{path}: found text that is not UTF-8; expected UTF-8. Save it as UTF-8.") from None
    paragraphs: list[Paragraph] = []
    faults: list[str] = []
    is_open = False
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        kind, content = _kind_of(line)
        faults += [
            fault(path, number, what, "paragraphs, '- ' lists and '## ' headings", "Write it as one of these.")
            for pattern, what in NOT_TAKEN
            if pattern.match(line)
        ]
        faults += [
            fault(path, number, what, "paragraphs, '- ' lists and '## ' headings", "Write it in words.")
            for pattern, what in NOT_WITHIN
            if not any(one.match(line) for one, _ in NOT_TAKEN) and pattern.search(REFERENCE.sub("", content))
        ]
        pieces, wrong = _pieces(path, number, content)
        faults += wrong
        if not line:
            is_open = False
        elif is_open and kind == "paragraph":
            last = paragraphs.pop()
            paragraphs.append(Paragraph(last.kind, last.line, (*last.pieces, " ", *pieces)))
        else:
            paragraphs.append(Paragraph(kind, number, pieces))
            is_open = kind != "heading"
    return paragraphs, faults


def _kind_of(line: str) -> tuple[str, str]:
    for mark, kind in (("## ", "heading"), ("- ", "item")):
        if line.startswith(mark):
            return kind, line.removeprefix(mark).strip()
    return "paragraph", line


def _pieces(path: Path, number: int, line: str) -> tuple[tuple[str | Reference, ...], list[str]]:
    pieces: list[str | Reference] = []
    faults, end = [], 0
    for found in REFERENCE.finditer(line):
        pieces.append(line[end : found.start()])
        pieces.append(Reference(number, tuple(one.strip() for one in found.group(1).split("|"))))
        end = found.end()
    pieces.append(line[end:])
    for piece in pieces:
        if isinstance(piece, Reference):
            continue
        if "{{" in piece or "}}" in piece or "{%" in piece:
            faults.append(
                fault(path, number, "braces that do not close on the line", "'{{ … }}'", "Write it on one line.")
            )
        bare = _without_periods(piece)
        for typed in NUMBER.finditer(bare):
            faults.append(_typed(path, number, bare[: typed.end()], typed.group()))
    return tuple(piece for piece in pieces if piece), faults


def _typed(path: Path, line: int, before: str, number: str) -> str:
    """What is said of a typed number, at the end of the text before it."""
    if table := TABLE.search(before):
        name = f"{table['kind']} {table['number']}"
        expected, action = f"'{{{{ see | {name} }}}}'", "Write it so: it becomes a reference that follows the table."
        return fault(path, line, f"the typed {name}", expected, action)
    return fault(
        path,
        line,
        f"the typed number {number}",
        "a reference such as '{{ indicator | area | period }}'",
        f"Refer to the figure, or write '{{{{ typed | {number} }}}}' if the warehouse does not hold it.",
    )


def _without_periods(text: str) -> str:
    """The text without the years, dates, ages and names with numbers in it."""
    # Of a reference in single braces, the braces are told.
    bare = re.sub(r"\{[^{}]*\}", "", text.replace("*", ""))
    bare = NAMES.sub("", PERIODS.sub("", bare))
    return YEAR.sub(lambda year: year[0] if COUNTED.match(bare, year.start()) else "", bare)


def emphasised(text: str) -> Iterator[tuple[str, str]]:
    """The text in parts, each with its emphasis: `strong` for **…**, `em` for *…*, or nothing."""
    for part in re.split(r"(\*\*[^*]+\*\*|\*[^*\s][^*]*\*)", text):
        if part.startswith("**") and len(part) > 4:
            yield part[2:-2], "strong"
        elif part.startswith("*") and len(part) > 2:
            yield part[1:-1], "em"
        elif part:
            yield part, ""
