"""What improves may fall: the size of such a change is judged, and its direction is not."""

import pytest
from test_sentences import found

RIGHT = [
    "The deficit was £2.1 million, compared with £2.9 million last year, an improvement of £0.8 million.",
    "The backlog is 310, against 355 at quarter 1, an improvement of 45.",
    "Sickness improved from 4.9% to 4.4%, by 0.5 percentage points.",
    "Attendance improved from 90.1% to 91.4%, by 1.3 percentage points.",
    "The backlog improved by 45, from 355 to 310.",
    "The deficit has worsened by £0.4m since quarter 1, from £1.2m to £1.6m.",
    "Satisfaction deteriorated by 4 percentage points, from 81% to 77%.",
    "There was a 25% improvement, from 1,200 to 900.",
    "| Area | 2023 | 2024 |\n|---|---|---|\n| Ashby | 310 | 240 |\n| Corley | 204 | 250 |\n| Dunton | 120 | 118 |\n\n"
    "The largest improvement was in Ashby.",
]
WRONG = [
    ("The deficit was £2.1 million, compared with £2.9 million last year, an improvement of £0.6 million.", "0.8"),
    ("Sickness improved from 4.9% to 4.4%, by 0.7 percentage points.", "0.5"),
    ("The backlog improved by 54, from 355 to 310.", "45"),
    ("The deficit has worsened by £0.6m since quarter 1, from £1.2m to £1.6m.", "£0.4 million"),
    ("There was a 35% improvement, from 1,200 to 900.", "25%"),
    # A word for the direction that stands nearer is judged.
    ("Sickness improved and fell by 0.5 percentage points, from 4.4% to 4.9%.", "a rise of 0.5"),
]


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_said_of_a_change_for_better_or_worse_of_the_right_size(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "expected"), WRONG)
def test_a_change_for_better_or_worse_of_the_wrong_size_is_told(text: str, expected: str):
    told = [one.explanation for one in found(text) if one.severity != "advice"]
    assert any(expected in one for one in told), told


def test_no_digit_is_suggested_for_a_word():
    told = found("The rate is 31.2 per 1,000, twice the 2023 rate (28.4 per 1,000).")
    words = [one for one in told if not any(letter.isdigit() for letter in one.published)]
    assert words
    assert not any("may have been meant" in one.slip for one in words), told
