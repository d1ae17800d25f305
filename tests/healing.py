"""Refreshes that die at random moments, with a daemon and nobody at the keyboard: `make healing`.

Until so many runs have died: a release lies in raw/ that is not published, and a run is at work, of the daemon's queue
or begun by a command. Its process is killed, or loses its terminal, or "the machine is restarted": every process is killed at
once, Postgres as well, and started again. Then the release must be published by itself, and who is to be told must have
been told. `healing.py sqlite 30` does so with Dagster's records in SQLite, `healing.py postgres 30` in Postgres.
"""

import contextlib
import json
import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from automation import releases
from dagster_page import free_port, until

from deployment import UNITS, command_of
from orchestration.settings import PROJECT, quiet_environment

SEED = 20261126
HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"
DATASET = "ons.drug_poisoning_deaths"
WAYS = ("HUP", "KILL", "reboot")

# A refresh of a part takes some ten seconds from its first step, one of everything twenty.
LATEST = 12.0
SECONDS_TO_HEAL = 300


class Machine:
    """What runs on the host: the code server, the daemon and, where the records are in it, Postgres."""

    def __init__(self, home: Path, records: str) -> None:
        self.home, self.records = home, records
        self.processes: list[subprocess.Popen] = []
        self.ports = {"3000": free_port(), "4266": free_port()}
        self.port, self.password = free_port(), secrets.token_urlsafe(24)
        (home / "dagster").mkdir(parents=True)
        (home / "deployment").mkdir()
        shutil.copytree(PROJECT / "raw", home / "raw")
        source = UNITS if records == "postgres" else PROJECT / ".dagster"
        shutil.copy(source / "dagster.yaml", home / "dagster")
        workspace = (UNITS / "workspace.yaml").read_text(encoding="utf-8")
        (home / "deployment" / "workspace.yaml").write_text(workspace.replace("4266", str(self.ports["4266"])))
        self.environment = os.environ | quiet_environment()
        self.environment |= {
            "WAREHOUSE_HOME": str(home),
            "WAREHOUSE_REPORT": "no",
            # The releases are of days to come.
            "WAREHOUSE_TODAY": "2027-12-31",
            "DAGSTER_HOME": str(home / "dagster"),
            "DAGSTER_POSTGRES_HOST": "127.0.0.1",
            "DAGSTER_POSTGRES_PORT": str(self.port),
            "DAGSTER_POSTGRES_DB": "dagster",
            "DAGSTER_POSTGRES_USER": "warehouse",
            "DAGSTER_POSTGRES_PASSWORD": self.password,
        }
        if records == "postgres":
            self.postgres = Path(tempfile.mkdtemp())
            self.postgres.chmod(0o755)
            given = self.postgres / "password"
            given.write_text(self.password)
            for path in (self.postgres, given):
                shutil.chown(path, "nobody")
            initialise = ["initdb", "-D", str(self.postgres / "data"), "-U", "warehouse", "-A", "scram-sha-256"]
            subprocess.run(
                [*initialise, f"--pwfile={given}"],
                check=True,
                stdout=subprocess.DEVNULL,
                cwd=self.postgres,
                user="nobody",
            )

    def start(self, command: list[str], name: str, **options: object) -> subprocess.Popen:
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True, **options
            )
        self.processes.append(process)
        return process

    def begin(self) -> None:
        """Starts everything, as the system does after its own start."""
        if self.records == "postgres":
            (self.postgres / "data" / "postmaster.pid").unlink(missing_ok=True)
            serve = ["postgres", "-D", str(self.postgres / "data"), "-p", str(self.port), "-k", str(self.postgres)]
            serve += ["-c", "listen_addresses=127.0.0.1"]
            self.start(serve, "postgres", cwd=self.postgres, user="nobody", group="nogroup", extra_groups=[])
            for command in ("select 1", "create database dagster"):
                self._ask(command)
        # Two of Dagster's processes that start at once on an empty folder would both make the tables of SQLite.
        made = [sys.executable, "-c", "import dagster; dagster.DagsterInstance.get().dispose()"]
        subprocess.run(made, env=self.environment, check=True)
        for unit in ("warehouse-code", "warehouse-daemon"):
            self.start(command_of(unit, self.ports, self.home), unit, cwd=PROJECT)
            # The daemon of a machine that starts finds no code server at first, and asks again.

    def _ask(self, command: str) -> None:
        import psycopg2

        for _ in range(120):
            with contextlib.suppress(psycopg2.OperationalError):
                connection = psycopg2.connect(
                    dbname="postgres", host="127.0.0.1", port=self.port, user="warehouse", password=self.password
                )
                connection.autocommit = True
                with connection.cursor() as cursor, contextlib.suppress(psycopg2.errors.DuplicateDatabase):
                    cursor.execute(command)
                connection.close()
                return
            time.sleep(0.5)
        raise SystemExit("Postgres does not answer")

    def end(self) -> None:
        """Kills every process at once, as a power cut does."""
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        # What was started by these in sessions of their own.
        for pid in self.of_this_home():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            process.wait()
        self.processes.clear()

    def of_this_home(self) -> list[int]:
        """The processes that have this home in their environment, but for this one."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if f"WAREHOUSE_HOME={self.home}\0".encode() in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        return found

    def at_work(self) -> dict[str, int]:
        """The process of each run that holds its lock, by run."""
        found = {}
        for pid in self.of_this_home():
            with contextlib.suppress(OSError):
                for handle in Path(f"/proc/{pid}/fd").iterdir():
                    target = handle.readlink()
                    if target.parent == self.home / "dagster" / "at_work":
                        found[target.stem] = pid
        return found

    def told(self) -> str:
        """What was told so far, as the log of alerts has it."""
        path = self.home / "logs" / "alerts.jsonl"
        return path.read_text(encoding="utf-8") if path.is_file() else ""


def moment(machine: Machine, number: int, chance: random.Random) -> dict[str, object]:
    """One death, and what became of the release that lay in raw/."""
    way = WAYS[number % len(WAYS)]
    by = ("command", "daemon")[chance.randint(0, 1)]
    day = date(2026, 10, 1) + timedelta(days=number)
    folder = machine.home / "raw" / DATASET.replace(".", "/") / str(day)
    folder.mkdir()
    row = f"Made up,local authority,Walsall,2025,{21 + number},ONS\n"
    (folder / "deaths.csv").write_text(HEADER + row, encoding="utf-8")
    if by == "command":
        machine.start([sys.executable, "-m", "orchestration", "refresh"], "command", cwd=PROJECT)
    began = time.monotonic()
    while not (working := machine.at_work()):
        if time.monotonic() - began > 200:
            raise SystemExit(f"moment {number}: no run has begun")
        time.sleep(0.2)
    (run, pid), *_ = working.items()
    wait = chance.uniform(0, LATEST)
    time.sleep(wait)
    was_at_work = machine.at_work().get(run) == pid
    published = f"{DATASET}@{day}" in releases(machine.home / "warehouse.duckdb")
    killed = time.monotonic()
    if way == "reboot":
        machine.end()
        machine.begin()
    elif was_at_work:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGHUP if way == "HUP" else signal.SIGKILL)
    while f"{DATASET}@{day}" not in releases(machine.home / "warehouse.duckdb"):
        if time.monotonic() - killed > SECONDS_TO_HEAL:
            break
        time.sleep(1)
    healed = time.monotonic() - killed
    while was_at_work and run not in machine.told() and time.monotonic() - killed < SECONDS_TO_HEAL:
        time.sleep(1)
    # The queue is empty again before the next moment.
    while machine.at_work() and time.monotonic() - killed < SECONDS_TO_HEAL:
        time.sleep(1)
    return {
        "moment": number,
        "way": way,
        "by": by,
        "after": round(wait, 1),
        "was_at_work": was_at_work,
        "published_before": published,
        "published": f"{DATASET}@{day}" in releases(machine.home / "warehouse.duckdb"),
        "seconds": round(healed, 1),
        "told": run in machine.told(),
    }


def main(records: str, moments: int, home: Path) -> None:
    """Prints a line a moment; exits with 1 where a release was not published by itself, or nobody was told."""
    shutil.rmtree(home, ignore_errors=True)
    chance = random.Random(f"{SEED} {records}")
    machine = Machine(home, records)
    machine.begin()
    try:
        until(
            "what lies in raw/ is published without being asked for", lambda: releases(home / "warehouse.duckdb"), 400
        )
        outcomes: list[dict[str, object]] = []
        # A run that ended before its moment came does not count.
        while sum(bool(one["was_at_work"]) for one in outcomes) < moments and len(outcomes) < 3 * moments:
            outcomes.append(moment(machine, len(outcomes), chance))
            print(json.dumps(outcomes[-1]), flush=True)
    finally:
        machine.end()
    died = [one for one in outcomes if one["was_at_work"]]
    lost = [one for one in outcomes if not one["published"]]
    untold = [one for one in died if not one["told"]]
    print(
        f"{records}: {len(died)} runs died at work; {len(lost)} releases not published by themselves, "
        f"{len(untold)} deaths that nobody was told of; longest {max(one['seconds'] for one in outcomes):.0f} s"
    )
    sys.exit(1 if lost or untold else 0)


if __name__ == "__main__":
    main(
        sys.argv[1], int(sys.argv[2]), Path(sys.argv[3] if len(sys.argv) > 3 else PROJECT / "builds-healing").absolute()
    )
