"""The layout of a source's first file: a tidy CSV, or a table with a row an area and a column a period."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from orchestration.operating.source_misses import nearest_miss
from orchestration.reading.periods import ALL_KINDS, parse
from orchestration.reading.tables import GSS_CODE, Sheet, cell, key, sheets
from orchestration.releases.release import Release
from orchestration.support.refusal import refuse
from orchestration.validation.cells import Problem, number_of_text, refuse_problems

# The columns of a tidy CSV that each figure has; its other columns of text are labels too.
TIDY = ("area_type", "area", "period")

# Columns whose texts may look like figures.
LABELS = ("measure_label", "place", "credited_to")

# How many figures the test of the reader shows.
SHOWN = 2

# A column with at least this share of numbers is one of figures: the others are symbols, or slips.
MOSTLY = 0.5


@dataclass(frozen=True)
class Layout:
    """What a first file shows: the periods and measures it has, and a small file of its layout with its cells."""

    template: str
    periods: list[str]
    measures: list[str]
    # Each with its kind, as printed.
    areas: list[tuple[str, str]]
    sample: list[list[str]]
    cells: list[dict[str, str]]
    details: dict[str, Any] = field(default_factory=dict)


def layout_of(file: Path, area_type: str, title: str, symbols: Mapping[str, str]) -> Layout:
    """The layout of a file whose table has areas of one type and figures with a title.

    `symbols` stand in place of a figure. Raises Refusal for a file in another layout, and for a cell of a figure that
    is neither a number nor a symbol: the reader that is written would set its own first file aside.
    """
    release = Release("unknown.unknown", date.min, file.parent, file.parent)
    found = sheets(release, file)
    for sheet in found:
        layout = _tidy(sheet, symbols) if sheet.name is None else None
        if layout := layout or _table(sheet, area_type, title, symbols):
            return layout
    raise nearest_miss(file.name, found, TIDY)


def _tidy(sheet: Sheet, symbols: Mapping[str, str]) -> Layout | None:
    """The layout of a CSV with one figure in each line."""
    if not sheet.rows or not set(TIDY) <= {text.strip() for text in sheet.rows[0][1]}:
        return None
    columns = [text.strip() for text in sheet.rows[0][1]]
    rows = [(number, texts) for number, texts in sheet.rows[1:] if any(texts[1:])]
    lines = [(number, dict(zip(columns, texts, strict=False))) for number, texts in rows]
    values = [
        name
        for name in columns
        if name not in (*TIDY, *LABELS) and _are_figures([line.get(name, "") for _, line in lines], symbols)
    ]
    kinds = _kinds([line["period"] for _, line in lines])
    if not values or not kinds:
        return None
    _expect_figures(
        (
            (sheet.place(number, columns.index(value), value), line.get(value, ""), f"{line['area']}, {line['period']}")
            for number, line in lines
            for value in values
        ),
        symbols,
    )
    labels = [name for name in columns if name not in values]
    _expect_one_each([(number, tuple(line.get(name, "") for name in labels)) for number, line in lines])
    measures = [line["measure_label"] for _, line in lines] if "measure_label" in labels else values
    cells = [
        {
            "value": line[value],
            "area": line["area"],
            "period": line["period"],
            "place": f"line {number}, column {value}",
        }
        for number, (_, line) in enumerate(lines[:SHOWN], start=2)
        for value in values
    ]
    sample = [columns, *([line[name] for name in columns] for _, line in lines[:SHOWN])]
    details = {
        "labels": labels,
        "values": values,
        "has_place": "place" in labels,
        "has_credit": "credited_to" in labels,
    }
    areas = [(line["area_type"], line["area"]) for _, line in lines]
    return Layout("tidy.py", kinds, list(dict.fromkeys(measures)), list(dict.fromkeys(areas)), sample, cells, details)


def _table(sheet: Sheet, area_type: str, title: str, symbols: Mapping[str, str]) -> Layout | None:
    """The layout of a sheet with a row an area and a column a period, and perhaps a column of the areas' GSS codes."""
    for number, (_, header) in enumerate(sheet.rows):
        at = {position: text.strip() for position, text in enumerate(header) if parse(text.strip())}
        others = [position for position, text in enumerate(header) if text.strip() and position not in at]
        if len(at) < 2 or not others:
            continue
        # The reader takes each row that has anything in the column of a period.
        below = [(row, texts) for row, texts in sheet.rows[number + 1 :] if any(cell(texts, n).strip() for n in at)]
        coded = [position for position in others if _are_codes([cell(texts, position) for _, texts in below])]
        names = [position for position in others if position not in coded]
        if not below or len(coded) > 1 or len(names) != 1:
            continue
        body = [texts for _, texts in below if cell(texts, names[0]).strip()]
        _expect_figures(
            (
                (sheet.place(row, n, period), cell(texts, n), f"{cell(texts, names[0]).strip()}, {period}")
                for row, texts in below
                for n, period in at.items()
            ),
            symbols,
        )
        shown = [*coded, names[0], *list(at)[:SHOWN]]
        sample = [[texts[position].strip() for position in shown] for texts in (header, *body[:SHOWN])]
        first = len(coded) + 1
        cells = [
            {"value": value, "area": line[first - 1], "period": period, "place": f"line {row}, column {period}"}
            for row, line in enumerate(sample[1:], start=2)
            for period, value in zip(sample[0][first:], line[first:], strict=True)
        ]
        areas = list(dict.fromkeys((area_type, texts[names[0]].strip()) for texts in body))
        details = {
            "area_column": key(header[names[0]]),
            "code_column": key(header[coded[0]]) if coded else "",
            "has_codes": bool(coded),
        }
        return Layout("table.py", _kinds(list(at.values())), [title], areas, sample, cells, details)
    return None


