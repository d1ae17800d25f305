"""Readers and stopped processes while new files are published: used briefly by the tests, at full length by `make soak`."""

import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pymysql
from killed import STEPS

from orchestration.publish import publish, start_build
from orchestration.settings import Settings

# One answer over three tables: a reader that saw parts of two files would see two numbers.
QUESTION = (
    "select (select max(mark) from audit.mark), (select max(mark) from marts.mark), "
    "(select count(*) > 0 from marts.fct_observations)"
)


def marked_build(settings: Settings, source: Path, number: int) -> Path:
    """A build like the served file, with its number in two schemas, as a refresh would leave it."""
    build = start_build(settings, f"soak-{number}", from_served=False)
    shutil.copyfile(source, build)
    with duckdb.connect(str(build)) as connection:
        for schema in ("audit", "marts"):
            connection.execute(f"create or replace table {schema}.mark as select {number} as mark")
    return build


def read(warehouse: str, keep_open: bool, stop, answers) -> None:
    """Asks until told to stop; a connection that is kept must go on giving the answer it gave first."""
    errors, torn, longest, asked = [], 0, 0.0, 0
    kept = None
    first = None
    while not stop.is_set():
        began = time.perf_counter()
        try:
            if keep_open and kept is None:
                kept = duckdb.connect(warehouse, read_only=True)
            connection = kept or duckdb.connect(warehouse, read_only=True)
            one, other, filled = connection.execute(QUESTION).fetchone()
            if not keep_open:
                connection.close()
            first = one if first is None else first
            if one != other or not filled or (keep_open and one != first):
                torn += 1
        except duckdb.Error as error:
            errors.append(str(error))
        asked += 1
        longest = max(longest, time.perf_counter() - began)
        time.sleep(0.005)
    answers.put({"errors": errors[:3], "torn": torn, "longest": longest, "asked": asked, "held": keep_open})


