"""The data package: every table for users as CSV and Parquet, described for Frictionless and as CSV on the Web."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.releases.origin import PUBLISHER_FILE, day_text
from orchestration.report.contents import source_of
from orchestration.report.edition import Edition, edition_of, opened
from orchestration.support.duck import mappings, only_row, quoted
from orchestration.support.files import replaced_folder

# What DuckDB calls a type: Frictionless' name of it, and that of CSV on the Web.
TYPES = {
    "VARCHAR": ("string", "string"),
    "DOUBLE": ("number", "double"),
    "BIGINT": ("integer", "long"),
    "INTEGER": ("integer", "int"),
    "BOOLEAN": ("boolean", "boolean"),
    "DATE": ("date", "date"),
    "TIMESTAMP": ("datetime", "dateTime"),
}
TIMESTAMP = "%Y-%m-%dT%H:%M:%S.%f"

# Keys in the schema reports, where dbt declares none: those of the two seeds, and the grain of the report's tables.
SEED_KEYS = {
    "reports.area_tiles": ("area_code",),
    "reports.editions": ("edition",),
    "reports.report_contents": ("edition", "report"),
    "reports.revised_since": ("edition", "report", "row_order", "figure"),
}
REPORT_KEY = ("edition", "row_order")

# A spreadsheet takes a cell that begins with one of these for a formula, whatever blanks or control characters (which
# some trim) stand before it, and a tab or line break at the beginning moves what follows into a cell of its own.
# The full-width forms count too: some spreadsheets fold them.
FORMULA = r"\p{Cc}|[\s\p{Z}\p{C}]*[=+\-@＝＋－＠]"
# A printed number such as -14.3% is harmless, and stays a number when the file is opened.
PLAIN_NUMBER = r"[+\-]?[0-9][0-9,]*(\.[0-9]+)?%?"

TEXT_RULE = (
    "In the CSV files an empty cell is a missing value. A text that is empty, begins with an apostrophe, or would be "
    "read as a formula by a spreadsheet has one apostrophe added at the beginning. To get the exact text, remove one "
    "apostrophe from the beginning of each text that has one. The Parquet files contain every text unchanged."
)

OPEN_GOVERNMENT_LICENCE = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Column:
    """One column of the published file, as its comment and marts.catalog describe it."""

    name: str
    data_type: str
    is_nullable: bool
    description: str
    is_in_primary_key: bool
    references: tuple[str, str] | None


@dataclass(frozen=True)
class Table:
    """One table for users: `name` has its schema before it, as in marts.dim_areas."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def key(self) -> tuple[str, ...]:
        if self.name.startswith("reports."):
            return SEED_KEYS.get(self.name, REPORT_KEY)
        return tuple(column.name for column in self.columns if column.is_in_primary_key)


def write_package(warehouse: Path, folder: Path, edition: str | Edition | None = None) -> None:
    """Write every table of marts, reports and audit to `folder`, replacing it in one step.

    The tables of the report show the day of their edition, the history tables every day, and all others what is known
    now.

    `csv/` and `parquet/` have one file per table; `datapackage.json` describes both (Frictionless), and
    `csv/csv-metadata.json` the CSV files (CSV on the Web): types, keys, meanings, licences and sources.
    The same warehouse gives the same bytes. Raises Refusal if there is no warehouse or no such edition.
    """
    with opened(warehouse) as connection, replaced_folder(folder) as place:
        shown = edition_of(connection, edition)
        tables = _tables(connection)
        for kind in ("csv", "parquet"):
            (place / kind).mkdir()
        for table in tables:
            _copy(connection, table, place)
        _write_json(place / "datapackage.json", _data_package(connection, shown, tables, place))
        _write_json(place / "csv" / "csv-metadata.json", _csv_on_the_web(shown, tables))
        sources = [source_of(release) for release in _releases(connection)]
        (place / "README.md").write_text(_read_me(shown, tables, sources), encoding="utf-8", newline="\n")


