"""The pages on a phone, a screen and paper: what a reader sees first, and that nothing is cut off."""

import re
import shutil
from pathlib import Path

import duckdb
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import DESKTOP, LARGEST_PAGE, PHONE, SHOW_ALL, TABLET, opened, pages_of
from homes import Home
from playwright.sync_api import Browser

from orchestration.report.site.write import write_site

# The first figure of each row that is not on the screen beside the label of its row.
FIRST_FIGURES = """() => {
    const hidden = [];
    for (const row of document.querySelectorAll("tbody tr")) {
        const figure = row.querySelector("td data, td abbr");
        if (!figure) continue;
        const seen = figure.getBoundingClientRect(), label = row.querySelector("th").getBoundingClientRect();
        const beside = row.closest(".fixed");
        if (seen.left < 0 || seen.right > innerWidth || (beside && seen.left < label.right - 1))
            hidden.push(row.textContent.slice(0, 60));
    }
    return hidden;
}"""

# What reaches beyond the screen, or is cut off by the element around it.
CUT_OFF = """() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
    for (const one of document.querySelectorAll(".scroll")) {
        const name = one.querySelector("caption").textContent;
        const may = one.querySelector(".fixed");
        if (one.scrollWidth > one.clientWidth + 1 && !may) found.push(`table ${name}`);
    }
    for (const one of document.querySelectorAll("th, td, dd, h1, h2, h3, .tiles li, .cards li")) {
        if (one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
            found.push(`${one.tagName} ${one.textContent}`);
    }
    return found;
}"""

# The words that go on in the next line without a hyphen. Names of files may.
BROKEN_WORDS = """() => {
    const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), word = document.createRange();
    while (texts.nextNode()) {
        const text = texts.currentNode;
        if (text.parentElement.closest("script, style, template, svg, select, .path, .unseen")) continue;
        if (!getComputedStyle(text.parentElement).writingMode.startsWith("horizontal")) continue;
        for (const match of text.data.matchAll(/\\p{L}+|\\d+(?:\\/\\d+)?/gu)) {
            word.setStart(text, match.index);
            word.setEnd(text, match.index + match[0].length);
            const lines = [...word.getClientRects()].filter((one) => one.width);
            if (lines.length > 1 && lines.at(-1).top - lines[0].top > 3) found.push(match[0]);
        }
    }
    return found;
}"""

# The columns of words that are the same in every row of a table.
SAME = """() => {
    const found = [];
    for (const table of document.querySelectorAll("table")) {
        const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
        if (rows.length < 2) continue;
        [...table.tHead.rows[0].cells].forEach((heading, place) => {
            const cells = rows.map((row) => row.cells[place]);
            if (place === 0 || cells.some((cell) => cell.querySelector("data"))) return;
            if (new Set(cells.map((cell) => cell.textContent)).size === 1)
                found.push(`${table.caption.textContent}: ${heading.textContent}`);
        });
    }
    return found;
}"""


@pytest.mark.parametrize("kind", ["shipped", "compared"])
@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
def test_the_first_figure_of_each_row_is_on_the_screen_and_nothing_is_cut_off_or_broken(
    width: int, kind: str, request: pytest.FixtureRequest, browser: Browser
):
    site = request.getfixturevalue({"shipped": "site"}.get(kind, kind))
    page, rows = opened(browser, width), 0
    for path in pages_of(site):
        page.goto(path.as_uri())
        assert page.evaluate(CUT_OFF) == [], path.name
        assert page.evaluate(BROKEN_WORDS) == [], path.name
        page.evaluate(SHOW_ALL)
        assert page.locator("tbody tr:visible").count() == page.locator("tbody tr").count(), path.name
        assert page.evaluate(FIRST_FIGURES) == [], path.name
        assert page.evaluate(CUT_OFF) == [], path.name
        assert page.evaluate(BROKEN_WORDS) == [], path.name
        rows += page.locator("tbody tr:has(td data)").count()
    page.close()
    assert rows > 300


def test_at_1280_no_table_scrolls_sideways(site: Path, compared: Path, browser: Browser):
    page = opened(browser, DESKTOP)
    for path in [*pages_of(site), *pages_of(compared)]:
        page.goto(path.as_uri())
        wide = (
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent.slice(0, 40))"
        )
        assert page.eval_on_selector_all(".scroll", wide) == [], path.name
    page.close()


