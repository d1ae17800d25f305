"""When the next figures of each return of partners are due."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import pandas as pd

from orchestration.datasets.declaration import MONTHS_BETWEEN
from orchestration.datasets.partners.spreadsheet.listed_periods import period_label
from orchestration.datasets.partners.spreadsheet.seed_rows import returns
from orchestration.reading.periods import parse
from orchestration.settings import Settings
from orchestration.support.duck import mappings
from orchestration.support.refusal import system_errors_as_refusals

NEWEST = """
select
    cells.return_id,
    max(releases.released_on) as latest_release,
    max_by(periods.label, periods.end_date) as newest_period
from staging.stg_partners__returns as cells
inner join marts.dim_releases as releases on cells.release_id = releases.release_id
left join marts.dim_periods as periods on cells.period_id = periods.period_id
group by cells.return_id
order by cells.return_id
"""


def newest_in_words(row: Mapping[str, Any]) -> str:
    """The newest period of a return that is due, as its spreadsheet writes it: `April to June 2026`."""
    period = parse(row["newest_period"] or "", (returns()[row["return_id"]].period_kind,))
    return period_label(period) if period else "no period"


def returns_due(settings: Settings) -> list[dict[str, Any]]:
    """The returns of which the served warehouse has a release: newest period, owner, next due day and days late.

    The next is due one month, quarter or year after the latest release, as its seed row says. A return that nobody has
    sent yet is not late.
    """
    if not settings.warehouse.is_file():
        return []
    with system_errors_as_refusals(), duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        try:
            newest = mappings(connection.execute(NEWEST))
        except duckdb.CatalogException:
            # A warehouse published before returns were read, or without any.
            return []
    found = []
    for row in newest:
        asked = returns().get(row["return_id"])
        # A return that has been removed from the seeds goes with the next refresh.
        if asked is not None:
            months = MONTHS_BETWEEN[asked.expected_every]
            due = (pd.Timestamp(row["latest_release"]) + pd.DateOffset(months=months)).date()
            found.append(
                {
                    **row,
                    "title": asked.title,
                    "owner": asked.owner,
                    "expected_every": asked.expected_every,
                    "next_expected_on": due,
                    "days_late": max((date.today() - due).days, 0),
                }
            )
    return found
