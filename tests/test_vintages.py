"""Releases that revise, add and withdraw figures, and corrections of figures that are wrong in a release."""

import shutil

import pytest
from conftest import Home

DATASET = "ons.drug_poisoning_deaths"
BIRMINGHAM, DUDLEY, SOLIHULL, WALSALL = "E08000025", "E08000027", "E08000029", "E08000030"
KEY = "measure_id = 'drug_poisoning_deaths_registered' and area_code = '{}' and period_id = '{}'"
# Whatever depends on the order in which releases came.
TABLES = {
    "marts.fct_observations": "* exclude (source_file)",
    "marts.fct_measures": "*",
    "marts.fct_indicators": "*",
    "marts.dim_releases": "* exclude (loaded_at)",
    "audit.revisions": "*",
}


def second_release(text: str) -> str:
    """The shipped release with one figure revised, one added (of a new year) and one withdrawn."""
    lines = text.splitlines()
    kept = [line for line in lines if not ("Solihull" in line and ",2023," in line)]
    assert len(kept) == len(lines) - 1
    (revised,) = (line for line in kept if "Birmingham" in line and ",2024," in line)
    assert ",120" in revised
    kept[kept.index(revised)] = revised.replace(",120", ",124")
    kept.append("Table 12,local authority,Walsall,2025,20,ONS")
    return "\n".join(kept) + "\n"


@pytest.fixture(scope="module")
def in_order(refreshed: Home, tmp_path_factory) -> Home:
    """The shipped release and a later one, refreshed one after the other."""
    path = tmp_path_factory.mktemp("vintages") / "home"
    shutil.copytree(refreshed.path, path)
    home = Home(path)
    home.put(DATASET, "2026-10-15", "deaths.csv", second_release(home.file(DATASET).read_text(encoding="utf-8")))
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    return home


@pytest.fixture(scope="module")
def in_reverse(refreshed: Home, in_order: Home, tmp_path_factory) -> Home:
    """The later release first; the shipped one comes in afterwards."""
    home = Home(tmp_path_factory.mktemp("vintages") / "home")
    shutil.copytree(in_order.path / "raw", home.path / "raw")
    earlier = home.file(DATASET).parent
    shutil.move(earlier, home.path / "kept")
    assert home.refresh().exit_code == 0
    shutil.move(home.path / "kept", earlier)
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    return home


def value_on(home: Home, day: str, area: str, period: str) -> list[tuple]:
    return home.query(f"select value from marts.observations_as_of(date '{day}') where {KEY.format(area, period)}")


def test_what_was_known_on_a_day_can_be_asked_before_and_after_a_release(in_order: Home):
    before, after = "2026-10-14", "2026-10-15"
    assert value_on(in_order, before, BIRMINGHAM, "CY2024") == [(120,)]
    assert value_on(in_order, after, BIRMINGHAM, "CY2024") == [(124,)]
    assert value_on(in_order, before, SOLIHULL, "CY2023") == [(11,)]
    assert value_on(in_order, after, SOLIHULL, "CY2023") == []
    assert value_on(in_order, before, WALSALL, "CY2025") == []
    assert value_on(in_order, after, WALSALL, "CY2025") == [(20,)]
    assert value_on(in_order, "2026-03-30", BIRMINGHAM, "CY2024") == []


def test_indicators_can_be_asked_as_of_a_day_with_their_changes_and_intervals(in_order: Home):
    asked = "select value, previous_value, round(percent_change, 1), lower_95 is not null from {} where indicator_id = 'drug_poisoning_deaths' and area_code = 'E08000025' and period_id = 'CY2024'"
    assert in_order.query(asked.format("marts.indicators_as_of(date '2026-10-14')")) == [(120, 152, -21.1, True)]
    assert in_order.query(asked.format("marts.indicators_as_of(date '2026-10-15')")) == [(124, 152, -18.4, True)]
    assert in_order.query(asked.format("marts.fct_indicators")) == [(124, 152, -18.4, True)]
    everything = "select * from marts.{} order by all"
    assert in_order.query(everything.format("indicators_as_of(current_date)")) == in_order.query(
        everything.format("fct_indicators")
    )


def test_a_withdrawn_figure_stays_among_the_observations_and_is_no_number_of_today(in_order: Home):
    assert in_order.query(
        "select value, is_latest, ended_as, known_to::varchar from marts.fct_observations where "
        + KEY.format(SOLIHULL, "CY2023")
    ) == [(11, False, "withdrawn", "2026-10-15")]
    assert in_order.query(
        "select value, value_status from marts.fct_measures where " + KEY.format(SOLIHULL, "CY2023")
    ) == [(None, "not_available")]


def test_each_change_is_one_row_of_the_revisions_with_both_releases(in_order: Home):
    assert in_order.query(
        "select kind, area_code, period_id, old_value, new_value, difference, old_release_id, new_release_id, is_new_period from audit.revisions order by kind"
    ) == [
        ("added", WALSALL, "CY2025", None, 20, None, None, f"{DATASET}@2026-10-15", True),
        ("revised", BIRMINGHAM, "CY2024", 120, 124, 4, f"{DATASET}@2026-03-31", f"{DATASET}@2026-10-15", False),
        ("withdrawn", SOLIHULL, "CY2023", 11, None, None, f"{DATASET}@2026-03-31", f"{DATASET}@2026-10-15", False),
    ]


