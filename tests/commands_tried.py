"""Every command, tried one after the other in a process with settings, rights and mounts of its own."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from homes import Home
from test_publish import WITHOUT_PRIVILEGE

from orchestration.settings import PROJECT

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
            # The project that is tested, whatever path the shell has.
            "PYTHONPATH": str(PROJECT),
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


def release_and_draft(folder: Path) -> Path:
    """A release to add, with a draft beside it to check."""
    path = folder / "downloads" / NEW_FILE
    path.parent.mkdir()
    path.write_text(HEADER + "Made up,local authority,Walsall,2025,21,ONS\n", encoding="utf-8")
    path.with_name(DRAFT).write_text("Visits fell from 20 in 2023 to 18 in 2024 (-10.0%).\n", encoding="utf-8")
    return path


def codes(seen: dict[str, Seen]) -> dict[str, int]:
    return {name: one.exit_code for name, one in seen.items()}
