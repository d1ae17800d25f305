"""Alerts: one message for each event that needs attention, sent to a webhook or by email."""

import json
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dagster as dg
import duckdb
import requests
from filelock import FileLock

from orchestration.alerts.returns_due import newest_in_words
from orchestration.landing.fingerprints import newest_refresh
from orchestration.logs.log import add_line
from orchestration.releases.set_aside import set_aside_text
from orchestration.settings import Alerting, Settings

# Chat services cut longer messages; the full text is at the place that the message names.
LONGEST = 3_000

# How many new discrepancies an alert lists; it counts the rest.
LISTED = 5

SECONDS_FOR_AN_ANSWER = 10
LOOPBACK = ("127.0.0.1", "::1", "localhost")

# The error that Dagster raises in a step that is stopped.
INTERRUPTED = "DagsterExecutionInterruptedError"

# Steps that run after the publication; their failure does not undo it.
AFTER_PUBLICATION = {"mirror", "report"}


@dataclass(frozen=True)
class Alert:
    """An event that needs attention.

    `key` names the event: a second alert with the same key is not sent. `where` names the machine
    and the run or table; `message` is the warehouse's own message.
    """

    key: str
    what: str
    where: str
    what_to_do: str
    message: str = ""

    @property
    def text(self) -> str:
        """The message as it is sent."""
        message = self.message if len(self.message) <= LONGEST else f"{self.message[:LONGEST]} …"
        parts = [self.what, message, f"Where: {self.where}", f"What to do: {self.what_to_do}"]
        return "\n\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Sent:
    """How an alert was sent: `webhook`, `e-mail`, `log` if neither is set, `earlier` if it was sent before, or None if
    it did not arrive. `faults` are the attempts that failed."""

    way: str | None
    faults: tuple[str, ...] = ()


class _NotDelivered(Exception):
    """Why an alert did not arrive, without secrets."""


class _Unusable(_NotDelivered):
    """A failure that a retry cannot fix: the settings or the server have to change."""


def alert(event: Alert, settings: Settings) -> Sent:
    """Send an alert once and report the result.

    If both are set, email is used when the webhook fails. Each alert is a line of logs/alerts.jsonl; one that did not
    arrive is sent again when its event is reported again. Never raises: the event matters more than the alert.
    """
    try:
        settings.logs.mkdir(parents=True, exist_ok=True)
        with FileLock(settings.logs / ".alerts.lock", timeout=2 * SECONDS_FOR_AN_ANSWER):
            if event.key in _sent(settings):
                return Sent("earlier")
            sent = _deliver(event, settings.alerting)
            _log(event, sent, settings)
            return sent
    except Exception as error:
        return Sent(None, (f"{type(error).__name__} while the alert was sent or written to {settings.logs}",))


def failed_run(job: str, run_id: str, events: Sequence[dg.DagsterEvent], settings: Settings) -> Alert:
    """The alert about a run that failed, from its events: a failed refresh, a blocked publication, a failed fetch, or a
    failed step after the publication."""
    failures = [event for event in events if event.is_step_failure]
    message = "\n\n".join(reason_of(event) for event in failures) or f"The run of {job} was stopped."
    after = {str(event.step_key) for event in failures}
    if len(after) == 1 and after <= AFTER_PUBLICATION:
        return failed(after.pop(), message, settings, run_id)
    if after <= AFTER_PUBLICATION and not was_interrupted(events) and newest_refresh(settings) == run_id:
        return failed("what follows", message, settings, run_id)
    blocked = any(event.step_key == "warehouse" for event in failures) or any(
        not event.asset_check_evaluation_data.passed
        and event.asset_check_evaluation_data.severity == dg.AssetCheckSeverity.ERROR
        for event in events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    )
    return failed("fetch" if job == "fetch" else "publication" if blocked else "refresh", message, settings, run_id)


