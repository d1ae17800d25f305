"""The queries of README, docs/queries.md and the notebook give what is shown, and the README's commands exist."""

import json
import os
import re
import subprocess
import sys

import duckdb
import pytest
from conftest import Home

from orchestration.settings import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
WORKED = (PROJECT / "docs" / "queries.md").read_text(encoding="utf-8")
SHOWN = r"```sql\n(.*?)\n```\n\n```text\n(.*?)\n```"


def test_there_are_ten_queries_in_the_readme_and_twenty_worked_ones():
    assert len(re.findall(SHOWN, README, flags=re.DOTALL)) == 10
    assert len(re.findall(SHOWN, WORKED, flags=re.DOTALL)) == 20


@pytest.mark.parametrize(("query", "shown"), re.findall(SHOWN, README + WORKED, flags=re.DOTALL))
def test_a_query_gives_what_is_shown(warehouse: duckdb.DuckDBPyConnection, query: str, shown: str):
    assert warehouse.sql(query).df().to_string(index=False, na_rep="") == shown


def test_every_command_of_the_readme_is_in_the_makefile():
    targets = set(
        re.findall(r"^([a-z]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    named = set(re.findall(r"make ([a-z]+)\b`|^make ([a-z]+)$", README, flags=re.MULTILINE))
    assert {first or second for first, second in named} >= {"warehouse", "test", "dev", "check"}
    assert {first or second for first, second in named} <= targets


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
