"""Charts of indicators as SVG, in Vega-Lite's terms."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import wrap
from typing import Any

from orchestration.report.drawing import svg_of
from orchestration.report.periods import is_next, short

# Blue and black from Okabe and Ito's palette, distinct with colour blindness and in print.
BLUE, BLACK, GREY, PALE = "#0072b2", "#0b0c0c", "#505a5f", "#8a9095"
FONT = "Arial, Helvetica, sans-serif"
# Two panels side by side fit a small phone without shrinking.
PANEL_WIDTH = 112
DOTS_WIDTH, DOTS_STEP = 190, 22
# Where the name of an area takes two lines.
DOTS_STEP_OF_LINES = 30
LABELS_OF_TIME = 3
# From so many periods on, points are drawn smaller, and intervals as a band: rules would hide the line.
MANY = 16

CONFIG = {
    "background": "white",
    "font": FONT,
    "axis": {
        "labelColor": BLACK,
        "titleColor": BLACK,
        "gridColor": "#d8d8d8",
        "labelFontSize": 10,
        "titleFontSize": 10,
    },
    "header": {"labelColor": BLACK, "labelFontSize": 11, "labelFontWeight": "bold", "title": None},
    "view": {"stroke": None},
}


@dataclass(frozen=True)
class Panels:
    """How the panels of a chart over time stand: so many side by side, and so many pixels high."""

    columns: int = 2
    height: int = 92


ON_A_SCREEN = Panels()

# What the colours become on a dark screen; paper stays white.
ON_DARK = {
    "white": "#14181b",
    BLACK: "#f3f2f1",
    GREY: "#b6bec4",
    PALE: "#9aa1a6",
    BLUE: "#56b4e9",
    "#d8d8d8": "#3a4147",
    "#e4e7ea": "#2b3238",
    # How figures compare, and the bars of ranges.
    "#cfe8f7": "#0f3d5c",
    "#fbdcc4": "#5c2c0c",
    "#fff4c2": "#474000",
    "#d6d9f2": "#2e3268",
    "#e6e2ee": "#42345c",
    "#f3f2f1": "#20262b",
    "#b34700": "#f08a4b",
    "#8a6d00": "#e6cf4a",
    "#3f479e": "#a6aef0",
    "#5d4a80": "#c3a9ee",
    "#d5d7d9": "#565e64",
    "#868c91": "#b6bec4",
}

# A longer name of an area is written in several lines.
NAME_LENGTH = 22

# A value that is missing breaks the line.
LINE = {"type": "line", "invalid": "break-paths-show-domains"}

# A history of less than this part of the whole time has an axis of its own.
SHORT_HISTORY = 0.2

# What a point may have a value of.
VALUES = ("value", "lower", "upper", "england")

# One point: area and period (their labels), start and end (days of the period), value, lower and upper limit and
# England's value (None where there is none), and text (the value as it is printed).
Point = dict[str, Any]


def over_time(points: list[Point], unit: str, panels: Panels = ON_A_SCREEN) -> str:
    """An SVG with a panel for each area, in the order of the points: its values over time on a scale of its own.

    A year that is missing breaks the line. England's value is a grey line in each panel, the 95% confidence intervals
    are grey rules, or a band of many periods, and the last value is written beside its point. All panels have the same
    years, but where that would press a panel together (`has_own_years`).
    """
    areas = list(dict.fromkeys(point["area"] for point in points))
    values = [row for area in areas for row in with_gaps([one for one in points if one["area"] == area], VALUES)]
    labels = {row["at"]: row["period"] for row in values if row["period"]}
    is_many = has_band(points)
    own_years = has_own_years(points)
    days = [[row["at"] for row in values if row["area"] == area and row["period"]] for area in areas]
    x = time_axis(labels, LABELS_OF_TIME, [day for ends in days for day in (ends[0], ends[-1])] if own_years else ())
    y = value_axis(None, from_zero=False)
    spec = {
        # Room for the last value in a reader's font that is wider than the one measured here.
        "padding": {"left": 5, "right": 18, "top": 5, "bottom": 5},
        "title": {"text": unit, "anchor": "start", "fontSize": 10, "fontWeight": "normal", "color": GREY},
        "facet": {
            "field": "area",
            "type": "nominal",
            "sort": areas,
            "header": {"labelExpr": _in_lines(areas)},
        },
        "columns": panels.columns,
        "spacing": {"row": 18, "column": 44},
        "spec": {
            "width": PANEL_WIDTH,
            "height": panels.height,
            "layer": [
                {
                    "mark": {**LINE, "color": PALE, "strokeWidth": 1.5},
                    "encoding": {"x": x, "y": {**y, "field": "england"}},
                },
                {
                    # A year between two that are missing has no line.
                    "transform": [{"filter": "isValid(datum.england)"}],
                    "mark": {"type": "point", "filled": True, "color": PALE, "size": 10},
                    "encoding": {"x": x, "y": {**y, "field": "england"}},
                },
                *([_band(x, y)] if is_many else []),
                _interval({"x": x}, "y", y, "datum.is_alone" if is_many else "true"),
                {"mark": {**LINE, "color": BLUE}, "encoding": {"x": x, "y": y}},
                {
                    "transform": [{"filter": "isValid(datum.value)"}],
                    "mark": {"type": "point", "filled": True, "color": BLUE, "size": 8 if is_many else 20},
                    "encoding": {"x": x, "y": y},
                },
                {
                    "transform": [{"filter": "datum.is_last"}],
                    "mark": {
                        "type": "text",
                        "align": "left",
                        "dx": 6,
                        "fontSize": 10,
                        "fontWeight": "bold",
                        "color": BLUE,
                    },
                    "encoding": {"x": x, "y": y, "text": {"field": "text"}},
                },
            ],
        },
        "resolve": {
            "scale": {"y": "independent", "x": "independent" if own_years else "shared"},
            "axis": {"x": "independent", "y": "independent"},
        },
    }
    return drawn(spec, values)


def has_own_years(points: Sequence[Point]) -> bool:
    """Whether an area has a history so short that it would be a mere dot on the axis of time of another."""
    first, last = min(point["start"] for point in points), max(point["end"] for point in points)
    spans: dict[str, list[date]] = {}
    for point in points:
        spans.setdefault(point["area"], []).extend((point["start"], point["end"]))
    return min(max(days) - min(days) for days in spans.values()) < SHORT_HISTORY * (last - first)


def has_band(points: Sequence[Point]) -> bool:
    """Whether a chart over time shows its intervals as a band."""
    return len({point["period"] for point in points if point["period"]}) >= MANY


def over_areas(points: list[Point], unit: str) -> str:
    """An SVG with a dot for each area in one period, the highest first, with intervals and England as a line."""
    ordered = sorted(points, key=lambda point: (-point["value"], point["area"]))
    areas = [point["area"] for point in ordered]
    names = {"labelLimit": 150, "grid": True, "labelExpr": _in_lines(areas)}
    y = {"field": "area", "type": "nominal", "title": None, "sort": areas, "axis": names}
    # The lowest of negative values stands off the axis, which would strike its number through.
    off = {"padding": 14} if any(point["value"] < 0 for point in points) else {}
    ticks = {"tickCount": 4, "labelFlush": False}
    x = {"field": "value", "type": "quantitative", "title": unit, "scale": {"zero": True, **off}, "axis": ticks}
    england = next((point["england"] for point in points if point["england"] is not None), None)
    rule = {
        "data": {"values": [{"value": england, "text": "England"}]},
        "layer": [
            {"mark": {"type": "rule", "color": PALE, "strokeWidth": 1.5}, "encoding": {"x": x}},
            {
                "mark": {
                    **{"type": "text", "align": "left", "dx": 3, "dy": -6, "fontSize": 10, "color": GREY},
                    "baseline": "bottom",
                },
                "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "text"}},
            },
        ],
    }
    spec = {
        # Room for a reader's font that is wider than the one measured here.
        "padding": {"left": 18, "right": 18, "top": 5, "bottom": 5},
        "width": DOTS_WIDTH,
        "height": {"step": DOTS_STEP if max(map(len, _lines(areas).values())) == 1 else DOTS_STEP_OF_LINES},
        "layer": [
            *([rule] if england is not None else []),
            _interval({"y": y}, "x", x),
            {"mark": {"type": "point", "filled": True, "color": BLUE, "size": 60}, "encoding": {"x": x, "y": y}},
            {
                "mark": {"type": "text", "align": "center", "dy": -9, "fontSize": 9, "color": BLACK},
                "encoding": {"x": x, "y": y, "text": {"field": "text"}},
            },
        ],
    }
    return drawn(spec, ordered)


def value_axis(title: str | None, *, from_zero: bool) -> dict[str, Any]:
    """The axis of the values, which begins at 0 or near the lowest of them."""
    return {
        "field": "value",
        "type": "quantitative",
        "title": title,
        "scale": {"zero": from_zero, "nice": True},
        "axis": {"tickCount": 4},
    }


def time_axis(labels: dict[str, str], most: int, also: Sequence[str] = ()) -> dict[str, Any]:
    """The axis of time: `labels` leads from the middle of a period to its label.

    At most so many of them are shown, and those of the days `also` where there is room.
    """
    labels = {day: short(label) for day, label in labels.items()}
    return {
        "field": "at",
        "type": "temporal",
        "title": None,
        "scale": {"padding": 8},
        "axis": {
            "values": sorted({*_spread(sorted(labels), most), *also}),
            "labelExpr": f"({json.dumps(labels)})[timeFormat(datum.value, '%Y-%m-%d')] || ''",
            "labelOverlap": "greedy",
            "labelSeparation": 6,
            "grid": False,
        },
    }


def with_gaps(points: list[Point], values: Sequence[str]) -> list[Point]:
    """The points of one area by time, each at the middle of its period (`at`), and which is the last.

    A point `is_alone` without an interval before and after it. Where a period is missing there is a point without any
    of the `values`, so that no line bridges it.
    """
    rows: list[Point] = []
    for point in sorted(points, key=lambda point: point["start"]):
        if rows and not is_next(rows[-1]["start"], rows[-1]["end"], point["start"]):
            between = rows[-1]["end"] + (point["start"] - rows[-1]["end"]) / 2
            empty = {**point, **dict.fromkeys(values), "period": "", "end": rows[-1]["end"]}
            rows.append({**empty, "at": between.isoformat(), "is_last": False})
        middle = point["start"] + (point["end"] - point["start"]) / 2
        rows.append({**point, "at": middle.isoformat(), "is_last": False})
    for row, before, after in zip(rows, [None, *rows], [*rows[1:], None], strict=False):
        row["is_alone"] = all(other is None or other.get("lower") is None for other in (before, after))
    if rows:
        rows[-1]["is_last"] = True
    return rows


def _in_lines(areas: Sequence[str]) -> str:
    """The expression for the label of an area: its name in lines."""
    return f"({json.dumps(_lines(areas))})[datum.label]"


def _lines(areas: Sequence[str]) -> dict[str, list[str]]:
    """The name of each area in lines, parted at a colon or between words."""
    return {area: [line for part in area.split(": ") for line in wrap(part, NAME_LENGTH)] for area in areas}


def _spread(days: list[str], number: int) -> list[str]:
    """At most so many of the days, the first and the last among them."""
    if len(days) <= number:
        return days
    step = (len(days) - 1) / (number - 1)
    return [days[round(place * step)] for place in range(number)]


def _band(x: dict[str, Any], y: dict[str, Any]) -> dict[str, Any]:
    return {
        "mark": {"type": "area", "invalid": "break-paths-show-domains", "color": PALE, "opacity": 0.35},
        "encoding": {"x": x, "y": {**y, "field": "lower"}, "y2": {"field": "upper"}},
    }


def _interval(other: dict[str, Any], along: str, axis: dict[str, Any], of: str = "true") -> dict[str, Any]:
    return {
        "transform": [{"filter": f"isValid(datum.lower) && isValid(datum.upper) && {of}"}],
        "mark": {"type": "rule", "color": GREY, "strokeWidth": 1.5, "opacity": 0.7},
        "encoding": {**other, along: {**axis, "field": "lower"}, f"{along}2": {"field": "upper"}},
    }


def drawn(spec: dict[str, Any], points: list[Point]) -> str:
    """The SVG of a chart of points in Vega-Lite's terms."""
    values = [{key: one.isoformat() if isinstance(one, date) else one for key, one in row.items()} for row in points]
    return svg_of(json.dumps({**spec, "data": {"values": values}, "config": CONFIG}))


def for_screens(svg: str) -> str:
    """The SVG with other colours for a reader whose screen is dark; programs that print it do not see them."""
    rules = "".join(
        f'[{part}="{light}"]{{{part}:{dark}}}' for light, dark in ON_DARK.items() for part in ("fill", "stroke")
    )
    end = svg.index(">") + 1
    return f"{svg[:end]}<style>@media (prefers-color-scheme:dark){{{rules}}}</style>{svg[end:]}"