def failed(kind: str, message: str, settings: Settings, run_id: str | None = None) -> Alert:
    """The alert about a failed refresh, publication, fetch, mirror, report or public edition, or what follows."""
    served = _served(settings)
    what, what_to_do = {
        "refresh": (
            f"The refresh failed: nothing was published. {served}",
            "Follow the message, then refresh again (`warehouse refresh`).",
        ),
        "publication": (
            f"The publication was blocked: the new build did not pass its checks. {served}",
            "Look at what the message names in the new release. If the release is wrong, ask its publisher or list a "
            "correction. If the check is wrong, correct the check. Then refresh again (`warehouse refresh`).",
        ),
        "fetch": (
            "The fetch failed: some files that the publishers offer are not in raw/.",
            "Follow the message, then fetch again (`warehouse fetch`).",
        ),
        "mirror": (
            "The mirror in Postgres was not updated: its readers see the previous refresh. The warehouse file is "
            "published.",
            "Follow the message, then load the mirror (`warehouse mirror`).",
        ),
        "public edition": (
            "The public edition was not published: the previous one is still served. The partnership's own file is "
            "published.",
            "Follow the message, then refresh again (`warehouse refresh`).",
        ),
        "report": (
            "The report was not written. The warehouse file is published.",
            "Follow the message, then write the report (`warehouse report`).",
        ),
        "what follows": (
            "The refresh was published, but the steps after the publication failed.",
            "Write the report (`warehouse report`) and load the mirror (`warehouse mirror`), if you use them.",
        ),
    }[kind]
    where = f"{settings.home} on {socket.gethostname()}" + (f", run {run_id}" if run_id else "")
    event = "refresh" if kind == "publication" else kind
    return Alert(f"{event} {run_id or datetime.now(UTC)}", what, where, what_to_do, message)


def severe_discrepancies(warehouse: Path) -> dict[tuple, str] | None:
    """The discrepancies of severity `error` in a warehouse, each with a line about it; None if it has no list yet.

    Their key is the rule, the place, the figure concerned and what is printed, because their numbers change from file
    to file. The line has no figure: a partner's small count must not appear in a chat.
    """
    if not warehouse.is_file():
        return None
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                "select edition, rule_id, place, found.indicator_id, area_code, period_id, published_value, "
                "concat_ws(', ', place, indicators.title, area_name, label) || ' breaks the rule: ' || rule "
                "from audit.discrepancies as found inner join staging.discrepancy_rules using (rule_id) "
                "left join marts.dim_indicators as indicators using (indicator_id) "
                "left join marts.dim_areas using (area_code) left join marts.dim_periods using (period_id) "
                "where found.severity = 'error' order by all"
            ).fetchall()
    except duckdb.Error:
        return None
    return {row[:7]: row[7] for row in rows}


def new_discrepancies(
    before: dict[tuple, str] | None, after: dict[tuple, str] | None, run_id: str, settings: Settings
) -> Alert | None:
    """The alert about severe discrepancies that are new; None if there are none, or no previous file."""
    if before is None or after is None:
        return None
    new = [line for key, line in after.items() if key not in before]
    if not new:
        return None
    more = [f"and {len(new) - LISTED} more"] if len(new) > LISTED else []
    return Alert(
        f"discrepancies {run_id}",
        f"{len(new)} new severe {'discrepancy' if len(new) == 1 else 'discrepancies'} between printed figures and the "
        "warehouse. The new warehouse is published.",
        f"audit.discrepancies of {settings.warehouse} on {socket.gethostname()}, run {run_id}",
        "Compare the printed and the expected figure there with the source (`warehouse explain`). Then correct the "
        "report, or ask the publisher of the release.",
        "\n".join([*new[:LISTED], *more]),
    )


def new_set_aside(before: Sequence[dict], after: Sequence[dict], run_id: str, settings: Settings) -> Alert | None:
    """The alert about releases newly set aside; None if there are none."""
    known = {(one["folder"], one["message"]) for one in before}
    new = [one for one in after if (one["folder"], one["message"]) not in known]
    if not new:
        return None
    return Alert(
        f"set aside {run_id}",
        f"{set_aside_text(len(new))}: {', '.join(one['release_id'] for one in new)}. The rest is published.",
        f"audit.set_aside of {settings.warehouse} on {socket.gethostname()}, run {run_id}",
        "\n".join(one["what_to_do"] for one in new),
        "\n\n".join(one["message"] for one in new),
    )


