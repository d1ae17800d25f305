"""Dagster's page in a browser follows a run of another process to its end, without being loaded again."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster_page import BROWSER, free_port, running, runs
from homes import Home
from playwright.sync_api import sync_playwright

from orchestration.settings import PROJECT

HEADER = "place,area_type,area,registration_year,deaths,credited_to\n"
ROW = "Made up,local authority,Walsall,2025,21,ONS\n"
SECONDS = 120


@pytest.fixture
def page(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of a page whose records are in SQLite, as `make dev` has them."""
    records = tmp_path / "records"
    records.mkdir()
    shutil.copy(PROJECT / ".dagster" / "dagster.yaml", records)
    monkeypatch.setenv("DAGSTER_HOME", str(records))
    monkeypatch.setenv("WAREHOUSE_HOME", str(home.path))
    port = free_port()
    command = [str(Path(sys.executable).with_name("dagster-webserver")), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--module-name", "orchestration.definitions"]
    with running(command, dict(os.environ), tmp_path / "page.log", PROJECT):
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            try:
                runs(port)
                break
            except urllib.error.URLError:
                time.sleep(0.2)
        yield port


@pytest.mark.skipif(not shutil.which(BROWSER), reason=f"this machine has no {BROWSER}")
def test_the_page_of_a_run_shows_its_steps_as_they_end(home: Home, page: int):
    home.put("ons.drug_poisoning_deaths", "2026-10-16", "deaths.csv", HEADER + ROW)
    refresh = subprocess.Popen(
        [sys.executable, "-m", "orchestration", "refresh"],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which(BROWSER), args=["--no-sandbox"])
        tab = browser.new_page()
        while not (found := runs(page)):
            assert refresh.poll() is None, refresh.communicate()[0]
            time.sleep(0.1)
        tab.goto(f"http://127.0.0.1:{page}/runs/{found[0]['runId']}", wait_until="domcontentloaded")
        tab.evaluate("window.sinceLoaded = true")
        # Its list of steps says how many have succeeded, and its title how the run stands.
        succeeded: set[str] = set()
        began = time.monotonic()
        while "[SUCCESS]" not in (title := tab.title()) and time.monotonic() - began < SECONDS:
            assert "[FAILURE]" not in title
            succeeded.update(re.findall(r"Succeeded \((\d+)\)", tab.inner_text("body")))
            time.sleep(0.1)
        assert "[SUCCESS]" in title, tab.inner_text("body")
        assert tab.evaluate("window.sinceLoaded") is True
        browser.close()
    assert refresh.wait(timeout=SECONDS) == 0
    # The page saw steps end one after the other, not all of them at the end.
    assert len(succeeded) >= 2, succeeded
