"""Changes, shares and ranks in the forms that officers choose: "or about a fifth", "more than any other", "one in six"."""

import pytest
from test_sentences import found

KENNELS = """Table 1: Dogs taken in, by kennel, 2022/23 to 2024/25. Source: own records.

| Kennel | 2022/23 | 2023/24 | 2024/25 | Places | Dogs per place, 2024/25 |
|---|---|---|---|---|---|
| Abbey | 310 | 322 | 341 | 40 | 8.5 |
| Docks | 275 | 268 | 254 | 26 | 9.8 |
| Fenside | 198 | 204 | 219 | 25 | 8.8 |
| Gorse | 120 | 116 | 129 | 20 | 6.5 |
| All | 903 | 910 | 943 | 111 | 8.5 |

"""
FUNDS = """Table 1: Funds at 31 March, £ million

| Fund | 2022 | 2023 | 2024 |
|---|---|---|---|
| Repairs fund | 9.4 | 8.1 | 6.6 |
| Winter fund | 3.2 | 3.0 | 2.9 |
| Total | 12.6 | 11.1 | 9.5 |

"""
TOLLS = """Table 1: Crossings by bridge, 2023 and 2024

| Bridge | 2023 | 2024 |
|---|---|---|
| Upper bridge | 41,200 | 44,900 |
| Lower bridge | 28,900 | 29,500 |
| Total | 70,100 | 74,400 |

"""
MOODS = """Table 1: Share who agree, by statement, 2022 and 2024

| Statement | 2022 (%) | 2024 (%) |
|---|---|---|
| Staff listen | 71 | 76 |
| Rooms are clean | 64 | 62 |
| Food is good | 58 | 61 |

"""
REASONS = """Table 1: Complaints by subject, 2024/25

| Subject | Complaints |
|---|---|
| Noise | 112 |
| Parking | 84 |
| Litter | 28 |
| All complaints | 224 |

"""
RETURNS = "## Outcome\n\nDrop-outs have grown by {}.\n\n## Discharges\n\n" + (
    "Table 1: Discharges, 2023/24 and 2024/25\n\n| Reason | 2023/24 | 2024/25 |\n|---|---|---|\n"
    "| Completed | 204 | 231 |\n| Drop-outs | 120 | 138 |\n| Total | 324 | 369 |\n"
)

RIGHT = [
    "We ran 84 walks, as against 70 in the year before; that is 14 more, or a fifth.",
    "That was 60 more than the 480 we sold in 2023, a rise of 12.5%.",
    "We took 540 bookings, 60 more than the 480 of 2023, growth that cost us £15,000, or 8% of our reserve.",
    KENNELS + "Abbey took in more dogs than any other kennel.",
    KENNELS + "Docks takes in more dogs per place than any other kennel.",
    KENNELS + "In 2024/25 Abbey took in more dogs than in any other year.",
    KENNELS + "Two of the four kennels grew in both years: Abbey and Fenside.",
    KENNELS + "Two kennels grew in both years: Abbey, which has 40 places, and Fenside.",
    TOLLS + "- 74,400 crossings, up 4,300 on last year",
    KENNELS + "Fenside took in 219 dogs in 2024/25, which is 21 above the figure for 2022/23.",
    FUNDS + "The repairs fund has shrunk twice, first by £1.3 million and then by £1.5 million.",
    MOODS + "Agreement went up with two of the three statements.",
    REASONS + "Litter accounts for one complaint in eight.",
    "Of the 30 bids, 12 won in full, 11 in part and seven not at all.",
    "Of the visitors who left an address (200), 86 wrote back. That is 43.0% of them.",
    "We opened on 250 days and saw 6,000 visitors, or 24 on an average day.",
    "North and South have 91% each, whereas East trails at 84%, seven points behind them.",
    RETURNS.format("15%"),
    KENNELS + "Docks has more staff than any other kennel, and Docks had more volunteers than any other kennel.",
    KENNELS + "Fenside, with 219 dogs, is 21 above the figure for 2022/23.",
    KENNELS + "There were 943 dogs and 341 cats, 60 fewer than a year earlier.",
    KENNELS + "One dog in seven was a puppy, and one in 30 was chipped.",
    KENNELS + "Fees at Abbey peaked in 2022/23. The price of food peaked in 2023/24.",
    "The budget rose by £20,000 and fees by £5,000, in all £180,000 in 2024.",
    "A and B reached 91% each, whereas C was at 84%, three points ahead of the others in 2020.",
    "It is open on 250 days with 6,000 visitors, or 40 on an average day in summer.",
    "One child in 40 was away on two days in three.",
]
WRONG = [
    ("We ran 84 walks, as against 70 in the year before; that is 14 more, or a third.", "20.0%"),
    ("That was 60 more than the 480 we sold in 2023, a rise of 15.2%.", "12.5%"),
    (KENNELS + "Docks took in more dogs than any other kennel.", "Abbey"),
    (KENNELS + "Two of the four kennels grew in both years: Abbey and Gorse.", "Abbey, Fenside"),
    (KENNELS + "Two of the four kennels grew in both years: Abbey, Fenside and Gorse.", "3"),
    (TOLLS + "- 74,400 crossings, up 5,600 on last year", "4,300"),
    (KENNELS + "Fenside took in 219 dogs in 2024/25, which is 12 above the figure for 2022/23.", "21"),
    (FUNDS + "The repairs fund has shrunk twice, first by £1.3 million and then by £2.5 million.", "1.5"),
    (MOODS + "Agreement went up with all of the three statements.", "2 of the 3"),
    (REASONS + "Litter accounts for one complaint in five.", "12.5%"),
    ("Of the 30 bids, 12 won in full, 11 in part and nine not at all.", "30 without"),
    ("Of the visitors who left an address (200), 86 wrote back. That is 34.0% of them.", "43.0%"),
    ("We opened on 250 days and saw 6,000 visitors, or 42 on an average day.", "24"),
    ("North and South have 91% each, whereas East trails at 84%, nine points behind them.", "7"),
    (RETURNS.format("5%"), "15%"),
]


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_a_true_statement_is_not_told(text: str):
    assert [(one.published, one.explanation) for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG, ids=lambda text: text[-50:])
def test_a_false_statement_is_told_with_what_follows(text: str, meant: str):
    findings = found(text)
    assert any(meant in f"{one.expected} {one.explanation}" for one in findings), [one.explanation for one in findings]
