"""The maps of rates and percentages: tiles of the members, shaded by classes that say what they hold."""

from collections.abc import Iterator
from typing import Any

from orchestration.report.contents import sources_sentence
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import value_of
from orchestration.report.site.phrases import is_published_change
from orchestration.report.site.pictures import is_compared

# A map needs figures for at least this many members.
MAPPED_MEMBERS = 4
CLASSES = 4

# Figures that lie closer together than this part of the highest are one class: shades would part what hardly differs.
CLOSE = 0.1

BETTER = {
    "lower_is_better": "Lower is better: a stronger colour is worse.",
    "higher_is_better": "Higher is better: a stronger colour is better.",
}


def maps(site: Site) -> Iterator[dict[str, Any]]:
    """A map of each rate or percentage with values for enough members, for its newest such period.

    A count has no map: a larger area has more of anything.
    """
    tiles = {row["area_code"]: row for row in site.rows("select * from reports.area_tiles")}
    members = [code for code, area in site.areas.items() if area["is_partnership_member"] and code in tiles]
    for name, indicator in site.indicators.items():
        if not is_compared(indicator["unit"]) or is_published_change(name):
            continue
        for period in site.shown_periods(name):
            rows = {row["area_code"]: row for row in site.figures[name] if row["period_id"] == period}
            rows = {code: rows[code] for code in members if code in rows}
            if sum(row["value"] is not None for row in rows.values()) >= MAPPED_MEMBERS:
                yield _map(site, indicator, rows, tiles)
                break


def _map(
    site: Site, indicator: dict[str, Any], rows: dict[str, dict[str, Any]], tiles: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    known = sorted((row for row in rows.values() if row["value"] is not None), key=lambda row: row["value"])
    low, high = known[0]["value"], known[-1]["value"]
    width = high - low if high - low >= CLOSE * abs(high) else 0
    shades = {
        row["area_code"]: min(CLASSES - 1, int((row["value"] - low) / width * CLASSES)) if width else 0 for row in known
    }
    classes = []
    for shade in range(CLASSES):
        of_class = [row for row in known if shades[row["area_code"]] == shade]
        if of_class:
            classes.append(
                {
                    "shade": shade,
                    "first": value_of(site, of_class[0]),
                    "last": value_of(site, of_class[-1]) if len(of_class) > 1 else None,
                    "areas": len(of_class),
                }
            )
    return {
        **indicator,
        "better": BETTER.get(indicator["polarity"], ""),
        "period": next(iter(rows.values()))["period"],
        "classes": classes,
        "tiles": [
            {
                "name": site.areas[code]["area_name"],
                "column": tiles[code]["tile_column"],
                "row": tiles[code]["tile_row"],
                "status": "" if row["value_status"] == "published" else row["value_status"].replace("_", " "),
                "shade": shades.get(code),
                "number": value_of(site, row),
            }
            for code, row in rows.items()
        ],
        "source": sources_sentence(site.releases_of(list(rows.values()))),
    }