def _tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    rows = connection.execute(
        """
        select
            columns.schema_name || '.' || columns.table_name, tables.comment,
            columns.column_name, columns.data_type, columns.is_nullable, columns.comment,
            coalesce(catalog.is_in_primary_key, false), catalog.references_table, catalog.references_column
        from duckdb_columns() as columns
        inner join duckdb_tables() as tables using (database_name, schema_name, table_name)
        left join marts.catalog as catalog
            on columns.schema_name = catalog.schema_name
            and columns.table_name = catalog.table_name
            and columns.column_name = catalog.column_name
        where columns.schema_name in ('marts', 'reports', 'audit')
        order by columns.schema_name, columns.table_name, columns.column_index
        """
    ).fetchall()
    tables: dict[str, tuple[str, list[Column]]] = {}
    for name, meaning, column, data_type, is_nullable, description, in_key, dimension, key in rows:
        references = (dimension, key) if dimension else None
        tables.setdefault(name, (meaning, []))[1].append(
            Column(column, data_type, is_nullable, description, in_key, references)
        )
    return [Table(name, meaning, tuple(columns)) for name, (meaning, columns) in tables.items()]


def _copy(connection: duckdb.DuckDBPyConnection, table: Table, place: Path) -> None:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    safe = ", ".join(f'{_safe(column)} as "{column.name}"' for column in table.columns)
    order = ", ".join(f'"{name}"' for name in table.key) or "all"
    csv, parquet = (quoted(place / kind / f"{table.name}.{kind}") for kind in ("csv", "parquet"))
    connection.execute(
        f"copy (select {columns} from {table.name} order by {order}) to '{parquet}' (format parquet, compression zstd)"
    )
    # Sorting takes as long as writing: the CSV has the order of the other file.
    connection.execute(
        f"copy (select {safe} from read_parquet('{parquet}')) "
        f"to '{csv}' (format csv, header, delimiter ',', quote '\"', nullstr '')"
    )


def _safe(column: Column) -> str:
    name = f'"{column.name}"'
    if column.data_type == "TIMESTAMP":
        return f"strftime({name}, '{TIMESTAMP}')"
    if column.data_type != "VARCHAR":
        return name
    return (
        f"case when {name} = '' or regexp_matches({name}, '^(''|{FORMULA})') "
        f"and not regexp_full_match({name}, '{PLAIN_NUMBER}') then '''' || {name} else {name} end"
    )


def _data_package(
    connection: duckdb.DuckDBPyConnection, edition: Edition, tables: list[Table], place: Path
) -> dict[str, Any]:
    refresh_id, finished_at, version, changes = only_row(
        connection.execute(
            "select refresh_id, finished_at, version, changes from audit.refreshes order by finished_at desc limit 1"
        )
    )
    releases = _releases(connection)
    licences = {
        (
            release["licence"],
            None if release["licence"].startswith(OPEN_GOVERNMENT_LICENCE) else release["landing_page"],
        ): None
        for release in releases
    }
    return {
        "profile": "data-package",
        "name": f"{edition.file_name}_data",
        "id": refresh_id,
        "version": version,
        "changes": json.loads(changes),
        "title": f"{edition.partnership}: {edition.title}, data",
        "description": f"{_notice(edition)}The warehouse behind the report, with one resource per table. {TEXT_RULE}",
        "created": f"{finished_at:%Y-%m-%dT%H:%M:%SZ}",
        "contributors": [{"title": edition.partnership, "path": edition.website, "role": "publisher"}],
        "licenses": [_licence(text, page) for text, page in licences],
        "sources": [
            {"title": f"{source_of(release)} ({release['release_id']})"}
            # A publisher's page is the source of its own file only.
            | ({"path": release["landing_page"]} if release["origin"] == PUBLISHER_FILE else {})
            for release in releases
        ],
        "resources": [
            *(_resource(table, place / "csv" / f"{table.name}.csv") for table in tables),
            *(_parquet_resource(table, place / "parquet" / f"{table.name}.parquet") for table in tables),
        ],
    }


