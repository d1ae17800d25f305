"""The Postgres database of the mirror, and how to reach it without revealing its password."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict

from orchestration.settings import Limits, Settings
from orchestration.support.refusal import Refusal

LOOPBACK = ("", "127.0.0.1", "::1", "localhost")
SECONDS_TO_CONNECT = 10

# A password this short is not a secret, and can be part of other words.
LETTERS = 3

# In an address, each of these ends the password unless it is percent-encoded.
PERCENT_ENCODE = "Write : / ? # [ ] @ and % in a password percent-encoded (%40 for @)."

EXAMPLE = "postgresql://user:password@host:5432/warehouse"


@dataclass(frozen=True)
class Target:
    """The database of one edition, as its owner connects to it, and the role that reads it."""

    address: Mapping[str, str] = field(repr=False)
    reader: str
    limits: Limits

    @property
    def database(self) -> str:
        return self.address["dbname"]

    @property
    def place(self) -> str:
        """Where it is, as messages give it."""
        host = self.address.get("host") or "this machine"
        return f"database {self.database} on {host}, port {self.address.get('port') or 5432}"

    def connect(self, database: str | None = None, **options: str | int) -> psycopg.Connection:
        """Opens a connection that commits each statement by itself.

        Raises Refusal, without the password, if the database cannot be reached.
        """
        given: dict[str, Any] = {
            "connect_timeout": SECONDS_TO_CONNECT,
            "application_name": "warehouse mirror",
        } | options
        # Whatever the encoding of the database: it refuses characters that it does not have.
        given["client_encoding"] = "utf8"
        if self.address.get("host", "") not in LOOPBACK and not self.address.get("host", "").startswith("/"):
            # A publication must not be readable on the network.
            given.setdefault("sslmode", "require")
        try:
            return psycopg.connect(
                **(given | dict(self.address) | ({"dbname": database} if database else {})), autocommit=True
            )
        except (psycopg.Error, UnicodeError) as error:
            reason = self.without_secrets(str(error))
        raise Refusal(
            f"The mirror, {self.place}: could not connect ({reason}). Start Postgres, or correct "
            "WAREHOUSE_POSTGRES_URL, then run `warehouse mirror`."
        )

    def without_secrets(self, text: str) -> str:
        """The text in one line, without the password."""
        password = self.address.get("password", "")
        for secret in (password, quote(password, safe="")) if len(password) > LETTERS else ():
            text = text.replace(secret, "…")
        return " ".join(text.split())


def targets(settings: Settings) -> list[tuple[Settings, Target]]:
    """Each edition that is published, with the database it goes to; the public edition first, as it is served first.

    Raises Refusal if no address is set or one cannot be read.
    """
    own = target_of(_url(settings), "WAREHOUSE_POSTGRES_URL", settings.limits)
    if not settings.has_public_edition:
        return [(settings, own)]
    if settings.postgres.public_url:
        public = target_of(settings.postgres.public_url, "WAREHOUSE_POSTGRES_PUBLIC_URL", settings.limits)
        if (public.address.get("host"), public.address.get("port"), public.database) == (
            own.address.get("host"),
            own.address.get("port"),
            own.database,
        ):
            raise Refusal(
                "WAREHOUSE_POSTGRES_PUBLIC_URL: found the database of WAREHOUSE_POSTGRES_URL; expected another one, so "
                "that a reader of the public edition cannot see the other. Name another database, or unset it."
            )
    else:
        name = f"{own.database}_public"
        public = Target({**own.address, "dbname": name}, f"{name}_reader", settings.limits)
    return [(settings.public, public), (settings, own)]


def target_of(url: str, name: str, limits: Limits) -> Target:
    """The database at an address. Raises Refusal, without a part of the address, if it cannot be read."""
    try:
        address = {key: str(value) for key, value in conninfo_to_dict(url).items() if value is not None}
    except (psycopg.Error, UnicodeError):
        address = {}
    host, port, database = (address.get(key, "") for key in ("host", "port", "dbname"))
    is_readable = url.startswith(("postgresql://", "postgres://")) and "@" not in host + database
    if not (is_readable and database and all(part.isdecimal() for part in port.split(",") if port)):
        raise Refusal(
            f"{name}: the address cannot be read; expected {EXAMPLE}. {PERCENT_ENCODE}",
        )
    return Target(address, f"{database}_reader", limits)


def _url(settings: Settings) -> str:
    postgres = settings.postgres
    if postgres.url or not postgres.url_file:
        if not postgres.url:
            raise Refusal(
                f"WAREHOUSE_POSTGRES_URL is not set, so there is no mirror on {socket.gethostname()}. Set it to the "
                f"address of a Postgres database, such as {EXAMPLE}, or run `warehouse serve`, which has its own."
            )
        return postgres.url
    try:
        lines = Path(postgres.url_file).read_text(encoding="utf-8").split()
    except (OSError, UnicodeError) as error:
        raise Refusal(
            f"WAREHOUSE_POSTGRES_URL_FILE: {postgres.url_file} cannot be read ({type(error).__name__}); expected a "
            f"file with one line such as {EXAMPLE}. Make it readable for this user."
        ) from None
    if len(lines) != 1:
        raise Refusal(
            f"WAREHOUSE_POSTGRES_URL_FILE: {postgres.url_file} has {len(lines)} words; expected one line such as "
            f"{EXAMPLE}. Correct the file."
        )
    return lines[0]
