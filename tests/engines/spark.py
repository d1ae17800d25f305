"""The refresh with its models on Apache Spark, against DuckDB's, row for row: run by `make test-spark`.

First in a session of this machine; then on a standalone cluster of processes on the loopback address, a master, two
workers and a Thrift server; then there once more, while a worker is killed; then with the Thrift server killed.

    python tests/engines/spark.py [session cluster worker server]
    PYTHONPATH=. python tests/engines/spark.py volume [--records 10000000] [--archives FOLDER]

`volume` adds street-level records to the shipped releases (`benchmarks/volume.py` says what FOLDER is) and builds on
DuckDB and on the cluster.
"""

import argparse
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyspark
from same_rows import differences, number_of_rows

from orchestration.settings import PROJECT, quiet_environment

SPARK = Path(pyspark.__file__).parent
ADDRESS = "127.0.0.1"

# A refresh of the shipped releases takes about three minutes on two cores.
PATIENCE = 1200

# The build is under way when so many tables lie on the storage.
TABLES_BEFORE_A_KILL = 30


@dataclass
class Cluster:
    """A standalone cluster of processes of this machine; `folder` holds its logs and its catalog."""

    folder: Path
    master_port: int = 0
    thrift_port: int = 0
    processes: dict[str, subprocess.Popen] = field(default_factory=dict)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.master_port, self.thrift_port, page = free_port(), free_port(), free_port()
        self._run("master", "spark-class", "org.apache.spark.deploy.master.Master", "--host", ADDRESS, "--port",
                  self.master_port, "--webui-port", page)  # fmt: skip
        wait_for(self.master_port, self.processes["master"])
        self.start_worker("worker 1")
        self.start_worker("worker 2")
        self.start_thrift_server()

    def start_worker(self, name: str) -> None:
        self._run(name, "spark-class", "org.apache.spark.deploy.worker.Worker", "--host", ADDRESS, "--webui-port",
                  free_port(), "--cores", 1, "--memory", "1g", "--work-dir", self.folder / "work", self.master)  # fmt: skip

    def start_thrift_server(self) -> None:
        settings = {
            "spark.driver.host": ADDRESS,
            "spark.executor.memory": "768m",
            "spark.executor.cores": 1,
            "spark.sql.shuffle.partitions": 4,
            "spark.sql.ansi.enabled": "true",
            "spark.sql.ansi.doubleQuotedIdentifiers": "true",
            "spark.sql.warehouse.dir": self.folder / "tables",
            "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:{self.folder / 'catalog'};create=true",
            "spark.ui.enabled": "false",
        }
        self._run(
            "thrift server", "spark-submit", "--master", self.master,
            *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
            "--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2", "spark-internal",
            "--hiveconf", f"hive.server2.thrift.port={self.thrift_port}",
            "--hiveconf", f"hive.server2.thrift.bind.host={ADDRESS}",
        )  # fmt: skip
        wait_for(self.thrift_port, self.processes["thrift server"])

    @property
    def master(self) -> str:
        return f"spark://{ADDRESS}:{self.master_port}"

    def kill(self, name: str) -> None:
        """Ends a process and its children with SIGKILL, as a machine that is switched off: a worker's executors too."""
        process = self.processes.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self.processes)[::-1]:
            self.kill(name)

    def _run(self, name: str, program: str, *arguments: object) -> None:
        environment = {
            **os.environ,
            "SPARK_HOME": str(SPARK),
            "SPARK_LOCAL_IP": ADDRESS,
            # Spark starts its Thrift server as one of its daemons, whatever is said of a driver's memory.
            "SPARK_DAEMON_MEMORY": "1g" if name == "thrift server" else "256m",
            "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
            "PYSPARK_PYTHON": sys.executable,
        }
        with (self.folder / f"{name.replace(' ', '_')}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [str(SPARK / "bin" / program), *map(str, arguments)],
                cwd=self.folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def free_port() -> int:
    with socket.socket() as one:
        one.bind((ADDRESS, 0))
        return one.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen, seconds: int = 240) -> None:
    """Returns when the port answers; raises `RuntimeError` where the process ends or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as one:
            one.settimeout(1)
            if one.connect_ex((ADDRESS, port)) == 0:
                return
        time.sleep(0.5)
    raise RuntimeError(f"{process.args[0]}: nothing answers on port {port}")


def refresh(
    home: Path, environment: dict[str, str], during: Callable[[], None] | None = None
) -> tuple[int, str, float]:
    """Runs `warehouse refresh` as a person would; `during` is called once the build is under way. Exit code, what it
    printed, seconds."""
    began = time.perf_counter()
    printed = home / "refresh.log"
    earlier = builds_of(home)
    with printed.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "refresh", "--full"],
            cwd=home,
            env={
                **os.environ,
                **quiet_environment(),
                "DAGSTER_HOME": str(home / "dagster"),
                "WAREHOUSE_HOME": str(home),
                "WAREHOUSE_REPORT": "no",
                "SPARK_LOCAL_IP": ADDRESS,
                **environment,
            },
            stdout=log,
            stderr=log,
        )
        if during:
            while process.poll() is None and tables_of(builds_of(home) - earlier) < TABLES_BEFORE_A_KILL:
                time.sleep(0.5)
            if process.poll() is not None:
                raise RuntimeError(f"the refresh ended before it was under way: {printed.read_text()}")
            during()
            print(f"Killed with {tables_of(builds_of(home) - earlier)} tables of the build begun.", flush=True)
        try:
            code = process.wait(PATIENCE)
        finally:
            process.kill()
    # Spark in this process says much besides.
    said = printed.read_text()
    answer = said[said.find("Refused.") :] if "Refused." in said else said.strip().rpartition("\n")[2]
    return code, answer, time.perf_counter() - began


def builds_of(home: Path) -> set[Path]:
    return set((home / "storage" / "builds").glob("*"))


def tables_of(builds: set[Path]) -> int:
    return sum(len(list(build.glob("*/*"))) for build in builds)


def new_home(folder: Path, landing: Path | None = None, raw: Path = PROJECT / "raw") -> Path:
    shutil.copytree(raw, folder / "raw")
    (folder / "dagster").mkdir()
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", folder / "dagster")
    if landing:
        shutil.copytree(landing, folder / "landing")
    return folder


def compare(title: str, expected: Path, home: Path, seconds: float) -> int:
    """Prints whether the file that was published is DuckDB's, row for row; returns the number of tables that are not."""
    found = differences(expected / "warehouse.duckdb", home / "warehouse.duckdb")
    tables, rows = number_of_rows(home / "warehouse.duckdb")
    print(f"{title}: {tables} tables of {rows} rows, {len(found)} differ from DuckDB's, in {seconds:.0f} s", flush=True)
    for line in found:
        print(f"  {line}", flush=True)
    return len(found)


