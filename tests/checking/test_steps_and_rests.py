"""The largest step of a table, what is left of a count, the rest of a list, and who spent more than the plan."""

import pytest
from test_sentences import found

SWIMMERS = """Table 1: Adults who swim, per cent. Source: survey.

| | 2019 | 2020 | 2021 | 2022 | 2023 |
|---|---|---|---|---|---|
| Adults who swim | 21.4 | 20.9 | 19.2 | 18.7 | 18.1 |

"""
RATES = """Table 1: Thefts of cycles by town, 2024

| Town | Thefts | Rate per 10,000 |
|---|---|---|
| Oakham Dene | 212 | 30.4 |
| Pell | 96 | 14.9 |
| Quorn Bay | 77 | 12.1 |

"""
BIDS = "Of the 140 bids last year,\n\n- 72 were for halls,\n- 41 for fields,\n- 18 for pools,\n- and the remaining {} for fees."

RIGHT = [
    SWIMMERS + "The largest fall was between 2020 and 2021, when the share dropped by 1.7 points.",
    SWIMMERS + "The largest fall in ten years came between 2008 and 2009.",
    RATES + "Oakham Dene has the highest rate. That is more than twice the rate of Pell.",
    BIDS.format("9"),
    "Of 212 families invited, 148 came to the open day. The 64 who were not able to come got a letter.",
    "Of 212 families invited, 148 came to the open day. The 31 who were not told in time were angry.",
    "The town set a budget of £41.2 million. It spent £43.0 million and so overspent by £1.8 million.",
    "The town set a budget of £43.0 million. It spent £41.2 million and so underspent by £1.8 million.",
]
WRONG = [
    (SWIMMERS + "The largest fall was between 2021 and 2022, when the share dropped.", "between 2020 and 2021"),
    (RATES + "Oakham Dene has the highest rate. That is more than three times the rate of Pell.", "2.0 times"),
    (BIDS.format("19"), "9"),
    ("Of 212 families invited, 148 came to the open day. The 46 who were not able to come got a letter.", "64"),
    ("The town set a budget of £41.2 million. It spent £43.0 million and so underspent by £1.8 million.", "overspend"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_what_follows_is_not_told(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_what_does_not_follow_is_told(text: str, meant: str):
    findings = found(text)
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings), [one.explanation for one in findings]
