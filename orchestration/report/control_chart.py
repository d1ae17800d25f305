"""The chart of one series of early warning as SVG: its figures, what was expected and the limits."""

from orchestration.report.charts import BLUE, GREY, LINE, Point, drawn, time_axis, value_axis, with_gaps

# Light enough for the points on it.
BAND = "#e4e7ea"
CONTROL_WIDTH, CONTROL_HEIGHT, CONTROL_LABELS = 250, 120, 5
VALUES = ("value", "expected_value", "lower_limit", "upper_limit")


def control_chart(points: list[Point], unit: str) -> str:
    """An SVG of one series over its periods, with what was expected and the limits of ordinary variation.

    `points` are dicts of period (its label), start and end (its days), value, expected_value, lower_limit, upper_limit
    (None where there are none) and signal (`up`, `down` or `none`). Points of a signal are filled. A month that is
    missing breaks the lines.
    """
    values = with_gaps(points, VALUES)
    x = time_axis({row["at"]: row["period"] for row in values if row["period"]}, CONTROL_LABELS)
    y = value_axis(unit, from_zero=True)
    point = {"type": "point", "color": BLUE, "size": 30}
    there = [{"filter": "isValid(datum.value)"}]
    spec = {
        "width": CONTROL_WIDTH,
        "height": CONTROL_HEIGHT,
        "layer": [
            {
                "mark": {"type": "area", "color": BAND, "invalid": LINE["invalid"]},
                "encoding": {"x": x, "y": {**y, "field": "lower_limit"}, "y2": {"field": "upper_limit"}},
            },
            {"mark": {**LINE, "color": GREY}, "encoding": {"x": x, "y": {**y, "field": "expected_value"}}},
            {"mark": {**LINE, "color": BLUE, "strokeWidth": 1}, "encoding": {"x": x, "y": y}},
            {"transform": there, "mark": {**point, "filled": False, "fill": "white"}, "encoding": {"x": x, "y": y}},
            {
                "transform": [*there, {"filter": "datum.signal != 'none'"}],
                "mark": {**point, "filled": True, "size": 60},
                "encoding": {"x": x, "y": y},
            },
        ],
    }
    return drawn(spec, values)