def on_spark(home: Path, cluster: Cluster | None = None) -> dict[str, str]:
    place = (
        {"WAREHOUSE_SPARK_HOST": ADDRESS, "WAREHOUSE_SPARK_PORT": str(cluster.thrift_port)}
        if cluster
        else {"WAREHOUSE_SPARK_HOST": ""}
    )
    return {"WAREHOUSE_ENGINE": "spark", "WAREHOUSE_STORAGE_URL": f"file://{home}/storage", **place}


def ended_well(title: str, outcome: tuple[int, str, float]) -> None:
    code, printed, _ = outcome
    if code:
        raise SystemExit(f"{title}: exit code {code}\n{printed}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["session", "cluster", "worker", "server"])
    parser.add_argument("--records", type=int, default=10_000_000)
    parser.add_argument("--archives", type=Path)
    given = parser.parse_args()
    wanted = given.parts
    with tempfile.TemporaryDirectory(prefix="warehouse-spark-") as place:
        folder = Path(place)
        expected = new_home(folder / "duckdb")
        if "volume" in wanted:
            from benchmarks.volume import prepared

            shutil.rmtree(expected / "raw")
            prepared(expected, given.records, plain=False, archives=given.archives)
        outcome = refresh(expected, {"WAREHOUSE_ENGINE": "duckdb"})
        ended_well("DuckDB", outcome)
        print(f"DuckDB: {outcome[2]:.0f} s", flush=True)
        different = 0
        if "session" in wanted:
            home = new_home(folder / "session", expected / "landing")
            outcome = refresh(home, on_spark(home))
            ended_well("Spark in a session", outcome)
            different += compare("Spark in a session", expected, home, outcome[2])
        if {"cluster", "worker", "server", "volume"} & set(wanted):
            different += on_the_cluster(wanted, folder, expected)
    return 1 if different else 0


def on_the_cluster(wanted: Sequence[str], folder: Path, expected: Path) -> int:
    cluster = Cluster(folder / "spark")
    home = new_home(folder / "cluster", expected / "landing", expected / "raw")
    different = 0
    try:
        began = time.perf_counter()
        cluster.start()
        print(f"Cluster of {', '.join(cluster.processes)}: ready in {time.perf_counter() - began:.0f} s", flush=True)
        if {"cluster", "volume"} & set(wanted):
            outcome = refresh(home, on_spark(home, cluster))
            ended_well("Cluster", outcome)
            different += compare("Spark on the cluster", expected, home, outcome[2])
        if "worker" in wanted:
            outcome = refresh(home, on_spark(home, cluster), during=lambda: cluster.kill("worker 1"))
            print(f"A worker killed during the build: exit code {outcome[0]}. {outcome[1][:300]}", flush=True)
            if outcome[0]:
                outcome = refresh(home, on_spark(home, cluster))
                ended_well("The next refresh", outcome)
            different += compare("Spark on the worker that is left", expected, home, outcome[2])
            cluster.start_worker("worker 1")
        if "server" in wanted:
            different += without_the_server(cluster, expected, home)
    except BaseException:
        for log in sorted(cluster.folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text()[-2000:]}", flush=True)
        raise
    finally:
        cluster.stop()
    return different


def without_the_server(cluster: Cluster, expected: Path, home: Path) -> int:
    """The Thrift server killed during the build: refused in words, the served file the same, and well the next time."""
    served = home / "warehouse.duckdb"
    before = served.read_bytes() if served.exists() else None
    code, printed, seconds = refresh(home, on_spark(home, cluster), during=lambda: cluster.kill("thrift server"))
    print(
        f"The Thrift server killed during the build: exit code {code} after {seconds:.0f} s.\n{printed[:600]}",
        flush=True,
    )
    untouched = (served.read_bytes() if served.exists() else None) == before
    print(f"The served file is {'the one before' if untouched else 'another'}.", flush=True)
    cluster.start_thrift_server()
    outcome = refresh(home, on_spark(home, cluster))
    ended_well("The next refresh", outcome)
    different = compare("The next refresh", expected, home, outcome[2])
    return different + (code != 1) + (not printed.startswith("Refused.")) + (not untouched)


if __name__ == "__main__":
    sys.exit(main())
