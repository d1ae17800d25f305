"""Numbers of a workbook as their cells show them: by the number format that a cell has beside its stored value."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from orchestration.reading.workbook_cells import CELL, NAME, attributes, names_of_sheets

# The formats that every workbook knows by number; the others of this kind are of dates, times and text.
KNOWN_FORMATS = {
    **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "£#,##0;-£#,##0", 6: "£#,##0;-£#,##0"},
    **{7: "£#,##0.00;-£#,##0.00", 8: "£#,##0.00;-£#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0;(#,##0)"},
    **{38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)", 41: "#,##0;-#,##0;-"},
    **{42: "£#,##0;-£#,##0;-", 43: "#,##0.00;-#,##0.00;-", 44: "£#,##0.00;-£#,##0.00;-"},
}
NUMBER_FORMAT = re.compile(NAME + rb"numFmt(?=\s)([^>]*)>")
CELL_FORMATS = re.compile(NAME + rb"cellXfs(?=[\s>])[^>]*>(.*?)</(?:[\w.-]+:)?cellXfs\s*>", re.DOTALL)
CELL_FORMAT = re.compile(NAME + rb"xf(?=\s)([^>]*)>")
ADDRESS = re.compile(r"([A-Z]+)(\d+)")
# A piece of a format: what is shown as it stands, blanks, a colour or currency in brackets, or anything else.
PIECE = re.compile(r'"([^"]*)"|\\(.)|(_.|\*.)|\[([^\]]*)\]|(.)', re.DOTALL)
DIGITS = re.compile(r"[#0?][#0?,]*(?:\.[#0?]+)?|\.[#0?]+")
MOST_DECIMALS = 12
LARGEST = Decimal(10) ** 15


@dataclass(frozen=True)
class Shown:
    """What a cell shows; `is_whole` where the format shows a number that is stored with decimals without them."""

    text: str
    is_whole: bool = False


def formats_of(archive: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """The formats of a workbook's numbers, for each sheet by row and column from 1; those without one are left out."""
    members = set(archive.namelist())
    if "xl/styles.xml" not in members:
        return {}
    styles = archive.read("xl/styles.xml")
    own = [attributes(found[1]) for found in NUMBER_FORMAT.finditer(styles)]
    codes = {**KNOWN_FORMATS, **{int(one["numFmtId"]): one["formatCode"] for one in own if "formatCode" in one}}
    listed = CELL_FORMATS.search(styles)
    of_style = [
        codes.get(int(attributes(found[1]).get("numFmtId", "0")), "")
        for found in CELL_FORMAT.finditer(listed[1] if listed else b"")
    ]
    return {
        name: dict(formats_in(archive.read(member), of_style))
        for member, name in names_of_sheets(archive).items()
        if member in members and any(of_style)
    }


def formats_in(xml: bytes, of_style: list[str]) -> Iterator[tuple[tuple[int, int], str]]:
    for found in CELL.finditer(xml):
        one = attributes(found[1])
        address, style = ADDRESS.fullmatch(one.get("r", "")), one.get("s", "")
        if address is None or not style.isdigit() or int(style) >= len(of_style) or one.get("t", "n") != "n":
            continue
        if code := of_style[int(style)]:
            column = 0
            for letter in address[1]:
                column = column * 26 + ord(letter) - ord("A") + 1
            yield (int(address[2]), column), code


def shown(stored: str, code: str) -> Shown | None:
    """What a cell shows of a stored number; None where the format is none of numbers, or is not understood."""
    try:
        value = Decimal(stored)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value) >= LARGEST:
        return None
    sections = sections_of(code)
    own_minus = value < 0 and len(sections) > 1
    at = 1 if own_minus else 2 if value == 0 and len(sections) > 2 else 0
    parts = parts_of(sections[at])
    if parts is None:
        return None
    before, digits, after = parts
    if not set(digits) & set("0#"):
        return Shown(f"{before}{after}".strip()) if at == 2 else None
    if f"{before}{after}".count("%"):
        value *= 100
    value = value.scaleb(-3 * (len(digits) - len(digits.rstrip(","))))
    whole, _, decimals = digits.rstrip(",").partition(".")
    if len(decimals) > MOST_DECIMALS:
        return None
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = f"{abs(rounded):{',' if ',' in whole else ''}f}"
    optional = len(decimals) - len(decimals.rstrip("#"))
    while optional and text.endswith("0"):
        text, optional = text[:-1], optional - 1
    minus = "-" if rounded < 0 and not own_minus else ""
    return Shown(f"{minus}{before}{text.rstrip('.')}{after}".strip(), not decimals and rounded != value)


def sections_of(code: str) -> list[str]:
    """The parts of a format for positive and negative numbers and for zero."""
    sections = [""]
    for piece in PIECE.finditer(code):
        if piece[0] == ";":
            sections.append("")
        else:
            sections[-1] += piece[0]
    return sections


def parts_of(section: str) -> tuple[str, str, str] | None:
    """What a section shows before its digits, the digits, and what it shows after them; None for what is no number."""
    plain = ""
    literals: list[str] = []
    for piece in PIECE.finditer(section):
        quoted, escaped, blank, bracketed, other = piece.groups()
        literal = quoted if quoted is not None else escaped
        if bracketed is not None:
            if bracketed[:1] in "<>=" or re.fullmatch(r"[hms]+", bracketed, re.IGNORECASE):
                return None
            literal = bracketed[1:].partition("-")[0] if bracketed.startswith("$") else ""
        if literal is not None:
            plain += "\0" * len(literal)
            literals += literal
        elif blank is None:
            plain += other
    if re.search(r"[a-z@/]", plain, re.IGNORECASE):
        return None
    found = DIGITS.search(plain)
    start, end = found.span() if found else (len(plain), len(plain))
    if DIGITS.search(plain, end):
        return None
    letters = iter(literals)
    whole = [next(letters) if letter == "\0" else letter for letter in plain]
    return "".join(whole[:start]), plain[start:end], "".join(whole[end:])
