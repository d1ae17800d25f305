"""The pages of the indicators, each with a file of all its figures."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from orchestration.report.contents import (
    HEADING_NOTES,
    change_unit,
    distinct,
    source_of,
    status_text,
)
from orchestration.report.site.data import Site
from orchestration.report.site.parts import (
    COMPARED,
    Heading,
    Row,
    capital,
    optional,
    trend_text,
    without_empty,
)
from orchestration.report.site.pictures import pictures_of

REVISIONS_SHOWN = 100

POLARITIES = {
    "higher_is_better": "Higher is better.",
    "lower_is_better": "Lower is better.",
    "no_judgement": "Neither. The number depends on what is recorded and on activity.",
}


def write_indicator_pages(site: Site) -> None:
    outcomes = defaultdict(list)
    for name, indicator in site.indicators.items():
        outcomes[indicator["framework_outcome"]].append(indicator)
        _write_indicator(site, name, indicator)
    sections = [(outcome, outcomes[outcome]) for outcome in site.sections if outcomes[outcome]]
    site.page("indicators.html", "indicators.html", "Indicators", outcomes=sections)


def _write_indicator(site: Site, name: str, indicator: dict[str, Any]) -> None:
    shown = [row for row in site.figures[name] if row["period_id"] in site.shown_periods(name)]
    with_denominator = indicator["denominator"] is not None
    headings = [Heading("Area"), Heading("Period")]
    headings += [Heading("Numerator", True), Heading("Denominator", True)] * with_denominator
    headings += [Heading("Value", True, indicator["unit"])]
    headings += [optional("Lower 95% limit", True), optional("Upper 95% limit", True)]
    headings += [Heading("Change", True, change_unit(indicator["unit"]), is_always_shown=False)]
    headings += [optional("Percent change", True), optional("Statistically significant?")]
    headings += [optional("Compared with England"), optional("Recent trend"), Heading("Status")]
    headings, rows = without_empty(headings, [_indicator_row(site, row, with_denominator) for row in shown])
    pictures = pictures_of(site, name, site.figures[name])
    sources = [row for one in shown for row in _source_rows(site, one)]
    releases = site.releases_of(site.figures[name])
    revisions = site.rows(
        "select revisions.*, label as period from audit.revisions inner join marts.dim_periods using (period_id) "
        "where measure_id = ? and area_code in (select unnest(?)) and not is_new_period "
        f"order by revised_on desc, area_code, period_id limit {REVISIONS_SHOWN}",
        [indicator["numerator_measure_id"], list(site.areas)],
    )
    _write_csv(site, name)
    site.page(
        f"indicators/{name}.html",
        "indicator.html",
        indicator["title"],
        indicator=indicator,
        polarity=POLARITIES[indicator["polarity"]],
        method=HEADING_NOTES.get(indicator["interval_method"], "Not given."),
        source="; ".join(distinct(map(source_of, releases))) or "No release has a figure.",
        pictures=[replace(picture, address=f"../{picture.address}") for picture in pictures],
        headings=headings,
        rows=rows,
        source_headings=[Heading(one) for one in ("Area", "Period", "Source figure", "As printed", "File", "Cell")],
        sources=sources,
        release_headings=[Heading(one) for one in ("Release", "Source", "Files", "Licence")],
        releases=[Row([row["release_id"], source_of(row), row["file_names"], row["licence"]]) for row in releases],
        revision_headings=[Heading(one) for one in ("Area", "Period", "Change", "Before", "After", "Release")],
        revisions=[
            Row(
                [
                    site.areas[row["area_code"]]["area_name"],
                    row["period"],
                    row["kind"],
                    row["old_value_text"] or "",
                    row["new_value_text"] or "",
                    row["new_release_id"],
                ]
            )
            for row in revisions
        ],
    )


def _indicator_row(site: Site, row: dict[str, Any], with_denominator: bool) -> Row:
    of = f"fct_indicators|{row['indicator_id']}|{row['area_code']}|{row['period_id']}"
    status = row["value_status"]
    absent = status if row["value"] is None else None
    limits = max(1, row["decimals"])
    cells: list[Any] = [site.areas[row["area_code"]]["area_name"], row["period"]]
    if with_denominator:
        cells += [
            site.number(row, column, of, status if row[column] is None else None, decimals=0)
            for column in ("numerator", "denominator")
        ]
    cells += [
        site.number(row, "value", of, status, is_linked=True),
        site.number(row, "lower_95", of, absent, decimals=limits),
        site.number(row, "upper_95", of, absent, decimals=limits),
        site.number(row, "change", of, absent, signed=True),
        site.number(
            row | {"percent_change": None if row["unit"] == "percent" else row["percent_change"]},
            "percent_change",
            of,
            absent,
            decimals=1,
            signed=True,
            unit="%",
        ),
        {True: "Yes", False: "No", None: "Not tested"}[row["is_significant_change"]],
        capital(COMPARED[row["compared_with_england"]][1]),
        trend_text(row["recent_trend"]),
        status_text(status),
    ]
    return Row(cells)


def _source_rows(site: Site, row: dict[str, Any]) -> Iterator[Row]:
    key = (row["indicator_id"], row["area_code"], row["period_id"])
    place = f"from-{row['area_code']}-{row['period_id']}"
    area, period = site.areas[row["area_code"]]["area_name"], row["period"]
    printed = site.printed.get(key)
    if not printed:
        yield Row([area, period, "No release has this figure.", "", "", ""], place)
        return
    for number, part in enumerate(printed):
        what = part["part"] if part["part_area"] == area else f"{part['part']}, {part['part_area']}"
        what += "" if part["part_period"] == period else f", {part['part_period']}"
        shown = part["value_text"]
        if shown is None:
            shown = (
                "suppressed" if part["value_status"] == "suppressed" else "sum of cells" if part["source_cell"] else ""
            )
        where = ", ".join(text for text in (part["source_sheet"], part["source_cell"]) if text)
        yield Row([area, period, what, shown, part["source_file"] or "", where], place if number == 0 else None)


def _write_csv(site: Site, name: str) -> None:
    columns: tuple[str, ...] = ("area_code", "area_name", "period_id", "period")
    columns += ("numerator", "denominator", "value", "value_status")
    columns += ("lower_95", "upper_95", "change", "percent_change", "change_p_value", "is_significant_change")
    columns += ("england_value", "compared_with_england", "recent_trend")
    with (site.folder / "indicators" / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        for row in site.figures[name]:
            named = {**row, "area_name": site.areas[row["area_code"]]["area_name"]}
            writer.writerow([named[column] for column in columns])
