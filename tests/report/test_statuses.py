"""The status of a figure goes with it to the comparison, the ranges, the charts and their files of numbers."""

import csv
import re
from pathlib import Path

import duckdb
import pytest

from orchestration.report.contents import status_text
from orchestration.report.framed import KeyEntry, framed, picture_size
from orchestration.report.site.parts import small

SHOWN = {"approximate": "approximate", "estimated": "estimated [e]"}


@pytest.fixture(scope="module")
def statuses(warehouse: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], str]:
    """The status of each figure in the marts, by indicator, area and period."""
    rows = warehouse.execute(
        "select indicator_id, area_code, period_id, label, value_status from marts.fct_indicators "
        "inner join marts.dim_periods using (period_id) where value is not null"
    ).fetchall()
    return {(name, area, key): status for name, area, period, label, status in rows for key in (period, label)}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_file_of_numbers_has_the_status_of_each_figure_in_words(site: Path, statuses):
    found = set()
    for path in (site / "charts").glob("*.csv"):
        for row in rows_of(path):
            name = row.get("indicator_id") or path.stem.removeprefix("report-").removesuffix("-areas")
            period = row.get("period_id") or row["period"]
            if row["value"] and (name, row["area_code"], period) in statuses:
                status = statuses[name, row["area_code"], period]
                assert row["status"] == status.replace("_", " "), (path.name, row)
                found.add((path.stem.partition("-")[0], status))
    assert {("compare", "approximate"), ("compare", "estimated"), ("spine", "estimated")} <= found
    assert ("adults_in_treatment", "approximate") in found


def test_the_comparison_shows_the_status_of_each_figure_in_its_cell(site: Path, statuses):
    page = (site / "compare.html").read_text(encoding="utf-8")
    told = set()
    for cell in re.findall(r"<td[^>]*>(.*?)</td>", page, re.DOTALL):
        key = re.findall(r'data-of="fct_indicators\|(\w+)\|([\w-]+)\|([\w-]+)"', cell)
        if not key:
            continue
        status = statuses[key[0]]
        said = re.findall(r'<span class="unit">([^<]*)</span>', cell)
        assert said == ([] if status == "published" else [small(status_text(status))]), key
        told |= {(status, *said)}
    assert told >= {("published",), *SHOWN.items()}


def test_the_drawings_of_the_comparison_and_the_ranges_show_it_too(site: Path):
    drawing = (site / "charts" / "compare.svg").read_text(encoding="utf-8")
    rows = rows_of(site / "charts" / "compare.csv")
    for status, text in SHOWN.items():
        number = sum(row["status"] == status for row in rows)
        assert len(re.findall(rf">{re.escape(text)}</text>", drawing)) == number > 2
    ranges = (site / "charts" / "spine-E08000025.svg").read_text(encoding="utf-8")
    assert "Opiate and crack cocaine use per 1,000, 2022/23, estimated [e]" in ranges
    page = (site / "areas" / "E08000025.html").read_text(encoding="utf-8")
    assert re.search(r'class="spine"[^>]*aria-label="14\.2 \(estimated \[e\]\); ', page)


def test_the_caption_of_a_chart_names_the_figures_that_are_not_simply_published(site: Path):
    def caption(name: str) -> str:
        page = (site / "indicators" / f"{name}.html").read_text(encoding="utf-8")
        return page[page.index("<figcaption>") : page.index("</figcaption>")]

    assert "Figures for Dudley, Walsall and Wolverhampton are approximate." in caption("adults_in_treatment")
    assert "All figures are estimated." in caption("alcohol_dependence_rate")
    assert not re.search("estimated|approximate|provisional", caption("drug_offences"))


@pytest.mark.parametrize(
    ("file", "title", "keys"),
    [
        ("compare", "All indicators by area: ", ["rose or fell: got worse", "no statistically significant"]),
        ("spine-E08000025", "Figures for Birmingham, with the range", ["all areas of its kind", "the area"]),
    ],
)
def test_a_table_that_is_downloaded_as_a_chart_can_be_read_alone(site: Path, file: str, title: str, keys: list[str]):
    drawing = (site / "charts" / f"{file}.svg").read_text(encoding="utf-8")
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawing)
    assert texts[0].startswith(title)
    for words in [*keys, "Sources: ", "[e] estimated"]:
        assert any(words in text for text in texts), words


def test_a_picture_has_the_size_of_what_is_drawn_and_of_what_is_said_around_it(site: Path):
    for name in ("compare", "spine-E08000025", "drug_offences", "adults_in_treatment-areas"):
        drawing = (site / "charts" / f"{name}.svg").read_text(encoding="utf-8")
        png = (site / "charts" / f"{name}.png").read_bytes()
        wide, high = (int.from_bytes(png[start : start + 4], "big") / 2 for start in (16, 20))
        width, height = picture_size(drawing)
        if name in ("compare", "spine-E08000025"):
            assert (round(wide), round(high)) == (width, height)
        else:
            # The page has the words of these beside the SVG; the PNG has them in it.
            assert wide >= width + 20
            assert high > height + 40


def test_a_frame_keeps_every_line_and_entry_within_the_picture():
    svg = '<svg width="300" height="50" viewBox="0 0 300 50" xmlns="http://www.w3.org/2000/svg"></svg>'
    entries = [KeyEntry("white", "=", f"what this one stands for, {number} & more") for number in range(7)]
    drawn = framed(svg, "A long title " * 12, ["Source: a long note of the source. " * 9], [("Key", entries)])
    width, height = picture_size(drawn)
    texts = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"[^>]*font-size="(\d+)"[^>]*>([^<]*)</text>', drawn)
    assert sum("stands for" in text for *_, text in texts) == 7
    for left, top, size, text in texts:
        shown = text.replace("&amp;", "&")
        assert float(left) + len(shown) * int(size) * 0.45 < width, text
        assert int(size) <= float(top) < height, text
    assert " ".join(text for *_, size, text in texts if size == "14").split() == ("A long title " * 12).split()
    lowest_of_key = max(float(top) for _, top, _, text in texts if "stands for" in text)
    assert float(re.search(r'<svg x="12" y="([\d.]+)"', drawn)[1]) > lowest_of_key
