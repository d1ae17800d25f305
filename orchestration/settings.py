"""Every path and environment variable, absolute, read once."""

import os
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from orchestration.support.refusal import Refusal

# Of the pages and APIs that datasets are fetched from, and of the stores that these send one to for the files.
PUBLISHERS_HOSTS = (
    "www.ons.gov.uk",
    "www.gov.uk",
    "assets.publishing.service.gov.uk",
    "data.police.uk",
    "policeuk-data.s3.amazonaws.com",
    "fingertips.phe.org.uk",
)

PROJECT = Path(__file__).resolve().parent.parent
DBT_PROJECT = PROJECT / "dbt_project"

# With the settings of Dagster, and its records where nothing else is said.
DAGSTER_FOLDER = PROJECT / ".dagster"

# Who Dagster's page names as the owners of every asset.
OWNERS = ["team:data_engineers"]


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


def _choice(variable: str, default: bool) -> bool:
    text = os.environ.get(variable)
    if not text:
        return default
    if text.casefold() not in ("yes", "no"):
        raise Refusal(f"{variable}: found {text!r}; expected yes or no. Correct it, or unset it.")
    return text.casefold() == "yes"


def _schedule(variable: str, default: str) -> str:
    text = os.environ.get(variable) or default
    if not re.fullmatch(r"\s*(@\w+|[\w*/,?#-]+(\s+[\w*/,?#-]+){4})\s*", text):
        raise Refusal(
            f"{variable}: found {text!r}; expected the five fields of cron (minute, hour, day of the month, month, day "
            f"of the week), such as {default!r} for 09:45 on working days. Correct it, or unset it."
        )
    return text.strip()


def _list(variable: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in os.environ.get(variable, "").split(",") if part.strip())


@dataclass(frozen=True)
class Limits:
    """What readers of the Postgres copy may take: `connections` together, `seconds` a query, and `megabytes` of
    temporary files a session."""

    connections: int = 64
    seconds: int = 60
    megabytes: int = 2_000


@dataclass(frozen=True)
class Postgres:
    """Where the published file is copied to: the address of a Postgres database, or of a file that holds it.

    `public_url` is the database of the public edition; unless it is set, its name is that of the other database and
    "_public". The text of this object holds no secret.
    """

    url: str = field(default="", repr=False)
    url_file: str = ""
    public_url: str = field(default="", repr=False)

    @property
    def is_set(self) -> bool:
        return bool(self.url or self.url_file)


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
class Fetching:
    """How releases are fetched: from which `hosts`, with whom as `contact`, and what a server may cost us.

    A server may be silent for `seconds`, a file be as large as `megabytes`, a fault come back at each of `attempts`,
    between which the wait grows from `backoff` seconds. Two requests to one host are `pause` seconds apart. A server
    that asks for more than `longest_wait` seconds is left alone.
    """

    contact: str = ""
    hosts: tuple[str, ...] = PUBLISHERS_HOSTS
    seconds: float = 60
    megabytes: float = 4_000
    attempts: int = 5
    backoff: float = 2.0
    pause: float = 1.0
    longest_wait: float = 120.0


@dataclass(frozen=True)
class Alerting:
    """Where alerts go: a `webhook`, or by `mail_server` from `sender` to the addresses of `email`; else to the log.

    A receiver that does not answer is asked again after each of `waits` seconds. What is secret is not in the text of
    this object.
    """

    webhook: str = field(default="", repr=False)
    email: tuple[str, ...] = ()
    sender: str = ""
    mail_server: str = ""
    mail_port: int = 587
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    waits: tuple[float, ...] = (1.0, 5.0)

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self.webhook, self.mail_password) if secret)