def late(dataset: str, latest: date, due: date, days: int, landing_page: str, settings: Settings) -> Alert:
    """The alert about a dataset whose next release is late; sent once for each release."""
    return Alert(
        f"late {dataset} {due}",
        f"{dataset} is late: its release was due on {due}, {days} {'day' if days == 1 else 'days'} ago. "
        f"The latest release is dated {latest}.",
        f"{settings.raw / dataset.replace('.', '/')} on {socket.gethostname()}",
        f"Look at {landing_page}: get the new release (`warehouse fetch {dataset}`, or download it and run "
        "`warehouse add`), or wait if the publisher has delayed it. The warehouse is still served as it is.",
    )


def late_return(row: Mapping[str, Any], settings: Settings) -> Alert:
    """The alert about a return of partners whose next figures are late; sent once for each release.

    `row` is one of `returns_due`.
    """
    days = row["days_late"]
    return Alert(
        f"late return {row['return_id']} {row['next_expected_on']}",
        f"The return {row['return_id']} ({row['title']}) is late. The newest is of {newest_in_words(row)}; the "
        f"next was due on {row['next_expected_on']}, {days} {'day' if days == 1 else 'days'} ago.",
        f"{settings.raw / 'partners' / 'returns'} on {socket.gethostname()}",
        f"It comes from: {row['owner']}. `warehouse template {row['return_id']}` writes the spreadsheet to fill in, "
        "and `warehouse add` takes it back. The warehouse is still served as it is.",
    )


def waiting(job: str, run_id: str, settings: Settings) -> Alert:
    """The alert about a run that has been queued for longer than WAREHOUSE_WAIT; sent once for each run."""
    return Alert(
        f"waiting {run_id}",
        f"A run of {job} has been waiting for longer than {settings.wait_for_writer} s. {_served(settings)}",
        f"{settings.home} on {socket.gethostname()}, run {run_id}",
        "Look under Runs on Dagster's page for what it is waiting for. You can terminate a run there if it should have "
        "ended. If nothing is running, check that Dagster's daemon is running.",
    )


def trial(settings: Settings) -> Alert:
    """A test alert."""
    return Alert(
        f"trial {datetime.now(UTC)}",
        "This is a test: alerts from the warehouse arrive here.",
        f"{settings.home} on {socket.gethostname()}",
        "Nothing.",
    )


