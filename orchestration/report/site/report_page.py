"""The page of the report: its tables and figures, with sentences made from the numbers."""

from collections import defaultdict
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
from orchestration.report.site.headlines import headlines, new_since_the_edition
from orchestration.report.site.parts import Heading, Picture, Row
from orchestration.report.site.pictures import picture_of
from orchestration.report.site.sentences import (
    AREAS_TOLD,
    place_of,
    report_numbers,
    sentences,
    value_sentence,
    words_of,
)
from orchestration.report.site.words import parts_of


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
        cards=headlines(site),
        news=new_since_the_edition(site),
        background=parts_of(site, site.narrative.background),
        good_practice={name: parts_of(site, block) for name, block in site.narrative.good_practice.items()},
        conclusion=parts_of(site, site.narrative.conclusion),
        made_from=made_from(releases_of_edition(site.connection, site.edition)),
        shorthand=[*SHORTHAND.values(), *MARKS.values()],
    )


def _untold(site: Site, section: str, told: set[str]) -> list[list[Any]]:
    """A sentence for each figure of the section that no table of the report shows."""
    found = []
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
            area = site.areas[row["area_code"]]
            number = site.number(row, "value", of, row["value_status"], is_linked=True, words=words_of(row))
            place = f" in {place_of(site, area['area_type'], area['area_name'])}"
            found.append(value_sentence(site, row | {"title": indicator["title"]}, number, place))
    return found


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
    headings += [Heading(before or "Previous period", True, unit)] * with_previous
    headings += [Heading(now or "Value", True, unit)]
    headings += [Heading("Lower 95% limit", True), Heading("Upper 95% limit", True)] * with_limits
    headings += [Heading("Change", True, unit and change_unit(unit))] * with_change
    headings += [Heading("Percent change", True, "percent")] * with_percent
    headings += [Heading("Statistically significant?")] * with_change
    headings += [Heading("Status")]
    with_revised = has_any(rows, "revised")
    headings += [Heading("Revised since the edition")] * with_revised
    shown = []
    for row in rows:
        numbers = report_numbers(site, entry["report"], row, says_unit=unit is None)
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
        "sentences": list(sentences(site, entry["report"], rows)),
        "pictures": _report_pictures(site, entry["report"], rows),
        "commentary": parts_of(site, site.narrative.commentary.get(entry["report"], [])),
        "headings": headings,
        "rows": shown,
        "notes": distinct(notes),
        "differs": wrong,
        "source": sources_of(site.connection, rows, site.edition),
    }


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
