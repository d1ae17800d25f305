"""The page of the report: its tables and figures, with sentences made from the numbers."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from orchestration.report.contents import (
    HEADING_NOTES,
    MARKS,
    SHORTHAND,
    Rows,
    change_unit,
    discrepancies_of,
    distinct,
    has_any,
    label_of,
    made_from,
    name_of_rows,
    needs_series,
    periods_of,
    releases_of_edition,
    rows_of,
    single,
    sources_of,
    status_text,
    summary_of,
)
from orchestration.report.site.data import Site
from orchestration.report.site.parts import Heading, Number, Picture, Row, points_after, unit_after
from orchestration.report.site.pictures import picture_of

# A figure that no table of the report holds is told in a sentence of its own where it is of no more areas than this.
AREAS_TOLD = 2


def write_report_page(site: Site) -> None:
    tables = defaultdict(list)
    told = set()
    for entry in site.contents:
        rows = rows_of(site.connection, entry["report"], site.edition)
        told |= {row["indicator_id"] for row in rows}
        tables[entry["section"]].append(_report_table(site, entry, rows))
    sections = [
        {
            "id": f"section-{number}",
            "name": section,
            "tables": tables.get(section, ()),
            "figures": _untold(site, section, told),
        }
        for number, section in enumerate(site.sections, 1)
    ]
    site.page(
        "index.html",
        "report.html",
        f"{site.edition.title}: {site.edition.area_name}",
        sections=[section for section in sections if section["tables"] or section["figures"]],
        made_from=made_from(releases_of_edition(site.connection, site.edition)),
        shorthand=[*SHORTHAND.values(), *MARKS.values()],
    )


def _untold(site: Site, section: str, told: set[str]) -> list[list[Any]]:
    """A sentence for each figure of the section that no table of the report holds."""
    sentences = []
    for name, indicator in site.indicators.items():
        if indicator["framework_outcome"] != section or name in told:
            continue
        newest: dict[Any, Any] = {}
        for row in site.figures_of_edition.get(name, ()):
            if row["value"] is not None:
                newest.setdefault(row["area_code"], row)
        wide = ("metropolitan_county", "police_force_area")
        shown = [row for row in newest.values() if site.areas[row["area_code"]]["area_type"] in wide]
        shown = shown or [row for row in newest.values() if site.areas[row["area_code"]]["is_partnership_member"]]
        for row in shown if len(shown) <= AREAS_TOLD else ():
            of = f"fct_indicators|{name}|{row['area_code']}|{row['period_id']}"
            area = site.areas[row["area_code"]]["area_name"]
            number = site.number(row, "value", of, row["value_status"], is_linked=True, unit=unit_after(row["unit"]))
            status = "" if row["value_status"] == "published" else f" ({row['value_status'].replace('_', ' ')})"
            sentences.append([f"{indicator['title']}, {area}, {row['period']}: ", number, f"{status}."])
    return sentences


def _report_table(site: Site, entry: dict[str, Any], rows: Rows) -> dict[str, Any]:
    notes = [summary_of(row) for row in rows]
    unit, now, before = single(rows, "unit"), single(rows, "period"), single(rows, "previous_period")
    headings = [Heading(name_of_rows(rows))]
    with_series, with_previous = needs_series(rows), has_any(rows, "previous_value")
    with_limits, with_change = has_any(rows, "lower_95"), has_any(rows, "change")
    with_percent = has_any(rows, "percent_change")
    headings += [Heading("Figure")] * with_series
    headings += [Heading("Unit")] * (unit is None)
    headings += [Heading("Period")] * (now is None)
    headings += [Heading(before or "Period before", True, unit)] * with_previous
    headings += [Heading(now or "Value", True, unit)]
    headings += [Heading("Lower 95% limit", True), Heading("Upper 95% limit", True)] * with_limits
    headings += [Heading("Change", True, unit and change_unit(unit))] * with_change
    headings += [Heading("Percent change", True, "percent")] * with_percent
    headings += [Heading("Larger than chance?")] * with_change
    headings += [Heading("Status")]
    with_revised = has_any(rows, "revised")
    headings += [Heading("Revised since the edition")] * with_revised
    shown = []
    for row in rows:
        numbers = _report_numbers(site, entry["report"], row, says_unit=unit is None)
        cells: list[Any] = [row["row_label"]]
        cells += [row["series"]] * with_series
        cells += [row["unit"]] * (unit is None)
        cells += [row["period"]] * (now is None)
        cells += [numbers["previous_value"]] * with_previous
        cells += [numbers["value"]]
        cells += [numbers["lower_95"], numbers["upper_95"]] * with_limits
        cells += [numbers["change"]] * with_change
        cells += [numbers["percent_change"]] * with_percent
        cells += [{True: "Yes", False: "No", None: "Not tested"}[row["is_significant_change"]]] * with_change
        cells += [status_text(row["value_status"])]
        cells += [row["revised"] or "No"] * with_revised
        shown.append(Row(cells))
    methods = distinct(row["interval_method"] for row in rows if row["lower_95"] is not None)
    notes += [HEADING_NOTES[method] for method in methods if method in HEADING_NOTES]
    notes += [HEADING_NOTES["revised"]] * with_revised
    wrong = discrepancies_of(site.connection, label_of(entry["report"]), site.edition)
    return {
        "report": entry["report"],
        "label": label_of(entry["report"]),
        "title": entry["title"],
        "periods": periods_of(rows),
        "sentences": list(_sentences(site, entry["report"], rows)),
        "pictures": _report_pictures(site, entry["report"], rows),
        "headings": headings,
        "rows": shown,
        "notes": distinct(notes),
        "differs": wrong,
        "source": sources_of(site.connection, rows, site.edition),
    }


def _report_numbers(site: Site, report: str, row: dict[str, Any], *, says_unit: bool = False) -> dict[str, Number]:
    """The figures of a row. `says_unit` where the column of changes has none, and a row of percents another."""
    of = f"reports.{report}|{row['edition']}|{row['row_order']}"
    status, before = row["value_status"], row["previous_status"]
    either = status if row["value"] is None else before if row["previous_value"] is None else None
    limits = max(1, row["decimals"])
    previous = {"period": row["previous_period_id"]}
    return {
        "value": site.number(row, "value", of, status, is_linked=True),
        "previous_value": site.number(row, "previous_value", of, before or "not_available", is_linked=True, **previous),
        "lower_95": site.number(row, "lower_95", of, status if row["value"] is None else None, decimals=limits),
        "upper_95": site.number(row, "upper_95", of, status if row["value"] is None else None, decimals=limits),
        "change": site.number(
            row, "change", of, either, signed=True, unit=points_after(row["unit"]) if says_unit else ""
        ),
        "percent_change": site.number(row, "percent_change", of, either, decimals=1, signed=True, unit="%"),
    }


def _sentences(site: Site, report: str, rows: Rows) -> Iterator[list[Any]]:
    """What may be said of a table: directions of significant changes, and the spread of single values."""
    alike = defaultdict(list)
    for row in rows:
        alike["" if not needs_series(rows) else row["series"]].append(row)
    for series, members in alike.items():
        yield from _sentences_of(site, report, f"{series}: " if series else "", members)


def _sentences_of(site: Site, report: str, before: str, rows: Rows) -> Iterator[list[Any]]:
    level: list[Any] = []
    untested: list[Any] = []
    missing, single_values = defaultdict(list), []
    for row in rows:
        numbers = _report_numbers(site, report, row)
        unit = unit_after(row["unit"])
        if row["value"] is None:
            missing[row["value_status"]].append(row["row_label"])
        elif row["previous_value"] is None:
            single_values.append((row, numbers["value"], unit))
        elif row["is_significant_change"]:
            went = "rose" if row["change"] > 0 else "fell"
            change = numbers["percent_change"] if row["unit"] != "percent" else numbers["change"]
            yield [
                f"{before}{row['row_label']} {went} from ",
                numbers["previous_value"],
                f"{unit} in {row['previous_period']} to ",
                numbers["value"],
                f"{unit} in {row['period']} (",
                change,
                f"{points_after(row['unit'])}).",
            ]
        else:
            (level if row["is_significant_change"] is False else untested).append((row, numbers, unit))
    for group, after in (
        (level, "no larger than chance alone can make"),
        (untested, "not tested, because its counts are not known or its pooled years overlap"),
    ):
        if group:
            parts: list[Any] = [f"{before}{'the' if before else 'The'} change is {after}: "]
            for place, (row, numbers, unit) in enumerate(group):
                parts += [
                    f"{'; ' if place else ''}{row['row_label']}, ",
                    numbers["previous_value"],
                    f"{unit} in {row['previous_period']} and ",
                    numbers["value"],
                    f"{unit} in {row['period']}",
                ]
            yield [*parts, "."]
    if len(single_values) > AREAS_TOLD and single(rows, "indicator_id"):
        (low_row, low, unit), (high_row, high, _) = (
            pick(single_values, key=lambda one: one[0]["value"]) for pick in (min, max)
        )
        kind = "the estimates range" if low_row["value_status"] == "estimated" else "the values range"
        yield [
            f"{before}{kind if before else kind[0].upper() + kind[1:]} from ",
            low,
            f"{unit} ({low_row['row_label']}) to ",
            high,
            f"{unit} ({high_row['row_label']}) in {high_row['period']}.",
        ]
    else:
        for row, number, unit in single_values:
            yield [f"{before}{row['row_label']}, {row['period']}: ", number, f"{unit}."]
    for status, labels in missing.items():
        reason = SHORTHAND.get(status, SHORTHAND["not_available"])[1]
        yield [f"{before}{'no' if before else 'No'} figure for {', '.join(labels)}: {reason}."]


def _report_pictures(site: Site, report: str, rows: Rows) -> list[Picture]:
    """The charts of a figure of the report, one an indicator."""
    if not report.startswith("figure"):
        return []
    names = distinct(row["indicator_id"] for row in rows)
    pictures = (
        picture_of(site, name, site.figures_of_edition.get(name, []), "report-")
        for name in names
        if name in site.indicators
    )
    return [picture for picture in pictures if picture]
