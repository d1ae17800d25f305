"""Limits and tests of the warehouse's SQL against PHStatsMethods and scipy."""

import itertools
import math
import warnings
from collections.abc import Callable, Iterator

import duckdb
import pandas as pd
import pytest
from PHStatsMethods import confidence_intervals
from scipy import stats

from orchestration.settings import DBT_PROJECT, Settings
from orchestration.transform import invoke, parsed_manifest, set_environment

COUNTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 15, 16, 50, 99, 100, 262, 999, 5521, 18_679, 250_000, 3_000_000]
LEVELS = {"95": 0.95, "998": 0.998}


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The SQL that dbt makes of a text with macros."""
    manifest = parsed_manifest()
    set_environment(Settings.from_environment(), tmp_path_factory.mktemp("statistics") / "warehouse.duckdb")

    def render(text: str) -> str:
        result = invoke(["compile", "--no-write-json", "--no-introspect", "--inline", text], manifest=manifest)
        assert result.success, result.exception
        return result.result[0].node.compiled_code

    return render


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def worst(rows: list[tuple[float, float]]) -> float:
    """The largest relative error of (found, expected), where an expected 0 asks for 0."""
    errors = [abs(found - expected) / abs(expected) if expected else abs(found) for found, expected in rows]
    assert not any(math.isnan(error) for error in errors)
    return max(errors)


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("level", LEVELS)
def test_limits_of_a_count_are_those_of_the_public_health_standard(compiled, connection, record_property, level, side):
    exact = pd.read_csv(DBT_PROJECT / "seeds" / "poisson_limits.csv")[f"{side}_{level}"]
    oracle = {"lower": confidence_intervals.byars_lower, "upper": confidence_intervals.byars_upper}[side]
    standard = {"lower": confidence_intervals.exact_lower, "upper": confidence_intervals.exact_upper}[side]
    small = [(exact[count], standard(count, LEVELS[level])) for count in range(1 if side == "lower" else 0, 10)]
    sql = compiled("select {{ byar_limit('n', '" + level + "', '" + side + "') }} from (select cast(? as double) as n)")
    large = [
        (connection.execute(sql, [count]).fetchone()[0], oracle(count, LEVELS[level]))
        for count in COUNTS
        if count >= 10
    ]
    assert exact[0] == 0 or side == "upper"
    assert worst(small) < 1e-9
    assert worst(large) < 1e-9
    record_property("measured", f"{side} {level} limits of counts, worst relative error {worst(small + large):.1e}")


@pytest.mark.parametrize("side", ["lower", "upper"])
@pytest.mark.parametrize("level", LEVELS)
def test_limits_of_a_proportion_are_wilsons(compiled, connection, record_property, level, side):
    oracle = {"lower": confidence_intervals.wilson_lower, "upper": confidence_intervals.wilson_upper}[side]
    sql = compiled(
        "select {{ wilson_limit('x', 'n', '" + level + "', '" + side + "') }} "
        "from (select cast(? as double) as x, cast(? as double) as n)"
    )
    rows = []
    for count, denominator in itertools.product(COUNTS, COUNTS):
        if count <= denominator and denominator > 0:
            (found,) = connection.execute(sql, [count, denominator]).fetchone()
            expected = oracle(count, denominator, LEVELS[level])
            if count == 0 and side == "lower":
                # The oracle leaves a rounding error where the limit is 0.
                assert found == 0
                assert abs(expected) < 1e-12
            else:
                rows.append((found, expected))
    assert len(rows) > 200
    assert worst(rows) < 1e-9
    record_property("measured", f"{side} {level} limits of proportions, worst relative error {worst(rows):.1e}")


def test_the_normal_tail_is_right_far_out(compiled, connection, record_property):
    sql = compiled("select {{ normal_two_sided('z') }} from (select cast(? as double) as z)")
    rows = [
        (connection.execute(sql, [z]).fetchone()[0], 2 * stats.norm.sf(abs(z)))
        for z in [-37.0, -8.2, -1.96, -0.3, 0, 1e-9, 0.1, 0.67, 0.68, 1, 1.96, 3.09, 5.65, 5.66, 6, 12.5, 30, 37]
    ]
    assert worst(rows) < 1e-9
    record_property("measured", f"p values of the normal distribution, worst relative error {worst(rows):.1e}")


def test_two_counts_and_two_rates_are_compared_by_the_exact_conditional_test(compiled, connection, record_property):
    sql = compiled("with pairs as (select * from given), {{ count_change_queries() }} select * from count_changes")
    shares = [0.5, 0.501, 0.3, 0.9]
    given = [
        (float(current), float(previous), share)
        for current, previous, share in itertools.product(COUNTS[:-2], COUNTS[:-2], shares)
        if current + previous > 0
    ] + [(250_000.0, 251_000.0, 0.5), (3_000_000.0, 3_003_000.0, 0.5), (17_000.0, 18_000.0, 0.4857)]
    connection.execute("create table given (current_count double, previous_count double, current_share double)")
    connection.executemany("insert into given values (?, ?, ?)", given)
    found = connection.execute(sql).fetchall()
    assert len(found) == len(given)
    rows, compared_with_scipy = [], 0
    for current, previous, share, p_value in found:
        total = int(current + previous)
        expected = min(1.0, 2 * min(stats.binom.cdf(current, total, share), stats.binom.sf(current - 1, total, share)))
        if expected < 1e-280:
            assert p_value < 1e-270
            continue
        rows.append((p_value, expected))
        if share == 0.5 and total < 100_000:
            assert p_value == pytest.approx(stats.binomtest(int(current), total, 0.5).pvalue, rel=1e-6)
            compared_with_scipy += 1
    assert len(rows) > 700
    assert compared_with_scipy > 200
    assert worst(rows) < 1e-9
    record_property("measured", f"exact conditional test, {len(rows)} pairs, worst relative error {worst(rows):.1e}")


def test_two_proportions_are_compared_with_the_pooled_variance(compiled, connection, record_property):
    sql = compiled(
        "select {{ normal_two_sided('z') }} from (select {{ proportion_change_z('a', 'm', 'b', 'n') }} as z "
        "from (select cast(? as double) as a, cast(? as double) as m, cast(? as double) as b, cast(? as double) as n))"
    )
    rows = []
    for a, m, b, n in itertools.product([0, 1, 9, 10, 530, 1832], [10, 1832], [0, 1, 10, 621, 1624], [10, 1624]):
        if a <= m and b <= n:
            (found,) = connection.execute(sql, [a, m, b, n]).fetchone()
            table = [[a, m - a], [b, n - b]]
            if 0 in (a + b, m + n - a - b):
                assert found == 1
            else:
                # Chi-squared of the two-by-two table is the square of the pooled z.
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    rows.append((found, stats.chi2_contingency(table, correction=False).pvalue))
    assert worst(rows) < 1e-9
    record_property("measured", f"test of two proportions, worst relative error {worst(rows):.1e}")


@pytest.mark.parametrize("is_proportion", [False, True])
def test_the_trend_statistic_is_chi_squared_for_trend(compiled, connection, record_property, is_proportion):
    sql = compiled(
        "select {{ trend_statistic('sum(n)', 'sum(o)', 'sum(n * t)', 'sum(o * t)', 'sum(n * t * t)', '"
        + str(is_proportion).lower()
        + "') }} from given"
    )
    connection.execute("create table given (n double, o double, t double)")
    rows = []
    for counts in ([10, 12, 15, 19, 30], [30, 28, 20, 12, 1], [7, 7, 7, 7, 8], [100, 0, 60, 0, 90]):
        for weights in ([100] * 5, [100, 110, 130, 170, 200]):
            connection.execute("delete from given")
            connection.executemany(
                "insert into given values (?, ?, ?)", list(zip(weights, counts, range(5), strict=True))
            )
            (found,) = connection.execute(sql).fetchone()
            times = range(5)
            if is_proportion:
                # N times the squared correlation of time and outcome over all persons.
                outcome = [o for o, w in zip(counts, weights, strict=True) for o in [1] * o + [0] * (w - o)]
                time = [t for t, w in zip(times, weights, strict=True) for _ in range(w)]
                correlation = stats.pearsonr(time, outcome).statistic
                expected = len(time) * correlation * abs(correlation)
            else:
                # The score test of a slope of 0 in Poisson regression with the denominators as exposure.
                mean = sum(counts) / sum(weights)
                centre = sum(t * w for t, w in zip(times, weights, strict=True)) / sum(weights)
                score = sum((t - centre) * (o - mean * w) for t, o, w in zip(times, counts, weights, strict=True))
                variance = mean * sum(w * (t - centre) ** 2 for t, w in zip(times, weights, strict=True))
                expected = score * abs(score) / variance
            rows.append((found, expected))
    assert worst(rows) < 1e-9
    record_property("measured", f"chi-squared for trend, worst relative error {worst(rows):.1e}")


def test_the_limit_of_the_trend_is_that_of_two_in_a_thousand(compiled, connection):
    (limit,) = connection.execute(compiled("select {{ trend_limit() }}")).fetchone()
    assert limit == pytest.approx(stats.chi2.isf(0.002, 1), rel=1e-12)
