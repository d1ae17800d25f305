"""The pages on a phone, a screen and paper: what a reader sees first, that nothing is cut off, and what the script does."""

import csv
import re
import shutil
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import DESKTOP, LARGEST_PAGE, PHONE, SHOW_ALL, TABLET
from homes import Home
from playwright.sync_api import Browser, Page

from orchestration.report.site.write import write_site

# Of the pages that are alike, as many are opened at each width.
ALIKE = 12

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
    for (const one of document.querySelectorAll("th, td")) {
        if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflow !== "visible")
            found.push(`cell ${one.textContent}`);
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


@pytest.fixture(scope="module")
def compared(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of a copy of the warehouse in which England has a figure, and one rate is in every state of comparison."""
    folder = tmp_path_factory.mktemp("compared")
    shutil.copyfile(refreshed.warehouse, folder / "warehouse.duckdb")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            "update marts.fct_indicators set england_value = 9.5, compared_with_england = case "
            "when value > 11 then 'worse' when value < 8 then 'better' else 'similar' end "
            "where indicator_id = 'opiate_crack_use_rate'"
        )
        connection.execute(
            "update marts.fct_indicators set value = null, value_status = 'suppressed', lower_95 = null, upper_95 = null, "
            "change = null, percent_change = null, is_significant_change = null "
            "where indicator_id = 'alcohol_specific_deaths' and area_code = 'E08000030' and period_id = 'CY2023'"
        )
    write_site(folder / "warehouse.duckdb", folder / "site")
    return folder / "site"


def pages_of(site: Path) -> list[Path]:
    """Every page, but of those of indicators and areas only some, among them the largest."""
    alike = [
        sorted((site / name).glob("*.html"), key=lambda page: -page.stat().st_size) for name in ("indicators", "areas")
    ]
    return [*sorted(site.glob("*.html")), *(page for pages in alike for page in pages[:ALIKE])]


def opened(browser: Browser, width: int, scheme: str = "light") -> Page:
    return browser.new_page(viewport={"width": width, "height": 740}, color_scheme=scheme)


@pytest.mark.parametrize("kind", ["shipped", "compared"])
@pytest.mark.parametrize("width", [PHONE, TABLET, DESKTOP])
def test_the_first_figure_of_each_row_is_on_the_screen_and_nothing_is_cut_off(
    width: int, kind: str, request: pytest.FixtureRequest, browser: Browser
):
    site = request.getfixturevalue({"shipped": "site"}.get(kind, kind))
    page, rows = opened(browser, width), 0
    for path in pages_of(site):
        page.goto(path.as_uri())
        assert page.evaluate(CUT_OFF) == [], path.name
        page.evaluate(SHOW_ALL)
        assert page.locator("tbody tr:visible").count() == page.locator("tbody tr").count(), path.name
        assert page.evaluate(FIRST_FIGURES) == [], path.name
        assert page.evaluate(CUT_OFF) == [], path.name
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


def test_an_indicator_without_a_figure_has_no_page_and_the_list_says_what_it_lacks(
    site: Path, warehouse: duckdb.DuckDBPyConnection
):
    known = {
        name: (title, has_figure)
        for name, title, has_figure in warehouse.execute(
            "select indicator_id, title, coalesce(bool_or(value is not null), false) "
            "from marts.dim_indicators left join marts.fct_indicators using (indicator_id) group by all"
        ).fetchall()
    }
    pages = {path.stem for path in (site / "indicators").glob("*.html")}
    assert pages == {name for name, (_, has_figure) in known.items() if has_figure}
    missing = re.findall(r'<th scope="row">(.*?)(?: <span|</th>)', (site / "missing.html").read_text(encoding="utf-8"))
    assert sorted(missing) == sorted(title for title, has_figure in known.values() if not has_figure)
    assert len(missing) > 20
    page = (site / "missing.html").read_text(encoding="utf-8")
    (row,) = [row for row in page.split("<tr") if ">Deaths related to drug poisoning per 100,000<" in row]
    assert ">Population of all ages</td>" in row
    assert ">Office for National Statistics: ons.population_estimates</td>" in row
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.findall(rf"indicators/({'|'.join(known.keys() - pages)})\.html", text), path.name


def test_an_indicator_whose_figures_are_all_suppressed_has_no_page_and_the_list_says_why(
    refreshed: Home, tmp_path: Path
):
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(refreshed.warehouse, warehouse)
    name = "drug_poisoning_deaths"
    with duckdb.connect(str(warehouse)) as connection:
        for table in ("fct_indicators", "fct_indicator_history"):
            connection.execute(
                f"update marts.{table} set value = null, value_status = 'suppressed', lower_95 = null, upper_95 = null, "
                "change = null, percent_change = null, is_significant_change = null "
                "where indicator_id = ? and value is not null",
                [name],
            )
    write_site(warehouse, tmp_path / "site")
    pages = {path: path.read_text(encoding="utf-8") for path in (tmp_path / "site").rglob("*.html")}
    assert not (tmp_path / "site" / "indicators" / f"{name}.html").exists()
    assert [path.name for path, text in pages.items() if f"indicators/{name}.html" in text] == []
    missing = pages[tmp_path / "site" / "missing.html"]
    (row,) = [
        row
        for row in missing.split("<tr")
        if ">Deaths related to drug poisoning</th>" in row.replace(" <span", "<")
        or ">Deaths related to drug poisoning <span" in row
    ]
    assert "None is shown: every figure is suppressed so that nobody can be identified" in row
    assert "Office for National Statistics: ons.drug_poisoning_deaths" in row


def test_the_list_of_what_is_missing_names_who_publishes_street_level_crime(site: Path):
    page = (site / "missing.html").read_text(encoding="utf-8")
    (row,) = [row for row in page.split("<tr") if ">Street-level drug crimes" in row]
    assert ">data.police.uk: police.street_crime</td>" in row
    (row,) = [row for row in page.split("<tr") if ">Homicides linked to drugs" in row and "as published" not in row][:1]
    assert ">West Midlands Police: police.drug_related_homicides</td>" in row


def test_each_chart_has_its_picture_and_its_numbers_at_an_address_of_its_name(site: Path, browser: Browser):
    drawings = sorted((site / "charts").glob("*.svg"))
    assert len(drawings) > 40
    headers = set()
    for drawing in drawings:
        png = drawing.with_suffix(".png").read_bytes()
        assert png.startswith(b"\x89PNG"), drawing.name
        if not drawing.name.startswith("signal-"):
            lines = drawing.with_suffix(".csv").read_text(encoding="utf-8").splitlines()
            own = drawing.stem if drawing.stem == "compare" else drawing.stem.partition("-E")[0]
            headers.add((own if own in ("compare", "spine") else "indicator", lines[0]))
            assert len(lines) > 2, drawing.name
    assert headers == {
        ("indicator", "area_code,area,period,value,lower,upper,england,status"),
        ("compare", "outcome,indicator_id,indicator,unit,area_code,area,period_id,value,shown,status,words"),
        (
            "spine",
            "indicator_id,indicator,unit,area_code,area,period,value,england,areas,lowest,quarter,three_quarters,highest,"
            "compared_with_england,status",
        ),
    }


def figures_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_table_of_all_areas_is_a_chart_with_the_same_cells(compared: Path):
    page = (compared / "compare.html").read_text(encoding="utf-8")
    for kind in ("svg", "png", "csv"):
        assert f'href="charts/compare.{kind}" download' in page
    drawing = (compared / "charts" / "compare.svg").read_text(encoding="utf-8")
    rows = figures_of(compared / "charts" / "compare.csv")
    told = re.findall(r'data-of="fct_indicators\|(\w+)\|([\w-]+)\|([\w-]+)" data-column="value"[^>]*>([^<]+)<', page)
    shown = [(row["indicator_id"], row["area_code"], row["period_id"], row["shown"]) for row in rows]
    assert sorted(told) == sorted(one for one in shown if not one[3].startswith("["))
    assert {"better than England", "worse than England", "similar to England"} <= {row["words"] for row in rows}
    for text in {"Birmingham", "◆", "●", "14.2", "Opiate and crack cocaine use per 1,000, 2022/23"}:
        assert f">{text}<" in drawing, text
    for colour in ("#cfe8f7", "#fbdcc4", "#fff4c2"):
        assert re.search(f'<path [^>]*fill="{colour}"', drawing), colour


def test_the_ranges_of_an_area_are_a_chart_with_the_same_places(compared: Path):
    page = (compared / "areas" / "E08000025.html").read_text(encoding="utf-8")
    for kind in ("svg", "png", "csv"):
        assert f'href="../charts/spine-E08000025.{kind}" download' in page
    rows = {row["indicator_id"]: row for row in figures_of(compared / "charts" / "spine-E08000025.csv")}
    assert len(rows) == page.count('class="spine"')
    row = rows["opiate_crack_use_rate"]
    assert [row[name] for name in ("value", "england", "areas", "lowest", "highest", "compared_with_england")] == [
        *("14.2", "9.5", "7", "7.1", "14.2", "worse")
    ]
    drawing = (compared / "charts" / "spine-E08000025.svg").read_text(encoding="utf-8")
    assert "Opiate and crack cocaine use per 1,000, 2022/23" in drawing
    worse = [row for row in rows.values() if row["compared_with_england"] == "worse"]
    assert len(re.findall(r'<path [^>]*fill="#b34700"', drawing)) == len(worse) > 0
    # An area without a range has no chart, and no link to one.
    assert not (compared / "charts" / "spine-E23000014-UNALLOCATED.svg").exists()
    assert "charts/spine" not in (compared / "areas" / "E23000014-UNALLOCATED.html").read_text(encoding="utf-8")


def test_only_rates_are_mapped_and_each_class_says_what_it_holds(site: Path, warehouse: duckdb.DuckDBPyConnection):
    page = (site / "areas.html").read_text(encoding="utf-8")
    maps = re.findall(r'<section aria-labelledby="map-(\w+)">(.*?)</section>', page, re.DOTALL)
    assert len(maps) > 1
    for name, text in maps:
        (unit,) = warehouse.execute("select unit from marts.dim_indicators where indicator_id = ?", [name]).fetchone()
        assert unit.startswith("per ") or unit == "percent"
        tiles = re.findall(r'<li class="shade(\d)" style[^>]*>.*?<data value="([\d.]+)"', text)
        assert len(tiles) > 3
        legend = re.findall(r'<li><span class="swatch shade(\d)".*?</li>', text, re.DOTALL)
        assert sorted({shade for shade, _ in tiles}) == legend
        for shade, said in re.findall(r'<li><span class="swatch shade(\d)"[^>]*></span>(.*?)</li>', text, re.DOTALL):
            of_class = sorted(float(value) for of, value in tiles if of == shade)
            ends = [float(value) for value in re.findall(r'<data value="([\d.]+)"', said)]
            assert (ends[0], ends[-1]) == (of_class[0], of_class[-1])
            assert f", {len(of_class)} area" in said


def test_a_spine_has_england_in_the_middle_and_the_area_on_the_side_that_its_value_says(compared: Path):
    found = {}
    for code, compares in (("E08000025", "worse"), ("E08000029", "better"), ("E08000026", "similar")):
        page = (compared / "areas" / f"{code}.html").read_text(encoding="utf-8")
        (row,) = [row for row in page.split("<tr") if "indicators/opiate_crack_use_rate.html" in row]
        (words,) = re.findall(r'class="spine"[^>]*aria-label="([^"]*)"', row)
        assert "England 9.5; 7 areas from 7.1 to 14.2" in words
        assert f"{compares} " in words
        (england,) = re.findall(r'<line x1="([\d.]+)"', row)
        assert float(england) == 70
        (kind, place) = re.findall(r'<(?:polygon|circle) class="(\w+)".*?(?:translate\(|cx=")([\d.]+)', row)[0]
        assert kind == compares
        found[compares] = float(place)
        # The worst area stands on the left: fewer is better.
        ends = re.findall(r'class="ends"><span>.*?<data value="([\d.]+)".*</svg><span>.*?<data value="([\d.]+)"', row)
        assert ends == [("14.2", "7.1")]
    assert found["worse"] < 70 < found["better"]
    # A count has no spine: a larger area has more of anything.
    (row,) = [row for row in page.split("<tr") if "indicators/opiate_crack_users.html" in row]
    assert "spine" not in row


def test_a_cell_of_the_comparison_has_a_symbol_and_words_for_its_colour(compared: Path):
    page = (compared / "compare.html").read_text(encoding="utf-8")
    cells = re.findall(r'<td class="number (\w+)"[^>]*>(.*?)</td>', page)
    assert {"better", "worse", "similar", "none", "higher", "lower"} <= {colour for colour, _ in cells}
    symbols = {"better": "●↑↓", "worse": "◆↑↓", "similar": "■", "none": "=", "higher": "↑▲", "lower": "↓▼"}
    for colour, cell in cells:
        (symbol,) = re.findall(r'^<span aria-hidden="true">(.)</span>', cell)
        assert symbol in symbols[colour], cell
        (words,) = re.findall(r'<span class="unseen"> ([^<]+)</span>$', cell)
        assert words


def test_the_comparison_says_that_nothing_was_compared_with_england_only_where_nothing_was(site: Path, compared: Path):
    without, page = ((folder / "compare.html").read_text(encoding="utf-8") for folder in (site, compared))
    # England has figures of its own in the table all the same.
    assert re.search(r'<td class="number[^"]*" data-area="E92000001">.*?<data value=', without)
    assert "No figure was compared with England's, so colour and symbol show the change" in without
    assert "No figure was compared" not in page
    assert "Otherwise they show the change" in page


def test_what_the_comparison_lacks_of_an_area_its_own_page_lists_as_lacking(site: Path):
    table = (site / "compare.html").read_text(encoding="utf-8")
    lacks = [
        (code, name)
        for row in table.split("<tr")
        for name in re.findall(r'href="indicators/(\w+)\.html"', row)[:1]
        for code, cell in re.findall(r'<td[^>]* data-area="([^"]+)"[^>]*>(.*?)</td>', row)
        if '<abbr title="not available">' in cell
    ]
    assert ("E08000026", "opiate_crack_unmet_need") in lacks
    for code, name in lacks:
        figures, _, listed = (
            (site / "areas" / f"{code}.html").read_text(encoding="utf-8").partition("<h2>No figure for")
        )
        link = f'href="../indicators/{name}.html"'
        # A figure of another period is on the area's page, and not in the comparison.
        assert (link in figures) != (link in listed), (code, name)


def test_an_area_page_explains_the_line_of_england_only_where_a_range_has_one(site: Path, compared: Path):
    has_line = set()
    for page in [*(site / "areas").glob("*.html"), *(compared / "areas").glob("*.html")]:
        text = page.read_text(encoding="utf-8")
        ranges = re.findall(r'<svg class="spine".*?</svg>', text, re.DOTALL)
        if ranges:
            has_line.add(any("<line" in one for one in ranges))
            assert ("the line England" in text) == any("<line" in one for one in ranges), page.name
    assert has_line == {True, False}


def test_a_suppressed_figure_is_told_as_such_wherever_areas_are_compared(compared: Path):
    withheld = '<abbr title="confidential, suppressed so that nobody can be identified">[c]</abbr>'
    page = (compared / "compare.html").read_text(encoding="utf-8")
    (row,) = [row for row in page.split("<tr") if 'indicators/alcohol_specific_deaths.html"' in row]
    assert re.findall(r'data-area="E08000030">(.*?)</td>', row) == [withheld]
    page = (compared / "areas" / "E08000030.html").read_text(encoding="utf-8")
    (row,) = [row for row in page.split("<tr") if 'indicators/alcohol_specific_deaths.html"' in row]
    assert withheld in row
    page = (compared / "indicators" / "alcohol_specific_deaths.html").read_text(encoding="utf-8")
    rows = [row for row in page.split("<tr") if 'data-area="E08000030"' in row.partition(">")[0]]
    assert [withheld in row for row in rows[:2]] == [True, True]


def test_rates_are_told_against_england(compared: Path):
    page = re.sub(r"<[^>]+>", "", (compared / "index.html").read_text(encoding="utf-8"))
    assert (
        "The rate was higher than in England in Birmingham, Walsall and Wolverhampton; similar to England in Coventry and "
        "Sandwell; lower than in England in Dudley and Solihull (England: 9.5 per 1,000 in 2022/23)." in page
    )


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
