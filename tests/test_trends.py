"""The recent trend is that of Fingertips: on series with a known answer, and on the publishers' own."""

from collections import defaultdict

import pytest
from conftest import DERIVED
from fingertips_trend import Proportion, Rate, recent_trend
from homes import Home
from PHStatsMethods import confidence_intervals

NEWEST = 2024

# Counts of events over a population that does not change. The first two are of Birmingham, 2015 to 2019.
COUNTS = {
    "drug misuse, increasing": [39, 58, 66, 82, 83],
    "drug poisoning, increasing": [54, 72, 79, 101, 97],
    "falling": [260, 220, 180, 140, 100],
    "flat": [100, 101, 99, 100, 101],
    "carried by its last year": [100, 100, 100, 100, 260],
    "carried by its first year": [260, 100, 100, 100, 100],
    "few events": [1, 2, 3, 4, 5],
    "from none": [0, 0, 4, 12, 20],
    "six years, the first left out": [500, 100, 120, 140, 160, 180],
    "four years": [100, 140, 180, 220],
    "a suppressed year": [90, 100, None, 140, 160, 180, 200],
    "suppressed before the five": [None, 100, 120, 140, 160, 180],
    "its newest year suppressed": [100, 120, 140, 160, 180, None],
}
COUNTED = {
    "drug misuse, increasing": "increasing",
    "drug poisoning, increasing": "increasing",
    "falling": "decreasing",
    "flat": "no_significant_change",
    "carried by its last year": "no_significant_change",
    "carried by its first year": "no_significant_change",
    "few events": "no_significant_change",
    "from none": "increasing",
    "six years, the first left out": "increasing",
    "four years": "cannot_be_calculated",
    "a suppressed year": "cannot_be_calculated",
    "suppressed before the five": "increasing",
    "its newest year suppressed": "cannot_be_calculated",
}

# Numerators and denominators that the published source of Fingertips tests its own trend with, and what it expects.
SHARES = {
    "621 of 3454 falling to 447 of 3121": (
        [(621, 3454), (599, 3195), (556, 3256), (535, 3227), (447, 3121)],
        "decreasing",
    ),
    "8116 of 91530 rising to 8728": (
        [(8116, 91530), (8145, 91773), (8222, 92088), (8506, 92238), (8728, 92665)],
        "increasing",
    ),
    "six years of small shares": ([(5, 22), (7, 35), (6, 42), (8, 50), (8, 100), (9, 200)], "decreasing"),
    "indicator 10101": (
        [(5405, 18095), (5500, 18170), (5435, 18005), (5480, 17890), (5315, 17860)],
        "no_significant_change",
    ),
    "indicator 10101, two years more": (
        [(5455, 18590), (5645, 18285), (5405, 18095), (5500, 18170), (5435, 18005), (5480, 17890), (5315, 17860)],
        "no_significant_change",
    ),
    "indicator 10101, another area": (
        [(22435, 65880), (22445, 67900), (21365, 68705), (20955, 69835), (19055, 70910)],
        "decreasing",
    ),
    "all of one year": ([(10, 20), (12, 20), (15, 20), (18, 20), (20, 20)], "cannot_be_calculated"),
    "all of a year before the five": (
        [(20, 20), (22435, 65880), (22445, 67900), (21365, 68705), (20955, 69835), (19055, 70910)],
        "cannot_be_calculated",
    ),
}


def observed(
    measure: str, area: str, period: str, value: float | None, low: float | None = None, high: float | None = None
) -> str:
    """The statement that adds one observation, with the publisher's limits where it has any."""
    status = "suppressed" if value is None else "published"
    number, lower, upper = ("null" if one is None else one for one in (value, low, high))
    return (
        "insert into marts.fct_observations (measure_id, area_code, period_id, release_id, value, value_text, value_status, lower_limit, upper_limit, known_from, is_latest, source_file, source_cell) "
        f"values ('{measure}', '{area}', '{period}', 'made@2026-01-01', {number}, '', '{status}', {lower}, {upper}, date '2026-01-01', true, 'made', 'A1')"
    )


