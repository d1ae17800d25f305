"""The limits, seasons and rules of early warning against plain re-computations, simulated sums and F."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
import pytest
from homes import seed
from scipy import stats

from benchmarks import cusum_limits, early_warning


def test_every_limit_of_the_cumulative_sum_has_the_run_length_that_it_states():
    rows = {float(row["baseline_mean"]): row for row in seed("cusum_limits")}
    assert list(rows) == list(cusum_limits.means())
    assert min(float(row["run_length"]) for row in rows.values()) >= cusum_limits.RUN_LENGTH
    for mean in (0.1, 0.5, 1.0, 2.0, 4.5, 10.0):
        limit, length = cusum_limits.limit(mean)
        parts = cusum_limits.parts_of_one(mean)
        assert float(rows[mean]["reference_value"]) == cusum_limits.reference(mean) / parts
        assert float(rows[mean]["cusum_limit"]) == limit / parts
        assert float(rows[mean]["run_length"]) == round(length, 1)
        assert cusum_limits.run_length(mean, cusum_limits.reference(mean), limit - 1) < cusum_limits.RUN_LENGTH


def test_the_run_length_is_that_of_simulated_sums(record_property):
    (row,) = [row for row in seed("cusum_limits") if row["baseline_mean"] == "2.0"]
    chance = np.random.default_rng(1)
    lengths = []
    for _ in range(2_000):
        total, length = 0.0, 0
        while total < float(row["cusum_limit"]) - 1e-9:
            total = max(0.0, total + chance.poisson(2.0) - float(row["reference_value"]))
            length += 1
        lengths.append(length)
    assert abs(np.mean(lengths) - float(row["run_length"])) < 4 * np.std(lengths) / len(lengths) ** 0.5
    record_property(
        "measured", f"run length of the sum at a mean of 2: {np.mean(lengths):.0f}, stated {row['run_length']}"
    )


def test_the_limits_of_seasonal_differences_are_quantiles_of_f():
    for row in seed("seasonality_limits"):
        periods, years = int(row["periods_in_year"]), int(row["years"])
        expected = stats.f.isf(0.01, periods - 1, (periods - 1) * (years - 1))
        assert float(row["f_limit"]) == pytest.approx(expected, rel=1e-12)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return early_warning.queries(tmp_path_factory.mktemp("texts"))


def sign(difference: float) -> int:
    return 0 if abs(difference) <= 1e-9 else 1 if difference > 0 else -1


def marks_of(months: list[int], values: list[float], chart: str) -> set[tuple[str, int, int, int]]:
    """The marks of a series without seasonal differences, step by step: rule, direction, since and point, from 1."""
    found = set()
    baselines = []
    for number in range(1, len(values) + 1):
        last = max(12, number - 7)
        first = max(1, last - 23)
        ranges = [
            abs(values[place] - values[place - 1])
            for place in range(first, last)
            if months[place] - months[place - 1] == 1
        ]
        mean_range = sum(ranges) / len(ranges)
        kept = [one for one in ranges if one <= 3.267 * mean_range]
        width = max(1.0, 2.66 * sum(kept) / len(kept))
        within = earlier = values[first - 1 : last]
        if chart == "xmr":
            within = [one for one in earlier if abs(one - median(earlier)) <= width + 1e-9]
            within = within if len(within) >= 0.75 * len(earlier) else earlier
        baselines.append((sum(within) / len(within), width))
    if chart == "cusum":
        total, since = 0.0, None
        table = [{name: float(value) for name, value in row.items()} for row in seed("cusum_limits")]
        for number, (value, (mean, _)) in enumerate(zip(values, baselines, strict=True), 1):
            row = next(row for row in table if row["baseline_mean"] >= mean)
            since = number if total <= 1e-9 else since
            total = max(0.0, total + value - row["reference_value"])
            if total >= row["cusum_limit"] - 1e-9:
                found.add(("cusum", 1, since, number))
                total = 0.0
        return found
    sides = [sign(value - mean) for value, (mean, _) in zip(values, baselines, strict=True)]
    near = [abs(value - mean) > width * 2 / 3 for value, (mean, width) in zip(values, baselines, strict=True)]
    for number in range(1, len(values) + 1):
        value, (mean, width) = values[number - 1], baselines[number - 1]
        if abs(value - mean) > width:
            found.add(("point", sides[number - 1], number, number))
        seven, three = range(number - 7, number), range(number - 3, number)
        if number >= 7 and months[number - 1] - months[number - 7] == 6:
            if len({sides[place] for place in seven}) == 1 and sides[number - 1]:
                found.add(("run", sides[number - 1], number - 6, number))
            steps = {sign(values[place] - values[place - 1]) for place in seven if place > number - 7}
            if len(steps) == 1 and steps != {0}:
                found.add(("trend", steps.pop(), number - 6, number))
        if number >= 3 and months[number - 1] - months[number - 3] == 2:
            close = [place for place in three if near[place]]
            if len(close) >= 2 and len({sides[place] for place in three}) == 1:
                found.add(("two_of_three", sides[number - 1], close[0] + 1, number))
    return found


@pytest.mark.parametrize("chart", ["xmr", "cusum"])
def test_the_marks_are_those_of_a_plain_recomputation(texts, tmp_path: Path, chart: str):
    chance = random.Random(23)
    numbers = np.random.default_rng(23)
    given, expected = [], set()
    for area in range(40):
        months = sorted(chance.sample(range(1, 90), 80)) if area % 2 else list(range(1, 81))
        level = [chance.choice((1, 1, 1, 2)) for _ in range(4)]
        # Months 1 to 20 of a level, then the next one: steps up and down, and gaps in every other series.
        mean = 4 if chart == "cusum" else 40
        values = [float(numbers.poisson(mean * level[min(3, month // 25)])) for month in months]
        given += [
            (str(area), month, place, value) for place, (month, value) in enumerate(zip(months, values, strict=True), 1)
        ]
        expected |= {(str(area), *mark) for mark in marks_of(months, values, chart)}
    with early_warning.open_file(tmp_path) as connection:
        # No series counts as seasonal, however its months lie.
        connection.execute("delete from staging.seasonality_limits")
        connection.execute(
            "create table staging.int_signal_series (series_id varchar, indicator_id varchar, measure_id varchar, "
            "area_code varchar, period_type varchar, period_id varchar, periods_in_year int, place_in_year int, "
            "ordinal int, number int, points int, value double, last_decimal double, chart varchar, is_never_negative boolean)"
        )
        frame = pd.DataFrame(given, columns=["area", "month", "place", "value"])
        connection.register("given", frame)
        connection.execute(
            "insert into staging.int_signal_series select 's', null, 's', area, 'month', 'M' || month, 12, 0, month, place, "
            f"80, value, 1, '{chart}', true from given"
        )
        for name in early_warning.MODELS:
            connection.execute(f"create table staging.{name} as {texts[name]}")
        found = connection.execute(
            "select area_code, rule_id, direction, since_number, number from staging.int_signal_marks"
        ).fetchall()
    assert len(found) == len(set(found))
    assert set(found) == expected
    assert {rule for _, rule, *_ in expected} >= ({"cusum"} if chart == "cusum" else {"point", "run", "two_of_three"})
    assert len(expected) > 50


Marks = Callable[[list[float]], set[tuple[str, int, int]]]


@pytest.fixture
def marks_by_month(texts: dict[str, str], tmp_path: Path) -> Iterator[Marks]:
    """The marks of one series of months with the limits and seasons of the warehouse: rule, direction, and month from 1."""
    with early_warning.open_file(tmp_path) as connection:

        def found(values: list[float]) -> set[tuple[str, int, int]]:
            early_warning.marks(connection, texts, np.array([values]), rare=False)
            return set(connection.execute("select rule_id, direction, number from staging.int_signal_marks").fetchall())

        yield found


def test_a_doubling_of_figures_that_never_varied_is_noticed_in_its_first_month(marks_by_month: Marks):
    found = marks_by_month([12.0] * 50 + [24.0] * 8)
    assert {("point", 1, number) for number in range(51, 59)} <= found
    assert min(number for *_, number in found) == 51


def test_a_rise_over_two_figures_in_turn_is_noticed_where_their_turn_is_the_season(marks_by_month: Marks):
    found = marks_by_month([20.0 + number % 2 + (10 if number >= 52 else 0) for number in range(58)])
    assert {("point", 1, number) for number in range(53, 59)} <= found
    assert min(number for *_, number in found) == 53


def test_figures_that_never_varied_may_differ_by_one(marks_by_month: Marks):
    assert marks_by_month([12.0] * 50 + [13.0]) == set()
    assert marks_by_month([12.0] * 50 + [14.0]) == {("point", 1, 51)}


def test_one_wrong_figure_does_not_make_the_months_after_it_a_fall(marks_by_month: Marks):
    months = [30.0 + (2, -1, 0, -3, 1, 3, -2)[number % 7] for number in range(58)]
    assert marks_by_month(months) == set()
    months[47] = 300
    assert marks_by_month(months) == {("point", 1, 48)}


def test_steady_growth_is_never_told_as_a_fall(marks_by_month: Marks):
    found = marks_by_month([float(round(40 * 1.02**number)) for number in range(58)])
    assert {("point", 1, 58), ("run", 1, 58), ("trend", 1, 58)} <= found
    # The first twelve months are their own baseline, so that the first of them lie low.
    assert {number for _, direction, number in found if direction == -1} <= set(range(1, 7))
    assert {number for rule, direction, number in found if (rule, direction) == ("trend", -1)} == set()


def test_a_season_with_steady_growth_is_still_taken_out(marks_by_month: Marks):
    def found(growth: float) -> set[tuple[str, int, int]]:
        return marks_by_month(
            [float(round(100 + growth * number + (40 if number % 12 in (5, 6, 7) else 0))) for number in range(60)]
        )

    assert found(0) == set()
    assert {mark for mark in found(0.5) if mark[1] == -1 and mark[2] > 12} == set()


def test_early_warning_notices_what_the_docs_say_of_a_rare_event(record_property):
    alarms: dict[str, float] = {}
    waits: dict[str, list[float]] = {}
    for _, chart, alarm, *months in early_warning.rows(60, means=(5,)):
        alarms[chart], waits[chart] = alarm, months
    # Stated: 120 months between false alarms.
    assert alarms["CUSUM"] < 0.15
    assert all(a <= b for a, b in zip(waits["CUSUM"], waits["one point outside the limits"], strict=True))
    record_property("measured", f"at 5 events a month: false alarms {alarms}, months to notice {waits}")