@dataclass(frozen=True)
class Settings:
    """Where everything lies. `home` holds all that is made; `raw` may lie elsewhere.

    `versions_kept` published files are kept; a refresh waits `wait_for_writer` seconds for another one to end;
    Dagster's records of a run are kept for `days_of_runs` days.
    `has_public_edition` says whether a refresh publishes the public edition too, `writes_report` whether it ends with
    the report.
    """

    home: Path
    raw: Path
    versions_kept: int = 5
    wait_for_writer: int = 600
    days_of_runs: int = 30
    has_public_edition: bool = False
    writes_report: bool = True
    # Official statistics come out at half past nine on working days.
    schedule: str = "45 9 * * 1-5"
    limits: Limits = Limits()
    postgres: Postgres = Postgres()
    fetching: Fetching = Fetching()
    alerting: Alerting = Alerting()
    cluster: Cluster | None = None

    @classmethod
    def from_environment(cls) -> "Settings":
        """Reads WAREHOUSE_HOME (the project folder unless set), WAREHOUSE_RAW (`raw` in it unless set),
        WAREHOUSE_KEEP (5 unless set), WAREHOUSE_WAIT (600 unless set),
        WAREHOUSE_KEEP_RUNS (days, 30 unless set), WAREHOUSE_PUBLIC (yes or no, no unless set),
        WAREHOUSE_REPORT (yes or no, yes unless set), WAREHOUSE_SCHEDULE (when Dagster refreshes, as cron writes it:
        "45 9 * * 1-5" unless set, in London's time). Where the Postgres copy is: WAREHOUSE_POSTGRES_URL, or
        WAREHOUSE_POSTGRES_URL_FILE (a file that holds it), and WAREHOUSE_POSTGRES_PUBLIC_URL; and the limits of its
        readers: WAREHOUSE_SERVE_CONNECTIONS, _SECONDS and _MEGABYTES (64, 60 and 2000 unless set). How releases are
        fetched:
        WAREHOUSE_FETCH_CONTACT, _HOSTS (those of the publishers unless set, separated by commas), _SECONDS, _MEGABYTES
        and _ATTEMPTS (60, 4000 and 5 unless set). Where alerts go: WAREHOUSE_ALERT_WEBHOOK, or WAREHOUSE_ALERT_EMAIL
        (addresses, separated by commas) and _FROM by WAREHOUSE_SMTP_HOST, _PORT (587 unless set), _USER and _PASSWORD.
        WAREHOUSE_ENGINE (duckdb unless set), WAREHOUSE_STORAGE_URL and WAREHOUSE_SPARK_HOST say where the models are
        built: without a host, `spark` is a session in this process.

        Raises Refusal for a relative path, a value that is not a number or a valid choice, or an engine without its
        storage.
        """
        home = _absolute("WAREHOUSE_HOME", PROJECT)
        return cls(
            home=home,
            raw=_absolute("WAREHOUSE_RAW", home / "raw"),
            versions_kept=_number("WAREHOUSE_KEEP", 5, 1),
            wait_for_writer=_number("WAREHOUSE_WAIT", 600, 0),
            days_of_runs=_number("WAREHOUSE_KEEP_RUNS", 30, 1),
            has_public_edition=_choice("WAREHOUSE_PUBLIC", False),
            writes_report=_choice("WAREHOUSE_REPORT", True),
            schedule=_schedule("WAREHOUSE_SCHEDULE", cls.schedule),
            cluster=_cluster(),
            limits=Limits(
                connections=_number("WAREHOUSE_SERVE_CONNECTIONS", 64, 1),
                seconds=_number("WAREHOUSE_SERVE_SECONDS", 60, 1),
                megabytes=_number("WAREHOUSE_SERVE_MEGABYTES", 2_000, 64),
            ),
            postgres=Postgres(
                url=os.environ.get("WAREHOUSE_POSTGRES_URL", ""),
                url_file=os.environ.get("WAREHOUSE_POSTGRES_URL_FILE", ""),
                public_url=os.environ.get("WAREHOUSE_POSTGRES_PUBLIC_URL", ""),
            ),
            fetching=Fetching(
                contact=os.environ.get("WAREHOUSE_FETCH_CONTACT", ""),
                hosts=tuple(host.lower() for host in _list("WAREHOUSE_FETCH_HOSTS")) or PUBLISHERS_HOSTS,
                seconds=_number("WAREHOUSE_FETCH_SECONDS", 60, 1),
                megabytes=_number("WAREHOUSE_FETCH_MEGABYTES", 4_000, 1),
                attempts=_number("WAREHOUSE_FETCH_ATTEMPTS", 5, 1),
            ),
            alerting=Alerting(
                webhook=os.environ.get("WAREHOUSE_ALERT_WEBHOOK", ""),
                email=_list("WAREHOUSE_ALERT_EMAIL"),
                sender=os.environ.get("WAREHOUSE_ALERT_FROM", ""),
                mail_server=os.environ.get("WAREHOUSE_SMTP_HOST", ""),
                mail_port=_number("WAREHOUSE_SMTP_PORT", 587, 1),
                mail_user=os.environ.get("WAREHOUSE_SMTP_USER", ""),
                mail_password=os.environ.get("WAREHOUSE_SMTP_PASSWORD", ""),
            ),
        )

    @cached_property
    def landing(self) -> Path:
        return self.home / "landing"

    @cached_property
    def builds(self) -> Path:
        return self.home / "builds"

    @cached_property
    def fetched(self) -> Path:
        return self.home / "fetched"

    @cached_property
    def logs(self) -> Path:
        return self.home / "logs"

    @cached_property
    def published(self) -> Path:
        return self.home / "published"

    @cached_property
    def warehouse(self) -> Path:
        return self.home / "warehouse.duckdb"

    @cached_property
    def public(self) -> "Settings":
        """The settings of the public edition: a home of its own, whose file can be given away without the other."""
        return replace(self, home=self.home / "public", has_public_edition=False)

    @cached_property
    def report(self) -> Path:
        return self.home / "build"

    @cached_property
    def report_note(self) -> Path:
        """Where it stands what the report was written by and from."""
        return self.logs / "report.written-by"

    def build(self, run_id: str) -> Path:
        """The database file a run builds. It has the name of the served file, because DuckDB names a catalog by it."""
        return self.builds / run_id / self.warehouse.name


def dagster_home() -> Path:
    """Where Dagster's records are: DAGSTER_HOME, or else in the project, or in the home where that is not writable."""
    if os.access(DAGSTER_FOLDER, os.W_OK) or os.environ.get("DAGSTER_HOME"):
        return _absolute("DAGSTER_HOME", DAGSTER_FOLDER)
    return Settings.from_environment().home / ".dagster"


def quiet_environment() -> dict[str, str]:
    """What Dagster and dbt are to find in the environment: no telemetry, and where Dagster's records are."""
    return {
        "DAGSTER_HOME": str(dagster_home()),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
