"""The page with marks, and the Word file with comments."""

import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from draft_files import write_docx
from drafts import DRAFTS, PLANTED, planted
from homes import Home

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Word draft with a fault in a sentence and one in a table."""
    blocks = DRAFTS["health_board"]
    for fault in (PLANTED["health_board"][0], PLANTED["health_board"][4]):
        blocks = planted(blocks, fault)
    return write_docx(blocks, tmp_path_factory.mktemp("word") / "draft.docx")


@pytest.fixture(scope="module")
def written(faulty: Path) -> tuple[Path, Path]:
    """The page and the Word file with comments of it."""
    page, word = faulty.with_name("marked.html"), faulty.with_name("commented.docx")
    home = Home(faulty.with_name("home"))
    home.path.mkdir()
    seen = home.run("check", str(faulty), "--html", str(page), "--docx", str(word))
    assert seen.exit_code == 5, seen.output
    return page, word


def test_the_word_file_has_a_comment_at_each_finding_and_is_otherwise_the_same(
    faulty: Path, written: tuple[Path, Path]
):
    before, after = docx.Document(str(faulty)), docx.Document(str(written[1]))
    assert [one.text for one in after.paragraphs] == [one.text for one in before.paragraphs]
    comments = [one.text for one in after.comments]
    assert comments == [
        "Contradiction: printed 201, expected 210. From 2,940 to 3,150 is 210, not 201. Two digits are "
        "exchanged: 210 may have been meant.",
        "Contradiction: printed -6.5, expected -5.6. From 540 to 510 is -5.6, not -6.5. Two digits are "
        "exchanged: -5.6 may have been meant.",
    ]
    with zipfile.ZipFile(faulty) as old, zipfile.ZipFile(written[1]) as new:
        same = {"word/styles.xml", "word/numbering.xml", "word/settings.xml", "word/theme/theme1.xml"}
        assert set(old.namelist()) <= set(new.namelist())
        assert all(old.read(name) == new.read(name) for name in same)
        text = new.read("word/document.xml").decode()
        # A comment stands around the run that it is of.
        assert text.count("<w:commentRangeStart") == text.count("<w:commentRangeEnd") == 2


def test_only_a_word_file_is_given_comments_and_never_the_draft_itself(faulty: Path, tmp_path: Path):
    home = Home(tmp_path)
    before = faulty.read_bytes()
    for option in ("--docx", "--html"):
        seen = home.run("check", str(faulty), option, str(faulty))
        assert seen.exit_code == 1
        assert "found the draft itself; expected another file to write. Choose another name." in seen.output
    assert faulty.read_bytes() == before
    text = tmp_path / "draft.md"
    text.write_text("Visits fell from 20 to 18 (-10%).", encoding="utf-8")
    seen = home.run("check", str(text), "--docx", str(tmp_path / "out.docx"))
    assert seen.exit_code == 1
    assert "draft.md: found a file that ends in '.md'; expected a .docx, whose comments are written." in seen.output


def test_the_page_is_whole_in_itself_and_leads_from_each_finding_to_its_mark(written: tuple[Path, Path]):
    text = written[0].read_text(encoding="utf-8")
    assert "http" not in text
    assert "<script" not in text
    for number in (1, 2):
        assert f'id="finding-{number}"' in text
        assert f'href="#mark-{number}"' in text
        assert f'id="mark-{number}"' in text
    assert '<mark class="error">201</mark>' in text
    assert '<mark class="error">-6.5</mark>' in text


def test_what_a_draft_holds_cannot_become_markup_of_the_page(tmp_path: Path):
    draft = tmp_path / "draft.txt"
    draft.write_text("<script>alert(1)</script> rose by 30% from 20 to 25 <b>visits</b>.", encoding="utf-8")
    seen = Home(tmp_path).run("check", str(draft), "--html", str(tmp_path / "out.html"))
    assert seen.exit_code == 5, seen.output
    text = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.skipif(not CHROMIUM, reason="there is no chromium on this machine: install Debian's package of that name")
def test_the_page_meets_the_accessibility_guidelines(written: tuple[Path, Path]):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(written[0].as_uri())
        found = Axe().run(page).response["violations"]
        page.set_viewport_size({"width": 360, "height": 740})
        # Neither a wide table nor a long name of a file makes the page scroll sideways on a phone.
        page.locator("h1").evaluate(
            "heading => { heading.textContent = 'combating_drugs_partnership_annual_review.docx'; }"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == 360
        browser.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
