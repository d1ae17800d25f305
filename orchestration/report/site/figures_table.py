"""The figures of an indicator as tables: the newest of each area with all that is known of it, and areas by period."""

from typing import Any

from orchestration.releases.origin import listed
from orchestration.report.contents import TESTED, Rows, change_unit, distinct
from orchestration.report.site.data import Site
from orchestration.report.site.parts import (
    COMPARED,
    Heading,
    Number,
    Phrase,
    Row,
    Words,
    capital,
    decimals_of_limits,
    interval,
    optional,
    trend_text,
    without_empty,
)
from orchestration.report.site.places import is_figure
from orchestration.report.site.report_table import said_status, status_beside

# The headings and rows of a table.
Shown = tuple[list[Heading], list[Row]]


def titled(indicator: dict[str, Any], *more: str, is_linked: bool = True) -> Words:
    """An indicator as the label of a row: its title, and below it its unit, unless the title says it, and `more`."""
    name, title, unit = indicator["indicator_id"], indicator["title"], indicator["unit"]
    below = [*([] if unit in title.lower() else [unit]), *more]
    return Words(title, address=f"indicators/{name}.html" if is_linked else None, unit=", ".join(below))


def key_of(row: dict[str, Any]) -> str:
    """The key of a row of marts.fct_indicators, as a figure of a page carries it."""
    return f"fct_indicators|{row['indicator_id']}|{row['area_code']}|{row['period_id']}"


def value_of(site: Site, row: dict[str, Any]) -> Number:
    """The value of a row of marts.fct_indicators, with the link to its source."""
    return site.number(row, "value", key_of(row), row["value_status"], is_linked=True)


def period_and_status(row: dict[str, Any]) -> list[str]:
    """The period of a row of marts.fct_indicators, and its status unless it is simply published."""
    status = status_beside(row)
    return [row["period"], *([status] if status else [])]


def interval_of(site: Site, row: dict[str, Any]) -> Any:
    """The 95% confidence interval of a row of marts.fct_indicators as one cell; nothing without a value."""
    if row["value"] is None:
        return ""
    decimals = decimals_of_limits(row["unit"], row["decimals"])
    lower, upper = (site.number(row, column, key_of(row), decimals=decimals) for column in ("lower_95", "upper_95"))
    return interval(lower, upper)


def changes_of(site: Site, row: dict[str, Any], *, says_unit: bool = False) -> list[Any]:
    """Three cells: the change since the period before, in percent too, and whether it is statistically significant."""
    if row["change"] is None:
        return ["", "", ""]
    unit = f" {change_unit(row['unit'])}" if says_unit and row["unit"] == "percent" else ""
    change = site.number(row, "change", key_of(row), signed=True, unit=unit)
    if row["unit"] == "percent" or row["percent_change"] is None:
        return [change, "", TESTED[row["is_significant_change"]]]
    percent = site.number(row, "percent_change", key_of(row), decimals=1, signed=True, unit="%")
    return [change, percent, TESTED[row["is_significant_change"]]]


def said_change(row: dict[str, Any]) -> tuple[str, str]:
    """A symbol and words for the change of a figure since the period before it."""
    if row["is_significant_change"] is None:
        return "", "not tested"
    if not row["is_significant_change"]:
        return "=", "no statistically significant change"
    return ("↑", "rose") if row["change"] > 0 else ("↓", "fell")


def change_and_size(site: Site, row: dict[str, Any], unit: str = "") -> Phrase:
    """`Rose (+753, +28.3%)` or `No statistically significant change (−32, −21.1%)`, with a symbol."""
    mark, words = said_change(row)
    points = f" {change_unit(row['unit'])}" if row["unit"] == "percent" else ""
    size: list[str | Number] = [site.number(row, "change", key_of(row), signed=True, unit=points)]
    if row["unit"] != "percent" and row["percent_change"] is not None:
        size += [", ", site.number(row, "percent_change", key_of(row), decimals=1, signed=True, unit="%")]
    return Phrase([f"{capital(words)} (", *size, ")"], mark, unit)


def newest_by_area(site: Site, name: str) -> Rows:
    """The newest figure of an indicator in each area, in the order of the areas."""
    found: dict[str, dict[str, Any]] = {}
    for row in site.figures[name]:
        if is_figure(row):
            found.setdefault(row["area_code"], row)
    return list(found.values())


def area_of(site: Site, row: dict[str, Any]) -> Words:
    """The area of a row of the marts as the label of a row, with the link to its page."""
    place = site.place_of[row["area_code"]]
    return Words(site.name_of(row["indicator_id"], row["area_code"]), address=f"areas/{place}.html")


def newest_table(site: Site, indicator: dict[str, Any], rows: Rows) -> Shown:
    """The newest figure of each area: value, interval, change, comparison and trend, one area a row."""
    with_parts = indicator["denominator"] is not None
    headings = [Heading("Area"), Heading("Period"), Heading("Value", True, indicator["unit"])]
    headings += [optional("95% confidence interval", True)]
    headings += [optional("Compared with England")]
    headings += [Heading("Change since the period before", True, change_unit(indicator["unit"]), is_always_shown=False)]
    headings += [optional("Percent change", True), optional("Change statistically significant?")]
    headings += [optional("Recent trend"), optional("Status")]
    headings += [optional("Numerator", True), optional("Denominator", True)] * with_parts
    return without_empty(headings, [_newest_row(site, row, with_parts) for row in rows])


def _newest_row(site: Site, row: dict[str, Any], with_parts: bool) -> Row:
    mark, words = COMPARED[row["compared_with_england"]]
    parts = [
        site.number(row, column, key_of(row), decimals=0) if row[column] is not None else ""
        for column in ("numerator", "denominator")
    ]
    cells = [
        area_of(site, row),
        row["period"],
        value_of(site, row),
        interval_of(site, row),
        Words(capital(words), mark, colour=row["compared_with_england"]) if mark else "",
        *changes_of(site, row),
        "" if row["recent_trend"] == "cannot_be_calculated" else trend_text(row["recent_trend"]),
        said_status(row),
    ]
    return Row([*cells, *parts] if with_parts else cells, area=site.place_of[row["area_code"]])


def periods_table(site: Site, name: str) -> Shown | None:
    """The values of each area by period, the newest first; None if there is only one period."""
    periods = site.shown_periods(name)
    if len(periods) < 2:
        return None
    rows = {(row["area_code"], row["period_id"]): row for row in site.figures[name]}
    labels = {row["period_id"]: row["period"] for row in rows.values()}
    codes = distinct(row["area_code"] for row in site.figures[name] if is_figure(row))
    shown = []
    for code in codes:
        found = [rows.get((code, period)) for period in periods]
        cells = [value_of(site, row) if row else Number("[x]", "", "value", why="not available") for row in found]
        shown.append(Row([site.name_of(name, code), *cells], area=site.place_of[code]))
    return [Heading("Area"), *(Heading(labels[period], True) for period in periods)], shown


def areas_without(site: Site, rows: Rows) -> str:
    """A sentence on the members of the partnership without a figure; nothing if there is none or no member has one."""
    known = {row["area_code"] for row in rows}
    members = [area for area in site.areas.values() if area["is_partnership_member"]]
    without = [area["area_name"] for area in members if area["area_code"] not in known]
    if not without or len(without) == len(members):
        return ""
    return f"No release has a figure for {listed(without)}."