def publish_under_readers(settings: Settings, publications: int, readers: int) -> dict[str, float | list | int]:
    """Publishes marked files while `readers` processes open, ask and close, and as many ask on one connection."""
    source = settings.home / "source.duckdb"
    shutil.copyfile(settings.warehouse, source)
    publish(settings, marked_build(settings, source, 0))
    context = multiprocessing.get_context("spawn")
    stop, answers = context.Event(), context.Queue()
    processes = [
        context.Process(target=read, args=(str(settings.warehouse), number % 2 == 1, stop, answers))
        for number in range(2 * readers)
    ]
    for process in processes:
        process.start()
    # Until every one has asked once, nothing is measured.
    time.sleep(2)
    seconds = []
    for number in range(1, publications + 1):
        build = marked_build(settings, source, number)
        began = time.perf_counter()
        publish(settings, build)
        seconds.append(time.perf_counter() - began)
    stop.set()
    found = [answers.get(timeout=60) for _ in processes]
    for process in processes:
        process.join()
    source.unlink()
    return {
        "errors": [error for answer in found for error in answer["errors"]],
        "torn": sum(answer["torn"] for answer in found),
        "asked": sum(answer["asked"] for answer in found),
        "longest_wait": max(answer["longest"] for answer in found),
        "longest_publication": max(seconds),
        "median_publication": sorted(seconds)[len(seconds) // 2],
    }


TOKEN = "a token for tests alone"


@contextlib.contextmanager
def running_endpoint(home: Path, limits: dict[str, str]) -> Iterator[int]:
    """`warehouse serve` in a process of its own; gives its port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "serve", "--port", "0"],
        env=os.environ | {"WAREHOUSE_HOME": str(home), "WAREHOUSE_TOKEN": TOKEN} | limits,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield int(process.stdout.readline().rpartition(":")[2])
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            # Its protocol package can wait for a client that is gone.
            process.kill()
            process.wait()


def ask_endpoint(port: int, keep_open: bool, stop: threading.Event, answers: list[dict]) -> None:
    """Asks the endpoint until told to stop, on one connection or on a new one each time."""
    errors, torn, longest, asked, versions, kept = [], 0, 0.0, 0, set(), None
    while not stop.is_set():
        began = time.perf_counter()
        try:
            if kept is None:
                kept = pymysql.connect(host="127.0.0.1", port=port, user="warehouse", password=TOKEN)
            with kept.cursor() as cursor:
                cursor.execute(QUESTION)
                ((one, other, filled),) = cursor.fetchall()
            torn += one != other or not filled
            versions.add(one)
            if not keep_open:
                kept.close()
                kept = None
        except pymysql.err.Error as error:
            errors.append(str(error))
        asked += 1
        longest = max(longest, time.perf_counter() - began)
        time.sleep(0.005)
    answers.append({"errors": errors[:3], "torn": torn, "longest": longest, "asked": asked, "versions": versions})


def endpoint_under_publications(settings: Settings, publications: int, clients: int) -> dict[str, float | list | int]:
    """Publishes marked files while `clients` ask over the network, half of them on a connection that they keep."""
    source = settings.home / "source.duckdb"
    shutil.copyfile(settings.warehouse, source)
    publish(settings, marked_build(settings, source, 0))
    stop, answers = threading.Event(), []
    with running_endpoint(settings.home, {}) as port:
        threads = [
            threading.Thread(target=ask_endpoint, args=(port, number % 2 == 1, stop, answers))
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        for number in range(1, publications + 1):
            time.sleep(0.5)
            publish(settings, marked_build(settings, source, number))
        time.sleep(0.5)
        stop.set()
        for thread in threads:
            thread.join()
    source.unlink()
    return {
        "errors": [error for answer in answers for error in answer["errors"]],
        "torn": sum(answer["torn"] for answer in answers),
        "asked": sum(answer["asked"] for answer in answers),
        "versions_seen": len(set().union(*(answer["versions"] for answer in answers))),
        "longest_wait": max(answer["longest"] for answer in answers),
    }


def kill_refreshes(home: Path, moments: list[float]) -> list[str]:
    """Starts a refresh for each moment and kills it with SIGKILL then; what was wrong with the home afterwards."""
    wrong = []
    for moment in moments:
        process = subprocess.Popen(
            [sys.executable, "-m", "orchestration", "refresh", "--full"],
            env=os.environ | {"WAREHOUSE_HOME": str(home)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        wrong += [f"after {moment:.2f} s: {reason}" for reason in wrong_with(home)]
    return wrong


def kill_at(home: Path, step: str, build: Path | None = None) -> list[str]:
    """Refreshes the home, or publishes a build there, in a process that kills itself at a step of tests/killed.py.

    What was wrong with the home afterwards.
    """
    killed = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("killed.py")), step, *([str(build)] if build else [])],
        env=os.environ | {"WAREHOUSE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    reasons = [] if killed.returncode == -signal.SIGKILL else [f"ended with {killed.returncode}, not killed"]
    return [f"at {step}: {reason}" for reason in reasons + wrong_with(home)]


def wrong_with(home: Path) -> list[str]:
    """What is wrong with the served file: that it does not open, fails its own checks, or has one beside it."""
    served = home / "warehouse.duckdb"
    wrong = []
    try:
        with duckdb.connect(str(served), read_only=True) as connection:
            failed = connection.execute(
                "select count(*) from audit.checks where kind = 'blocking' and outcome <> 'passed'"
            ).fetchone()[0]
            rows = connection.execute("select count(*) from marts.fct_observations").fetchone()[0]
        if failed or not rows:
            wrong.append(f"{failed} failed checks, {rows} observations")
    except duckdb.Error as error:
        wrong.append(str(error))
    if served.with_name(served.name + ".wal").exists():
        wrong.append("a write-ahead file beside the served one")
    return wrong


def strays(home: Path) -> list[str]:
    """What lies in the home and is neither a release, a landed one, a version that was served, nor the served file."""
    expected = {"raw", "landing", "builds", "published", "warehouse.duckdb", ".writer.lock"}
    expected |= {"build", ".report.lock", "logs"}
    found = [path for path in home.iterdir() if path.name not in expected]
    found += (home / "builds").iterdir()
    found += (home / "landing").rglob(".*")
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        served = {row[0] for row in connection.execute("select refresh_id from audit.refreshes").fetchall()}
    for path in (home / "published").iterdir():
        if path.suffix != ".duckdb":
            found.append(path)
            continue
        with duckdb.connect(str(path), read_only=True) as connection:
            newest = "select refresh_id from audit.refreshes order by finished_at desc limit 1"
            if connection.execute(newest).fetchone()[0] not in served:
                found.append(path)
    return sorted(str(path.relative_to(home)) for path in found)


PARTS = ("readers", "endpoint", "steps", "moments")


def main() -> None:
    """`soak.py FOLDER [PART …]`: fifty publications under sixteen readers, ten under thirty-two clients of the endpoint,
    and refreshes that are killed: one at each step, each followed by one that is not, and a hundred at random moments.
    """
    from orchestration.settings import PROJECT

    home = Path(sys.argv[1])
    parts = sys.argv[2:] or PARTS
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    shutil.copytree(PROJECT / "raw", home / "raw")
    refresh = [sys.executable, "-m", "orchestration", "refresh", "--full"]
    environment = os.environ | {"WAREHOUSE_HOME": str(home), "WAREHOUSE_REPORT": "no"}
    began = time.perf_counter()
    subprocess.run(refresh, env=environment, check=True)
    whole = time.perf_counter() - began
    settings = Settings(home, home / "raw")
    if "readers" in parts:
        print(json.dumps(publish_under_readers(settings, 50, 8), indent=2), flush=True)
    if "endpoint" in parts:
        print(json.dumps(endpoint_under_publications(settings, 10, 32), indent=2), flush=True)
    wrong = []
    for step in STEPS if "steps" in parts else ():
        # What was read before is not read again: a reader that is to be killed has to have something to read.
        shutil.rmtree(home / "landing")
        wrong += kill_at(home, step)
        subprocess.run(refresh, env=environment, check=True)
        wrong += [f"at {step}: left {path}" for path in strays(home)]
        print(f"killed at {step}; wrong: {wrong}", flush=True)
    if "moments" in parts:
        chance = random.Random(100)
        moments = [chance.uniform(0.5, whole * 1.2) for _ in range(100)]
        wrong += kill_refreshes(home, moments)
        subprocess.run(refresh, env=environment, check=True)
        wrong += [f"left {path}" for path in strays(home)]
        print(f"killed at {len(moments)} random moments; wrong: {wrong}", flush=True)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
