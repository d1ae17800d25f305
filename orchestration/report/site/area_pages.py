"""The pages of the areas: the newest figure of each indicator, beside England and the range of the areas."""

from typing import Any

from orchestration.releases.origin import listed
from orchestration.report.contents import Rows, sources_sentence
from orchestration.report.site.compare_page import compared_figures
from orchestration.report.site.data import ENGLAND, Site
from orchestration.report.site.figures_table import (
    change_and_size,
    interval_of,
    key_of,
    newest_by_area,
    period_and_status,
    titled,
    value_of,
)
from orchestration.report.site.maps import maps
from orchestration.report.site.parts import (
    COMPARED,
    Heading,
    Phrase,
    Row,
    Spine,
    Words,
    capital,
    optional,
    small,
    trend_text,
    without_empty,
)
from orchestration.report.site.phrases import is_published_change
from orchestration.report.site.places import is_figure
from orchestration.report.site.spine import Ranges
from orchestration.report.site.table_pictures import spine_files

# What the marts have in place of a trend.
NO_TREND = ("cannot_be_calculated", "not_applicable", "")

# The groups of what stands out in an area, in their order.
STANDS_OUT = (
    *("Worse than England", "Better than England", "Higher than England", "Lower than England"),
    *("Rose since the period before", "Fell since the period before"),
)

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
    compared = compared_figures(site)
    shown = []
    for area in site.shown_areas:
        code = area["area_code"]
        codes = site.places[code]
        newest = _newest(site, codes)
        if not newest:
            continue
        shown.append(area)
        for other in codes[1:]:
            site.page(
                f"areas/{other}.html",
                "same_area.html",
                site.areas[other]["area_name"],
                place=area,
                same=site.areas[code]["area_name"],
            )
        columns, rows = without_empty(GLANCE, _glance(site, newest, ranges))
        headings = {heading.name for heading in columns}
        site.page(
            f"areas/{code}.html",
            "area.html",
            area["area_name"],
            lead=_lead(site, codes),
            summary=_summary(site, newest),
            legend=[(name, mark, words) for name, (mark, words) in COMPARED.items() if mark]
            if "Compared with England" in headings
            else [],
            with_range="Range of areas" in headings,
            with_england=any(cell.england is not None for row in rows for cell in row.cells if isinstance(cell, Spine)),
            headings=columns,
            rows=rows,
            files=spine_files(site, code, newest, ranges),
            absent=_absent(site, newest, codes, compared),
            source=sources_sentence(site.releases_of(newest)),
        )
    site.page("areas.html", "areas.html", "Areas and map", shown=shown, maps=list(maps(site)))


def _absent(site: Site, newest: Rows, codes: list[str], compared: dict[str, Rows]) -> Rows:
    """The indicators without a figure for a place that could have one.

    The marts have rows of it for the place, an area of the same kind has a figure, or the page that compares areas
    shows beside those of others that there is none.
    """
    known = {row["indicator_id"] for row in newest}
    kinds = {site.areas[code]["area_type"] for code in codes}
    columns = {site.place_of[row["area_code"]] for rows in compared.values() for row in rows}
    has_column = bool(columns & set(codes)) and "unallocated" not in kinds

    def could_have(name: str) -> bool:
        if has_column and name in compared:
            return True
        # A change is published where the figures it was made from are not: others need none.
        alike = () if is_published_change(name) else kinds
        return any(
            row["area_code"] in codes or (is_figure(row) and site.areas[row["area_code"]]["area_type"] in alike)
            for row in site.every_figure[name]
        )

    return [indicator for name, indicator in site.indicators.items() if name not in known and could_have(name)]


def _lead(site: Site, codes: list[str]) -> str:
    """What the page has: of a place with several codes, why they are one."""
    names = [f"{site.areas[code]['area_name']} ({code})" for code in codes]
    if len(codes) == 1:
        return f"The newest figure of each indicator in {names[0]}."
    return f"The newest figure of each indicator in {listed(names)}, which cover the same local authorities."


def _summary(site: Site, newest: Rows) -> list[tuple[str, list[Words]]]:
    """What stands out: the indicators that are worse or better than in England, and those that changed, with links.

    A figure that is similar, not compared or changed no more than chance can make does not stand out.
    """
    found: dict[str, list[Words]] = {name: [] for name in STANDS_OUT}
    for row in newest:
        link = Words(site.indicators[row["indicator_id"]]["title"], address=f"indicators/{row['indicator_id']}.html")
        if row["area_code"] != ENGLAND and row["compared_with_england"] in ("worse", "better", "higher", "lower"):
            found[f"{capital(row['compared_with_england'])} than England"].append(link)
        if row["change"] is not None and row["is_significant_change"]:
            found[f"{'Rose' if row['change'] > 0 else 'Fell'} since the period before"].append(link)
    return [(name, links) for name, links in found.items() if links]


def _newest(site: Site, codes: list[str]) -> Rows:
    """The newest figures of each indicator in a place; a suppressed one is never replaced by an older one."""
    return [row for name in site.indicators for row in newest_by_area(site, name) if row["area_code"] in codes]


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
            titled(indicator, *_source(site, row), *period_and_status(row)),
            value_of(site, row),
            interval_of(site, row),
            site.number(row, "england_value", key_of(row)) if has_england else "",
            Words(capital(words), mark, colour=compared) if mark else "",
            ranges.of(row) or "",
            _change_of(site, row),
        ],
        group=indicator["framework_outcome"],
    )


def _source(site: Site, row: dict[str, Any]) -> list[str]:
    """The name that tells a figure of a place from another one of the same place."""
    name = site.told_apart.get((row["indicator_id"], row["area_code"]))
    return [name] if name else []


def _change_of(site: Site, row: dict[str, Any]) -> Phrase | Words | str:
    """The change since the period before, with the trend of the last five periods where one can be calculated."""
    trend = "" if row["recent_trend"] in NO_TREND else f"Recent trend: {small(trend_text(row['recent_trend']))}"
    if row["change"] is None:
        return Words("", unit=trend) if trend else ""
    return change_and_size(site, row, trend)
