"""A draft of blocks as text, Markdown, HTML, Word or PDF, and a text as blocks."""

from html import escape
from pathlib import Path

from drafts import Blocks


def as_text(blocks: Blocks) -> str:
    parts = []
    for kind, content in blocks:
        if kind == "t" and isinstance(content, list):
            parts.append("\n".join("\t".join(row) for row in content))
        else:
            parts.append(("- " if kind == "i" else "") + str(content))
    return "\n\n".join(parts) + "\n"


def as_aligned(blocks: Blocks) -> str:
    """Text with the columns of tables aligned by blanks."""
    parts = []
    for kind, content in blocks:
        if kind == "t" and isinstance(content, list):
            wide = [max(len(row[at]) for row in content) + 3 for at in range(len(content[0]))]
            lines = [
                "".join(c.ljust(w) if not at else c.rjust(w) for at, (c, w) in enumerate(zip(row, wide, strict=True)))
                for row in content
            ]
            parts.append("\n".join(lines))
        else:
            parts.append(("* " if kind == "i" else "") + str(content))
    return "\n\n".join(parts) + "\n"


def as_markdown(blocks: Blocks) -> str:
    parts, level = [], 1
    for kind, content in blocks:
        if kind == "t" and isinstance(content, list):
            rows = ["| " + " | ".join(row) + " |" for row in content]
            parts.append("\n".join([rows[0], "|" + "---|" * len(content[0]), *rows[1:]]))
        elif kind == "h":
            parts.append("#" * level + f" {content}")
            level = 2
        else:
            parts.append(("- " if kind == "i" else "") + str(content))
    return "\n\n".join(parts) + "\n"


def as_html(blocks: Blocks) -> str:
    parts, level = [], 1
    for kind, content in blocks:
        if kind == "t" and isinstance(content, list):
            head = "".join(f"<th>{escape(cell)}</th>" for cell in content[0])
            body = "".join(
                "<tr>"
                + f"<th scope='row'>{escape(row[0])}</th>"
                + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
                + "</tr>"
                for row in content[1:]
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        elif kind == "h":
            parts.append(f"<h{level}>{escape(str(content))}</h{level}>")
            level = 2
        else:
            tag = {"i": "li", "c": "p", "p": "p"}[kind]
            parts.append(f"<{tag}>{escape(str(content))}</{tag}>")
    style = "body{font:11pt sans-serif} td,th{padding:2px 10px;text-align:left} td{text-align:right}"
    head = f"<meta charset=utf-8><title>Draft</title><style>{style}</style>"
    return f"<!doctype html><html lang=en-GB><head>{head}</head><body>{''.join(parts)}</body></html>"


def write_docx(blocks: Blocks, path: Path) -> Path:
    import docx

    document = docx.Document()
    level = 1
    for kind, content in blocks:
        if kind == "t" and isinstance(content, list):
            table = document.add_table(rows=0, cols=len(content[0]))
            for row in content:
                for cell, text in zip(table.add_row().cells, row, strict=True):
                    cell.text = text
        elif kind == "h":
            document.add_heading(str(content), level)
            level = 2
        else:
            style = {"i": "List Bullet", "c": "Caption", "p": None}[kind]
            document.add_paragraph(str(content), style=style)
    document.save(str(path))
    return path


def blocks_of_text(text: str) -> Blocks:
    """The blocks of a report that is kept as text: tables in lines with tabs, lists with dashes, short lines as headings."""
    blocks: Blocks = []
    table: list[list[str]] = []
    for line in text.splitlines():
        if "\t" in line:
            table.append(line.split("\t"))
            continue
        if table:
            blocks.append(("t", table))
            table = []
        bare = line.strip()
        if not bare:
            continue
        if bare.startswith("- "):
            blocks.append(("i", bare[2:]))
        elif bare.startswith(("Table ", "Figure ")) and (" - " in bare[:12] or " – " in bare[:12]):
            blocks.append(("c", bare))
        elif len(bare) < 80 and bare[-1] not in ".;:,":
            blocks.append(("h", bare))
        else:
            blocks.append(("p", bare))
    return blocks


def write_pdf(blocks: Blocks, path: Path, chromium: str) -> Path:
    """The draft as a PDF, printed by Chromium."""
    import subprocess

    page = path.with_suffix(".print.html")
    page.write_text(as_html(blocks), encoding="utf-8")
    command = [
        chromium,
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--no-pdf-header-footer",
        f"--print-to-pdf={path}",
        str(page),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    page.unlink()
    return path
