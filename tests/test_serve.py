"""`warehouse serve`: a Postgres of its own for tools on this machine, which follows each publication."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from homes import Home
from postgres_server import QUESTION, TOKEN, published_file, serving

from orchestration.mirror import binaries
from orchestration.mirror.private import PrivatePostgres, place_of
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal


@pytest.fixture
def small(postgres, tmp_path: Path) -> Iterator[Home]:
    """A home that serves a small file; skips, as `postgres` does, where the machine has none."""
    published_file(tmp_path / "warehouse.duckdb", 1)
    yield Home(tmp_path)
    # Where others cannot walk to a folder of root's tests, the data are among the system's.
    shutil.rmtree(place_of(tmp_path, binaries.user_for(tmp_path).get("user")), ignore_errors=True)


def connect(port: int, **changes: object) -> psycopg.Connection:
    given = {"host": "127.0.0.1", "port": port, "user": "warehouse", "password": TOKEN, "dbname": "warehouse"}
    return psycopg.connect(**given | changes, autocommit=True, connect_timeout=5)


def test_it_serves_what_is_published_and_follows(small: Home):
    with serving(small.path) as (process, port):
        connection = connect(port)
        assert connection.execute(QUESTION).fetchone() == (1, 1)
        published_file(small.path / "next.duckdb", 2).rename(small.warehouse)
        ends = time.monotonic() + 30
        while connection.execute(QUESTION).fetchone() != (2, 2) and time.monotonic() < ends:
            time.sleep(0.1)
        assert connection.execute(QUESTION).fetchone() == (2, 2)
        # It is stopped with a client connected, and in the middle of a transaction.
        connection.execute("begin")
        connection.execute("select * from marts.dim_areas")
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - began < 15
        printed = process.stdout.read()
    assert "rows changed, in" in printed
    assert printed.endswith("Stopped.\n")
    assert TOKEN not in printed
    for tool in ("psql", "SQLAlchemy", "Power BI", "jdbc:postgresql", "PostgreSQL Unicode", "RPostgres", "QGIS"):
        assert tool in printed
    with pytest.raises(psycopg.OperationalError):
        connect(port)


def test_ctrl_c_stops_it_and_what_was_killed_does_not_stand_in_the_way(small: Home):
    with serving(small.path) as (process, port):
        process.kill()
        process.wait()
    # The server of the killed process is at work still, on the same data.
    with serving(small.path) as (process, second):
        assert second != port
        with pytest.raises(psycopg.OperationalError):
            connect(port)
        with connect(second) as connection:
            assert connection.execute(QUESTION).fetchone() == (1, 1)
        refused = subprocess.run(
            [sys.executable, "-m", "orchestration", "serve", "--port", "0"],
            env=os.environ | {"WAREHOUSE_HOME": str(small.path), "WAREHOUSE_TOKEN": TOKEN},
            capture_output=True,
            text=True,
        )
        assert refused.returncode == 1
        assert "another `warehouse serve` is already running here" in refused.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


def test_only_who_knows_the_token_gets_in_and_only_there(small: Home):
    with serving(small.path, WAREHOUSE_SERVE_SECONDS="1") as (_, port):
        for changes in (
            {"password": "wrong"},
            {"password": ""},
            {"user": "warehouse_owner"},
            {"user": "warehouse_owner", "password": ""},
            {"user": "postgres"},
            {"dbname": "postgres"},
            {"dbname": "template1"},
        ):
            with pytest.raises(
                psycopg.OperationalError, match=r"authentication failed|no pg_hba.conf entry|no password"
            ):
                connect(port, **changes)
        listening = Path("/proc/net/tcp")
        if listening.is_file():
            mine = [
                line.split()[1]
                for line in listening.read_text().splitlines()
                if f":{port:04X} " in line.split()[1] + " "
            ]
            assert set(mine) <= {f"0100007F:{port:04X}"}
        place = place_of(small.path, binaries.user_for(small.path).get("user"))
        assert "scram-sha-256" in (place / "data" / "pg_hba.conf").read_text()
        assert "trust" not in (place / "data" / "pg_hba.conf").read_text()
        assert TOKEN not in (place / "postgres.log").read_text()
        assert (place / "owner").stat().st_mode & 0o077 == 0
        with connect(port) as connection:
            # A session may lift the limit for itself; the server that is watched ends its query all the same.
            connection.execute("set statement_timeout = 0")
            began = time.monotonic()
            with pytest.raises(psycopg.errors.QueryCanceled):
                connection.execute("select pg_sleep(3600)")
            assert time.monotonic() - began < 60


def test_data_of_another_version_or_damaged_data_are_made_anew(small: Home):
    settings = Settings(small.path, small.path / "raw")
    with PrivatePostgres(settings, 0, TOKEN) as server:
        data = server.data
    (data / "global" / "pg_control").write_bytes(b"damaged")
    with PrivatePostgres(settings, 0, TOKEN) as server:
        assert server.is_running
    (data / "PG_VERSION").write_text("9\n")
    with PrivatePostgres(settings, 0, TOKEN) as server:
        assert (server.data / "PG_VERSION").read_text() != "9\n"


def test_it_needs_a_token_a_warehouse_a_port_and_postgres(small: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WAREHOUSE_TOKEN", "short")
    assert "WAREHOUSE_TOKEN: found 5 characters; expected at least 16." in small.run("serve").output
    monkeypatch.setenv("WAREHOUSE_TOKEN", TOKEN)
    empty = tmp_path / "empty"
    empty.mkdir()
    outcome = Home(empty).run("serve")
    assert outcome.exit_code == 1
    assert "no warehouse is served. Run `warehouse refresh` first." in outcome.output
    with serving(small.path) as (_, port):
        other = tmp_path / "other"
        other.mkdir()
        published_file(other / "warehouse.duckdb")
        assert (
            f"Port {port} is already in use. Choose another with --port."
            in Home(other).run("serve", "--port", str(port)).output
        )
    monkeypatch.setattr(binaries, "_folders", lambda: iter(()))
    with pytest.raises(Refusal, match=r"No Postgres was found on this machine.*requirements/serve\.txt"):
        binaries.find_programs()


@pytest.mark.skipif(not binaries.is_root(), reason="only root has to become another user")
def test_root_becomes_the_owner_of_the_home_or_a_user_of_the_system(tmp_path: Path):
    assert binaries.user_for(tmp_path)["user"] != 0
    os.chown(tmp_path, 12345, 12345)
    assert binaries.user_for(tmp_path) == {"user": 12345, "group": 12345, "extra_groups": []}
    assert place_of(tmp_path, 12345) == tmp_path / "postgres"
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    user = binaries.user_for(closed)["user"]
    place = place_of(closed, user)
    assert place.parent == Path("/var/lib/warehouse-postgres")
    assert (place.stat().st_uid, place.stat().st_mode & 0o077) == (user, 0)
    place.rmdir()
