"""Every command with settings, files and times that are wrong: one sentence, and one document."""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from commands_tried import HEADER, READ, codes, commands, release_and_draft, tried, tried_with
from homes import Home

from orchestration.cli import main
from orchestration.publishing.versions import MOMENT, versions
from orchestration.settings import Settings, Variables
from orchestration.support.refusal import Refusal


def test_every_command_is_among_those_that_are_tried():
    # These need no home: test_new_source.py and partners/test_returns.py refuse them in their own ways.
    assert set(commands(Path())) == set(main.commands) - {"new-source", "template"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return release_and_draft(tmp_path)


BAD_SETTINGS = {
    ("WAREHOUSE_KEEP", "abc"): "a whole number from 1 on",
    ("WAREHOUSE_SCHEDULE", "9:45"): "the five fields of cron",
    ("WAREHOUSE_HOME", "here"): "an absolute path",
    ("WAREHOUSE_PUBLIC", "maybe"): "yes or no",
}


def test_a_bad_setting_is_named_by_every_command(home: Home, file: Path):
    choices = [dict([setting]) for setting in BAD_SETTINGS]
    for (setting, expected), seen in zip(BAD_SETTINGS.items(), tried_with(choices, home, commands(file)), strict=True):
        variable, _ = setting
        for name, one in seen.items():
            assert one.exit_code == 1, name
            assert f"{variable}: found" in one.output, one.output
            assert expected in one.output, one.output
            assert len(one.output) < 400, one.output


def test_all_bad_settings_are_named_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    bad = BAD_SETTINGS | {
        ("WAREHOUSE_SMTP_PORT", "-1"): "a whole number from 1 on",
        ("WAREHOUSE_ENGINE", "oracle"): "one of duckdb, spark, sail",
        ("WAREHOUSE_RAW", "../raw"): "an absolute path",
        ("WAREHOUSE_SEEDS", str(Path(__file__))): "a folder, and it is a file",
    }
    for variable, value in bad:
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("WAREHOUSE_SMTP_PASSWORD", "open sesame")
    with pytest.raises(Refusal) as refusal:
        Settings.from_environment()
    lines = {line.partition(":")[0]: line for line in str(refusal.value).splitlines()}
    assert lines.keys() == {variable for variable, _ in bad}
    for (variable, value), expected in bad.items():
        assert lines[variable].startswith(f"{variable}: found {value!r}; expected {expected}")
    assert "open sesame" not in str(refusal.value)


def test_secrets_are_in_no_text_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    secret = ("ALERT_WEBHOOK", "SMTP_PASSWORD", "POSTGRES_URL", "POSTGRES_PUBLIC_URL", "TOKEN")
    for name in secret:
        monkeypatch.setenv(f"WAREHOUSE_{name}", "open sesame")
    assert "open sesame" not in repr(Settings.from_environment()) + repr(Variables())


def test_an_empty_home_is_said_to_be_one(tmp_path: Path, file: Path):
    home = Home(tmp_path / "empty")
    home.path.mkdir()
    seen = tried(home, commands(file))
    assert codes(seen) == dict.fromkeys(seen, 1) | {"add": 0, "alert": 0, "check": 0, "status": 3, "history": 0}


def test_versions_of_a_clock_that_was_ahead_are_rolled_back_to_and_followed(home: Home, file: Path):
    """A clock that went back: what is kept and served is of the future."""
    settings = Settings(home.path, home.path / "raw")
    future = datetime.now(UTC) + timedelta(days=400)
    (kept,) = settings.published.glob("*.duckdb")
    kept.unlink()
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute("update audit.refreshes set finished_at = ?", [future.replace(tzinfo=None)])
    os.link(home.warehouse, settings.published / f"{future.strftime(MOMENT)}.duckdb")
    first = versions(settings)[0]
    assert first.is_served
    given = commands(file)
    seen = tried(home, {"add": given["add"], "refresh": ["refresh"], "status": ["status"], "history": ["history"]})
    assert set(codes(seen).values()) == {0}, seen
    assert [one.is_served for one in versions(settings)] == [True, False]
    newest = versions(settings)[0].refresh_id
    assert newest != first.refresh_id
    assert json.dumps(seen["status"].document).count(newest) == 1
    assert home.run("rollback").exit_code == 0
    assert [one.refresh_id for one in versions(settings) if one.is_served] == [first.refresh_id]
    assert home.run("publish").exit_code == 0
    assert [one.refresh_id for one in versions(settings) if one.is_served] == [newest]


def test_a_warehouse_file_that_is_damaged_is_named(home: Home, file: Path):
    home.warehouse.unlink()
    home.warehouse.write_bytes(b"no database " * 1000)
    seen = tried(home, {name: commands(file)[name] for name in (*READ, "report", "mirror", "refresh")})
    for name in ("explain", "status", "discrepancies", "report", "refresh"):
        assert seen[name].exit_code == 1, name
        assert str(home.warehouse) in seen[name].output, seen[name].output
    assert "is still the last good warehouse" not in seen["refresh"].output


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("2026-02-30-deaths.csv", HEADER + "Made up,local authority,Walsall,2025,21,ONS\n", "2026-02-30"),
        ("2026-10-16-deaths.csv", "\ufeff", "an empty file"),
        ("2026-10-16.zip", b"PK\x03\x04", "zip"),
        ("2026-10-16.zip", b"PK\x05\x06" + bytes(18), "zip"),
        ("2026-10-16.xlsx", b"PK\x03\x04" + bytes(range(256)) * 4, "a broken zip"),
        ("2026-10-16\x1b[2Jdeaths.csv", "a,b\n1,2\n", r"\x1b[2J"),
        ("2026-10-16\nPlaced   deaths.csv", "a,b\n1,2\n", r"2026-10-16\nPlaced   deaths.csv: found"),
    ],
)
def test_a_bad_file_is_refused_by_its_name(home: Home, tmp_path: Path, name: str, content: str | bytes, words: str):
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    outcome = home.run("add", str(path))
    assert outcome.exit_code == 1, outcome.output
    assert outcome.output.startswith("Refused  "), outcome.output
    assert words in outcome.output, outcome.output
    assert "\x1b" not in outcome.output
    assert "because of an error in it" not in outcome.output


