"""Early warning: rules and limits against plain re-computations, signals on made-up months, the page, and one alert."""

import csv
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import duckdb
import numpy as np
import pandas as pd
import pytest
from homes import Home, keep_indicators
from receivers import Chat
from scipy import stats

from benchmarks import cusum_limits, early_warning
from orchestration.alerts.alert import alert
from orchestration.alerts.signals import Signal, new_signals, served_signals
from orchestration.building.dbt import prepared_manifest
from orchestration.report.site.write import write_site
from orchestration.seeds import seed_files
from orchestration.settings import Alerting, Settings

MODELS = (
    "int_signal_series",
    "int_signal_seasons",
    "int_signal_limits",
    "int_signal_cusum",
    "int_signal_marks",
    "int_signal_spells",
    "int_signal_together",
    "int_signal_episodes",
    "fct_signal_points",
    "fct_signals",
)
BIRMINGHAM, SANDWELL, WALSALL, COVENTRY = "E08000025", "E08000028", "E08000030", "E08000026"
DUDLEY, WOLVERHAMPTON = "E08000027", "E08000031"
DRUG_CRIMES = "street_drug_crimes_recorded"
NALOXONE, CALL_OUTS = "naloxone_kits_supplied", "suspected_overdose_call_outs"
SUSPECTED = "suspected_drug_related_deaths"


def seed(name: str) -> list[dict[str, str]]:
    with seed_files()[name].open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


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


def month(number: int) -> str:
    """`M2023-01` for 0."""
    return f"M{2023 + number // 12}-{number % 12 + 1:02}"


def insert(
    measure: str, area: str, first: int, values: list[float | None], statuses: dict[int, str] | None = None
) -> str:
    rows = [
        f"('{measure}', '{area}', '{month(first + place)}', {'null' if value is None else value}, "
        f"'{(statuses or {}).get(place, 'published' if value is not None else 'suppressed')}', 'observed')"
        for place, value in enumerate(values)
    ]
    return (
        "insert into marts.fct_measures (measure_id, area_code, period_id, value, value_status, derivation) values "
        + ", ".join(rows)
    )


def level(mean: int, *after: float) -> list[float | None]:
    """Thirty months that go up and down around a mean, then others."""
    return [mean + (1, -1, 2, -2, 0)[place % 5] for place in range(30)] + list(after)


@pytest.fixture(scope="module")
def signalled(rebuilt: Callable[..., Home]) -> Home:
    """A warehouse with months of street-level crimes that rise in three neighbours, and rare searches."""
    return rebuilt(
        [
            insert(DRUG_CRIMES, BIRMINGHAM, 0, level(40, 40, 80, 82)),
            insert(DRUG_CRIMES, SANDWELL, 0, level(30, 60, 61, 62)),
            insert(DRUG_CRIMES, WALSALL, 0, level(20, 20, 20, 45)),
            insert(DRUG_CRIMES, COVENTRY, 0, [*level(20, 20, 20, 20), 200], {33: "provisional"}),
            insert("stops_and_searches_for_drugs", COVENTRY, 0, [*(n % 2 for n in range(30)), 4, 5]),
            insert("stops_and_searches_for_drugs", WALSALL, 0, [3] * 11),
            *(insert(one, DUDLEY, 0, level(40, 40, 80, 82)) for one in (NALOXONE, CALL_OUTS)),
            *(insert(one, WOLVERHAMPTON, 0, level(40, 40, 10, 12)) for one in (NALOXONE, CALL_OUTS)),
            insert("arrest_referral_assessments", SANDWELL, 0, level(40, 80, 81, 10)),
            insert(SUSPECTED, DUDLEY, 0, level(2, 18, 17, 16)),
            insert(SUSPECTED, WOLVERHAMPTON, 0, level(2, 2, 18, 2)),
            insert("stops_and_searches_for_drugs", BIRMINGHAM, 0, [*level(40, 40, 40), None, *([40] * 2)]),
        ],
        *MODELS,
    )


def test_a_rise_is_a_signal_with_its_sentence(signalled: Home):
    assert signalled.reasons == ()
    assert signalled.query(
        "select rule_id, direction, period_id, since_period_id, latest_period_id, is_current, sentence from marts.fct_signals "
        f"where area_code = '{BIRMINGHAM}' and rule_id = 'point'"
    ) == [
        (
            *("point", "up", "M2025-08", "M2025-08", "M2025-09", True),
            "Street-level drug crimes in Birmingham came to 80 in August 2025, above the upper limit of 46.6; the expected figure was 40.0. "
            "The signal has lasted since August 2025. The newest figure, for September 2025, was 82, against 40.0 expected.",
        )
    ]


