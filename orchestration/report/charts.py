"""Charts of indicators as SVG, drawn by Vega-Lite (vl-convert) without a browser or network requests."""

from typing import Any

import vl_convert

# Blue and black from Okabe and Ito's palette, distinct with colour blindness and in print.
BLUE, BLACK, GREY = "#0072b2", "#0b0c0c", "#505a5f"
FONT = "Arial, Helvetica, sans-serif"
# Two panels side by side fit a small phone without shrinking.
PANEL_WIDTH, PANEL_HEIGHT, COLUMNS = 118, 84, 2
BAR_WIDTH, BAR_STEP = 200, 22

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


def chart(points: list[dict[str, Any]], unit: str) -> str:
    """An SVG of one indicator: a panel per area over its periods or, for a single period, a bar per area.

    `points` are dicts of area, period (labels, in the order to show them), value, lower and upper (None if there is
    no interval). The grey line is the 95% confidence interval.
    """
    periods = list(dict.fromkeys(point["period"] for point in points))
    areas = list(dict.fromkeys(point["area"] for point in points))
    spec = _over_areas(points, areas, unit) if len(periods) == 1 else _over_time(points, areas, periods, unit)
    return vl_convert.vegalite_to_svg({**spec, "data": {"values": points}, "config": CONFIG})


def _over_time(points: list[dict[str, Any]], areas: list[str], periods: list[str], unit: str) -> dict[str, Any]:
    x = {
        "field": "period",
        "type": "ordinal",
        "title": None,
        "sort": periods,
        # With many periods, only some have a label.
        "axis": {"labelAngle": -45, "values": periods[:: max(1, len(periods) // 6)]},
    }
    y = {"field": "value", "type": "quantitative", "title": unit, "scale": {"zero": True}, "axis": {"tickCount": 4}}
    return {
        "facet": {"field": "area", "type": "nominal", "sort": areas},
        "columns": COLUMNS,
        "spec": {
            "width": PANEL_WIDTH,
            "height": PANEL_HEIGHT,
            "layer": [
                _interval({"x": x}, "y", y),
                {"mark": {"type": "line", "color": BLUE}, "encoding": {"x": x, "y": y}},
                {"mark": {"type": "point", "filled": True, "color": BLUE, "size": 28}, "encoding": {"x": x, "y": y}},
            ],
        },
    }


def _over_areas(points: list[dict[str, Any]], areas: list[str], unit: str) -> dict[str, Any]:
    y = {"field": "area", "type": "nominal", "title": None, "sort": areas, "axis": {"labelLimit": 130}}
    x = {"field": "value", "type": "quantitative", "title": unit, "scale": {"zero": True}, "axis": {"tickCount": 4}}
    return {
        "width": BAR_WIDTH,
        "height": {"step": BAR_STEP},
        "layer": [
            {"mark": {"type": "bar", "color": BLUE}, "encoding": {"x": x, "y": y}},
            _interval({"y": y}, "x", x),
        ],
    }


def _interval(other: dict[str, Any], along: str, axis: dict[str, Any]) -> dict[str, Any]:
    return {
        "transform": [{"filter": "isValid(datum.lower) && isValid(datum.upper)"}],
        "mark": {"type": "rule", "color": GREY, "strokeWidth": 2},
        "encoding": {**other, along: {**axis, "field": "lower"}, f"{along}2": {"field": "upper"}},
    }
