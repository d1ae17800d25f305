"""Checked documents that are kept: their figures and findings in the published file, as an edition's."""

import json
from pathlib import Path
from typing import Any

import duckdb

from orchestration.settings import Settings
from orchestration.support.refusal import Refusal

TABLES = {"published_figures": "figure_id", "discrepancies": "discrepancy_id"}


def folder(settings: Settings) -> Path:
    return settings.home / "kept"


def keep(settings: Settings, edition: str, rows: dict[str, list[dict[str, Any]]]) -> Path:
    """Write the rows of an edition (`published_figures` and `discrepancies`) to the home. Returns the file."""
    folder(settings).mkdir(parents=True, exist_ok=True)
    file = folder(settings) / f"{edition}.json"
    aside = file.with_suffix(".part")
    aside.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    aside.replace(file)
    return file


def refuse_typed(settings: Settings, edition: str) -> None:
    """Raises Refusal for an edition whose figures are typed: they stay as they are."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        typed = connection.execute("select distinct edition from staging.published_figures").fetchall()
    if (edition,) in typed:
        raise Refusal(
            f"--keep {edition}: found an edition whose figures are typed; expected another, because typed figures "
            f"stay "
            "as they are. Give the edition another name."
        )


def record_kept(settings: Settings, build: Path) -> None:
    """Put the kept editions into the tables of a build; nothing of them stays in a build of the public edition."""
    files = sorted(folder(settings).glob("*.json"))
    if not files and not has_kept(build):
        return
    with duckdb.connect(str(build)) as connection:
        for table in TABLES:
            connection.execute(f"delete from audit.{table} where {KEPT}")
            for file in files:
                for row in json.loads(file.read_text(encoding="utf-8"))[table]:
                    names = ", ".join(row)
                    marks = ", ".join("?" for _ in row)
                    connection.execute(f"insert into audit.{table} ({names}) values ({marks})", list(row.values()))
        connection.execute("checkpoint")


# Rows of typed figures come from a seed; an edition that the seed has not is a kept one, or none ("all").
KEPT = "edition not in (select edition from staging.published_figures) and edition <> 'all'"


def has_kept(build: Path) -> bool:
    with duckdb.connect(str(build), read_only=True) as connection:
        try:
            return bool(
                connection.execute(f"select count(*) from audit.published_figures where {KEPT}").fetchall()[0][0]
            )
        except duckdb.CatalogException:
            return False
