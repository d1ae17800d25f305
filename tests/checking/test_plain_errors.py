"""Parts beyond their whole, and "doubled" and "outnumbered" beside their numbers."""

import pytest
from test_sentences import found

TRUE = [
    "There were 4,985 claimants, of whom 2,890 were men and 2,095 women.",
    "There were 4,985 claimants, of whom 2,890 were men and 2,100 were young.",
    "Of 40 councils, 18 rose, 9 fell and 13 were unchanged.",
    "Of 30 councils, 18 rose in 2023 and 15 fell in 2024.",
    "Women (1,310) outnumbered men (1,204).",
    "Women (1,204) no longer outnumbered men (1,310).",
    "The rate doubled from 4.1 to 8.2.",
    "The rate doubled from 4.1 in 2020 to 7.7 in 2024.",
    "The rate almost doubled from 4.1 to 6.6.",
    "The rate more than doubled from 4.1 to 9.9.",
    "The number of calls halved from 400 to 196.",
]
FALSE = [
    ("There were 4,985 claimants, of whom 2,890 were men and 2,905 women.", "at least 5,795"),
    ("Of 30 councils, 18 rose, 9 fell and 13 were unchanged.", "at least 40"),
    ("Women (1,204) outnumbered men (1,310).", "fewer"),
    ("The rate doubled from 4.1 to 6.2.", "1.5 times"),
    ("The number of calls halved from 400 to 310.", "0.8 times"),
]


@pytest.mark.parametrize("text", TRUE)
def test_plain_words_that_fit_their_numbers_are_not_told(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []


@pytest.mark.parametrize(("text", "meant"), FALSE)
def test_plain_words_that_do_not_fit_their_numbers_are_told(text: str, meant: str):
    assert meant in [one.expected for one in found(text)]
