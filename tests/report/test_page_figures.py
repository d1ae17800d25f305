"""What pages say of areas and indicators: charts with their numbers, areas compared, and what is missing."""

import csv
import re
import shutil
from pathlib import Path

import duckdb
from browsers import unbroken
from homes import Home
from playwright.sync_api import Browser

from orchestration.report.site.write import write_site


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
    missing = re.findall(r'<th scope="row">(.*?)(?: <span|</th>)', unbroken(site / "missing.html"))
    assert sorted(missing) == sorted(title for title, has_figure in known.values() if not has_figure)
    assert len(missing) > 20
    page = unbroken(site / "missing.html")
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
    pages = {path: unbroken(path) for path in (tmp_path / "site").rglob("*.html")}
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
    page = unbroken(site / "missing.html")
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
        (row,) = [row for row in page.split("<tr")[1:] if "indicators/opiate_crack_use_rate.html" in row]
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
    (row,) = [row for row in page.split("<tr")[1:] if "indicators/opiate_crack_users.html" in row]
    assert "spine" not in row
    # What stands out stands first.
    before, _, _ = page.partition("<table")
    assert re.search(r"Similar to England", before) is None
    assert re.search(r"\(\d+\): <a href=\"\.\./indicators/", before)


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
