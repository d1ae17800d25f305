"""How long a small release takes in a running Dagster, from the file that is written to the warehouse that is served.

    python -m benchmarks.small_release FOLDER [--rounds 5]

Starts `dg dev` on a home of the shipped releases, and drops one small release of deaths after another into raw/, each
once the one before is served. FOLDER is made, and removed at the end.
"""

import os
import random
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import duckdb

from benchmarks.volume import print_table, run_in_folder
from orchestration.settings import PROJECT, quiet_environment

HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"
STEPS = ("seen as whole and asked for", "waiting in the queue", "process started", "read, built and served", "whole")


def until(found: Callable[[], object], what: str, seconds: float = 600) -> None:
    """Waits. Raises TimeoutError where it is not found in time."""
    began = time.monotonic()
    while not found():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


def dropped(home: Path, place: int) -> tuple[float, float]:
    """The times at which a small release was written to raw/ and at which it was served."""
    served = home / "warehouse.duckdb"
    before = served.stat().st_ino
    folder = home / "raw" / "ons" / "drug_poisoning_deaths" / f"2026-10-{place + 1:02}"
    folder.mkdir()
    (folder / "deaths.csv").write_text(HEADER + f"Made up,local authority,Walsall,2025,{20 + place},ONS\n")
    written = time.time()
    until(lambda: served.stat().st_ino != before, "the release is served")
    return written, time.time()


def run(home: Path, rounds: int) -> None:
    records = home / "dagster"
    records.mkdir()
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", records)
    shutil.copytree(PROJECT / "raw", home / "raw")
    environment = os.environ | quiet_environment() | {"WAREHOUSE_HOME": str(home), "DAGSTER_HOME": str(records)}
    command = [str(Path(sys.executable).with_name("dg")), "dev", "--host", "127.0.0.1", "--port", str(free_port())]
    times = []
    # A shell's background job begins with SIGINT ignored, and so would the page, which is stopped by it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with (home / "dg.log").open("w") as log:
        page = subprocess.Popen(
            command, env=environment, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            until((home / "warehouse.duckdb").exists, "the first warehouse is served")
            # The report, and what else a run does once it has published.
            time.sleep(20)
            for place in range(rounds):
                times.append(dropped(home, place))
                # Not always at the same moment between two looks.
                time.sleep(10 + random.Random(place).uniform(0, 5))
        finally:
            os.killpg(page.pid, signal.SIGINT)
            page.wait(60)
    os.environ["DAGSTER_HOME"] = str(records)
    with dg.DagsterInstance.get() as instance:
        runs = instance.get_run_records(limit=rounds)[::-1]
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        served = connection.execute("select count(*) from marts.dim_releases where release_id like '%@2026-10-%'")
        assert served.fetchone() == (rounds,), "not every release is served"
    rows = []
    for (written, at), record in zip(times, runs, strict=True):
        events_began, asked = record.start_time, record.create_timestamp.timestamp()
        with dg.DagsterInstance.get() as instance:
            launched = instance.get_run_stats(record.dagster_run.run_id).launch_time
        assert events_began
        assert launched
        rows.append([asked - written, launched - asked, events_began - launched, at - events_began, at - written])
    columns = list(zip(*rows, strict=True))
    print(f"a small release, {rounds} rounds, seconds")
    print_table(
        [
            ["", "median", "least", "most"],
            *(
                [step, *(f"{found:.1f}" for found in (statistics.median(column), min(column), max(column)))]
                for step, column in zip(STEPS, columns, strict=True)
            ),
        ]
    )


def main() -> None:
    run_in_folder(__doc__, run)


if __name__ == "__main__":
    main()