def test_several_neighbours_at_once_are_a_signal_of_their_own(signalled: Home):
    assert signalled.query(
        "select area_code, area_names, value, sentence from marts.fct_signals where rule_id = 'neighbours'"
    ) == [
        (
            *(BIRMINGHAM, "Birmingham, Sandwell, Walsall", None),
            "Street-level drug crimes went up in 3 neighbouring authorities at about the same time, first noticed in September 2025: "
            "Birmingham, Sandwell, Walsall.",
        )
    ]


def test_rare_events_are_added_up(signalled: Home):
    ((sentence, expected),) = signalled.query(
        f"select sentence, average_expected from marts.fct_signals where area_code = '{COVENTRY}' and rule_id = 'cusum'"
    )
    assert re.fullmatch(
        r"[\w ]+ in Coventry added up to more than the earlier level explains from [\w ]+ to (July|August) 2025: on average [\d.]+ a "
        r"month, against 0[.]\d expected[.]",
        sentence,
    )
    assert expected == pytest.approx(0.5, abs=0.1)


def test_a_provisional_newest_month_and_a_short_series_give_no_signal(signalled: Home):
    assert signalled.query(
        "select count(*) from marts.fct_signals inner join staging.int_signal_series using (series_id, area_code, period_id) "
        f"where area_code = '{COVENTRY}' and series_id = 'street_drug_crimes'"
    ) == [(0,)]
    assert signalled.query(
        f"select max(period_id) from marts.fct_signal_points where area_code = '{COVENTRY}' and measure_id = '{DRUG_CRIMES}'"
    ) == [("M2025-09",)]
    assert (
        signalled.query(
            f"select * from marts.fct_signal_points where area_code = '{WALSALL}' and measure_id like 'stops%'"
        )
        == []
    )


def test_a_hidden_count_is_no_point_and_part_of_no_limit(signalled: Home):
    rows = signalled.query(
        "select period_id, value, expected_value from marts.fct_signal_points "
        f"where area_code = '{BIRMINGHAM}' and measure_id = 'stops_and_searches_for_drugs' order by period_id"
    )
    assert len(rows) == 34
    assert "M2025-09" not in {period for period, *_ in rows}
    assert all(expected == pytest.approx(40, abs=0.2) for *_, expected in rows)


def test_the_public_edition_builds_every_table_of_signals_again_from_what_it_shows():
    children = json.loads(prepared_manifest().read_text())["child_map"]
    reached, new = set(), {"model.warehouse.all_measures"}
    while new:
        reached |= new
        new = {child for one in new for child in children[one] if child.startswith("model.")} - reached
    assert {f"model.warehouse.{name}" for name in MODELS} <= reached


def test_neighbours_are_each_others_and_authorities():
    pairs = {(row["area_code"], row["neighbour_area_code"]) for row in seed("area_neighbours")}
    assert {(b, a) for a, b in pairs} == pairs
    assert all(a != b for a, b in pairs)
    members = {row["area_code"] for row in seed("areas") if row["is_partnership_member"].lower() == "true"}
    assert {a for a, _ in pairs} == members


def test_every_rule_has_its_words_and_every_topic_its_step(warehouse: duckdb.DuckDBPyConnection):
    assert {row["rule_id"] for row in seed("signal_rules")} == {
        "point",
        "run",
        "trend",
        "two_of_three",
        "cusum",
        "neighbours",
    }
    topics = {topic for (topic,) in warehouse.execute("select distinct topic from marts.dim_measures").fetchall()}
    measures = {one for (one,) in warehouse.execute("select measure_id from marts.dim_measures").fetchall()}
    steps = [(row["topic"], row["measure_id"], row["direction"]) for row in seed("signal_steps")]
    assert ("any", "", "any") in steps
    assert len(set(steps)) == len(steps)
    assert all(bool(topic) != bool(measure) for topic, measure, _ in steps)
    assert {topic for topic, *_ in steps} - {"any", ""} <= topics
    assert {measure for _, measure, _ in steps} - {""} <= measures
    assert {row["measure_id"] for row in seed("signal_settling")} - {""} <= measures


def test_what_to_do_fits_the_measure_and_the_direction(signalled: Home):
    steps = {
        (measure, direction): what_to_do
        for measure, direction, what_to_do in signalled.query(
            "select measure_id, direction, what_to_do from marts.fct_signals where rule_id = 'point'"
        )
    }
    assert "follow the preparedness plan" in steps[CALL_OUTS, "up"]
    assert steps[CALL_OUTS, "down"].startswith("Check first that everything was reported")
    assert steps[NALOXONE, "up"].startswith("A rise in naloxone supplied is not a harm")
    assert steps[NALOXONE, "down"].startswith("Check first that every service reported")
    assert "preparedness plan" not in steps[CALL_OUTS, "down"] + steps[NALOXONE, "up"] + steps[NALOXONE, "down"]


