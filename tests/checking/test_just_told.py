"""What a clause without a subject of its own says of the two numbers that were just told."""

import pytest
from test_sentences import found

YEARS = """Table 1: Hours of unpaid work, 2022/23 to 2024/25. Source: own records.

| Year | Hours ordered | Hours worked | Share worked |
|---|---|---|---|
| 2022/23 | 58,400 | 44,968 | 77.0% |
| 2023/24 | 63,900 | 51,120 | 80.0% |
| 2024/25 | 66,500 | 54,530 | 82.0% |

"""
# A text with a gap, what is right in it, and what is wrong and far enough from it.
FORMS = [
    # Two numbers of two times.
    (
        "The council issued 412 notices this year. In 2023 it had issued 265. The difference of {} is due to a new law.",
        "147",
        "157",
    ),
    ("Crews were called to 702 fires, against 864 a year earlier; this was a drop of {}.", "18.8%", "23.1%"),
    ("Shops reported 4,745 offences, after 4,020 in the previous year; that is {} more.", "725", "752"),
    ("At the end of 2023 we had 386 volunteers. There had been 402 twelve months earlier, so we lost {}.", "16", "26"),
    # Two numbers of two things of a kind.
    ("A place in Beechfield costs £1,102 a week and one in Cedar Court £987; the former is {} dearer.", "£115", "£105"),
    ("A room in the north costs £1,102 a week. In the south it is £987. That is {} cheaper.", "£115", "£125"),
    ("We ran 84 walks in 2024. In 2023 it was only 70. An extra {} walks were therefore put on.", "14", "24"),
    ("The rate in Carrow is 48.9% and in Dene 60.0%. The two are {} apart.", "11.1 points", "12.1 points"),
    # What somebody wants.
    (
        "Uptake was 71.4%. The aim is 80.0%. There is thus a gap of {} to close.",
        "8.6 percentage points",
        "9.6 percentage points",
    ),
    (
        "Costs were £3.42 million. We had set aside £3.20 million, so the overrun was {}.",
        "£0.22 million",
        "£0.32 million",
    ),
    (
        "In all, 89.6% of buses were on time. The operators promised 90%, so they were {} short.",
        "0.4 points",
        "1.4 points",
    ),
    (
        "Of 3,485 calls 3,124 were met in time, that is 89.6%. We want to meet 92%. We fell {} short.",
        "2.4 points",
        "3.4 points",
    ),
    (
        "This makes the recycling rate 47.1%. Our strategy aims for 55% by 2030, from which we are {} away.",
        "7.9 points",
        "3.9 points",
    ),
    ("Only 74.2% were seen on time. We had promised 80%. We are still {} away from that.", "5.8 points", "6.8 points"),
    (
        "We repaired 93.8% in time. The contract requires 95%, so the contractor fell short by {}.",
        "1.2 points",
        "2.2 points",
    ),
    ("The share worked was 82.0%. It puts us {} above the national standard of 75%.", "seven points", "eight points"),
    (
        "The scheme cost £10.3 million. It had been planned to cost £9.5 million and so came out {} dearer.",
        "£0.8 million",
        "£0.6 million",
    ),
    (
        "Income was £4.26 million. The budget had assumed £4.18 million, so we did better than expected by {}.",
        "£80,000",
        "£90,000",
    ),
    # Another place.
    (
        "Pupils missed 6.9% of sessions. A year earlier they had missed 7.0%. In England the rate was 7.8%, so ours was {} lower.",
        "0.9 points",
        "1.2 points",
    ),
    (
        "The quit rate was 55.6%. The regional average was 53.9%. Ours was therefore {} better than the region's.",
        "1.7 points",
        "2.7 points",
    ),
    (
        "Nearly three in four (74.2%) were seen on time. Our neighbours managed 77.5%, which is {} better.",
        "3.3 points",
        "4.3 points",
    ),
    (
        "In all 2,404 learners achieved their aim, which gives a rate of 86.8%. The national average is 84.2%. Our learners "
        "did {} better than that.",
        "2.6 points",
        "3.6 points",
    ),
    # The year before, in a table.
    (f"{YEARS}The share worked was 82.0%. This is {{}} better than a year before.", "2.0 points", "3.0 points"),
]
SILENT = [
    "Costs were £1.2 million in the north and £1.5 million in the south. We lost £200,000 on the shop.",
    "Uptake was 62% and the national average 65%. Among men it was 4 points below the average.",
    "Two in three (67%) passed; the standard is 70%. They were 2 points better than the county.",
    "We gave 45 grants and ran 38 events. This is 5 more than last year.",
    "Attendance was 92%. Satisfaction was 88%, which is 3 points higher than five years ago.",
    "The share seen in time was 62%; the target is 70%. For complaints it was 11 points short.",
    "Of the 412 calls 301 were answered. The target is 80%. It was 3 points short last year.",
    "Income was £4.26 million and spending £4.10 million. This was £90,000 better than the year before.",
    "The fund holds £2.1 million. Of this, £1.4 million is set aside. It was £50,000 higher before the sale.",
    "Uptake was 62%. England had 65% and the region 64%. We are two points short of the region and three of England.",
    "Satisfaction was 71%. Among carers it was 68%, so the service did 2 points worse than it had hoped.",
    "We trained 120 staff in 2023 and 150 in 2024. We also trained 40 volunteers. This was 10 more than we had planned.",
    "The share of men was 61%. The share of women was 39%. It had been two points higher in 2021.",
    # The number that somebody wants is no value that anything rose to.
    "We reached 76.6%; a year earlier it was 75.3%. The figure is 1.3 percentage points higher, but it remains 3.4 points "
    "short of the 80% that commissioners ask for.",
    "The target was 450 people; the outturn was 512, 62 above target and 24 (4.9%) above the 488 of March 2024. The rise "
    "was entirely in the north (+31); the south fell by 7.",
    # The change behind "but" is since another time.
    "The fall in deaths, from 41 to 36, is encouraging, but 36 is still two more than in 2021.",
]


@pytest.mark.parametrize(("text", "right", "wrong"), FORMS, ids=lambda text: text[-50:])
def test_a_distance_is_that_of_the_two_numbers_just_told(text: str, right: str, wrong: str):
    assert [one.explanation for one in found(text.format(right)) if one.severity != "advice"] == []
    assert [one.published for one in found(text.format(wrong)) if one.severity != "advice"] == [wrong]


@pytest.mark.parametrize("text", SILENT, ids=lambda text: text[-50:])
def test_a_distance_of_other_numbers_is_not_told(text: str):
    assert [one.explanation for one in found(text) if one.severity != "advice"] == []
