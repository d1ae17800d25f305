"""The charts of indicators, as files that the pages show."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from orchestration.releases.origin import listed
from orchestration.report.charts import (
    ON_A_SCREEN,
    Panels,
    Point,
    for_screens,
    has_band,
    has_own_years,
    over_areas,
    over_time,
)
from orchestration.report.contents import (
    Rows,
    distinct,
    periods_of,
    sources_sentence,
    status_words,
)
from orchestration.report.drawing import png_of
from orchestration.report.framed import Key, framed, picture_size
from orchestration.report.site.data import ENGLAND, Site
from orchestration.report.site.figures_table import titled
from orchestration.report.site.parts import Picture, number_text


def is_compared(unit: str) -> bool:
    """Whether areas can be compared by it: a larger area has a larger count, and England's says nothing beside it."""
    return unit.startswith("per ") or unit == "percent"


# Of a chart whose table has all of its numbers.
ALL_IN_TABLE = "The table has the same numbers."

# The columns of the file of numbers beside a chart.
COLUMNS = ("area_code", "area", "period", "value", "lower", "upper", "england", "status")

# The statuses of a value that a chart tells.
STATUSES_TOLD = ("estimated", "approximate", "provisional", "unreliable")

# Fewer areas than this are not put in order.
ORDERED_AREAS = 3


@dataclass(frozen=True)
class Drawing:
    """A chart of an indicator: the name of its file, its SVG, title and notes, its points, and what it shows.

    `table` says which of its numbers the table beside it has.
    """

    file: str
    svg: str
    title: str
    notes: str
    indicator: str
    points: Sequence[Point]
    shows: str
    table: str = ALL_IN_TABLE

    @property
    def words(self) -> str:
        return f"{self.shows} {self.table}"

    @property
    def caption(self) -> str:
        return f"{self.title}.{self.notes}"


def drawing_of(site: Site, name: str, figures: Rows, rows: Rows, panels: Panels = ON_A_SCREEN) -> Drawing | None:
    """The chart of an indicator over time, or of its areas if it has one period, beside a table of some rows.

    None where there is nothing to see: no value, or a single one.
    """
    points = _points(site, name, figures)
    is_over_time = len(distinct(point["period"] for point in points)) > 1
    drawing = _over_time(site, name, points, panels) if is_over_time else _over_areas(site, name, points)
    return replace(drawing, table=_in_table(drawing.points, rows)) if drawing else None


def _in_table(points: Sequence[Point], rows: Rows) -> str:
    """Which numbers of a chart a table has."""
    told = {row["period"] for row in rows if row["value"] is not None}
    told |= {row["previous_period"] for row in rows if row["previous_value"] is not None}
    if {point["period"] for point in points} <= told:
        return ALL_IN_TABLE
    return f"The table has those of {periods_of(rows)} alone."


def picture_of(site: Site, name: str, figures: Rows, rows: Rows, before: str) -> Picture | None:
    """The same chart as files whose names begin with `before`."""
    drawing = drawing_of(site, name, figures, rows)
    return _picture(site, drawing, before) if drawing else None


def pictures_of(site: Site, name: str, figures: Rows) -> list[Picture]:
    """The charts of an indicator: over time, and its areas in the newest period."""
    points = _points(site, name, figures)
    newest = max(points, key=lambda point: point["end"])["period"] if points else None
    drawings = [_over_time(site, name, points)] if len(distinct(point["period"] for point in points)) > 1 else []
    drawings.append(_over_areas(site, name, [point for point in points if point["period"] == newest]))
    return [_picture(site, drawing) for drawing in drawings if drawing]


def _points(site: Site, name: str, figures: Rows) -> list[Point]:
    """The values of an indicator, of the kind of period that most of them have, in the order of the areas."""
    rows = [row for row in figures if row["value"] is not None and row["start_date"] is not None]
    if not rows:
        return []
    indicator = site.indicators[name]
    kinds = [row["period_type"] for row in rows]
    kind = max(distinct(kinds), key=kinds.count)
    place = {code: number for number, code in enumerate(site.areas)}
    rows = [row for row in rows if row["period_type"] == kind]
    rows.sort(key=lambda row: (place[row["area_code"]], row["start_date"]))
    points = [
        {
            "code": row["area_code"],
            "area": site.name_of(name, row["area_code"]),
            "period": row["period"],
            "start": row["start_date"],
            "end": row["end_date"],
            "value": row["value"],
            "lower": row["lower_95"],
            "upper": row["upper_95"],
            "england": row["england_value"] if is_compared(indicator["unit"]) else None,
            "text": number_text(row["value"], row["decimals"]),
            "period_id": row["period_id"],
            "status": status_words(row["value_status"]),
        }
        for row in rows
    ]
    # England has a line in every panel, and needs none of its own beside others.
    others = [point for point in points if point["code"] != ENGLAND]
    return others if any(point["england"] is not None for point in others) else points


