"""Limits and tests of the warehouse's SQL against PHStatsMethods and scipy."""

import itertools
import math
import random
import warnings
from collections.abc import Callable, Iterator

import duckdb
import pandas as pd
import pytest
from PHStatsMethods import confidence_intervals
from scipy import stats

from orchestration.building.dbt import invoke, parsed_manifest, set_environment
from orchestration.seeds import seed_files
from orchestration.settings import Settings

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
    exact = pd.read_csv(seed_files()["poisson_limits"])[f"{side}_{level}"]
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
    sql = compiled("{{ count_change_tests('given') }}")
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


def test_two_small_shares_are_compared_by_fishers_exact_test(compiled, connection, record_property):
    sql = compiled("{{ proportion_change_tests('given') }}")
    given = [(1, 4, 0, 15), (0, 4, 0, 15), (4, 4, 15, 15), (7, 19, 900, 1000), (3, 12, 80, 5000), (9, 10, 2, 11)]
    chance = random.Random(2026)
    for _ in range(300):
        total, previous_total = chance.randint(1, 19), chance.choice((chance.randint(1, 30), chance.randint(20, 9000)))
        given.append((chance.randint(0, total), total, chance.randint(0, previous_total), previous_total))
    given += [(previous, previous_total, current, total) for current, total, previous, previous_total in given]
    connection.execute(
        "create table given (current_count double, current_total double, previous_count double, previous_total double)"
    )
    connection.executemany("insert into given values (?, ?, ?, ?)", sorted(set(given)))
    found = connection.execute(sql).fetchall()
    assert len(found) == len(set(given)) > 500
    rows = []
    for current, total, previous, previous_total, p_value in found:
        table = [[int(current), int(total - current)], [int(previous), int(previous_total - previous)]]
        rows.append((p_value, stats.fisher_exact(table).pvalue))
    assert worst(rows) < 1e-9
    (small,) = [p_value for *numbers, p_value in found if numbers == [1, 4, 0, 15]]
    assert small == pytest.approx(0.2105, abs=1e-4)
    record_property("measured", f"Fisher's exact test, {len(rows)} tables, worst relative error {worst(rows):.1e}")


def test_a_change_of_a_share_has_newcombes_limits(compiled, connection):
    # Table II of Newcombe (1998), method 10: the difference of 56 of 70 and 48 of 80, and of 5 of 56 and 0 of 29.
    for (one, total, other, other_total), expected in {
        (56, 70, 48, 80): (0.0524, 0.3339),
        (9, 10, 3, 10): (0.1705, 0.8090),
        (5, 56, 0, 29): (-0.0381, 0.1926),
        (0, 10, 0, 20): (-0.1611, 0.2775),
    }.items():
        sql = "select " + ", ".join(
            "{{ newcombe_limit('"
            + side
            + "', 'p', wilson_limit('x', 'n', '95', '"
            + side
            + "'), 'q', wilson_limit('y', 'm', '95', '"
            + opposite
            + "')) }}"
            for side, opposite in (("lower", "upper"), ("upper", "lower"))
        )
        given = f" from (select {one}e0 / {total} as p, {other}e0 / {other_total} as q, {one}e0 as x, {total}e0 as n, {other}e0 as y, {other_total}e0 as m)"
        assert connection.execute(compiled(sql + given)).fetchone() == pytest.approx(expected, abs=5e-5)


def test_a_ratio_of_counts_leaves_out_one_where_the_exact_test_is_significant_and_only_there(
    compiled, connection, record_property
):
    limits = ", ".join("{{ rate_ratio('" + limit + "', 'a', 'b') }}" for limit in ("ratio", "lower", "upper"))
    connection.execute("create table given (a double, b double)")
    chance = random.Random(17)
    pairs = {(a, b) for a in range(13) for b in range(13)} | {
        (round(mean * chance.uniform(0.5, 2)), round(mean))
        for mean in (10 ** chance.uniform(0.5, 4) for _ in range(2000))
    }
    connection.executemany("insert into given values (?, ?)", sorted(pairs))
    farthest = 0.0
    for a, b, ratio, lower, upper in connection.execute(compiled(f"select a, b, {limits} from given")).fetchall():
        if a + b == 0:
            assert (ratio, lower, upper) == (None, None, None)
            continue
        p_value = min(1.0, 2 * min(stats.binom.cdf(a, a + b, 0.5), stats.binom.sf(a - 1, a + b, 0.5)))
        assert (lower > 1 or (upper is not None and upper < 1)) == (p_value < 0.05), (a, b)
        exact = [0.0 if a == 0 else stats.beta.ppf(0.025, a, b + 1), 1.0 if b == 0 else stats.beta.ppf(0.975, a + 1, b)]
        assert ratio == (pytest.approx(a / b) if b else None)
        if a >= 10 and b >= 10:
            for found, limit in ((lower, exact[0]), (upper, exact[1])):
                farthest = max(farthest, abs(found * (1 - limit) / limit - 1))
        if min(a, b) < 2:
            assert lower == (pytest.approx(exact[0] / (1 - exact[0]), rel=1e-9) if b < 1 or a < 2 else lower)
            assert upper == (pytest.approx(exact[1] / (1 - exact[1]), rel=1e-9) if b and (a < 1 or b < 2) else upper)
    assert farthest < 2e-3
    record_property("measured", f"limits of ratios of counts from 10 on, farthest from the exact ones {farthest:.1e}")


def test_the_limit_of_the_trend_is_that_of_two_in_a_thousand(compiled, connection):
    (limit,) = connection.execute(compiled("select {{ trend_limit() }}")).fetchone()
    assert limit == pytest.approx(stats.chi2.isf(0.002, 1), rel=1e-11)