def test_no_column_says_the_same_in_every_row(site: Path, browser: Browser):
    page = opened(browser, DESKTOP)
    told = 0
    for path in pages_of(site):
        page.goto(path.as_uri())
        assert page.evaluate(SAME) == [], path.name
        told += page.locator(".same").count()
    page.close()
    assert told > 20


def test_limits_of_counts_have_no_decimals(site: Path, warehouse: duckdb.DuckDBPyConnection):
    counts = {
        name
        for (name,) in warehouse.execute(
            "select indicator_id from marts.dim_indicators where decimals = 0 and unit not like 'per %' and unit <> 'percent'"
        ).fetchall()
    }
    limits = r'data-of="fct_indicators\|(\w+)\|[^"]*" data-column="(?:lower|upper)_95"[^>]*>([^<]*)<'
    found = [
        (name, text)
        for path in site.rglob("*.html")
        for name, text in re.findall(limits, path.read_text(encoding="utf-8"))
    ]
    assert len([name for name, _ in found if name in counts]) > 100
    assert [one for one in found if one[0] in counts and "." in one[1]] == []


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_axe_finds_nothing_in_the_dark(site: Path, compared: Path, width: int, browser: Browser):
    page = opened(browser, width, "dark")
    for path in (
        *sorted(site.glob("*.html")),
        *(compared / name for name in ("index.html", "compare.html", "areas.html", "areas/E08000025.html")),
        compared / "indicators/opiate_crack_use_rate.html",
        site / "indicators/drug_offences.html",
    ):
        page.goto(path.as_uri())
        found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]]
        assert found == [], path.name
    page.close()


def test_axe_finds_nothing_where_areas_are_compared_with_england(compared: Path, browser: Browser):
    page = opened(browser, DESKTOP)
    for name in ("index.html", "compare.html", "areas.html", "areas/E08000025.html"):
        page.goto((compared / name).as_uri())
        found = [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]]
        assert found == [], name
    page.close()


def test_a_dark_screen_has_dark_pages_and_charts_and_paper_has_light_ones(site: Path, browser: Browser):
    page = opened(browser, DESKTOP, "dark")
    page.goto((site / "indicators/drug_offences.html").as_uri())
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) == "rgb(20, 24, 27)"
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(colour) == "rgb(255, 255, 255)"
    chart = site / "charts" / "drug_offences.svg"
    page.emulate_media(media="screen", color_scheme="dark")
    page.goto(chart.as_uri())
    background = "getComputedStyle(document.querySelector('rect')).fill"
    assert page.evaluate(background) == "rgb(20, 24, 27)"
    page.emulate_media(media="screen", color_scheme="light")
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.close()


@pytest.mark.parametrize(
    ("name", "headings"),
    [("missing.html", ("What is missing",)), ("compare.html", ("Birmingham", "Walsall", "England"))],
)
def test_a_table_that_goes_on_on_another_sheet_has_its_head_there_too(
    name: str, headings: tuple[str, ...], site: Path, browser: Browser
):
    page = opened(browser, DESKTOP)
    page.goto((site / name).as_uri())
    # The script makes the headings buttons, which a browser leaves out where it prints a head again.
    assert page.locator("th button.sort").count() > 1
    with pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True)) as printed:
        sheets = [sheet.get_textpage().get_text_bounded() for sheet in printed]
    page.close()
    rows = [text for text in sheets[1:] if "outcome" in text.casefold()]
    assert rows
    for text in rows:
        assert [heading for heading in headings if heading not in text] == []


def test_with_120_indicators_the_pages_stay_small_and_grouped(refreshed: Home, tmp_path: Path, browser: Browser):
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(refreshed.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        for copy in range(1, 81):
            for table in ("marts.dim_indicators", "marts.fct_indicators"):
                title = f", title || ' {copy}' as title" if table.endswith("dim_indicators") else ""
                connection.execute(
                    f"insert into {table} select * replace ('copy_{copy}' as indicator_id{title}) from {table} "
                    "where indicator_id = 'alcohol_specific_deaths'"
                )
    write_site(warehouse, tmp_path / "site")
    pages = list((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 150
    assert {page.name: page.stat().st_size for page in pages if page.stat().st_size > LARGEST_PAGE} == {}
    page = opened(browser, PHONE)
    page.goto((tmp_path / "site" / "indicators.html").as_uri())
    groups = page.locator("tr.group").count()
    assert page.locator("nav.contents a").count() == groups
    assert groups < 12
    page.close()
