"""Drawings of whole tables: every indicator by area with its colours, and where an area lies among its kind."""

import json
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import Any

from orchestration.report.charts import BLACK, BLUE, GREY, drawn

# Colours and shapes of how a figure compares; the site's style sheet has the same.
FILLS = {
    "better": "#cfe8f7",
    "worse": "#fbdcc4",
    "similar": "#fff4c2",
    "higher": "#d6d9f2",
    "lower": "#e6e2ee",
    "none": "#f3f2f1",
    "": "white",
}
MARKS = {
    "better": (BLUE, "circle"),
    "worse": ("#b34700", "diamond"),
    "similar": ("#8a6d00", "square"),
    "higher": ("#3f479e", "triangle-up"),
    "lower": ("#5d4a80", "triangle-down"),
    "none": (BLUE, "circle"),
}
PALE_BAR, DARK_BAR = "#d5d7d9", "#868c91"
ROW, COLUMN, WIDEST = 27, 74, 400
# A longer label is written in several lines.
LABEL_LENGTH = 76

# One cell: row (its label), group, area (its name), mark, text (its figure), status (in words, or nothing) and colour
# (a key of FILLS).
Cell = dict[str, Any]
# One row: label, text, worst and best (as printed), their places and those of the bars, and compared (a key of MARKS).
Line = dict[str, Any]


def rug(cells: Sequence[Cell], areas: Sequence[str]) -> str:
    """An SVG with a row for each indicator, by group, and a column for each area: figures with their colours."""
    groups = list(dict.fromkeys(cell["group"] for cell in cells))
    panels = []
    # A status stands below its figure.
    figure = {"type": "text", "fontSize": 10, "color": BLACK, "dy": {"expr": "datum.status ? -3 : 0"}}
    for number, group in enumerate(groups):
        lines = list(dict.fromkeys(cell["row"] for cell in cells if cell["group"] == group))
        x = {
            "field": "area",
            "type": "nominal",
            "sort": list(areas),
            "scale": {"domain": list(areas), "padding": 0.04},
            "title": None,
            "axis": {"orient": "top", "labelAngle": -90, "labelLimit": WIDEST, "domain": False, "ticks": False}
            if number == 0
            else None,
        }
        y = {
            "field": "row",
            "type": "nominal",
            "sort": lines,
            "scale": {"padding": 0.08},
            "title": None,
            "axis": {**_labels(lines), "minExtent": WIDEST},
        }
        colours = {"domain": list(FILLS), "range": list(FILLS.values())}
        fill = {"field": "colour", "type": "nominal", "legend": None, "scale": colours}
        panels.append(
            {
                "title": {"text": group, "anchor": "start", "frame": "bounds", "fontSize": 11, "color": BLACK},
                "transform": [{"filter": {"field": "group", "equal": group}}],
                "width": COLUMN * len(areas),
                "height": ROW * len(lines),
                "layer": [
                    {"mark": "rect", "encoding": {"x": x, "y": y, "fill": fill}},
                    # Apart, so that a font without the symbol gives its place to another for the symbol alone.
                    *(
                        {
                            "mark": {**figure, "align": align, "dx": dx},
                            "encoding": {"x": x, "y": y, "text": {"field": field}},
                        }
                        for field, align, dx in (("mark", "left", -32), ("text", "right", 30))
                    ),
                    {
                        "transform": [{"filter": "datum.status"}],
                        "mark": {"type": "text", "fontSize": 8, "color": BLACK, "align": "right", "dx": 30, "dy": 8},
                        "encoding": {"x": x, "y": y, "text": {"field": "status"}},
                    },
                ],
            }
        )
    return drawn({"vconcat": panels, "spacing": 10}, list(cells))


def _labels(labels: Iterable[str]) -> dict[str, Any]:
    """An axis of labels, each in lines that fit."""
    lines = {label: wrap(label, LABEL_LENGTH) for label in labels}
    look = {"labelLimit": WIDEST, "labelLineHeight": 11, "domain": False, "ticks": False}
    return {**look, "labelExpr": f"({json.dumps(lines)})[datum.label]"}


def spines(lines: Sequence[Line], width: int) -> str:
    """An SVG with a row for each figure of an area: its value, and where it lies between the areas of its kind.

    The places are pixels of a bar of `width`, with England in the middle.
    """
    labels = [line["label"] for line in lines]
    y = {
        "field": "label",
        "type": "nominal",
        "sort": labels,
        "title": None,
        "axis": {**_labels(labels), "offset": 140},
    }

    def x(field: str) -> dict[str, Any]:
        scale = {"domain": [0, width], "nice": False, "zero": False}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": None}

    def bar(start: str, end: str, colour: str) -> dict[str, Any]:
        mark = {"type": "bar", "color": colour, "height": 8}
        return {"mark": mark, "encoding": {"y": y, "x": x(start), "x2": {"field": end}}}

    def column(field: str, heading: str, place: int, align: str, **look: Any) -> list[dict[str, Any]]:
        mark = {"type": "text", "fontSize": 10, "align": align, "color": BLACK, **look}
        above = {"type": "text", "fontSize": 9, "align": align, "color": GREY, "baseline": "bottom"}
        at = {"x": {"value": place}}
        return [
            {"mark": mark, "encoding": {**at, "y": y, "text": {"field": field}}},
            {
                "data": {"values": [{}]},
                "mark": above,
                "encoding": {**at, "y": {"value": -4}, "text": {"value": heading}},
            },
        ]

    names = list(MARKS)
    compared = {"field": "compared", "type": "nominal", "legend": None}
    colours = {**compared, "scale": {"domain": names, "range": [MARKS[one][0] for one in names]}}
    shapes = {**compared, "scale": {"domain": names, "range": [MARKS[one][1] for one in names]}}
    return drawn(
        {
            "padding": {"left": 5, "right": 14, "top": 5, "bottom": 5},
            "width": width,
            "height": {"step": ROW},
            "layer": [
                bar("left", "right", PALE_BAR),
                bar("middle_left", "middle_right", DARK_BAR),
                {
                    "transform": [{"filter": "isValid(datum.england)"}],
                    "mark": {"type": "tick", "color": BLACK, "thickness": 2, "height": 16},
                    "encoding": {"y": y, "x": x("england")},
                },
                {
                    "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                    "encoding": {"y": y, "x": x("place"), "color": colours, "shape": shapes},
                },
                *column("text", "Value", -92, "right", fontWeight="bold"),
                *column("worst", "Worst or lowest", -4, "right"),
                *column("best", "Best or highest", width + 4, "left"),
            ],
        },
        list(lines),
    )