@pytest.fixture(scope="module")
def trends(rebuilt) -> dict[tuple[str, str], tuple[str, str | None]]:
    """The trend of each made series and why it has none, by indicator and the series' name in place of an area."""
    measures = "'drug_poisoning_deaths_registered', 'alcohol_specific_mortality_rate', 'population_all_ages'"
    statements = [
        f"delete from marts.fct_observations where measure_id in ({measures})",
        "delete from marts.fct_observations where measure_id like 'drug_trafficking_%'",
    ]
    for name, counts in COUNTS.items():
        for year, count in enumerate(counts, start=NEWEST + 1 - len(counts)):
            statements.append(observed("drug_poisoning_deaths_registered", name, f"CY{year}", count))
            statements.append(observed("population_all_ages", name, f"MY{year}", 1_000_000))
    for name, (shares, _) in SHARES.items():
        for year, (numerator, denominator) in enumerate(shares, start=NEWEST + 1 - len(shares)):
            period = f"FY{year}-{(year + 1) % 100}"
            statements.append(observed("drug_trafficking_positive_outcomes", name, period, numerator))
            statements.append(observed("drug_trafficking_outcomes", name, period, denominator))
    for year, (rate, low, high) in zip(
        range(2016, 2025, 2), [(10, 8, 12), (11, 9, 13), (14, 12, 16), (15, 13, 17), (18, 16, 20)], strict=True
    ):
        statements.append(observed("alcohol_specific_mortality_rate", "every other year", f"CY{year}", rate, low, high))
    statements.append(observed("drug_poisoning_deaths_registered", "pooled", "CY2022-24", 300))
    home = rebuilt(statements, *DERIVED)
    assert home.reasons == ()
    newest = "period_id in ('CY2024', 'FY2024-25', 'CY2022-24')"
    rows = home.query(
        f"select indicator_id, area_code, recent_trend, recent_trend_reason from marts.fct_indicators where {newest}"
    )
    return {
        (indicator, area): (trend.replace("_getting_worse", "").replace("_getting_better", ""), reason)
        for indicator, area, trend, reason in rows
    }


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("indicator", ["drug_poisoning_deaths", "drug_poisoning_deaths_per_100000"])
def test_counts_have_the_trend_of_a_rate_over_the_same_population(trends, indicator, name):
    assert trends[indicator, name][0] == COUNTED[name]


@pytest.mark.parametrize("name", SHARES)
def test_proportions_have_the_trend_that_fingertips_gives_them(trends, name):
    shares, expected = SHARES[name]
    assert trends["drug_trafficking_positive_outcome_proportion", name][0] == expected
    assert recent_trend([Proportion(*share) for share in shares]) == expected


def test_a_published_rate_has_a_trend_by_its_limits_and_its_years_need_not_follow_each_other(trends):
    assert trends["alcohol_specific_mortality_rate", "every other year"] == ("increasing", None)


def test_where_there_is_no_trend_a_column_says_why(trends):
    deaths = {name: reason for (indicator, name), (_, reason) in trends.items() if indicator == "drug_poisoning_deaths"}
    assert deaths["four years"] == "too_few_years"
    assert deaths["a suppressed year"] == deaths["its newest year suppressed"] == "missing_year"
    assert trends["drug_trafficking_positive_outcome_proportion", "all of one year"][1] == "numerator_is_denominator"
    assert trends["drug_poisoning_deaths_three_years", "pooled"] == ("cannot_be_calculated", "pooled_years")


def test_every_figure_has_a_trend_or_a_reason_and_never_both(warehouse):
    assert warehouse.execute(
        "select count(*) from marts.fct_indicators where (recent_trend = 'cannot_be_calculated') = (recent_trend_reason is null)"
    ).fetchone() == (0,)
    assert dict(
        warehouse.execute(
            "select indicator_id, min(recent_trend_reason) from marts.fct_indicators where indicator_id in ('opiate_crack_users', 'treatment_progress') group by all"
        ).fetchall()
    ) == {"opiate_crack_users": "estimated", "treatment_progress": "no_counts"}


def rate(count: float | None) -> Rate | None:
    """A count with its limits by the public-health standard; its package gives no lower one of 0."""
    if count is None:
        return None
    method = "byars" if count >= 10 else "exact"
    lower, upper = (getattr(confidence_intervals, f"{method}_{side}") for side in ("lower", "upper"))
    return Rate(count, lower(count, 0.95) if count else 0, upper(count, 0.95))


def test_all_trends_of_the_real_deaths_are_those_of_the_rule_and_there_are_no_others(published: Home, record_property):
    series = defaultdict(list)
    for indicator, area, value, trend in published.query(
        "select indicator_id, area_code, value, split_part(recent_trend, '_getting', 1) from marts.fct_indicators "
        "where indicator_id in ('drug_poisoning_deaths', 'drug_misuse_deaths') order by indicator_id, area_code, year"
    ):
        series[indicator, area].append((value, trend))
    found, expected = {}, {}
    for key, points in series.items():
        rates = [rate(value) for value, _ in points]
        for last, (_, trend) in enumerate(points):
            found[key, last], expected[key, last] = trend, recent_trend(rates[: last + 1])
    assert found == expected
    significant = [key for key, trend in expected.items() if trend in ("increasing", "decreasing")]
    assert len(significant) > 500
    record_property(
        "measured",
        f"{len(significant)} of {len(found)} series of real deaths are significant by the rule: all found, none besides",
    )
