"""The first screen of the report: what the newest figures say, one card an indicator, and what came since."""

from typing import Any

from orchestration.report.contents import Rows
from orchestration.report.periods import during, is_next
from orchestration.report.site.data import Site
from orchestration.report.site.parts import COMPARED, Number, number_text, points_after, unit_after

# A line of history needs as many points.
LINE_POINTS = 3
LINE_WIDTH, LINE_HEIGHT = 120, 28

# The partnership as one area: the county of its members, else its force.
WHOLES = ("metropolitan_county", "police_force_area")


def headlines(site: Site) -> list[dict[str, Any]]:
    """The cards of the edition, in their order: those whose indicator has a value for the whole partnership.

    They show what is known now, as the pages that they lead to; the tables below show what the edition knew.
    """
    rows = site.rows(
        "select indicator_id from staging.headline_indicators where edition = ? order by headline_order",
        [site.edition.edition],
    )
    cards = (_card(site, row["indicator_id"]) for row in rows if row["indicator_id"] in site.indicators)
    return [card for card in cards if card]


def _card(site: Site, name: str) -> dict[str, Any] | None:
    history = of_the_whole(site, site.figures[name])
    if not history:
        return None
    newest, indicator = history[0], site.indicators[name]
    of = f"fct_indicators|{name}|{newest['area_code']}|{newest['period_id']}"
    return {
        "title": indicator["title"],
        "address": f"indicators/{name}.html",
        "number": site.number(newest, "value", of, newest["value_status"], is_linked=True),
        "unit": unit_after(indicator["unit"]),
        "period": newest["period"],
        "estimated": newest["value_status"] == "estimated",
        "change": _change(site, newest, of),
        "compared": _compared(newest),
        "line": line_of(history),
    }


def of_the_whole(site: Site, figures: Rows) -> Rows:
    """The values of the first area that stands for the partnership, of the newest kind of period, newest first."""
    for area_type in WHOLES:
        rows = [
            row
            for row in figures
            if row["value"] is not None and site.areas[row["area_code"]]["area_type"] == area_type
        ]
        if rows:
            return [row for row in rows if row["period_type"] == rows[0]["period_type"]]
    return []


def _change(site: Site, row: dict[str, Any], of: str) -> list[str | Number]:
    """The change from the period before, with its test: `Down 33 from 295 in 2023. Not statistically significant.`"""
    if row["change"] is None:
        return ["No figure for the period before to compare with."]
    points = points_after(row["unit"])
    number = site.number(row, "change", of, words=("Up ", "Down "))
    before = site.number(row, "previous_value", of)
    earlier = f" in {during(label)}" if (label := site.previous_periods.get(row["period_id"])) else " before"
    if row["change"] == 0:
        return ["No change from ", before, f"{earlier}."]
    tested = {
        True: "Statistically significant.",
        False: "Not statistically significant.",
        None: "Not tested for statistical significance.",
    }[row["is_significant_change"]]
    return [number, f"{points} from ", before, f"{unit_after(row['unit'])}{earlier}. {tested}"]


def _compared(row: dict[str, Any]) -> str:
    """How it compares with England, where it can be compared."""
    mark, words = COMPARED[row["compared_with_england"]]
    return f"{mark} {words}" if mark else ""


def line_of(history: Rows) -> dict[str, Any] | None:
    """The points of a small line of history, the oldest first, in a box of `LINE_WIDTH` by `LINE_HEIGHT`.

    They are in `runs` without a missing period: no line bridges one.
    """
    rows = sorted(history, key=lambda row: row["start_date"])
    if len(rows) < LINE_POINTS:
        return None
    first, last = rows[0]["start_date"], rows[-1]["start_date"]
    values = [row["value"] for row in rows]
    low, height = min(values), (max(values) - min(values)) or 1
    points = [
        (
            2 + (LINE_WIDTH - 4) * (row["start_date"] - first).days / (last - first).days,
            LINE_HEIGHT - 3 - (LINE_HEIGHT - 6) * (row["value"] - low) / height,
        )
        for row in rows
    ]
    runs = [[points[0]]]
    for point, row, before in zip(points[1:], rows[1:], rows, strict=False):
        if is_next(before["start_date"], before["end_date"], row["start_date"]):
            runs[-1].append(point)
        else:
            runs.append([point])
    return {
        "runs": [[f"{x:.1f},{y:.1f}" for x, y in run] for run in runs],
        "last": points[-1],
        "words": f"{rows[0]['period']}: {number_text(values[0], rows[0]['decimals'])}; "
        f"{rows[-1]['period']}: {number_text(values[-1], rows[-1]['decimals'])}",
    }


def new_since_the_edition(site: Site) -> list[dict[str, str]]:
    """The indicators that have figures of a period later than any that this edition knew, by title."""
    if site.edition.as_of is None:
        return []
    found = []
    for name, indicator in site.indicators.items():
        newest = _newest(site.figures[name])
        known = _newest(site.figures_of_edition.get(name, []))
        if newest and (not known or newest["end_date"] > known["end_date"]):
            found.append(
                {"title": indicator["title"], "address": f"indicators/{name}.html", "period": newest["period"]}
            )
    return sorted(found, key=lambda one: one["title"])


def _newest(figures: Rows) -> dict[str, Any] | None:
    rows = [row for row in figures if row["value"] is not None and row["end_date"] is not None]
    return max(rows, key=lambda row: row["end_date"], default=None)
