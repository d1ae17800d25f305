"""The chart of one series of early warning as SVG: its figures, what was expected and the limits."""

from typing import Any

import vl_convert

from orchestration.report.charts import BLUE, CONFIG, GREY

# Light enough for the points on it.
BAND = "#e4e7ea"
CONTROL_WIDTH, CONTROL_HEIGHT, CONTROL_LABELS = 250, 120, 9


def control_chart(points: list[dict[str, Any]], unit: str) -> str:
    """An SVG of one series over its periods, with what was expected and the limits of ordinary variation.

    `points` are dicts of period (labels, in order), value, expected_value, lower_limit, upper_limit (None where there
    are none) and signal (`up`, `down` or `none`). Points of a signal are filled.
    """
    periods = [point["period"] for point in points]
    names = ("period", "value", "expected_value", "lower_limit", "upper_limit", "signal")
    values = [{name: point[name] for name in names} for point in points]
    x = {
        "field": "period",
        "type": "ordinal",
        "title": None,
        "sort": periods,
        "axis": {"labelAngle": -45, "values": periods[:: max(1, len(periods) // CONTROL_LABELS)]},
    }
    y = {"field": "value", "type": "quantitative", "title": unit, "scale": {"zero": True}, "axis": {"tickCount": 4}}
    band = {**y, "field": "lower_limit"}
    point = {"type": "point", "color": BLUE, "size": 30}
    spec = {
        "width": CONTROL_WIDTH,
        "height": CONTROL_HEIGHT,
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.lower_limit) && isValid(datum.upper_limit)"}],
                "mark": {"type": "area", "color": BAND},
                "encoding": {"x": x, "y": band, "y2": {"field": "upper_limit"}},
            },
            {"mark": {"type": "line", "color": GREY}, "encoding": {"x": x, "y": {**y, "field": "expected_value"}}},
            {"mark": {"type": "line", "color": BLUE, "strokeWidth": 1}, "encoding": {"x": x, "y": y}},
            {"mark": {**point, "filled": False, "fill": "white"}, "encoding": {"x": x, "y": y}},
            {
                "transform": [{"filter": "datum.signal != 'none'"}],
                "mark": {**point, "filled": True, "size": 60},
                "encoding": {"x": x, "y": y},
            },
        ],
    }
    return vl_convert.vegalite_to_svg({**spec, "data": {"values": values}, "config": CONFIG})
