"""What reaches a reader: whole files only, the last good one after any fault, and an earlier one when asked for."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from filelock import FileLock
from homes import Home
from killed import IN_A_PUBLICATION
from soak import kill_at, kill_refreshes, marked_build, publish_under_readers, strays, wrong_with

from orchestration.publishing.publish import publish, start_build
from orchestration.publishing.versions import versions
from orchestration.settings import Settings
from orchestration.support.refusal import Refusal


@pytest.fixture
def settings(home: Home) -> Settings:
    return Settings(home.path, home.path / "raw", versions_kept=3, wait_for_writer=0)


def mark(home: Home) -> int:
    return home.query("select mark from marts.mark")[0][0]


def published(settings: Settings, home: Home, numbers: range) -> None:
    source = home.path / "source.duckdb"
    shutil.copyfile(home.warehouse, source)
    for number in numbers:
        publish(settings, marked_build(settings, source, number))
    source.unlink()


def test_readers_never_wait_never_fail_and_never_see_half_while_files_are_published(
    home: Home, settings: Settings, record_property
):
    seen = publish_under_readers(settings, publications=8, readers=2)
    assert seen["errors"] == []
    assert seen["torn"] == 0
    assert seen["asked"] > 50
    record_property("measured", f"8 publications under 4 readers: {json.dumps(seen)}")


def test_a_refresh_that_is_killed_leaves_the_last_good_file_and_the_next_one_succeeds(home: Home):
    before = home.query("select count(*) from marts.fct_observations")
    chance = random.Random(7)
    assert kill_refreshes(home.path, [chance.uniform(1, 20)]) == []
    outcome = home.refresh("--full")
    assert outcome.exit_code == 0, outcome.output
    assert home.query("select count(*) from marts.fct_observations") == before
    assert strays(home.path) == []


@pytest.mark.parametrize(("step", "served"), [(step, int(step == "after the rename")) for step in IN_A_PUBLICATION])
def test_a_publication_that_is_killed_has_served_all_of_the_new_file_or_nothing(
    home: Home, settings: Settings, step: str, served: int
):
    source = home.path / "source.duckdb"
    shutil.copyfile(home.warehouse, source)
    publish(settings, marked_build(settings, source, 0))
    build = marked_build(settings, source, 1)
    source.unlink()
    assert kill_at(home.path, step, build) == []
    assert mark(home) == served
    publish(settings, start_build(settings, "next", from_served=True), "next")
    assert strays(home.path) == []
    assert [version.refresh_id for version in versions(settings)][: 2 + served] == [
        "next",
        *(["soak-1"] * served),
        "soak-0",
    ]


def test_an_earlier_version_is_served_again_and_the_newest_after_it(home: Home, settings: Settings):
    published(settings, home, range(1, 4))
    assert mark(home) == 3
    outcome = home.run("rollback")
    assert outcome.exit_code == 0, outcome.output
    assert mark(home) == 2
    listed = home.run("history").output.splitlines()
    assert [line[:10] for line in listed[:3]] == ["  soak-3   ".ljust(10)[:10], "* soak-2   "[:10], "  soak-1   "[:10]]
    assert home.run("publish").exit_code == 0
    assert mark(home) == 3
    assert home.run("publish", "soak-1").exit_code == 0
    assert mark(home) == 1
    outcome = home.run("rollback", "nothing")
    assert outcome.exit_code == 1
    assert "found 0 versions for 'nothing'; expected one of: soak-3, soak-2, soak-1." in outcome.output


def test_as_many_versions_are_kept_as_the_settings_say_and_they_take_no_second_room(home: Home, settings: Settings):
    published(settings, home, range(1, 6))
    kept = versions(settings)
    assert [version.refresh_id for version in kept] == ["soak-5", "soak-4", "soak-3"]
    assert kept[0].is_served
    assert kept[0].path.stat().st_ino == home.warehouse.stat().st_ino


def test_each_refresh_is_a_row_with_what_it_read_and_made(home: Home, settings: Settings):
    published(settings, home, range(1, 3))
    rows = home.query(
        "select refresh_id, outcome, releases, new_releases, observations from audit.refreshes order by finished_at"
    )
    assert [row[0] for row in rows][1:] == ["soak-1", "soak-2"]
    assert rows[0][2] == 14
    assert len(rows[0][3].split(", ")) == 14
    assert rows[-1][1:] == ("published", 14, "", 208)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("update audit.checks set outcome = 'failed' where check_name like 'every_label%ons_drug%'", "not passed"),
        ("create table marts.fct_measures__dbt_backup as select 1 as one", "that a build leaves when it is stopped"),
        ("delete from marts.fct_indicators", "found no rows in fct_indicators"),
        ("create view marts.seen as select 1 as one", "found the views marts.seen"),
    ],
)
def test_a_build_that_does_not_pass_the_gate_is_not_served(home: Home, settings: Settings, fault, message):
    build = marked_build(settings, home.warehouse, 1)
    with duckdb.connect(str(build)) as connection:
        connection.execute(fault)
    before = home.warehouse.stat().st_ino
    with pytest.raises(Refusal, match=message):
        publish(settings, build)
    assert home.warehouse.stat().st_ino == before


def test_a_stray_write_ahead_file_beside_the_served_one_changes_nothing(home: Home, settings: Settings):
    home.warehouse.with_name("warehouse.duckdb.wal").write_bytes(b"left by somebody")
    build = marked_build(settings, home.warehouse, 4)
    publish(settings, build)
    assert mark(home) == 4
    assert not home.warehouse.with_name("warehouse.duckdb.wal").exists()


def test_a_reader_that_holds_the_file_does_not_delay_a_publication(home: Home, settings: Settings):
    with duckdb.connect(str(home.warehouse), read_only=True) as reader:
        before = reader.execute("select count(*) from marts.fct_observations").fetchone()
        began = time.perf_counter()
        published(settings, home, range(1, 2))
        assert time.perf_counter() - began < 30
        assert reader.execute("select count(*) from marts.fct_observations").fetchone() == before
    assert mark(home) == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or not shutil.which("unshare"), reason="needs mounts of its own")
def test_a_full_disk_is_refused_with_a_message_and_the_served_file_stays(home: Home, tmp_path):
    script = (
        f"mount -t tmpfs -o size=12m none {tmp_path}/small && cp -r {home.path}/. {tmp_path}/small/ && "
        f"WAREHOUSE_HOME={tmp_path}/small {sys.executable} -m orchestration refresh --full; code=$?; "
        f"{sys.executable} -c \"import duckdb; print(duckdb.connect('{tmp_path}/small/warehouse.duckdb', read_only=True)"
        f".sql('select count(*) from marts.fct_observations').fetchone())\"; exit $code"
    )
    shutil.rmtree(home.path / "build", ignore_errors=True)
    (tmp_path / "small").mkdir()
    tried = subprocess.run(["unshare", "--mount", "bash", "-c", script], capture_output=True, text=True)
    if "unshare failed" in tried.stderr or "permission denied" in tried.stderr.lower().split("\n")[0]:
        pytest.skip("this machine gives no mounts")
    assert tried.returncode == 1, tried.stdout + tried.stderr
    assert "Refused. Nothing was published" in tried.stderr
    assert "(208,)" in tried.stdout


# Root reads and writes everything, unless it gives up that right.
WITHOUT_PRIVILEGE = (
    "setpriv",
    "--bounding-set=-dac_override,-dac_read_search",
    "--inh-caps=-dac_override,-dac_read_search",
)


@pytest.mark.skipif(not shutil.which("setpriv"), reason="needs setpriv of util-linux, to be refused what root may do")
@pytest.mark.parametrize(
    "closed",
    [
        ("landing/ohid/opiate_crack_prevalence",),
        ("builds",),
        ("published",),
    ],
)
def test_what_may_not_be_read_or_written_is_refused_by_its_path_and_the_served_file_stays(
    home: Home, settings: Settings, closed: tuple[str, ...]
):
    for landed in (home.path / "landing" / "ohid" / "opiate_crack_prevalence").iterdir():
        shutil.rmtree(landed)
    command = ["-m", "orchestration", "refresh", "--full"]
    if closed == ("published",):
        build = marked_build(settings, home.warehouse, 1)
        command = [str(Path(__file__).with_name("killed.py")), "never", str(build)]
    paths = [home.path / name for name in closed]
    modes = [path.stat().st_mode for path in paths]
    for path, mode in zip(paths, modes, strict=True):
        path.chmod(mode & ~0o222 if path.is_dir() else 0)
    tried = subprocess.run(
        [*(WITHOUT_PRIVILEGE if os.geteuid() == 0 else ()), sys.executable, *command],
        env=os.environ | {"WAREHOUSE_HOME": str(home.path)},
        capture_output=True,
        text=True,
    )
    for path, mode in zip(paths, modes, strict=True):
        path.chmod(mode)
    assert tried.returncode == 1
    for path in paths:
        assert str(path) in tried.stderr
    assert "permission denied" in tried.stderr.lower()
    assert "Traceback" not in tried.stderr
    assert wrong_with(home.path) == []


def test_a_second_refresh_at_the_same_time_is_told_so(home: Home, monkeypatch):
    monkeypatch.setenv("WAREHOUSE_WAIT", "1")
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, filelock\n"
            f"with filelock.FileLock({str(home.path / '.writer.lock')!r}):\n"
            "    print('held', flush=True)\n"
            "    sys.stdin.readline()\n",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout.readline() == "held\n"
    outcome = home.refresh("--full")
    holder.communicate("\n")
    assert outcome.exit_code == 1
    assert "another refresh was still running after 1 s; expected to be the only one" in outcome.output


def test_a_process_that_is_killed_gives_the_turn_back(home: Home, settings: Settings):
    with FileLock(home.path / ".writer.lock", timeout=0):
        pass
    published(settings, home, range(9, 10))
    assert mark(home) == 9
