"""Every path and environment variable, absolute, read once."""

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.refusal import Refusal

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"


def _absolute(variable: str, default: Path) -> Path:
    text = os.environ.get(variable)
    if not text:
        return default
    path = Path(text)
    if not path.is_absolute():
        raise Refusal(
            f"{variable}: found the relative path {text!r}; expected an absolute path, because a relative one "
            f"means another folder in every process. Set {variable} to the full path."
        )
    return path


def _number(variable: str, default: int, least: int) -> int:
    text = os.environ.get(variable)
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise Refusal(f"{variable}: found {text!r}; expected a whole number from {least} on. Correct it, or unset it.")
    return int(text)


@dataclass(frozen=True)
class Limits:
    """What one client of the endpoint may take: `seconds` and `rows` a query, `megabytes` of memory for all of them."""

    connections: int = 64
    seconds: int = 60
    rows: int = 1_000_000
    megabytes: int = 2_000


ENGINES = ("duckdb", "spark", "sail")


@dataclass(frozen=True)
class Cluster:
    """Where the models are built when one machine is not enough.

    `target` is that of profiles.yml, `storage` the address of a folder that this machine and the cluster reach.
    """

    target: str
    storage: str


def _cluster() -> Cluster | None:
    engine = os.environ.get("WAREHOUSE_ENGINE") or "duckdb"
    storage = os.environ.get("WAREHOUSE_STORAGE_URL") or ""
    if engine not in ENGINES:
        raise Refusal(
            f"WAREHOUSE_ENGINE: found {engine!r}; expected one of {', '.join(ENGINES)}. Correct it, or unset it."
        )
    if engine == "duckdb":
        return None
    if "://" not in storage:
        raise Refusal(
            f"WAREHOUSE_STORAGE_URL: found {storage!r}; expected the address of a folder that this machine and the "
            "cluster reach, such as s3a://bucket/warehouse or file:///mnt/warehouse. Set it, or unset WAREHOUSE_ENGINE."
        )
    if engine == "spark" and not os.environ.get("WAREHOUSE_SPARK_HOST"):
        engine = "spark_session"
    return Cluster(engine, storage.rstrip("/"))


@dataclass(frozen=True)
class Settings:
    """Where everything lies. `home` holds all that is made; `raw` may lie elsewhere.

    `versions_kept` published files are kept; a refresh waits `wait_for_writer` seconds for another one to end.
    """

    home: Path
    raw: Path
    versions_kept: int = 5
    wait_for_writer: int = 600
    limits: Limits = Limits()
    cluster: Cluster | None = None

    @classmethod
    def from_environment(cls) -> "Settings":
        """Reads WAREHOUSE_HOME (the project folder unless set), WAREHOUSE_RAW (`raw` in it unless set),
        WAREHOUSE_KEEP (5 unless set), WAREHOUSE_WAIT (600 unless set), and the limits of the endpoint:
        WAREHOUSE_SERVE_CONNECTIONS, _SECONDS, _ROWS and _MEGABYTES (64, 60, 1000000 and 2000 unless set).
        WAREHOUSE_ENGINE (duckdb unless set), WAREHOUSE_STORAGE_URL and WAREHOUSE_SPARK_HOST say where the models are
        built: without a host, `spark` is a session in this process.

        Raises `Refusal` for a relative path, for what is no number, and for an engine without its storage.
        """
        home = _absolute("WAREHOUSE_HOME", PROJECT)
        return cls(
            home=home,
            raw=_absolute("WAREHOUSE_RAW", home / "raw"),
            versions_kept=_number("WAREHOUSE_KEEP", 5, 1),
            wait_for_writer=_number("WAREHOUSE_WAIT", 600, 0),
            cluster=_cluster(),
            limits=Limits(
                connections=_number("WAREHOUSE_SERVE_CONNECTIONS", 64, 1),
                seconds=_number("WAREHOUSE_SERVE_SECONDS", 60, 1),
                rows=_number("WAREHOUSE_SERVE_ROWS", 1_000_000, 1),
                megabytes=_number("WAREHOUSE_SERVE_MEGABYTES", 2_000, 64),
            ),
        )

    @cached_property
    def landing(self) -> Path:
        return self.home / "landing"

    @cached_property
    def builds(self) -> Path:
        return self.home / "builds"

    @cached_property
    def published(self) -> Path:
        return self.home / "published"

    @cached_property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    def build(self, run_id: str) -> Path:
        """The database file a run builds; it bears the served file's name, because DuckDB names a catalog by it."""
        return self.builds / run_id / self.warehouse.name


def quiet_environment() -> dict[str, str]:
    """What Dagster and dbt are to find in the environment: no telemetry, and Dagster's records in the project."""
    return {
        "DAGSTER_HOME": os.environ.get("DAGSTER_HOME") or str(PROJECT / ".dagster"),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
