"""The site, opened in a browser: it links, it is read by everybody, and its numbers are those of the marts."""

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import LARGEST_PAGE, PHONE, SHOW_ALL, read
from homes import Home, keep_indicators
from playwright.sync_api import Browser, Page

from orchestration.report.site.data import Site
from orchestration.report.site.headlines import line_of
from orchestration.report.site.parts import number_text
from orchestration.report.site.phrases import place_of
from orchestration.report.site.write import write_site

KINDS = (
    "index",
    "indicators",
    "areas",
    "compare",
    "missing",
    "framework",
    "signals",
    "discrepancies",
    "dictionary",
    "quality",
)


@pytest.fixture(scope="module")
def seen(site: Path, browser: Browser) -> dict[str, dict[str, Any]]:
    """What a browser shows of every page, and what it complains of."""
    context = browser.new_context(viewport={"width": PHONE, "height": 740})
    page = context.new_page()
    complaints: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    found = {}
    for path in sorted(site.rglob("*.html")):
        complaints.clear()
        requests.clear()
        page.goto(path.as_uri())
        found[path.relative_to(site).as_posix()] = {
            "complaints": list(complaints),
            "requests": list(requests),
            "width": page.evaluate("document.documentElement.scrollWidth"),
            "links": page.eval_on_selector_all("a, link, img", "all => all.map(one => one.href || one.src)"),
            "ids": page.eval_on_selector_all("[id]", "all => all.map(one => one.id)"),
            "scripts": page.eval_on_selector_all("script", "all => all.map(one => one.src || one.textContent)"),
            "numbers": page.eval_on_selector_all(
                "data", "all => all.map(one => ({...one.dataset, text: one.textContent, value: one.value}))"
            ),
            "bare": page.eval_on_selector_all(
                "td.number", "all => all.filter(one => !one.querySelector('data, abbr')).map(one => one.textContent)"
            ),
            "pictures": page.eval_on_selector_all("img", "all => all.map(one => [one.alt, one.naturalWidth])"),
            "text": page.inner_text("main"),
            "violations": violations(page),
        }
    context.close()
    return found


def violations(page: Page) -> list[str]:
    return [
        f"{one['id']}: {node['html'][:120]}" for one in Axe().run(page).response["violations"] for node in one["nodes"]
    ]


def test_there_is_a_page_of_every_kind_and_none_is_larger_than_it_may_be(site: Path, seen):
    assert {f"{kind}.html" for kind in KINDS} <= seen.keys()
    assert len([path for path in seen if path.startswith("indicators/")]) > 50
    assert len([path for path in seen if path.startswith("areas/E08")]) == 7
    assert {path: size for path in seen if (size := (site / path).stat().st_size) > LARGEST_PAGE} == {}


def test_every_link_leads_to_a_page_a_place_or_a_file_that_is_there(site: Path, seen):
    broken = []
    for path, page in seen.items():
        for link in page["links"]:
            if link.startswith("data:"):
                continue
            assert link.startswith(site.as_uri()), f"{path} leads away to {link}"
            target, _, place = link.removeprefix(site.as_uri() + "/").partition("#")
            if not (site / target).is_file() or (place and place not in seen[target]["ids"]):
                broken.append(f"{path}: {link}")
    assert broken == []


def test_the_first_screen_has_headline_figures_whose_changes_say_their_test(site: Path, warehouse):
    page = (site / "index.html").read_text(encoding="utf-8")
    cards = re.findall(r"<li>\s*<h2>.*?</li>", page.partition('<ul class="cards"')[2].partition("</ul>")[0], re.DOTALL)
    assert 6 <= len(cards) <= 10
    changes = 0
    for card in cards:
        said = re.sub(r"<[^>]+>", "", card)
        (of,) = set(re.findall(r'data-of="([^"]+)" data-column="value"', card))
        _, *key = of.split("|")
        row = warehouse.execute(
            "select change, is_significant_change from marts.fct_indicators "
            "where indicator_id = ? and area_code = ? and period_id = ?",
            key,
        ).fetchone()
        tested = {
            True: " Statistically significant.",
            False: " Not statistically significant.",
            None: " Not tested for",
        }
        expected = (
            "No figure for the period before" if row[0] is None else "No change from" if row[0] == 0 else tested[row[1]]
        )
        assert expected in said, said
        changes += row[0] is not None
    assert changes > 3
    # They come before any other section.
    assert page.index('class="cards"') < page.index('id="section-1"')


