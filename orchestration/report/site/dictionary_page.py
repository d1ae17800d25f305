"""The data dictionary: tables, columns, macros and sources."""

from typing import Any

from orchestration.report.contents import (
    source_of,
)
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Row, Words


def write_dictionary_page(site: Site) -> None:
    tables: list[Any] = []
    macros: list[Any] = []
    for row in site.rows("select * from marts.catalog order by schema_name, table_name, position"):
        if row["kind"] == "macro":
            macros.append(Row([row["table_name"], row["description"]]))
            continue
        if row["column_name"] is None:
            tables.append((f"{row['schema_name']}.{row['table_name']}", row["description"], []))
            continue
        reference = row["references_table"] and f"{row['references_table']}.{row['references_column']}"
        kind = f"{row['data_type']}, part of the key" if row["is_in_primary_key"] else row["data_type"]
        refers = f"Refers to {reference}." if reference else ""
        tables[-1][2].append(Row([Words(row["column_name"], unit=kind), Words(row["description"], unit=refers)]))
    tables.append(("macros", "Queries with parameters. In Postgres they are functions.", macros))
    site.page(
        "dictionary.html",
        "dictionary.html",
        "Data dictionary",
        headings=[Heading(one) for one in ("Name", "Meaning")],
        tables=tables,
        source_headings=[Heading(one) for one in ("Release", "Source", "Licence")],
        sources=[Row([row["release_id"], source_of(row), row["licence"]]) for row in site.releases],
    )
