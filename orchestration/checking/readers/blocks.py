"""What every reader gives: a list of blocks in reading order, as plain dictionaries that become JSON.

A block has a `kind` (heading, paragraph, item, note, caption or table), its `text`, and where it stands: `page`,
`line` and `paragraph`, each None where the kind of file has none. A heading has a `level`. A table has `cells`: row
and column from 1, how many rows and columns the cell takes, its text, whether it is marked as a header, and its line.
"""

import re

MOST_BLOCKS = 60_000
MOST_CELLS = 400_000
LONGEST_TEXT = 200_000

CAPTION = re.compile(
    r"^\W{0,3}(?:supplementary |appendix )?(table|figure|fig\.?|chart|graph|"
    r"exhibit)\s+((?:[A-Z]{1,2}[.-]?)?\d{0,3}(?:[.-]\d+)?[a-z]?)"
    r"(?:\s*[:.–—|-]|\s+(?=[A-Z(]))",
    re.IGNORECASE,
)
# The raised number, letter or sign of a note, which would lengthen the number before it.
NOTE_MARK = re.compile(r"\s*[\[(]?(?:\d{1,2}(?:\s?[,;–-]\s?\d{1,2})*|[a-z]|[*†‡]{1,3})[\])]?\s*")
BULLET = re.compile(r"^\s*(?:[-*+•●▪‣◦–o]|\(?[a-z]\)|\(?[ivx]+\))\s+(?=\S)")


class Unreadable(Exception):
    """What a person is told about a document that cannot be read: what was found, what was expected."""


class Blocks:
    """Collects the blocks of a document and stops at what no report holds."""

    def __init__(self) -> None:
        self.blocks: list[dict] = []
        self.cells = 0

    def add(self, kind: str, text: str, **place: object) -> None:
        """Add a block of text, if there is text. A text that begins as captions do is a caption."""
        text = clean(text)
        if not text:
            return
        if len(text) > LONGEST_TEXT or len(self.blocks) >= MOST_BLOCKS:
            raise Unreadable("more text than any report holds", f"at most {MOST_BLOCKS:,} paragraphs")
        if kind in ("paragraph", "heading") and CAPTION.match(text) and is_caption(text):
            kind = "caption"
        self.blocks.append({"kind": kind, "text": text, **place})

    def add_table(self, rows: list[list[dict]], **place: object) -> None:
        """Add a table from rows of cells: `text`, and `rows`, `columns`, `header`, `line`, `paragraph` where known."""
        cells: list[dict] = []
        taken: set[tuple[int, int]] = set()
        for row, given in enumerate(rows, start=1):
            column = 1
            for cell in given:
                while (row, column) in taken:
                    column += 1
                tall, wide = min(cell.get("rows", 1), len(rows) - row + 1), min(cell.get("columns", 1), 200)
                taken.update((row + down, column + across) for down in range(tall) for across in range(wide))
                cells.append(
                    {
                        **{"row": row, "column": column, "rows": tall, "columns": wide},
                        **{"text": clean(cell["text"]), "header": bool(cell.get("header"))},
                        **{"line": cell.get("line"), "paragraph": cell.get("paragraph")},
                        **{"is_whole": cell.get("is_whole", False)},
                    }
                )
                column += wide
        self.cells += len(cells)
        if self.cells > MOST_CELLS:
            raise Unreadable(f"more than {MOST_CELLS:,} cells in tables", "the tables of a report")
        if cells:
            self.blocks.append({"kind": "table", "text": "", "cells": cells, **place})


def clean(text: str) -> str:
    """A text with plain blanks, on one line."""
    return " ".join(text.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "").split())


def is_caption(text: str) -> bool:
    """Whether a text that begins with "Table 1" names the table, rather than says something of it in a sentence."""
    match = CAPTION.match(text)
    rest = text[match.end() :].strip() if match else text
    return not re.match(r"(shows?|illustrates?|displays?|sets?|gives?|outlines?|lists?|is|has|and)\b", rest) and bool(
        rest
    )


def split_wide(line: str) -> list[str]:
    """The fields of a line that tabs, or runs of blanks, part."""
    if "\t" in line:
        return [field.strip() for field in line.rstrip("\n").split("\t")]
    return [field.strip() for field in re.split(r"\s{2,}", line.strip())]
