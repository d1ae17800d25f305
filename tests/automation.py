"""`dg dev` with nobody at the keyboard: a dropped file is refreshed and published, a bad one set aside. See `make automation`."""

import json
import os
import shutil
import sys
import time
from pathlib import Path

import duckdb
from dagster_page import free_port, running, runs, screenshot, until

from orchestration.settings import PROJECT, quiet_environment

HOME = PROJECT / "builds-automation"
HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"
FAILED, SUCCEEDED = "FAILURE", "SUCCESS"


def releases(warehouse: Path) -> set[str]:
    if not warehouse.is_file():
        return set()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {name for (name,) in connection.execute("select release_id from marts.dim_releases").fetchall()}


def set_aside(warehouse: Path) -> set[str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {name for (name,) in connection.execute("select release_id from audit.set_aside").fetchall()}


def figures(warehouse: Path) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute("select * from marts.fct_observations order by all").fetchall()


def main() -> None:
    """Prints how long each step took; exits with 1 at the first that does not hold."""
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "dagster").mkdir(parents=True)
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", HOME / "dagster")
    shutil.copytree(PROJECT / "raw", HOME / "raw")
    warehouse, port = HOME / "warehouse.duckdb", free_port()
    environment = os.environ | quiet_environment()
    environment |= {"WAREHOUSE_HOME": str(HOME), "DAGSTER_HOME": str(HOME / "dagster")}
    page = [str(Path(sys.executable).with_name("dg")), "dev", "--host", "127.0.0.1", "--port", str(port)]
    with running(page, environment, HOME / "dg.log", PROJECT):
        until("the page answers", lambda: runs(port) is not None, 180)
        until("what lies in raw/ is published without being asked for", lambda: releases(warehouse), 400)
        until("the first run has ended", lambda: runs(port)[0]["status"] == SUCCEEDED, 120)

        folder = HOME / "raw" / "ons" / "drug_poisoning_deaths" / "2026-10-16"
        folder.mkdir()
        file = folder / "deaths.csv"
        with file.open("w") as slowly:
            slowly.write(HEADER + "Made up,local author")
            slowly.flush()
            # Shorter than the time after which a file that is still open is read.
            time.sleep(25)
            slowly.write("ity,Walsall,2025,21,ONS\n")
        new = "ons.drug_poisoning_deaths@2026-10-16"
        until("a file, written in two parts, is published once it is whole", lambda: new in releases(warehouse), 400)
        until("its run has ended", lambda: runs(port)[0]["status"] == SUCCEEDED, 120)
        newest = runs(port)[0]
        print(f"        {newest['tags']['changes']}, in {newest['endTime'] - newest['startTime']:.1f} s")
        if any(run["status"] == FAILED for run in runs(port)):
            raise SystemExit("a run failed before the bad file was there")
        screenshot(port, "/runs", HOME / "1-published.png")
        screenshot(port, "/assets/warehouse", HOME / "2-warehouse.png")

        before = figures(warehouse)
        bad = HOME / "raw" / "ons" / "drug_poisoning_deaths" / "2026-10-23"
        bad.mkdir()
        (bad / "deaths.csv").write_text(HEADER + "Made up,local authority,Walsall,2025,many,ONS\n")
        release = f"ons.drug_poisoning_deaths@{bad.name}"
        until("a bad file is set aside", lambda: release in set_aside(warehouse), 400)
        until("its run has ended", lambda: runs(port)[0]["status"] == SUCCEEDED, 120)
        alerts = HOME / "logs" / "alerts.jsonl"
        until("the alert is there", alerts.is_file, 120)
        told = json.loads(alerts.read_text().splitlines()[-1])
        print(f"        {told['what']} {told['message'].splitlines()[0]}")
        if release not in told["what"]:
            raise SystemExit("the alert is about something else")
        if figures(warehouse) != before:
            raise SystemExit("the figures that are served are others")
        print("        the figures are those of before")
        screenshot(port, f"/runs/{runs(port)[0]['runId']}", HOME / "3-set-aside.png")
        count = len(runs(port))
        time.sleep(100)
        if len(runs(port)) != count:
            raise SystemExit("the file was tried again although nobody changed it")
        print("        in 100 s more it is not tried again")
        screenshot(port, "/automation", HOME / "4-automation.png")
        (bad / "deaths.csv").write_text(HEADER + "Made up,local authority,Walsall,2025,22,ONS\n")
        until("the file, mended in its place, is published", lambda: release in releases(warehouse), 400)
        if set_aside(warehouse):
            raise SystemExit("a release is still set aside")
    print(f"pictures in {HOME}")


if __name__ == "__main__":
    sys.exit(main())
