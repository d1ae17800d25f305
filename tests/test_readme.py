"""The queries of README, docs and the notebook give what is shown, commands and links exist, decisions are listed."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from homes import Home
from outputs import QUERY, answer, pages, settings_table, written

from orchestration.settings import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
WORKED = (PROJECT / "docs" / "queries.md").read_text(encoding="utf-8")
ANALYSTS = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
# The fifteen questions before them are tested through both ways in, in test_questions.
MORE = ANALYSTS.partition("\n## Ten more queries\n")[2]
PAGES = pages()
DECISIONS = PROJECT / "docs" / "decisions"
SHOWN = r"```sql\n(.*?)\n```\n\n```text\n(.*?)\n```"


def named_commands(text: str) -> set[str]:
    named = re.findall(r"make ([a-z]+)\b`|^make ([a-z]+)$", text, flags=re.MULTILINE)
    return {first or second for first, second in named}


def without_code(text: str) -> str:
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", without_code(page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    text = re.sub(r"`[^`\n]*`", "", without_code(page.read_text(encoding="utf-8")))
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


def test_twelve_queries_begin_in_the_readme_and_twenty_are_worked():
    assert len(re.findall(SHOWN, README, flags=re.DOTALL)) == 1
    assert len(re.findall(SHOWN, README + MORE, flags=re.DOTALL)) == 12
    assert len(re.findall(SHOWN, WORKED, flags=re.DOTALL)) == 20


@pytest.mark.parametrize(("query", "shown"), re.findall(SHOWN, README + MORE + WORKED, flags=re.DOTALL))
def test_a_query_gives_what_is_shown(warehouse: duckdb.DuckDBPyConnection, query: str, shown: str):
    assert answer(warehouse, query) == shown


def test_what_the_pages_show_is_what_the_command_writes(warehouse: duckdb.DuckDBPyConnection):
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        assert written(text, warehouse) == text, f"{page.relative_to(PROJECT)}: run `make outputs`"
        stale = QUERY.sub(r"\1an older answer\4", text)
        assert written(stale, warehouse) == text
    assert settings_table() in (PROJECT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_query_with_an_answer_is_tested():
    tested = {PROJECT / "README.md", PROJECT / "docs" / "queries.md", PROJECT / "docs" / "analysts.md"}
    shown = {page for page in PAGES if re.search(SHOWN, page.read_text(encoding="utf-8"), flags=re.DOTALL)}
    assert shown == tested
    questions = ANALYSTS.partition("\n## Ten more queries\n")[0]
    assert len(re.findall(SHOWN, questions, flags=re.DOTALL)) == 15


def test_every_command_of_the_readme_and_the_docs_is_in_the_makefile():
    targets = set(
        re.findall(r"^([a-z]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert named_commands(README) >= {"warehouse", "test", "dev", "check"}
    for page in PAGES:
        assert named_commands(page.read_text(encoding="utf-8")) <= targets, page


def test_every_link_between_the_pages_leads_to_a_file_and_a_heading():
    broken = []
    for page in PAGES:
        for target in links(page):
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{page.relative_to(PROJECT)}: {target}")
    assert broken == []


def test_every_decision_is_in_the_index_with_its_title_and_status():
    index = re.findall(
        r"^\| \[(\d{4})\]\((\S+)\) \| (.+) \| (.+) \|$",
        (DECISIONS / "README.md").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    files = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert [name for _, name, _, _ in index] == files
    assert [number for number, _, _, _ in index] == [f"{place:04}" for place in range(1, len(files) + 1)]
    for number, name, title, status in index:
        head = f"# {number}. {title}\n\nDate: "
        text = (DECISIONS / name).read_text(encoding="utf-8")
        assert text.startswith(head), name
        written = re.match(r"\d{4}-\d\d-\d\d\n\nStatus: (.+)\n\n\S", text.removeprefix(head))
        assert written, name
        assert written[1] == status, name
        assert re.fullmatch(r"accepted|replaced by \[\d{4}\]\(\S+\)", status), name


def test_the_notebook_runs_as_it_stands(refreshed: Home):
    notebook = json.loads((PROJECT / "docs" / "first_look.ipynb").read_text(encoding="utf-8"))
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
    assert all(not cell.get("outputs") for cell in notebook["cells"])
    run = subprocess.run(
        [sys.executable, "-c", code + "\nprint(len(deaths), len(cells))"],
        cwd=PROJECT / "docs",
        env=os.environ | {"WAREHOUSE_HOME": str(refreshed.path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split()[-2:] == ["7", "1"]
