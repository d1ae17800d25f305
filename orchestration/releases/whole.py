"""Whether the files of a folder are whole: nobody is writing to them any more."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Between two files that somebody copies one after another.
SECONDS_OF_QUIET = 2
# A copy over a network can falter, and a program that shows a file can hold it open to write for days.
SECONDS_WITHOUT_CHANGE = 30


def seconds_until_whole(folder: Path, seconds_seen: float) -> float:
    """In how many seconds what is in a folder can be read, if it stays as it has been seen for some seconds; 0: now.

    Linux lends a file for reading (`F_SETLEASE`) only while no process has it open to write, and who copies a file
    cannot set its time of change. Both hold for disks of this machine; of others only the time without change tells.
    """
    surely = max(SECONDS_WITHOUT_CHANGE - seconds_seen, 0)
    if not surely:
        return 0
    inside = (
        path for path in folder.rglob("*") if not any(one.startswith(".") for one in path.relative_to(folder).parts)
    )
    paths = [folder, *inside]
    try:
        if any(_is_written(path) for path in paths if path.is_file()):
            return surely
        return max(SECONDS_OF_QUIET - (time.time() - max(path.stat().st_ctime for path in paths)), 0)
    except OSError:
        return surely


def is_being_written(folder: Path) -> bool:
    """Whether a process writes to a file of a folder, as far as this system tells; not one that only holds it open."""
    try:
        paths = [path for path in folder.iterdir() if path.is_file() and not path.name.startswith(".")]
        changed = max((path.stat().st_ctime for path in paths), default=0)
        return time.time() - changed < SECONDS_WITHOUT_CHANGE and any(map(_is_written, paths))
    except OSError:
        return False


def _is_written(path: Path) -> bool:
    """Whether a process has a file open to write. Raises OSError where this system or the file's disk does not tell."""
    if sys.platform != "linux":
        raise OSError("no leases on this system")
    import fcntl

    with _opened(path) as file:
        # Who opens a lent file to write gets it at once, and this process a signal: one that ends nothing.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        try:
            fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        except BlockingIOError:
            return True
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY)
    try:
        yield file
    finally:
        os.close(file)
