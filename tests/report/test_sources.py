"""Every source line of the site, the workbook, the package and `warehouse explain` names the true origin.

Held against the lineage and the list of releases, on the shipped releases, and where a publisher's own file stands
beside the transcription.
"""

import html
import json
import re
from collections.abc import Callable, Iterable
from datetime import date

import openpyxl
import pytest
from browsers import unbroken
from homes import Home

DEATHS = "ons.drug_poisoning_deaths"
TITLE = "Number of deaths related to drug poisoning, persons by local authority, England and Wales"
SEVEN = ("Birmingham", "Coventry", "Dudley", "Sandwell", "Solihull", "Walsall", "Wolverhampton")
COUNTS = {2023: (152, 29, 20, 30, 10, 25, 27), 2024: (120, 28, 26, 29, 14, 20, 26)}
WORKBOOK = {
    "Table 1": [
        [TITLE],
        ["Area Codes", "Area Names", *COUNTS],
        *(
            [f"E080000{number}", name, *(counts[place] for counts in COUNTS.values())]
            for place, (number, name) in enumerate(zip(range(25, 32), SEVEN, strict=True))
        ),
    ]
}
RELEASED = date(2025, 10, 16)


@pytest.fixture(scope="module")
def beside(refreshed: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home where ONS's own workbook of later years stands beside the figures typed from the report."""
    home = refreshed.copy(tmp_path_factory.mktemp("beside"))
    home.put(DEATHS, str(RELEASED), "2025localauthorities.xlsx", WORKBOOK)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("WAREHOUSE_REPORT")
        outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    return home


@pytest.fixture(scope="module", params=["shipped", "beside"])
def served(request: pytest.FixtureRequest) -> Home:
    return request.getfixturevalue({"shipped": "refreshed", "beside": "beside"}[request.param])


@pytest.fixture(scope="module")
def origins(served: Home) -> dict[str, dict]:
    """What each release is, as its folder in raw/ has it."""
    found = {}
    for release_id, title in served.query("select release_id, title from marts.dim_releases"):
        dataset, _, day = release_id.partition("@")
        folder = served.path / "raw" / dataset.replace(".", "/") / day
        declared = folder / "origin.toml"
        document = declared.read_text(encoding="utf-8").split('"')[1] if declared.is_file() else None
        found[release_id] = {"title": title, "day": date.fromisoformat(day), "document": document}
    return found


def true(text: str, releases: Iterable[dict]) -> list[str]:
    """What is wrong in a source line of figures that these releases are behind."""
    faults = []
    released = set(re.findall(r"released (\d+ \w+ \d{4})", text))
    for release in releases:
        day = f"{release['day'].day} {release['day']:%B %Y}"
        if release["title"] not in text:
            faults.append(f"{text!r} does not name {release['title']}")
        if release["document"] and f"as printed in the {release['document']}, " not in text:
            faults.append(f"{text!r} does not name {release['document']}")
        if not release["document"] and day not in released:
            faults.append(f"{text!r} does not give {day}")
    own = {f"{one['day'].day} {one['day']:%B %Y}" for one in releases if not one["document"]}
    if released - own or (text.count("released") != len(re.findall(r"released \d", text))):
        faults.append(f"{text!r} names a release that nobody has read")
    if text.count("as printed in") and all(not one["document"] for one in releases):
        faults.append(f"{text!r} names a document that no figure is from")
    return faults


@pytest.fixture(scope="module")
def behind(served: Home, origins: dict[str, dict]) -> Callable[[str], list[dict]]:
    """The releases behind figures: `where` is over audit.lineage and the tables of the report."""

    def of(where: str) -> list[dict]:
        rows = served.query(f"select distinct release_id from audit.lineage where release_id is not null and ({where})")
        return [origins[release_id] for (release_id,) in rows]

    return of


def of_report(report: str) -> str:
    keys = "indicator_id, area_code, period_id"
    return (
        f"({keys}) in (select ({keys}) from reports.{report} where edition = '2025') or "
        f"({keys}) in (select (indicator_id, area_code, previous_period_id) from reports.{report} where edition = '2025')"
    )


def bare(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def page(served: Home, name: str) -> str:
    return unbroken(served.path / "build" / "site" / name)


def test_the_report_gives_under_each_table_and_figure_what_it_is_made_from(served, behind):
    sections = re.findall(r'<h3 id="(\w+)">.*?<p class="source">(.*?)</p>', page(served, "index.html"), re.DOTALL)
    assert len(sections) == 19
    assert [fault for report, text in sections for fault in true(bare(text), behind(of_report(report)))] == []


def test_each_page_of_an_indicator_names_them_twice(served, behind, origins):
    pages = sorted((served.path / "build" / "site" / "indicators").glob("*.html"))
    assert len(pages) > 50
    for path in pages:
        text = unbroken(path)
        releases = behind(f"indicator_id = '{path.stem}'")
        source = bare(re.search(r"<dt>Source</dt><dd>(.*?)</dd>", text)[1])
        assert true(source, releases) == [], path.name
        rows = re.findall(r"<tr><th[^>]*>([\w.]+@[\d-]+)</th><td[^>]*>(.*?)</td>", text)
        assert rows, path.name
        for release_id, source in rows:
            assert true(bare(source), [origins[release_id]]) == [], path.name


def test_each_page_of_an_area_and_each_map_says_it_too(served, behind):
    pages = sorted((served.path / "build" / "site" / "areas").glob("*.html"))
    assert len(pages) > 8
    same = dict(served.query("from staging.int_same_areas"))
    for path in pages:
        text = path.read_text(encoding="utf-8")
        if path.stem in same:
            assert f'<a href="{same[path.stem]}.html">' in text
            continue
        codes = [path.stem, *(code for code, first in same.items() if first == path.stem)]
        areas = ", ".join(f"'{code}'" for code in codes)
        shown = set(re.findall(rf"fct_indicators\|(\w+)\|({'|'.join(codes)})\|([\w-]+)", text))
        (source,) = re.findall(r'<p class="source">(.*?)</p>', text)
        # An indicator without a figure has no number on the page, and its release is named too.
        figures = " or ".join(
            f"(indicator_id = '{name}' and area_code = '{code}' and period_id = '{period}')"
            for name, code, period in shown
        )
        for release in behind(figures):
            assert release["title"] in source, path.name
        assert true(bare(source), [one for one in behind(f"area_code in ({areas})") if one["title"] in source]) == []
    maps = re.findall(
        r'<h3 id="map-(\w+)">.*?, ([^,<]+)</h3>.*?<p class="source">(.*?)</p>', page(served, "areas.html"), re.DOTALL
    )
    ((mapped,),) = served.query(
        "select count(distinct indicator_id) from (select indicator_id, period_id from marts.fct_indicators "
        "inner join marts.dim_indicators using (indicator_id) inner join marts.dim_areas using (area_code) "
        "inner join reports.area_tiles using (area_code) "
        "where value is not null and is_partnership_member and (unit like 'per %' or unit = 'percent') "
        "and indicator_id not like '%published%change' group by all having count(*) >= 4)"
    )
    assert len(maps) == mapped > 1
    for name, period, text in maps:
        where = f"indicator_id = '{name}' and period_id in (select period_id from marts.dim_periods where label = '{period}')"
        members = "area_code in (select area_code from marts.dim_areas where is_partnership_member)"
        assert true(bare(text), behind(f"{where} and {members}")) == [], name


def test_the_data_dictionary_and_the_page_on_quality_list_each_release_as_what_it_is(served, origins):
    rows = re.findall(r"<tr><th[^>]*>([\w.]+@[\d-]+)</th><td[^>]*>(.*?)</td>", page(served, "dictionary.html"))
    assert {release_id for release_id, _ in rows} == origins.keys()
    for release_id, source in rows:
        assert true(bare(source), [origins[release_id]]) == []
    newest = {}
    for release_id, one in sorted(origins.items(), key=lambda pair: (pair[1]["document"] is None, pair[1]["day"])):
        newest[release_id.partition("@")[0]] = one
    rows = re.findall(
        r"<tr><th[^>]*>(\w+\.\w+)</th>(.*?)</tr>", page(served, "quality.html").partition('id="checks"')[0]
    )
    assert {dataset for dataset, _ in rows} == newest.keys()
    # What every row says stands once above the table: the day of loading too, if no midnight came between.
    told = " ".join(re.findall(r'<p class="same">(.*?)</p>', page(served, "quality.html")))
    for dataset, cells in rows:
        source, *_ = re.findall(r"<td[^>]*>(.*?)</td>", cells)
        assert true(bare(source), [newest[dataset]]) == []
        due = "no file from the publisher yet" in (cells + told).casefold()
        assert due == (newest[dataset]["document"] is not None)


def test_no_page_says_released_of_anything_else(served, origins):
    own = {f"{one['day'].day} {one['day']:%B %Y}" for one in origins.values() if not one["document"]}
    said = set()
    for path in (served.path / "build" / "site").rglob("*.html"):
        text = bare(path.read_text(encoding="utf-8"))
        if path.name == "dictionary.html":
            # What columns mean; the sources stand before them.
            text = text.partition("Columns of ")[0]
        said |= set(re.findall(r"\breleased\b(?: \d+ \w+ \d{4})?", text))
    assert said == {f"released {day}" for day in own}


def test_each_sheet_of_the_workbook_and_its_cover_say_it(served, behind, origins):
    workbook = openpyxl.load_workbook(served.path / "build" / "wmcdap_progress_report.xlsx")
    checked = 0
    for sheet in workbook:
        texts = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
        sources = [text for text in texts if re.match(r"Sources?: ", text)]
        if re.fullmatch(r"(Table|Figure) \d+", sheet.title):
            kind, number = sheet.title.split()
            (source,) = sources
            assert true(source, behind(of_report(f"{kind.lower()}_{int(number):02d}"))) == [], sheet.title
            checked += 1
    assert checked == 19
    cover = " ".join(str(cell) for (cell,) in workbook["Cover"].iter_rows(max_col=1, values_only=True) if cell)
    document = next(one["document"] for one in origins.values() if one["document"])
    assert f"the figures printed in the {document}" in cover
    own = [one["day"] for one in origins.values() if not one["document"]]
    assert ("the latest release used is dated 16 October 2025" in cover) == bool(own)
    assert ("no file from a publisher is used yet" in cover) == (not own)


def test_the_package_lists_each_release_as_what_it_is(served, origins):
    folder = served.path / "build" / "data"
    sources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["sources"]
    assert len(sources) == len(origins)
    for source in sources:
        release_id = re.search(r"\(([\w.]+@[\d-]+)\)$", source["title"])[1]
        assert true(source["title"], [origins[release_id]]) == []
        assert ("path" in source) == (origins[release_id]["document"] is None)
    read_me = (folder / "README.md").read_text(encoding="utf-8").partition("## Sources")[2]
    assert true(read_me, list(origins.values())) == []


def test_explain_says_of_each_cell_what_it_was_read_from(served, origins):
    checked = 0
    for name, row, period in (
        ("table_01", "dudley", "2022/23"),
        ("table_06", "community resolution", "2024/25"),
        ("table_11", "county", "2024"),
        ("table_12", "dudley", "2024"),
        ("drug_offence_positive_outcome_proportion", "police", "2024/25"),
    ):
        document = json.loads(served.run("explain", name, row, period, "--json").output)
        tree = served.run("explain", name, row, period).output
        for figure in document["figures"]:
            for part in figure["parts"]:
                assert true(part["source"], [origins[part["release_id"]]]) == []
                assert part["source"] in figure["sources"]
                assert part["source"] in tree
                assert part["origin"] == (
                    "transcription" if origins[part["release_id"]]["document"] else "publisher_file"
                )
                checked += 1
    assert checked > 10


def test_beside_a_transcription_the_publishers_file_is_named_for_what_it_gives_and_nothing_more(beside: Home):
    (dudley,) = json.loads(beside.run("explain", "table_12", "dudley", "2024", "--json").output)["figures"]
    assert dudley["value"] == 26
    assert dudley["sources"] == [
        "Office for National Statistics, Deaths related to drug poisoning by local authority, released 16 October 2025"
    ]
    (county,) = json.loads(beside.run("explain", "table_11", "county", "2024", "--json").output)["figures"]
    assert "as printed in the West Midlands" in county["sources"][0]
    of = {row["dataset"]: row for row in json.loads(beside.run("status", "--json").output)["datasets"]}
    assert (of[DEATHS]["next_expected_on"], of[DEATHS]["is_publishers"]) == ("2026-10-16", True)
    # The publisher's own file is evidence against the report.
    found = beside.query(
        "select distinct explanation from audit.discrepancies where rule_id = 'figure_is_the_releases' and area_code = 'E08000027'"
    )
    assert found == [(f"The warehouse has 26 from the release {DEATHS}@2025-10-16; 25 is printed.",)]