def test_no_page_complains_asks_another_host_or_runs_a_script_of_anybody_else(site: Path, seen):
    for path, page in seen.items():
        assert page["complaints"] == [], path
        assert [url for url in page["requests"] if not url.startswith((site.as_uri(), "data:"))] == [], path
        assert page["scripts"] == [f"{site.as_uri()}/tables.js"], path
    script = (site / "tables.js").read_text(encoding="utf-8")
    assert re.findall(r"fetch|XMLHttpRequest|import|eval|https?:|innerHTML|storage|cookie", script, re.IGNORECASE) == []


def test_the_pages_are_whole_without_the_script(site: Path, seen, browser: Browser):
    context = browser.new_context(viewport={"width": PHONE, "height": 740}, java_script_enabled=False)
    page = context.new_page()
    for path in ("index.html", "compare.html", "areas/E08000025.html", "indicators/drug_offences.html"):
        page.goto((site / path).as_uri())
        # What the script adds is how to sort, filter and pick, and it shortens what can be shown whole again.
        scripted = browser.new_page(viewport={"width": PHONE, "height": 740})
        scripted.goto((site / path).as_uri())
        scripted.evaluate(SHOW_ALL)
        added = r"^(Sort by|Filter the rows|Show the area)$"
        shown = [
            line for line in scripted.inner_text("main").splitlines() if line and not re.match(added, line.strip())
        ]
        scripted.close()
        bare = [line for line in page.inner_text("main").splitlines() if line]
        assert [line for line in bare if line not in shown] == [], path
        assert page.locator("tbody tr:visible").count() == page.locator("tbody tr").count(), path
        assert page.locator("main data").count() == len(seen[path]["numbers"]), path
        assert page.locator(".tools").count() == 0, path
    context.close()


def test_no_page_is_wider_than_a_small_phone(seen):
    assert {path: page["width"] for path, page in seen.items() if page["width"] > PHONE} == {}


def test_axe_finds_no_violation_of_the_accessibility_guidelines_on_any_page(seen):
    assert {path: page["violations"] for path, page in seen.items() if page["violations"]} == {}


def test_every_chart_is_drawn_and_told_in_words(seen):
    pictures = [picture for page in seen.values() for picture in page["pictures"]]
    assert len(pictures) > 40
    assert [words for words, width in pictures if not width or not words.startswith("Chart of ")] == []


def looked_up(warehouse: duckdb.DuckDBPyConnection, of: str, column: str, decimals: int) -> float:
    """The number of the marts that a page says it shows, rounded as it says."""
    table, *key = of.split("|")
    counts = {
        "releases": "select count(*) from marts.dim_releases where dataset = ?",
        "checks": "select coalesce(findings, 0) from audit.checks where check_name = ?",
        "revisions": "select count(*) from audit.revisions where kind = ? and new_release_id = ?",
        "refreshes": "select observations from audit.refreshes where refresh_id = ?",
        "signal_series": "select count(distinct (series_id, area_code)) from marts.fct_signal_points",
    }
    if table in counts:
        return warehouse.execute(counts[table], key).fetchone()[0]
    keys = (
        "indicator_id = ? and area_code = ? and period_id = ?"
        if table in ("fct_indicators", "fct_comparisons")
        else "edition = ? and row_order = ?"
    )
    name = f"marts.{table}" if table.startswith("fct_") else table
    return warehouse.execute(f'select round("{column}", {decimals}) from {name} where {keys}', key).fetchone()[0]


def test_every_number_on_every_page_is_that_of_the_marts(seen, warehouse: duckdb.DuckDBPyConnection, record_property):
    wrong, read_back, known = [], 0, {}
    for path, page in seen.items():
        assert page["bare"] == [], path
        for number in page["numbers"]:
            key = (number["of"], number["column"], int(number["decimals"]))
            if key not in known:
                known[key] = looked_up(warehouse, *key)
            read_back += 1
            if abs(read(number["text"]) - float(known[key])) > 1e-9 * max(1, abs(known[key])):
                wrong.append(f"{path}: {number}, the marts say {known[key]}")
    assert wrong == []
    assert read_back > 1500
    record_property("measured", f"{read_back} numbers of {len(seen)} pages read back: all those of the marts")


def test_the_report_prints_to_a_document_of_pages(site: Path, browser: Browser, tmp_path: Path):
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    document = page.pdf(prefer_css_page_size=True)
    page.close()
    assert document.startswith(b"%PDF")
    assert 8 <= len(re.findall(rb"/Type\s*/Page\b", document)) <= 30


