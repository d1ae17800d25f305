"""Signals of early warning on made-up months: their sentences, the page, and one alert."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from homes import Home, keep_indicators, seed
from receivers import Chat

from orchestration.alerts.alert import alert
from orchestration.alerts.signals import Signal, new_signals, served_signals
from orchestration.building.dbt import prepared_manifest
from orchestration.report.site.signals_page import told_together
from orchestration.report.site.write import write_site
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


def test_what_all_signals_of_a_chart_end_with_is_said_once():
    newest = "The newest figure, for May 2027, was 9, against 4 expected."
    texts = [f"Calls came to 9. {newest}", f"Calls lay above the average. They rose. {newest}"]
    assert told_together(texts) == ["Calls came to 9.", "Calls lay above the average. They rose.", newest]
    assert told_together(texts[:1]) == texts[:1]
    # A text keeps its first sentence.
    assert told_together([newest, newest]) == [newest, newest]


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
