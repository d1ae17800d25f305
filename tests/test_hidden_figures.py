"""Which figures the public edition hides: small counts, and those from which one could be worked out."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from attacker import AREAS, CHANGE, CRIMES, FORCE, REST, figures_of
from conftest import TO_MEASURES
from homes import Home

from orchestration.disclosure.earlier_editions import Earlier
from orchestration.disclosure.figures import Published
from orchestration.support.refusal import Refusal


@pytest.fixture
def decided(refreshed: Home, queries: dict[str, str], tmp_path: Path) -> Callable[..., set]:
    """What would be hidden of the shipped releases if statements had changed their figures."""

    def decide(*statements: str, earlier: Earlier | None = None) -> set:
        copy = tmp_path / "warehouse.duckdb"
        shutil.copyfile(refreshed.warehouse, copy)
        with duckdb.connect(str(copy)) as connection:
            for statement in statements:
                connection.execute(statement)
            for name in TO_MEASURES if statements else ():
                schema = "staging" if name.startswith("int_") else "marts"
                connection.execute(f"create or replace table {schema}.{name} as {queries[name]}")
            return Published(connection, earlier or Earlier()).keys_to_hide()

    return decide


TRAFFICKING = "drug_trafficking_offences_recorded"


SOLIHULL = (TRAFFICKING, "E08000029", "FY2024-25")


def changed(measure: str, area: str, period: str, value: int) -> str:
    return (
        f"update marts.fct_observations set value = {value}, value_status = 'published' "
        f"where measure_id = '{measure}' and area_code = '{area}' and period_id = '{period}'"
    )


def copied(measure: str, other: str) -> tuple[str, str]:
    """Statements that make another publisher's measure with the force's figures."""
    rows = f"from marts.fct_observations where measure_id = '{measure}' and area_code = '{FORCE}'"
    return (
        f"insert into marts.fct_observations select * replace ('{other}' as measure_id) {rows}",
        f"insert or ignore into marts.dim_measures select * replace ('{other}' as measure_id, 'home_office.crime_outcomes' "
        f"as dataset, 'home_office' as publisher) from marts.dim_measures where measure_id = '{measure}'",
    )


FEW_IN_SOLIHULL = (changed(*SOLIHULL, 3), changed(TRAFFICKING, FORCE, "FY2024-25", 1592))


def test_a_published_change_that_would_tell_a_hidden_count_is_hidden_with_it(decided):
    neighbourhood, at = "drug_related_neighbourhood_crimes_recorded", ("E08000028", "FY2024-25")
    hidden = decided(changed(neighbourhood, *at, 3))
    assert (neighbourhood, *at) in hidden
    assert ("drug_related_neighbourhood_crimes_published_change", *at) in hidden
    assert ("drug_related_neighbourhood_crimes_published_percent_change", *at) in hidden


POSSESSION_YOUTH = "possession_of_drugs_outcomes_type_2_home_office"


def test_what_another_publisher_prints_later_hides_nothing(decided):
    total = ("drug_offence_outcomes_caution_youth", FORCE, "FY2024-25")
    part = ("drug_possession_outcomes_caution_youth", FORCE, "FY2024-25")
    assert part in decided()
    assert total not in decided()
    later = decided(
        *copied(part[0], POSSESSION_YOUTH),
        f"update marts.fct_observations set known_from = date '2026-06-30' where measure_id = '{POSSESSION_YOUTH}'",
    )
    # As of the days before, the other publisher had not printed it.
    assert part in later
    assert total in later


def test_a_small_count_is_hidden_where_another_publisher_prints_another_number(decided):
    youth = ("drug_trafficking_outcomes_caution_youth", FORCE, "FY2024-25")
    twin = "trafficking_of_drugs_outcomes_type_2_home_office"
    assert youth in decided(*copied(youth[0], twin), changed(twin, *youth[1:], 2))


def test_shares_of_few_are_hidden_where_a_policy_says_so_and_their_changes_with_them(decided):
    hidden = decided()
    for measure in ("drug_related_homicides_share", "drug_related_homicides_published_change"):
        assert (measure, FORCE, "FY2024-25") in hidden
    assert not [key for key in hidden if key[0] == "drug_related_crime_harm_score_reduction"]


def test_a_count_that_another_publisher_prints_is_shown(decided):
    youth = ("drug_trafficking_outcomes_caution_youth", FORCE, "FY2024-25")
    assert youth in decided()
    assert youth not in decided(*copied(youth[0], "trafficking_of_drugs_outcomes_type_2_home_office"))


def test_what_another_publisher_prints_by_another_name_of_the_same_twelve_months_is_known_too(decided):
    few = changed("drug_possession_offences_recorded", *SOLIHULL[1:], 1)
    total = ("drug_offences_recorded", *SOLIHULL[1:])
    assert total in decided(*FEW_IN_SOLIHULL, few)
    printed = (
        "insert into marts.fct_observations select * replace ('drug_offences_recorded_twelve_months' as measure_id, "
        f"'R12-2025-03' as period_id, 4 as value) from marts.fct_observations where measure_id = '{TRAFFICKING}' "
        f"and area_code = '{SOLIHULL[1]}' and period_id = 'FY2024-25'"
    )
    with pytest.raises(Refusal, match=f"found no way to hide .*, {SOLIHULL[1]}, FY2024-25, because figures that are"):
        decided(*FEW_IN_SOLIHULL, few, printed)


def test_a_figure_that_a_publisher_hid_is_hidden_although_its_total_gives_it_away(decided):
    withheld = (
        "update marts.fct_observations set value = null, value_status = 'suppressed' "
        f"where measure_id = '{SOLIHULL[0]}' and area_code = '{SOLIHULL[1]}' and period_id = '{SOLIHULL[2]}'"
    )
    unallocated = (
        "insert into marts.fct_observations select * replace ('E23000014-UNALLOCATED' as area_code, 7 as value) "
        f"from marts.fct_observations where measure_id = '{TRAFFICKING}' and area_code = '{FORCE}' "
        "and period_id = 'FY2024-25'"
    )
    hidden = {key for key in decided(withheld, unallocated) if key[0] == TRAFFICKING and key[2] == "FY2024-25"}
    assert SOLIHULL in hidden
    assert len(hidden) > 1


AT_COVENTRY = ("E08000026", "FY2024-25")


def of_coventry() -> tuple[str, ...]:
    """Coventry's count is not available; 500 of the year before and the printed +10.0% make 550."""
    return (
        changed(CRIMES, "E08000029", "FY2024-25", 4),
        changed(CRIMES, AT_COVENTRY[0], "FY2023-24", 500),
        f"update marts.fct_observations set value = null, value_status = 'not_available' where measure_id = '{CRIMES}' "
        f"and area_code = '{AT_COVENTRY[0]}' and period_id = 'FY2024-25'",
        f"delete from marts.fct_observations where measure_id = '{CHANGE}' and area_code = '{AT_COVENTRY[0]}'",
        f"insert into marts.fct_observations select * replace ('{AT_COVENTRY[0]}' as area_code, 10.0 as value) from "
        f"marts.fct_observations where measure_id = '{CHANGE}' and area_code = 'E08000028' and period_id = 'FY2024-25'",
        *(
            changed(CRIMES, code, "FY2024-25", 1_000)
            for code in AREAS.values()
            if code not in ("E08000029", AT_COVENTRY[0])
        ),
        # Those that the force printed as not available are given as well.
        f"update marts.fct_observations set value_status = 'published' where measure_id = '{CRIMES}' and value = 1000",
        changed(CRIMES, FORCE, "FY2024-25", 5_554),
    )


