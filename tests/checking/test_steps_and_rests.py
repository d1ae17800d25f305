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

ANSWERS = """Table 1: Share of tenants who agree, 2022 and 2024

| | 2022 (%) | 2024 (%) |
|---|---|---|
| Repairs are quick | 58 | 63 |
| Stairs are clean | 71 | 66 |
| Rents are fair | 49 | 47 |

"""
CLUBS = """Table 1: Members by club, 2023 and 2024

| Club | 2023 | 2024 |
|---|---|---|
| Chess | 120 | 150 |
| Rowing | 400 | 460 |
| Tennis | 210 | 215 |

"""

RIGHT = [
    ANSWERS + "More tenants find that repairs are quick (63%, up five points).",
    ANSWERS + "Only 47% find rents fair, which is two points down, and stairs have gone from 71% to 66%.",
    ANSWERS + "The gap is widest for stairs, at six points; it is smallest for rent, at two.",
    CLUBS + "Growth was strongest in chess, at 25.0%.",
    "The club has £412,000, compared with £390,000 last year. The increase is £22,000 or 5.6%.",
    "Wages were cut by £31,000 and fees by £14,000, together £45,000.",
    "There were 41 calls in the week, 22 of them about noise, twelve about parking and seven about other things.",
    "There were 41 calls in the week, 22 of them about noise, twelve about parking and seven elsewhere.",
    "We asked 240 tenants. Sixty of those asked were late with their rent, exactly a quarter.",
    "Calls numbered 320 in 2023 and 304 in 2024. The number has thus fallen, by 16 or 5.0%.",
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
    (ANSWERS + "Repairs are quick for 63% (up nine points).", "5 percentage points"),
    (CLUBS + "Growth was strongest in rowing, at 15.0%.", "Chess"),
    ("The club has £412,000, compared with £390,000 last year. The increase is £32,000 or 5.6%.", "£22,000"),
    ("Wages were cut by £31,000 and fees by £14,000, together £55,000.", "£45,000"),
    ("There were 41 calls in the week, 22 of them about noise, twelve about parking and nine elsewhere.", "20"),
    ("We asked 240 tenants. Sixty of those asked were late with their rent, exactly a third.", "25.0%"),
    ("Calls numbered 320 in 2023 and 304 in 2024. The number has thus fallen, by 61 or 5.0%.", "16"),
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
