"""Alerts to a webhook and a mail server of this machine: one for each event, with what, where and what to do."""

import email
import email.policy
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from homes import Home
from receivers import PATH, Chat
from test_refusals import OFFENCES, later_edition

from orchestration.alerts.alert import Alert, alert, new_discrepancies, severe_discrepancies
from orchestration.definitions import defs
from orchestration.defs.alerting import alert_of_failed_runs
from orchestration.settings import Alerting, Settings

EVENT = Alert(
    "refresh 1", "The refresh failed: nothing was published.", "/srv on host, run 1", "Refresh again.", "Why."
)
TEXT = "The refresh failed: nothing was published.\n\nWhy.\n\nWhere: /srv on host, run 1\n\nWhat to do: Refresh again."
PASSWORD = "the-secret-of-the-mail-server"


@dataclass
class Mail:
    """A mail server that keeps what it takes."""

    port: int
    taken: list[email.message.EmailMessage] = field(default_factory=list)

    @property
    def alerting(self) -> Alerting:
        return Alerting(
            email=("data@partnership.example", "head@partnership.example"),
            sender="warehouse@partnership.example",
            mail_server="localhost",
            mail_port=self.port,
            mail_user="warehouse",
            mail_password=PASSWORD,
            waits=(),
        )


@contextmanager
def mail_server(*, certificate: trustme.LeafCert | None) -> Iterator[Mail]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        mail = Mail(found.getsockname()[1])

    class Handler:
        async def handle_DATA(self, server, session, envelope) -> str:
            mail.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
            return "250 Message accepted for delivery"

    def authenticator(server, session, envelope, mechanism, data) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"warehouse", PASSWORD.encode()), handled=False)

    options = {}
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        options = {"tls_context": context, "require_starttls": True, "authenticator": authenticator}
    controller = Controller(Handler(), hostname="127.0.0.1", port=mail.port, **options)
    controller.start()
    try:
        yield mail
    finally:
        controller.stop()


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Who signs certificates, trusted by this process as a machine's own store would be."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def settings_with(alerting: Alerting, path: Path) -> Settings:
    return Settings(path, path / "raw", alerting=alerting)


