"""Intervals, changes, comparisons and trends of indicators, and the sums and rates they stand on."""

import pytest
from conftest import DERIVED
from homes import Home

DEATHS = "drug_poisoning_deaths_registered"
POPULATION = "population_all_ages"
BIRMINGHAM, COVENTRY, ENGLAND = "E08000025", "E08000026", "E92000001"
SEVEN = [f"E080000{number}" for number in range(25, 32)]


def measured(measure: str, area: str, period: str, value: float | None, status: str = "published") -> str:
    """The statement that adds one observation, as if a release had printed it."""
    return (
        "insert into marts.fct_observations (measure_id, area_code, period_id, release_id, value, value_text, value_status, known_from, is_latest, source_file, source_cell) "
        f"values ('{measure}', '{area}', '{period}', 'made@2026-01-01', {'null' if value is None else value}, '', '{status}', date '2026-01-01', true, 'made', 'A1')"
    )


@pytest.fixture(scope="module")
def made(rebuilt) -> Home:
    """Years of deaths and populations for which the answers are known."""
    statements = [f"delete from marts.fct_observations where measure_id in ('{DEATHS}', 'adults_in_treatment')"]
    # Rising, falling, rising but for one year that carries it all, and one short of five.
    for area, counts in {
        BIRMINGHAM: [100, 140, 180, 220, 260],
        COVENTRY: [260, 220, 180, 140, 100],
        "E08000027": [100, 100, 100, 100, 260],
        "E08000028": [100, 140, 180, 220],
        ENGLAND: [4000, 4100, 4000, 4100, 4000],
    }.items():
        statements += [measured(DEATHS, area, f"CY{2024 - n}", count) for n, count in enumerate(reversed(counts))]
    statements += [
        measured(DEATHS, "E08000029", "CY2024", None, "suppressed"),
        measured(DEATHS, "E08000030", "CY2024", 3),
        measured(DEATHS, "E08000031", "CY2024", 0),
        measured(DEATHS, "E08000031", "CY2023", 0),
    ]
    statements += [measured(DEATHS, area, "CY2010", 10) for area in SEVEN]
    statements += [measured(DEATHS, area, "CY2011", 10) for area in SEVEN[1:]]
    for year in range(2020, 2025):
        statements += [measured(POPULATION, area, f"MY{year}", 200_000) for area in (*SEVEN, ENGLAND)]
    statements += [measured("population_18_and_over", area, "MY2024", 100_000) for area in (BIRMINGHAM, ENGLAND)]
    statements += [measured("adults_in_treatment", BIRMINGHAM, "FY2024-25", 1000)]
    statements += [measured("adults_in_treatment", ENGLAND, "FY2024-25", 2000)]
    home = rebuilt(statements, *DERIVED)
    assert home.reasons == ()
    return home


def test_a_count_has_its_limits_and_its_rate_the_same_limits_per_population(made: Home):
    rows = made.query(
        f"select indicator_id, value, lower_95, upper_95, lower_998, upper_998 from marts.fct_indicators where indicator_id like 'drug_poisoning_deaths%' and area_code = '{COVENTRY}' and period_id = 'CY2024' order by all"
    )
    # phe_rate of 100 in 200,000 by PHStatsMethods: 40.68 to 60.81 at 95%.
    assert rows[0] == ("drug_poisoning_deaths", 100, *rows[0][2:])
    assert rows[0][2:4] == pytest.approx((81.3622, 121.6275), abs=1e-3)
    assert rows[1] == pytest.approx(("drug_poisoning_deaths_per_100000", *[number / 2 for number in rows[0][1:]]))


def test_a_rate_takes_the_population_of_its_year_and_age_band_and_names_its_release(made: Home):
    assert made.query(
        "select numerator, denominator, value, numerator_release_id, denominator_release_id from marts.fct_indicators where indicator_id = 'adults_in_treatment_per_1000' and area_code = 'E08000025'"
    ) == [(1000, 100_000, 10, "made@2026-01-01", "made@2026-01-01")]


def test_a_rate_without_its_population_has_no_value_and_says_so(made: Home):
    assert set(
        made.query(
            "select value, value_status, lower_95, change_p_value from marts.fct_indicators where indicator_id = 'alcohol_specific_deaths_per_100000' and period_id = 'CY2019'"
        )
    ) <= {(None, "not_available", None, None)}
    assert made.query(
        "select distinct value, value_status from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths_per_100000' and period_id = 'CY2010'"
    ) == [(None, "not_available")]


