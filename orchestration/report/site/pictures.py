"""The charts of indicators, as files that the pages show."""

from orchestration.report.charts import chart
from orchestration.report.contents import (
    Rows,
    distinct,
)
from orchestration.report.site.data import PERIODS_SHOWN, Site
from orchestration.report.site.parts import Picture


def picture_of(site: Site, name: str, figures: Rows, before: str = "") -> Picture | None:
    """Draws the chart of an indicator's figures; None if there are none. `before` begins the name of its file."""
    rows = [row for row in figures if row["value"] is not None]
    if not rows:
        return None
    indicator = site.indicators[name]
    kinds = [row["period_type"] for row in rows]
    kind = max(distinct(kinds), key=kinds.count)
    rows = sorted((row for row in rows if row["period_type"] == kind), key=lambda row: str(row["start_date"]))
    periods = distinct(row["period"] for row in rows)[-PERIODS_SHOWN:]
    place = {code: number for number, code in enumerate(site.areas)}
    points = [
        {
            "area": site.areas[row["area_code"]]["area_name"],
            "period": row["period"],
            "value": row["value"],
            "lower": row["lower_95"],
            "upper": row["upper_95"],
        }
        for row in sorted(rows, key=lambda row: (place[row["area_code"]], str(row["start_date"])))
        if row["period"] in periods
    ]
    svg = chart(points, indicator["unit"])
    address = f"charts/{before}{name}.svg"
    (site.folder / address).write_text(svg, encoding="utf-8")
    areas = distinct(point["area"] for point in points)
    span = periods[0] if len(periods) == 1 else f"{periods[0]} to {periods[-1]}"
    whiskers = any(point["lower"] is not None for point in points)
    caption = f"{indicator['title']}, {indicator['unit']}, {span}."
    return Picture(
        address,
        f"Chart of {indicator['title']} in {', '.join(areas)}, {span}. The table has the same numbers.",
        caption + (" Grey lines show 95% confidence intervals." if whiskers else ""),
        *_size(svg),
    )


def _size(svg: str) -> tuple[int, int]:
    """The width and height of an SVG in pixels."""
    root = svg[: svg.index(">")]
    width, height = (root.partition(f' {side}="')[2].partition('"')[0] for side in ("width", "height"))
    return round(float(width)), round(float(height))
