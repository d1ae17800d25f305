"""Reads a draft, whatever its kind: in a process of its own, with limits on its size, its time and its memory."""

from pathlib import Path

from orchestration.checking.document import Document, document_of
from orchestration.checking.readers import program
from orchestration.reading.processes import answer_of
from orchestration.reading.zips import LOCKED, OLE, ZIP, refuse_hostile_zip
from orchestration.support.refusal import refuse

KINDS = {
    **{".docx": "docx", ".docm": "docx", ".pdf": "pdf", ".html": "html", ".htm": "html", ".md": "md"},
    **{".markdown": "md", ".txt": "txt", ".text": "txt", ".xlsx": "xlsx", ".xlsm": "xlsx", ".odt": "odt"},
}
EXPECTED = "a draft in .docx, .pdf, .html, .md, .txt, .xlsx or .odt"
# A report with many pictures is 50 MB.
LARGEST = 200_000_000
LARGEST_TEXT = 5_000_000
TIME_LIMIT = 60


def read_document(path: Path) -> Document:
    """The document at a path. Raises Refusal for what is not a document, is too large, locked, hostile or a scan."""
    name = path.name
    if not path.is_file():
        raise refuse(path, "no file", EXPECTED, "Give the path of the draft.")
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise refuse(name, f"a file that ends in {path.suffix!r}", EXPECTED, "Save it in one of these.")
    refuse_other(path, kind)
    answer = answer_of(
        [program.__file__, kind, str(path.resolve())],
        name,
        too_slow=(f"contents not read in {TIME_LIMIT} s", "a report of ordinary size", "Split it, or save it again."),
        too_large=(
            "contents that end the reading program",
            "a document that needs less than 1.5 GB of memory and a minute",
            "Save it again, or split it.",
        ),
        seconds=TIME_LIMIT,
    )
    if not any(block["text"] or block["kind"] == "table" for block in answer["blocks"]):
        raise refuse(name, "no text", EXPECTED, "Check that the file is the draft.")
    return document_of(name, kind, answer["blocks"])


def refuse_other(path: Path, kind: str) -> None:
    """Raises Refusal for a file that is too large, or is not what its name says."""
    name, size = path.name, path.stat().st_size
    most = LARGEST_TEXT if kind in ("html", "md", "txt") else LARGEST
    if size > most:
        raise refuse(name, f"a file of {size:,} bytes", f"at most {most:,}", "Take out pictures, or split it.")
    if not size:
        raise refuse(name, "an empty file", EXPECTED, "Check that the file is the draft.")
    with path.open("rb") as stream:
        start = stream.read(1024)
    if kind in ("docx", "xlsx", "odt"):
        if start.startswith(OLE):
            locked = LOCKED in path.read_bytes()
            found = "a document with a password" if locked else "a document in the format of Word 97"
            raise refuse(name, found, EXPECTED, "Save it without a password, as .docx.")
        if not start.startswith(ZIP):
            raise refuse(name, "a file that is not what its name says", EXPECTED, "Save it again.")
        refuse_hostile_zip(path, name)
    elif kind == "pdf" and b"%PDF" not in start:
        raise refuse(name, "a file that is not a PDF", EXPECTED, "Save it again.")
    elif kind in ("md", "txt", "html") and start[:4] in (ZIP, OLE[:4], b"%PDF"):
        raise refuse(name, "a file that is not text", EXPECTED, "Name it as what it is.")
