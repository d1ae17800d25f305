"""The edition of the report to write, and the published file that it is made from."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from orchestration.datasets.declaration import publisher_name
from orchestration.support.refusal import Refusal, refuse

# The site on which the records of all forces are released.
OPEN_POLICE_DATA = "data.police.uk"


# A day after every release.
AFTER_ALL = date(9999, 12, 30)


def publisher_of(release: Mapping[str, Any]) -> str:
    """The full name of the publisher of a row of marts.dim_releases."""
    if OPEN_POLICE_DATA in release["landing_page"]:
        return OPEN_POLICE_DATA
    return publisher_name(release["publisher"])


@dataclass(frozen=True)
class Edition:
    """A row of reports.editions: the title page of an edition, and the last day whose releases count."""

    edition: str
    title: str
    partnership: str
    short_name: str
    area_name: str
    published: str
    website: str
    file_name: str
    as_of: date | None
    # What readers must know of the whole report, such as that its figures are made up.
    notice: str | None = None
    # Whether `as_of` differs from the edition's own, so that the tables in the warehouse are of another day.
    is_of_another_day: bool = False

    @property
    def day(self) -> date:
        """The day as of which figures are shown; if the edition has none, a day after all releases."""
        return self.as_of or AFTER_ALL


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file, read-only. Raises Refusal if there is none."""
    require(warehouse)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        yield connection


def require(warehouse: Path) -> None:
    if not warehouse.is_file():
        raise Refusal(f"{warehouse}: no warehouse is served. Run `warehouse refresh` first.")


def edition_of(connection: duckdb.DuckDBPyConnection, edition: str | Edition | None = None) -> Edition:
    """The edition of that name, or the newest. Raises Refusal if the warehouse has none."""
    if isinstance(edition, Edition):
        return edition
    known = [
        Edition(*row)
        for row in connection.execute(
            "select edition, title, partnership, short_name, area_name, published, website, file_name, as_of, notice "
            "from reports.editions order by edition"
        ).fetchall()
    ]
    found = [row for row in known if edition in (None, row.edition)]
    if not found:
        raise refuse(
            "reports.editions",
            "no edition" if edition is None else f"no edition {edition!r}",
            f"one of {', '.join(row.edition for row in known)}" if known else "at least one",
            "Add its row to dbt_project/seeds/report/editions.csv and refresh.",
        )
    return found[-1]
