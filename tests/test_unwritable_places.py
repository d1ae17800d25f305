"""Every command where a home, a project or a disk cannot be written to: what stops is named, and what is read goes on."""

import os
import re
import shutil
from pathlib import Path

import pytest
from commands_tried import MOUNTS, PRIVILEGE, READ, codes, commands, release_and_draft, tried
from homes import Home

from orchestration.settings import PROJECT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return release_and_draft(tmp_path)


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
