"""The files of the tables that are charts themselves: all indicators by area, and the ranges of an area's page."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from orchestration.report.contents import MARKS, SHORTHAND, Rows, sources_sentence, status_words
from orchestration.report.framed import Key, KeyEntry
from orchestration.report.grids import DARK_BAR, FILLS, PALE_BAR, rug, spines
from orchestration.report.grids import MARKS as POINTS
from orchestration.report.site.data import Site
from orchestration.report.site.figures_table import key_of, period_and_status, titled
from orchestration.report.site.parts import COMPARED, Mark, Number, Row, Spine, number_text
from orchestration.report.site.pictures import write_chart
from orchestration.report.site.spine import WIDTH, Ranges

RUG: tuple[str, ...] = ("outcome", "indicator_id", "indicator", "unit", "area_code", "area", "period_id", "value")
RUG += ("shown", "status", "words")
SPINES: tuple[str, ...] = ("indicator_id", "indicator", "unit", "area_code", "area", "period", "value", "england")
SPINES += ("areas", "lowest", "quarter", "three_quarters", "highest", "compared_with_england", "status")


# The heading of a part of a key, and its classes, each with its symbol and words.
Legends = Sequence[tuple[str, Sequence[tuple[str, str, str]]]]


@dataclass(frozen=True)
class Drawing:
    """A drawing, with what its file says around it."""

    title: str
    svg: str
    notes: Sequence[str]
    key: Key


def rug_files(site: Site, rows: Sequence[Row], areas: Rows, key: Legends) -> dict[str, str]:
    """Write the table of all indicators by area as `charts/compare`, and give the address of each format."""
    cells, lines, figures = [], [], []
    known = {key_of(row): row for found in site.figures.values() for row in found}
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
            cells.append({**cell_of, "mark": mark, "text": number.text, "colour": colour, "status": number.status})
            if number.of:
                _, indicator, code, period = number.of.split("|")
                unit = site.indicators[indicator]["unit"]
                own = site.name_of(indicator, code)
                figures.append(known[number.of])
                status = status_words(figures[-1]["value_status"])
                told = [row.group, indicator, title.words, unit, code, own, period, number.value, number.text]
                lines.append([*told, status, words])
    if not cells:
        return {}
    drawing = Drawing(
        f"All indicators by area: {site.edition.area_name}",
        rug(cells, list(names.values())),
        [
            "Each indicator in the newest period that areas share. A figure without colour was not compared and not "
            "tested. Do not compare counts of areas of different size.",
            _shorthand([text for cell in cells for text in (str(cell["text"]), str(cell["status"]))]),
            sources_sentence(site.releases_of(figures)),
        ],
        [(heading, [KeyEntry(FILLS[name], mark, words) for name, mark, words in legend]) for heading, legend in key],
    )
    return _written(site, "compare", drawing, RUG, lines)


def _shorthand(texts: Sequence[str]) -> str:
    """What the shorthand in the texts of a drawing means."""
    known = (*SHORTHAND.values(), *MARKS.values())
    return "; ".join(f"{mark} {meaning}" for mark, meaning in known if any(mark in text for text in texts))


def spine_files(site: Site, place: str, rows: Rows, ranges: Ranges) -> dict[str, str]:
    """Write the ranges of the figures of a place as `charts/spine-CODE`; nothing where no figure has a range."""
    drawn, lines, figures = [], [], []
    for row in rows:
        spine, found = ranges.of(row), ranges.range_of(row)
        if spine is None or found is None:
            continue
        indicator = site.indicators[row["indicator_id"]]
        told = site.told_apart.get((row["indicator_id"], row["area_code"]))
        below = titled(indicator, *period_and_status(row), *([told] if told else [])).unit
        figures.append(row)
        drawn.append(_drawn(f"{indicator['title']}, {below}", row, spine))
        name = site.name_of(row["indicator_id"], row["area_code"])
        line = [row["indicator_id"], indicator["title"], row["unit"], row["area_code"], name, row["period"]]
        line += [row["value"], row["england_value"], found["areas"], found["low"], found["quarter"]]
        line += [found["three_quarters"], found["high"], row["compared_with_england"]]
        lines.append([*line, status_words(row["value_status"])])
    if not drawn:
        return {}
    names = {area["area_code"]: area["area_name"] for area in site.shown_areas}
    entries = [KeyEntry(PALE_BAR, "", "all areas of its kind"), KeyEntry(DARK_BAR, "", "the middle half of them")]
    if any(line["england"] is not None for line in drawn):
        entries.append(KeyEntry("white", "|", "England"))
    for name, (mark, words) in COMPARED.items():
        kind = name if mark else "none"
        if any(line["compared"] == kind for line in drawn):
            said = f"the area, {words}" if mark else "the area"
            entries.append(KeyEntry("white", mark or "●", said, POINTS[kind][0]))
    drawing = Drawing(
        f"Figures for {names[place]}, with the range of areas of its kind",
        spines(drawn, WIDTH),
        [
            "The newest figure of each indicator with a range. A bar that would reach far beyond the others is cut at "
            "its edge.",
            _shorthand([line["label"] for line in drawn]),
            sources_sentence(site.releases_of(figures)),
        ],
        [("Key", entries)],
    )
    return _written(site, f"spine-{place}", drawing, SPINES, lines)


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


def _written(
    site: Site, file: str, drawing: Drawing, columns: Sequence[str], lines: Iterable[Sequence[Any]]
) -> dict[str, str]:
    addresses = write_chart(site, file, drawing.svg, drawing.title, drawing.notes, drawing.key, is_shown=False)
    with (site.folder / f"charts/{file}.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
    return {**addresses, "CSV": f"charts/{file}.csv"}
