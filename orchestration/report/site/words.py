"""The blocks that officers wrote, as the site shows them: each figure with its key and the link to its source."""

from dataclasses import dataclass

from orchestration.report.narrative.blocks import Block, Text
from orchestration.report.narrative.references import Link, Shown
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Number


@dataclass(frozen=True)
class Piece:
    """A text with its emphasis, a figure, or a link to a table of the report."""

    text: str
    emphasis: str = ""
    number: Number | None = None
    address: str | None = None


@dataclass(frozen=True)
class Part:
    """A paragraph, item or heading."""

    kind: str
    pieces: list[Piece]


def parts_of(site: Site, block: Block) -> list[Part]:
    """A block as its template shows it."""
    return [Part(told.kind, [_piece(site, part) for part in told.parts]) for told in block]


def _piece(site: Site, part: Text | Shown | Link) -> Piece:
    if isinstance(part, Text):
        return Piece(part.text, part.emphasis)
    if isinstance(part, Link):
        return Piece(part.text, address=f"#{part.report}")
    row = part.row
    of = f"fct_indicators|{row['indicator_id']}|{row['area_code']}|{row['period_id']}"
    number = site.number(row, part.column, of, decimals=part.decimals, is_linked=True)
    return Piece(part.text, number=number, address=number.address)
