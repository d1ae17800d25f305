"""The origin of a release: its publisher's own file, or figures typed from a named document.

`origin.toml` beside the files of a release declares a transcription:

    document = "West Midlands Combatting Drugs and Alcohol Partnership progress report 2025"
    place = "Table 11 and Table 12"
    credited_to = "ONS"

`place` and `credited_to` may be left out where the file has columns of these names. `origin = "publisher_file"` alone
says that figures in that layout are their publisher's own return.
"""

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.support.refusal import refuse

ORIGIN_FILE = "origin.toml"
PUBLISHER_FILE, TRANSCRIPTION = "publisher_file", "transcription"
KEYS = ("document", "place", "credited_to", "origin")

# A document that nobody names, in a sentence.
UNNAMED = "a document that is not named"

# The columns by which a CSV says that its figures stand in a document, and whom that credits.
PLACE, CREDITED_TO = "place", "credited_to"
# The header of a CSV is no longer than this.
HEADER_BYTES = 10_000

# What a release left in landing/ says of its origin. Another form makes another landing.
FORM = "origin 1"


@dataclass(frozen=True)
class Origin:
    """Where a release comes from. Only a transcription has a document, a place in it and a credit."""

    origin: str
    document: str | None = None
    place: str | None = None
    credited_to: str | None = None


def origin_of(folder: Path, files: Iterable[Path], name: str) -> Origin:
    """The origin of the release in a folder; `name` is the folder's as messages give it.

    Without `origin.toml`, a CSV that says where each figure is printed is a transcription of a document that is not
    named, and every other file is its publisher's. Raises `Refusal` for an `origin.toml` that is not understood.
    """
    said = _said(folder / ORIGIN_FILE, f"{name}/{ORIGIN_FILE}")
    if said.get("origin") == PUBLISHER_FILE:
        return Origin(PUBLISHER_FILE)
    places, credits = _printed(files)
    if not said and not places and not credits:
        return Origin(PUBLISHER_FILE)
    return Origin(
        TRANSCRIPTION,
        said.get("document"),
        said.get("place") or listed(places),
        said.get("credited_to") or listed(credits),
    )


def transcription(document: str, place: str | None = None, credited_to: str | None = None) -> Origin:
    """The declaration of a transcription. Raises `Refusal` where no document is named."""
    texts = [" ".join(text.split()) or None if text else None for text in (document, place, credited_to)]
    if not texts[0]:
        raise refuse("--transcribed-from", "no name", "the name of the document", "Give its title and year.")
    return Origin(TRANSCRIPTION, *texts)


def origin_key(folder: Path) -> str:
    """The part of a landing's key that comes from the declared origin: the form, and a hash of the declaration."""
    path = folder / ORIGIN_FILE
    return FORM + (hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "")


def origin_text(origin: Origin) -> str:
    """The content of `origin.toml` that declares a transcription."""
    pairs = [(key, getattr(origin, key)) for key in KEYS[:3]]
    # A TOML string is a JSON string, but for one control character.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in pairs if value]
    return "".join(lines).replace("\x7f", "\\u007f")


def source_text(release: Mapping[str, Any], publisher: str) -> str:
    """The source of figures as every page gives it, from a row of marts.dim_releases and its publisher's full name.

    "Released" is said of a publisher's own file and of nothing else.
    """
    series = f"{publisher}, {release['title']}"
    if release["origin"] == PUBLISHER_FILE:
        return f"{series}, released {day_text(release['released_on'])}"
    place = f", {release['origin_place']}" if release["origin_place"] else ""
    credit = f"credits {release['origin_credited_to']}" if release["origin_credited_to"] else "names no source"
    return f"{series}, as printed in {named(release['origin_document'])}{place}, which {credit}"


def named(document: str | None) -> str:
    """A document in a sentence."""
    if document is None:
        return UNNAMED
    return document if document.split()[0].lower() in ("the", "a", "an") else f"the {document}"


def day_text(day: date) -> str:
    """`17 October 2025`."""
    return f"{day.day} {day:%B %Y}"


def listed(texts: Iterable[str]) -> str | None:
    """`Table 2, Table 3 and Table 4`; None of none."""
    found = list(texts)
    if not found:
        return None
    *before, last = found
    return f"{', '.join(before)} and {last}" if before else last


def _said(path: Path, name: str) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        said = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refuse(
            name, f"text that is not TOML ({error})", 'lines such as document = "…"', "Correct the line."
        ) from None
    for key, value in said.items():
        if key not in KEYS:
            raise refuse(name, f"the key {key!r}", "only " + ", ".join(KEYS), "Correct the key, or remove the line.")
        if not isinstance(value, str) or not value.strip():
            raise refuse(name, f"{key} = {value!r}", "a text in quotes", "Correct the value, or remove the line.")
    said = {key: " ".join(value.split()) for key, value in said.items()}
    if said.get("origin") == PUBLISHER_FILE and len(said) > 1:
        others = ", ".join(key for key in said if key != "origin")
        raise refuse(name, f"{others} for a publisher's file", "origin only", "Keep one of the two.")
    if said.get("origin", TRANSCRIPTION) not in (PUBLISHER_FILE, TRANSCRIPTION):
        expected = f"{PUBLISHER_FILE} or {TRANSCRIPTION}"
        raise refuse(name, f"origin = {said['origin']!r}", expected, "Correct the value.")
    if said.get("origin") != PUBLISHER_FILE and "document" not in said:
        raise refuse(
            name, "no document", 'a line document = "…"', "Name the document that the figures were typed from."
        )
    return said


def _printed(files: Iterable[Path]) -> tuple[list[str], list[str]]:
    """The places and credits that CSVs of printed figures give, each once and in their order."""
    places: dict[str, None] = {}
    credits: dict[str, None] = {}
    for path in files:
        with path.open("rb") as stream:
            first = stream.readline(HEADER_BYTES)
        header = _cells(first)[:1]
        if not header or not {PLACE, CREDITED_TO} <= {cell.strip() for cell in header[0]}:
            continue
        records = [[cell.strip() for cell in row] for row in _cells(path.read_bytes()) if row]
        for row in records[1:]:
            cells = dict(zip(records[0], row, strict=False))
            places |= {cells[PLACE]: None} if cells.get(PLACE) else {}
            credits |= {cells[CREDITED_TO]: None} if cells.get(CREDITED_TO) else {}
    return list(places), list(credits)


def _cells(data: bytes) -> list[list[str]]:
    """The records of a CSV; none where the bytes are none. What is wrong with it, its reader says."""
    try:
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        return []