def _expect_figures(figures: Iterator[tuple[str, str, str]], symbols: Mapping[str, str]) -> None:
    """Raises Refusal for each text, once, that is neither a number nor a symbol; figures have place, text and name."""
    problems: dict[str, Problem] = {}
    for place, printed, named in figures:
        text = printed.strip()
        if text in problems or text in symbols or number_of_text(text) is not None:
            continue
        problems[text] = Problem(
            "a figure is understood",
            place,
            f"{text!r} ({named})" if text else f"an empty cell ({named})",
            " or ".join(["a number", *map(repr, symbols)]),
            f"If the publisher writes it in place of a figure, say what it stands for, such as --symbol '{text}' "
            "suppressed. Otherwise correct the file."
            if text
            else "Write the symbol that says why there is no figure.",
        )
    refuse_problems(list(problems.values()))


def _expect_one_each(lines: Sequence[tuple[int, tuple[str, ...]]]) -> None:
    """Raises Refusal where two lines have the same labels, and so two figures for one thing."""
    first: dict[tuple[str, ...], int] = {}
    for number, labels in lines:
        if labels in first:
            raise refuse(
                f"Line {number}",
                f"a second figure for {', '.join(text for text in labels if text)}, after line {first[labels]}",
                "one line for each area and period",
                "Remove one of them, or add the column that tells them apart.",
            )
        first[labels] = number


def _are_codes(texts: Sequence[str]) -> bool:
    """Whether every filled cell is a GSS code."""
    filled = [text.strip() for text in texts if text.strip()]
    return bool(filled) and all(GSS_CODE.fullmatch(text) for text in filled)


def _are_figures(texts: Sequence[str], symbols: Mapping[str, str]) -> bool:
    """Whether a column holds numbers, and few other texts that are no symbols."""
    plain = [text.strip() for text in texts]
    numbers = sum(bool(re.search(r"\d", text)) and number_of_text(text) is not None for text in plain)
    return numbers > 0 and numbers + sum(text in symbols for text in plain) >= MOSTLY * len(plain)


def _kinds(labels: Sequence[str]) -> list[str]:
    """The kinds of period that labels have, each as it is read first; none where one of them is no period."""
    read = [parse(label, ALL_KINDS) for label in labels]
    return sorted({one.kind for one in read if one}) if all(read) else []
