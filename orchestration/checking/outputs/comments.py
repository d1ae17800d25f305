"""The same Word file with a comment at each finding. The file is opened and written in a process of its own."""

import json
import os
import tempfile
from pathlib import Path

from orchestration.checking.check import Checked, explanation_of
from orchestration.checking.findings import Finding
from orchestration.checking.outputs import comments_program
from orchestration.reading.processes import answer_of
from orchestration.support.refusal import refuse

SECONDS = 60


def write_comments(checked: Checked, source: Path, target: Path) -> None:
    """Write the Word file at `source` with comments to `target`. Raises Refusal if `source` is not a Word file."""
    if checked.document.kind != "docx":
        expected = "a .docx, whose comments are written"
        raise refuse(
            source.name, f"a file that ends in {source.suffix!r}", expected, "Leave out --docx, or use --html."
        )
    wanted = [comment_of(checked, finding) for finding in checked.findings]
    handle, name = tempfile.mkstemp(suffix=".json")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump([one for one in wanted if one], stream)
        aside = target.with_name(f".{target.name}.part")
        answer_of(
            [comments_program.__file__, str(source.resolve()), str(aside.resolve()), name],
            source.name,
            too_slow=("a file whose comments took too long to write", "a report of ordinary size", "Use --html."),
            too_large=("a file that ends the program that writes comments", "a file saved by Word", "Use --html."),
            seconds=SECONDS,
        )
        os.replace(aside, target)
    finally:
        Path(name).unlink(missing_ok=True)


def comment_of(checked: Checked, finding: Finding) -> dict | None:
    """Where a comment goes and what it says: the paragraph's number, the text and which of its like it is."""
    block = checked.document.blocks[finding.mark.block]
    paragraph = finding.mark.place.paragraph or block.place.paragraph
    if paragraph is None:
        return None
    text, nth = "", 0
    if finding.mark.start >= 0:
        text = block.text[finding.mark.start : finding.mark.end]
        nth = block.text[: finding.mark.start].count(text)
    kind = {"error": "Contradiction", "minor": "Last digit", "advice": "Advice"}[finding.severity]
    expected = f", expected {finding.expected}" if finding.expected else ""
    said = f"{kind}: printed {finding.published}{expected}. {explanation_of(finding)}"
    return {"paragraph": paragraph, "text": text, "nth": nth, "comment": said}
