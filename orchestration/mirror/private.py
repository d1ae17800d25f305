"""A private Postgres for the mirror, on this machine only, with its data in the home and rebuilt if in doubt."""

import hashlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from pathlib import Path

import psycopg
from filelock import FileLock, Timeout

from orchestration.mirror.binaries import find_programs, is_root, major_version, others_reach, user_for
from orchestration.mirror.shape import literal, quoted
from orchestration.mirror.target import Target
from orchestration.settings import Settings
from orchestration.support.duck import only_row
from orchestration.support.refusal import Refusal

HOST = "127.0.0.1"
OWNER = "warehouse_owner"
# The database, and the user who reads it.
WAREHOUSE = "warehouse"

SECONDS_TO_START = 60
SECONDS_TO_STOP = 30

# For root, whose home nobody else can reach; only root can make folders there.
SYSTEM_DATA = Path("/var/lib/warehouse-postgres")

# Sessions of the mirror itself, beside those of its readers.
OWN_SESSIONS = 10

WHO_MAY_CONNECT = f"""\
host all {OWNER} {HOST}/32 scram-sha-256
host {WAREHOUSE} {WAREHOUSE} {HOST}/32 scram-sha-256
"""

OPTIONS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "datestyle": "iso, dmy",
    # What a crash of the machine loses is loaded again.
    "synchronous_commit": "off",
    # Tables of this size gain nothing by it, and a container may have no shared memory for it.
    "max_parallel_workers_per_gather": "0",
    # A failed statement can include confidential values.
    "log_min_error_statement": "panic",
}


