"""What street-level records cost at volume, beside the least that DuckDB and the way of a notebook need for the same.

    python -m benchmarks.volume FOLDER records [--records 10000000] [--plain] [--rounds 3] [--without pandas]
    python -m benchmarks.volume FOLDER growth [--sizes 1000000 3000000 10000000 30000000 100000000]

`records` makes the archive, refreshes a warehouse from it, runs twenty queries on its counts and the twenty of
docs/queries.md on the published file, refreshes again with no change, and adds months one by one. `growth` refreshes
under a hard limit on the address space and fits a straight line. Everything is made in FOLDER, which must not be there
yet, and removed at the end. Writing an archive takes longer than reading it: with `--archives OTHER`, the one of
10000000 records is OTHER/10000000, as `python -m benchmarks.police_archive OTHER/10000000 --records 10000000` made it.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.police_archive import USUAL_MONTH, months_to, write_archive, write_lookups
from orchestration.settings import PROJECT

LAST = "2024-12"
# The months that are added, and the day on which each is released.
NEXT = {"2025-01": "2025-02-28", "2025-02": "2025-03-31", "2025-03": "2025-04-30"}
HARD_LIMIT = 8_000_000_000
QUERY_ROUNDS = 5
SIZES = (1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)

# Analysts' and BI tools' queries on counts of records and on measures made of them.
QUERIES = (
    "select sum(records) from marts.fct_recorded_crimes",
    "select month, sum(records) from marts.fct_recorded_crimes group by month order by month",
    "select crime_type, sum(records) from marts.fct_recorded_crimes group by crime_type order by 2 desc",
    "select police_force_code, sum(records) from marts.fct_recorded_crimes group by 1 order by 2 desc limit 10",
    "select area_name, sum(records) from marts.fct_recorded_crimes join marts.dim_areas using (area_code) "
    "where is_partnership_member group by area_name order by area_name",
    "select month, sum(records) from marts.fct_recorded_crimes where area_code = 'E08000025' group by 1 order by 1",
    "select month, sum(records) from marts.fct_recorded_crimes where crime_type = 'Drugs' group by 1 order by 1",
    "select area_code, month, sum(records) from marts.fct_recorded_crimes where crime_type = 'Drugs' "
    "and police_force_code = 'E23000014' group by all order by all",
    "select outcome_category, sum(records) from marts.fct_recorded_crimes where crime_type = 'Drugs' group by 1",
    "pivot (select crime_type, year(month) as year, records from marts.fct_recorded_crimes) on year using sum(records)",
    "select area_code, 100.0 * sum(records) filter (crime_type = 'Drugs') / sum(records) as share "
    "from marts.fct_recorded_crimes group by area_code order by share desc limit 20",
    "select area_code, month, sum(records) - lag(sum(records)) over (partition by area_code order by month) as change "
    "from marts.fct_recorded_crimes group by area_code, month order by change desc nulls last limit 20",
    "select month, sum(sum(records)) over (order by month) from marts.fct_recorded_crimes group by month order by 1",
    "select area_code, rank() over (order by sum(records) desc) from marts.fct_recorded_crimes "
    "where crime_type = 'Burglary' group by area_code order by 2 limit 20",
    "select area_code, period_id, value from marts.fct_measures where measure_id = 'street_drug_crimes_recorded' "
    "and area_code = 'E08000025' order by period_id",
    "select area_name, label, value from marts.fct_measures join marts.dim_areas using (area_code) "
    "join marts.dim_periods using (period_id) where measure_id = 'street_crimes_recorded' and is_partnership_member "
    "order by all",
    "select measure_id, count(*), sum(value) from marts.fct_measures group by measure_id order by measure_id",
    "select count(*), min(period_id), max(period_id) from marts.fct_observations where area_code = 'E08000031'",
    "select release_id, sum(records) from marts.fct_recorded_crimes group by release_id order by release_id",
    "select count(distinct (area_code, month)) from marts.fct_recorded_crimes where outcome_category = 'not stated'",
)


@dataclass(frozen=True)
class Cost:
    """What one child process took: seconds of the clock, seconds of processors, bytes of memory at the most."""

    wall: float
    cpu: float
    peak: int


def environment_of(home: Path) -> dict[str, str]:
    """The environment of a command that works in a home of its own, with Dagster's records in it."""
    (home / "dagster").mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", home / "dagster")
    environment = {
        **os.environ,
        "WAREHOUSE_HOME": str(home),
        "WAREHOUSE_REPORT": "no",
        "WAREHOUSE_KEEP": "1",
        "DAGSTER_HOME": str(home / "dagster"),
        "TMPDIR": str(home),
        "PYTHONPATH": str(PROJECT),
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    # Users keep Python's compiled modules; without them each start costs seconds more.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def measured(
    command: Sequence[str], home: Path, limit: int | None = None, also: Mapping[str, str] | None = None
) -> Cost:
    """Runs a command in a process of its own, with `also` in its environment.

    Raises `RuntimeError` with its last words where it fails.
    """
    environment = environment_of(home) | dict(also or {})
    said = home / "said.txt"

    def bounded() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    with said.open("w") as stream:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=stream, stderr=stream, env=environment, cwd=PROJECT, preexec_fn=bounded
        )
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {child.returncode}\n{said.read_text()[-1500:]}")
    cost = Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * 1024)
    print(f"{' '.join(command[1:])}: {cost}", file=sys.stderr, flush=True)
    return cost


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(*(statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "peak")))


