"""Sentences of police, probation and community safety papers: what each says wrongly is told, and its right twin not."""

import pytest
from test_sentences import found

WARDS = """Table 1: Recorded crime by ward, 2022/23 and 2023/24

| Ward | 2022/23 | 2023/24 |
|---|---|---|
| Castle | 1,204 | 1,131 |
| Docks | 2,310 | 2,488 |
| Hillside | 655 | 702 |
| Longmead | 478 | 431 |
| All wards | 4,647 | 4,752 |

"""
TYPES = """Table 1: Neighbourhood crime by type, years to March

| Type | 2023/24 | 2024/25 | % change |
|---|---|---|---|
| Residential burglary | 1,846 | 1,602 | -13.2% |
| Robbery of personal property | 731 | 804 | +10.0% |
| Vehicle crime | 4,417 | 3,958 | -10.4% |
| Total | 6,994 | 6,364 | -9.0% |

"""
SUITES = """Table 1: Drug tests on arrest, 2024/25

| Suite | Tests | Positive | Positive (%) |
|---|---|---|---|
| Beacon Street | 1,322 | 742 | 56% |
| Foundry Lane | 988 | 503 | 51% |
| Harbour | 411 | 187 | 45% |

"""
CALLS = """Table 1: Calls by quarter of 2024/25

| Quarter | Calls offered | Abandoned (%) |
|---|---|---|
| Q1 | 61,208 | 8.1 |
| Q2 | 66,431 | 9.4 |
| Q3 | 59,877 | 7.2 |
| Q4 | 57,962 | 6.3 |

"""
SEIZURES = """Table 1: Seizures of drugs, years ending March

| Year | Seizures | Change on previous year |
|---|---|---|
| 2020/21 | 6,102 | .. |
| 2021/22 | 5,876 | -3.7% |
| 2022/23 | 6,340 | +7.9% |
| 2023/24 | 6,715 | {} |
| 2024/25 | 7,189 | +7.1% |

"""
CASES = """Table 1: Cases discussed and share that were repeats

| Year | Cases | Repeat cases |
|---|---|---|
| 2022/23 | 437 | 29% |
| 2023/24 | 468 | 33% |
| 2024/25 | 511 | 36% |

"""
USERS = """Table 1: Casualties by road user, 2024

| Road user | All | Share |
|---|---|---|
| Car occupants | 1,585 | 61% |
| Pedestrians | 282 | 11% |
| Others | 71 | 3% |

"""
DRUGS = """Table 1: Offenders sentenced for drug offences, 2023 and 2024

| Offence | 2023 | 2024 |
|---|---|---|
| Supply, Class A | 388 | 401 |
| Supply, Class B | 214 | 239 |
| Possession | 1,904 | 1,866 |

"""
SEARCHED = "There were 6,174 searches in the year. Of those searched, 5,429 were male and {} female."

