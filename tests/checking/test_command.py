"""`warehouse check`: what a person and a machine see of it, and how it ends."""

import json
from pathlib import Path

import pytest
from homes import Home, write_file

CLEAN = """Redvale Recovery Partnership: quarterly note

Referrals

In 2024/25 the service received 480 referrals, up from 400 in 2023/24, a rise of 20.0%. Of these 480, 360 (75.0%) began
treatment. Visits remained stable at 90.
"""
FAULTY = CLEAN.replace("20.0%", "25.0%")


@pytest.fixture
def empty_home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


def test_a_draft_without_a_contradiction_ends_with_0_and_says_what_was_not_checked(empty_home: Home, tmp_path: Path):
    seen = empty_home.run("check", str(write_file(tmp_path / "note.txt", CLEAN)))
    assert seen.exit_code == 0, seen.output
    assert "note.txt: 0 contradictions and 0 pieces of advice in 7 figures; 1 not checked." in seen.output
    assert "90. Nothing else in the document says what it should be." in seen.output


def test_a_draft_with_a_contradiction_ends_with_5_and_says_what_is_printed_what_follows_and_why(
    empty_home: Home, tmp_path: Path
):
    seen = empty_home.run("check", str(write_file(tmp_path / "note.txt", FAULTY)))
    assert seen.exit_code == 5, seen.output
    assert "error   Text under 'Referrals' (line 5): printed 25.0%, expected 20.0%" in seen.output
    assert "From 400 to 480 is 20.0%, not 25.0%. One digit differs: 20.0% may have been meant." in seen.output


def test_a_machine_reads_figures_findings_and_what_was_not_checked(empty_home: Home, tmp_path: Path):
    seen = empty_home.run("check", "--json", str(write_file(tmp_path / "note.txt", FAULTY)))
    assert seen.exit_code == 5
    document = json.loads(seen.output)
    assert list(document) == ["document", "checked_as_of", "figures", "findings", "not_checked"]
    assert document["document"] == "note.txt"
    change = next(figure for figure in document["figures"] if figure["text"] == "25.0%")
    assert change["kind"] == "percent_change"
    assert (change["value"], change["area"], change["period_id"]) == (25.0, "Redvale", "FY2024-25")
    assert change["place"] == {"page": None, "line": 5, "paragraph": 3, "table": None, "row": None, "column": None}
    (finding,) = document["findings"]
    assert (finding["rule_id"], finding["severity"]) == ("change_follows_from_values", "error")
    assert (finding["published"], finding["expected"]) == ("25.0%", "20.0%")
    assert [document["figures"][at]["text"] for at in finding["figures"]] == ["25.0%", "400", "480"]
    assert [one["text"] for one in document["not_checked"]] == ["90"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("draft.doc", b"\xd0\xcf\x11\xe0", "draft.doc: found a file that ends in '.doc'; expected a draft in .docx"),
        ("draft.txt", b"", "draft.txt: found an empty file"),
        ("draft.docx", b"not a zip", "draft.docx: found a file that is not what its name says"),
        ("draft.pdf", b"not a PDF", "draft.pdf: found a file that is not a PDF"),
        ("draft.txt", b"\x00\x01" * 40, "draft.txt: found bytes that are not text"),
    ],
)
def test_what_is_no_draft_is_refused_with_1(empty_home: Home, tmp_path: Path, name: str, content: bytes, said: str):
    seen = empty_home.run("check", str(write_file(tmp_path / name, content)))
    assert seen.exit_code == 1
    assert said in seen.output
    machine = empty_home.run("check", "--json", str(tmp_path / name))
    assert json.loads(machine.output)["outcome"] == "refused"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--as-of", "2999-01-01"), "--as-of: found 2999-01-01, which is in the future"),
        (("--as-of", "2025-01-01", "--edition", "2025"), "--as-of and --edition: found both; expected one"),
        (("--keep", "../2026"), "--keep: found '../2026'; expected letters, digits, spaces, dots and hyphens"),
        (("--html", "no/such/folder.html"), "no/such/folder.html: found no such file or folder"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_with_1(
    empty_home: Home, tmp_path: Path, options: tuple[str, ...], said: str
):
    seen = empty_home.run("check", str(write_file(tmp_path / "note.txt", CLEAN)), *options)
    assert seen.exit_code == 1
    assert said in seen.output
    assert not (tmp_path / "2026.json").exists()


def test_a_draft_without_a_figure_is_said_to_have_none(empty_home: Home, tmp_path: Path):
    seen = empty_home.run("check", str(write_file(tmp_path / "note.txt", "The board met and thanked everyone.\n")))
    assert seen.exit_code == 0, seen.output
    assert "No figure was found in its text or its tables." in seen.output
