"""What the script of a page does with its tables: rows shown, sorted, filtered, and those of an area picked."""

import re
from pathlib import Path

from browsers import DESKTOP, PHONE, SHOW_ALL, opened
from playwright.sync_api import Browser


def test_on_a_phone_a_long_table_begins_with_its_first_rows_and_a_button_shows_the_others(site: Path, browser: Browser):
    page = opened(browser, PHONE)
    page.goto((site / "index.html").as_uri())
    height = page.evaluate("document.documentElement.scrollHeight")
    section = page.locator("section[aria-labelledby=table_04]")
    rows = section.locator("tbody tr")
    assert rows.count() == 9
    assert section.locator("tbody tr:visible").count() == 3
    button = section.get_by_role("button", name="Show all 9 rows")
    button.click()
    assert section.locator("tbody tr:visible").count() == 9
    assert button.count() == 0
    assert page.evaluate("document.activeElement === document.querySelectorAll('#table_04 ~ * tbody tr')[3]")
    # The notes are there to open, and the list of contents is a link away.
    source = section.locator(".source")
    assert not source.is_visible()
    section.get_by_text("Notes and source of Table 4").click()
    assert source.is_visible()
    page.get_by_role("link", name="Back to contents").first.click()
    assert page.evaluate("document.querySelector('#contents').getBoundingClientRect().top") < 100
    page.evaluate(SHOW_ALL)
    assert page.evaluate("document.documentElement.scrollHeight") > 1.4 * height
    page.close()


def test_a_link_filter_or_area_shows_the_rows_that_a_phone_left_out(site: Path, browser: Browser):
    page = opened(browser, PHONE)
    address = (site / "indicators/drug_offences.html").as_uri()
    page.goto(address)
    (last,) = page.eval_on_selector_all("tr[id^=from-]", "all => all.slice(-1).map(one => one.id)")
    row = page.locator(f"[id='{last}']")
    assert not row.is_visible()
    page.goto(f"{address}#{last}")
    assert row.is_visible()
    page.reload()
    assert row.is_visible()
    assert row.evaluate("one => { const top = one.getBoundingClientRect().top; return top >= 0 && top < innerHeight; }")
    page.goto((site / "indicators.html").as_uri())
    trafficking = page.locator("tbody tr:not(.group)", has_text="Drug trafficking offences")
    page.get_by_label("Filter the rows").fill("Drug trafficking offences")
    assert trafficking.first.is_visible()
    page.goto(address)
    page.get_by_label("Show the area").select_option(label="Wolverhampton")
    assert page.locator("tbody tr[data-area=E08000031]:visible").count() > 3
    page.close()


def test_paper_and_wide_screens_have_every_row_and_note(site: Path, browser: Browser):
    page = opened(browser, DESKTOP)
    page.goto((site / "index.html").as_uri())

    def hidden() -> int:
        return page.locator("tbody tr").count() - page.locator("tbody tr:visible").count()

    assert hidden() == 0
    assert page.locator("details:not([open])").count() == 0
    assert page.locator(".more:visible, summary:visible, .back:visible").count() == 0
    page.set_viewport_size({"width": PHONE, "height": 740})
    assert hidden() > 40
    assert page.locator("details[open]").count() == 0
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert hidden() == 0
    assert page.locator("details:not([open])").count() == 0
    assert page.locator(".more:visible, summary:visible, .back:visible").count() == 0
    page.close()


def test_a_table_is_sorted_by_a_column_and_rows_without_a_figure_stay_last(site: Path, browser: Browser):
    page = opened(browser, DESKTOP)
    page.goto((site / "index.html").as_uri())
    table = page.locator("section[aria-labelledby=figure_01] table")
    values = (
        "all => all.map(row => { const one = row.cells[2].querySelector('data'); return one && Number(one.value); })"
    )
    before = table.locator("tbody tr").evaluate_all(values)
    table.locator("thead th").nth(2).locator("button").click()
    down = table.locator("tbody tr").evaluate_all(values)
    known = [value for value in down if value is not None]
    assert known == sorted(known, reverse=True)
    assert down[len(known) :] == [None] * (len(down) - len(known))
    assert len(known) < len(down) == len(before)
    assert table.locator("thead th").nth(2).get_attribute("aria-sort") == "descending"
    table.locator("thead th").nth(2).locator("button").click()
    up = [value for value in table.locator("tbody tr").evaluate_all(values) if value is not None]
    assert up == sorted(known)
    page.close()


def test_on_a_phone_a_list_sorts_the_rows_and_gives_their_order_back(site: Path, browser: Browser):
    page = opened(browser, PHONE)
    page.goto((site / "index.html").as_uri())
    section = page.locator("section[aria-labelledby=table_04]")
    names = "all => all.map(row => row.cells[0].textContent)"
    before = section.locator("tbody tr").evaluate_all(names)
    choice = section.locator("label.narrow select")
    choice.select_option(label="Area or category")
    assert section.locator("tbody tr").evaluate_all(names) == sorted(before)
    choice.select_option(label="As published")
    assert section.locator("tbody tr").evaluate_all(names) == before
    page.close()


def test_rows_are_filtered_by_what_is_typed_and_an_area_is_picked(site: Path, browser: Browser):
    page = opened(browser, DESKTOP)
    page.goto((site / "indicators.html").as_uri())
    rows = page.locator("tbody tr:not(.group)")
    page.get_by_label("Filter the rows").fill("TRAFFICKING")
    seen = rows.evaluate_all("all => all.filter(one => one.offsetParent).map(one => one.textContent)")
    assert 3 < len(seen) < rows.count()
    assert all("trafficking" in text.lower() for text in seen)
    assert page.get_by_role("status").inner_text() == f"{len(seen)} of {rows.count()} rows"
    page.goto((site / "compare.html").as_uri())
    page.get_by_label("Show the area").select_option(label="Walsall")
    shown = page.eval_on_selector_all(
        "thead th", "all => all.filter(one => one.offsetParent).map(one => one.textContent)"
    )
    assert shown == ["Indicator", "Walsall"]
    page.get_by_label("Show the area").select_option(label="All areas")
    assert page.locator("thead th:visible").count() > 8
    page.close()


def test_the_list_of_areas_offers_every_area_that_a_page_has_rows_of(site: Path):
    found = 0
    for path in [*site.glob("*.html"), *(site / "indicators").glob("*.html")]:
        page = path.read_text(encoding="utf-8")
        if '<template id="areas">' not in page:
            continue
        offered = set(re.findall(r'<option value="(\w[^"]*)"', page))
        assert set(re.findall(r' data-area="([^"]*)"', page)) <= offered, path.name
        found += 1
    assert found > 30


def test_the_report_offers_the_force_area_and_shows_its_rows(site: Path, browser: Browser):
    page = opened(browser, DESKTOP)
    page.goto((site / "index.html").as_uri())
    picker = page.get_by_label("Show the area")
    picker.select_option(label="West Midlands (county and police force)")
    rows = page.locator("tr[data-area]:visible th").all_inner_texts()
    page.close()
    assert rows.count("Force total") > 3
    assert "Birmingham" not in rows