def prepared(home: Path, records: int, plain: bool, archives: Path | None = None) -> None:
    """Puts the shipped releases, the lookups and an archive of records into a home's raw/."""
    shutil.copytree(PROJECT / "raw", home / "raw")
    write_lookups(home / "raw" / "ons" / "area_lookups" / "2022-12-31")
    release = home / "raw" / "police" / "street_crime" / "2025-01-31"
    release.mkdir(parents=True)
    if archives is None:
        months = months_to(LAST, max(records // USUAL_MONTH, 1))
        write_archive(release if plain else release / "archive.zip", records, months, packed=not plain)
        return
    made = archives / str(records) / "police" / "street_crime" / "2025-01-31" / "archive.zip"
    if plain:
        with zipfile.ZipFile(made) as archive:
            archive.extractall(release)
    else:
        shutil.copyfile(made, release / "archive.zip")


def refresh(home: Path, limit: int | None = None) -> Cost:
    return measured([sys.executable, "-m", "orchestration", "refresh"], home, limit)


def other_way(way: str, home: Path) -> Cost:
    return measured([sys.executable, "-m", "benchmarks.other_ways", way, str(home)], home)


def forget(home: Path) -> None:
    """Back to a home that was never refreshed, with what is in raw/."""
    for name in ("landing", "builds", "published", "logs", "floor", "unpacked"):
        shutil.rmtree(home / name, ignore_errors=True)
    (home / "warehouse.duckdb").unlink(missing_ok=True)


def same_counts(home: Path, way: str) -> bool:
    """Whether another way's counts by area, month, type, outcome and force are those of the published mart."""
    columns = "area_code, month, crime_type, outcome_category, police_force_code, records"
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        mart = f"select {columns} from marts.fct_recorded_crimes"
        other = f"select {columns} from '{home / way}.counts.parquet'"
        return connection.execute(
            f"select not exists (({mart}) except ({other})) and not exists (({other}) except ({mart}))"
        ).fetchone()[0]


def print_table(rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        print("  ".join(text.ljust(widths[at]) if at == 0 else text.rjust(widths[at]) for at, text in enumerate(row)))
    print(flush=True)


def run_in_folder(description: str | None, run: Callable[[Path, int], None]) -> None:
    """Runs a benchmark with the folder and rounds of the command line. The folder is made, and removed at the end."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    home = given.folder.resolve()
    home.mkdir(parents=True)
    try:
        run(home, given.rounds)
    finally:
        shutil.rmtree(home)


def line(name: str, cost: Cost, records: int, floor: Cost | None) -> list[str]:
    ratio = f"{cost.cpu / floor.cpu:.2f}" if floor else ""
    wall_ratio = f"{cost.wall / floor.wall:.2f}" if floor else ""
    return [
        *(name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{records / cost.wall:,.0f}"),
        *(f"{cost.peak / 1e6:,.0f}", wall_ratio, ratio),
    ]


HEADINGS = ["", "wall s", "CPU s", "records/s", "peak MB", "wall/floor", "CPU/floor"]


def run_records(
    home: Path, records: int, plain: bool, rounds: int, without: Sequence[str], archives: Path | None = None
) -> None:
    prepared(home, records, plain, archives)
    kind = "plain CSV" if plain else "zip"
    costs: dict[str, list[Cost]] = {"refresh": [], "script": [], "pandas": []}
    for _ in range(rounds):
        forget(home)
        costs["refresh"].append(refresh(home))
        for way in ("script", "pandas"):
            if way not in without:
                costs[way].append(other_way(way, home))
    floor = median(costs["script"]) if costs["script"] else None
    print(f"(b) {records:,} records in {kind}, {rounds} rounds, medians")
    print_table([HEADINGS, *(line(way, median(taken), records, floor) for way, taken in costs.items() if taken)])
    for way in ("script", "pandas"):
        if costs[way]:
            print(f"counts of {way} equal the mart's: {'yes' if same_counts(home, way) else 'NO'}", flush=True)
    whole = median(costs["refresh"])
    run_queries(home, records)
    unchanged = [refresh(home) for _ in range(rounds)]
    added = []
    for month, day in NEXT.items():
        release = home / "raw" / "police" / "street_crime" / day
        release.mkdir()
        write_archive(release / "archive.zip", USUAL_MONTH, [month])
        added.append(refresh(home))
    print(
        f"(c) one more month of {USUAL_MONTH:,} records, {len(added)} times, and (d) nothing new, {rounds} times, "
        f"after {records:,} records in {kind}; medians"
    )
    print_table(
        [
            ["", "wall s", "CPU s", "peak MB", "wall/(b)", "CPU/(b)"],
            *(
                [
                    *(name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak / 1e6:,.0f}"),
                    *(f"{cost.wall / whole.wall:.2f}", f"{cost.cpu / whole.cpu:.2f}"),
                ]
                for name, cost in (("one more month", median(added)), ("no change", median(unchanged)))
            ),
        ]
    )


def run_queries(home: Path, records: int) -> None:
    """Prints p50 and p95 over all runs, each on a file opened anew and with its rows fetched, and the slowest."""
    worked = re.findall(r"```sql\n(.*?)\n```", (PROJECT / "docs" / "queries.md").read_text(), flags=re.DOTALL)
    size = (home / "warehouse.duckdb").stat().st_size / 1e6
    print(f"(e) queries, {QUERY_ROUNDS} runs each, at {records:,} records; the file has {size:.0f} MB")
    rows: list[Sequence[str]] = [["", "queries", "p50 ms", "p95 ms", "slowest ms"]]
    slowest = []
    for name, queries in (("counts of records", QUERIES), ("docs/queries.md", worked)):
        taken = []
        for query in queries:
            of_query = []
            for _ in range(QUERY_ROUNDS):
                with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
                    began = time.perf_counter()
                    connection.execute(query).fetchall()
                    of_query.append(1000 * (time.perf_counter() - began))
            taken.extend(of_query)
            slowest.append((statistics.median(of_query), " ".join(query.split())))
        shares = [f"{np.percentile(taken, share):.1f}" for share in (50, 95, 100)]
        rows.append([name, str(len(queries)), *shares])
    print_table(rows)
    for milliseconds, query in sorted(slowest, reverse=True)[:3]:
        print(f"{milliseconds:6.1f} ms  {query[:110]}")
    print(flush=True)


def run_growth(home: Path, sizes: Sequence[int], archives: Path | None = None) -> None:
    """Refreshes each size in a home of its own under `HARD_LIMIT` of address space, and fits CPU seconds by records."""
    rows, done = [HEADINGS[:5]], []
    for size in sizes:
        of_size = home / str(size)
        of_size.mkdir(parents=True)
        prepared(of_size, size, plain=False, archives=archives)
        try:
            cost = refresh(of_size, HARD_LIMIT)
        except RuntimeError as error:
            print(f"{size:,}: {error}", flush=True)
        else:
            done.append((size, cost))
            rows.append(line(f"{size:,}", cost, size, None)[:5])
            print("  ".join(rows[-1]), flush=True)
        shutil.rmtree(of_size)
    print(f"(f) growth under RLIMIT_AS of {HARD_LIMIT / 1e9:.0f} GB")
    print_table(rows)
    if len(done) > 2:
        for name, unit in (("wall", "s"), ("cpu", "CPU s"), ("peak", "MB")):
            values = [getattr(cost, name) / (1e6 if name == "peak" else 1) for _, cost in done]
            at = np.array([size / 1e6 for size, _ in done])
            slope, start = np.polyfit(at, values, 1)
            unexplained = np.sum((np.array(values) - slope * at - start) ** 2)
            explained = 1 - unexplained / np.sum((np.array(values) - np.mean(values)) ** 2)
            print(f"{name}: {start:.1f} {unit} + {slope:.2f} {unit} a million records, R² {explained:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("what", choices=("records", "growth"))
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--archives", type=Path)
    parser.add_argument("--plain", action="store_true", help="plain CSVs instead of a zip")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without", nargs="*", default=[], choices=("script", "pandas"))
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES)
    given = parser.parse_args()
    home = given.folder.resolve()
    home.mkdir(parents=True)
    try:
        if given.what == "records":
            run_records(home, given.records, given.plain, given.rounds, given.without, given.archives)
        else:
            run_growth(home, given.sizes, given.archives)
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
