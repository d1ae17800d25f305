"""The recent trend of Fingertips, written from its published rule, for tests to hold the SQL to.

Every function takes a series from its oldest point to its newest; a point without a valid figure is None.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

POINTS = 5
LIMIT = 9.54953570608324


class Rate(NamedTuple):
    """A count, rate or directly standardised rate with its 95% limits."""

    value: float
    lower: float
    upper: float


class Proportion(NamedTuple):
    """A numerator and its denominator."""

    numerator: float
    denominator: float


def recent_trend(series: Sequence[Rate | Proportion | None]) -> str:
    """increasing, decreasing, no_significant_change or cannot_be_calculated."""
    valid: list[Rate | Proportion] = []
    for point in reversed(series):
        if point is None:
            break
        valid.append(point)
    if len(valid) < POINTS or any(isinstance(point, Proportion) and point[0] == point[1] for point in valid):
        return "cannot_be_calculated"
    newest = valid[:POINTS][::-1]
    chi_squared, slope = (_of_proportions if isinstance(newest[0], Proportion) else _of_rates)(newest)
    every = range(1, POINTS + 1)
    slopes = [slope(every)] + [slope([time for time in every if time != left_out]) for left_out in every]
    if chi_squared > LIMIT and all(one > 1e-12 for one in slopes):
        return "increasing"
    if chi_squared > LIMIT and all(one < -1e-12 for one in slopes):
        return "decreasing"
    return "no_significant_change"


def _of_rates(points: list[Rate]) -> tuple[float, Callable]:
    weights = {time: 1 / ((point.upper - point.lower) / 3.92) ** 2 for time, point in enumerate(points, start=1)}
    values = {time: point.value for time, point in enumerate(points, start=1)}

    def spread(times: Sequence[int]) -> float:
        total = sum(weights[time] for time in times)
        mean = sum(weights[time] * time for time in times) / total
        return sum(weights[time] * (time - mean) ** 2 for time in times)

    def slope(times: Sequence[int]) -> float:
        total = sum(weights[time] for time in times)
        mean = sum(weights[time] * time for time in times) / total
        return sum(weights[time] * (time - mean) * values[time] for time in times) / spread(times)

    every = range(1, POINTS + 1)
    return slope(every) ** 2 * spread(every), slope


def _of_proportions(points: list[Proportion]) -> tuple[float, Callable]:
    numbered = list(enumerate(points, start=1))
    n = sum(point.denominator for _, point in numbered)
    x = sum(point.numerator for _, point in numbered)
    xt = sum(point.numerator * time for time, point in numbered)
    nt = sum(point.denominator * time for time, point in numbered)
    ntt = sum(point.denominator * time**2 for time, point in numbered)
    log_odds = {time: math.log(point.numerator / (point.denominator - point.numerator)) for time, point in numbered}

    def slope(times: Sequence[int]) -> float:
        mean = sum(times) / len(times)
        return sum((time - mean) * log_odds[time] for time in times) / sum((time - mean) ** 2 for time in times)

    return n * (n * xt - x * nt) ** 2 / (x * (n - x) * (n * ntt - nt**2)), slope
