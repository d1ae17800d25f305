"""How a wrong change is told: in the words of the sentence, with singular and plural, and money with its sign."""

import pytest
from test_sentences import found

TOLD = [
    (
        "Spending rose by £1.2 million, from £14.9 million to £13.7 million.",
        "a fall of £1.2 million",
        "From £14.9 million to £13.7 million is a fall of £1.2 million, not a rise.",
    ),
    (
        "The number of kits fell from 20 to 15, a rise of 6.",
        "a fall of 5",
        "From 20 to 15 is a fall of 5, not a rise of 6.",
    ),
    (
        "The share rose by 3 percentage points, from 41% to 42%.",
        "1 percentage point",
        "From 41% to 42% is 1 percentage point, not 3 percentage points.",
    ),
    (
        "Visits fell by 250, from 5,190 to 4,985.",
        "205",
        "From 5,190 to 4,985 is a fall of 205, not 250.",
    ),
    (
        "We trained 1,500 staff against a target of 1,200, 20% above target.",
        "25%",
        "1,500 is 25% above 1,200, not 20%.",
    ),
    (
        "We trained 1,500 staff against a target of 1,200, 25% below target.",
        "25% above",
        "1,500 is 25% above 1,200, not 25% below.",
    ),
]


@pytest.mark.parametrize(("text", "expected", "why"), TOLD, ids=lambda text: text[-40:])
def test_a_wrong_change_is_told_in_plain_words(text: str, expected: str, why: str):
    assert (expected, why) in [(one.expected, one.explanation) for one in found(text)]


def test_a_change_of_money_in_a_table_has_its_sign_before_the_pound():
    table = "Table 1: Fees\n\n| Office | 2023 | 2024 | Change |\n|---|---|---|---|\n| Pellow | £120 | £95 | £25 |\n"
    assert [one.explanation for one in found(table) if one.severity == "error"] == [
        "From £120 to £95 is -£25, not £25."
    ]
