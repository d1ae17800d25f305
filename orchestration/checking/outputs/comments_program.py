"""Writes comments into a Word file: `comments_program.py SOURCE TARGET COMMENTS`, COMMENTS being a file of JSON.

A program of its own, because a hostile file can end the process. It prints how many comments it wrote, as JSON.
"""

import contextlib
import json
import sys
from pathlib import Path

MEMORY_LIMIT = 1_500_000_000
SECONDS = 60
AUTHOR, INITIALS = "warehouse check", "WC"


def limit() -> None:
    """Caps this process's memory and processor time where the system can."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def write(source: str, target: str, wanted: list[dict]) -> int:
    import docx
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    document = docx.Document(source)
    paragraphs = list(document.element.body.iter(qn("w:p")))
    written = 0
    for one in wanted:
        if not 1 <= one["paragraph"] <= len(paragraphs):
            continue
        paragraph = Paragraph(paragraphs[one["paragraph"] - 1], document)
        runs = runs_with(paragraph.runs, one["text"], one["nth"])
        if not runs:
            continue
        document.add_comment(runs=runs, text=one["comment"], author=AUTHOR, initials=INITIALS)
        written += 1
    document.save(target)
    return written


def runs_with(runs: list, text: str, nth: int) -> list:
    """The runs in which the `nth` text of its like stands; all runs where it is not found as it was read."""
    if not text:
        return [runs[0], runs[-1]] if runs else []
    whole, bounds = "", []
    for run in runs:
        bounds.append((len(whole), len(whole) + len(run.text)))
        whole += run.text
    at = -1
    for _ in range(nth + 1):
        at = whole.find(text, at + 1)
        if at < 0:
            return [runs[0], runs[-1]] if runs else []
    inside = [run for run, (start, end) in zip(runs, bounds, strict=True) if start < at + len(text) and end > at]
    return [inside[0], inside[-1]] if inside else []


def main() -> None:
    limit()
    source, target, comments = sys.argv[1:4]
    answer: dict
    try:
        answer = {"written": write(source, target, json.loads(Path(comments).read_text(encoding="utf-8")))}
    except Exception as error:  # the library has a dozen of its own
        answer = {"unreadable": (f"a Word file that comments cannot be written into ({error})", "a file saved by Word")}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
