"""The blocks of an edition: which files there are, what each says with today's figures, and what is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.report.contents import label_of
from orchestration.report.edition import Edition
from orchestration.report.narrative.figures import Figures, Unresolved
from orchestration.report.narrative.grammar import Paragraph, Reference, emphasised, fault, parsed
from orchestration.report.narrative.judge import wrongs
from orchestration.report.narrative.references import Link, Resolved, Shown, resolved
from orchestration.seeds import own_seed_files
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal

LEFT_OUT = "This paragraph is left out of the public edition, because a figure behind it is not shown here."


@dataclass(frozen=True)
class Text:
    """Words of a block, with their emphasis: `strong`, `em` or nothing."""

    text: str
    emphasis: str = ""


@dataclass(frozen=True)
class Told:
    """A paragraph, item or heading as it is shown: texts, figures and links to tables."""

    kind: str
    parts: tuple[Text | Shown | Link, ...]

    @property
    def words(self) -> str:
        return "".join(part.text for part in self.parts)


Block = list[Told]


@dataclass
class Narrative:
    """The words of an edition: each block is empty if nobody wrote it. Areas are by name, commentary by `table_12`."""

    background: Block = field(default_factory=list)
    good_practice: dict[str, Block] = field(default_factory=dict)
    commentary: dict[str, Block] = field(default_factory=dict)
    conclusion: Block = field(default_factory=list)


def narrative_folder(settings: Settings, edition: str) -> Path:
    """The folder with the words of an edition: that of the home if it has one, or else the shipped examples.

    It is one or the other as a whole, so that no example stands among a partnership's own words. A partnership with
    editions of its own has its own words or none: the examples speak of other areas.
    """
    own, shipped = (folder / edition for folder in settings.narratives)
    return own if own.is_dir() or "editions" in own_seed_files() else shipped


def read_narrative(
    connection: duckdb.DuckDBPyConnection, edition: Edition, folder: Path, *, hides: bool = False
) -> Narrative:
    """The blocks of a folder with the figures known on the day of the edition.

    In the public edition (`hides`), a paragraph with a figure that is not shown there, or with words that rest on one,
    is left out and a sentence says so. Raises Refusal that names file and line of each reference that leads to no
    figure, and of each word that its figure does not bear.
    """
    narrative, faults = Narrative(), []
    figures = Figures(connection, edition)
    areas = {_slug(name): name for name in figures.members.values()}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_dir() or path.name.startswith((".", "~")) or path.name == "README.md":
            continue
        parts = path.relative_to(folder).with_suffix("").parts
        if path.suffix != ".md" or not _is_known(parts, areas, figures.reports):
            faults.append(_unknown(path, areas, figures.reports))
            continue
        block, wrong = _block(figures, path, hides=hides)
        faults += wrong
        if parts == ("background",):
            narrative.background = block
        elif parts == ("conclusion",):
            narrative.conclusion = block
        elif parts[0] == "commentary":
            narrative.commentary[parts[1]] = block
        else:
            narrative.good_practice[areas[parts[1]]] = block
    if faults:
        raise Refusal("\n".join(faults))
    return narrative


def _is_known(parts: tuple[str, ...], areas: dict[str, str], reports: list[str]) -> bool:
    if len(parts) == 1:
        return parts[0] in ("background", "conclusion")
    allowed = {"good_practice": list(areas), "commentary": reports}
    return len(parts) == 2 and parts[1] in allowed.get(parts[0], ())


def _unknown(path: Path, areas: dict[str, str], reports: list[str]) -> str:
    practice, commentary = (f"{name}.md" for name in (next(iter(areas), "area"), next(iter(reports), "table_01")))
    return (
        f"{path}: found a file that is no block of this edition; expected background.md, conclusion.md, "
        f"good_practice/{practice} for a member of the partnership, or commentary/{commentary} for "
        f"{label_of(reports[0]) if reports else 'a table'} of the report. Rename it, or move it elsewhere."
    )


def _block(figures: Figures, path: Path, *, hides: bool) -> tuple[Block, list[str]]:
    paragraphs, faults = parsed(path)
    block = []
    for paragraph in paragraphs:
        pieces, wrong = _resolved(figures, path, paragraph)
        if wrong and hides:
            block.append(Told("paragraph", (Text(LEFT_OUT, "em"),)))
            continue
        faults += wrong
        block.append(Told(paragraph.kind, tuple(_parts(pieces))))
    return block, faults


def _resolved(figures: Figures, path: Path, paragraph: Paragraph) -> tuple[list[str | Resolved], list[str]]:
    pieces: list[str | Resolved] = []
    faults = []
    for piece in paragraph.pieces:
        if not isinstance(piece, Reference):
            pieces.append(piece)
            continue
        try:
            pieces.append(resolved(figures, piece))
        except Unresolved as error:
            faults.append(fault(path, piece.line, error.found, error.expected, error.action))
    if not faults:
        faults = [
            fault(path, wrong.line, wrong.found, wrong.expected, "Correct the words.")
            for wrong in wrongs(figures, pieces)
        ]
    return pieces, list(dict.fromkeys(faults))


def _parts(pieces: list[str | Resolved]) -> Iterator[Text | Shown | Link]:
    for piece in pieces:
        if isinstance(piece, str):
            yield from (Text(text, emphasis) for text, emphasis in emphasised(piece))
            continue
        for part in piece.pieces:
            if isinstance(part, str):
                if part:
                    yield Text(part)
            else:
                yield part


def _slug(name: str) -> str:
    """`Bournemouth, Christchurch and Poole` → `bournemouth_christchurch_and_poole`."""
    return re.sub(r"[^a-z0-9]+", "_", name.casefold()).strip("_")
