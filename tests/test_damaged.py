"""Damaged copies of files of every layout: refused, told or read as they were, and none silently smaller or wrong."""

from collections import Counter

import pytest
from damaged import DAMAGES, outcomes
from layouts import LAYOUTS


@pytest.fixture(scope="module")
def found():
    return list(outcomes())


def test_no_damaged_copy_is_read_silently_smaller_or_wrong(found, record_property):
    assert len(found) == len(LAYOUTS) * len(DAMAGES) > 150
    counted = Counter(one.outcome for one in found)
    record_property("measured", f"{len(found)} damaged copies: {dict(counted)}")
    assert [one for one in found if one.outcome == "silent"] == []
    assert counted["refused"] > len(found) / 2


@pytest.mark.parametrize("damage", ["emptied", "a row twice", "a sheet twice", "a word", "an error", "letters in it"])
def test_a_damage_that_no_publisher_prints_is_refused_in_every_layout(found, damage: str):
    assert {one.outcome for one in found if one.damage == damage} == {"refused"}


def test_note_marks_and_odd_blanks_change_nothing_in_the_publishers_own_layouts(found):
    own = {layout.dataset for layout in LAYOUTS[:10]} - {"ons.drug_poisoning_deaths"} | {"home_office.drug_seizures"}
    for one in found:
        if one.damage in ("a header with a note", "a header with odd blanks") and one.layout in own:
            assert one.outcome == "same", one


def test_every_refusal_says_where_and_what_was_expected(found):
    for one in found:
        if one.outcome == "refused":
            assert one.said.startswith("raw/"), one
            assert ": found " in one.said, one
            assert "; expected " in one.said, one
