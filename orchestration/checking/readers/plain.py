"""Reads plain text and Markdown: paragraphs, lists, headings, and tables of tabs, pipes or aligned columns."""

import re
from pathlib import Path

from orchestration.checking.readers.blocks import BULLET, CAPTION, NOTE_MARK, Blocks, Unreadable, split_wide

# "1.2" or "3." before a paragraph, but not "1.5 million people" or "21.12 kilograms".
NUMBERED = re.compile(
    r"^\s*(?:\d{1,2}[.)]\s+(?=\S)|\d{1,2}(?:\.\d{1,2}){1,3}[.)]?\s+(?=[A-Z“\"‘'(\[])|\(\d{1,2}\)\s+(?=\S))"
)
RULE_OF_TABLE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$")
UNDERLINE = re.compile(r"^\s*(={3,}|-{3,}|~{3,})\s*$")
GRID = re.compile(r"^\s*[+|][-=+|\s]+[+|]\s*$")
HAS_NUMBER = re.compile(r"\d")


def decoded(path: Path) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or else Windows' Latin letters."""
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    if b"\x00" in data[:4096]:
        raise Unreadable("bytes that are not text", "a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def read_text(path: Path) -> list[dict]:
    return blocks_of_lines(decoded(path), is_markdown=False)


def read_markdown(path: Path) -> list[dict]:
    text = re.sub(r"<!--.*?-->", lambda found: "\n" * found[0].count("\n"), decoded(path), flags=re.DOTALL)
    return blocks_of_lines(without_code(text), is_markdown=True)


def without_code(text: str) -> str:
    """Markdown without its blocks of code, which are no prose; each line stays, so that places stay."""
    lines, fence = [], ""
    for line in text.splitlines():
        mark = re.match(r"^\s*(?:>\s*)?(`{3,}|~{3,})(.*)$", line)
        if fence:
            if mark and mark[1].startswith(fence) and not mark[2].strip():
                fence = ""
            lines.append("")
        elif mark and "`" not in mark[2]:
            fence = mark[1]
            lines.append("")
        else:
            lines.append(line)
    return "\n".join(lines)


def blocks_of_lines(text: str, is_markdown: bool) -> list[dict]:
    """The blocks of a text. `line` counts from 1, `paragraph` counts blocks."""
    blocks, lines = Blocks(), text.splitlines()
    at = 0
    while at < len(lines):
        end, rows = table_at(lines, at, is_markdown)
        if rows:
            blocks.add_table(rows, page=None, line=at + 1, paragraph=len(blocks.blocks) + 1)
            at = end
            continue
        at = text_at(lines, at, is_markdown, blocks)
    return joined(blocks.blocks)


def fields_of(line: str, is_markdown: bool) -> list[str]:
    """The cells of a line, if it can be a row of a table; else an empty list."""
    bare = line.strip()
    if bare.count("|") >= 2 or (is_markdown and "|" in bare):
        fields = [field.strip() for field in re.split(r"(?<!\\)\|", bare)]
        return fields[1 if bare.startswith("|") else 0 : -1 if bare.endswith("|") else None]
    if "\t" in bare:
        return split_wide(line)
    fields = split_wide(line)
    is_prose = any(len(field) > 60 and field.endswith((".", ",")) for field in fields)
    return fields if len(fields) > 1 and not is_prose and not BULLET.match(line) else []


def table_at(lines: list[str], at: int, is_markdown: bool) -> tuple[int, list[list[dict]]]:
    """The table that begins at a line: the line after it and its rows; no rows if none begins there."""
    first = fields_of(lines[at], is_markdown)
    if len(first) < 2 or (is_markdown and not lines[at].lstrip().startswith("|") and not is_ruled(lines, at)):
        return at, []
    rows, end, aligned = [], at, "\t" not in lines[at] and "|" not in lines[at]
    while end < len(lines) and lines[end].strip():
        line = lines[end]
        if not (RULE_OF_TABLE.match(line) or GRID.match(line) or UNDERLINE.match(line)):
            fields = fields_of(line, is_markdown)
            if len(fields) < 2:
                break
            rows.append((end, line, fields))
        end += 1
    numbers = sum(1 for _, _, fields in rows if sum(bool(HAS_NUMBER.search(field)) for field in fields) >= 1)
    if len(rows) < 2 or not numbers or (aligned and not steady(rows)):
        return at, []
    if aligned:
        return end, aligned_rows(rows)
    return end, [[{"text": unmarked(field), "line": line + 1} for field in fields] for line, _, fields in rows]


def is_ruled(lines: list[str], at: int) -> bool:
    return at + 1 < len(lines) and bool(RULE_OF_TABLE.match(lines[at + 1])) and "|" in lines[at + 1]


def steady(rows: list[tuple[int, str, list[str]]]) -> bool:
    """Whether most lines have the same number of fields, as tables have and justified prose has not."""
    counts = [len(fields) for _, _, fields in rows]
    most = max(set(counts), key=counts.count)
    return counts.count(most) >= max(2, len(rows) * 0.6)


def aligned_rows(rows: list[tuple[int, str, list[str]]]) -> list[list[dict]]:
    """Rows of a table of aligned columns: a line with fewer fields gets each below or above its column."""
    most = max(len(fields) for _, _, fields in rows)
    model = next(line for _, line, fields in rows if len(fields) == most)
    middles = [(found.start() + found.end()) / 2 for found in re.finditer(r"\S+(?: \S+)*", model)]
    table = []
    for number, line, fields in rows:
        cells = [{"text": "", "line": number + 1} for _ in range(most)]
        if len(fields) == most:
            cells = [{"text": field, "line": number + 1} for field in fields]
        else:
            for found in re.finditer(r"\S+(?: \S+)*", line):
                nearest = min(range(most), key=lambda n: abs(middles[n] - (found.start() + found.end()) / 2))
                cells[nearest]["text"] = f"{cells[nearest]['text']} {found[0]}".strip()
        table.append(cells)
    return table


def text_at(lines: list[str], at: int, is_markdown: bool, blocks: Blocks) -> int:
    """Add the block of text that begins at a line. Returns the line after it."""
    line = lines[at]
    place = {"page": None, "line": at + 1, "paragraph": len(blocks.blocks) + 1}
    if not line.strip():
        return at + 1
    heading = re.match(r"^\s{0,3}(#{1,6})\s+(.*?)\s*#*\s*$", line)
    if heading and is_markdown:
        blocks.add("heading", unmarked(heading[2]), level=len(heading[1]), **place)
        return at + 1
    if UNDERLINE.match(line) or GRID.match(line):
        return at + 1
    if at + 1 < len(lines) and UNDERLINE.match(lines[at + 1]) and not BULLET.match(line):
        blocks.add("heading", unmarked(line), level=2, **place)
        return at + 2
    end, text = at + 1, line.strip()
    begins = starts_block(line)
    while end < len(lines) and continues(lines, end, text, is_markdown):
        text = f"{text} {lines[end].strip()}"
        end += 1
    text = without_notes(text if text.startswith(">") is False else text.lstrip("> "))
    if BULLET.match(line):
        blocks.add("item", unmarked(BULLET.sub("", text)), **place)
    elif begins and NUMBERED.match(line):
        bare = NUMBERED.sub("", text)
        is_heading = len(bare) < 90 and not re.search(r"[.;:,]$", bare) and not re.search(r"\d", bare)
        kind = "heading" if is_heading else "item"
        blocks.add(kind, unmarked(bare), level=2, **place)
    else:
        blocks.add("heading" if looks_like_heading(text) else "paragraph", unmarked(text), level=3, **place)
    return end


def starts_block(line: str) -> bool:
    return bool(
        BULLET.match(line) or NUMBERED.match(line) or CAPTION.match(line.strip()) or line.lstrip().startswith("#")
    )


def continues(lines: list[str], at: int, so_far: str, is_markdown: bool) -> bool:
    """Whether a line goes on with the paragraph before it: the line before was wrapped, and this begins nothing new."""
    line, before = lines[at], lines[at - 1]
    # A wrapped line of Markdown may begin with a number ("2,115 people"), which is no number of a list.
    numbered = NUMBERED.match(line) and (not is_markdown or re.match(r"^\s*\d{1,2}[.)]\s", line))
    if (
        not line.strip()
        or numbered
        or BULLET.match(line)
        or CAPTION.match(line.strip())
        or line.lstrip().startswith("#")
    ):
        return False
    if table_at(lines, at, is_markdown)[1] or (at + 1 < len(lines) and UNDERLINE.match(lines[at + 1])):
        return False
    if is_markdown:
        return True
    # In plain text a short line ends its paragraph, and so does a full stop before a capital on a long line.
    return 45 <= len(before.rstrip()) <= 140 and not (
        re.search(r"[.:!?]$", before.rstrip()) and len(before.rstrip()) < 60
    )


# "Of the 1,240 who answered:" leads to a list.
OPENS_A_LIST = re.compile(r"(?<![\d/.])(?!(?:19|20)\d\d\b)\d{1,3}(?:,\d{3})*\b(?![/.]\d).*[a-z].*:$")


def looks_like_heading(text: str) -> bool:
    return (
        len(text) < 100
        and not (re.match(r"(?:\*\*[^*]+\*\*\s*)?(?:Of|Among|Out of)\b", text) and OPENS_A_LIST.search(text))
        and not re.search(r"[.;,!?][*_]*$", text)
        and not re.search(r"[a-z]\. [A-Z]", text)
        and len(text.split()) < 14
    )


def unmarked(text: str) -> str:
    """A text without Markdown's marks of emphasis, code, links, pictures and footnotes."""
    text = without_notes(text)
    text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\[((?:[^\]\\]|\\.)*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])", r"\1", text)
    text = re.sub(r"</?(?:br|b|i|em|strong|sup|sub|span|p)\b[^>]*>", " ", text)
    return re.sub(r"\\([\\`*_{}\[\]()#+.!|<>-])", r"\1", text.replace("`", ""))


