"""A drawing with its title, key and source around it, so that the file can be read alone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from orchestration.report.charts import BLACK, FONT, GREY, PALE

MARGIN = 12
# A narrower drawing gets room at its right, for lines that can be read.
NARROWEST = 380
TITLE, SMALL = 14, 10
LEADING = 1.4
# How wide a letter is on average, in sizes of the font: a reader's font can be wider than Arial.
LETTER, BOLD_LETTER = 0.6, 0.68
SWATCH, GAP = 24, 6


@dataclass(frozen=True)
class KeyEntry:
    """A colour or symbol of a drawing and what it stands for; `colour` is that of the symbol."""

    fill: str
    mark: str
    words: str
    colour: str = BLACK


# The heading of a part of a key, and its entries.
Key = Sequence[tuple[str, Sequence[KeyEntry]]]


def framed(svg: str, title: str, notes: Sequence[str], key: Key = (), *, is_cut: bool = True) -> str:
    """The SVG in a larger one: the title and the key above it, the notes (the source last) below it.

    Unless `is_cut`, the drawing is not cut at its edge, which nothing in it reaches: a rasteriser is faster then.
    """
    width, height = picture_size(svg)
    whole = max(width, NARROWEST) + 2 * MARGIN
    parts: list[str] = []
    top = float(MARGIN)
    for line in _lines(title, whole, TITLE * BOLD_LETTER):
        top += TITLE * LEADING
        parts.append(_text(MARGIN, top, line, TITLE, BLACK, bold=True))
    for heading, entries in key:
        drawn, top = _key(heading, entries, whole, top + SMALL)
        parts += drawn
    top += SMALL
    placed = f' x="{MARGIN}" y="{top:.1f}"{svg[svg.index("<svg") + len("<svg") :]}'
    parts.append(f"<svg{placed}" if is_cut else f'<svg overflow="visible"{placed}')
    top += height
    for note in notes:
        top += SMALL * 0.4
        for line in _lines(note, whole, SMALL * LETTER):
            top += SMALL * LEADING
            parts.append(_text(MARGIN, top, line, SMALL, GREY))
    size = f"{whole:.0f}", f"{top + MARGIN:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}">'
        f'<rect width="{size[0]}" height="{size[1]}" fill="white"/>{"".join(parts)}</svg>'
    )


def picture_size(svg: str) -> tuple[int, int]:
    """The width and height of an SVG in pixels."""
    root = svg[: svg.index(">")]
    width, height = (root.partition(f' {side}="')[2].partition('"')[0] for side in ("width", "height"))
    return round(float(width)), round(float(height))


def _lines(text: str, width: float, letter: float) -> Iterator[str]:
    yield from wrap(text, max(20, int((width - 2 * MARGIN) / letter)))


def _key(heading: str, entries: Sequence[KeyEntry], width: float, top: float) -> tuple[list[str], float]:
    """A heading with its entries in as many lines as they need, and how far down they reach."""
    top += SMALL * LEADING
    parts = [_text(MARGIN, top, heading, SMALL, BLACK, bold=True)]
    left, line = float(MARGIN), SMALL * LEADING + 4
    top += line
    for entry in entries:
        wide = SWATCH + GAP + len(entry.words) * SMALL * LETTER
        if left > MARGIN and left + wide > width - MARGIN:
            left, top = float(MARGIN), top + line
        box = f'x="{left:.1f}" y="{top - SMALL:.1f}" width="{SWATCH}" height="{SMALL + 3}"'
        parts.append(f'<rect {box} fill="{entry.fill}" stroke="{PALE}" stroke-width="0.5"/>')
        parts.append(_text(left + SWATCH / 2, top, entry.mark, SMALL, entry.colour, anchor="middle"))
        parts.append(_text(left + SWATCH + GAP, top, entry.words, SMALL, BLACK))
        left += wide + 2 * GAP
    return parts, top


def _text(
    left: float, top: float, text: str, size: int, colour: str, *, bold: bool = False, anchor: str = "start"
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    look = f'font-family="{FONT}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}'
    return f'<text x="{left:.1f}" y="{top:.1f}" {look}>{escape(text)}</text>'