def _notice(edition: Edition) -> str:
    return f"{edition.notice} " if edition.notice else ""


def _releases(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    cursor = connection.execute("select * from marts.dim_releases order by release_id")
    return mappings(cursor)


def _licence(text: str, page: str | None) -> dict[str, str]:
    if page is None:
        return {
            "name": "OGL-UK-3.0",
            "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
            "title": text,
        }
    return {"path": page, "title": text}


def _file(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"path": f"{path.parent.name}/{path.name}", "bytes": path.stat().st_size, "hash": f"sha256:{digest}"}


def _resource(table: Table, path: Path) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    foreign_keys = [
        {
            "fields": [column.name],
            "reference": {"resource": column.references[0], "fields": [column.references[1]]},
        }
        for column in table.columns
        if column.references
    ]
    if foreign_keys:
        schema["foreignKeys"] = foreign_keys
    return {
        "profile": "tabular-data-resource",
        "name": table.name,
        "description": table.description,
        **_file(path),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ",", "quoteChar": '"', "doubleQuote": True, "lineTerminator": "\n", "header": True},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    kind, _ = TYPES[column.data_type]
    field: dict[str, Any] = {"name": column.name, "type": kind, "description": column.description}
    if kind == "datetime":
        field["format"] = TIMESTAMP
    if not column.is_nullable:
        field["constraints"] = {"required": True}
    return field


def _parquet_resource(table: Table, path: Path) -> dict[str, Any]:
    return {
        "profile": "data-resource",
        "name": f"{table.name}.parquet",
        "type": "file",
        "description": f"{table.description} The same rows as {table.name}, as Parquet.",
        **_file(path),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


def _csv_on_the_web(edition: Edition, tables: list[Table]) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": f"{edition.partnership}: {edition.title}, data",
        "dc:description": f"{_notice(edition)}{TEXT_RULE}",
        "dc:publisher": edition.partnership,
        "tables": [
            {
                "url": f"{table.name}.csv",
                "dc:title": table.name,
                "dc:description": table.description,
                "tableSchema": {
                    "columns": [
                        {
                            "name": column.name,
                            "titles": column.name,
                            "dc:description": column.description,
                            "datatype": TYPES[column.data_type][1],
                            "required": not column.is_nullable,
                        }
                        for column in table.columns
                    ],
                    **({"primaryKey": list(table.key)} if table.key else {}),
                    "foreignKeys": [
                        {
                            "columnReference": column.name,
                            "reference": {
                                "resource": f"{column.references[0]}.csv",
                                "columnReference": column.references[1],
                            },
                        }
                        for column in table.columns
                        if column.references
                    ],
                },
            }
            for table in tables
        ],
    }


def _read_me(edition: Edition, tables: list[Table], sources: list[str]) -> str:
    lines = [f"| {table.name} | {table.description} |" for table in tables]
    return "\n".join(
        [
            f"# {edition.partnership}: {edition.title}, data",
            "",
            *([f"**{edition.notice}**", ""] if edition.notice else []),
            "Each table is a CSV file (UTF-8) and a Parquet file. `datapackage.json` gives the meaning and type of "
            "each column, the keys, the licences and the sources; `csv/csv-metadata.json` describes the CSV files as "
            "CSV on the Web.",
            "",
            TEXT_RULE,
            "",
            "If a value is missing, the column `value_status` gives the reason: suppressed, not_available or "
            "not_applicable. A missing value is never shown as zero.",
            "",
            f"The tables and figures of the report (`reports.table_01` to `reports.figure_04`) show what was known on "
            f"{day_text(edition.as_of)}; `reports.revised_since` says which of their figures have been revised since. "
            "The history tables show what was known on each day. All other tables show what is known now."
            if edition.as_of
            else "All tables except the history tables show what is known now.",
            "",
            "| Table | Contents |",
            "| --- | --- |",
            *lines,
            "",
            "## Sources",
            "",
            *(f"- {source}." for source in dict.fromkeys(sources)),
            "",
        ]
    )


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
