"""The pages of the areas: the newest figure of each indicator, beside England and the range of the areas."""

from typing import Any

from orchestration.report.contents import Rows, sources_sentence
from orchestration.report.site.data import ENGLAND, Site
from orchestration.report.site.figures_table import (
    interval_of,
    key_of,
    newest_by_area,
    said_change,
    titled,
    value_of,
)
from orchestration.report.site.maps import maps
from orchestration.report.site.parts import (
    COMPARED,
    Heading,
    Row,
    Words,
    capital,
    optional,
    small,
    trend_text,
    without_empty,
)
from orchestration.report.site.spine import Ranges

# What the marts have in place of a trend.
NO_TREND = ("cannot_be_calculated", "not_applicable", "")

# The columns of an area's page.
GLANCE = (
    Heading("Indicator"),
    Heading("Value", True),
    optional("95% confidence interval", True),
    optional("England", True),
    optional("Compared with England"),
    optional("Range of areas"),
    optional("Change since the period before"),
)


def write_area_pages(site: Site) -> None:
    ranges = Ranges(site)
    shown = []
    for code, area in site.areas.items():
        newest = _newest(site, code)
        if not newest:
            continue
        shown.append(area)
        columns, rows = without_empty(GLANCE, _glance(site, newest, ranges))
        headings = {heading.name for heading in columns}
        site.page(
            f"areas/{code}.html",
            "area.html",
            area["area_name"],
            lead=f"The newest figure of each indicator in {area['area_name']} ({code}).",
            legend=[(name, mark, words) for name, (mark, words) in COMPARED.items() if mark]
            if "Compared with England" in headings
            else [],
            with_range="Range of areas" in headings,
            with_england="England" in headings,
            headings=columns,
            rows=rows,
            absent=[indicator for name, indicator in site.indicators.items() if _is_absent(newest, site, name, code)],
            source=sources_sentence(site.releases_of(newest)),
        )
    site.page("areas.html", "areas.html", "Areas and map", shown=shown, maps=list(maps(site)))


def _is_absent(newest: Rows, site: Site, name: str, area: str) -> bool:
    """Whether the marts have rows of an indicator for an area, but none with a figure."""
    return all(row["indicator_id"] != name for row in newest) and any(
        row["area_code"] == area for row in site.figures[name]
    )


def _newest(site: Site, area: str) -> Rows:
    """The newest figure of each indicator in an area; a suppressed one is never replaced by an older one."""
    found = (
        next((row for row in newest_by_area(site, name) if row["area_code"] == area), None) for name in site.indicators
    )
    return [row for row in found if row]


def _glance(site: Site, newest: Rows, ranges: Ranges) -> list[Row]:
    """The rows of an area, by outcome in the order of the report."""
    outcome_of = {name: indicator["framework_outcome"] for name, indicator in site.indicators.items()}
    ordered = sorted(newest, key=lambda row: site.sections.index(outcome_of[row["indicator_id"]]))
    return [_glance_row(site, site.indicators[row["indicator_id"]], row, ranges) for row in ordered]


def _glance_row(site: Site, indicator: dict[str, Any], row: dict[str, Any], ranges: Ranges) -> Row:
    compared = row["compared_with_england"]
    mark, words = COMPARED[compared]
    has_england = row["area_code"] != ENGLAND and row["england_value"] is not None
    return Row(
        [
            titled(indicator, *_period_and_status(row)),
            value_of(site, row),
            interval_of(site, row),
            site.number(row, "england_value", key_of(row)) if has_england else "",
            Words(capital(words), mark, colour=compared) if mark else "",
            ranges.of(row) or "",
            _change_words(row),
        ],
        group=indicator["framework_outcome"],
    )


def _period_and_status(row: dict[str, Any]) -> list[str]:
    status = row["value_status"]
    return [row["period"], *([] if status in ("published", "suppressed") else [status.replace("_", " ")])]


def _change_words(row: dict[str, Any]) -> Words | str:
    """The change since the period before, with the trend of the last five periods where one can be calculated."""
    trend = "" if row["recent_trend"] in NO_TREND else f"Recent trend: {small(trend_text(row['recent_trend']))}"
    if row["change"] is None:
        return Words("", unit=trend) if trend else ""
    mark, words = said_change(row)
    return Words(capital(words), mark, unit=trend)
