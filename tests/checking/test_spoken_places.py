"""Where a finding stands, in words that an officer finds in the draft."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from docx import Document as new_document

from orchestration.checking.check import check
from orchestration.checking.outputs.spoken import spoken_place
from orchestration.cli import main


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A Word document with figures in its text, in a table with a caption and in one without."""
    document = new_document()
    document.add_heading("Deaths", 1)
    document.add_paragraph("Services met in spring. In Coventry 731 people were seen by the outreach team in 2024/25.")
    document.add_paragraph("Figure 3: People seen, 2024/25", style="Caption")
    for label in ("Birmingham", "Walsall"):
        table = document.add_table(rows=2, cols=2)
        for row, texts in enumerate((("Area", "2024/25"), (label, "613" if label == "Walsall" else "587"))):
            for column, text in enumerate(texts):
                table.cell(row, column).text = text
        document.add_heading("Others", 2)
    path = tmp_path / "draft.docx"
    document.save(path)
    return path


def test_of_a_word_document_the_heading_the_caption_and_the_words_say_where(draft: Path):
    checked = check(draft)
    places = {one.text: spoken_place(one.mark, checked.document) for one in checked.not_checked}
    assert places["731"] == (
        "under “Deaths”, in “Services met in spring. In Coventry 731 people were seen by the outreach team …”"
    )
    assert places["587"] == "Figure 3, row 2, column 2"
    assert places["613"] == "under “Others”, table 2, row 2, column 2"


def test_what_contradicts_is_quoted_under_its_heading_once(draft: Path, monkeypatch):
    document = new_document(str(draft))
    document.paragraphs[1].text = "In Birmingham 578 people were seen by the outreach team in 2024/25."
    document.save(str(draft))
    monkeypatch.setenv("WAREHOUSE_HOME", str(draft.parent))
    told = CliRunner().invoke(main, ["check", str(draft)])
    assert told.exit_code == 5
    assert "Text under 'Deaths': printed 578, expected 587\n        “In Birmingham 578 people" in told.output


def test_no_paragraph_is_told_by_its_number_on_the_command_line_and_json_keeps_it(draft: Path, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_HOME", str(draft.parent))
    told = CliRunner().invoke(main, ["check", str(draft)])
    assert "not checked, under “Deaths”, in “Services met" in told.output
    assert not re.search(r"paragraph \d", told.output)
    printed = json.loads(CliRunner().invoke(main, ["check", str(draft), "--json"]).output)
    (place,) = [one["place"] for one in printed["not_checked"] if one["text"] == "731"]
    assert place["paragraph"] == 2


def test_lines_of_a_text_are_told_by_their_numbers(tmp_path: Path):
    path = tmp_path / "draft.md"
    path.write_text("# Deaths\n\nIn Birmingham 731 people were seen by the outreach team in 2024/25.\n", "utf-8")
    checked = check(path)
    assert [spoken_place(one.mark, checked.document) for one in checked.not_checked] == ["line 3"]