@pytest.mark.parametrize("table", TABLES)
def test_releases_loaded_in_either_order_give_the_same_tables(in_order: Home, in_reverse: Home, table: str):
    query = f"select {TABLES[table]} from {table} order by all"
    assert in_order.query(query) == in_reverse.query(query)


def test_a_release_of_other_areas_or_years_withdraws_nothing(rebuilt):
    # A later release with one of the eight areas: too few to say that the others were withdrawn.
    home = rebuilt(
        [
            "create table staging.before as select * from staging.measures_ons__drug_poisoning_deaths",
            "insert into marts.dim_releases select * replace ('ons.drug_poisoning_deaths@2026-12-01' as release_id, date '2026-12-01' as released_on) from marts.dim_releases where dataset = 'ons.drug_poisoning_deaths'",
            "insert into staging.measures_ons__drug_poisoning_deaths select * replace ('ons.drug_poisoning_deaths@2026-12-01' as release_id) from staging.before where area_code = 'E08000025'",
        ],
        "all_measures",
        "fct_observations",
    )
    assert home.reasons == ()
    assert home.query("select distinct ended_as from marts.fct_observations order by all") == [("replaced",), (None,)]


def correction(printed: str, corrected: str, status: str = "open") -> str:
    return (
        f"insert into staging.corrections values ('birmingham-deaths', '{DATASET}', 'drug_poisoning_deaths_registered', '{BIRMINGHAM}', "
        f"'CY2024', '{printed}', '{corrected}', 'Two deaths counted twice.', 'Letter of the coroner.', date '2026-04-02', '{status}')"
    )


CORRECTED = ("all_measures", "fct_observations", "fct_measures", "fct_indicators", "lineage", "audit_corrections")


def test_a_correction_changes_the_value_and_keeps_the_printed_one_beside_it(rebuilt):
    home = rebuilt([correction("120", "118")], *CORRECTED, command="build")
    assert home.reasons == ()
    assert home.query(
        "select value, value_text, correction_id from marts.fct_observations where " + KEY.format(BIRMINGHAM, "CY2024")
    ) == [(118, "120", "birmingham-deaths")]
    assert home.query(
        "select value from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths' and area_code = 'E08000025' and period_id = 'CY2024'"
    ) == [(118,)]
    assert home.query("select state, corrected_releases from audit.corrections") == [("needed", 1)]
    assert home.query(
        "select distinct value from raw_ons.drug_poisoning_deaths where area = 'Birmingham' and registration_year = '2024'"
    ) == [("120",)]


def test_a_figure_can_be_dropped_where_no_right_one_is_known(rebuilt):
    home = rebuilt([correction("120", "drop")], *CORRECTED, command="build")
    assert home.reasons == ()
    assert home.query(
        "select value, value_text, value_status from marts.fct_observations where " + KEY.format(BIRMINGHAM, "CY2024")
    ) == [(None, "120", "not_available")]


def test_a_correction_fails_the_check_once_the_publisher_prints_another_figure(rebuilt, in_order: Home):
    home = rebuilt([correction("120", "118")], *CORRECTED, command="build", base=in_order)
    (reason,) = home.reasons
    assert reason.startswith(
        "dbt_project/seeds/corrections.csv, birmingham-deaths, drug_poisoning_deaths_registered, E08000025, CY2024: "
        "found 'ons.drug_poisoning_deaths@2026-10-15, which prints 124 in raw/ons/drug_poisoning_deaths/2026-10-15/deaths.csv, line "
    )
    assert "expected 120 as printed, which the correction turns into 118." in reason
    assert "Where it is right, set the status to closed: the older releases stay corrected." in reason


def test_a_closed_correction_still_corrects_the_older_release_and_passes(rebuilt, in_order: Home):
    home = rebuilt([correction("120", "124", "closed")], *CORRECTED, "revisions", command="build", base=in_order)
    assert home.reasons == ()
    assert home.query(
        "select old_value, new_value, old_value_text, new_value_text from audit.revisions where kind = 'revised'"
    ) == [(124, 124, "120", "124")]
    assert home.query(
        "select value from marts.fct_observations where " + KEY.format(BIRMINGHAM, "CY2024") + " order by release_id"
    ) == [(124,), (124,)]


@pytest.mark.parametrize(
    ("printed", "status", "words"),
    [
        ("121", "open", "no release that prints 121"),
        ("120", "closed", "which prints 120 again"),
    ],
)
def test_a_correction_that_meets_no_figure_or_was_closed_too_early_fails_the_check(rebuilt, printed, status, words):
    home = rebuilt([correction(printed, "118", status)], *CORRECTED, command="build")
    (reason,) = home.reasons
    assert words in reason
