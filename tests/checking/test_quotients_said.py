"""Quotients that a sentence draws from two columns of a table, or from two totals of the document."""

import pytest
from test_sentences import found

UNITS = """## Orders

Table 1: Orders ended and officers in post, by unit, 2024/25. Source: own records.

| Unit | Orders ended | Officers |
|---|---|---|
| Northern | 1,460 | 21 |
| Central | 2,315 | 34 |
| Coastal | 985 | 15 |
| Region | 4,760 | 70 |

"""
VISITS = """## Visits

Visits to the four centres totalled 653,000 in 2023/24.

## Income

Income was £4.26 million, against £4.18 million in the budget. """
FORMS = [
    (f"{UNITS}In Central there were {{}} orders for every officer, against 65.7 in Coastal.", "68.1", "71.1"),
    (f"{UNITS}Across the region there were {{}} orders per officer.", "68.0", "86.0"),
    (f"{UNITS}Northern has {{}} orders for each officer.", "69.5", "59.5"),
    (f"{VISITS}Each visit earned {{}}.", "£6.52", "£7.52"),
    (f"{VISITS}For each visit we earned {{}}.", "£6.52", "£5.62"),
    (
        "We received 120 applications and made 78 awards. They were worth £916,000 in all. This works out at an average "
        "of {} for each.",
        "£11,744",
        "£12,744",
    ),
    ("We made 78 awards, worth £916,000 in all. On average that is {} an award.", "£11,744", "£12,744"),
    ("Awards were worth £916,000. We made 78 awards, so the average was {}.", "£11,744", "£11,474"),
    (
        "The service spent £1,842,000. It taught 2,770 learners. For each learner it cost {}.",
        "£665",
        "£645",
    ),
]
SILENT = [
    f"{UNITS}A year before, Central had 74.2 orders for every officer.",
    f"{UNITS}In Central each officer dealt with three orders a week.",
    f"{UNITS}The plan is for 60.0 orders for every officer.",
    "We made 78 awards, worth £916,000 in all. Ash got 12 and Elm nine. The average was £9,150 in Ash.",
    f"{VISITS}Each visit to the sauna costs £9.50.",
]


@pytest.mark.parametrize(("text", "right", "wrong"), FORMS, ids=lambda text: text[-50:])
def test_a_quotient_is_that_of_what_is_named(text: str, right: str, wrong: str):
    assert [one.explanation for one in found(text.format(right)) if one.severity != "advice"] == []
    assert [one.expected for one in found(text.format(wrong)) if one.severity != "advice"] == [right]


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[-50:])
def test_a_quotient_of_something_else_is_not_told(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []
