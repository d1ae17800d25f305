"""What inspectors, courts, fire services and auditors write, each right and wrong."""

import pytest
from test_sentences import found

HOUSES = """Table 1: Prisoners by house

| House | Held | On treatment | Failed tests |
|---|---|---|---|
| North house | 140 | 42 | 19 |
| South house | 162 | 57 | 26 |
| Yard house | 98 | 45 | 8 |

"""
CALLS = """Table 1. Fires and calls, 2021 to 2024

| Year | Calls taken | False alarms | Alarms per 1,000 calls |
|---|---|---|---|
| 2021 | 41,200 | 3,118 | 75.7 |
| 2022 | 43,800 | 3,342 | 76.3 |
| 2023 | 45,100 | 3,575 | 79.3 |
| 2024 | 46,300 | 3,861 | 83.4 |

"""
AGES = """Table 1: Patients by age

| Age | Patients | Share |
|---|---|---|
| 18 to 24 | 140 | 14.0% |
| 25 to 34 | 240 | 24.0% |
| 35 to 44 | 310 | 31.0% |
| 45 and over | 310 | 31.0% |

"""
DISTRICTS = """Table 1: Collisions by district, 2024

| District | Collisions | Population | Rate per 1,000 |
|---|---|---|---|
| Amble | 240 | 80,000 | 3.0 |
| Borrow | 410 | 160,000 | 2.6 |
| Culver | 330 | 75,000 | 4.4 |
| Force | 980 | 315,000 | 3.1 |

"""
RIGHT = [
    "Cautions were the only one of the four to become less common: 1,139 to 1,089, down 4.4%.",
    CALLS + "False alarms rose from 3,118 to 3,861, or by 23.8%. All calls rose by 12.4% over the same time, so alarms "
    "grew nearly twice as fast.",
    AGES + "Patients aged 35 to 44 were many (310, 31.0%), and together with those aged 25 to 34 they make up 55.0%.",
    HOUSES + "South house held fewer than half of the men (162 of 400, 40.5%).",
    HOUSES + "Less than a third of the men (131 of 400, 32.8%) had been there for a year.",
    HOUSES + "How many were treated varied. It was highest in Yard house, at 45.9%.",
    DISTRICTS + "Amble and Borrow were both within one point of the force's rate of 3.1.",
    DISTRICTS + "Borrow had the most collisions (410), but its rate of 2.6 is the lowest of the three.",
    "Cyclists fared worse: there were 20 more casualties, an increase of 13.7%, and eight were killed compared with "
    "five.",
    "Of the 14 actions raised in May, 9 (64%) are closed; of the 11 raised in June it is 5 (45%).",
]
WRONG = [
    (HOUSES + "South house held less than a third of the men (162 of 400).", "40.5%"),
    ("Of the 14 actions raised in May, 9 (64%) are closed; of the 11 raised in June it is 5 (54%).", "45%"),
    (DISTRICTS + "Borrow had the most collisions (410), while Borrow also had the highest rate (2.6).", "Culver"),
]


@pytest.mark.parametrize("text", RIGHT)
def test_nothing_is_told_of_what_agrees(text: str):
    assert [f"{one.published} -> {one.expected}" for one in found(text)] == []


@pytest.mark.parametrize(("text", "meant"), WRONG)
def test_what_contradicts_is_told_with_what_is_meant(text: str, meant: str):
    assert meant in [one.expected for one in found(text)]