def logged(home: Path) -> list[dict]:
    return [json.loads(line) for line in (home / "logs" / "alerts.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_webhook_is_told_once_what_where_and_what_to_do(chat: Chat, tmp_path: Path):
    settings = settings_with(Alerting(webhook=chat.webhook), tmp_path)
    assert alert(EVENT, settings).way == "webhook"
    assert chat.told == [TEXT]
    assert alert(EVENT, settings).way == "earlier"
    assert len(chat.told) == 1
    assert alert(replace(EVENT, key="refresh 2"), settings).way == "webhook"
    assert [(entry["key"], entry["sent_by"]) for entry in logged(tmp_path)] == [
        ("refresh 1", "webhook"),
        ("refresh 2", "webhook"),
    ]


def test_an_email_goes_encrypted_to_all_addresses(authority: trustme.CA, tmp_path: Path):
    with mail_server(certificate=authority.issue_cert("localhost")) as mail:
        assert alert(EVENT, settings_with(mail.alerting, tmp_path)).way == "e-mail"
    (taken,) = mail.taken
    assert taken.get_content().strip().splitlines() == TEXT.splitlines()
    assert taken["Subject"] == "Warehouse: The refresh failed: nothing was published"
    assert taken["From"] == "warehouse@partnership.example"
    assert taken["To"] == "data@partnership.example, head@partnership.example"


def test_without_settings_an_alert_is_a_line_of_the_log(tmp_path: Path):
    assert alert(EVENT, settings_with(Alerting(), tmp_path)).way == "log"
    (line,) = logged(tmp_path)
    assert (line["what"], line["message"], line["where"], line["what_to_do"]) == (
        *("The refresh failed: nothing was published.", "Why."),
        *("/srv on host, run 1", "Refresh again."),
    )


def test_a_webhook_that_fails_for_a_moment_is_asked_again(chat: Chat, tmp_path: Path):
    chat.answers = [500, 503, 200]
    assert alert(EVENT, settings_with(Alerting(webhook=chat.webhook, waits=(0.01, 0.01)), tmp_path)).way == "webhook"
    assert (chat.asked, chat.told) == (3, [TEXT])


def test_an_alert_that_did_not_arrive_is_sent_when_its_event_is_told_again(chat: Chat, tmp_path: Path):
    chat.answers = [500, 200]
    settings = settings_with(Alerting(webhook=chat.webhook, waits=()), tmp_path)
    sent = alert(EVENT, settings)
    assert (sent.way, sent.faults) == (None, ("webhook: 127.0.0.1 answered 500 Internal Server Error",))
    assert alert(EVENT, settings).way == "webhook"
    assert [entry["sent_by"] for entry in logged(tmp_path)] == [None, "webhook"]


def test_an_email_goes_when_the_webhook_fails(chat: Chat, authority: trustme.CA, tmp_path: Path):
    chat.answers = [404]
    with mail_server(certificate=authority.issue_cert("localhost")) as mail:
        sent = alert(EVENT, settings_with(replace(mail.alerting, webhook=chat.webhook), tmp_path))
    assert sent.way == "e-mail"
    assert sent.faults == ("webhook: 127.0.0.1 answered 404 Not Found",)
    assert len(mail.taken) == 1


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"mail_password": "wrong"}, "e-mail: localhost refused the user name or the password"),
        ({"mail_server": "127.0.0.1"}, "e-mail: 127.0.0.1 has no certificate that this machine trusts"),
        ({"mail_port": closed_port()}, "e-mail: localhost did not accept the email (ConnectionRefusedError)"),
        (
            {"email": ()},
            "e-mail: email needs both WAREHOUSE_ALERT_EMAIL and WAREHOUSE_SMTP_HOST, and one of them is not set",
        ),
    ],
    ids=["wrong password", "another certificate", "no server", "no address"],
)
def test_a_mail_server_that_cannot_be_used_is_said(authority: trustme.CA, tmp_path: Path, change: dict, fault: str):
    with mail_server(certificate=authority.issue_cert("localhost")) as mail:
        sent = alert(EVENT, settings_with(replace(mail.alerting, **change), tmp_path))
    assert (sent.way, sent.faults, mail.taken) == (None, (fault,), [])


def test_nothing_is_sent_in_the_clear(tmp_path: Path):
    with mail_server(certificate=None) as mail:
        sent = alert(EVENT, settings_with(mail.alerting, tmp_path))
    assert sent.faults == ("e-mail: localhost does not offer encryption (STARTTLS), or does not offer a login",)
    sent = alert(EVENT, settings_with(Alerting(webhook="http://hooks.example.com/x", waits=()), tmp_path))
    assert sent.faults == ("webhook: WAREHOUSE_ALERT_WEBHOOK is not an https address",)
    assert mail.taken == []


def test_no_secret_is_in_a_message_a_log_or_the_settings(chat: Chat, tmp_path: Path):
    for port in (closed_port(), chat.port):
        alerting = Alerting(webhook=f"http://127.0.0.1:{port}{PATH}", mail_password=PASSWORD, waits=())
        leaky = replace(EVENT, message=f"{alerting.webhook} and {PASSWORD}")
        sent = alert(leaky, settings_with(alerting, tmp_path))
        for text in (json.dumps(logged(tmp_path)), repr(sent), repr(alerting), *chat.told):
            assert "the-secret-of" not in text
        assert sent.faults in ((), ("webhook: 127.0.0.1 cannot be reached (ConnectionError)",))
    assert "Why." not in chat.told[0]
    assert "… and …" in chat.told[0]


