"""A running Dagster, asked by its own interface: used by the scripts that watch it work."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RUNS = "{ runsOrError(limit: 100) { ... on Runs { results { runId status jobName startTime endTime tags { key value } } } } }"
BROWSER = "chromium"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str], log: Path, folder: Path) -> Iterator[subprocess.Popen]:
    """A process with all that it starts, stopped at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)


def until(what: str, found: Callable[[], Any], seconds: float) -> Any:
    """The first true answer of `found`, asked every second; ends the script where there is none in time."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            if answer := found():
                print(f"{time.monotonic() - began:6.1f} s  {what}", flush=True)
                return answer
        time.sleep(1)
    raise SystemExit(f"not within {seconds:.0f} s: {what}")


def runs(port: int) -> list[dict[str, Any]]:
    """All runs, the newest first; their tags as a dictionary."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": RUNS}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = json.load(answer)["data"]["runsOrError"]["results"]
    return [run | {"tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in found]


def screenshot(port: int, page: str, picture: Path) -> None:
    """A picture of a page, where there is a browser."""
    if not shutil.which(BROWSER):
        print(f"        no {BROWSER}: no picture of {page}")
        return
    quiet = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync --hide-scrollbars"
    quiet += " --disable-background-networking --disable-component-update --window-size=1500,950 --timeout=15000"
    command = [BROWSER, *quiet.split(), f"--screenshot={picture}", f"http://127.0.0.1:{port}{page}"]
    with contextlib.suppress(subprocess.SubprocessError):
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=90, check=True)
    print(f"        {picture if picture.is_file() else f'no picture of {page}'}", flush=True)
