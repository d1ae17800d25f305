"""The pages of the indicators, each with a file of all its figures."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from orchestration.report.contents import (
    HEADING_NOTES,
    Rows,
    source_of,
    sources_by_dataset,
)
from orchestration.report.site.comparisons import comparisons, newest_comparisons
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import (
    areas_without,
    change_and_size,
    newest_by_area,
    newest_table,
    periods_table,
    titled,
    value_of,
)
from orchestration.report.site.headlines import of_the_whole
from orchestration.report.site.parts import Heading, Row, Words, optional
from orchestration.report.site.pictures import pictures_of
from orchestration.report.site.places import is_figure

REVISIONS_SHOWN = 100

POLARITIES = {
    "higher_is_better": "Higher is better.",
    "lower_is_better": "Lower is better.",
    "no_judgement": "Neither. The number depends on what is recorded and on activity.",
}


def write_indicator_pages(site: Site) -> None:
    compared, revisions = newest_comparisons(site), _revisions(site)
    for name, indicator in site.indicators.items():
        _write_indicator(site, name, indicator, compared[name], revisions.get(indicator["numerator_measure_id"], []))
    outcomes = defaultdict(list)
    for name, indicator in site.indicators.items():
        outcomes[indicator["framework_outcome"]].append(_listed(site, name, indicator))
    shown = [(outcome, outcomes[outcome]) for outcome in site.sections if outcomes[outcome]]
    site.page(
        "indicators.html",
        "indicators.html",
        "Indicators",
        outcomes=[(outcome, len(rows)) for outcome, rows in shown],
        headings=[
            *(Heading(one) for one in ("Indicator", "Period", "Area")),
            Heading("Value", True),
            optional("Change since the period before"),
            Heading("Figures for"),
        ],
        rows=[row for _, rows in shown for row in rows],
        missing=len(site.all_indicators) - len(site.indicators),
    )


def _listed(site: Site, name: str, indicator: dict[str, Any]) -> Row:
    """A row of the list: the newest value of the widest area of the partnership, and how many areas have one."""
    whole = of_the_whole(site, site.figures[name])
    areas = len({site.place_of[row["area_code"]] for row in newest_by_area(site, name)})
    title = titled(indicator)
    number = f"{areas} {'area' if areas == 1 else 'areas'}"
    group = indicator["framework_outcome"]
    if not whole:
        return Row([title, "", "", "", "", number], group=group)
    row = whole[0]
    place = site.name_of(name, row["area_code"])
    change = "" if row["change"] is None else change_and_size(site, row)
    return Row([title, row["period"], place, value_of(site, row), change, number], group=group)


def _revisions(site: Site) -> dict[str, Rows]:
    """The newest revisions of each measure, at most REVISIONS_SHOWN."""
    rows = site.rows(
        "select revisions.*, label as period from audit.revisions inner join marts.dim_periods using (period_id) "
        "where area_code in (select unnest(?)) and not is_new_period "
        "qualify row_number() over (partition by measure_id order by revised_on desc, area_code, period_id) <= ? "
        "order by revised_on desc, area_code, period_id",
        [list(site.areas), REVISIONS_SHOWN],
    )
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[row["measure_id"]].append(row)
    return found


def _write_indicator(site: Site, name: str, indicator: dict[str, Any], compared: Rows, revisions: Rows) -> None:
    shown = [row for row in site.figures[name] if row["period_id"] in site.shown_periods(name) and is_figure(row)]
    newest = newest_by_area(site, name)
    pictures = pictures_of(site, name, site.figures[name])
    sources = [row for one in shown for row in _source_rows(site, one)]
    releases = site.releases_of(site.figures[name])
    _write_csv(site, name)
    site.page(
        f"indicators/{name}.html",
        "indicator.html",
        indicator["title"],
        indicator=indicator,
        polarity=POLARITIES[indicator["polarity"]],
        method=HEADING_NOTES.get(indicator["interval_method"], "Not given."),
        source="; ".join(sources_by_dataset(releases)) or "No release has a figure.",
        pictures=pictures,
        newest=newest_table(site, indicator, newest),
        years=periods_table(site, name),
        absent=areas_without(site, newest),
        comparisons=comparisons(site, indicator, compared),
        source_headings=[Heading(one) for one in ("Area", "Period", "Source figure", "As printed", "File", "Cell")],
        sources=sources,
        release_headings=[Heading(one) for one in ("Release", "Source", "Files", "Licence")],
        releases=[Row([row["release_id"], source_of(row), row["file_names"], row["licence"]]) for row in releases],
        revision_headings=[Heading(one) for one in ("Area", "Period", "Change", "Before", "After", "Release")],
        revisions=[
            Row(
                [
                    site.name_of(name, row["area_code"]),
                    row["period"],
                    row["kind"],
                    row["old_value_text"] or "",
                    row["new_value_text"] or "",
                    row["new_release_id"],
                ],
                area=site.place_of[row["area_code"]],
            )
            for row in revisions
        ],
    )


def _source_rows(site: Site, row: dict[str, Any]) -> Iterator[Row]:
    key = (row["indicator_id"], row["area_code"], row["period_id"])
    place = f"from-{row['area_code']}-{row['period_id']}"
    area, period = site.name_of(row["indicator_id"], row["area_code"]), row["period"]
    printed = site.printed.get(key)
    if not printed:
        yield Row([area, period, "No release has this figure.", "", "", ""], place, site.place_of[row["area_code"]])
        return
    for number, part in enumerate(printed):
        what = part["part"] if part["part_area_code"] == row["area_code"] else f"{part['part']}, {part['part_area']}"
        what += "" if part["part_period"] == period else f", {part['part_period']}"
        shown = part["value_text"]
        if shown is None:
            shown = (
                "suppressed" if part["value_status"] == "suppressed" else "sum of cells" if part["source_cell"] else ""
            )
        where = ", ".join(text for text in (part["source_sheet"], part["source_cell"]) if text)
        # A long path is broken anywhere.
        file = Words(part["source_file"], colour="path") if part["source_file"] else ""
        cells = [area, period, what, shown, file, where]
        yield Row(cells, place if number == 0 else None, site.place_of[row["area_code"]])


def _write_csv(site: Site, name: str) -> None:
    columns: tuple[str, ...] = ("area_code", "area_name", "period_id", "period")
    columns += ("numerator", "denominator", "value", "value_status")
    columns += ("lower_95", "upper_95", "change", "percent_change", "change_p_value", "is_significant_change")
    columns += ("england_value", "compared_with_england", "recent_trend")
    with (site.folder / "indicators" / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in site.every_figure[name]:
            named = {**row, "area_name": site.areas[row["area_code"]]["area_name"]}
            writer.writerow([named[column] for column in columns])
