"""Statistics of several areas or age bands at once, in the warehouse's SQL, against PHStatsMethods and scipy."""

import random
import warnings

import duckdb
import pandas as pd
import PHStatsMethods
import pytest
from PHStatsMethods import confidence_intervals
from PHStatsMethods.utils_funnel import sigma_adjustment
from scipy import stats
from test_statistics import LEVELS, compiled, connection, worst

from orchestration.seeds import seed_files

__all__ = ["compiled", "connection"]

# Age bands and their share of a standard population.
BANDS = {"0-17": 20_500, "18-29": 15_500, "30-49": 27_500, "50-64": 19_500, "65+": 17_000}
AREAS = 60


@pytest.fixture(scope="module")
def bands() -> pd.DataFrame:
    """Events and people by area and age band, from none to thousands of events, and those of a reference."""
    chance = random.Random(2026)
    rows = []
    for area in range(AREAS):
        size = 10 ** chance.uniform(2.5, 6)
        for band, standard in BANDS.items():
            people = int(size * chance.uniform(0.5, 1.5)) + 1
            events = int(people * 10 ** chance.uniform(-5, -1.5)) + (band == "30-49")
            reference = 1_000_000 + standard
            rows.append((f"area {area}", band, events, people, standard, reference // 900 + len(band), reference))
    columns = ["area_code", "band", "numerator", "denominator", "standard_population"]
    return pd.DataFrame(rows, columns=[*columns, "reference_numerator", "reference_denominator"])


def found_by(connection: duckdb.DuckDBPyConnection, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
    for name, table in tables.items():
        connection.register(name, table)
    return connection.execute(sql).df().sort_values("area_code").reset_index(drop=True)


def errors(found: pd.DataFrame, expected: pd.DataFrame, columns: dict[str, str]) -> float:
    """The largest relative error over columns, of which the same ones have to be null."""
    pairs = []
    for name, oracle in columns.items():
        assert list(found[name].isna()) == list(expected[oracle].isna()), name
        pairs += [pair for pair in zip(found[name], expected[oracle], strict=True) if pd.notna(pair[1])]
    assert len(pairs) > AREAS
    return worst(pairs)


def test_directly_standardised_rates_are_those_of_the_standard(compiled, connection, record_property, bands):
    found = found_by(connection, compiled("{{ directly_standardised('bands', ['area_code']) }}"), bands=bands)
    expected = PHStatsMethods.ph_dsr(
        bands.copy(), "numerator", "denominator", "standard_population", "area_code", confidence=[0.95, 0.998],
        euro_standard_pops=False,
    ).sort_values("area_code")  # fmt: skip
    assert found["value"].isna().sum() > 0
    assert list(found["value"].isna()) == list(found["numerator"] < 10)
    columns = {"value": "Value", "lower_95": "lower_95_ci", "upper_95": "upper_95_ci"}
    error = errors(found, expected, columns | {"lower_998": "lower_99_8_ci", "upper_998": "upper_99_8_ci"})
    assert error < 1e-9
    record_property("measured", f"directly standardised rates, worst relative error {error:.1e}")


def test_a_band_without_people_leaves_no_directly_standardised_rate(compiled, connection, bands):
    sql = compiled("{{ directly_standardised('bands', ['area_code']) }}")
    for nobody in (0, None):
        lacking = bands.assign(denominator=bands["denominator"].astype("Float64").where(bands["band"] != "65+", nobody))
        assert found_by(connection, sql, bands=lacking)[["value", "lower_95", "upper_998"]].isna().all(axis=None)


def test_indirectly_standardised_ratios_and_rates_are_those_of_the_standard(
    compiled, connection, record_property, bands
):
    exact = pd.read_csv(seed_files()["poisson_limits"])
    sql = compiled("{{ indirectly_standardised('bands', ['area_code'], 'poisson_limits') }}")
    found = found_by(connection, sql, bands=bands, poisson_limits=exact)
    named = ("numerator", "denominator", "reference_numerator", "reference_denominator", "area_code")
    of_levels = {f"{side}_{short}": f"{side}_{long}_ci" for short, long in (("95", "95"), ("998", "99_8")) for side in ("lower", "upper")}  # fmt: skip
    for oracle, columns in (
        (PHStatsMethods.ph_ISRatio, {"ratio": "Value", **{f"ratio_{name}": ci for name, ci in of_levels.items()}}),
        (PHStatsMethods.ph_ISRate, {"value": "Value", **of_levels}),
    ):
        expected = oracle(bands.copy(), *named, confidence=[0.95, 0.998]).sort_values("area_code")
        assert (expected["Observed"] < 10).sum() > 0
        error = errors(found, expected, columns)
        assert error < 1e-9
        record_property("measured", f"{oracle.__name__}, worst relative error {error:.1e}")


@pytest.mark.parametrize("level", LEVELS)
def test_funnel_limits_of_a_proportion_are_those_of_the_standard(compiled, connection, record_property, level):
    text = ", ".join("{{ funnel_limit('p', 'n', '" + level + "', '" + side + "') }}" for side in ("lower", "upper"))
    sql = compiled(f"select {text} from (select cast(? as double) as p, cast(? as double) as n)")
    rows = []
    chance = {"95": 0.975, "998": 0.999}[level]
    for average in (0.001, 0.02, 0.1, 0.337, 0.5, 0.9, 0.999):
        for people in (1, 7, 20, 100, 5_521, 1_000_000):
            lower, upper = connection.execute(sql, [average, people]).fetchone()
            z = stats.norm.ppf(chance)
            width = z * (average * (1 - average) / people) ** 0.5
            rows += [(lower, max(0.0, average - width)), (upper, min(1.0, average + width))]
            # The oracle's own form loses digits; it is the same to what it keeps.
            for side, mine, least in (("low", lower, 0.0), ("high", upper, 1.0)):
                theirs = sigma_adjustment(chance, people, average, side, 1)
                assert mine == pytest.approx(max(least, theirs) if side == "low" else min(least, theirs), abs=1e-9)
    error = worst(rows)
    assert error < 1e-9
    record_property("measured", f"funnel limits of proportions at {level}, worst relative error {error:.1e}")


def words(found: str) -> str:
    """The words that PHStatsMethods has for a place in the funnel."""
    chances = {"95": "0.025", "998": "0.001"}
    side, _, level = found.partition("_")
    return "Not significant" if found == "not_significant" else f"{side.capitalize()} ({chances[level]})"


@pytest.mark.parametrize("statistic", ["proportion", "rate"])
def test_the_place_in_a_funnel_is_that_of_the_standard(compiled, connection, statistic):
    chance = random.Random(7)
    people = [int(10 ** chance.uniform(1.5, 5)) for _ in range(400)]
    given = pd.DataFrame({"denominator": people})
    given["numerator"] = [min(n, max(0, int(n * 0.08 * 10 ** chance.gauss(0, 0.12)))) for n in people]
    given["area_code"] = [f"{place:03}" for place in range(len(given))]
    method = "wilson" if statistic == "proportion" else "byar"
    average = float(given["numerator"].sum() / given["denominator"].sum())
    sides = [(side, level) for level in LEVELS for side in ("lower", "upper")]
    limits = ", ".join(
        f"{{{{ funnel_limit('funnel_average', 'denominator', '{level}', '{side}') }}}} as funnel_{side}_{level}"
        for side, level in sides
    )
    own = ", ".join(
        f"{{{{ numerator_limit('given', 'exact', '{level}', '{side}') }}}} / given.denominator as {side}_{level}"
        for side, level in sides
    )
    sql = compiled(
        f"with given as (select *, '{method}' as interval_method from figures), "
        f"own as (select given.*, numerator / denominator as value, {own} from given "
        "left join poisson_limits as exact on given.numerator = exact.count), "
        f"numbers as (select *, {limits} from (select *, {average!r} as funnel_average from own)) "
        "select area_code, {{ funnel_significance('numbers') }} as found from numbers"
    )
    exact = pd.read_csv(seed_files()["poisson_limits"])
    found = found_by(
        connection, sql, figures=given.astype({"numerator": float, "denominator": float}), poisson_limits=exact
    )
    more = {} if statistic == "proportion" else {"rate": "rate", "rate_type": "crude", "multiplier": 1}
    given["rate"] = given["numerator"] / given["denominator"]
    expected = PHStatsMethods.assign_funnel_significance(given, "numerator", statistic, "denominator", **more)
    assert [words(one) for one in found["found"]] == list(expected["significance"])
    assert expected["significance"].nunique() == 5


def test_groups_of_equal_size_are_those_of_the_standard(compiled, connection):
    sql = compiled(
        "select area_code, {{ quantile_group('place', 'number', parts) }} as found from (select area_code, "
        "rank() over (order by value desc nulls last) as place, count(*) over () as number from figures)".replace(
            "parts", "5"
        )
    )
    chance = random.Random(5)
    for number in (1, 4, 5, 6, 7, 9, 22, 151, 296, 333):
        figures = pd.DataFrame({"value": [chance.randrange(2 * number) for _ in range(number)]})
        figures["area_code"] = [f"{place:03}" for place in range(number)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = PHStatsMethods.ph_quantile(figures, "value", nquantiles=5)["quantile"]
        found = found_by(connection, sql, figures=figures)["found"]
        assert [None if pd.isna(one) else int(one) for one in found] == [
            None if pd.isna(one) else int(one) for one in expected
        ], number


NEIGHBOURS = "seeds/areas/nearest_neighbours.csv"
OF_PARTNERSHIP = "the code of a local authority of the partnership, as seeds/areas/areas.csv has it; forces are in most_similar_forces"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("E08000025", "E08000012", "Liverpool"), ("E08000025", "E08000026", "Coventry")], None),
        ([("E08000098", "E08000026", "Coventry")], f"E08000098, E08000026: found 'the area E08000098'; expected {OF_PARTNERSHIP}."),
        ([("E23000014", "E23000005", "Greater Manchester Police")], f"E23000014, E23000005: found 'the area E23000014'; expected {OF_PARTNERSHIP}."),
        ([("E08000025", "Leeds", "Leeds")], "E08000025, Leeds: found 'the neighbour Leeds, which is no GSS code'; expected the GSS code of a local authority."),
        ([("E08000025", "E12000005", "West Midlands")], "E08000025, E12000005: found 'the neighbour E12000005, a region'; expected the GSS code of a local authority."),
        ([("E08000025", "E08000025", "Birmingham")], "E08000025, E08000025: found 'the area as its own neighbour'; expected another area."),
        ([("E08000025", "E08000026", "Coventry")] * 2, "E08000025, E08000026: found 'the neighbour 2 times'; expected each neighbour once."),
        ([("E08000025", "E08000026", "Walsall")], "E08000025, E08000026: found 'the name Walsall'; expected Coventry, as the area of this code is called."),
    ],
    ids=["right", "an unknown area", "a force", "no code", "a region", "itself", "twice", "another name"],
)  # fmt: skip
def test_a_list_of_nearest_neighbours_that_names_what_it_should_not_is_refused(rebuilt, rows, said):
    listed = [f"insert into staging.nearest_neighbours values ('{area}', '{other}', '{name}', 'a list', 'confirmed')" for area, other, name in rows]  # fmt: skip
    reasons = rebuilt(listed, "every_nearest_neighbour_is_an_area_of_its_kind", command="test").reasons
    assert reasons == ((f"{NEIGHBOURS}, {said} Correct the row.",) if said else ())


