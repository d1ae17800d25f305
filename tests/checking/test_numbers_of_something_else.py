"""Numbers beside a change, a share or a rank that are of something else: true sentences are silent, false ones told."""

import pytest
from test_sentences import found

FIRES = """# Fire and rescue

Table 1: Fires and visits

| Area | 2021 | 2022 | 2023 | Change | Visits for every fire |
| --- | --- | --- | --- | --- | --- |
| North | 118 | 112 | 98 | -14 | 42.7 |
| South | 130 | 141 | 150 | +9 | 31.4 |
| West | 94 | 99 | 101 | +2 | 20.2 |
| All | 342 | 352 | 349 | -3 | 31.2 |

"""
MONTHS = """# Handovers

Table 1: Ambulances that waited, July to September 2024

| Month | Arrivals | Waited |
| --- | --- | --- |
| July | 447 | 141 |
| August | 433 | 126 |
| September | 459 | 152 |

"""
RATES = """# Offences

Table 1: Offences and outcomes, 2024/25

| Division | Offences | Population | Per 1,000 | Outcomes | Rate |
| --- | --- | --- | --- | --- | --- |
| Coast | 512 | 96,400 | 5.31 | 398 | 77.7% |
| Moor | 377 | 58,900 | 6.40 | 301 | 79.8% |
| Town | 1,274 | 163,200 | 7.81 | 826 | 64.8% |

"""
# A document, and its number with a right and with a wrong value.
SENTENCES = [
    ("There were 39 deaths in 2023, 13 below the peak of 52 in 2021, a fall of {} in two years.", "25%", "52%"),
    ("Stays were 0.9 of a day shorter, one seventh ({}) of the 6.3 days of 2021.", "14 per cent", "41 per cent"),
    ("In the year before the figures were 150 and 118 of 225, or {} and 52.4%.", "66.7%", "76.6%"),
    (
        "Five people died in 2024/25, two fewer than in the previous year and six fewer than the {} of 2022/23.",
        "eleven",
        None,
    ),
    ("They now make up 15.7 per cent of the five groups ({} in 2023/24). Robbery rose by 36.", "13.7 per cent", None),
    (FIRES + "Fires are down by {} over all areas, most of all in North.", "3", None),
    (
        FIRES + "North, where fires fell, had most visits for every fire: 42.7, more than {} the 20.2 of West.",
        "twice",
        None,
    ),
    (FIRES + "In South fires were {} in 2021, and in the two following years they rose to 150.", "130", "103"),
    (MONTHS + "From July to September {} of 1,339 ambulances had waited.", "419", None),
    (MONTHS + "In September {} of 459 ambulances had waited.", "152", "125"),
    (FIRES + "Fires are down by {} although they rose in South.", "3", None),
    (FIRES + "In South fires were {} in 2021; two years later they stood at 150.", "130", "103"),
    (MONTHS + "Between July and September {} of 1,339 ambulances had waited.", "419", None),
    ("A third of the twelve sites ({} in 2023) were open.", "27%", None),
    ("Almost a third of the visits ({}) failed.", "32%", "23%"),
    ("Stays were half a day shorter, one twelfth ({}) of the 6.0 days of 2021.", "8 per cent", "80 per cent"),
    (RATES + "{} had the highest rate per 1,000 residents.", "Town", "Coast"),
    (RATES + "{} had the highest rate of outcomes.", "Moor", "Town"),
]


@pytest.mark.parametrize(("text", "right", "wrong"), SENTENCES)
def test_a_number_of_something_else_is_not_held_against_a_true_one(text: str, right: str, wrong: str | None):
    assert found(text.format(right)) == []
    if wrong is not None:
        assert found(text.format(wrong)) != []


TREATED = """# Treatment

Table 1: Adults in treatment, 2024/25

| Service | Adults | Completed | Share |
| --- | --- | --- | --- |
| City | 1,038 | 119 | 11.5% |
| North | 600 | 72 | {cell} |
| South | 508 | 62 | 12.2% |
| All | {total} | 253 | 11.8% |

There were {total} adults in treatment, of whom 253 (11.8%) completed it. City had 48.4% of all adults. In North 12.0%
completed it.
"""


def test_a_number_that_is_wrong_in_two_places_is_told_once_and_nothing_that_follows_from_it():
    assert found(TREATED.format(total="2,146", cell="12.0%")) == []
    (told,) = found(TREATED.format(total="2,461", cell="12.0%"))
    assert (told.published, told.expected) == ("2,461", "2,146")
    assert "With 2,146 in place of 2,461 in both places, both would agree." in told.explanation


def test_a_sentence_that_has_what_a_wrong_cell_should_have_is_not_told():
    (told,) = found(TREATED.format(total="2,146", cell="10.2%"))
    assert (told.published, told.expected) == ("10.2%", "12.0%")


DELAYS = """# Delays

Table 1: Delays by cause

| Month | NHS | Social care | Both | All |
| --- | --- | --- | --- | --- |
| January | 72 | 38 | 12 | {} |
| February | 60 | 30 | 10 | 100 |
| March | 50 | 20 | 10 | 80 |
"""


def test_what_both_have_is_a_part_where_the_sums_say_so():
    assert found(DELAYS.format("122")) == []
    assert [(one.published, one.expected) for one in found(DELAYS.format("112"))] == [("112", "122")]
