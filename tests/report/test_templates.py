"""Templates ask only for what there is: a wrong field's name is an error, and every colour reaches its cell."""

import re
import shutil
from pathlib import Path

import duckdb
import jinja2
import pytest
from homes import Home, keep_indicators

from orchestration.report.site.data import TEMPLATES, Site
from orchestration.report.site.parts import COMPARED, Heading, Number, Row, Words, capital, trend_text
from orchestration.report.site.write import write_site

PAGES = sorted(TEMPLATES.glob("*.html"))
# What makes jinja silent about a name that nothing bears.
SILENT = r"\bis (not )?(defined|undefined)\b|\|\s*(d|default|attr)\b|\.get\(|\bignore missing\b"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_template_is_silent_about_a_name_that_nothing_bears(path: Path):
    assert re.findall(SILENT, path.read_text(encoding="utf-8")) == []


def test_a_name_that_nothing_bears_is_an_error(refreshed: Home, tmp_path: Path):
    with duckdb.connect(str(refreshed.warehouse), read_only=True) as connection:
        templates = Site(connection, tmp_path, None)._templates
    parts = templates.get_template("parts.html").module
    for cell in (Words("a"), Number("1", "x", "value", 1.0, 0)):
        for template in ("{{ cell.class }}", "{% if cell.class %}x{% endif %}", "{{ other }}"):
            with pytest.raises(jinja2.UndefinedError):
                templates.from_string(template).render(cell=cell)
    # A cell of each kind in a column of each kind.
    cells = ["text", None, Words("a", "●", "there.html", "better"), Number("1", "x", "value", 1.0, 0, "#there")]
    for is_number in (False, True):
        assert parts.table("caption", [Heading("a", is_number)] * 5, [Row(["first", *cells], "id")], "")


def test_the_class_of_each_cell_says_how_it_compares_with_england(refreshed: Home, tmp_path: Path):
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(refreshed.warehouse, warehouse)
    area = "E08000027"
    with duckdb.connect(str(warehouse)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "select distinct indicator_id from marts.fct_indicators where area_code = ? and value is not null "
                "order by all limit ?",
                [area, len(COMPARED)],
            ).fetchall()
        ]
        compared = dict(zip(names, COMPARED, strict=True))
        keep_indicators(connection, *names)
        for name, how in compared.items():
            connection.execute(
                "update marts.fct_indicators set compared_with_england = ? where indicator_id = ?", [how, name]
            )
    write_site(warehouse, tmp_path / "site")
    page = (tmp_path / "site" / "areas" / f"{area}.html").read_text(encoding="utf-8")
    for name, how in compared.items():
        (row,) = [row for row in page.split("<tr")[1:] if f'indicators/{name}.html">' in row]
        mark, words = COMPARED[how]
        classes = re.findall(
            rf'<td class="(\w+)"[^>]*>(?:<span aria-hidden="true">(.)</span> )?{capital(words)}</td>', row
        )
        if how != "not_compared":
            assert classes == [(how, mark)]
        else:
            # A column in which nothing is compared is left out.
            assert classes in ([], [("none", "")])


def test_every_class_that_a_page_gives_has_a_style_and_every_style_is_given(refreshed: Home):
    site = refreshed.path / "build" / "site"
    given = set()
    for path in site.rglob("*.html"):
        for classes in re.findall(r'class="([^"]*)"', path.read_text(encoding="utf-8")):
            given |= set(classes.split())
    # What the script gives.
    script = (site / "tables.js").read_text(encoding="utf-8")
    for classes in re.findall(r'className: "([^"]*)"|classList\.(?:toggle|add)\("([^"]*)"', script):
        given |= set(" ".join(classes).split())
    style = re.sub(r"\{[^{}]*\}", " ", (site / "style.css").read_text(encoding="utf-8"))
    styled = set(re.findall(r"\.([a-z][\w-]*)", style))
    assert given <= styled
    # A cell is of the colour of a comparison only where England has a figure, and few editions have a notice.
    assert styled - given <= {*COMPARED, "notice"}


def test_words_of_a_cell_keep_their_names_and_read_as_a_sentence():
    assert capital(COMPARED["worse"][1]) == "Worse than England"
    assert trend_text("increasing_getting_worse") == "Increasing and getting worse"
    assert trend_text("no_significant_change") == "No significant change"
