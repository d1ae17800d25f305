"""A file is read once nobody writes to it: at once where the system tells, after a time without change elsewhere."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from orchestration.releases.whole import (
    SECONDS_OF_QUIET,
    SECONDS_WITHOUT_CHANGE,
    is_being_written,
    seconds_until_whole,
)

pytestmark = [
    pytest.mark.quick,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open to write"),
]


@pytest.fixture
def release(tmp_path: Path) -> Path:
    folder = tmp_path / "raw" / "release"
    folder.mkdir(parents=True)
    return folder


def test_a_file_that_is_open_to_write_is_waited_for_however_long_ago_it_changed(release: Path):
    with (release / "deaths.csv").open("w") as file:
        file.write("half of it")
        file.flush()
        assert seconds_until_whole(release.parent, 1) == SECONDS_WITHOUT_CHANGE - 1
    assert 0 < seconds_until_whole(release.parent, 1) <= SECONDS_OF_QUIET


def test_a_program_that_holds_a_file_open_for_days_does_not_keep_it_from_being_read(release: Path):
    with (release / "deaths.csv").open("w"):
        assert seconds_until_whole(release.parent, SECONDS_WITHOUT_CHANGE) == 0


def test_a_file_that_is_read_by_another_program_is_whole(release: Path):
    (release / "deaths.csv").write_text("all of it")
    with (release / "deaths.csv").open():
        assert seconds_until_whole(release.parent, 0) <= SECONDS_OF_QUIET


def test_a_copy_that_keeps_its_files_times_is_as_new_as_any(tmp_path: Path, release: Path):
    old = tmp_path / "old.csv"
    old.write_text("all of it")
    os.utime(old, (0, 0))
    shutil.copy2(old, release)
    assert (release / "old.csv").stat().st_mtime == 0
    assert seconds_until_whole(release.parent, 0) > SECONDS_OF_QUIET - 1


def test_of_what_cannot_be_looked_at_only_the_time_without_change_tells(tmp_path: Path):
    assert seconds_until_whole(tmp_path / "gone", 10) == SECONDS_WITHOUT_CHANGE - 10


def test_hidden_files_are_not_waited_for(release: Path):
    (release.parent / ".sync").mkdir()
    with (release / ".~lock.deaths.csv#").open("w"), (release.parent / ".sync" / "state.db").open("w"):
        assert seconds_until_whole(release.parent, 0) <= SECONDS_OF_QUIET


def test_a_file_is_being_written_while_a_process_has_it_open_and_writes(release: Path):
    with (release / "deaths.csv").open("w") as file:
        assert is_being_written(release)
        file.write("all of it")
    assert not is_being_written(release)
    assert not is_being_written(release / "gone")
