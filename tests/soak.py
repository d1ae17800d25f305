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
import time
from pathlib import Path

import duckdb
from killed import STEPS
from postgres_server import clients, database_on, kill_mirrors, running_postgres

from orchestration.mirror.load import load
from orchestration.publishing.publish import publish, put_back, start_build
from orchestration.publishing.versions import versions
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


def mirror_under_publications(settings: Settings, publications: int, rollbacks: int, kills: int, number: int) -> dict:
    """Publishes marked files, puts earlier ones back and kills loads, each mirrored while `number` clients ask."""
    source = settings.home / "source.duckdb"
    shutil.copyfile(settings.warehouse, source)
    chance = random.Random(5)
    with running_postgres(settings.home) as server, database_on(server) as database:
        publish(settings, marked_build(settings, source, 0))
        load(database.target(), settings.warehouse)
        # The reader is given its password once, before anybody asks.
        database.reader().close()
        seconds = []

        def mirrored() -> None:
            began = time.perf_counter()
            load(database.target(), settings.warehouse)
            seconds.append(time.perf_counter() - began)

        def publish_next(mark: int) -> None:
            publish(settings, marked_build(settings, source, publications + 1 + mark))

        with clients(database.reader_address, number) as asked:
            for mark in range(1, publications + 1):
                publish(settings, marked_build(settings, source, mark))
                mirrored()
            for _ in range(rollbacks):
                put_back(settings, chance.choice(versions(settings)).refresh_id)
                mirrored()
            wrong = kill_mirrors(settings, database.url, 1.5 + 2 * max(seconds), kills, publish_next)
            mirrored()
        told = {"wrong after a kill": wrong, "longest load": round(max(seconds), 2)}
    source.unlink()
    return asked.summary() | told


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
    expected |= {"build", ".report.lock", "logs", "postgres", ".serve.lock"}
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


PARTS = ("readers", "mirror", "steps", "moments")


def main() -> None:
    """`soak.py FOLDER [PART …]`: fifty publications under sixteen readers; twenty, five rollbacks and twenty killed loads
    under sixteen clients of the mirror; and refreshes that are killed: one at each step, each followed by one that is
    not, and a hundred at random moments.
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
    wrong = []
    if "mirror" in parts:
        found = mirror_under_publications(settings, 20, 5, 20, 16)
        print(json.dumps(found, indent=2), flush=True)
        wrong += [*found["errors"], *found["wrong after a kill"], *(["torn reads"] if found["torn"] else [])]
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
