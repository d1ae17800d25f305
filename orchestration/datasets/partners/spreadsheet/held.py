"""A return beside the returns before it: which figures that are held it changes, and what it is of, in words."""

from collections.abc import Iterator, Mapping, Sequence

import pandas as pd

from orchestration.datasets.partners.spreadsheet.definitions import Return
from orchestration.datasets.partners.spreadsheet.listed_periods import period_label
from orchestration.reading.periods import parse
from orchestration.validation.cells import Cells, Problem, number_of_text

# So many changes are told with their figures, and so many periods by name.
CHANGES_SHOWN = 5
PERIODS_NAMED = 3

IN_WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def changes_of(rows: pd.DataFrame, before: Sequence[pd.DataFrame]) -> list[Problem]:
    """The figures of each file that differ from those that were handed in before, given the newest first."""
    held: dict[tuple[str, ...], str] = {}
    for frame in before:
        for key, value in zip(_keys(frame), frame["value"], strict=True):
            held.setdefault(key, value)
    cells = Cells(rows)
    changed: dict[str, list[str]] = {}
    for row, (key, value) in enumerate(zip(_keys(cells.frame), cells.frame["value"], strict=True)):
        if (old := held.get(key)) is not None and not _is_same(old, value):
            named = cells.named(row, ("area", "period", "measure_label"))
            told = f"{cells.frame['source_cell'].iat[row]} ({named}) from {old} to {value}"
            changed.setdefault(cells.frame["source_file"].iat[row], []).append(told)
    return [
        Problem(
            "a figure that is held is changed on purpose",
            file,
            f"{_counted(len(told), 'figure')} that change{'s' if len(told) == 1 else ''} what is held: "
            + "; ".join(told[:CHANGES_SHOWN])
            + (f"; and {len(told) - CHANGES_SHOWN:,} more" if len(told) > CHANGES_SHOWN else ""),
            "a correction, or periods that are not held",
            "If it is no correction, delete the file, correct its periods and add it again.",
            blocks=False,
        )
        for file, told in changed.items()
    ]


def _keys(frame: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    columns = [frame[column] for column in ("return_id", "area", "period_id")]
    yield from zip(*columns, frame["measure_label"].str.lower(), strict=True)


def _is_same(old: str, new: str) -> bool:
    number = number_of_text(old)
    return old == new if number is None else number == number_of_text(new)


def in_words(rows: pd.DataFrame, known: Mapping[str, Return]) -> str:
    """What a return is of: `Naloxone supplied: April to June 2026, seven areas`."""
    one = known[rows["return_id"].iat[0]]
    found = {period for label in rows["period"].unique() if (period := parse(label, (one.period_kind,)))}
    labels = [period_label(period) for period in sorted(found, key=lambda period: period.start)]
    periods = ", ".join(labels)
    if len(labels) > PERIODS_NAMED:
        periods = f"{labels[0]} to {labels[-1]} ({_counted(len(labels), 'period')})"
    return f"{one.title}: {periods}, {_counted(rows['area'].nunique(), 'area')}"


def _counted(number: int, noun: str) -> str:
    """`seven areas`: numbers up to nine in words."""
    return f"{IN_WORDS[number] if number < len(IN_WORDS) else f'{number:,}'} {noun}{'' if number == 1 else 's'}"
