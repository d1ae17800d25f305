"""Releases that revise, add and withdraw figures, and corrections of figures that are wrong in a release."""

import shutil

import pytest
from conftest import DERIVED
from homes import Home

from orchestration.settings import PROJECT

DATASET = "ons.drug_poisoning_deaths"
BIRMINGHAM, DUDLEY, SOLIHULL, WALSALL = "E08000025", "E08000027", "E08000029", "E08000030"
KEY = "measure_id = 'drug_poisoning_deaths_registered' and area_code = '{}' and period_id = '{}'"
# Whatever depends on the order in which releases came.
TABLES = {
    "marts.fct_observations": "* exclude (source_file)",
    "marts.fct_measures": "*",
    "marts.fct_indicators": "*",
    "marts.dim_releases": "* exclude (loaded_at)",
    "marts.fct_observation_history": "* exclude (source_file)",
    "marts.fct_measure_history": "*",
    "marts.fct_indicator_history": "*",
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


def third_release(text: str) -> str:
    """The second release with a figure revised again and the withdrawn one printed once more."""
    return second_release(text).replace("Birmingham,2024,124", "Birmingham,2024,125") + (
        "Table 12,local authority,Solihull,2023,12,ONS\n"
    )


RELEASES = {"2026-03-31": None, "2026-10-15": second_release, "2027-02-01": third_release}


def put(home: Home, day: str) -> None:
    """Puts the release of that day into raw/."""
    folder = PROJECT / "raw" / DATASET.replace(".", "/") / "2026-03-31"
    shipped = (folder / "drug_poisoning_deaths.csv").read_text(encoding="utf-8")
    edit = RELEASES[day]
    home.put(DATASET, day, "drug_poisoning_deaths.csv", edit(shipped) if edit else shipped)
    if edit is None:
        home.put(DATASET, day, "origin.toml", (folder / "origin.toml").read_bytes())


def publish(home: Home, day: str) -> Home:
    """Puts the release of that day into raw/, followed by a refresh."""
    put(home, day)
    outcome = home.refresh()
    assert outcome.exit_code == 0, outcome.output
    return home


@pytest.fixture(scope="module")
def in_order(refreshed: Home, tmp_path_factory) -> Home:
    """The shipped release and a later one, refreshed one after the other."""
    path = tmp_path_factory.mktemp("vintages") / "home"
    shutil.copytree(refreshed.path, path)
    return publish(Home(path), "2026-10-15")


@pytest.fixture(scope="module")
def all_three(in_order: Home, tmp_path_factory) -> Home:
    """One more release, refreshed after the two."""
    path = tmp_path_factory.mktemp("vintages") / "home"
    shutil.copytree(in_order.path, path)
    return publish(Home(path), "2027-02-01")


@pytest.fixture(
    scope="module",
    params=[("2027-02-01", "2026-03-31", "2026-10-15"), ("2026-10-15", "2027-02-01", "2026-03-31")],
    ids=["newest first", "newest second"],
)
def otherwise(request, refreshed: Home, tmp_path_factory) -> Home:
    """The three releases in another order: the models are built after each, and published after the last."""
    home = refreshed.copy(tmp_path_factory.mktemp("vintages"))
    shutil.rmtree(home.file(DATASET).parent)
    # Left out, which is no loss.
    home.file(DATASET, ".2026-03-31").parent.mkdir()
    *first, last = request.param
    for day in first:
        put(home, day)
        assert home.build("fct_indicators", "lineage", "revisions").reasons == ()
    held = f"select released_on::varchar from marts.dim_releases where dataset = '{DATASET}' order by 1"
    assert home.query(held) == [(day,) for day in sorted(first)]
    return publish(home, last)


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


def test_releases_loaded_in_any_order_give_the_same_tables(all_three: Home, otherwise: Home):
    for table, columns in TABLES.items():
        query = f"select {columns} from {table} order by all"
        assert all_three.query(query) == otherwise.query(query), table


@pytest.mark.parametrize("facts", ["measures", "indicators"])
def test_as_of_each_release_day_stands_what_the_refresh_of_that_day_published(
    refreshed: Home, in_order: Home, all_three: Home, facts: str
):
    published = {
        "2026-03-31": refreshed,
        "2026-10-14": refreshed,
        "2026-10-15": in_order,
        "2027-01-31": in_order,
        "2027-02-01": all_three,
    }
    for day, home in published.items():
        then = home.query(f"select * from marts.fct_{facts} order by all")
        assert all_three.query(f"select * from marts.{facts}_as_of(date '{day}') order by all") == then, day
    assert all_three.query(f"select * from marts.{facts}_as_of(date '2026-03-30')") == []


def test_a_release_of_other_areas_or_years_withdraws_nothing(rebuilt):
    # A later release with one of the eight areas: too few to say that the others were withdrawn.
    home = rebuilt(
        [
            f"create table staging.before as select * from staging.measures_by_label where release_id like '{DATASET}@%'",
            "insert into marts.dim_releases select * replace ('ons.drug_poisoning_deaths@2026-12-01' as release_id, date '2026-12-01' as released_on) from marts.dim_releases where dataset = 'ons.drug_poisoning_deaths'",
            "insert into staging.measures_by_label select * replace ('ons.drug_poisoning_deaths@2026-12-01' as release_id) from staging.before where area_code = 'E08000025'",
        ],
        "all_measures",
        "fct_observations",
    )
    assert home.reasons == ()
    assert home.query("select distinct ended_as from marts.fct_observations order by all") == [("replaced",), (None,)]


def correction(printed: str, corrected: str, status: str = "open", area: str = BIRMINGHAM) -> str:
    name = "birmingham-deaths" if area == BIRMINGHAM else "other-deaths"
    return (
        f"insert into staging.corrections values ('{name}', '{DATASET}', 'drug_poisoning_deaths_registered', '{area}', "
        f"'CY2024', '{printed}', '{corrected}', 'Two deaths counted twice.', 'Letter of the coroner.', date '2026-04-02', '{status}')"
    )


CORRECTED = (
    "all_measures",
    "fct_observations",
    *DERIVED,
    "lineage_history",
    "lineage",
    "revisions",
    "audit_corrections",
)


@pytest.fixture(scope="module")
def corrected(rebuilt) -> Home:
    """The shipped release with Birmingham's count corrected and Dudley's dropped."""
    home = rebuilt([correction("120", "118"), correction("25", "drop", area=DUDLEY)], *CORRECTED, command="build")
    assert home.reasons == ()
    return home


def test_a_correction_changes_the_value_and_keeps_the_printed_one_beside_it(corrected: Home):
    home = corrected
    assert home.query(
        "select value, value_text, correction_id from marts.fct_observations where " + KEY.format(BIRMINGHAM, "CY2024")
    ) == [(118, "120", "birmingham-deaths")]
    assert home.query(
        "select value from marts.fct_indicators where indicator_id = 'drug_poisoning_deaths' and area_code = 'E08000025' and period_id = 'CY2024'"
    ) == [(118,)]
    assert home.query("select correction_id, state, corrected_releases from audit.corrections order by 1") == [
        ("birmingham-deaths", "needed", 1),
        ("other-deaths", "needed", 1),
    ]
    assert home.query(
        "select distinct value from raw_ons.drug_poisoning_deaths where area = 'Birmingham' and registration_year = '2024'"
    ) == [("120",)]


def test_a_figure_can_be_dropped_where_no_right_one_is_known(corrected: Home):
    assert corrected.query(
        "select value, value_text, value_status from marts.fct_observations where " + KEY.format(DUDLEY, "CY2024")
    ) == [(None, "25", "not_available")]


def test_a_correction_fails_the_check_once_the_publisher_prints_another_figure(rebuilt, in_order: Home):
    home = rebuilt([correction("120", "118")], *CORRECTED, command="build", base=in_order)
    (reason,) = home.reasons
    assert reason.startswith(
        "dbt_project/seeds/rules/corrections.csv, birmingham-deaths, drug_poisoning_deaths_registered, E08000025, CY2024: "
        "found 'ons.drug_poisoning_deaths@2026-10-15, which prints 124 in raw/ons/drug_poisoning_deaths/2026-10-15/drug_poisoning_deaths.csv, line "
    )
    assert "expected 120 as printed, which the correction turns into 118." in reason
    assert "Where it is right, set the status to closed: the older releases stay corrected." in reason


def known(home: Home, day: str) -> list[tuple]:
    """The value, its text and its correction as of a day, and the indicator's value and change."""
    return home.query(
        f"select observed.value, value_text, correction_id, indicators.value, change from marts.observations_as_of(date '{day}') as observed "
        f"inner join marts.indicators_as_of(date '{day}') as indicators using (area_code, period_id) "
        f"where indicator_id = 'drug_poisoning_deaths' and " + KEY.format(BIRMINGHAM, "CY2024")
    )


def test_until_a_fault_is_reported_the_printed_figure_is_what_was_known(corrected: Home):
    home = corrected
    assert known(home, "2026-04-01") == [(120, "120", None, 120, -32)]
    assert known(home, "2026-04-02") == [(118, "120", "birmingham-deaths", 118, -34)]
    assert home.query(
        "select area_code, kind, old_value, new_value, old_release_id = new_release_id, revised_on::varchar "
        "from audit.revisions order by area_code"
    ) == [
        (BIRMINGHAM, "corrected", 120, 118, True, "2026-04-02"),
        (DUDLEY, "corrected", 25, None, True, "2026-04-02"),
    ]


def test_a_closed_correction_still_corrects_the_older_release_and_its_figure_is_revised_once(rebuilt, in_order: Home):
    home = rebuilt([correction("120", "124", "closed")], *CORRECTED, command="build", base=in_order)
    assert home.reasons == ()
    key = KEY.format(BIRMINGHAM, "CY2024")
    # The release that prints 124 changes nothing: that it is 124 was known since the fault was reported.
    assert home.query(f"select kind, old_value, new_value from audit.revisions where {key}") == [
        ("corrected", 120, 124)
    ]
    assert home.query(f"select value from marts.fct_observations where {key} order by release_id") == [(124,), (124,)]


def test_a_correction_that_was_reported_after_the_next_release_is_no_revision(rebuilt, in_order: Home):
    late = correction("120", "124", "closed").replace("2026-04-02", "2026-12-01")
    home = rebuilt([late], *CORRECTED, command="build", base=in_order)
    assert home.reasons == ()
    assert home.query(
        "select kind, old_value, new_value from audit.revisions where " + KEY.format(BIRMINGHAM, "CY2024")
    ) == [("revised", 120, 124)]


def test_no_revision_goes_from_a_figure_to_the_same_one(in_order: Home):
    assert in_order.query(
        "select count(*) from audit.revisions where old_value = new_value and old_value_status = new_value_status"
    ) == [(0,)]


def test_a_correction_that_meets_no_figure_or_was_closed_too_early_fails_the_check(rebuilt):
    wrong = [correction("121", "118", "open"), correction("25", "24", "closed", DUDLEY)]
    home = rebuilt(wrong, *CORRECTED, command="build")
    (of_no_figure, too_early) = home.reasons
    assert "birmingham-deaths" in of_no_figure
    assert "no release that prints 121" in of_no_figure
    assert "other-deaths" in too_early
    assert "which prints 25 again" in too_early