def test_a_time_that_is_none_is_named_where_the_schedule_is_made(home: Home):
    bad = {"WAREHOUSE_SCHEDULE": "99 99 * * *"}
    seen = tried(home, {"refresh": ["refresh", "--full"]}, **bad)["refresh"]
    assert seen.exit_code == 1
    assert "WAREHOUSE_SCHEDULE: found '99 99 * * *'; expected minute, hour" in seen.output, seen.output


def test_what_is_no_file_is_said_to_be_what_it_is(home: Home, tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "folder.csv").mkdir()
    for name, found in (("pipe", "a device or a pipe"), ("folder", "a folder"), ("nothing", "no such file")):
        assert f"found {found}; expected a file" in home.run("add", str(tmp_path / f"{name}.csv")).output


@pytest.mark.parametrize(
    "arguments",
    [
        ["add", "--released-on", "2026-02-30", "file.csv"],
        ["report", "--as-of", "2026-02-30"],
        ["report", "--edition"],
        ["no-such-command"],
    ],
)
def test_what_is_not_understood_is_said_and_ends_with_2(home: Home, arguments: list[str]):
    outcome = home.run(*arguments)
    assert outcome.exit_code == 2
    assert outcome.output.startswith(("Usage: ", "Error: "))


@pytest.mark.parametrize("name", ["report", "check"])
def test_a_day_that_is_still_to_come_is_refused(home: Home, file: Path, name: str):
    seen = home.run(*commands(file)[name], "--as-of", "2999-01-01")
    assert seen.exit_code == 1
    assert "--as-of: found 2999-01-01, which is in the future; expected today or a day before" in seen.output


def test_a_fault_of_the_program_is_one_sentence_and_written_whole(home: Home, monkeypatch):
    (home.path / "logs").mkdir(exist_ok=True)
    with duckdb.connect(str(home.warehouse)) as connection:
        # A column that the program asks for and no published file is without.
        connection.execute("alter table audit.checks drop column outcome")
    outcome = home.run("status")
    assert outcome.exit_code == 1
    assert re.match(r"Refused\. The program stopped because of an error in it \(BinderException: ", outcome.output)
    assert f"The full error is in {home.path / 'logs' / 'faults.log'}." in outcome.output
    assert "Traceback" in (home.path / "logs" / "faults.log").read_text(encoding="utf-8")
