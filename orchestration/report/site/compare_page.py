"""The page that compares areas: one row an indicator, one column an area, with colours and symbols."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from orchestration.report.contents import Rows
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import said_change, titled, value_of
from orchestration.report.site.parts import COMPARED, Heading, Mark, Number, Row
from orchestration.report.site.phrases import is_published_change
from orchestration.report.site.places import is_figure
from orchestration.report.site.report_table import status_beside
from orchestration.report.site.table_pictures import rug_files

# A row with fewer areas than this compares nothing. One that is suppressed counts: its cell says so.
AREAS_COMPARED = 2

CHANGES = (
    ("worse", "↑ ↓", "rose or fell: got worse"),
    ("better", "↑ ↓", "rose or fell: got better"),
    ("higher", "↑", "rose"),
    ("lower", "↓", "fell"),
    ("none", "=", "no statistically significant change"),
)


def write_compare_page(site: Site) -> None:
    newest = compared_figures(site)
    shown = {site.place_of[row["area_code"]] for rows in newest.values() for row in rows}
    areas = [one for one in site.shown_areas if one["area_code"] in shown and one["area_type"] != "unallocated"]
    headings = [
        Heading("Indicator"),
        *(Heading(one["bare_name"], True, one["kinds"] or None, area=one["area_code"]) for one in areas),
    ]
    rows = [
        row
        for outcome in site.sections
        for name in newest
        if site.indicators[name]["framework_outcome"] == outcome
        for row in _rows(site, name, newest[name], areas)
    ]
    compared = any(row["compared_with_england"] != "not_compared" for found in newest.values() for row in found)
    legend = [(name, mark, words) for name, (mark, words) in COMPARED.items() if mark] if compared else []
    key = [("Compared with England", legend)] if compared else []
    key.append((f"{'Otherwise the change' if compared else 'Change'} since the period before", list(CHANGES)))
    site.page(
        "compare.html",
        "compare.html",
        "Compare areas",
        headings=headings,
        rows=rows,
        files=rug_files(site, rows, areas, key),
        compared=legend,
        changes=CHANGES,
    )


def compared_figures(site: Site) -> dict[str, Rows]:
    """The figures of each indicator that the page has a row of, in the period that it shows."""
    newest = {name: _newest(site, name) for name in site.indicators if _is_shown(site, name)}
    return {name: rows for name, rows in newest.items() if len(rows) >= AREAS_COMPARED}


def _is_shown(site: Site, name: str) -> bool:
    """Whether the page has a row of an indicator: a count has none where its own rate has figures."""
    indicator = site.indicators[name]
    if is_published_change(name):
        return False
    return not any(
        other["numerator_measure_id"] == indicator["numerator_measure_id"] and other["unit"].startswith("per ")
        for other in site.indicators.values()
        if other["indicator_id"] != name and not indicator["unit"].startswith("per ")
    )


def _newest(site: Site, name: str) -> Rows:
    """The figures of the areas in the newest period that two members share, or else any two areas."""
    of_period = {
        period: [row for row in site.figures[name] if row["period_id"] == period and is_figure(row)]
        for period in site.shown_periods(name)
    }
    for areas in (
        {code for code, area in site.areas.items() if area["is_partnership_member"]},
        site.areas.keys(),
    ):
        for found in of_period.values():
            if len({site.place_of[row["area_code"]] for row in found if row["area_code"] in areas}) >= AREAS_COMPARED:
                return found
    return []


def _rows(site: Site, name: str, rows: Rows, areas: Rows) -> Iterator[Row]:
    """The row of an indicator, and one more for each further figure of a place that has several."""
    indicator, of_place = site.indicators[name], defaultdict(list)
    for row in rows:
        of_place[site.place_of[row["area_code"]]].append(row)
    is_compared = any(row["compared_with_england"] != "not_compared" for row in rows)
    absent = Number("[x]", "", "value", why="not available")
    columns = [of_place[area["area_code"]] for area in areas]
    for line in range(max(map(len, columns))):
        found = [column[line] if line < len(column) else None for column in columns]
        told = [site.told_apart[key] for row in found if row and (key := (name, row["area_code"])) in site.told_apart]
        cells = [
            _mark(site, indicator, row, is_compared=is_compared) if row else "" if line else absent for row in found
        ]
        yield Row([titled(indicator, rows[0]["period"], *told), *cells], group=indicator["framework_outcome"])


def _mark(site: Site, indicator: dict[str, Any], row: dict[str, Any], *, is_compared: bool) -> Mark | Number:
    number = replace(value_of(site, row), status=status_beside(row))
    if row["value"] is None:
        return number
    if is_compared:
        mark, words = COMPARED[row["compared_with_england"]]
        return Mark(number, mark, words, row["compared_with_england"]) if mark else number
    if row["change"] is None or row["is_significant_change"] is None:
        return number
    mark, words = said_change(row)
    if mark == "=":
        return Mark(number, mark, words, "none")
    if indicator["polarity"] == "no_judgement":
        return Mark(number, mark, words, "higher" if mark == "↑" else "lower")
    is_better = (mark == "↑") == (indicator["polarity"] == "higher_is_better")
    return Mark(number, mark, f"{words}, {'better' if is_better else 'worse'}", "better" if is_better else "worse")
