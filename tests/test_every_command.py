"""Every command in every way that a machine, its settings or its user can fail: one sentence, and one document."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from homes import Home
from test_publish import WITHOUT_PRIVILEGE

from orchestration.cli import main
from orchestration.publishing.versions import MOMENT, versions
from orchestration.settings import PROJECT, Settings, Variables
from orchestration.support.refusal import Refusal

DEATHS = "ons.drug_poisoning_deaths"
HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"
NEW_FILE = "2026-10-16-deaths.csv"
DRAFT = "draft.txt"

MOUNTS = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() != 0 or not shutil.which("unshare"), reason="needs mounts of its own, as root has"
)
PRIVILEGE = pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv of util-linux")

# Those that only read go on where nothing can be written.
READ = ("explain", "status", "discrepancies", "check", "history")


def commands(file: Path) -> dict[str, list[str]]:
    """Every command, so that it does its work where nothing is wrong, and without a network or a server that stays."""
    return {
        "refresh": ["refresh", "--full"],
        "add": ["add", str(file), "--dataset", DEATHS],
        "fetch": ["fetch", DEATHS],
        "explain": ["explain", "Table 6", "community resolution", "2024/25"],
        "alert": ["alert"],
        "status": ["status"],
        "discrepancies": ["discrepancies"],
        "check": ["check", str(file.parent / DRAFT)],
        "history": ["history"],
        "rollback": ["rollback"],
        "publish": ["publish"],
        "report": ["report", "--only", "package"],
        "mirror": ["mirror"],
        "serve": ["serve", "--port", "0"],
    }


def test_every_command_is_among_those_that_are_tried():
    # These need no home: test_new_source.py and partners/test_returns.py refuse them in their own ways.
    assert set(commands(Path())) == set(main.commands) - {"new-source", "template"}


@dataclass(frozen=True)
class Seen:
    """What a person sees of a command, and what a machine reads of it."""

    exit_code: int
    output: str
    document: object


def tried(
    home: Home,
    given: dict[str, list[str]],
    *,
    before: str = "true",
    without_privilege: bool = False,
    for_machines: bool = True,
    **settings: str,
) -> dict[str, Seen]:
    """Each of the commands, once for people and once for machines, in a process and with mounts of its own."""
    (seen,) = tried_with([{}], home, given, before, without_privilege, for_machines, **settings)
    return seen


def tried_with(
    choices: list[dict[str, str]],
    home: Home,
    given: dict[str, list[str]],
    before: str = "true",
    without_privilege: bool = False,
    for_machines: bool = True,
    **settings: str,
) -> list[dict[str, Seen]]:
    """The same with each choice of settings, in one process."""
    both = [one for arguments in given.values() for one in (arguments, [*arguments, "--json"])]
    both = [one for one in both if "--json" not in one or (for_machines and one[0] != "serve")]
    every = [[choice, arguments] for choice in choices for arguments in both]
    wrap = WITHOUT_PRIVILEGE if without_privilege and os.geteuid() == 0 else ()
    own = ("unshare", "--mount") if before != "true" else ()
    script = str(Path(__file__).with_name("every_command.py"))
    process = subprocess.run(
        [*own, "bash", "-c", f'{before} && exec "$@"', "bash", *wrap, sys.executable, script, json.dumps(every)],
        env={name: value for name, value in os.environ.items() if name != "WAREHOUSE_TOKEN"}
        | {
            "WAREHOUSE_HOME": str(home.path),
            "WAREHOUSE_FETCH_CONTACT": "data@example.org",
            # Not those of the other tests, some of which kill runs; the folder is made by the first command.
            "DAGSTER_HOME": str(home.path.with_name(f"{home.path.name} records"))
            if "DAGSTER_HOME" in os.environ
            else "",
            # No publisher is asked.
            "WAREHOUSE_FETCH_HOSTS": "localhost",
            "WAREHOUSE_WAIT": "1",
        }
        | settings,
        capture_output=True,
        text=True,
        timeout=300,
    )
    if "unshare failed" in process.stderr or "mount:" in process.stderr:
        pytest.skip("this machine gives no mounts")
    assert process.returncode == 0, process.stderr[-3000:]
    outcomes = json.loads(process.stdout.strip().splitlines()[-1])
    return [_seen([one for one in outcomes if one["settings"] == choice], given) for choice in choices]


def _seen(outcomes: list[dict], given: dict[str, list[str]]) -> dict[str, Seen]:
    """What was seen of each command, once it was held to what holds for all of them."""
    found = {(one["arguments"][0], "--json" in one["arguments"]): one for one in outcomes}
    seen = {}
    for name in given:
        person, machine = found[name, False], found.get((name, True))
        try:
            document = json.loads(machine["stdout"]) if machine else {"outcome": "refused"}
        except ValueError:
            pytest.fail(f"{name} --json printed no document, or more than one: {machine}")
        assert "Traceback" not in person["output"], person["output"]
        assert "because of an error in it" not in person["output"], person["output"]
        assert not machine or machine["exit_code"] == person["exit_code"], (person, machine)
        assert person["exit_code"] in (0, 1, 3, 4, 5, 6), person
        if person["exit_code"] == 1 and name not in ("add", "fetch", "alert"):
            # The first paragraph is a sentence that says what was found, or what is missing.
            assert person["output"].startswith("Refused. "), person["output"]
            assert document["outcome"] == "refused"
        seen[name] = Seen(person["exit_code"], person["output"], document)
    return seen


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "downloads" / NEW_FILE
    path.parent.mkdir()
    path.write_text(HEADER + "Made up,local authority,Walsall,2025,21,ONS\n", encoding="utf-8")
    path.with_name(DRAFT).write_text("Visits fell from 20 in 2023 to 18 in 2024 (-10.0%).\n", encoding="utf-8")
    return path


def codes(seen: dict[str, Seen]) -> dict[str, int]:
    return {name: one.exit_code for name, one in seen.items()}


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


@PRIVILEGE
def test_a_home_that_may_not_be_written_is_named_and_still_read(home: Home, file: Path):
    folders = [path for path in (home.path, *home.path.rglob("*")) if path.is_dir()]
    modes = {path: path.stat().st_mode for path in folders}
    for path in folders:
        path.chmod(0o555)
    try:
        seen = tried(home, commands(file), without_privilege=True)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    # Publishing what is served already writes nothing.
    assert codes(seen) == {name: 0 if name in (*READ, "publish") else 1 for name in seen}
    for name in ("refresh", "add", "fetch", "report"):
        assert str(home.path) in seen[name].output, seen[name].output
        assert "ermission denied" in seen[name].output, seen[name].output


@PRIVILEGE
def test_a_home_of_another_user_is_named(home: Home, file: Path):
    if os.geteuid() != 0:
        pytest.skip("only root can give a home to another user")
    for path in (*home.path.rglob("*"), home.path):
        path.chmod(0o700 if path.is_dir() else 0o600)
        os.chown(path, 12_345, 12_345)
    seen = tried(home, commands(file), without_privilege=True)
    for path in (home.path, *home.path.rglob("*")):
        os.chown(path, 0, 0)
    for name, one in seen.items():
        assert one.exit_code == 1, (name, one.output)
        assert re.search("ermission denied|PermissionError", one.output) or name in ("mirror", "serve"), one.output


@MOUNTS
def test_a_full_disk_is_named_and_what_is_served_is_still_read(home: Home, file: Path, tmp_path: Path):
    full = tmp_path / "full"
    full.mkdir()
    shutil.rmtree(home.path / "build", ignore_errors=True)
    fill = (
        f"mount -t tmpfs -o size=12m none {full} && cp -r {home.path}/. {full}/ && "
        f"(cat /dev/zero > {full}/rest 2>/dev/null; true)"
    )
    seen = tried(Home(full), commands(file), before=fill)
    writing = ("refresh", "add", "fetch", "alert", "report", "mirror", "serve", "rollback")
    assert codes(seen) == {name: 1 if name in writing else 0 for name in seen}
    for name in ("refresh", "add", "report"):
        assert "no space left" in seen[name].output.lower(), seen[name].output


@MOUNTS
def test_full_records_of_dagster_are_named(home: Home, file: Path, tmp_path: Path):
    full = tmp_path / "dagster"
    full.mkdir()
    fill = f"mount -t tmpfs -o size=1m none {full} && (cat /dev/zero > {full}/rest 2>/dev/null; true)"
    names = ("refresh", "status")
    seen = tried(home, {name: commands(file)[name] for name in names}, before=fill, DAGSTER_HOME=str(full))
    assert codes(seen) == {"refresh": 1, "status": 6}
    for name in names:
        assert str(full) in seen[name].output, seen[name].output
    assert "Free some space" in seen["refresh"].output


@MOUNTS
def test_a_project_that_cannot_be_written_to_does_all_its_work(home: Home, file: Path):
    """As an administrator installs it, for others to run."""
    read_only = f"mount --bind {PROJECT} {PROJECT} && mount -o remount,ro,bind {PROJECT}"
    # A mount that a busy machine did not change says nothing of what happens on one that it did.
    written = PROJECT / ".written"
    read_only += f" && if touch {written} 2>/dev/null; then rm {written}; echo 'mount: not read-only' >&2; exit 1; fi"
    given = {name: arguments for name, arguments in commands(file).items() if name not in ("fetch", "mirror", "serve")}
    # Where there is a release more, a refresh has something to do.
    given = {"add": given.pop("add")} | given | {"refresh": ["refresh"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DAGSTER_HOME")
        seen = tried(home, given, before=read_only, for_machines=False)
    assert set(codes(seen).values()) == {0}, seen
    assert (home.path / "parsed").is_dir(), (sorted(home.path.iterdir()), seen)
    assert (home.path / ".dagster" / "dagster.yaml").is_file()


@MOUNTS
def test_without_hard_links_a_rollback_serves_the_version_before(home: Home, file: Path, tmp_path: Path):
    """As on some shares: what is served and what is kept are two files then."""
    other = tmp_path / "other device"
    other.mkdir()
    place = f"mount -t tmpfs none '{other}' && cp -r {home.path}/. '{other}/' && mkdir '{other}/mounted'"
    place += f" && mount -t tmpfs none '{other}/mounted' && cp '{other}'/published/* '{other}/mounted/'"
    place += f" && rm -r '{other}/published' && ln -s mounted '{other}/published'"
    given = commands(file)
    order = {
        "add": given["add"],
        "refresh": ["refresh"],
        "history": ["history"],
        "rollback": ["rollback"],
        "publish": ["publish"],
    }
    seen = tried(Home(other), order, before=place, for_machines=False)
    assert set(codes(seen).values()) == {0}, seen
    newest, first = (line.split()[0] for line in seen["history"].output.replace("*", " ").splitlines())
    assert f"serves {first} of" in seen["rollback"].output
    assert f"serves {newest} of" in seen["publish"].output


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
