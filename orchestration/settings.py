"""Every path and setting. Those of the environment are read and checked together, and all faults are told at once."""

import os
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from orchestration.support.environment import (
    AbsolutePath,
    Choice,
    Cron,
    Environment,
    From64,
    FromOne,
    FromZero,
    Parts,
    one_of,
    parts,
)

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
    # The Thrift server of a cluster.
    host: str = ""
    port: int = 10_000


@dataclass(frozen=True)
class Fetching:
    """How releases are fetched: from which `hosts`, with whom as `contact`, and what a server may cost us.

    A server may be silent for `seconds`, a file be as large as `megabytes`, a fault come back at each of `attempts`,
    between which the wait grows from `backoff` seconds. A host is asked again `pause` seconds after it answered. A
    server that asks for more than `longest_wait` seconds is left alone.
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
    # The password of `warehouse serve`.
    token: str = field(default="", repr=False)
    limits: Limits = Limits()
    postgres: Postgres = Postgres()
    fetching: Fetching = Fetching()
    alerting: Alerting = Alerting()
    cluster: Cluster | None = None

    @classmethod
    def from_environment(cls) -> "Settings":
        """The settings that the environment variables of `Variables` give.

        Raises Refusal that names every variable with a value that cannot be used.
        """
        given = Variables.read()
        return cls(
            home=given.home,
            raw=given.raw or given.home / "raw",
            versions_kept=given.keep,
            wait_for_writer=given.wait,
            days_of_runs=given.keep_runs,
            has_public_edition=given.public,
            writes_report=given.report,
            schedule=given.schedule,
            token=given.token,
            cluster=given.cluster,
            limits=Limits(given.serve_connections, given.serve_seconds, given.serve_megabytes),
            postgres=Postgres(given.postgres_url, given.postgres_url_file, given.postgres_public_url),
            fetching=Fetching(
                contact=given.fetch_contact,
                hosts=given.fetch_hosts,
                seconds=given.fetch_seconds,
                megabytes=given.fetch_megabytes,
                attempts=given.fetch_attempts,
            ),
            alerting=Alerting(
                webhook=given.alert_webhook,
                email=given.alert_email,
                sender=given.alert_from,
                mail_server=given.smtp_host,
                mail_port=given.smtp_port,
                mail_user=given.smtp_user,
                mail_password=given.smtp_password,
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
    def narratives(self) -> tuple[Path, Path]:
        """The folders of the words of editions: that of the home, and that of the project with its examples."""
        return self.home / "narrative", PROJECT / "narrative"

    @cached_property
    def report_note(self) -> Path:
        """Where it stands what the report was written by and from."""
        return self.logs / "report.written-by"

    def build(self, run_id: str) -> Path:
        """The database file a run builds. It has the name of the served file, because DuckDB names a catalog by it."""
        return self.builds / run_id / self.warehouse.name


def _hosts(text: str) -> tuple[str, ...]:
    return parts(text.lower()) or PUBLISHERS_HOSTS


Engine = Annotated[str, one_of(*ENGINES)]
Hosts = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_hosts)]


class Variables(Environment):
    """The environment variables, each by its name without WAREHOUSE_. An empty one counts as not set.

    The descriptions are the table in docs/operations.md. The text of this object holds no secret.
    """

    model_config = SettingsConfigDict(env_prefix="WAREHOUSE_")

    home: AbsolutePath = Field(
        default=PROJECT,
        description="folder of `raw/`, `landing/`, `builds/`, `build/` and `warehouse.duckdb`; an absolute path",
        json_schema_extra={"unset": "the project's folder"},
    )
    raw: AbsolutePath | None = Field(
        default=None,
        description="folder of the releases, if it is elsewhere",
        json_schema_extra={"unset": "`raw/` in the home"},
    )
    seeds: AbsolutePath | None = Field(
        default=None,
        description="folder of a partnership's [own seeds](another-partnership.md): each CSV takes the place of the "
        "project's of the same name",
        json_schema_extra={"unset": "the project's seeds"},
    )
    public: Choice = Field(
        default=Settings.has_public_edition, description="`yes` to publish the [public edition](public-edition.md) too"
    )
    keep: FromOne = Field(default=Settings.versions_kept, description="how many published files are kept")
    wait: FromZero = Field(
        default=Settings.wait_for_writer, description="how many seconds a refresh waits for another one to end"
    )
    keep_runs: FromOne = Field(
        default=Settings.days_of_runs,
        description="for how many days Dagster keeps the records of a run; an asset's last run stays",
    )
    schedule: Cron = Field(
        default=Settings.schedule, description="when Dagster refreshes, as cron writes it, in London time"
    )
    report: Choice = Field(
        default=Settings.writes_report, description="whether a refresh ends with the report: `yes` or `no`"
    )
    token: str = Field(default="", repr=False, description="the password of `warehouse serve`, at least 16 characters")
    postgres_url: str = Field(
        default="",
        repr=False,
        description="the Postgres database of the mirror",
        json_schema_extra={"unset": "no mirror"},
    )
    postgres_url_file: str = Field(default="", description="a file that holds the address of the mirror's database")
    postgres_public_url: str = Field(
        default="",
        repr=False,
        description="the database of the public edition",
        json_schema_extra={"unset": "the other one's name and `_public`"},
    )
    serve_connections: FromOne = Field(
        default=Limits.connections, description="how many sessions the mirror's readers may have"
    )
    serve_seconds: FromOne = Field(default=Limits.seconds, description="how many seconds a reader's query may take")
    serve_megabytes: From64 = Field(
        default=Limits.megabytes, description="how many megabytes of temporary files a reader's session may make"
    )
    fetch_contact: str = Field(
        default="",
        description="an e-mail address or page that publishers see in every request; `warehouse fetch` needs it",
    )
    fetch_hosts: Hosts = Field(
        default=PUBLISHERS_HOSTS,
        description="the hosts that requests may go to, separated by commas",
        json_schema_extra={"unset": "those of the publishers"},
    )
    fetch_seconds: FromOne = Field(
        default=int(Fetching.seconds), description="how many seconds a publisher's server may be silent"
    )
    fetch_megabytes: FromOne = Field(
        default=int(Fetching.megabytes), description="how many megabytes a fetched file may have"
    )
    fetch_attempts: FromOne = Field(
        default=Fetching.attempts, description="how often a publisher is asked before a fault is reported"
    )
    alert_webhook: str = Field(
        default="", repr=False, description="where alerts are posted; by HTTPS, except for this machine itself"
    )
    alert_email: Parts = Field(default=(), description="to whom alerts are mailed, separated by commas")
    alert_from: str = Field(default="", description="from whom alerts are mailed")
    smtp_host: str = Field(default="", description="the mail server, which must offer STARTTLS")
    smtp_port: FromOne = Field(default=Alerting.mail_port, description="the port of the mail server")
    smtp_user: str = Field(default="", description="who logs in to the mail server")
    smtp_password: str = Field(default="", repr=False, description="the password for the mail server")
    engine: Engine = Field(
        default="duckdb", description="what builds the models: `duckdb` or `spark` ([cluster.md](cluster.md))"
    )
    storage_url: str = Field(default="", description="the folder that this machine and a cluster reach, for `spark`")
    spark_host: str = Field(
        default="",
        description="the cluster's Thrift server",
        json_schema_extra={"unset": "Spark runs in the process of the refresh"},
    )
    spark_port: FromOne = Field(default=Cluster.port, description="the port of the Thrift server")
    spark_user: str = Field(default="warehouse", description="the user for the Thrift server")

    @model_validator(mode="after")
    def _a_cluster_has_its_storage(self) -> "Variables":
        if self.engine != "duckdb" and "://" not in self.storage_url:
            raise ValueError(
                f"WAREHOUSE_STORAGE_URL: found {self.storage_url!r}; expected the address of a folder that this "
                "machine and the cluster reach, such as s3a://bucket/warehouse or file:///mnt/warehouse. Set it, or "
                "unset WAREHOUSE_ENGINE."
            )
        return self

    @property
    def cluster(self) -> Cluster | None:
        """Where Spark builds the models, None for DuckDB."""
        if self.engine == "duckdb":
            return None
        target = "spark_session" if self.engine == "spark" and not self.spark_host else self.engine
        return Cluster(target, self.storage_url.rstrip("/"), self.spark_host, self.spark_port)


class DagsterVariables(Environment):
    """Dagster's own variable, which it reads as well."""

    model_config = SettingsConfigDict(env_prefix="DAGSTER_")

    home: AbsolutePath = Field(
        default=DAGSTER_FOLDER,
        description="where Dagster keeps its records; a folder without `dagster.yaml` gets the project's",
        json_schema_extra={"unset": "`.dagster`, or that of the home if the project cannot be written to"},
    )


def dagster_home() -> Path:
    """Where Dagster's records are: DAGSTER_HOME, or else in the project, or in the home where that is not writable."""
    given = DagsterVariables.read()
    if "home" in given.model_fields_set or os.access(DAGSTER_FOLDER, os.W_OK):
        return given.home
    return Settings.from_environment().home / ".dagster"


def quiet_environment() -> dict[str, str]:
    """What Dagster and dbt are to find in the environment: no telemetry, and where and how Dagster keeps records."""
    return {
        "DAGSTER_HOME": str(dagster_home()),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        # What a run plans, an event for each asset and check, is written at once (orchestration/runs/event_log.py).
        "DAGSTER_EVENT_BATCH_SIZE": "1000",
    }
