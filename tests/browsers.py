"""Chromium for the tests of pages, which asks no other host, and the numbers that a reader sees there."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium")
# Nothing but the pages: no look for updates, no other host.
QUIET = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET += ["--disable-background-networking", "--disable-component-update"]
PHONE, TABLET, DESKTOP = 360, 768, 1280
LARGEST_PAGE = 300_000

# What a reader of a phone opens: the rows of long tables, and the notes.
SHOW_ALL = """() => {
    document.querySelectorAll(".more button").forEach((one) => one.click());
    document.querySelectorAll("details").forEach((one) => { one.open = true; });
}"""

# Of the pages that are alike, as many are opened at each width.
ALIKE = 12


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser; skips the test where there is none."""
    if not CHROMIUM:
        pytest.skip("there is no chromium on this machine: install Debian's package of that name")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


def read(text: str) -> float:
    """The number that a reader sees."""
    bare = re.sub(r"(%| per [\d,]+| kilograms| percentage points)$", "", text)
    # In a sentence, words stand for the sign.
    bare = re.sub(r"^([Dd]own |down by |a decrease of )(?=\d)", "-", bare)
    bare = re.sub(r"^([Uu]p |up by |an increase of )(?=\d)", "+", bare)
    return float(bare.replace(",", "").replace("−", "-").replace("+", ""))


def pages_of(site: Path) -> list[Path]:
    """Every page, but of those of indicators and areas only some, among them the largest."""
    alike = [
        sorted((site / name).glob("*.html"), key=lambda page: -page.stat().st_size) for name in ("indicators", "areas")
    ]
    return [*sorted(site.glob("*.html")), *(page for pages in alike for page in pages[:ALIKE])]


def opened(browser: Browser, width: int, scheme: str = "light") -> Page:
    return browser.new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)


def unbroken(page: Path) -> str:
    """The HTML of a page without the marks that say where a long name may go on in the next line."""
    return page.read_text(encoding="utf-8").replace("<wbr>", "")
