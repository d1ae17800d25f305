"""The check of a figure against its own history: advice, because a thing can change, and a figure can be mistyped.

The rule. A figure of a single year, of an area of the seeds, is compared with the same figure of the six years nearest
to it, at least four, in this release and in those before it. It is out of line where it lies farther from their median
than `FARTHEST` times their spread. The spread is the largest of: 1.4826 times the median
absolute deviation (the standard deviation of a normal distribution), a tenth of the median, and for whole numbers its
square root, by which a count varies anyway.
"""

from collections.abc import Iterable, Iterator, Sequence
from statistics import median

import pandas as pd

from orchestration.validation.areas import are_own_areas
from orchestration.validation.cells import Cells, Problem, number_text, numbers

FARTHEST = 6
NEAREST = 6
FEWEST = 4

# Columns that say nothing of what a figure is about.
BESIDE = frozenset(
    {
        *("place", "credited_to", "flag", "lower_limit", "upper_limit", "value_note", "population", "value"),
        *("source_file", "source_sheet", "source_cell", "release_id", "period_id"),
    }
)
SINGLE_YEAR = r"(?:CY|MY)\d{4}|FY\d{4}-\d\d"


def out_of_line(rows: pd.DataFrame, period: str, earlier: Iterable[pd.DataFrame] = ()) -> Iterator[Problem]:
    """What in a release lies far from its own history; `period` is the column of periods as printed.

    `earlier` are frames of the releases before it, the newest first, of the same columns.
    """
    labels = [column for column in rows if column not in BESIDE | {period}]
    cells = Cells(rows)
    series: dict[tuple, dict[str, tuple[float, int | None]]] = {}
    for frame in (cells, *map(Cells, earlier)):
        for key, period_id, number, row in _figures(frame, labels):
            series.setdefault(key, {}).setdefault(period_id, (number, row if frame is cells else None))
    for key, of_key in series.items():
        ordered = sorted(of_key.items())
        for position, (_, (number, own_row)) in enumerate(ordered):
            if own_row is None:
                continue
            by_distance = sorted((abs(other - position), other) for other in range(len(ordered)))
            near = [ordered[other] for other in sorted(other for _, other in by_distance[1 : NEAREST + 1])]
            others = [value for _, (value, _) in near]
            if len(others) >= FEWEST and is_out_of_line(number, others):
                yield _problem(cells, own_row, number, others, near, [text for text in key if text])


def is_out_of_line(number: float, others: Sequence[float]) -> bool:
    """Whether a figure lies farther from those of other years than the rule allows."""
    middle = median(others)
    spread = max(1.4826 * median(abs(other - middle) for other in others), abs(middle) / 10)
    if all(float(value).is_integer() for value in (number, *others)):
        spread = max(spread, max(abs(middle), 1) ** 0.5)
    return abs(number - middle) > FARTHEST * spread


def _figures(cells: Cells, labels: Sequence[str]) -> Iterator[tuple[tuple, str, float, int]]:
    frame = cells.frame
    chosen = frame[frame["period_id"].str.fullmatch(SINGLE_YEAR, na=False) & are_own_areas(frame)]
    values = numbers(chosen["value"].fillna("").str.strip())
    chosen, values = chosen[values.notna()], values.dropna()
    keys = chosen[[label for label in labels if label in chosen]].fillna("")
    for label in keys:
        keys[label] = keys[label].map({text: _plain(text) for text in keys[label].unique()})
    every = zip(keys.index, keys.itertuples(index=False, name=None), chosen["period_id"], values, strict=True)
    for row, key, period_id, number in every:
        yield key, period_id, float(number), int(row)


def _plain(text: object) -> str:
    return " ".join(str(text).split()).lower()


def _problem(
    cells: Cells, row: int, number: float, others: Sequence[float], near: Sequence[tuple], about: Sequence[str]
) -> Problem:
    low, high = number_text(min(others)), number_text(max(others))
    years = f"{len(others)} years from {near[0][0]} to {near[-1][0]}"
    return Problem(
        "a figure is in line with its history",
        cells.place(row),
        f"{number_text(number)} ({', '.join(about[:6])})",
        f"about {number_text(median(others))}, as in {years} ({low} to {high})",
        "Compare it with the publisher's page; it is published as it is printed.",
        blocks=False,
    )