# The text, what stands in it, what should stand, and what the finding says of it.
CHANGED = [
    (WARDS + "Crime went up in Docks and Hillside and down in the other {} wards.", "two", "three", "| 2"),
    (
        TYPES + "Vehicle crime remains the most common type, making up {} of all neighbourhood crime.",
        "62.2%",
        "26.2%",
        "62.2%",
    ),
    (TYPES + "Robbery increased by {} over the year.", "73", "37", "73"),
    (TYPES + "Robbery rose by {} to 804, which is 10% more than in the year before.", "73", "83", "73"),
    (SUITES + "The share was highest in Beacon Street at 56% and lowest in Harbour at {}.", "45%", "54%", "45%"),
    (
        SUITES + "The share was highest in {} at 56% and lowest in Harbour at 45%.",
        "Beacon Street",
        "Foundry Lane",
        "Beacon",
    ),
    (CALLS + "{} calls were made over the year.", "245,478", "246,478", "245,478"),
    (CALLS + "Demand peaked in quarter 2 ({} calls).", "66,431", "64,631", "66,431"),
    (CALLS + "The first quarter had {} calls.", "61,208", "62,108", "61,208"),
    (SEIZURES, "+5.9%", "+9.5%", "+5.9%"),
    (CASES + "We heard 511 cases, {} more than last year.", "43", "53", "43"),
    (SEARCHED, "745", "754", "745"),
    ("We had 38 complaints. Of the 38, three were upheld, {} were not and four are open.", "31", "33", "31"),
    ("Of the 617 offences at night, 401 were in Docks, 129 in Castle and {} elsewhere.", "87", "97", "617 | 627"),
    (
        "Officers made 6,174 searches. Something was found in 1,421 of them: a find rate of {}.",
        "23.0%",
        "32.0%",
        "23.0%",
    ),
    ("We issued 2,764 notices. At £80 each they are worth {} if all are paid.", "£221,120", "£212,120", "£221,120"),
    ("The average cost of a case is put at £460. For 318 cases this comes to {}.", "£146,280", "£164,280", "£146,280"),
    ("There are 11.5 workers, {} below the establishment of 13.", "1.5", "2.5", "1.5"),
    (
        "Of 1,539 complaints, 1,204 (78%) were answered in time, against a target of 80% and a figure of 76% last year. "
        "The target was therefore missed by {} percentage points.",
        "2",
        "4",
        "2 percentage points",
    ),
    (
        "There were 2,968 incidents in 2024, against 2,998 in 2023. The net change is a drop of 30 ({}).",
        "1.0%",
        "3.0%",
        "1.0%",
    ),
    ("{} in every five incidents (60.4%) were nuisance.", "Three", "Four", "60.4%"),
    (
        "Offences with a blunt object dropped by 7.8% and those with a corrosive substance by a {}, from nine to six.",
        "third",
        "half",
        "33.3%",
    ),
]
# Texts that are right, of kinds that were once taken for wrong.
RIGHT = [
    WARDS + "Crime rose by 2.3%, mainly because of Docks.",
    WARDS + "Docks, the largest of the four, saw 178 more and now accounts for 52% of crime.",
    TYPES + "Ambulance call-outs to assaults fell from 6,994 to 311 in the same time.",
    TYPES
    + "Vehicle crime (62.2%) and burglary (25.2%) together make up more than four fifths of all neighbourhood crime.",
    SUITES + "The first suite to open was Harbour, and the last two opened in Beacon Street and Foundry Lane.",
    USERS + "By time of day, 1,128 casualties occurred in the rush hours (43%) and 1,001 at other times.",
    DRUGS
    + "Offenders were sentenced for supply of both classes: 13 more for Class A and 25 more for Class B. Fewer were for possession.",
    "Workers made 1,327 referrals, of which 966 led to an appointment. 764 people started treatment. In 2023/24 there were "
    "1,150 referrals; the number has therefore grown by 15.4%.",
    "Women made up 23% of those sentenced (9,702) but only 7% of those sent to custody (203).",
    "Two headings underspent: staff pay, by £0.6 million, and transport, by £0.1 million.",
    "61% of residents felt safe, two points down on 2023 and nine points below the regional average of 70%.",
    "Of the 492 people who noticed the wardens, 369 had spoken to one, or three quarters.",
    "Patrol hours rose between the two halves of the year by 13.8%, while incidents went down by 52, from 611 to 559 (8.5%).",
    "Admissions rose from 318 to 331 in 2023/24, an increase of 4.1%, having fallen by 26 the year before.",
    WARDS + "Had crime risen by 9.9% as it did elsewhere, there would have been 5,107 offences.",
    "Of the 240 pupils, 100 were late, 60 were ill and 40 were not told of the test.",
    "There were 6,174 searches. 5,429 of those searched were male and 700 female; for the others no sex is known.",
]


@pytest.mark.parametrize(("text", "right", "wrong", "said"), CHANGED, ids=lambda text: text[-50:])
def test_a_wrong_number_is_told_and_the_right_one_is_not(text: str, right: str, wrong: str, said: str):
    told = [f"{one.published} | {one.expected}" for one in found(text.format(wrong)) if one.severity != "advice"]
    assert any(said in one for one in told), told
    assert [(one.rule_id, one.explanation) for one in found(text.format(right)) if one.severity != "advice"] == []


@pytest.mark.parametrize("text", RIGHT, ids=lambda text: text[-50:])
def test_nothing_is_said_of_a_right_sentence(text: str):
    assert [(one.rule_id, one.explanation) for one in found(text) if one.severity != "advice"] == []
