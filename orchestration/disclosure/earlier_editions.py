"""What the public editions there were have told: each value and what each hid, and what a printed change tells.

Two editions that hide different figures around one small count would give it away together, and whoever has the first
one keeps it.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from orchestration.disclosure.suppression import Key
from orchestration.settings import Settings
from orchestration.support.duck import only_row, quoted


class Earlier(NamedTuple):
    """What earlier public editions left out, and which value they showed of which measure, area and period."""

    hidden: frozenset[Key] = frozenset()
    shown: frozenset[tuple[Key, float]] = frozenset()


# Below the home of the public edition: what its editions ever hid and showed, a file an edition that added to it.
REMEMBERED = "remembered"

# Key and value of what an edition showed; of what it hid, the value is null.
OF_AN_EDITION = (
    "select measure_id, area_code, period_id, null::double as value from edition.staging.suppressions union "
    + " union ".join(
        f"select measure_id, area_code, period_id, value from edition.{table} where value is not null"
        for table in ("marts.fct_observations", "marts.fct_measures", "staging.kept_sums")
    )
)


def earlier_editions(public: Settings) -> Earlier:
    """What is known from every public edition there ever was; nothing where there is none.

    Two editions that hide different figures around one small count would give it away together, and whoever has the
    first one keeps it. An edition that is no longer kept is therefore remembered: what it added stays in a file beside
    it. To forget is to remove the folder of the public edition.
    """
    folder = public.home / REMEMBERED
    remembered = sorted(folder.glob("*.parquet"))
    editions = [edition for edition in (*public.published.glob("*.duckdb"), public.warehouse) if edition.is_file()]
    with duckdb.connect() as connection:
        connection.execute(
            "create table known (measure_id varchar, area_code varchar, period_id varchar, value double)"
        )
        if remembered:
            connection.execute("insert into known from read_parquet(?)", [[str(path) for path in remembered]])
        for edition in editions:
            connection.execute(f"attach '{quoted(edition)}' as edition (read_only)")
            connection.execute(f"create or replace temporary table added as {OF_AN_EDITION} except from known")
            connection.execute("detach edition")
            if only_row(connection.execute("select count(*) from added"))[0]:
                connection.execute("insert into known from added")
                folder.mkdir(parents=True, exist_ok=True)
                name = f"{len(list(folder.glob('*.parquet'))):06}.parquet"
                connection.execute(f"copy (from added order by all) to '{quoted(folder / name)}.part' (format parquet)")
                (folder / f"{name}.part").rename(folder / name)
        rows = connection.execute("from known").fetchall()
    return Earlier(
        frozenset(tuple(key) for *key, value in rows if value is None),
        frozenset((tuple(key), value) for *key, value in rows if value is not None),
    )


@dataclass(frozen=True)
class PrintedChange:
    """A change from the period before as it was printed, within `half` of its last digit's unit."""

    value: float
    half: float
    in_percent: bool

    def now(self, before: int) -> tuple[float, float]:
        """The least and the most that the figure is which was `before` in the period before."""
        if not self.in_percent:
            return before + self.value - self.half, before + self.value + self.half
        return (
            before * (1 + (self.value - self.half) / 100),
            before * (1 + (self.value + self.half) / 100),
        )

    def before(self, now: int) -> tuple[float, float]:
        """The least and the most that the figure was which is `now`."""
        if not self.in_percent:
            return now - self.value - self.half, now - self.value + self.half
        least, most = 1 + (self.value - self.half) / 100, 1 + (self.value + self.half) / 100
        return now / most if most > 0 else 0, now / least if least > 0 else math.inf
