"""One new month of police data on a history of 36: how long its refresh takes against one of everything.

    python benchmarks/new_month.py [records a month]

Makes 37 releases of one month each (fixed seed, the published layout), refreshes the first 36, then the 37th, then
everything with nothing in landing/, in a folder beside raw/ that is removed at the end.
"""

import os
import random
import shutil
import subprocess
import sys
import time

import duckdb

from orchestration.settings import PROJECT

HOME = PROJECT / "builds-benchmark"
HEADER = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context\n"
)
TYPES = ("Violence and sexual offences", "Drugs", "Vehicle crime", "Shoplifting", "Burglary", "Robbery")
OUTCOMES = ("Under investigation", "Investigation complete; no suspect identified", "Local resolution", "")
MONTHS = [f"{2022 + number // 12}-{number % 12 + 1:02d}" for number in range(37)]


def put(month: str, records: int, chance: random.Random) -> None:
    """A release with one month of West Midlands Police; no place, so that no lookup of areas is needed."""
    folder = HOME / "raw" / "police" / "street_crime" / f"{month}-28"
    folder.mkdir(parents=True)
    with (folder / f"{month}-west-midlands-street.csv").open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(records):
            kind, outcome = chance.choice(TYPES), chance.choice(OUTCOMES)
            crime = f"{chance.getrandbits(256):064x}"
            force = "West Midlands Police"
            file.write(f"{crime},{month},{force},{force},,,No Location,,,{kind},{outcome},{number % 7 or ''}\n")


def refresh(*options: str) -> tuple[float, str]:
    """Seconds of one refresh from its start as a process to its end, and what it said."""
    began = time.perf_counter()
    said = subprocess.run(
        [sys.executable, "-m", "orchestration", "refresh", *options],
        env=os.environ | {"WAREHOUSE_HOME": str(HOME)},
        check=True,
        capture_output=True,
        text=True,
    )
    return time.perf_counter() - began, said.stdout


def recorded() -> tuple:
    with duckdb.connect(str(HOME / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select extent, rows_read, seconds_reading, seconds_building, peak_megabytes, "
            "(select sum(records) from marts.fct_recorded_crimes) from audit.refreshes "
            "order by finished_at desc limit 1"
        ).fetchone()


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 27_000
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir()
    shutil.copytree(PROJECT / "raw", HOME / "raw")
    chance = random.Random(36)
    for month in MONTHS[:-1]:
        put(month, records, chance)
    lines = [("36 months, everything", *refresh()[:1], *recorded())]
    put(MONTHS[-1], records, chance)
    lines.append(("the 37th month", *refresh()[:1], *recorded()))
    lines.append(("nothing new", *refresh()[:1], *recorded()))
    shutil.rmtree(HOME / "landing")
    lines.append(("37 months, everything", *refresh("--full")[:1], *recorded()))
    print(f"{'':22} {'seconds':>8} {'rows read':>10} {'reading':>8} {'building':>9} {'peak MB':>8} {'records':>10}")
    for name, seconds, _, rows, reading, building, peak, total in lines:
        if name == "nothing new":
            print(f"{name:22} {seconds:8.1f} {0:10,}")
        else:
            print(f"{name:22} {seconds:8.1f} {rows:10,} {reading:8.1f} {building:9.1f} {peak:8.0f} {total:10,}")
    print(f"the 37th month takes {lines[1][1] / lines[3][1]:.0%} of a refresh of everything")
    shutil.rmtree(HOME)


if __name__ == "__main__":
    main()
