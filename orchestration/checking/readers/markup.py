"""Reads HTML with the standard library's parser: nothing is loaded that a page points to."""

import re
from html.parser import HTMLParser
from pathlib import Path

from orchestration.checking.readers.blocks import NOTE_MARK, Blocks
from orchestration.checking.readers.plain import decoded

HEADINGS = {f"h{level}": level for level in range(1, 7)}
UNSEEN = {
    "script",
    "title",
    "style",
    "template",
    "head",
    "noscript",
    "svg",
    "iframe",
    "object",
    "select",
    "button",
    "del",
}
BREAKS = {
    *("p", "div", "section", "article", "header", "footer", "main", "nav", "ul", "ol", "dl", "dt", "dd", "blockquote"),
    *("pre", "address", "figure", "form", "fieldset", "aside", "hr", "body", "details", "summary"),
}
VOID = {"br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source", "track"}


def read_html(path: Path) -> list[dict]:
    reader = Reader()
    reader.feed(decoded(path))
    reader.close()
    reader.flush()
    return reader.blocks.blocks


class Reader(HTMLParser):
    """Gathers text up to the end of its block; a table is gathered whole, with those inside its cells as text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks = Blocks()
        self.text: list[str] = []
        self.kind, self.level, self.began = "paragraph", 0, 1
        self.unseen: list[str] = []
        self.rows: list[list[dict]] | None = None
        self.in_head, self.raised = False, 0
        self.tables_open = 0
        self.table_began = 1

    def place(self, line: int) -> dict:
        return {"page": None, "line": line, "paragraph": len(self.blocks.blocks) + 1}

    def flush(self) -> None:
        text, self.text = "".join(self.text), []
        extra = {"level": self.level} if self.kind == "heading" else {}
        self.blocks.add(self.kind, text, **extra, **self.place(self.began))
        self.kind = "paragraph"

    def begin(self, kind: str, level: int = 0) -> None:
        self.flush()
        self.kind, self.level, self.began = kind, level, self.getpos()[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        hidden = "hidden" in given or re.search(r"display\s*:\s*none", given.get("style") or "")
        if (self.unseen or tag in UNSEEN or hidden) and tag not in VOID and tag != "head":
            self.unseen.append(tag)
            return
        self.raised += tag == "sup"
        if tag == "br":
            self.text.append("\n" if self.rows is None else " ")
        elif tag == "table":
            self.start_table()
        elif self.rows is not None:
            self.start_part_of_table(tag, given)
        elif tag in HEADINGS:
            self.begin("heading", HEADINGS[tag])
        elif tag == "li":
            self.begin("item")
        elif tag in ("caption", "figcaption"):
            self.begin("caption")
        elif tag in BREAKS and not (self.kind in ("item", "caption") and not "".join(self.text).strip()):
            self.begin("paragraph")

    def start_table(self) -> None:
        self.tables_open += 1
        if self.rows is None:
            self.flush()
            self.rows, self.table_began = [], self.getpos()[0]

    def start_part_of_table(self, tag: str, given: dict[str, str | None]) -> None:
        assert self.rows is not None
        if tag == "caption":
            self.text = []
        elif tag == "thead":
            self.in_head = True
        elif self.tables_open == 1 and tag == "tr":
            self.rows.append([])
        elif self.tables_open == 1 and tag in ("td", "th"):
            if not self.rows:
                self.rows.append([])
            header = tag == "th" and given.get("scope") != "row"
            self.rows[-1].append(
                {
                    **{"text": "", "rows": whole(given.get("rowspan")), "columns": whole(given.get("colspan"))},
                    **{"header": header or self.in_head, "line": self.getpos()[0]},
                }
            )

    def handle_endtag(self, tag: str) -> None:
        if self.unseen:
            if tag in self.unseen:
                while self.unseen and self.unseen.pop() != tag:
                    pass
            return
        self.raised = max(self.raised - (tag == "sup"), 0)
        if self.rows is None:
            if tag in BREAKS or tag in HEADINGS or tag in ("li", "caption", "figcaption"):
                self.flush()
        elif tag == "caption":
            text, self.text = "".join(self.text), []
            self.blocks.add("caption", text, of_table=True, **self.place(self.getpos()[0]))
        elif tag == "thead":
            self.in_head = False
        elif tag == "table":
            self.tables_open -= 1
            if not self.tables_open:
                self.blocks.add_table([row for row in self.rows if row], **self.place(self.table_began))
                self.rows, self.in_head = None, False

    def handle_data(self, data: str) -> None:
        if self.unseen or (self.raised and NOTE_MARK.fullmatch(data)):
            return
        if self.rows is None:
            if not any(map(str.strip, self.text)):
                self.began = self.getpos()[0]
            self.text.append(data)
        elif self.rows and self.rows[-1]:
            self.rows[-1][-1]["text"] += data
        else:
            self.text.append(data)


def whole(text: str | None) -> int:
    """A span as a number from 1 to 1000."""
    return min(max(int(text), 1), 1000) if text and text.isdecimal() and len(text) < 6 else 1