def test_a_signal_of_one_month_is_told_of_that_month_and_of_how_it_stands(signalled: Home):
    sentences = [
        sentence
        for (sentence,) in signalled.query(
            f"select sentence from marts.fct_signals where measure_id = '{SUSPECTED}' order by area_code, period_id"
        )
    ]
    assert sentences == [
        "Suspected drug-related deaths in Dudley came to more than the earlier level explains in July 2025: 18, against 2.0 expected. "
        "The signal has lasted since July 2025. The newest figure, for September 2025, was 16, against 2.0 expected.",
        "Suspected drug-related deaths in Wolverhampton came to more than the earlier level explains in August 2025: 18, against 2.0 "
        "expected. The newest figure, for September 2025, was 2, against 2.0 expected.",
    ]


def test_no_sentence_goes_from_a_period_to_itself(signalled: Home):
    sentences = [sentence for (sentence,) in signalled.query("select sentence from marts.fct_signals")]
    assert len(sentences) > 10
    assert [one for one in sentences if re.search(r"from ([\w ]+) to \1\b", one)] == []


def test_the_page_has_the_chart_the_sentence_and_what_to_do(signalled: Home, tmp_path: Path):
    home = signalled.copy(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        keep_indicators(connection)
    write_site(home.warehouse, tmp_path / "site")
    page = (tmp_path / "site" / "signals.html").read_text(encoding="utf-8")
    assert "Street-level drug crimes in Birmingham came to 80 in August 2025, above the upper limit of 46.6" in page
    assert "<strong>What to do:</strong> Check the recording first: recorded police activity" in page
    # Assessments in Sandwell have a rise and, two months later, a fall.
    assert "<strong>What to do about the rise:</strong> More assessments are not a harm" in page
    assert "<strong>What to do about the fall:</strong> Check first that all assessments were reported" in page
    assert "The series covers fewer than three years, too few to judge the season" in page
    assert "this page cannot give early notice of registered deaths" in page
    svg = (tmp_path / "site" / "charts" / f"signal-street_drug_crimes-{BIRMINGHAM}.svg").read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert svg.count('aria-roledescription="point"') >= 33


def rows_of(page: str, title: str) -> list[list[str]]:
    """The cells of the table of newest figures of a series, as they are read."""
    (table,) = re.findall(rf"<table[^>]*>\s*<caption[^>]*>\s*Newest figures of {title}.*?</table>", page, re.DOTALL)
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    ][1:]


def test_a_month_without_a_figure_is_shown_and_what_it_means_for_the_season(
    rebuilt: Callable[..., Home], tmp_path: Path
):
    # Four years of months. The 20th is not available, and after the rise one month is suppressed and one not available.
    values = [*(40 + (1, -1, 2, -2, 0)[place % 5] for place in range(48)), 80, None, 82, None]
    values[19] = None
    home = rebuilt(
        [insert(DRUG_CRIMES, BIRMINGHAM, -12, values, {19: "not_available", 51: "not_available"})], *MODELS
    ).copy(tmp_path)
    with duckdb.connect(str(home.warehouse)) as connection:
        keep_indicators(connection)
    write_site(home.warehouse, tmp_path / "site")
    page = (tmp_path / "site" / "signals.html").read_text(encoding="utf-8")
    rows = rows_of(page, "Street-level drug crimes, Birmingham")
    assert [row[:2] for row in rows[:4]] == [
        ["April 2026", "[x]"],
        ["March 2026", "82"],
        ["February 2026", "[c]"],
        ["January 2026", "80"],
    ]
    assert len(rows) == 12
    assert "Figures of earlier years are missing, so the season could not be judged" in page


