"""The words of an edition for tests: a block of text, read with the figures of a warehouse."""

from collections.abc import Callable
from pathlib import Path

import duckdb
from homes import write_file

from orchestration.report.edition import edition_of
from orchestration.report.narrative.blocks import read_narrative

POSSESSION = "drug_possession_offences | Birmingham"
DEATHS = "drug_poisoning_deaths | Birmingham"
COVENTRY = "drug_trafficking_offences | Coventry"
IN_COVENTRY = "drug_poisoning_deaths | Coventry | 2024"

Read = Callable[..., str]


def words_in(connection: duckdb.DuckDBPyConnection, folder: Path, text: str, *, hides: bool = False) -> str:
    write_file(folder / "background.md", text)
    told = read_narrative(connection, edition_of(connection), folder, hides=hides)
    return "\n".join(part.words for part in told.background)


def hide_before(connection: duckdb.DuckDBPyConnection, area_code: str) -> None:
    """Suppresses the deaths of an area in 2023, and takes away the change from them."""
    of = f"where indicator_id = 'drug_poisoning_deaths' and area_code = '{area_code}' and period_id"
    no_change = "change = null, percent_change = null, is_significant_change = null"
    for table in ("fct_indicators", "fct_indicator_history"):
        connection.execute(f"update marts.{table} set value = null, value_status = 'suppressed' {of} = 'CY2023'")
        connection.execute(f"update marts.{table} set previous_value = null, {no_change} {of} = 'CY2024'")