def made_rate(indicator: str, area: str, count: int, people: int, scale: int, method: str) -> str:
    """The statement that adds a figure of 2024/25 with its limits."""
    lower, upper = (
        (confidence_intervals.byars_lower, confidence_intervals.byars_upper)
        if method == "byar"
        else (confidence_intervals.wilson_lower, confidence_intervals.wilson_upper)
    )
    of = (count,) if method == "byar" else (count, people)
    part = scale / people if method == "byar" else scale
    limits = ", ".join(repr(float(limit(*of, level) * part)) for level in LEVELS.values() for limit in (lower, upper))
    return (
        "insert into marts.fct_indicators (indicator_id, area_code, period_id, numerator, denominator, value, "
        "value_status, lower_95, upper_95, lower_998, upper_998, interval_method, compared_with_england, "
        f"compared_with_england_998, recent_trend) values ('{indicator}', '{area}', 'FY2024-25', {count}, {people}, "
        f"{count * scale / people!r}, 'published', {limits}, '{method}', 'not_compared', 'not_compared', "
        "'cannot_be_calculated')"
    )


def test_the_figures_of_a_warehouse_are_placed_as_the_standard_places_them(refreshed, rebuilt):
    """Rates and shares of made counts in the seven authorities, one of which has too few events for Byar's limits."""
    areas = [area for (area,) in refreshed.query("select area_code from marts.dim_areas where is_partnership_member")]
    counts = [4, 52, 60, 61, 75, 96, 140]
    made = [
        ("drug_trafficking_positive_outcome_proportion", 100, "wilson"),
        ("drug_trafficking_offences_per_1000", 1000, "byar"),
    ]
    home = rebuilt(
        [
            *(f"delete from marts.fct_indicators where indicator_id = '{indicator}'" for indicator, *_ in made),
            *(
                made_rate(indicator, area, count, 1000, scale, method)
                for indicator, scale, method in made
                for area, count in zip(areas, counts, strict=True)
            ),
        ],
        "fct_comparisons",
    )
    assert home.reasons == ()
    rows = home.query(
        "select indicator_id, period_id, area_type, facts.area_code, facts.numerator, facts.denominator, facts.value, "
        "facts.interval_method, scale, funnel_significance, fifth, funnel_average "
        "from marts.fct_indicators as facts inner join marts.dim_indicators using (indicator_id) "
        "inner join marts.fct_comparisons using (indicator_id, area_code, period_id) "
        "where denominator_measure_id is not null and facts.lower_998 is not null"
    )
    columns = ["indicator", "period", "type", "area_code", "numerator", "denominator", "value", "method", "scale"]
    groups = [
        group
        for _, group in pd.DataFrame(rows, columns=[*columns, "found", "fifth", "average"]).groupby(
            ["indicator", "period", "type"]
        )
        if len(group) >= 5
    ]
    assert {method for group in groups for method in group["method"]} == {"byar", "wilson"}
    for group in groups:
        given = group[["numerator", "denominator", "value"]].reset_index(drop=True)
        is_share = group["method"].iloc[0] == "wilson"
        scale = int(group["scale"].iloc[0])
        more = {} if is_share else {"rate": "value", "rate_type": "crude", "multiplier": scale}
        kind = "proportion" if is_share else "rate"
        expected = PHStatsMethods.assign_funnel_significance(given.copy(), "numerator", kind, "denominator", **more)
        assert [words(one) for one in group["found"]] == list(expected["significance"])
        fifths = PHStatsMethods.ph_quantile(given, "value", nquantiles=5)["quantile"]
        assert list(group["fifth"]) == list(fifths)
        average = given["numerator"].sum() / given["denominator"].sum() * scale
        assert worst([(one, average) for one in group["average"]]) < 1e-9