def test_the_numbers_of_a_chart_lie_beside_it_with_their_statuses(signalled: Home, tmp_path: Path):
    home = signalled.copy(tmp_path)
    estimated = f"where measure_id = '{DRUG_CRIMES}' and area_code = '{BIRMINGHAM}' and period_id = 'M2025-07'"
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(f"update marts.fct_measures set value_status = 'estimated' {estimated}")
        keep_indicators(connection)
    write_site(home.warehouse, tmp_path / "site")
    page = (tmp_path / "site" / "signals.html").read_text(encoding="utf-8")
    address = f"charts/signal-street_drug_crimes-{BIRMINGHAM}.csv"
    assert f'<a href="{address}" download>CSV</a>' in page
    with (tmp_path / "site" / address).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    points = home.query(
        "select strftime(start_date, '%B %Y'), value, expected_value, lower_limit, upper_limit, signal from marts.fct_signal_points "
        f"inner join marts.dim_periods using (period_id) where measure_id = '{DRUG_CRIMES}' and area_code = '{BIRMINGHAM}' "
        "order by start_date"
    )
    assert len(points) == 33
    columns = ("value", "expected_value", "lower_limit", "upper_limit")
    assert [(row["period"], *(float(row[name]) for name in columns), row["signal"]) for row in rows] == points
    assert {(row["area_code"], row["area"]) for row in rows} == {(BIRMINGHAM, "Birmingham")}
    statuses = {row["period"]: row["status"] for row in rows}
    assert statuses.pop("July 2025") == "estimated"
    assert set(statuses.values()) == {"published"}


RISE = Signal("overdoses", BIRMINGHAM, "area", "up", "M2026-01", "M2026-02", True, "Overdoses, Birmingham")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, tmp_path / "raw", alerting=Alerting(waits=()))


def test_a_new_signal_is_told_once_whatever_the_file_before_holds(settings: Settings):
    event = new_signals([], [RISE], "1", settings)
    assert (event.what, event.message) == (
        "1 new signal of early warning. The new warehouse is published.",
        "Overdoses, Birmingham",
    )
    assert alert(event, settings).way == "log"
    longer = RISE._replace(latest="M2026-04")
    # The same after a re-run, with a newer month, and after a rollback to a file without it.
    assert new_signals([RISE], [RISE], "2", settings) is None
    assert new_signals([], [longer], "3", settings) is None
    assert new_signals(None, [RISE], "4", settings) is None
    assert new_signals([], None, "4", settings) is None
    later = RISE._replace(since="M2026-11", latest="M2026-11")
    assert new_signals([RISE._replace(is_current=False)], [later], "5", settings).key.endswith("/M2026-11/M2026-11")


def test_a_signal_of_the_past_and_another_rule_for_one_rise_are_no_news(settings: Settings):
    assert new_signals([], [RISE._replace(is_current=False)], "1", settings) is None
    event = new_signals([], [RISE, RISE._replace(since="M2026-02", line="by another rule")], "1", settings)
    assert event.message == "Overdoses, Birmingham"
    together = RISE._replace(kind="neighbours", line="neighbours")
    assert new_signals([RISE], [RISE, together], "1", settings).message == "neighbours"


def test_a_signal_whose_alert_did_not_arrive_is_told_again(tmp_path: Path):
    deaf = Settings(tmp_path, tmp_path / "raw", alerting=Alerting(webhook="http://somewhere.example/x", waits=()))
    event = new_signals([], [RISE], "1", deaf)
    assert alert(event, deaf).way is None
    again = new_signals([RISE], [RISE], "2", deaf)
    assert again is not None
    assert again.key == event.key


def test_the_alert_has_no_figure(signalled: Home, settings: Settings):
    signals = served_signals(signalled.warehouse)
    event = new_signals([], signals, "1", settings)
    of_crimes = [one for one in signals if one.line.startswith("Street-level drug crimes")]
    told = new_signals([], of_crimes, "1", settings).message
    assert "Street-level drug crimes, Birmingham, 2025-08: one point outside the limits (up)" in told
    # The path of the home is no figure, whatever its digits.
    assert not re.search(r"\b(80|82|46[.]6|60|45)\b", event.text.replace(str(settings.home), ""))


def test_a_refresh_tells_of_a_new_signal_once_and_a_rollback_does_not_tell_again(home: Home, chat: Chat):
    lines = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,Last outcome category,Context\n"
    for place, count in enumerate([*([4, 5, 6] * 6), 30]):
        name = month(place)[1:]
        crime = f",{name},West Midlands Police,West Midlands Police,-1.8,52.5,On or near a road,E01009417,,Drugs,,\n"
        home.put("police.street_crime", "2025-01-31", f"{name}-west-midlands-street.csv", lines + crime * count)
    home.put(
        "ons.area_lookups",
        "2022-12-31",
        "lookup.csv",
        "LSOA21CD,LSOA21NM,LAD22CD,LAD22NM\nE01009417,Birmingham 001A,E08000025,Birmingham\n",
    )
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    (told,) = [text for text in chat.told if "early warning" in text]
    assert "Street-level drug crimes, Birmingham, 2024-07: the cumulative sum reaches its limit (up)" in told
    assert home.run("rollback").exit_code == 0
    assert home.refresh("--full").exit_code == 0
    assert len([text for text in chat.told if "early warning" in text]) == 1