def without_notes(text: str) -> str:
    """A text without the marks of its footnotes: "20[^2]", "[^2]: Provisional", "20<sup>2</sup>"."""
    text = re.sub(r"\[\^[^\]\s]+\](?::\s*)?", "", text)
    return re.sub(r"<sup>([^<]{1,12})</sup>", lambda found: "" if NOTE_MARK.fullmatch(found[1]) else found[0], text)


def joined(blocks: list[dict]) -> list[dict]:
    """The blocks, with a paragraph that a page broke put together: it ends without a stop, the next begins small."""
    result: list[dict] = []
    for block in blocks:
        before = result[-1] if result else None
        if (
            before
            and block["kind"] == "paragraph" == before["kind"]
            and re.match(r"[a-z(]|\d[\d,.]*%?\s[a-z]", block["text"])
            and not re.search(r"[.:;!?]$", before["text"])
        ) or (
            before
            and before["kind"] in ("item", "heading")
            and block["kind"] in ("paragraph", "heading")
            and re.match(r"[a-z]", block["text"])
            and len(before["text"]) > 60
            and not re.search(r"[.:;!?]$", before["text"])
        ):
            before["text"] += " " + block["text"]
            if before["kind"] == "heading":
                before["kind"] = "paragraph"
            continue
        result.append(block)
    return result