def test_an_alert_that_cannot_even_be_written_stops_nothing(tmp_path: Path):
    (tmp_path / "logs").write_text("a file where the folder should be")
    sent = alert(EVENT, settings_with(Alerting(), tmp_path))
    assert (sent.way, sent.faults) == (
        None,
        (f"FileExistsError while the alert was sent or written to {tmp_path / 'logs'}",),
    )


def test_the_settings_of_alerts_come_from_the_environment_alone(monkeypatch: pytest.MonkeyPatch):
    values = {
        "WAREHOUSE_ALERT_WEBHOOK": "https://hooks.example.com/x",
        "WAREHOUSE_ALERT_EMAIL": "a@example.com, b@example.com",
        "WAREHOUSE_ALERT_FROM": "w@example.com",
        "WAREHOUSE_SMTP_HOST": "mail.example.com",
        "WAREHOUSE_SMTP_PORT": "2525",
        "WAREHOUSE_SMTP_USER": "w",
        "WAREHOUSE_SMTP_PASSWORD": PASSWORD,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert Settings.from_environment().alerting == Alerting(
        "https://hooks.example.com/x",
        ("a@example.com", "b@example.com"),
        "w@example.com",
        "mail.example.com",
        2525,
        "w",
        PASSWORD,
    )


def test_a_trial_says_whether_alerts_arrive(chat: Chat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    home = Home(tmp_path)
    outcome = home.run("alert")
    assert outcome.exit_code == 0
    assert outcome.output.startswith("The test alert was sent by webhook. Alerts are recorded in ")
    assert chat.told[0].startswith("This is a test: alerts from the warehouse arrive here.\n\nWhere: ")
    monkeypatch.setenv("WAREHOUSE_ALERT_WEBHOOK", "http://hooks.example.com/x")
    outcome = home.run("alert")
    assert outcome.exit_code == 1
    assert (
        "Refused. The test alert did not arrive:\n  webhook: WAREHOUSE_ALERT_WEBHOOK is not an https" in outcome.output
    )
    outcome = home.run("alert", "--json")
    assert outcome.exit_code == 1
    faults = ["webhook: WAREHOUSE_ALERT_WEBHOOK is not an https address"]
    assert json.loads(outcome.output) == {"sent_by": None, "faults": faults}


def test_a_file_that_is_refused_is_told_of_once_and_the_old_warehouse_stays(home: Home, chat: Chat):
    later_edition(home, OFFENCES, "offence,period", "offense,period")
    outcome = home.refresh()
    assert outcome.exit_code == 5
    assert home.refresh().exit_code == 5
    (told,) = chat.told
    paragraphs = told.split("\n\n")
    assert paragraphs[0] == "1 release set aside: police.recorded_drug_offences@2026-04-30. The rest is published."
    assert paragraphs[1].startswith(
        "raw/police/recorded_drug_offences/2026-04-30/recorded_drug_offences.csv, line 1: found the columns place, "
    )
    assert paragraphs[-2].startswith(f"Where: audit.set_aside of {home.warehouse} on {socket.gethostname()}, run ")
    assert paragraphs[-1].startswith(
        "What to do: Correct or replace raw/police/recorded_drug_offences/2026-04-30, and refresh. To leave it out"
    )


def test_an_alert_that_does_not_arrive_hides_no_error(home: Home, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_ALERT_WEBHOOK", "http://hooks.example.com/x")
    later_edition(home, OFFENCES, "offence,period", "offense,period")
    outcome = home.refresh()
    assert outcome.exit_code == 5
    assert "recorded_drug_offences.csv, line 1: found the columns place, " in outcome.output
    missed = "  webhook: WAREHOUSE_ALERT_WEBHOOK is not an https address\n"
    what = "1 release set aside: police.recorded_drug_offences@2026-04-30. The rest is published."
    assert f"The alert of this did not arrive: {what}\n{missed}" in outcome.output
    (line,) = logged(home.path)
    assert (line["sent_by"], line["what"]) == (None, what)


def test_an_alert_of_a_failed_refresh_that_does_not_arrive_hides_no_error(home: Home, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_ALERT_WEBHOOK", "http://hooks.example.com/x")
    monkeypatch.setattr("orchestration.publishing.publish.MAY_BE_EMPTY", ("fct_signal_points", "fct_signals"))
    later_edition(home, OFFENCES, "731", "733")
    outcome = home.refresh()
    assert outcome.exit_code == 1
    assert "Refused. Nothing was published; " in outcome.output
    assert "found no rows in fct_recorded_crimes; expected some" in outcome.output
    assert outcome.output.endswith(
        "The alert about this did not arrive:\n  webhook: WAREHOUSE_ALERT_WEBHOOK is not an https address\n"
    )
    (line,) = logged(home.path)
    assert (line["sent_by"], line["what"][:23]) == (None, "The publication was blo")


def test_of_many_new_discrepancies_the_first_are_listed(refreshed: Home):
    settings = Settings(refreshed.path, refreshed.path / "raw")
    known = severe_discrepancies(refreshed.warehouse)
    assert len(known) > 10
    assert new_discrepancies(known, known, "1", settings) is None
    assert new_discrepancies(None, known, "1", settings) is None
    event = new_discrepancies({}, known, "1", settings)
    assert event.message.splitlines()[-1] == f"and {len(known) - 5} more"
    assert len(event.message.splitlines()) == 6


def test_the_sensor_of_the_daemon_tells_of_a_failed_run_once(chat: Chat, tmp_path: Path, monkeypatch):
    (tmp_path / "raw").mkdir()
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    key = dg.AssetKey(["fetched", "ons", "drug_poisoning_deaths"])
    with dg.DagsterInstance.ephemeral() as instance:
        result = (
            defs()
            .resolve_job_def("fetch")
            .execute_in_process(instance=instance, asset_selection=[key], raise_on_error=False)
        )
        (failed,) = [event for event in result.all_events if event.is_run_failure]
        context = dg.build_run_status_sensor_context(
            "alert_of_failed_runs", failed, instance, result.dagster_run
        ).for_run_failure()
        alert_of_failed_runs(context)
        alert_of_failed_runs(context)
    (told,) = chat.told
    assert told.startswith(
        "The fetch failed: some files that the publishers offer are not in raw/.\n\nWAREHOUSE_FETCH_CONTACT: found nothing"
    )
    assert told.endswith(
        f"Where: {tmp_path} on {socket.gethostname()}, run {result.run_id}\n\n"
        "What to do: Follow the message, then fetch again (`warehouse fetch`)."
    )
    assert defs().resolve_sensor_def("alert_of_failed_runs").default_status == dg.DefaultSensorStatus.RUNNING


def test_the_daily_look_tells_of_each_missing_release_once(chat: Chat, tmp_path: Path, monkeypatch):
    today = date.today()
    before = Home(tmp_path).put("ons.drug_poisoning_deaths", str(today - timedelta(days=400)), "deaths.csv", "x\n")
    Home(tmp_path).put("ons.alcohol_specific_deaths", str(today - timedelta(days=20)), "deaths.csv", "x\n")
    monkeypatch.setenv("WAREHOUSE_HOME", str(tmp_path))
    for _ in range(2):
        with dg.DagsterInstance.ephemeral() as instance:
            assert defs().resolve_job_def("look_for_late_releases").execute_in_process(instance=instance).success
    (told,) = chat.told
    assert told.startswith("ons.drug_poisoning_deaths is late: its release was due on 20")
    assert f" days ago. The latest release is dated {before.parent.name}.\n\nWhere: {before.parent.parent} on " in told
    assert "\n\nWhat to do: Look at https://www.ons.gov.uk/peoplepopulationandcommunity/" in told
    assert "get the new release (`warehouse fetch ons.drug_poisoning_deaths`, or download it and" in told