def test_another_edition_of_another_partnership_is_rows_of_seeds(rebuilt: Callable[..., Home]):
    seeds = (
        "insert into reports.editions values ('2026', 'Yearly review 2026', 'Mercia Drugs Partnership', 'MDP', 'Mercia', "
        "'May 2027', 'https://mercia.example', 'mdp_review', null, null)",
        "insert into reports.report_contents values ('2026', 'table_12', 1, 'Section A', 'Deaths by authority')",
        "insert into staging.report_rows select * replace ('2026' as edition) from staging.report_rows "
        "where report = 'table_12' and row_order < 3",
    )
    home = rebuilt(seeds, "int_report_rows", "table_12")
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(
            "update reports.table_12 set value = null, value_status = 'suppressed', change = null, percent_change = null, "
            "change_p_value = null, is_significant_change = null, lower_95 = null, upper_95 = null "
            "where edition = '2026' and row_order = 1"
        )
    write_site(home.warehouse, home.path / "site")
    text = (home.path / "site" / "index.html").read_text(encoding="utf-8")
    assert "<h1>Yearly review 2026: Mercia</h1>" in text
    assert "Mercia Drugs Partnership" in text
    assert "Progress report 2025" not in text
    assert "Table 12: Deaths by authority" in text
    assert "Table 13" not in text
    assert '<abbr title="confidential, suppressed so that nobody can be identified">[c]</abbr>' in text
    assert (
        "The figure for deaths related to drug poisoning in Birmingham is confidential, suppressed so that nobody can be identified."
        in text
    )


def test_an_areas_page_shows_that_its_newest_figure_is_withheld_and_not_an_older_one(refreshed: Home, tmp_path: Path):
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(refreshed.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        area, indicator, title, period = connection.execute(
            "select numbers.area_code, indicator_id, title, max_by(period_id, start_date) "
            "from marts.fct_indicators as numbers inner join marts.dim_periods using (period_id) "
            "inner join marts.dim_indicators using (indicator_id) "
            "inner join marts.dim_areas as areas on numbers.area_code = areas.area_code "
            "where value is not null and is_partnership_member group by 1, 2, 3 having count(*) > 1 order by 1, 2 limit 1"
        ).fetchone()
        keep_indicators(connection, indicator)
        connection.execute(
            "update marts.fct_indicators set value = null, value_status = 'suppressed', lower_95 = null, upper_95 = null, "
            "change = null, percent_change = null where area_code = ? and indicator_id = ? and period_id = ?",
            [area, indicator, period],
        )
    write_site(warehouse, tmp_path / "site")
    page = (tmp_path / "site" / "areas" / f"{area}.html").read_text(encoding="utf-8")
    (row,) = [row for row in page.split("<tr") if f"indicators/{indicator}.html" in row and title in row]
    assert '<abbr title="confidential, suppressed so that nobody can be identified">[c]</abbr>' in row


@pytest.mark.parametrize(
    ("value", "decimals", "signed", "text"),
    [
        (8216.0, 0, False, "8,216"),
        (-14.3, 1, True, "−14.3"),
        (13.7, 1, True, "+13.7"),
        (0.0, 1, True, "0.0"),
        (-0.04, 1, True, "0.0"),
    ],
)
def test_a_number_is_written_with_commas_and_its_sign(value: float, decimals: int, signed: bool, text: str):
    assert number_text(value, decimals, signed=signed) == text


def test_a_force_area_is_called_by_its_name_where_a_report_has_several(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
):
    site = Site(warehouse, tmp_path, None)
    area = ("police_force_area", "West Midlands")
    assert place_of(site, *area) == "the force area"
    site.areas["E23000016"] = site.areas["E23000014"] | {"area_code": "E23000016", "area_name": "West Mercia"}
    assert place_of(site, *area) == "the West Midlands force area"
    assert place_of(site, "local_authority", "Walsall") == "Walsall"


def test_the_small_line_of_a_headline_is_broken_where_a_year_is_missing():
    years = (2014, 2015, 2017, 2020, 2021)
    history = [
        {
            "start_date": date(year, 4, 1),
            "end_date": date(year + 1, 3, 31),
            "period": f"{year}",
            "value": year % 7,
            "decimals": 0,
        }
        for year in years
    ]
    line = line_of(history[::-1])
    assert line
    assert [len(run) for run in line["runs"]] == [2, 1, 2]
    assert line_of(history[:2]) is None
    whole = line_of(
        [
            {**row, "start_date": date(2014 + place, 4, 1), "end_date": date(2015 + place, 3, 31)}
            for place, row in enumerate(history)
        ]
    )
    assert whole
    assert [len(run) for run in whole["runs"]] == [5]


def test_no_text_calls_a_tile_darker_because_a_dark_screen_has_lighter_ones(site: Path):
    pages = [path.read_text(encoding="utf-8") for path in site.rglob("*.html")]
    assert "a stronger colour is worse" in "".join(pages)
    assert not [page for page in pages if "darker" in page]
