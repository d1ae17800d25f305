"""`warehouse serve`: a private Postgres with the served warehouse, updated after each publication."""

import threading
import time
from collections.abc import Callable
from datetime import datetime

from orchestration.mirror.load import load
from orchestration.mirror.private import HOST, WAREHOUSE, PrivatePostgres
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal

LEAST_TOKEN = 16
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_ATTEMPTS = 60.0

CONNECTIONS = """\
host {host}, port {port}, database {name}, user {name}, password: the value of WAREHOUSE_TOKEN

psql                     psql 'host={host} port={port} dbname={name} user={name}'
Python                   postgresql+psycopg://{name}:<token>@{host}:{port}/{name}
Superset                 the same address as a SQLAlchemy URI
Metabase, Grafana        a PostgreSQL connection with the settings above, without TLS
Tableau, Power BI        the PostgreSQL connection, server {host}:{port}, without encryption
DBeaver (JDBC)           jdbc:postgresql://{host}:{port}/{name}?currentSchema=marts
Excel (ODBC)             DRIVER={{PostgreSQL Unicode}};SERVER={host};PORT={port};DATABASE={name};UID={name}
R                        DBI::dbConnect(RPostgres::Postgres(), host = "{host}", port = {port}, dbname = "{name}", ...)
QGIS                     a PostgreSQL connection with the settings above

The schemas are marts, reports and audit. docs/connecting.md has the details. Stop with Ctrl+C."""


def serve(settings: Settings, port: int, stop: threading.Event, say: Callable[[str], None]) -> None:
    """Serves the published file on this machine until `stop` is set.

    Raises Refusal if the token is missing or short, nothing is published, there is no Postgres, or it ends.
    """
    token = settings.token
    if len(token) < LEAST_TOKEN:
        raise Refusal(
            f"WAREHOUSE_TOKEN: found {len(token)} characters; expected at least {LEAST_TOKEN}. Set it, for example to "
            "the output of: python -c 'import secrets; print(secrets.token_urlsafe(32))'"
        )
    served = _identity(settings)
    with PrivatePostgres(settings, port, token) as server:
        loaded = load(server.target, settings.warehouse)
        say(f"Serving {settings.warehouse} on {HOST}:{server.port}")
        say(f"refresh {loaded.refresh_id[:8]}, {loaded.rows:,} rows; the data of Postgres are in {server.place}\n")
        say(CONNECTIONS.format(host=HOST, port=server.port, name=WAREHOUSE))
        tried = 0.0
        while not stop.wait(SECONDS_BETWEEN_LOOKS):
            if not server.is_running:
                raise Refusal(f"Postgres stopped: {server.why_it_ended()}. Its data and log are in {server.place}.")
            server.end_what_is_overdue()
            try:
                now = _identity(settings)
            except Refusal:
                # If the file is missing, the mirror keeps its content.
                continue
            if now == served or time.monotonic() - tried < SECONDS_BETWEEN_ATTEMPTS * (tried > 0):
                continue
            try:
                loaded = load(server.target, settings.warehouse)
            except Refusal as refusal:
                tried = time.monotonic()
                _tell_of(refusal, settings, say)
                continue
            served, tried = now, 0.0
            say(
                f"{datetime.now():%H:%M:%S} refresh {loaded.refresh_id[:8]}: {loaded.changed:,} of {loaded.rows:,} "
                f"rows changed, in {loaded.seconds:.1f} s"
            )


def _tell_of(refusal: Refusal, settings: Settings, say: Callable[[str], None]) -> None:
    from orchestration.alerts.alert import alert, failed

    say(str(refusal))
    alert(failed("mirror", str(refusal), settings), settings)


def _identity(settings: Settings) -> tuple[int, int]:
    try:
        state = settings.warehouse.stat()
    except OSError:
        raise Refusal(f"{settings.warehouse}: no warehouse is served. Run `warehouse refresh` first.") from None
    return state.st_dev, state.st_ino
