"""Chromium for the tests of pages: it opens nothing but the pages, and asks no other host."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium")
# Nothing but the pages: no look for updates, no other host.
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
PHONE, TABLET, DESKTOP = 360, 768, 1280
LARGEST_PAGE = 300_000


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; skips the test where there is none."""
    if not CHROMIUM:
        pytest.skip("there is no chromium on this machine: install Debian's package of that name")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()
