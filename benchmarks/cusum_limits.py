"""The limits of the Poisson CUSUM of early warning, as the seed cusum_limits: `python -m benchmarks.cusum_limits`.

The sum of counts above a reference value signals when it reaches a limit. The limit is the smallest one for which the
mean time to a false alarm (the in-control run length) is at least RUN_LENGTH periods. The run length is exact for a
known mean: the sum moves on a lattice, and is a Markov chain (Brook and Evans, Biometrika 59 (1972), 539–549). The
reference value is Lucas's (Technometrics 27 (1985), 129–144) for a rise of RISE, rounded to the lattice.
"""

import csv
import math
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from orchestration.seeds import seed_files

# Periods to a false alarm, on average: ten years of months.
RUN_LENGTH = 120

# The rise that the sum is quickest to notice.
RISE = 1.5


def means() -> Iterator[float]:
    """The baseline means of the table, from 0.1 to 40 events a period."""
    for first, last, step in ((1, 10, 1), (12, 30, 2), (35, 100, 5), (110, 200, 10), (220, 400, 20)):
        yield from (tenths / 10 for tenths in range(first, last + 1, step))


def parts_of_one(mean: float) -> int:
    """How many steps of the lattice make 1."""
    return 100 if mean < 1 else 20 if mean < 5 else 10


def reference(mean: float) -> int:
    """The reference value in steps of the lattice; above the mean by at least one step."""
    steps = parts_of_one(mean)
    return max(round((RISE - 1) * mean / math.log(RISE) * steps), math.floor(mean * steps) + 1)


def run_length(mean: float, reference_steps: int, limit_steps: int, true_mean: float | None = None) -> float:
    """The mean number of periods to a signal from a sum of 0, where counts have `true_mean` (`mean` unless given)."""
    steps, rate = parts_of_one(mean), true_mean or mean
    counts = np.arange(int((limit_steps + reference_steps) / steps) + 2)
    logs = counts * math.log(rate) - rate - np.array([math.lgamma(count + 1) for count in counts])
    chances = np.exp(logs)
    moves = np.zeros((limit_steps, limit_steps))
    for state in range(limit_steps):
        for count, chance in zip(counts, chances, strict=True):
            reached = max(0, state + int(count) * steps - reference_steps)
            if reached < limit_steps:
                moves[state, reached] += chance
    return float(np.linalg.solve(np.eye(limit_steps) - moves, np.ones(limit_steps))[0])


def limit(mean: float) -> tuple[int, float]:
    """The smallest limit, in steps of the lattice, with the run length asked for, and its run length."""
    steps = parts_of_one(mean)
    low, high = 0, steps
    while run_length(mean, reference(mean), high) < RUN_LENGTH:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if run_length(mean, reference(mean), middle) < RUN_LENGTH:
            low = middle
        else:
            high = middle
    return high, run_length(mean, reference(mean), high)


def rows() -> Iterator[tuple[float, float, float, float]]:
    """Baseline mean, reference value, limit and run length of each row of the seed."""
    for mean in means():
        steps = parts_of_one(mean)
        found, length = limit(mean)
        yield mean, reference(mean) / steps, found / steps, round(length, 1)


def write(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("baseline_mean", "reference_value", "cusum_limit", "run_length"))
        writer.writerows(rows())


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else seed_files()["cusum_limits"])
