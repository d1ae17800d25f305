"""What the documents show as made by the project: `make outputs` updates it, and a test holds them to it.

The answer below each query of README.md and docs/, and the table of settings.
"""

import re
from pathlib import Path

import duckdb

from orchestration.settings import PROJECT, DagsterVariables, Settings, Variables
from orchestration.support.environment import described

QUERY = re.compile(r"(```sql\n(.*?)\n```\n\n```text\n)(.*?)(\n```)", flags=re.DOTALL)
TABLE = re.compile(r"(<!-- settings -->\n).*?(\n<!-- end -->)", flags=re.DOTALL)


def pages() -> list[Path]:
    """The pages for people, in the order of their paths."""
    found = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), PROJECT / "raw" / "README.md"]
    return sorted(found, key=lambda page: page.relative_to(PROJECT).as_posix())


def answer(warehouse: duckdb.DuckDBPyConnection, query: str) -> str:
    """What a query gives, as the pages show it."""
    return warehouse.sql(query).df().to_string(index=False, na_rep="")


def settings_table() -> str:
    """The variables with their meaning and what holds unless they are set."""
    rows = [*described(Variables), *described(DagsterVariables)]
    return "\n".join(
        ["| variable | meaning | unless set |", "| --- | --- | --- |", *("| " + " | ".join(row) + " |" for row in rows)]
    )


def written(text: str, warehouse: duckdb.DuckDBPyConnection) -> str:
    """A page with the answers of its queries and the table of settings as they are now."""
    text = QUERY.sub(lambda shown: shown[1] + answer(warehouse, shown[2]) + shown[4], text)
    return TABLE.sub(lambda shown: shown[1] + settings_table() + shown[2], text)


def main() -> None:
    """Update every page from the served warehouse, and name those that changed."""
    with duckdb.connect(str(Settings.from_environment().warehouse), read_only=True) as warehouse:
        for page in pages():
            before = page.read_text(encoding="utf-8")
            after = written(before, warehouse)
            if after != before:
                page.write_text(after, encoding="utf-8")
                print(f"Updated {page.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
