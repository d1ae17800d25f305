"""Drafts in other words, layouts and fields: no finding in what is right, a finding for what is wrong."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from draft_files import as_aligned, as_html, as_markdown, as_text, write_docx, write_pdf
from drafts import DRAFTS, PLANTED, Blocks, Fault, planted

from orchestration.checking.check import check, check_document
from orchestration.checking.document import document_of
from orchestration.checking.findings import Finding
from orchestration.checking.readers.plain import blocks_of_lines

CHROMIUM = shutil.which("chromium")

# What follows from nothing that stands near enough to be sure: listed as not checked, or not at all.
OUT_OF_REACH = {
    ("police", "doubled from 111"),
    ("council", "62.5% of the grant"),
    ("partnership", "rose by 4.4% to 4,679"),
    ("partnership", "most steeply among people treated for non-opiates (15.0%)"),
}


def found_in(blocks: Blocks) -> list[Finding]:
    return check_document(document_of("draft.txt", "txt", blocks_of_lines(as_text(blocks), is_markdown=False))).findings


def written(blocks: Blocks, kind: str, path: Path) -> Path:
    """The draft as a file of a kind."""
    as_file: dict[str, Callable[[Blocks], str]] = {
        "aligned.txt": as_aligned,
        "txt": as_text,
        "md": as_markdown,
        "html": as_html,
    }
    file = path / f"draft.{kind}"
    if kind == "docx":
        return write_docx(blocks, file)
    if kind == "pdf":
        if not CHROMIUM:
            pytest.skip("there is no chromium on this machine: install Debian's package of that name")
        return write_pdf(blocks, file, CHROMIUM)
    file.write_text(as_file[kind](blocks), encoding="utf-8")
    return file


@pytest.mark.parametrize("name", DRAFTS)
def test_a_draft_that_agrees_with_itself_has_no_finding(name: str):
    assert [(one.rule_id, one.published, one.explanation) for one in found_in(DRAFTS[name])] == []


CASES = [(name, fault) for name, faults in PLANTED.items() for fault in faults]


@pytest.mark.parametrize(("name", "fault"), CASES, ids=[f"{name}: {fault.new}" for name, fault in CASES])
def test_a_planted_fault_is_found_and_nothing_else(name: str, fault: Fault):
    findings = found_in(planted(DRAFTS[name], fault))
    told = [
        one for one in findings if fault.sign.lower() in f"{one.published} {one.expected} {one.explanation}".lower()
    ]
    if (name, fault.old) in OUT_OF_REACH:
        assert findings == told
        return
    assert told
    assert [(one.rule_id, one.published, one.explanation) for one in findings if one not in told] == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("health_board", "docx"),
        ("police", "html"),
        ("council", "pdf"),
        ("partnership", "md"),
        ("charity", "docx"),
        ("sheeted", "pdf"),
        ("police", "aligned.txt"),
    ],
)
def test_each_kind_of_file_gives_the_same_findings(name: str, kind: str, tmp_path: Path):
    assert check(written(DRAFTS[name], kind, tmp_path)).findings == []
    fault = PLANTED[name][0]
    expected = [(one.rule_id, one.published, one.expected) for one in found_in(planted(DRAFTS[name], fault))]
    again = check(written(planted(DRAFTS[name], fault), kind, tmp_path)).findings
    assert expected
    assert [(one.rule_id, one.published, one.expected) for one in again] == expected


@pytest.mark.parametrize("draft", sorted((Path(__file__).parent / "clean").iterdir()), ids=lambda path: path.name)
def test_a_draft_with_other_fields_and_habits_has_no_finding(draft: Path):
    assert [(one.rule_id, one.published, one.explanation) for one in check(draft).findings] == []
