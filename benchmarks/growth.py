"""How refresh, file, questions, site and mirror grow as publishers release the same history again and again.

    python -m benchmarks.growth FOLDER [--releases 12 24]

Stands on the made-up partnership of `python -m demo`. Ten of its datasets get so many releases each, a day apart, each
with the whole history of the newest as publishers' workbooks have it. FOLDER is made, and removed at the end.
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from benchmarks.volume import Cost, measured, print_table
from demo.__main__ import environment_of, prepare
from orchestration.mirror.load import load
from orchestration.mirror.private import PrivatePostgres
from orchestration.settings import Settings

DATASETS = (
    *("home_office/crime_outcomes", "home_office/recorded_crime", "ndtms/alcohol_treatment", "ndtms/viewit"),
    *("ohid/fingertips", "ohid/hospital_admissions", "ohid/opiate_crack_prevalence"),
    *("ons/alcohol_specific_deaths", "ons/drug_poisoning_deaths", "ons/population_estimates"),
)
AS_OF = "select count(*), sum(value) from marts.as_of(date '{day}')"
QUESTIONS = 11


def grown(home: Path, releases: int) -> None:
    """Gives each of the ten datasets so many releases: its own, and the newest one again a day later each."""
    prepare(home)
    # The demonstration has one file that is set aside.
    shutil.rmtree(home / "raw" / "ons" / "drug_poisoning_deaths" / "2025-11-20")
    for name in DATASETS:
        dataset = home / "raw" / name
        known = sorted(path for path in dataset.iterdir() if path.is_dir())
        for place in range(1, releases - len(known) + 1):
            day = date.fromisoformat(known[-1].name[:10]) + timedelta(days=place)
            shutil.copytree(known[-1], dataset / str(day))


def seconds_of(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def measure(home: Path, server: PrivatePostgres, releases: int) -> dict[str, float]:
    """What a home with so many releases of ten datasets costs, by name."""
    grown(home, releases)
    also = environment_of(home) | {"WAREHOUSE_PUBLIC": "no"}
    command = [sys.executable, "-m", "orchestration"]
    first: Cost = measured([*command, "refresh"], home, also=also | {"WAREHOUSE_REPORT": "no"})
    again: Cost = measured([*command, "refresh", "--full"], home, also=also | {"WAREHOUSE_REPORT": "no"})
    report: Cost = measured([*command, "report"], home, also=also)
    file = home / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        count = "select count(*) from marts."
        observations, released = (
            connection.execute(count + table).fetchone()[0] for table in ("fct_observation_history", "dim_releases")
        )
        (day,) = connection.execute("select median(released_on)::date from marts.dim_releases").fetchone()
        asked = seconds_of(lambda: connection.execute(AS_OF.format(day=day)).fetchall(), QUESTIONS)
    began = time.perf_counter()
    load(server.target, file)
    mirrored = time.perf_counter() - began
    return {
        "releases": released,
        "observations with their history": observations,
        "first refresh, s": first.wall,
        "everything built again, s": again.wall,
        "of which processor, s": again.cpu,
        "most memory, MB": again.peak / 1e6,
        "file, MB": file.stat().st_size / 1e6,
        "a question as of a day, ms": 1000 * asked,
        "report with site, s": report.wall,
        "mirror, s": mirrored,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--releases", type=int, nargs="+", default=[12, 24])
    given = parser.parse_args()
    place = given.folder.resolve()
    place.mkdir(parents=True)
    try:
        with PrivatePostgres(Settings(place, place / "raw"), 0, "a token for benchmarks alone") as server:
            found = [measure(place / str(count), server, count) for count in given.releases]
        shutil.rmtree(server.place)
        rows = [
            [name, *(f"{one[name]:,.1f}" if "," in name else f"{one[name]:,}" for one in found)] for name in found[0]
        ]
        print_table([["releases of each of ten datasets", *map(str, given.releases)], *rows])
    finally:
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()