def _over_time(site: Site, name: str, points: list[Point], panels: Panels = ON_A_SCREEN) -> Drawing | None:
    unit = site.indicators[name]["unit"]
    periods = distinct(point["period"] for point in sorted(points, key=lambda point: point["start"]))
    own = "scale, which may not begin at 0" + (", and its own years" if has_own_years(points) else "")
    notes = f" Each panel has its own {own}." + _legend(points, has_band(points))
    return _drawing(site, name, name, over_time(points, unit, panels), points, f"{periods[0]} to {periods[-1]}", notes)


def _over_areas(site: Site, name: str, points: list[Point]) -> Drawing | None:
    members = [
        point for point in points if point["code"] in site.areas and site.areas[point["code"]]["is_partnership_member"]
    ]
    if not is_compared(site.indicators[name]["unit"]) and len(members) >= ORDERED_AREAS:
        # The count of a whole beside those of its parts presses them together at the left.
        points = members
    if len(points) < ORDERED_AREAS:
        return None
    svg = over_areas(points, site.indicators[name]["unit"])
    notes = " The highest stands first." + _legend(points)
    return _drawing(site, f"{name}-areas", name, svg, points, points[0]["period"], notes)


def _drawing(site: Site, file: str, name: str, svg: str, points: Sequence[Point], span: str, notes: str) -> Drawing:
    indicator = site.indicators[name]
    areas = ", ".join(distinct(point["area"] for point in points))
    words = f"Chart of {indicator['title']} in {areas}, {span}."
    return Drawing(file, svg, f"{indicator['title']}, {titled(indicator, span).unit}", notes, name, points, words)


def _legend(points: list[Point], is_band: bool = False) -> str:
    texts = []
    if any(point["england"] is not None for point in points):
        texts.append("The pale grey line is England.")
    if any(point["lower"] is not None for point in points):
        texts.append(f"{'The grey band shows' if is_band else 'Grey rules show'} 95% confidence intervals.")
    texts += _statuses(points)
    return "".join(f" {text}" for text in texts)


def _statuses(points: list[Point]) -> list[str]:
    """Sentences on the figures of a chart that are not simply published: which they are, by status."""
    found = []
    for status in STATUSES_TOLD:
        of_status = [point for point in points if point["status"] == status]
        if of_status and len(of_status) == len(points):
            found.append(f"All figures are {status}.")
        elif of_status:
            # Of one period the areas say which, of several the periods.
            column = "area" if len({point["period"] for point in points}) == 1 else "period"
            which = listed(distinct(point[column] for point in of_status))
            some = "Some figures" if column == "period" else "Figures"
            found.append(f"{some} for {which} are {status}.")
    return found


def _picture(site: Site, drawing: Drawing, before: str = "") -> Picture:
    """The files of a drawing."""
    file, points = f"{before}{drawing.file}", drawing.points
    figures = [
        {"indicator_id": drawing.indicator, "area_code": point["code"], "period_id": point["period_id"]}
        for point in points
    ]
    source = sources_sentence(site.releases_of(figures))
    written = write_chart(site, file, drawing.svg, drawing.title, [drawing.notes.strip(), source])
    numbers = write_numbers(site, file, COLUMNS, [{**point, "area_code": point["code"]} for point in points])
    return Picture(
        written["SVG"],
        drawing.words,
        drawing.caption,
        *picture_size(drawing.svg),
        files={**written, **numbers},
        table=drawing.table.replace("The table", "The table below", 1),
    )


def write_numbers(site: Site, file: str, columns: Sequence[str], points: list[Point]) -> dict[str, str]:
    """Write the numbers of a chart as CSV, and give its address by the name of its format."""
    address = f"charts/{file}.csv"
    with (site.folder / address).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([point[column] for column in columns] for point in points)
    return {"CSV": address}


def write_chart(
    site: Site, file: str, svg: str, title: str, notes: Sequence[str], key: Key = (), *, is_shown: bool = True
) -> dict[str, str]:
    """Write a chart as SVG and PNG, and give the address of each by the name of its format.

    A file that no page shows beside its words has the title, the key and the notes in it: the PNG, and the SVG too
    unless `is_shown`.
    """
    addresses = {"SVG": f"charts/{file}.svg", "PNG": f"charts/{file}.png"}
    alone = partial(framed, svg, title, [note for note in notes if note], key)
    (site.folder / addresses["SVG"]).write_text(for_screens(svg if is_shown else alone()), encoding="utf-8")
    site.drawn.append((site.folder / addresses["PNG"], png_of(alone(is_cut=False))))
    return addresses