def reason_of(event: dg.DagsterEvent) -> str:
    """The message of a failed step: its refusal, or the error that stopped it."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    if _is_interruption(failure.error):
        return f"{event.step_key}: the step was stopped before it finished. Run it again."
    error = _innermost(failure.error)
    return (
        f"{event.step_key}: {error.message.strip()}\nThis is an error in the program. Dagster's record of this run has "
        "the full error. Send it to whoever maintains the program."
    )


def was_interrupted(events: Sequence[dg.DagsterEvent]) -> bool:
    """Whether a step was stopped by Ctrl+C or a signal.

    DuckDB may then never release a file that it was reading, and block when this process opens it again.
    """
    failures = [event.step_failure_data.error for event in events if event.is_step_failure]
    return any(error and _is_interruption(error) for error in failures)


def _is_interruption(error: Any) -> bool:
    """Whether an error is an interruption, or followed from one: what is stopped halfway may fail as it tidies up."""
    return error.cls_name == INTERRUPTED or any(
        _is_interruption(one) for one in (error.cause, error.context) if one is not None
    )


def _innermost(error: Any) -> Any:
    while error.cause:
        error = error.cause
    return error


def _served(settings: Settings) -> str:
    try:
        made = datetime.fromtimestamp(settings.warehouse.stat().st_mtime, UTC)
    except FileNotFoundError:
        return "No warehouse is served."
    except OSError:
        return "The served warehouse cannot be read."
    return f"The warehouse of {made:%Y-%m-%d %H:%M} UTC is still served."


def _deliver(event: Alert, alerting: Alerting) -> Sent:
    ways: list[tuple[str, Callable[[str, str, Alerting], None]]] = []
    if alerting.webhook:
        ways.append(("webhook", _post))
    if alerting.email or alerting.mail_server:
        ways.append(("e-mail", _mail))
    if not ways:
        return Sent("log")
    subject, text = event.what.partition(".")[0], event.text
    for secret in alerting.secrets:
        text = text.replace(secret, "…")
    faults = []
    for name, send in ways:
        for wait in (*alerting.waits, None):
            try:
                send(subject, text, alerting)
            except _NotDelivered as fault:
                faults.append(f"{name}: {fault}")
                if wait is None or isinstance(fault, _Unusable):
                    break
                time.sleep(wait)
            else:
                return Sent(name, tuple(faults))
    return Sent(None, tuple(faults))


def _post(_: str, text: str, alerting: Alerting) -> None:
    """Post {"text": …}, which the incoming webhooks of Slack, Mattermost, Rocket.Chat and Teams accept."""
    address = urlsplit(alerting.webhook)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise _Unusable("WAREHOUSE_ALERT_WEBHOOK is not an https address")
    try:
        answer = requests.post(
            alerting.webhook, json={"text": text}, timeout=SECONDS_FOR_AN_ANSWER, allow_redirects=False
        )
    except requests.RequestException as error:
        # The text of the error includes the address, and the address is a secret.
        raise _NotDelivered(f"{address.hostname} cannot be reached ({type(error).__name__})") from None
    if not 200 <= answer.status_code < 300:
        raise _NotDelivered(f"{address.hostname} answered {answer.status_code} {answer.reason}")


def _mail(subject: str, text: str, alerting: Alerting) -> None:
    if not (alerting.email and alerting.mail_server):
        raise _Unusable("email needs both WAREHOUSE_ALERT_EMAIL and WAREHOUSE_SMTP_HOST, and one of them is not set")
    mail = EmailMessage()
    mail["Subject"] = f"Warehouse: {subject}"
    mail["From"] = alerting.sender or alerting.mail_user or alerting.email[0]
    mail["To"] = ", ".join(alerting.email)
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=mail["From"].rpartition("@")[2] or None)
    mail.set_content(text)
    server = alerting.mail_server
    try:
        with smtplib.SMTP(server, alerting.mail_port, timeout=SECONDS_FOR_AN_ANSWER) as connection:
            connection.starttls(context=ssl.create_default_context())
            if alerting.mail_user:
                connection.login(alerting.mail_user, alerting.mail_password)
            connection.send_message(mail)
    except smtplib.SMTPNotSupportedError:
        raise _Unusable(f"{server} does not offer encryption (STARTTLS), or does not offer a login") from None
    except ssl.SSLError:
        raise _Unusable(f"{server} has no certificate that this machine trusts") from None
    except smtplib.SMTPAuthenticationError:
        raise _Unusable(f"{server} refused the user name or the password") from None
    except (smtplib.SMTPException, OSError) as error:
        raise _NotDelivered(f"{server} did not accept the email ({type(error).__name__})") from None


def _sent(settings: Settings) -> set[str]:
    """The keys of the alerts in the log that arrived."""
    keys = set()
    for path in settings.logs.glob("alerts.jsonl*"):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry["sent_by"]:
                keys.add(entry["key"])
    return keys


def _log(event: Alert, sent: Sent, settings: Settings) -> None:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"at": at, **asdict(event), "sent_by": sent.way, "faults": sent.faults}, ensure_ascii=False)
    for secret in settings.alerting.secrets:
        line = line.replace(secret, "…")
    add_line(settings, "alerts.jsonl", line)