@pytest.mark.parametrize("level", LEVELS)
def test_quantiles_of_student_are_exact_in_the_seed_and_beyond_it(compiled, connection, record_property, level):
    seed = pd.read_csv(seed_files()["student_limits"])
    tail = (1 - LEVELS[level]) / 2
    assert list(seed["degrees_of_freedom"]) == list(range(1, 151))
    rows = [(found, stats.t.isf(tail, degrees)) for degrees, found in zip(seed["degrees_of_freedom"], seed[f"quantile_{level}"], strict=True)]  # fmt: skip
    degrees = pd.DataFrame({"area_code": [151, 152, 175, 200, 350, 1_000, 10_000, 10**6, 10**8]}, dtype=float)
    sql = compiled(
        "select area_code, {{ student_quantile('given.area_code', 'student_limits', '" + level + "') }} as found "
        "from given left join student_limits on given.area_code = student_limits.degrees_of_freedom"
    )
    found = found_by(connection, sql, given=degrees, student_limits=seed)
    rows += [(row.found, stats.t.isf(tail, row.area_code)) for row in found.itertuples()]
    assert len(rows) == 159
    assert worst(rows) < 1e-9
    record_property("measured", f"quantiles of Student at {level}, worst relative error {worst(rows):.1e}")


def test_limits_of_a_mean_are_those_of_the_standard(compiled, connection, record_property):
    chance = random.Random(23)
    sizes = [2, 3, 4, 5, 8, 13, 30, 60, 61, 99, 150, 151, 152, 153, 200, 400, 1_500] + [chance.randint(2, 300) for _ in range(60)]  # fmt: skip
    cases = pd.DataFrame(
        [
            (f"area {place:02}", chance.lognormvariate(3, 0.8) + place)
            for place, size in enumerate(sizes)
            for _ in range(size)
        ],
        columns=["area_code", "days"],
    )
    limits = ", ".join(
        f"{{{{ mean_limit('given.mean', 'given.deviation', 'given.number', 'student_limits', '{level}', '{side}') }}}} "
        f"as {side}_{level}"
        for level in LEVELS
        for side in ("lower", "upper")
    )
    sql = compiled(
        "with given as (select area_code, avg(days) as mean, stddev_samp(days) as deviation, "
        "cast(count(*) as double) as number from cases group by area_code) "
        f"select area_code, mean as value, {limits} from given "
        "left join student_limits on given.number - 1 = student_limits.degrees_of_freedom"
    )
    found = found_by(connection, sql, cases=cases, student_limits=pd.read_csv(seed_files()["student_limits"]))
    expected = PHStatsMethods.ph_mean(cases, "days", "area_code", confidence=[0.95, 0.998]).sort_values("area_code")
    columns = {"value": "Value", "lower_95": "lower_95_ci", "upper_95": "upper_95_ci"}
    error = errors(found, expected, columns | {"lower_998": "lower_99_8_ci", "upper_998": "upper_99_8_ci"})
    assert error < 1e-9
    record_property("measured", f"limits of means, {len(sizes)} samples, worst relative error {error:.1e}")


@pytest.mark.parametrize("number", [0, 1, None])
def test_a_mean_of_fewer_than_two_cases_has_no_limits(compiled, connection, number):
    sql = compiled("select {{ mean_limit('m', 'd', 'n', 'student_limits', '95', 'lower') }} from given left join student_limits on n - 1 = degrees_of_freedom")  # fmt: skip
    given = pd.DataFrame({"m": [12.0], "d": [3.0], "n": [number]}, dtype="float64")
    connection.register("given", given)
    connection.register("student_limits", pd.read_csv(seed_files()["student_limits"]))
    assert connection.execute(sql).fetchall() == [(None,)]