class PrivatePostgres:
    """The server as a process of this one; used as a context, which stops it at its end."""

    def __init__(self, settings: Settings, port: int, token: str) -> None:
        self.settings, self.token = settings, token
        self.programs = find_programs()
        settings.home.mkdir(parents=True, exist_ok=True)
        self.user = user_for(settings.home)
        self.place = place_of(settings.home, self.user.get("user"))
        self.data = self.place / "data"
        self.log = self.place / "postgres.log"
        self.port = port or _free_port()
        self.process: subprocess.Popen | None = None
        self._lock = FileLock(settings.home / ".serve.lock", timeout=0)
        self._watch: psycopg.Connection | None = None

    def __enter__(self) -> "PrivatePostgres":
        """Starts the server, and makes its database and its reader. Raises Refusal if it does not start."""
        try:
            self._lock.acquire()
        except Timeout:
            raise Refusal(
                f"{self.settings.home}: another `warehouse serve` is already running here. Stop it, or use its "
                "connection."
            ) from None
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def target(self) -> Target:
        """The database as the mirror's owner reaches it."""
        address = {"host": HOST, "port": str(self.port), "user": OWNER, "dbname": WAREHOUSE}
        return Target(address | {"password": self._password()}, WAREHOUSE, self.settings.limits)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end_what_is_overdue(self) -> int:
        """Cancels queries of the reader that run past the limit, which a session can lift for itself; how many."""
        try:
            if self._watch is None or self._watch.closed:
                self._watch = self.target.connect()
            return only_row(
                self._watch.execute(
                    "select count(pg_cancel_backend(pid)) from pg_stat_activity "
                    "where usename = %s and state = 'active' "
                    "and clock_timestamp() - query_start > make_interval(secs => %s)",
                    [WAREHOUSE, self.settings.limits.seconds + 1],
                )
            )[0]
        except (psycopg.Error, Refusal):
            # Another check finds out whether the server is running.
            return 0

    def stop(self) -> None:
        """Ends the sessions of all clients and stops the server."""
        if self._watch:
            self._watch.close()
        process = self.process
        if process is not None and self.is_running:
            self._control("stop", "-m", "fast", "-w", "-t", str(SECONDS_TO_STOP))
            try:
                process.wait(SECONDS_TO_STOP)
            except subprocess.TimeoutExpired:
                self._control("stop", "-m", "immediate", "-w", "-t", str(SECONDS_TO_STOP))
                process.wait(SECONDS_TO_STOP)
        self._lock.release()

    def why_it_ended(self) -> str:
        """The last lines of its log."""
        if not self.log.is_file():
            return "it left no log"
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return " ".join(lines[-4:]) or "its log is empty"

    def _start(self) -> None:
        self._refuse_a_port_in_use()
        if (self.data / "postmaster.pid").is_file():
            # The server of a process that was killed.
            self._control("stop", "-m", "fast", "-w", "-t", str(SECONDS_TO_STOP))
        is_new = self._make_data()
        runs = self._runs()
        if not runs and not is_new:
            self._halt()
            shutil.rmtree(self.data)
            self._make_data()
            runs = self._runs()
        if not runs:
            self._halt()
            raise Refusal(f"Postgres did not start: {self.why_it_ended()}. Its data and log are in {self.place}.")
        self._prepare()

    def _make_data(self) -> bool:
        """Make the data folder, if there is none of this version; returns whether it did."""
        version, owner = self.data / "PG_VERSION", self.place / "owner"
        if version.is_file() and owner.is_file() and version.read_text().strip() == major_version(self.programs):
            return False
        made = self.place / "data.part"
        for folder in (self.data, made):
            shutil.rmtree(folder, ignore_errors=True)
        given = self._own(owner)
        given.write_text(secrets.token_urlsafe(32), encoding="utf-8")
        initialised = subprocess.run(
            [
                self._program("initdb"),
                *("-D", str(made), "-U", OWNER, "-A", "scram-sha-256", f"--pwfile={given}"),
                *("-E", "UTF8", "--locale=C", "--no-instructions", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            cwd=self.place,
            **self.user,
        )
        if initialised.returncode:
            raise Refusal(
                f"{self.place}: Postgres could not make its data folder ({' '.join(initialised.stderr.split())}). "
                "Give write permission there, or free some space."
            )
        made.rename(self.data)
        return True

    def _runs(self) -> bool:
        """Starts the server, and whether it takes connections."""
        self._own(self.data / "pg_hba.conf").write_text(WHO_MAY_CONNECT, encoding="utf-8")
        options = OPTIONS | {
            "port": str(self.port),
            "max_connections": str(self.settings.limits.connections + OWN_SESSIONS),
        }
        given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self._own(self.log).open("wb") as log:
            self.process = subprocess.Popen(
                [self._program("postgres"), "-D", str(self.data), *given],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.place,
                # Ctrl+C is for the command, which then stops the server.
                start_new_session=True,
                **self.user,
            )
        ends = time.monotonic() + SECONDS_TO_START
        while self.is_running and time.monotonic() < ends:
            try:
                self.target.connect("postgres", connect_timeout=2).close()
            except Refusal as refusal:
                if "authentication failed" in str(refusal):
                    return False
                time.sleep(0.05)
            else:
                return True
        return False

    def _halt(self) -> None:
        """Ends a server whose data are given up."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(SECONDS_TO_STOP)

    def _prepare(self) -> None:
        with self.target.connect("postgres") as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [WAREHOUSE]).fetchone():
                connection.execute(f"create database {WAREHOUSE}")
            if not connection.execute("select 1 from pg_roles where rolname = %s", [WAREHOUSE]).fetchone():
                connection.execute(f"create role {WAREHOUSE} login noinherit")
            for database in ("postgres", "template1"):
                connection.execute(f"revoke all on database {database} from public")
            # The server gets a verifier for the token, never the token itself.
            proof = connection.pgconn.encrypt_password(self.token.encode(), WAREHOUSE.encode(), b"scram-sha-256")
            connection.execute(f"alter role {quoted(WAREHOUSE)} password {literal(proof.decode())}")

    def _refuse_a_port_in_use(self) -> None:
        with socket.socket() as probe:
            # Without this a port is not free for a minute after a server on it was stopped.
            if os.name != "nt":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, self.port))
            except OSError:
                raise Refusal(f"Port {self.port} is already in use. Choose another with --port.") from None

    def _password(self) -> str:
        return (self.place / "owner").read_text(encoding="utf-8")

    def _program(self, name: str) -> str:
        return shutil.which(name, path=str(self.programs)) or name

    def _control(self, *arguments: str) -> None:
        subprocess.run(
            [self._program("pg_ctl"), "-D", str(self.data), *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.place,
            **self.user,
        )

    def _own(self, path: Path) -> Path:
        """An empty file that only the user of the server can read and write."""
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        if self.user:
            os.chown(path, self.user["user"], self.user["group"])
        return path


def place_of(home: Path, user: int | None) -> Path:
    """The folder of the server's data: in the home, or where root's home is closed to others, one of the system."""
    if not is_root():
        place = home / "postgres"
        place.mkdir(exist_ok=True, mode=0o700)
        return place
    is_owner = user == home.stat().st_uid
    if is_owner or others_reach(home.resolve()):
        place = home / "postgres"
    else:
        SYSTEM_DATA.mkdir(exist_ok=True, mode=0o755)
        place = SYSTEM_DATA / hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]
    place.mkdir(exist_ok=True, mode=0o700)
    if user is not None:
        os.chown(place, user, -1)
    return place


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]