def test_the_printed_change_of_a_count_that_is_not_available_is_hidden_where_it_would_tell_a_small_one(decided):
    hidden = decided(*of_coventry())
    assert (CRIMES, "E08000029", "FY2024-25") in hidden
    assert (CHANGE, *AT_COVENTRY) in hidden
    # That is enough: what is not known of Coventry hides Solihull.
    assert {key for key in hidden if key[0] == CRIMES and key[2] == "FY2024-25"} == {(CRIMES, "E08000029", "FY2024-25")}


def test_a_change_that_an_earlier_edition_showed_cannot_be_taken_back_and_another_count_is_hidden(decided):
    earlier = Earlier(shown=frozenset({((CHANGE, *AT_COVENTRY), 10.0)}))
    hidden = decided(*of_coventry(), earlier=earlier)
    of_year = {key for key in hidden if key[0] == CRIMES and key[2] == "FY2024-25"}
    assert (CRIMES, "E08000029", "FY2024-25") in of_year
    assert len(of_year) > 1


def test_parts_that_only_an_earlier_edition_showed_tell_nothing_with_a_total_of_now(decided, refreshed: Home):
    """A release was taken out of raw/ after an edition had shown all areas but Solihull."""
    shown = {
        (key, value)
        for key, value in figures_of(refreshed.warehouse).items()
        if key[0] == TRAFFICKING and key[2] == "FY2024-25" and key[1] != FORCE and key != SOLIHULL
    }
    gone = f"delete from marts.fct_observations where measure_id = '{TRAFFICKING}' and area_code <> '{FORCE}'"
    total = sum(value for _, value in shown) + 4
    now = changed(TRAFFICKING, FORCE, "FY2024-25", total)
    rest = {((TRAFFICKING, REST, "FY2024-25"), 0)}
    earlier = Earlier(hidden=frozenset({SOLIHULL}), shown=frozenset(shown | rest))
    assert (TRAFFICKING, FORCE, "FY2024-25") in decided(gone, now, earlier=earlier)
    assert (TRAFFICKING, FORCE, "FY2024-25") not in decided(gone, now)


def test_the_next_edition_hides_what_the_one_before_did_and_hides_nothing_behind_what_that_one_showed(
    decided, refreshed: Home
):
    first = decided(*FEW_IN_SOLIHULL)
    partners = {key for key in first if key[0] == TRAFFICKING} - {SOLIHULL}
    assert partners
    earlier = Earlier(hidden=frozenset(first))
    assert first <= decided(*FEW_IN_SOLIHULL, earlier=earlier)
    assert first <= decided(earlier=earlier)
    shown = frozenset((key, value) for key, value in figures_of(refreshed.warehouse).items() if key != SOLIHULL)
    second = decided(*FEW_IN_SOLIHULL, earlier=Earlier(shown=shown))
    assert SOLIHULL in second
    assert (TRAFFICKING, FORCE, "FY2024-25") in second
    assert not {key for key, value in shown if key in second and key[0] == TRAFFICKING and key[1] != FORCE}


def test_two_decisions_on_the_same_figures_are_the_same(decided):
    assert decided(*FEW_IN_SOLIHULL) == decided(*FEW_IN_SOLIHULL)


def test_a_policy_for_a_dataset_that_is_not_there_is_refused(decided):
    with pytest.raises(Refusal, match=r"found the datasets police\.nothing; expected datasets that have measures"):
        decided("insert into staging.disclosure_policies values ('police.nothing', 5, false, false, 'none')")


def test_a_policy_that_hides_one_number_only_is_refused(decided):
    with pytest.raises(Refusal, match="found hide_below 2; expected 3 or more"):
        decided("update staging.disclosure_policies set hide_below = 2")
