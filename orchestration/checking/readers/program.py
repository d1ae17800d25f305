"""Prints the blocks of one document as JSON. A program of its own, because a hostile document can end the process.

It is started by `read.py` with the kind of the document and its path, and takes no more memory than it is allowed.
"""

import contextlib
import json
import sys
from pathlib import Path

MEMORY_LIMIT = 1_500_000_000
SECONDS = 60


def limit() -> None:
    """Caps this process's memory and processor time where the system can; the parent caps its whole time."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def blocks_of(kind: str, path: Path) -> list[dict]:
    """The blocks of a document of a kind. Only the reader of this kind is imported."""
    if kind == "docx":
        from orchestration.checking.readers.word import read_docx as read
    elif kind == "xlsx":
        from orchestration.checking.readers.workbook import read_xlsx as read
    elif kind == "odt":
        from orchestration.checking.readers.opendocument import read_odt as read
    elif kind == "pdf":
        from orchestration.checking.readers.portable import read_pdf as read
    elif kind == "html":
        from orchestration.checking.readers.markup import read_html as read
    elif kind == "md":
        from orchestration.checking.readers.plain import read_markdown as read
    else:
        from orchestration.checking.readers.plain import read_text as read
    return read(path)


def main() -> None:
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from orchestration.checking.readers.blocks import Unreadable

    limit()
    answer: dict
    try:
        answer = {"blocks": blocks_of(sys.argv[1], Path(sys.argv[2]))}
    except Unreadable as unreadable:
        answer = {"unreadable": unreadable.args}
    except (MemoryError, RecursionError):
        answer = {"unreadable": ("contents that need more memory than 1.5 GB", "a report of ordinary size")}
    except Exception as error:  # the libraries have a dozen of their own, none of which says more than its text
        answer = {"unreadable": (f"a document that cannot be read ({error})", "a whole document")}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
