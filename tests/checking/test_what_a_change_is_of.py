"""Which two values a change is of, where a sentence has intervals, two comparisons, other places or parts of a year."""

import pytest
from test_sentences import found
from test_years_and_qualifiers import AREAS

CLAIMANTS = "In September 2025 there were 4,985 claimants. That was {} than in August (4,870) and {} than in September 2024 (5,190)."
LIST = "The list had 5,120 names in May, 80 fewer than in April and {} more than in May 2024 (4,810)."
RENT = "The average rent was £812 in March 2025, £47 more than in March 2024 and {} more than in March 2021 (£681)."
OFFENCES = (
    "In the first six months of 2025/26 there were 2,140 offences, compared with 4,410 in the whole of 2024/25 and 2,235 in "
    "the first six months of 2024/25, a fall of {}."
)
CARE = (
    "Continuity of care was 53% (England: 57%), compared with 41% the year before: an increase of {} percentage points."
)
TRUE = [
    # Another place.
    f"{AREAS}In 2022 North had 6 more than East; in 2024 East had 3 more than North.",
    f"{AREAS}In 2024 East had 3 more than North, and South had 6 more.",
    # An interval.
    "The employment rate was 73.4% (95% confidence interval: 70.9% to 75.9%), down from 74.1% a year earlier.",
    "The employment rate was 73.4% (95% CI 70.9% to 75.9%), down from 74.1% (71.5% to 76.6%) a year earlier.",
    "The rate was 73.4% (70.9% to 75.9%), down from 74.1%.",
    f"{AREAS}The share in North was 12.1% (95% CI 9.0% to 15.2%), higher than in East.",
    # Two comparisons.
    CLAIMANTS.format("115 more", "205 fewer"),
    LIST.format("310"),
    RENT.format("£131"),
    "The number of users rose by 210 to 3,410, after a rise of 180 the year before (3,200).",
    "Repairs were on time in 71% of cases, down 2 points from 73%; with safety 80%, up one point.",
    # A part of a year and a whole one.
    OFFENCES.format("4.3%"),
    # No total.
    "Of the 1,000 samples, 640 were as expected, 212 contained something else as well and 148 something else altogether.",
    "Of 700 samples, 340 were as expected and 212 were mixed, 552 altogether.",
    # England's value in a bracket.
    CARE.format("12"),
    "Continuity of care stood at 53% (England: 57%), compared with 41% (England: 47%) the year before: an increase of 12 "
    "percentage points against 10 nationally.",
]
FALSE = [
    (f"{AREAS}North recorded 7 fewer in 2024 than in 2022.", "5"),
    ("The rate was 73.4% (95% CI 70.9% to 75.9%), up from 74.1% a year earlier.", "a fall"),
    (CLAIMANTS.format("155 more", "205 fewer"), "115"),
    (CLAIMANTS.format("115 more", "250 fewer"), "205"),
    (LIST.format("130"), "310"),
    (RENT.format("£113"), "£131"),
    (
        "Repairs were on time in 71% of cases, down 4 points from 73%; with safety 80%, up one point.",
        "2 percentage points",
    ),
    (OFFENCES.format("8.3%"), "4.3%"),
    ("We had 340 in May and 212 in June, 562 calls altogether.", "552"),
    ("Of 700 samples, 340 were as expected and 212 were mixed, 562 altogether.", "552"),
    (CARE.format("16"), "12 percentage points"),
]


@pytest.mark.parametrize("text", TRUE, ids=lambda text: text[-60:])
def test_a_true_change_is_not_held_against_another_value(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "meant"), FALSE, ids=lambda text: text[-60:])
def test_a_false_change_is_told_by_its_own_values(text: str, meant: str):
    assert [one.expected for one in found(text) if one.severity != "advice"] == [meant]
