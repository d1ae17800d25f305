"""Somebody who knows all that the public files print, and works out small counts from it by an integer programme."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import duckdb
import numpy
from scipy.optimize import Bounds, LinearConstraint, milp

FORCE, REST = "E23000014", "E23000014-UNALLOCATED"


AREAS = {
    "Birmingham": "E08000025",
    "Coventry": "E08000026",
    "Dudley": "E08000027",
    "Sandwell": "E08000028",
    "Solihull": "E08000029",
    "Walsall": "E08000030",
    "Wolverhampton": "E08000031",
}


TYPES = {
    "Charge or summons": "charge_or_summons",
    "Caution – Adult": "caution_adult",
    "Community Resolution": "community_resolution",
    "Diversionary, educational or intervention activity": "diversionary_activity",
    "Caution - Youth": "caution_youth",
}


POSITIVE = ("charge_or_summons", "caution_adult", "community_resolution", "caution_youth")


SMALL = 5


CRIMES, CHANGE = "drug_related_crimes_recorded", "drug_related_crimes_published_percent_change"


# measure, area, period to value; None where the figure is hidden.
Figures = dict[tuple[str, str, str], int | None]


# Of which measure, area and period, the period before, percent.
Change = tuple[tuple[str, str, str], str, float]


def sums(figures: Mapping) -> Iterator[tuple[tuple, list[tuple], bool]]:
    """What anybody knows of police figures: total, parts, and whether the parts are all of it."""
    for measure, area, period in figures:
        if area == FORCE:
            parts = [(measure, part, period) for part in (*AREAS.values(), REST)]
            if any(part in figures for part in parts):
                yield (measure, area, period), parts, True
        if measure.startswith("drug_offence") and measure != "drug_offences_recorded":
            ends = measure.removeprefix("drug_offence")
            yield (
                (measure, area, period),
                [(f"drug_{kind}{ends}", area, period) for kind in ("trafficking", "possession")],
                True,
            )
        if measure == "drug_offences_recorded":
            kinds = ("drug_trafficking_offences_recorded", "drug_possession_offences_recorded")
            yield (measure, area, period), [(kind, area, period) for kind in kinds], True
        if measure.endswith("_positive_outcomes"):
            start = measure.removesuffix("_positive_outcomes")
            yield (measure, area, period), [(f"{start}_outcomes_{kind}", area, period) for kind in POSITIVE], True
        if measure.endswith("_outcomes") and not measure.endswith("_positive_outcomes"):
            yield (measure, area, period), [(f"{measure}_{kind}", area, period) for kind in TYPES.values()], False


def attack(
    figures: Figures, targets: set, changes: Iterable[Change] = (), sums: Callable[[Mapping], Iterable] = sums
) -> dict[tuple, tuple[int, int]]:
    """The least and the most that each hidden target can be, for whoever has the file and can do sums.

    `sums` are what anybody knows of the figures. `changes` are printed percentages: of which measure, area and period, the period before, and what is printed.
    """
    columns: dict = {}
    rows = []

    def tie(terms: Iterable[tuple[tuple, float]], low: float, high: float) -> None:
        """The sum of figures times their factors lies between two numbers; those that are known go to the other side."""
        unknown: dict = defaultdict(float)
        known = 0.0
        for cell, factor in terms:
            if figures.get(cell) is not None:
                known += factor * figures[cell]
            else:
                unknown[cell] += factor
        if unknown:
            rows.append((unknown, low - known, high - known))
            for cell in unknown:
                columns.setdefault(cell, len(columns))

    for total, parts, is_all in sums(figures):
        tie([(total, -1), *((part, 1) for part in parts)], 0 if is_all else -numpy.inf, 0)
    for (measure, area, period), before, percent in changes:
        cells = (measure, area, period), (measure, area, before)
        for end, bounds in ((-0.05, (-1e-6, numpy.inf)), (0.05, (-numpy.inf, 1e-6))):
            tie([(cells[0], 1), (cells[1], -(1 + (percent + end) / 100))], *bounds)
    matrix = numpy.zeros((len(rows), max(len(columns), 1)))
    for number, (factors, _, _) in enumerate(rows):
        for cell, factor in factors.items():
            matrix[number, columns[cell]] = factor
    low, high = (numpy.array([row[end] for row in rows]) for end in (1, 2))
    # A zero is shown, so that what is hidden is at least 1; what was never published may be nothing.
    least = numpy.zeros(matrix.shape[1])
    for cell, column in columns.items():
        if cell in figures and cell[1] != REST:
            least[column] = 1
    found = {}
    for target in targets:
        if target not in columns:
            found[target] = (1, 10**9)
            continue
        goal = numpy.zeros(matrix.shape[1])
        goal[columns[target]] = 1
        ends = []
        for sign in (1, -1):
            solved = milp(
                sign * goal,
                constraints=LinearConstraint(matrix, low, high),
                bounds=Bounds(least, 1e9),
                integrality=numpy.ones(matrix.shape[1]),
            )
            assert solved.success, solved.message
            ends.append(round(solved.x[columns[target]]))
        found[target] = tuple(ends)
    return found


def figures_of(path: Path, day: str = "9999-12-31") -> Figures:
    """The police figures that a file holds, as of a day; None for the suppressed ones."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select measure_id, area_code, period_id, value, value_status from marts.measures_as_of(cast(? as date)) "
            "inner join marts.dim_measures using (measure_id) "
            "where publisher = 'police' and unit in ('offences', 'outcomes', 'crimes') "
            "and not contains(measure_id, 'published') and value_status in ('published', 'suppressed')",
            [day],
        ).fetchall()
    return {
        (measure, area, period): None if value is None else round(value) for measure, area, period, value, _ in rows
    }


def changes_of(path: Path, day: str) -> set[Change]:
    """The percentages of crimes that a file prints, as of a day."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select area_code, period_id, previous_period_id, value from marts.observations_as_of(cast(? as date)) "
            f"inner join marts.dim_periods using (period_id) where measure_id = '{CHANGE}' and value is not null",
            [day],
        ).fetchall()
    return {((CRIMES, area, period), before, value) for area, period, before, value in rows}