def test_a_change_is_tested_and_two_zeros_are_no_change(made: Home):
    rows = made.query(
        "select area_code, change, change_test, round(change_p_value, 4), is_significant_change from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths' and period_id = 'CY2024' and change is not null order by area_code"
    )
    assert ("E08000025", 40, "exact_conditional_counts", 0.075, False) in rows
    assert ("E08000027", 160, "exact_conditional_counts", 0, True) in rows
    assert ("E08000031", 0, "exact_conditional_counts", 1, False) in rows


def test_an_area_is_better_similar_or_worse_than_england_by_its_own_interval(made: Home):
    compared = dict(
        made.query(
            "select area_code, compared_with_england from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths_per_100000' and period_id = 'CY2024'"
        )
    )
    assert compared[BIRMINGHAM] == "better"
    assert compared[ENGLAND] == "not_compared"
    assert compared["E08000029"] == "not_compared"
    assert made.query(
        "select england_value, compared_with_england from marts.fct_indicators where indicator_id = 'adults_in_treatment_per_1000' and area_code = 'E08000025'"
    ) == [(20, "worse")]
    assert made.query(
        "select distinct england_value, compared_with_england from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths'"
    ) == [(None, "not_compared")]


def test_a_recent_trend_needs_five_points_and_holds_when_any_one_is_left_out(made: Home):
    trends = dict(
        made.query(
            "select area_code, recent_trend from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths' and period_id = 'CY2024'"
        )
    )
    assert trends[BIRMINGHAM] == "increasing_getting_worse"
    assert trends[COVENTRY] == "decreasing_getting_better"
    assert trends["E08000027"] == "no_significant_change"
    # Four years in a row and two long before: the years need not follow each other.
    assert trends["E08000028"] == "increasing_getting_worse"
    assert trends["E08000029"] == "cannot_be_calculated"
    assert trends[ENGLAND] == "no_significant_change"


def test_a_sum_over_areas_stands_on_all_its_parts_or_says_why_not(made: Home):
    sums = "select value, value_status, derivation from marts.fct_measures where measure_id = 'drug_poisoning_deaths_registered' and area_code = 'E11000005' and period_id = "
    assert made.query(sums + "'CY2010'") == [(70, "published", "sum of areas")]
    assert made.query(sums + "'CY2011'") == [(None, "not_available", "sum of areas")]
    assert made.query(sums + "'CY2024'") == [(None, "suppressed", "sum of areas")]


def test_no_total_is_made_of_a_measure_that_is_not_additive(made: Home):
    assert (
        made.query(
            "select * from marts.fct_measures where measure_id = 'adults_in_treatment' and area_code in ('E11000005', 'E23000014')"
        )
        == []
    )


def test_published_limits_are_the_publishers_own(warehouse):
    assert warehouse.execute(
        "select count(*) from marts.fct_indicators as indicators join marts.dim_indicators using (indicator_id) join marts.fct_measures as measures "
        "on numerator_measure_id = measure_id and indicators.area_code = measures.area_code and indicators.period_id = measures.period_id "
        "where indicators.interval_method = 'publisher' and (lower_95 is distinct from lower_limit * scale or upper_95 is distinct from upper_limit * scale)"
    ).fetchone() == (0,)


def test_none_of_the_changes_in_deaths_by_authority_is_significant_and_the_tables_say_so(warehouse):
    for table, deaths in {"table_12": 7, "table_15": 7}.items():
        rows = warehouse.execute(
            f"select row_label, change_p_value, is_significant_change, lower_95, upper_95 from reports.{table}"
        ).fetchall()
        assert len(rows) == deaths
        tested = [row for row in rows if row[1] is not None]
        assert all(p_value > 0.05 and significant is False for _, p_value, significant, *_ in tested)
        assert len(tested) == 7
        assert all(lower < upper for *_, lower, upper in rows)


def test_a_value_lies_within_its_limits_and_the_narrow_ones_within_the_wide_ones(warehouse):
    assert warehouse.execute(
        "select count(*) from marts.fct_indicators where lower_95 > value or upper_95 < value or lower_998 > lower_95 or upper_998 < upper_95"
    ).fetchone() == (0,)
