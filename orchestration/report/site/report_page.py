"""The page of the report: its tables and figures, with sentences made from the numbers."""

from collections import defaultdict
from typing import Any

from orchestration.report.contents import (
    HEADING_NOTES,
    MARKS,
    SHORTHAND,
    Rows,
    discrepancies_of,
    distinct,
    has_any,
    label_of,
    made_from,
    periods_of,
    releases_of_edition,
)
from orchestration.report.shown import Shown, shown_in
from orchestration.report.site.data import Site
from orchestration.report.site.headlines import headlines, new_since_the_edition
from orchestration.report.site.parts import Picture
from orchestration.report.site.pictures import picture_of
from orchestration.report.site.report_table import table_of
from orchestration.report.site.sentences import sentences
from orchestration.report.site.untold import OTHERS_TOLD, untold_of
from orchestration.report.site.words import parts_of
from orchestration.report.summaries import summaries_of


def write_report_page(site: Site) -> None:
    tables = defaultdict(list)
    told = set()
    shown = shown_in(site.connection, [entry["report"] for entry in site.contents], site.edition)
    for entry in site.contents:
        content = shown[entry["report"]]
        told |= {row["indicator_id"] for row in content.rows}
        tables[entry["section"]].append(_report_table(site, entry, content))
    outcomes = {row["framework_outcome"] for row in site.indicators.values()}
    listed = [section for section in site.sections if section in outcomes]
    sections = [
        {
            "id": f"section-{number}",
            "name": section,
            "tables": tables.get(section, ()),
            "figures": (untold := untold_of(site, section, told))[:OTHERS_TOLD],
            "more": max(0, len(untold) - OTHERS_TOLD),
            "group": listed.index(section) + 1 if section in listed else 0,
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


def _report_table(site: Site, entry: dict[str, Any], content: Shown) -> dict[str, Any]:
    rows = content.rows
    notes = summaries_of(rows)
    headings, shown = table_of(site, entry["report"], rows)
    with_revised = has_any(rows, "revised")
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
        "source": content.source,
    }


def _report_pictures(site: Site, report: str, rows: Rows) -> list[Picture]:
    """The charts of a figure of the report, one an indicator."""
    if not report.startswith("figure"):
        return []
    names = distinct(row["indicator_id"] for row in rows)
    pictures = (
        picture_of(site, name, site.figures_of_edition.get(name, []), rows, "report-")
        for name in names
        if name in site.indicators
    )
    return [picture for picture in pictures if picture]
