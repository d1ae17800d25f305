"""The pages of the areas, and the maps."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from orchestration.report.contents import (
    Rows,
    sources_sentence,
)
from orchestration.report.site.data import Site
from orchestration.report.site.parts import (
    COMPARED,
    Heading,
    Row,
    Words,
    capital,
    optional,
    trend_text,
    without_empty,
)

# A map needs figures for at least this many members.
MAPPED_MEMBERS = 4

# The columns of an area's page.
GLANCE = (
    Heading("Indicator"),
    Heading("Period"),
    Heading("Value", True),
    Heading("Unit"),
    optional("Lower 95% limit", True),
    optional("Upper 95% limit", True),
    optional("England", True),
    optional("Compared with England"),
    optional("Change from the previous period"),
    optional("Recent trend"),
)


def write_area_pages(site: Site) -> None:
    shown = []
    for code, area in site.areas.items():
        newest = _newest(site, code)
        if not newest:
            continue
        shown.append(area)
        site.page(
            f"areas/{code}.html",
            "area.html",
            area["area_name"],
            lead=f"The latest figure for each indicator in {area['area_name']} ({code}).",
            legend=[(name if mark else "none", mark, words) for name, (mark, words) in COMPARED.items()],
            outcomes=[(outcome, *without_empty(GLANCE, rows)) for outcome, rows in _glance(site, newest)],
            source=sources_sentence(site.releases_of(newest)),
        )
    site.page("areas.html", "areas.html", "Areas and map", areas=shown, maps=list(_maps(site)))


def _newest(site: Site, area: str) -> Rows:
    """The newest figure of each indicator in an area."""
    found = []
    for name in site.indicators:
        rows = [row for row in site.figures[name] if row["area_code"] == area]
        # An older figure in place of a suppressed one would hide that it is suppressed.
        known = (row for row in rows if row["value"] is not None or row["value_status"] == "suppressed")
        found += [next(known, rows[0])] if rows else []
    return found


def _glance(site: Site, newest: Rows) -> list[tuple[str, list[Row]]]:
    outcomes = defaultdict(list)
    for row in newest:
        indicator = site.indicators[row["indicator_id"]]
        outcomes[indicator["framework_outcome"]].append(_glance_row(site, indicator, row))
    return [(outcome, outcomes[outcome]) for outcome in site.sections if outcomes[outcome]]


def _glance_row(site: Site, indicator: dict[str, Any], row: dict[str, Any]) -> Row:
    name = row["indicator_id"]
    of = f"fct_indicators|{name}|{row['area_code']}|{row['period_id']}"
    compared = row["compared_with_england"]
    mark, words = COMPARED[compared]
    absent = row["value_status"] if row["value"] is None else None
    limits = max(1, row["decimals"])
    return Row(
        [
            Words(indicator["title"], address=f"indicators/{name}.html"),
            row["period"],
            site.number(row, "value", of, row["value_status"], is_linked=True),
            row["unit"],
            site.number(row, "lower_95", of, absent, decimals=limits),
            site.number(row, "upper_95", of, absent, decimals=limits),
            site.number(row, "england_value", of),
            Words(capital(words), mark, colour=compared if mark else "none"),
            _change_words(site, row),
            trend_text(row["recent_trend"]),
        ]
    )


def _change_words(site: Site, row: dict[str, Any]) -> Words:
    if row["change"] is None:
        return Words("No earlier figure" if row["value"] is not None else "")
    if row["is_significant_change"] is None:
        return Words("Not tested")
    if not row["is_significant_change"]:
        return Words("Not statistically significant", "=")
    return Words("Rose", "▲") if row["change"] > 0 else Words("Fell", "▼")


def _maps(site: Site) -> Iterator[dict[str, Any]]:
    """A map of each indicator with figures for enough members, for its newest such period."""
    tiles = {row["area_code"]: row for row in site.rows("select * from reports.area_tiles")}
    members = [code for code, area in site.areas.items() if area["is_partnership_member"]]
    for name, indicator in site.indicators.items():
        for period in site.shown_periods(name):
            rows = {row["area_code"]: row for row in site.figures[name] if row["period_id"] == period}
            rows = {code: rows[code] for code in members if code in rows and code in tiles}
            values = [row["value"] for row in rows.values() if row["value"] is not None]
            if len(values) < MAPPED_MEMBERS:
                continue
            low, width = min(values), (max(values) - min(values)) or 1
            yield {
                **indicator,
                "period": next(iter(rows.values()))["period"],
                "tiles": [
                    {
                        "name": site.areas[code]["area_name"],
                        "column": tiles[code]["tile_column"],
                        "row": tiles[code]["tile_row"],
                        "status": "" if row["value_status"] == "published" else row["value_status"].replace("_", " "),
                        "shade": 0 if row["value"] is None else min(3, int((row["value"] - low) / width * 4)),
                        "number": site.number(
                            row,
                            "value",
                            f"fct_indicators|{name}|{code}|{period}",
                            row["value_status"],
                            is_linked=True,
                        ),
                    }
                    for code, row in rows.items()
                ],
                "source": sources_sentence(site.releases_of(list(rows.values()))),
            }
            break
