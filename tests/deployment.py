"""The services of deployment/ on a Postgres of their own, as docs/operations.md starts them. See `make deployment`.

A schedule fires, and a run goes on to its end while the page is restarted.
"""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from automation import releases
from dagster_page import free_port, running, runs, screenshot, until

from orchestration.settings import PROJECT, quiet_environment

HOME = PROJECT / "builds-deployment"
UNITS = PROJECT / "deployment"
SCHEDULE = "dagster/schedule_name"


def command_of(unit: str, ports: dict[str, int], home: Path = HOME) -> list[str]:
    """ExecStart of a unit, with this folder for /opt/warehouse and free ports."""
    (line,) = re.findall(r"^ExecStart=(.*)$", (UNITS / f"{unit}.service").read_text(encoding="utf-8"), flags=re.M)
    line = line.replace("/opt/warehouse/deployment", str(home / "deployment")).replace("/opt/warehouse", str(PROJECT))
    for written, free in ports.items():
        line = line.replace(written, str(free))
    return line.split()


@contextlib.contextmanager
def postgres(folder: Path, port: int, password: str) -> Iterator[None]:
    """A Postgres server with an empty database dagster, of a user that is not root: it refuses root."""
    missing = [name for name in ("initdb", "postgres") if not shutil.which(name)]
    if missing:
        raise SystemExit(f"needs {' and '.join(missing)} of Postgres on the path")
    is_root = os.geteuid() == 0
    user = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []} if is_root else {}
    data, given = folder / "data", folder / "password"
    given.write_text(password)
    if is_root:
        for path in (folder, given):
            shutil.chown(path, "nobody")
    initialise = ["initdb", "-D", str(data), "-U", "warehouse", "-A", "scram-sha-256", f"--pwfile={given}"]
    subprocess.run(initialise, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)
    serve = ["postgres", "-D", str(data), "-p", str(port), "-k", str(folder), "-c", "listen_addresses=127.0.0.1"]
    with (folder / "postgres.log").open("wb") as log:
        server = subprocess.Popen(serve, stdout=log, stderr=log, cwd=folder, **user)
    try:
        connect = {"host": "127.0.0.1", "port": port, "user": "warehouse", "password": password}

        def connected() -> bool:
            with contextlib.suppress(psycopg2.OperationalError):
                connection = psycopg2.connect(dbname="postgres", **connect)
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("create database dagster")
                connection.close()
                return True
            return False

        until("Postgres answers", connected, 60)
        yield
    finally:
        server.terminate()
        server.wait(timeout=60)


def main() -> None:
    """Prints how long each step took; exits with 1 at the first that does not hold."""
    shutil.rmtree(HOME, ignore_errors=True)
    (HOME / "dagster").mkdir(parents=True)
    (HOME / "deployment").mkdir()
    shutil.copytree(PROJECT / "raw", HOME / "raw")
    ports = {"3000": free_port(), "4266": free_port()}
    shutil.copy(UNITS / "dagster.yaml", HOME / "dagster")
    workspace = (UNITS / "workspace.yaml").read_text(encoding="utf-8")
    (HOME / "deployment" / "workspace.yaml").write_text(workspace.replace("4266", str(ports["4266"])))
    web, records, password = ports["3000"], free_port(), secrets.token_urlsafe(24)
    environment = os.environ | quiet_environment()
    environment |= {
        "WAREHOUSE_HOME": str(HOME),
        # Every minute, since nobody waits here for a quarter to ten.
        "WAREHOUSE_SCHEDULE": "* * * * *",
        "DAGSTER_HOME": str(HOME / "dagster"),
        "DAGSTER_POSTGRES_HOST": "127.0.0.1",
        "DAGSTER_POSTGRES_PORT": str(records),
        "DAGSTER_POSTGRES_DB": "dagster",
        "DAGSTER_POSTGRES_USER": "warehouse",
        "DAGSTER_POSTGRES_PASSWORD": password,
    }

    def service(unit: str) -> contextlib.AbstractContextManager:
        return running(command_of(unit, ports), environment, HOME / f"{unit}.log", PROJECT)

    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as services:
        Path(folder).chmod(0o755)
        services.enter_context(postgres(Path(folder), records, password))
        services.enter_context(service("warehouse-code"))
        time.sleep(10)
        services.enter_context(service("warehouse-daemon"))
        with service("warehouse-web"):
            until("the page answers", lambda: runs(web) is not None, 180)

            def scheduled() -> list[dict]:
                return [run for run in runs(web) if SCHEDULE in run["tags"] and run["jobName"] == "refresh"]

            fired = until("the schedule has asked for a refresh", scheduled, 240)[-1]
            print(f"        {fired['tags'][SCHEDULE]}, run {fired['runId'][:8]}")
            at_work = until("a run is at work", lambda: [run for run in runs(web) if run["status"] == "STARTED"], 240)[
                0
            ]["runId"]
        print("        the page is stopped")
        with contextlib.suppress(OSError):
            runs(web)
            raise SystemExit("the page still answers")
        with service("warehouse-web"):
            until("the page answers again", lambda: runs(web) is not None, 180)

            def status(run_id: str) -> str:
                return next(run["status"] for run in runs(web) if run["runId"] == run_id)

            print(f"        the run is {status(at_work)}")
            until("the run that was at work has succeeded", lambda: status(at_work) == "SUCCESS", 400)
            until("the run of the schedule has succeeded", lambda: status(fired["runId"]) == "SUCCESS", 400)
            if not releases(HOME / "warehouse.duckdb"):
                raise SystemExit("no warehouse is served")
            screenshot(web, "/runs", HOME / "runs.png")
        connection = psycopg2.connect(
            host="127.0.0.1", port=records, dbname="dagster", user="warehouse", password=password
        )
        with connection.cursor() as cursor:
            cursor.execute("select count(*) from event_logs")
            print(f"        {cursor.fetchone()[0]} events in Postgres")
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
