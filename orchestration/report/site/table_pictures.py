"""The files of the tables that are charts themselves: all indicators by area, and the ranges of an area's page."""

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from orchestration.report.contents import Rows
from orchestration.report.grids import rug, spines
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import titled
from orchestration.report.site.parts import Mark, Number, Row, Spine, number_text
from orchestration.report.site.pictures import write_chart
from orchestration.report.site.spine import WIDTH, Ranges

RUG = ("outcome", "indicator_id", "indicator", "unit", "area_code", "area", "period_id", "value", "shown", "words")
SPINES: tuple[str, ...] = ("indicator_id", "indicator", "unit", "area_code", "area", "period", "value", "england")
SPINES += ("areas", "lowest", "quarter", "three_quarters", "highest", "compared_with_england")


def rug_files(site: Site, rows: Sequence[Row], areas: Rows) -> dict[str, str]:
    """Write the table of all indicators by area as `charts/compare`, and give the address of each format."""
    cells, lines = [], []
    names = {area["area_code"]: f"{area['bare_name']} {area['kinds']}".strip() for area in areas}
    for row in rows:
        title = row.cells[0]
        label = f"{title.words}, {title.unit}"
        for area, cell in zip(areas, row.cells[1:], strict=True):
            number = cell.number if isinstance(cell, Mark) else cell
            if not isinstance(number, Number):
                continue
            mark, words, colour = (cell.mark, cell.words, cell.colour) if isinstance(cell, Mark) else ("", "", "")
            name = names[area["area_code"]]
            cell_of = {"row": label, "group": row.group, "area": name}
            cells.append({**cell_of, "mark": mark, "text": number.text, "colour": colour})
            if number.of:
                _, indicator, code, period = number.of.split("|")
                unit = site.indicators[indicator]["unit"]
                own = site.name_of(indicator, code)
                told = [row.group, indicator, title.words, unit, code, own, period, number.value, number.text, words]
                lines.append(told)
    return _written(site, "compare", rug(cells, list(names.values())), RUG, lines) if cells else {}


def spine_files(site: Site, place: str, rows: Rows, ranges: Ranges) -> dict[str, str]:
    """Write the ranges of the figures of a place as `charts/spine-CODE`; nothing where no figure has a range."""
    drawn, lines = [], []
    for row in rows:
        spine, found = ranges.of(row), ranges.range_of(row)
        if spine is None or found is None:
            continue
        indicator = site.indicators[row["indicator_id"]]
        told = site.told_apart.get((row["indicator_id"], row["area_code"]))
        below = titled(indicator, row["period"], *([told] if told else [])).unit
        drawn.append(_drawn(f"{indicator['title']}, {below}", row, spine))
        name = site.name_of(row["indicator_id"], row["area_code"])
        line = [row["indicator_id"], indicator["title"], row["unit"], row["area_code"], name, row["period"]]
        line += [row["value"], row["england_value"], found["areas"], found["low"], found["quarter"]]
        lines.append([*line, found["three_quarters"], found["high"], row["compared_with_england"]])
    return _written(site, f"spine-{place}", spines(drawn, WIDTH), SPINES, lines) if drawn else {}


def _drawn(label: str, row: dict[str, Any], spine: Spine) -> dict[str, Any]:
    return {
        "label": label,
        "text": number_text(row["value"], row["decimals"]),
        "worst": spine.worst.text,
        "best": spine.best.text,
        "left": spine.left,
        "right": spine.left + spine.width,
        "middle_left": spine.middle_left,
        "middle_right": spine.middle_left + spine.middle_width,
        "england": spine.england,
        "place": spine.place,
        "compared": spine.compared,
    }


def _written(site: Site, file: str, svg: str, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> dict[str, str]:
    addresses = write_chart(site, file, svg)
    with (site.folder / f"charts/{file}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
    return {**addresses, "CSV": f"charts/{file}.csv"}
