"""The README's queries give what it shows, and its commands exist."""

import re

import duckdb
import pytest

from orchestration.settings import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"```sql\n(.*?)\n```\n\n```text\n(.*?)\n```", README, flags=re.DOTALL)


def test_there_are_ten_queries():
    assert len(QUERIES) == 10


@pytest.mark.parametrize(("query", "shown"), QUERIES)
def test_a_query_gives_what_the_readme_shows(warehouse: duckdb.DuckDBPyConnection, query: str, shown: str):
    assert warehouse.sql(query).df().to_string(index=False, na_rep="") == shown


def test_every_command_of_the_readme_is_in_the_makefile():
    targets = set(
        re.findall(r"^([a-z]+):.*## ", (PROJECT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    named = set(re.findall(r"make ([a-z]+)\b`|^make ([a-z]+)$", README, flags=re.MULTILINE))
    assert {first or second for first, second in named} >= {"warehouse", "test", "dev", "check"}
    assert {first or second for first, second in named} <= targets
